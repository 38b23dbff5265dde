//! Wilder's smoothing, which RSI, ATR, ADX and others share.

use serde::{Deserialize, Serialize};

use super::as_float;

/// Average that takes `1 / period` of each new value, starting from the mean of the first `period` values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WilderAverage {
    period: usize,
    seen: usize,
    /// The sum of the values during the warm-up, the average after it.
    value: f64,
    keep: f64,
    take: f64,
}

impl WilderAverage {
    /// Of `period` > 0 values.
    #[must_use]
    pub fn over(period: usize) -> Self {
        let length = as_float(period);
        Self { period, seen: 0, value: 0.0, keep: (length - 1.0) / length, take: 1.0 / length }
    }

    /// Its period.
    #[must_use]
    pub const fn period(&self) -> usize {
        self.period
    }

    /// TA-Lib multiplies by `period - 1` and divides by `period`; two products with the quotients take a third of the
    /// time and differ in the last place only.
    #[inline]
    pub fn push(&mut self, value: f64) -> Option<f64> {
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

/// Sum that gives up `1 / period` of itself for each new value, starting from the plain sum of the first
/// `period - 1` values. Its `n`-th value is there after `period - 1` pushes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WilderSum {
    period: usize,
    seen: usize,
    value: f64,
    keep: f64,
}

impl WilderSum {
    /// Of `period` > 0 values.
    #[must_use]
    pub fn over(period: usize) -> Self {
        Self { period, seen: 0, value: 0.0, keep: 1.0 - 1.0 / as_float(period) }
    }

    /// Its period.
    #[must_use]
    pub const fn period(&self) -> usize {
        self.period
    }

    /// Adds a value; the sum once `period - 1` values are in it.
    #[inline]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        if self.seen + 1 >= self.period {
            self.value = self.value * self.keep + value;
            return Some(self.value);
        }
        self.seen += 1;
        self.value += value;
        (self.seen + 1 == self.period).then_some(self.value)
    }
}
