//! Exponential moving average (TA-Lib `EMA`, default compatibility).

use serde::{Deserialize, Serialize};

use super::Window;
use super::period::{IndicatorError, as_float, checked};

/// Average that takes `2 / (period + 1)` of each new value, starting from the mean of the first `period` values.
/// Warm-up: `period - 1` values. It forgets, so its rounding error stays below a few units of the last place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ema {
    period: usize,
    seen: usize,
    weight: f64,
    /// The sum of the values during the warm-up, the average after it.
    value: f64,
}

impl Ema {
    /// A window of `period` values, 1 to 10,000.
    pub fn new(period: u32) -> Result<Self, IndicatorError> {
        checked("period", 1, period).map(Self::of_checked)
    }

    pub(super) fn of_checked(period: usize) -> Self {
        Self { period, seen: 0, weight: 2.0 / (as_float(period) + 1.0), value: 0.0 }
    }
}

impl Window for Ema {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        if self.seen == self.period {
            self.value += (value - self.value) * self.weight;
            return Some(self.value);
        }
        self.seen += 1;
        self.value += value;
        if self.seen < self.period {
            return None;
        }
        self.value /= as_float(self.period);
        Some(self.value)
    }

    fn warm_up(&self) -> usize {
        self.period - 1
    }
}
