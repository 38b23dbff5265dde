//! Wilder's average, which RSI and ATR share.

use serde::{Deserialize, Serialize};

use super::period::as_float;

/// Average that takes `1 / period` of each new value, starting from the mean of the first `period` values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct WilderAverage {
    period: usize,
    seen: usize,
    /// The sum of the values during the warm-up, the average after it.
    value: f64,
    keep: f64,
    take: f64,
}

impl WilderAverage {
    pub(super) fn of_checked(period: usize) -> Self {
        let length = as_float(period);
        Self { period, seen: 0, value: 0.0, keep: (length - 1.0) / length, take: 1.0 / length }
    }

    pub(super) const fn period(&self) -> usize {
        self.period
    }

    /// TA-Lib multiplies by `period - 1` and divides by `period`; two products with the quotients take a third of the
    /// time and differ in the last place only.
    pub(super) fn push(&mut self, value: f64) -> Option<f64> {
        if self.seen == self.period {
            self.value = self.value * self.keep + value * self.take;
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
}
