//! Relative strength index (TA-Lib `RSI`, default compatibility; Wilder's smoothing).

use serde::{Deserialize, Serialize};

use super::Window;
use super::period::{IndicatorError, checked};
use super::wilder::WilderAverage;

/// Below this the average change counts as none (TA-Lib's `TA_EPSILON`).
const CHANGE_MIN: f64 = 1e-14;

/// `100 x average gain / (average gain + average loss)`; 0 where nothing moves, as TA-Lib has it.
/// Warm-up: `period` values, of which the first only starts the changes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rsi {
    previous: Option<f64>,
    gain: WilderAverage,
    loss: WilderAverage,
}

impl Rsi {
    /// A window of `period` changes, 2 to 10,000.
    pub fn new(period: u32) -> Result<Self, IndicatorError> {
        let average = WilderAverage::of_checked(checked("period", 2, period)?);
        Ok(Self { previous: None, gain: average, loss: average })
    }
}

impl Window for Rsi {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let change = value - self.previous.replace(value)?;
        let gain = self.gain.push(change.max(0.0));
        let loss = self.loss.push((-change).max(0.0));
        let (gain, loss) = (gain?, loss?);
        let moved = gain + loss;
        Some(if moved < CHANGE_MIN { 0.0 } else { 100.0 * (gain / moved) })
    }

    fn warm_up(&self) -> usize {
        self.gain.period()
    }
}
