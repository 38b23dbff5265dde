//! The recursive average that all exponential and Wilder's averages are.

use serde::{Deserialize, Serialize};

/// `average = keep x average + take x value`, after a start.
///
/// TA-Lib's form, `average + (value - average) x take`, has three operations that wait for the value before; this one has
/// two, and differs in the last places only. It forgets, so its rounding error stays below a few units of those.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Smoother {
    keep: f64,
    take: f64,
    value: f64,
}

/// Values of a group of [`GroupedSmoother`].
const GROUP: u32 = 4;

/// The same average, kept as what it was when a group of four began and what the group's values have added since: only
/// every fourth value waits for the one before it. It is quicker where the average is all there is to do, and slower
/// beside others, as it needs twice the registers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupedSmoother {
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

/// A recursive average.
pub trait Recursive: Copy {
    /// At 0.
    fn new(keep: f64, take: f64) -> Self;

    /// Starts from a value.
    fn start(&mut self, value: f64);

    /// Takes a value; gives the average.
    fn push(&mut self, value: f64) -> f64;
}

impl Recursive for Smoother {
    fn new(keep: f64, take: f64) -> Self {
        Self { keep, take, value: 0.0 }
    }

    #[inline(always)]
    fn start(&mut self, value: f64) {
        self.value = value;
    }

    #[inline(always)]
    fn push(&mut self, value: f64) -> f64 {
        self.value = self.value * self.keep + value * self.take;
        self.value
    }
}

impl Recursive for GroupedSmoother {
    fn new(keep: f64, take: f64) -> Self {
        Self { keep, take, base: 0.0, decay: keep, added: 0.0, in_group: 0 }
    }

    #[inline(always)]
    fn start(&mut self, value: f64) {
        *self = Self { base: value, decay: self.keep, added: 0.0, in_group: 0, ..*self };
    }

    #[inline(always)]
    fn push(&mut self, value: f64) -> f64 {
        self.added = self.added * self.keep + value * self.take;
        let average = self.base * self.decay + self.added;
        self.in_group += 1;
        if self.in_group == GROUP {
            self.start(average);
        } else {
            self.decay *= self.keep;
        }
        average
    }
}

/// A recursive average that starts from the mean of the first values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeededSmoother<S = Smoother> {
    period: usize,
    /// Values that the mean still lacks.
    missing: usize,
    sum: f64,
    smoother: S,
}

impl<S: Recursive> SeededSmoother<S> {
    /// From the mean of `period` > 0 values.
    #[must_use]
    pub fn new(period: usize, keep: f64, take: f64) -> Self {
        Self { period, missing: period, sum: 0.0, smoother: S::new(keep, take) }
    }

    /// Values of the mean that it starts from.
    #[must_use]
    pub fn period(&self) -> usize {
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
