//! Anything that can be joined over the last values: highest, lowest, several sums at once.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{larger, smaller};

/// Something that an older and a newer run of values are joined into; joining is associative.
pub trait Join: Copy + Default + Serialize + DeserializeOwned {
    /// This run, followed by a newer one.
    #[must_use]
    fn join(self, newer: Self) -> Self;
}

/// The join of the last `length` values, built as in [`SlidingSum`](super::SlidingSum): three joins a value, and nothing
/// is ever taken out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Join")]
pub struct Sliding<T> {
    /// At and after `filled`: the previous block from that place to its end. Before it: this block's values.
    slots: Vec<T>,
    filled: usize,
    prefix: T,
    is_warm: bool,
}

impl<T: Join> Sliding<T> {
    /// Over `length` > 0 values.
    #[must_use]
    pub fn of_length(length: usize) -> Self {
        Self { slots: vec![T::default(); length], filled: 0, prefix: T::default(), is_warm: false }
    }

    /// How many values it joins.
    #[must_use]
    pub fn length(&self) -> usize {
        self.slots.len()
    }

    /// Adds a value; the join once there are enough.
    #[inline(always)]
    pub fn push(&mut self, value: T) -> Option<T> {
        self.slots[self.filled] = value;
        self.prefix = if self.filled == 0 { value } else { self.prefix.join(value) };
        self.filled += 1;
        if self.filled == self.slots.len() {
            join_to_end(&mut self.slots);
            (self.filled, self.is_warm) = (0, true);
            return Some(self.prefix);
        }
        if self.is_warm { Some(self.slots[self.filled].join(self.prefix)) } else { None }
    }
}

/// Turns values into what is joined from each place to the end. Not of the window itself: whose state would have to be in
/// memory then.
fn join_to_end<T: Join>(slots: &mut [T]) {
    let mut places = slots.iter_mut().rev();
    let Some(newest) = places.next() else { return };
    let mut joined = *newest;
    for slot in places {
        joined = slot.join(joined);
        *slot = joined;
    }
}

/// The highest value and which it was, the newest among equals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Highest {
    /// The value.
    pub value: f64,
    /// A number that the caller gave it.
    pub at: u64,
}

impl Join for Highest {
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
    fn join(self, newer: Self) -> Self {
        if newer.value <= self.value { newer } else { self }
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
    fn join(self, newer: Self) -> Self {
        Self { high: larger(self.high, newer.high), low: smaller(self.low, newer.low) }
    }
}

impl Join for [f64; 2] {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        [self[0] + newer[0], self[1] + newer[1]]
    }
}

impl Join for [f64; 3] {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        [self[0] + newer[0], self[1] + newer[1], self[2] + newer[2]]
    }
}
