//! The recursive average that all exponential and Wilder's averages are.

use serde::{Deserialize, Serialize};

/// Values between two settlements.
const GROUP: u32 = 4;

/// `average = keep x average + take x value`, after a start.
///
/// Written like that each value waits for the one before it: a product and a sum. So the average is kept as what it was
/// when a group of four began, and what the group's values have added since: only every fourth value waits. It is the same
/// average but for the last places, and it forgets, so its rounding error stays below a few units of those.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Smoother {
    keep: f64,
    take: f64,
    /// The average when the group began.
    base: f64,
    /// What is left of it after the next value: `keep` to the power of the values in the group.
    decay: f64,
    /// What the group's values are worth by now.
    added: f64,
    in_group: u32,
}

impl Smoother {
    /// At 0.
    #[must_use]
    pub const fn new(keep: f64, take: f64) -> Self {
        Self { keep, take, base: 0.0, decay: keep, added: 0.0, in_group: 0 }
    }

    /// Starts from a value.
    pub fn start(&mut self, value: f64) {
        *self = Self { base: value, ..Self::new(self.keep, self.take) };
    }

    /// Takes a value; gives the average.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> f64 {
        self.added = self.added * self.keep + value * self.take;
        let average = self.base * self.decay + self.added;
        self.in_group += 1;
        if self.in_group == GROUP {
            *self = Self { base: average, ..Self::new(self.keep, self.take) };
        } else {
            self.decay *= self.keep;
        }
        average
    }
}

/// The same, starting from the mean of the first values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeededSmoother {
    period: usize,
    /// Values that the mean still lacks.
    missing: usize,
    sum: f64,
    smoother: Smoother,
}

impl SeededSmoother {
    /// From the mean of `period` > 0 values.
    #[must_use]
    pub const fn new(period: usize, keep: f64, take: f64) -> Self {
        Self { period, missing: period, sum: 0.0, smoother: Smoother::new(keep, take) }
    }

    /// Values of the mean that it starts from.
    #[must_use]
    pub const fn period(&self) -> usize {
        self.period
    }

    /// Takes a value; the average once there are enough.
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
        let mean = self.sum / super::as_float(self.period);
        self.smoother.start(mean);
        Some(mean)
    }
}
