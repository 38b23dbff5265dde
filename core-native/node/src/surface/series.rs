//! Indicators and longer bars over whole columns.

use jware_core::indicator::{Column, Columns};
use napi::bindgen_prelude::{Float64Array, Result};
use napi_derive::napi;

use super::told;
use crate::series;

/// The columns that every bar has.
fn bars<'a>(
    open_ts_ms: &'a [f64],
    open: &'a [f64],
    high: &'a [f64],
    low: &'a [f64],
    close: &'a [f64],
    volume: &'a [f64],
) -> Columns<'a> {
    Columns::default()
        .with(Column::OpenTsMs, open_ts_ms)
        .with(Column::Open, open)
        .with(Column::High, high)
        .with(Column::Low, low)
        .with(Column::Close, close)
        .with(Column::Volume, volume)
}

/// Computes an indicator over whole columns.
#[napi]
#[allow(clippy::too_many_arguments, reason = "a column each")]
pub fn compute_indicator(
    name: String,
    parameters: Vec<f64>,
    open_ts_ms: &[f64],
    open: &[f64],
    high: &[f64],
    low: &[f64],
    close: &[f64],
    volume: &[f64],
    buy_volume: &[f64],
    benchmark: &[f64],
) -> Result<Vec<Float64Array>> {
    let columns =
        bars(open_ts_ms, open, high, low, close, volume).with(Column::BuyVolume, buy_volume).with(Column::Benchmark, benchmark);
    let outputs = series::compute_indicator(&name, &parameters, &columns).map_err(told)?;
    Ok(outputs.into_iter().map(Float64Array::new).collect())
}

/// The table of indicators, as JSON.
#[napi]
pub fn indicator_catalogue() -> String {
    series::indicator_catalogue()
}

/// Joins bars into longer ones.
#[napi]
pub fn aggregate_bars(
    open_ts_ms: &[f64],
    open: &[f64],
    high: &[f64],
    low: &[f64],
    close: &[f64],
    volume: &[f64],
    interval_s: f64,
) -> Result<Vec<Float64Array>> {
    let columns = bars(open_ts_ms, open, high, low, close, volume);
    let joined = series::aggregate_bars(&columns, interval_s).map_err(told)?;
    Ok(joined.into_iter().map(Float64Array::new).collect())
}
