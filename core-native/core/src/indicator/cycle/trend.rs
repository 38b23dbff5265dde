//! The trend under a cycle: the mean price over one cycle's length, smoothed over four bars.

use serde::{Deserialize, Serialize};

use super::phase::{CYCLE_MAX, whole_bars};
use crate::indicator::window::{Ring, as_float};

/// The line's state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendLine {
    prices: Ring<f64>,
    /// Means of the last three bars, newest first.
    means: [f64; 3],
}

impl TrendLine {
    /// At rest.
    #[must_use]
    pub fn new() -> Self {
        Self { prices: Ring::of_length(CYCLE_MAX), means: [0.0; 3] }
    }

    /// Takes a price, also while the transform is not yet running.
    pub fn see(&mut self, price: f64) {
        self.prices.push(price);
    }

    /// The line at the price seen last, for a cycle of that length.
    pub fn over(&mut self, smooth_period: f64) -> f64 {
        let bars = whole_bars(smooth_period);
        let sum: f64 = (0..bars).map(|age| self.prices.ago(age)).sum();
        let mean = if bars == 0 { 0.0 } else { sum / as_float(bars) };
        let [one, two, three] = self.means;
        self.means = [mean, one, two];
        (4.0 * mean + 3.0 * one + 2.0 * two + three) / 10.0
    }
}

impl Default for TrendLine {
    fn default() -> Self {
        Self::new()
    }
}
