//! Plain formulas over the whole series, written without a thought for speed, against random series and parameters.

use jware_core::indicator::Column;

use super::series::{Bars, Random};

#[allow(clippy::cast_precision_loss, reason = "lengths of test windows")]
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub(crate) fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values);
    mean(&values.iter().map(|value| (value - middle) * (value - middle)).collect::<Vec<_>>()).sqrt()
}

/// From the mean of the first `period` values on, `weight` of each value after them.
fn smoothed(values: &[f64], period: usize, weight: f64) -> Vec<f64> {
    let mut average = f64::NAN;
    let step = |(index, &value): (usize, &f64)| {
        if index + 1 == period {
            average = mean(&values[..period]);
        } else if index + 1 > period {
            average = average * (1.0 - weight) + value * weight;
        }
        average
    };
    values.iter().enumerate().map(step).collect()
}

/// A function of each full window, padded with NaN.
fn rolled(values: &[f64], period: usize, of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    padded((period - 1).min(values.len()), values.windows(period).map(of))
}

fn padded(warm_up: usize, values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    std::iter::repeat_n(f64::NAN, warm_up).chain(values).collect()
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let both_warm_up = found.is_nan() && expected.is_nan();
        assert!(
            both_warm_up || (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            "{what}[{index}]: {found} not {expected}"
        );
    }
}

/// Slope and value at the oldest of a least-squares line.
#[allow(clippy::cast_precision_loss, reason = "lengths of test windows")]
fn line(values: &[f64]) -> (f64, f64) {
    let middle = (values.len() as f64 - 1.0) / 2.0;
    let average = mean(values);
    let places = || (0..values.len()).map(|place| place as f64 - middle);
    let product: f64 = places().zip(values).map(|(place, value)| place * (value - average)).sum();
    let slope = product / places().map(|place| place * place).sum::<f64>();
    (slope, average - slope * middle)
}

#[test]
fn random_series_and_periods_give_the_plain_formulas() {
    let mut random = Random::seeded("random_series_and_periods_give_the_plain_formulas");
    for _ in 0..60 {
        let length = random.between(1, 400) as usize;
        let bars = Bars::of_walk(&mut random, length);
        let close = bars.get(Column::Close);
        let parameter = random.between(2, 60);
        let (period, number) = (parameter as usize, f64::from(parameter));
        let one = |name: &str| bars.column(name, &[number], 0);

        let means = rolled(close, period, mean);
        assert_close(&one("sma"), &means, "sma");
        let weight = 2.0 / (number + 1.0);
        assert_close(&one("ema"), &smoothed(close, period, weight), "ema");
        assert_close(&one("smma"), &smoothed(close, period, 1.0 / number), "smma");
        let weighted = |window: &[f64]| {
            let weights = (1..=parameter).map(f64::from);
            weights.clone().zip(window).map(|(weight, value)| weight * value).sum::<f64>() / weights.sum::<f64>()
        };
        assert_close(&one("wma"), &rolled(close, period, weighted), "wma");

        let bands = bars.compute("bollinger", &[number, 1.5]).unwrap();
        let widths = rolled(close, period, |window| deviation(window) * 1.5);
        let half = |sign: f64| means.iter().zip(&widths).map(|(mean, width)| mean + sign * width).collect::<Vec<_>>();
        assert_close(&bands[0], &half(1.0), "upper");
        assert_close(&bands[1], &means, "middle");
        assert_close(&bands[2], &half(-1.0), "lower");

        assert_close(&one("max"), &rolled(close, period, |w| w.iter().copied().fold(f64::MIN, f64::max)), "max");
        assert_close(&one("min"), &rolled(close, period, |w| w.iter().copied().fold(f64::MAX, f64::min)), "min");
        assert_close(&one("linearreg_slope"), &rolled(close, period, |w| line(w).0), "slope");
        assert_close(&one("linearreg_intercept"), &rolled(close, period, |w| line(w).1), "intercept");
        assert_close(&one("tsf"), &rolled(close, period, |w| line(w).1 + line(w).0 * number), "tsf");
        let average_distance = |w: &[f64]| mean(&w.iter().map(|value| (value - mean(w)).abs()).collect::<Vec<_>>());
        assert_close(&one("avgdev"), &rolled(close, period, average_distance), "avgdev");
        assert_momentum(&bars, period, number);
    }
}

fn assert_momentum(bars: &Bars, period: usize, number: f64) {
    let close = bars.get(Column::Close);
    let (high, low) = (bars.get(Column::High), bars.get(Column::Low));
    let wilder = 1.0 / number;
    let changes: Vec<f64> = close.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let gains = smoothed(&changes.iter().map(|change| change.max(0.0)).collect::<Vec<_>>(), period, wilder);
    let losses = smoothed(&changes.iter().map(|change| (-change).max(0.0)).collect::<Vec<_>>(), period, wilder);
    let strengths = gains.iter().zip(&losses).map(|(gain, loss)| 100.0 - 100.0 / (1.0 + gain / loss));
    assert_close(&bars.column("rsi", &[number], 0), &padded(1, strengths), "rsi");

    let ranges: Vec<f64> = (1..close.len())
        .map(|i| {
            let before = close[i - 1];
            (high[i] - low[i]).max((high[i] - before).abs()).max((low[i] - before).abs())
        })
        .collect();
    assert_close(&bars.column("atr", &[number], 0), &padded(1, smoothed(&ranges, period, wilder)), "atr");

    // The fast average of a convergence begins where the slow one has its first value.
    let (slow, signal) = (period + 7, 9);
    let weight = |period: usize| 2.0 / (f64::from(u32::try_from(period).unwrap()) + 1.0);
    let wait = (slow - period).min(close.len());
    let fast_line = padded(wait, smoothed(&close[wait..], period, weight(period)));
    let slow_line = smoothed(close, slow, weight(slow));
    let line: Vec<f64> = fast_line.iter().zip(&slow_line).map(|(fast, slow)| fast - slow).collect();
    let start = (slow - 1).min(close.len());
    let signals = padded(start, smoothed(&line[start..], signal, weight(signal)));
    let macd = bars.compute("macd", &[number, number + 7.0, 9.0]).unwrap();
    let shown: Vec<f64> = line.iter().zip(&signals).map(|(line, signal)| line + 0.0 * signal).collect();
    assert_close(&macd[0], &shown, "macd line");
    assert_close(&macd[1], &signals, "macd signal");
}
