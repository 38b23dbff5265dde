//! Data that no market gives: flat, zero, negative, huge, and the files that others keep for such cases.

use jware_core::indicator::{Column, spec};

use super::series::{Bars, for_all, shared};

const FILES: [&str; 7] = ["zeros", "bad", "toobig", "max", "mismatch", "penny", "compare"];

fn assert_no_nan(bars: &Bars, what: &str) {
    for_all(|row, indicator, parameters| {
        for column in indicator.compute(&bars.view()) {
            let late = &column[indicator.warm_up().min(column.len())..];
            assert!(late.iter().all(|value| !value.is_nan()), "{}{parameters:?} on {what}", row.about.name);
        }
    });
}

#[test]
fn files_of_bad_bars_give_numbers() {
    let mut bar_count = 0;
    for file in FILES {
        let Some(text) = shared(&format!("bars/skender/{file}.csv")) else { return };
        let bars = Bars::of_csv(&text);
        bar_count += bars.length();
        assert_no_nan(&bars, file);
    }
    println!("{} indicators over {bar_count} bad bars give numbers after their warm-up", spec::TABLE.len());
}

#[test]
fn flat_zero_negative_and_wild_series_give_numbers() {
    let length = 400;
    let alternating = |low: f64, high: f64| (0..length).map(|index| if index % 2 == 0 { low } else { high }).collect::<Vec<_>>();
    for (what, values) in [
        ("zeros", vec![0.0; length]),
        ("negative zeros", vec![-0.0; length]),
        ("ones", vec![1.0; length]),
        ("a third", vec![1.0 / 3.0; length]),
        ("negatives", vec![-5.0; length]),
        ("one and minus one", alternating(-1.0, 1.0)),
        ("tiny", alternating(1e-300, 2e-300)),
        ("huge", alternating(1e15, 3e15)),
        ("zero and one", alternating(0.0, 1.0)),
        ("rising", (0..length).map(|index| f64::from(u32::try_from(index).unwrap())).collect()),
    ] {
        assert_no_nan(&Bars::of_values(&values), what);
    }
}

#[test]
fn a_flat_market_gives_what_the_files_say() {
    let price = 0.1 + 0.2;
    let mut bars = Bars::of_values(&vec![price; 200]);
    bars.set(Column::Volume, vec![7.0; 200]);
    bars.set(Column::BuyVolume, vec![3.5; 200]);
    let last = |name: &str, parameters: &[f64]| -> Vec<f64> {
        bars.compute(name, parameters).unwrap().iter().map(|column| column[199]).collect()
    };
    for name in ["rsi", "cmo", "cci", "adx", "dx", "plus_di", "bop", "willr", "imi", "mfi", "zscore", "stddev", "atr", "natr"] {
        let values: Vec<f64> =
            spec::TABLE.iter().find(|row| row.about.name == name).unwrap().about.parameters.iter().map(|p| p.default).collect();
        assert_eq!(last(name, &values), [0.0], "{name}");
    }
    assert_eq!(last("bollinger", &[20.0, 2.0]), [price; 3], "bands of no width, exactly");
    // The mean that an average begins with is a quotient: a place of the last digit may be missing.
    assert!(last("macd", &[12.0, 26.0, 9.0]).iter().all(|value| value.abs() < 1e-15));
    assert!((last("ema", &[20.0])[0] - price).abs() < 1e-15);
    assert_eq!(last("stochf", &[5.0, 3.0, 0.0]), [0.0; 2]);
    assert_eq!(last("linearreg_slope", &[14.0]), [0.0]);
    assert_eq!(last("correl", &[30.0]), [0.0]);
    assert_eq!(last("beta", &[5.0]), [0.0]);
    assert_eq!(last("cvd", &[]), [0.0; 2]);
    assert_eq!(last("volume_profile", &[50.0, 24.0, 0.7]), [price; 3]);
    assert_eq!(last("aroon", &[14.0]), [100.0; 2], "the newest of equals counts");
    assert_eq!(last("mass_index", &[25.0, 9.0]), [25.0]);
}

#[test]
fn a_huge_value_leaves_no_trace_once_it_has_left_the_window() {
    let calm: Vec<f64> = (0..200).map(|index| 1.0 + f64::from(index % 7) / 64.0).collect();
    let windows: [(&str, &[f64]); 12] = [
        ("sma", &[10.0]),
        ("wma", &[10.0]),
        ("trima", &[10.0]),
        ("bollinger", &[10.0, 2.0]),
        ("stddev", &[10.0, 1.0]),
        ("linearreg", &[10.0]),
        ("linearreg_slope", &[10.0]),
        ("cci", &[10.0]),
        ("vwma", &[10.0]),
        ("cmf", &[10.0]),
        ("mfi", &[9.0]),
        ("sum", &[10.0]),
    ];
    for place in 0..11 {
        let mut wild = calm.clone();
        wild[100 + place] = 1e15;
        for (name, parameters) in windows {
            let found = Bars::of_values(&wild).compute(name, parameters).unwrap();
            let expected = Bars::of_values(&calm).compute(name, parameters).unwrap();
            for (found, expected) in found.iter().zip(&expected) {
                for index in 100 + place + 10..200 {
                    let off = (found[index] - expected[index]).abs();
                    assert!(
                        off <= 1e-12 * expected[index].abs().max(1.0),
                        "{name} at {index}: {} not {}",
                        found[index],
                        expected[index]
                    );
                }
            }
        }
    }
}

#[test]
fn a_small_spread_far_from_zero_is_still_seen() {
    let values: Vec<f64> = (0..500).map(|index| 1e9 + f64::from(index % 2) * 0.25).collect();
    let bars = Bars::of_values(&values);
    let bands = bars.compute("bollinger", &[20.0, 1.0]).unwrap();
    assert!(bands[0][19..].iter().zip(&bands[2][19..]).all(|(upper, lower)| (upper - lower - 0.25).abs() < 1e-6));
    assert!(bars.column("stddev", &[20.0, 1.0], 0)[19..].iter().all(|deviation| (deviation - 0.125).abs() < 1e-12));
    assert!(bars.column("correl", &[20.0], 0)[19..].iter().all(|correlation| (correlation - 1.0).abs() < 1e-12));
}
