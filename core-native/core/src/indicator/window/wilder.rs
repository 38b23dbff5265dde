//! Wilder's smoothing, which RSI, ATR, ADX and others share.

use serde::{Deserialize, Serialize};

use super::{SeededSmoother, Smoother, as_float};

/// Average that takes `1 / period` of each new value, starting from the mean of the first `period` values.
///
/// TA-Lib multiplies by `period - 1` and divides by `period`; two products with the quotients take a third of the time and
/// differ in the last place only.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WilderAverage(SeededSmoother);

impl WilderAverage {
    /// Of `period` > 0 values.
    #[must_use]
    pub fn over(period: usize) -> Self {
        let length = as_float(period);
        Self(SeededSmoother::new(period, (length - 1.0) / length, 1.0 / length))
    }

    /// Its period.
    #[must_use]
    pub fn period(&self) -> usize {
        self.0.period()
    }

    /// Adds a value; the average once there are enough.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        self.0.push(value)
    }

    /// The same for `N` values in a row; for more than one only after the first average.
    #[inline(always)]
    pub fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) -> Option<()> {
        self.0.push_block(values, averages)
    }
}

/// Sum that gives up `1 / period` of itself for each new value, starting from the plain sum of the first
/// `period - 1` values. Its first value is there after `period - 1` pushes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WilderSum {
    period: usize,
    /// Values that the plain sum still lacks.
    missing: usize,
    sum: f64,
    smoother: Smoother,
}

impl WilderSum {
    /// Of `period` > 0 values.
    #[must_use]
    pub fn over(period: usize) -> Self {
        let keep = 1.0 - 1.0 / as_float(period);
        Self { period, missing: period - 1, sum: 0.0, smoother: Smoother::new(keep, 1.0) }
    }

    /// Its period.
    #[must_use]
    pub const fn period(&self) -> usize {
        self.period
    }

    /// Adds a value; the sum once `period - 1` values are in it.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        if self.missing == 0 {
            return Some(self.smoother.push(value));
        }
        self.missing -= 1;
        self.sum += value;
        if self.missing > 0 {
            return None;
        }
        self.smoother.start(self.sum);
        Some(self.sum)
    }
    /// The same for `N` values in a row; for more than one only after the first sum.
    #[inline(always)]
    pub fn push_block<const N: usize>(&mut self, values: &[f64; N], sums: &mut [f64; N]) -> Option<()> {
        if N == 1 {
            sums[0] = self.push(values[0])?;
        } else {
            self.smoother.push_block(values, sums);
        }
        Some(())
    }
}
