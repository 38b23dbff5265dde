//! The sum of the last values, without drift.

use serde::{Deserialize, Serialize};

/// Sum of the last `length` values.
///
/// A running sum that adds the new and takes off the old value drifts, and keeps a huge value's error after the value
/// has left. This one only ever adds: the window is the end of the previous block of `length` values, whose sums from
/// each place to its end were taken once, and the current block up to now. Three additions per value on average, one
/// pass over the window every `length` values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlidingSum {
    /// At and after `filled`: the previous block's sums from that place to its end. Before it: this block's values.
    slots: Vec<f64>,
    filled: usize,
    prefix: f64,
    /// Whether a block has ended: from then on every push has a whole window.
    is_warm: bool,
}

impl SlidingSum {
    /// Over `length` > 0 values.
    #[must_use]
    pub fn of_length(length: usize) -> Self {
        Self { slots: vec![0.0; length], filled: 0, prefix: 0.0, is_warm: false }
    }

    /// How many values it sums.
    #[must_use]
    pub fn length(&self) -> usize {
        self.slots.len()
    }

    /// Adds a value; the sum once there are enough.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        self.slots[self.filled] = value;
        self.filled += 1;
        self.prefix += value;
        if self.filled == self.slots.len() {
            sum_to_end(&mut self.slots);
            self.filled = 0;
            self.is_warm = true;
            return Some(core::mem::take(&mut self.prefix));
        }
        if self.is_warm { Some(self.slots[self.filled] + self.prefix) } else { None }
    }
}

/// Turns values into the sums from each place to the end. Not of the window itself: whose state would have to be in memory.
fn sum_to_end(slots: &mut [f64]) {
    let mut sum = 0.0;
    for slot in slots.iter_mut().rev() {
        sum += *slot;
        *slot = sum;
    }
}
