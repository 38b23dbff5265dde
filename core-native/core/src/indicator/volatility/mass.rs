//! Mass index: how far the average range has widened against its own average, summed. Dorsey.
//! Warm-up: `2 (average - 1) + period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, Indicator, Values, length, period};
use crate::indicator::overlap::Ema;
use crate::indicator::window::{SlidingSum, is_zero};

/// Sum of the ratios of two averages of the range. Bars without any range count 1: nothing has widened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MassIndex {
    first: Ema,
    second: Ema,
    sum: SlidingSum,
}

impl Window for MassIndex {
    type Input = HighLow;
    type Output = f64;

    fn push(&mut self, bar: HighLow) -> Option<f64> {
        let first = self.first.push(bar.high - bar.low)?;
        let second = self.second.push(first)?;
        self.sum.push(if is_zero(second) { 1.0 } else { first / second })
    }

    fn warm_up(&self) -> usize {
        2 * self.first.warm_up() + self.sum.length() - 1
    }
}

impl Indicator for MassIndex {
    const ABOUT: About = About {
        name: "mass_index",
        title: "Mass index",
        source: "Dorsey 1992",
        parameters: &[period(1, 25), length("average", 1, 9)],
        outputs: &["mass"],
    };

    fn of(values: &Values) -> Self {
        let average = Ema::over(values.count(1));
        Self { first: average, second: average, sum: SlidingSum::of_length(values.count(0)) }
    }
}
