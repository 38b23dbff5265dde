//! Sums of distances to a nearby value, for means and variances.

use serde::{Deserialize, Serialize};

use super::larger;
use super::sliding::{Run, Sliding};

/// Distances and their squares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    distance: f64,
    square: f64,
}

impl Run for Spread {
    type Value = f64;

    #[inline(always)]
    fn none() -> Self {
        Self::default()
    }

    #[inline(always)]
    fn of(value: f64, pivot: f64) -> Self {
        let distance = value - pivot;
        Self { distance, square: distance * distance }
    }

    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        Self { distance: self.distance + newer.distance, square: self.square + newer.square }
    }
}

impl Spread {
    /// The mean of as many values as `share` is one over.
    #[inline(always)]
    fn mean(self, pivot: f64, share: f64) -> f64 {
        pivot + self.distance * share
    }

    /// Their population variance.
    #[inline(always)]
    fn variance(self, share: f64) -> f64 {
        larger(self.square - self.distance * self.distance * share, 0.0) * share
    }
}

/// Mean and population variance of the last `length` values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanVariance {
    sums: Sliding<Spread>,
    /// One over the length: a product takes a quarter of a quotient's time, and costs half a unit of the last place.
    share: f64,
}

impl MeanVariance {
    /// Over `length` > 0 values.
    #[must_use]
    pub fn of_length(length: usize) -> Self {
        Self { sums: Sliding::of_length(length), share: 1.0 / super::as_float(length) }
    }

    /// How many values it is of.
    #[must_use]
    pub fn length(&self) -> usize {
        self.sums.length()
    }

    /// Adds a value; mean and variance once there are enough.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> Option<(f64, f64)> {
        let sums = self.sums.push(value)?;
        Some((sums.mean(self.sums.pivot(), self.share), sums.variance(self.share)))
    }

    /// The same for `N` values in a row: puts down what `of` makes of each mean and variance; for more than one only after the
    /// first.
    #[inline(always)]
    pub fn push_block<const N: usize, const WIDTH: usize>(
        &mut self,
        values: &[f64; N],
        outputs: [&mut [f64; N]; WIDTH],
        of: impl Fn(f64, f64) -> [f64; WIDTH],
    ) -> Option<()> {
        let share = self.share;
        self.sums.push_block(values, outputs, |sums, pivot| of(sums.mean(pivot, share), sums.variance(share)))
    }
}
