//! Ten million pushes later every window is as good as a new one.

use jware_core::indicator::window::Total;
use jware_core::indicator::{Column, IndicatorSpec, Window};

use super::plain;
use super::series::{Bars, Random};

const PUSH_COUNT: usize = 10_000_000;

/// Values of the tail over which a new window is warmed up: enough for every recursive average below to forget its start.
const TAIL: usize = 5_000;

fn relative(found: f64, exact: f64) -> f64 {
    (found - exact).abs() / exact.abs().max(1e-3)
}

#[test]
fn ten_million_pushes_later_windows_agree_with_new_ones() {
    let mut random = Random::seeded("ten_million_pushes_later_windows_agree");
    let bars = Bars::of_walk(&mut random, PUSH_COUNT);
    let tail = bars.slice(PUSH_COUNT - TAIL, PUSH_COUNT);
    let mut worst = 0.0f64;
    let windows: [(&str, &[f64]); 14] = [
        ("sma", &[20.0]),
        ("ema", &[20.0]),
        ("wma", &[20.0]),
        ("bollinger", &[20.0, 2.0]),
        ("rsi", &[14.0]),
        ("atr", &[14.0]),
        ("macd", &[12.0, 26.0, 9.0]),
        ("var", &[20.0]),
        ("linearreg", &[14.0]),
        ("linearreg_slope", &[14.0]),
        ("correl", &[30.0]),
        ("cmf", &[20.0]),
        ("adx", &[14.0]),
        ("kama", &[30.0, 2.0, 30.0]),
    ];
    for (name, parameters) in windows {
        let indicator = IndicatorSpec::parse(name, parameters).unwrap();
        let (long, new) = (indicator.compute(&bars.view()), indicator.compute(&tail.view()));
        for (long, new) in long.iter().zip(&new) {
            // The last hundred, so that every place of a block is among them.
            for back in 1..=100 {
                worst = worst.max(relative(long[PUSH_COUNT - back], new[TAIL - back]));
            }
            assert!(worst < 1e-9, "{name}: off by {worst:.1e}");
        }
    }
    println!("{} windows after {PUSH_COUNT} pushes: off by {worst:.1e} at most", windows.len());
}

#[test]
fn ten_million_pushes_later_sums_are_the_plain_ones() {
    let mut random = Random::seeded("ten_million_pushes_later_sums_are_the_plain_ones");
    let bars = Bars::of_values(&random.walk(PUSH_COUNT));
    let values = bars.get(Column::Close);
    let (mut worst_mean, mut worst_width) = (0.0f64, 0.0f64);
    for period in [20usize, 1_000] {
        let parameter = f64::from(u32::try_from(period).unwrap());
        let means = bars.column("sma", &[parameter], 0);
        let bands = bars.compute("bollinger", &[parameter, 2.0]).unwrap();
        // 9,973 is a prime: the checks fall on every place of a block.
        for index in (period..PUSH_COUNT).step_by(9_973) {
            let window = &values[index + 1 - period..=index];
            worst_mean = worst_mean.max(relative(means[index], plain::mean(window)));
            worst_mean = worst_mean.max(relative(bands[1][index], plain::mean(window)));
            let width = bands[0][index] - bands[2][index];
            worst_width = worst_width.max(relative(width, 4.0 * plain::deviation(window)));
        }
    }
    println!("{PUSH_COUNT} pushes: mean off by {worst_mean:.1e}, width by {worst_width:.1e} of itself");
    assert!(worst_mean < 1e-9 && worst_width < 1e-9);
}

#[test]
fn ten_million_additions_later_a_total_is_exact_to_the_last_places() {
    let mut total = Total::default();
    for _ in 0..PUSH_COUNT {
        total.add(0.1);
    }
    // 0.1 as a double is 1e-18 x 5.55 above a tenth.
    assert!((total.value() - 1e6).abs() < 1e-9, "{}", total.value());
    let mut plain_sum = 0.0;
    (0..PUSH_COUNT).for_each(|_| plain_sum += 0.1);
    assert!((plain_sum - 1e6f64).abs() > 1e-5, "a plain sum does drift, so the test can fail: {plain_sum}");
}

#[test]
fn a_balance_and_a_session_average_do_not_drift() {
    use jware_core::indicator::column::CloseVolume;
    use jware_core::indicator::{Indicator, volume::Obv};
    let mut balance = Obv::with(&[]).unwrap();
    let mut last = 0.0;
    // Up and down by the same volume of tenths: the balance must come back to the first bar's.
    for index in 0..=PUSH_COUNT {
        let close = if index % 2 == 0 { 1.0 } else { 2.0 };
        last = balance.push(CloseVolume { close, volume: 0.1 }).unwrap();
    }
    assert!((last - 0.1f64).abs() < 1e-12, "{last}");
}

#[test]
fn bands_are_right_with_a_huge_value_at_every_place_of_the_window() {
    for period in [3usize, 20, 1_000] {
        let mut values: Vec<f64> = (0..4 * period).map(|i| 1.0 + f64::from(u32::try_from(i % 7).unwrap()) / 64.0).collect();
        values[2 * period - 1] = 1e6;
        let bands = Bars::of_values(&values).compute("bollinger", &[f64::from(u32::try_from(period).unwrap()), 1.0]).unwrap();
        for end in period - 1..4 * period {
            let window = &values[end + 1 - period..=end];
            assert!(relative(bands[1][end], plain::mean(window)) < 1e-12, "period {period} at {end}");
            let width = (bands[0][end] - bands[2][end]) / 2.0;
            assert!(relative(width, plain::deviation(window)) < 1e-9, "period {period} at {end}");
        }
    }
}
