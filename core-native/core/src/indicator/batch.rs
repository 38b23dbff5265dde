//! Indicators over whole series: one output per bar, NaN during the warm-up.
//!
//! A series is pushed through the streaming window, so a chart computed here and a window that lives on agree to the bit.

use super::Window;
use super::column::{Columns, Input};
use super::definition::Indicator;
use super::error::IndicatorError;
use super::output::Output;

/// Computes into columns that the caller owns, as many as the indicator has outputs and as long as the series.
pub fn fill<W: Window + Clone>(window: &W, columns: &Columns<'_>, outputs: &mut [&mut [f64]]) {
    let count = columns.count(W::Input::READS);
    assert_eq!(outputs.len(), W::Output::WIDTH, "a column for each output");
    assert!(outputs.iter().all(|output| output.len() == count), "outputs as long as the series");
    W::Output::run(window, W::Input::rows(columns, count), outputs);
}

/// Computes into new columns.
#[must_use]
pub fn columns_of<W: Window + Clone>(window: &W, columns: &Columns<'_>) -> Vec<Vec<f64>> {
    let count = columns.count(W::Input::READS);
    let mut outputs = vec![vec![0.0; count]; W::Output::WIDTH];
    let mut slots: Vec<&mut [f64]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    fill(window, columns, &mut slots);
    outputs
}

/// Computes the indicator `W` with these parameters.
pub fn compute<W: Indicator>(values: &[f64], columns: &Columns<'_>) -> Result<Vec<Vec<f64>>, IndicatorError> {
    W::with(values).map(|window| columns_of(&window, columns))
}
