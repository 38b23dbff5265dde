//! Detrended price oscillator: the price half a period and a bar ago, less the average now. Warm-up: the larger of
//! `period - 1` and `period / 2 + 1`.
//!
//! It is often drawn that many bars earlier, under the price that it is of. A stream has no way back: it is given out at the
//! bar at which it is known.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::overlap::Sma;
use crate::indicator::window::Ring;

/// Earlier price less the average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dpo {
    average: Sma,
    before: Ring<f64>,
}

impl Window for Dpo {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let average = self.average.push(value);
        let before = self.before.push(value);
        Some(before? - average?)
    }

    fn warm_up(&self) -> usize {
        self.average.warm_up().max(self.before.length())
    }
}

impl Indicator for Dpo {
    const ABOUT: About = About {
        name: "dpo",
        title: "Detrended price oscillator",
        source: "common",
        parameters: &[period(1, 20)],
        outputs: &["dpo"],
    };

    fn of(values: &Values) -> Self {
        let period = values.count(0);
        Self { average: Sma::over(period), before: Ring::of_length(period / 2 + 1) }
    }
}
