//! The last values, in order.

use serde::{Deserialize, Serialize};

/// The last `length` values. Before it is full it holds fewer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ring<T> {
    slots: Vec<T>,
    /// Where the next value goes: the oldest, once full.
    next: usize,
    is_full: bool,
}

impl<T: Copy + Default> Ring<T> {
    /// An empty ring for `length` > 0 values.
    #[must_use]
    pub fn of_length(length: usize) -> Self {
        Self { slots: vec![T::default(); length], next: 0, is_full: false }
    }

    /// How many values it holds when full.
    #[must_use]
    pub fn length(&self) -> usize {
        self.slots.len()
    }

    /// Whether every place is taken.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// Adds a value; gives the one that leaves, which is `length` values older.
    pub fn push(&mut self, value: T) -> Option<T> {
        let leaving = core::mem::replace(&mut self.slots[self.next], value);
        let was_full = self.is_full;
        self.next += 1;
        if self.next == self.slots.len() {
            self.next = 0;
            self.is_full = true;
        }
        was_full.then_some(leaving)
    }

    /// Adds `N` values in a row and puts down those that leave; `None` while it is not full.
    #[inline(always)]
    pub fn push_block<const N: usize>(&mut self, values: &[T; N], leaving: &mut [T; N]) -> Option<()> {
        let length = self.slots.len();
        // A value leaves `length` places later: from here on none of those that leave was here before.
        let kept = if N == 1 { 1 } else { length.min(N) };
        for place in 0..kept {
            leaving[place] = self.push(values[place])?;
        }
        leaving[kept..].copy_from_slice(&values[..N - kept]);
        // Of the rest only the last `length` are still here afterwards.
        for &value in &values[kept.max(N.saturating_sub(length))..] {
            self.push(value);
        }
        Some(())
    }

    /// The value that came `age` pushes before the newest; the default where there is none yet. `age` < length.
    #[must_use]
    pub fn ago(&self, age: usize) -> T {
        let place = self.next + self.slots.len() - 1 - age;
        self.slots[if place >= self.slots.len() { place - self.slots.len() } else { place }]
    }

    /// All places, in no order. Only of use once it is full.
    #[must_use]
    pub fn unordered(&self) -> &[T] {
        &self.slots
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        let (newer, older) = self.slots.split_at(self.next);
        let older = if self.is_full { older } else { &[] };
        older.iter().chain(newer).copied()
    }
}
