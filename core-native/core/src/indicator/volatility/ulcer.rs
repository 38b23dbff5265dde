//! Ulcer index: how deep the price has been below its highest close. Martin 1987. Warm-up: `period - 1`.
//!
//! Each close of the window is compared with the highest close from the window's beginning up to it, so all of them change
//! when the window moves. Cost: one pass over the window a value.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Ring, as_float, quotient};

/// Root of the mean square of drawdowns in per cent; a highest close of 0 counts as no drawdown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ulcer(Ring<f64>);

impl Window for Ulcer {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        self.0.push(value);
        if !self.0.is_full() {
            return None;
        }
        let mut highest = f64::NEG_INFINITY;
        let square = |close: f64| {
            highest = highest.max(close);
            let drawdown = quotient(close - highest, highest) * 100.0;
            drawdown * drawdown
        };
        let sum: f64 = self.0.iter().map(square).sum();
        Some((sum / as_float(self.0.length())).sqrt())
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Ulcer {
    const ABOUT: About =
        About { name: "ulcer", title: "Ulcer index", source: "Martin 1987", parameters: &[period(1, 14)], outputs: &["ulcer"] };

    fn of(values: &Values) -> Self {
        Self(Ring::of_length(values.count(0)))
    }
}
