//! The sum of the last values, without drift.

use serde::{Deserialize, Serialize};

/// Sum of the last `length` values.
///
/// A running sum that adds the new and takes off the old value drifts, and keeps a huge value's error after the value
/// has left. This one only ever adds: the window is the end of the previous block of `length` values, whose sums from
/// each place to its end were taken once, and the current block up to now. Three additions per value on average, one
/// pass over the window every `length` values.
///
/// Both sums are made in groups of four, so that only every fourth addition waits for the one before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlidingSum {
    /// At and after `filled`: the previous block's sums from that place to its end. Before it: this block's values.
    slots: Vec<f64>,
    filled: usize,
    /// Of this block's values up to the last full group, and of those since.
    settled: f64,
    open: f64,
    in_group: u32,
    /// Whether a block has ended: from then on every push has a whole window.
    is_warm: bool,
}

const GROUP: u32 = 4;

impl SlidingSum {
    /// Over `length` > 0 values.
    #[must_use]
    pub fn of_length(length: usize) -> Self {
        Self { slots: vec![0.0; length], filled: 0, settled: 0.0, open: 0.0, in_group: 0, is_warm: false }
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
        self.open += value;
        let prefix = self.settled + self.open;
        self.in_group += 1;
        if self.in_group == GROUP {
            (self.settled, self.open, self.in_group) = (prefix, 0.0, 0);
        }
        if self.filled == self.slots.len() {
            sum_to_end(&mut self.slots);
            (self.filled, self.settled, self.open, self.in_group, self.is_warm) = (0, 0.0, 0.0, 0, true);
            return Some(prefix);
        }
        if self.is_warm { Some(self.slots[self.filled] + prefix) } else { None }
    }
}

/// Turns values into the sums from each place to the end. Not of the window itself: whose state would have to be in memory.
fn sum_to_end(slots: &mut [f64]) {
    let mut sum = 0.0;
    let mut groups = slots.rchunks_exact_mut(GROUP as usize);
    for group in &mut groups {
        let &mut [one, two, three, four] = group else { continue };
        let (last, half) = (three + four, one + two);
        group.copy_from_slice(&[sum + (half + last), sum + (two + last), sum + last, sum + four]);
        sum += half + last;
    }
    for slot in groups.into_remainder().iter_mut().rev() {
        sum += *slot;
        *slot = sum;
    }
}
