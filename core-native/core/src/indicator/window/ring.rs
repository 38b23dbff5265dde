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
