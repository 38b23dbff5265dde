//! Indicators over whole series: one output per input, NaN during the warm-up.
//!
//! Each function pushes the series through the streaming window, so a chart computed here and a window that lives on
//! agree to the bit.

use super::bollinger::Bollinger;
use super::macd::Macd;
use super::period::IndicatorError;
use super::{Atr, Ema, PriceRange, Rsi, Sma, Window};

/// Simple moving average.
pub fn sma(period: u32, values: &[f64]) -> Result<Vec<f64>, IndicatorError> {
    Sma::new(period).map(|window| one_column(window, values))
}

/// Exponential moving average.
pub fn ema(period: u32, values: &[f64]) -> Result<Vec<f64>, IndicatorError> {
    Ema::new(period).map(|window| one_column(window, values))
}

/// Relative strength index.
pub fn rsi(period: u32, values: &[f64]) -> Result<Vec<f64>, IndicatorError> {
    Rsi::new(period).map(|window| one_column(window, values))
}

/// MACD: line, signal, histogram.
pub fn macd(fast: u32, slow: u32, signal: u32, values: &[f64]) -> Result<[Vec<f64>; 3], IndicatorError> {
    Macd::new(fast, slow, signal).map(|window| three_columns(window, values, |out| [out.line, out.signal, out.histogram]))
}

/// Bollinger bands: upper, middle, lower.
pub fn bollinger(period: u32, deviations: f64, values: &[f64]) -> Result<[Vec<f64>; 3], IndicatorError> {
    Bollinger::new(period, deviations).map(|window| three_columns(window, values, |out| [out.upper, out.middle, out.lower]))
}

/// Average true range. The output is as long as the shortest input.
pub fn atr(period: u32, high: &[f64], low: &[f64], close: &[f64]) -> Result<Vec<f64>, IndicatorError> {
    let mut window = Atr::new(period)?;
    let bars = high.iter().zip(low).zip(close).map(|((&high, &low), &close)| PriceRange { high, low, close });
    Ok(bars.map(|bar| window.push(bar).unwrap_or(f64::NAN)).collect())
}

fn one_column(mut window: impl Window<Input = f64, Output = f64>, values: &[f64]) -> Vec<f64> {
    values.iter().map(|&value| window.push(value).unwrap_or(f64::NAN)).collect()
}

fn three_columns<W: Window<Input = f64>>(
    mut window: W,
    values: &[f64],
    columns_of: impl Fn(W::Output) -> [f64; 3],
) -> [Vec<f64>; 3] {
    let mut columns: [Vec<f64>; 3] = core::array::from_fn(|_| Vec::with_capacity(values.len()));
    for &value in values {
        let outputs = window.push(value).map_or([f64::NAN; 3], &columns_of);
        for (column, output) in columns.iter_mut().zip(outputs) {
            column.push(output);
        }
    }
    columns
}
