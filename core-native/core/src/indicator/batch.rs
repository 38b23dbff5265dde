//! Indicators over whole series: one output per bar, NaN during the warm-up.
//!
//! A series is pushed through the streaming window, so a chart computed here and a window that lives on agree to the bit.
//! After the warm-up it goes in blocks: what values do not wait for each other for is then done side by side.

use super::Window;
use super::column::{Columns, Input};
use super::definition::Indicator;
use super::error::IndicatorError;
use super::output::Output;

/// Bars that a batch takes at once: enough that the loops inside are worth their start, few enough for the nearest cache.
const BLOCK: usize = 32;

/// Computes into columns that the caller owns, as many as the indicator has outputs and as long as the series.
pub fn fill<W: Window + Clone>(window: &W, columns: &Columns<'_>, outputs: &mut [&mut [f64]]) {
    let count = columns.count(W::Input::READS);
    assert_eq!(outputs.len(), W::Output::WIDTH, "a column for each output");
    assert!(outputs.iter().all(|output| output.len() == count), "outputs as long as the series");
    // A local, so that its state can be in registers.
    let mut window = window.clone();
    let begun = window.warm_up().min(count);
    for (index, input) in W::Input::rows(columns, begun).enumerate() {
        let output = window.push(input);
        debug_assert!(output.is_none(), "nothing at {index}, during the warm-up");
    }
    for output in outputs.iter_mut() {
        output[..begun].fill(f64::NAN);
    }
    let mut next = begun;
    if next < count {
        next = step::<W, 1>(&mut window, columns, outputs, next);
    }
    while next + BLOCK <= count {
        next = step::<W, BLOCK>(&mut window, columns, outputs, next);
    }
    while next < count {
        next = step::<W, 1>(&mut window, columns, outputs, next);
    }
}

/// Takes the `N` bars from `start`; gives where the next ones begin.
#[inline(always)]
fn step<W: Window, const N: usize>(window: &mut W, columns: &Columns<'_>, outputs: &mut [&mut [f64]], start: usize) -> usize {
    window
        .push_block::<N>(W::Input::block(columns, start), W::Output::slots(outputs, start))
        .expect("an output for each bar after the warm-up");
    start + N
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
