//! A sum of everything since the start, with its rounding errors carried along.

use serde::{Deserialize, Serialize};

/// Neumaier's sum: what each addition loses is kept beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Total {
    sum: f64,
    lost: f64,
}

impl Total {
    /// Adds a value; gives the sum.
    #[inline(always)]
    pub fn add(&mut self, value: f64) -> f64 {
        let sum = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
        self.value()
    }

    /// The sum.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.sum + self.lost
    }
}
