//! Simple moving average (TA-Lib `SMA`).

use serde::{Deserialize, Serialize};

use super::Window;
use super::period::{IndicatorError, as_float, checked};

/// Mean of the last `period` values. Warm-up: `period - 1` values.
///
/// A running sum that adds the new and takes off the old value drifts, and keeps a huge value's error after the value
/// has left. This one only ever adds: the window is the end of the previous block of `period` values, whose sums from
/// each place to its end were taken once, and the current block up to now. Three additions per value on average, one
/// pass over the window every `period` values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sma {
    /// At and after `filled`: the previous block's sums from that place to its end. Before it: this block's values.
    slots: Vec<f64>,
    filled: usize,
    prefix_sum: f64,
    divisor: f64,
    /// Whether a block has ended: from then on every push has a whole window.
    is_warm: bool,
}

impl Sma {
    /// A window over `period` values, 1 to 10,000.
    pub fn new(period: u32) -> Result<Self, IndicatorError> {
        let period = checked("period", 1, period)?;
        Ok(Self { slots: vec![0.0; period], filled: 0, prefix_sum: 0.0, divisor: as_float(period), is_warm: false })
    }

    /// Ends a block: turns its values into sums from each place to the end.
    fn end_block(&mut self) {
        let mut sum = 0.0;
        for slot in self.slots.iter_mut().rev() {
            sum += *slot;
            *slot = sum;
        }
        self.filled = 0;
        self.prefix_sum = 0.0;
        self.is_warm = true;
    }
}

impl Window for Sma {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        self.slots[self.filled] = value;
        self.filled += 1;
        self.prefix_sum += value;
        if self.filled == self.slots.len() {
            let mean = self.prefix_sum / self.divisor;
            self.end_block();
            return Some(mean);
        }
        self.is_warm.then(|| (self.slots[self.filled] + self.prefix_sum) / self.divisor)
    }

    fn warm_up(&self) -> usize {
        self.slots.len() - 1
    }
}
