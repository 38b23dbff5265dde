//! Sums of distances to a nearby value, for variances, covariances and regressions.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Sums of a run of values, taken about a pivot. The default is that of no values.
pub trait Moments: Copy + Default + Serialize + DeserializeOwned {
    /// What is summed.
    type Value: Copy + Default + Serialize + DeserializeOwned;

    /// Of one value.
    fn of(value: Self::Value, pivot: Self::Value) -> Self;

    /// This run, followed by a newer one.
    #[must_use]
    fn join(self, newer: Self) -> Self;
}

/// Sums over the last `length` values about one of them.
///
/// Built as in [`SlidingSum`](super::SlidingSum), never taken out of. A variance is a difference of two sums, and far from
/// zero that difference would have no digits left. The pivot is the newest value when the block began, and leaves the
/// window when the next block begins, so it is always one of the window's values, and then the sum of squares is at most
/// `length` times what the difference leaves: four digits of sixteen are the most that can be lost. A flat window has
/// sums of exactly zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "M: Moments")]
pub struct Pivoted<M: Moments> {
    /// Before `filled`: this block's values.
    values: Vec<M::Value>,
    /// Over the previous block, from each place to its end.
    suffixes: Vec<M>,
    filled: usize,
    prefix: M,
    pivot: M::Value,
    is_warm: bool,
}

impl<M: Moments> Pivoted<M> {
    /// Over `length` > 0 values.
    #[must_use]
    pub fn of_length(length: usize) -> Self {
        Self {
            values: vec![M::Value::default(); length],
            suffixes: vec![M::default(); length],
            filled: 0,
            prefix: M::default(),
            pivot: M::Value::default(),
            is_warm: false,
        }
    }

    /// How many values it sums.
    #[must_use]
    pub fn length(&self) -> usize {
        self.values.len()
    }

    /// Adds a value; the sums and what they are about, once there are enough.
    #[inline(always)]
    pub fn push(&mut self, value: M::Value) -> Option<(M, M::Value)> {
        self.values[self.filled] = value;
        self.prefix = self.prefix.join(M::of(value, self.pivot));
        self.filled += 1;
        if self.filled == self.values.len() {
            sum_to_end(&self.values, value, &mut self.suffixes);
            (self.filled, self.prefix, self.pivot, self.is_warm) = (0, M::default(), value, true);
        } else if !self.is_warm {
            return None;
        }
        Some((self.suffixes[self.filled].join(self.prefix), self.pivot))
    }
}

/// Sums values about their newest, from each place to the end.
fn sum_to_end<M: Moments>(values: &[M::Value], newest: M::Value, suffixes: &mut [M]) {
    let mut sums = M::default();
    for (suffix, value) in suffixes.iter_mut().zip(values).rev() {
        sums = M::of(*value, newest).join(sums);
        *suffix = sums;
    }
}

/// Distances and their squares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    distance: f64,
    square: f64,
}

impl Moments for Spread {
    type Value = f64;

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

/// Mean and population variance of the last `length` values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanVariance {
    sums: Pivoted<Spread>,
    /// One over the length: a product takes a quarter of a quotient's time, and costs half a unit of the last place.
    share: f64,
}

impl MeanVariance {
    /// Over `length` > 0 values.
    #[must_use]
    pub fn of_length(length: usize) -> Self {
        Self { sums: Pivoted::of_length(length), share: 1.0 / super::as_float(length) }
    }

    /// How many values it is of.
    #[must_use]
    pub fn length(&self) -> usize {
        self.sums.length()
    }

    /// Adds a value; mean and variance once there are enough.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> Option<(f64, f64)> {
        let (sums, pivot) = self.sums.push(value)?;
        let spread = sums.square - sums.distance * sums.distance * self.share;
        Some((pivot + sums.distance * self.share, spread.max(0.0) * self.share))
    }
}
