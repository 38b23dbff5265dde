//! Every indicator of the table: the same bits streamed and computed whole, also from a copy and from saved bytes half way
//! through, and as many bars without output as it says.

use jware_core::indicator::{Columns, IndicatorError, IndicatorSpec, Running, spec};

use super::series::{Bars, Random, for_all};

/// Pushes bars `from..`; their outputs must be those of the batch, bit by bit.
fn assert_goes_on(mut window: Box<dyn Running>, bars: &Bars, from: usize, expected: &[Vec<f64>], what: &str) {
    let mut outputs = vec![f64::NAN; expected.len()];
    for index in from..bars.length() {
        let is_warm = window.push(&bars.row(index), &mut outputs);
        assert_eq!(is_warm, index >= window.warm_up(), "{what} at {index}");
        for (place, column) in expected.iter().enumerate() {
            let found = if is_warm { outputs[place] } else { f64::NAN };
            assert_eq!(found.to_bits(), column[index].to_bits(), "{what} output {place} at {index}: {found} {}", column[index]);
        }
    }
}

#[test]
fn every_indicator_streams_the_bits_of_its_batch_whole_copied_and_restored() {
    let mut random = Random::seeded("every_indicator_streams_the_bits_of_its_batch");
    let bars = Bars::of_walk(&mut random, 700);
    let mut count = 0;
    for_all(|row, indicator, parameters| {
        let what = format!("{}{parameters:?}", row.about.name);
        let expected = indicator.compute(&bars.view());
        assert_eq!(expected.len(), row.about.outputs.len(), "{what}");
        assert_goes_on(indicator.start(), &bars, 0, &expected, &what);
        for half_way in [1, indicator.warm_up().saturating_sub(1), indicator.warm_up() + 1, 350] {
            let mut window = indicator.start();
            let mut outputs = vec![0.0; expected.len()];
            (0..half_way).for_each(|index| _ = window.push(&bars.row(index), &mut outputs));
            let (copy, saved) = (window.copy(), window.save());
            // The one that goes on first must not disturb the others.
            assert_goes_on(window, &bars, half_way, &expected, &what);
            assert_goes_on(copy, &bars, half_way, &expected, &format!("copy of {what}"));
            let restored = indicator.restore(&saved).unwrap();
            assert_eq!(restored.save(), saved, "{what}");
            assert_goes_on(restored, &bars, half_way, &expected, &format!("{what} restored"));
        }
        count += 1;
    });
    println!("{} indicators in {count} parameter sets agree to the bit", spec::TABLE.len());
    assert!(spec::TABLE.len() >= 60);
}

#[test]
fn the_warm_up_is_what_it_says_and_every_output_is_there_after_it() {
    let mut random = Random::seeded("the_warm_up_is_what_it_says");
    let bars = Bars::of_walk(&mut random, 600);
    for_all(|row, indicator, parameters| {
        let warm_up = indicator.warm_up();
        assert!(warm_up < 600, "{}{parameters:?} needs longer test bars", row.about.name);
        for column in indicator.compute(&bars.view()) {
            assert!(column[..warm_up].iter().all(|value| value.is_nan()), "{}{parameters:?}", row.about.name);
            assert!(column[warm_up..].iter().all(|value| value.is_finite()), "{}{parameters:?}", row.about.name);
        }
    });
}

#[test]
fn a_series_shorter_than_the_warm_up_is_all_warm_up() {
    let mut random = Random::seeded("a_series_shorter_than_the_warm_up");
    let bars = Bars::of_walk(&mut random, 600);
    for_all(|_, indicator, _| {
        for length in [0, 1, indicator.warm_up() / 2, indicator.warm_up()] {
            let short = bars.slice(0, length.min(indicator.warm_up()));
            let outputs = indicator.compute(&short.view());
            assert!(outputs.iter().all(|column| column.len() == short.length() && column.iter().all(|value| value.is_nan())));
        }
    });
}

#[test]
fn a_batch_of_any_length_is_the_beginning_of_a_longer_one() {
    let mut random = Random::seeded("a_batch_of_any_length_is_the_beginning_of_a_longer_one");
    let bars = Bars::of_walk(&mut random, 260);
    for_all(|row, indicator, parameters| {
        let whole = indicator.compute(&bars.view());
        // Around the first output and the ends of the blocks that follow it, so that every way of ending is among them.
        for length in (0..=100).map(|more| (indicator.warm_up() + more).min(bars.length())) {
            for (part, whole) in indicator.compute(&bars.slice(0, length).view()).iter().zip(&whole) {
                let is_same = part.iter().zip(whole).all(|(part, whole)| part.to_bits() == whole.to_bits());
                assert!(is_same, "{}{parameters:?} over {length} bars", row.about.name);
            }
        }
    });
}

#[test]
fn a_batch_is_as_long_as_the_shortest_column_that_it_reads() {
    let mut random = Random::seeded("a_batch_is_as_long_as_the_shortest_column");
    let bars = Bars::of_walk(&mut random, 50);
    for row in spec::TABLE {
        let indicator = IndicatorSpec::usual(row.about.name).unwrap();
        assert!(!row.reads.is_empty());
        let read = row.reads.iter().fold(Columns::default(), |view, &column| view.with(column, bars.get(column)));
        let all = indicator.compute(&bars.view());
        let only = indicator.compute(&read);
        assert!(
            only.iter().zip(&all).all(|(only, all)| only.iter().zip(all).all(|(one, other)| one.to_bits() == other.to_bits()))
        );
        assert!(only.iter().all(|column| column.len() == 50), "{} reads more than it says", row.about.name);
        for &column in row.reads {
            let short = read.with(column, &bars.get(column)[..7]);
            assert!(indicator.compute(&short).iter().all(|column| column.len() == 7), "{}", row.about.name);
        }
    }
}

#[test]
fn bytes_that_are_no_state_are_refused() {
    let indicator = IndicatorSpec::parse("rsi", &[14.0]).unwrap();
    assert_eq!(indicator.restore(&[1, 2, 3]).err(), Some(IndicatorError::State));
}
