//! What runs of values are joined into: highest, lowest, sums.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::sliding::Join;
use super::{larger, smaller};

/// The highest value and which it was, the newest among equals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Highest {
    /// The value.
    pub value: f64,
    /// A number that the caller gave it.
    pub at: u64,
}

impl Join for Highest {
    fn none() -> Self {
        Self { value: f64::NEG_INFINITY, at: 0 }
    }

    fn join(self, newer: Self) -> Self {
        if newer.value >= self.value { newer } else { self }
    }
}

/// The lowest value and which it was, the newest among equals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lowest {
    /// The value.
    pub value: f64,
    /// A number that the caller gave it.
    pub at: u64,
}

impl Join for Lowest {
    fn none() -> Self {
        Self { value: f64::INFINITY, at: 0 }
    }

    fn join(self, newer: Self) -> Self {
        if newer.value <= self.value { newer } else { self }
    }
}

/// The highest and the lowest value, and which they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Extremes {
    /// Highest.
    pub high: Highest,
    /// Lowest.
    pub low: Lowest,
}

impl Extremes {
    /// Of one bar, or of one value that is both.
    #[must_use]
    pub const fn of(high: f64, low: f64, at: u64) -> Self {
        Self { high: Highest { value: high, at }, low: Lowest { value: low, at } }
    }
}

impl Join for Extremes {
    #[inline]
    fn none() -> Self {
        Self { high: Join::none(), low: Join::none() }
    }

    #[inline]
    fn join(self, newer: Self) -> Self {
        Self { high: Join::join(self.high, newer.high), low: Join::join(self.low, newer.low) }
    }
}

/// Highest and lowest price of a bar or of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Highest.
    pub high: f64,
    /// Lowest.
    pub low: f64,
}

impl Span {
    /// Of one value.
    #[must_use]
    pub const fn of(value: f64) -> Self {
        Self { high: value, low: value }
    }

    /// Of several bars.
    #[must_use]
    #[inline(always)]
    pub fn of_block<const N: usize>(high: &[f64; N], low: &[f64; N]) -> [Self; N] {
        let mut spans = [Self { high: 0.0, low: 0.0 }; N];
        (0..N).for_each(|place| spans[place] = Self { high: high[place], low: low[place] });
        spans
    }

    /// Its middle.
    #[must_use]
    pub fn middle(self) -> f64 {
        f64::midpoint(self.high, self.low)
    }

    /// Where `value` lies, from 0 at the low to 1 at the high; 0 where it has no height.
    #[must_use]
    pub fn place_of(self, value: f64) -> f64 {
        super::quotient(value - self.low, self.high - self.low)
    }
}

impl Join for Span {
    #[inline(always)]
    fn none() -> Self {
        Self { high: f64::NEG_INFINITY, low: f64::INFINITY }
    }

    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        Self { high: larger(self.high, newer.high), low: smaller(self.low, newer.low) }
    }
}

/// Its sum.
impl Join for f64 {
    #[inline(always)]
    fn none() -> Self {
        0.0
    }

    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        self + newer
    }
}

/// The sums of several.
impl<const N: usize> Join for [f64; N]
where
    Self: Default + Serialize + DeserializeOwned,
{
    #[inline(always)]
    fn none() -> Self {
        [0.0; N]
    }

    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        core::array::from_fn(|place| self[place] + newer[place])
    }
}
