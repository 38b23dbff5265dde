//! Awesome oscillator: a fast and a slow simple average of the bars' middles. Williams 1995. Warm-up: `slow - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, Indicator, Values, length};
use crate::indicator::overlap::Sma;

/// Fast average less slow average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Awesome {
    fast: Sma,
    slow: Sma,
}

impl Window for Awesome {
    type Input = HighLow;
    type Output = f64;

    fn push(&mut self, bar: HighLow) -> Option<f64> {
        let fast = self.fast.push(bar.middle());
        let slow = self.slow.push(bar.middle());
        Some(fast? - slow?)
    }

    fn warm_up(&self) -> usize {
        self.fast.warm_up().max(self.slow.warm_up())
    }
}

impl Indicator for Awesome {
    const ABOUT: About = About {
        name: "awesome",
        title: "Awesome oscillator",
        source: "Williams 1995",
        parameters: &[length("fast", 1, 5), length("slow", 1, 34)],
        outputs: &["awesome"],
    };

    fn of(values: &Values) -> Self {
        Self { fast: Sma::over(values.count(0)), slow: Sma::over(values.count(1)) }
    }
}
