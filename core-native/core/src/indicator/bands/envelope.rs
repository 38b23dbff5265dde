//! Moving average envelope: an average, and lines some per cent away from it. Warm-up: that of the average.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, FACTOR_MAX, Indicator, Values, number, period};
use crate::indicator::overlap::AnyAverage;
use crate::indicator::overlap::average::average;

/// Outputs `upper`, `middle`, `lower`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    middle: AnyAverage,
    share: f64,
}

impl Window for Envelope {
    type Input = f64;
    type Output = [f64; 3];

    fn push(&mut self, value: f64) -> Option<[f64; 3]> {
        let middle = self.middle.push(value)?;
        let width = middle * self.share;
        Some([middle + width, middle, middle - width])
    }

    fn warm_up(&self) -> usize {
        self.middle.warm_up()
    }
}

impl Indicator for Envelope {
    const ABOUT: About = About {
        name: "envelope",
        title: "Moving average envelope",
        source: "common",
        parameters: &[period(1, 20), number("per_cent", 0.001, FACTOR_MAX, 2.5), average("average", 0)],
        outputs: &["upper", "middle", "lower"],
    };

    fn of(values: &Values) -> Self {
        Self { middle: AnyAverage::over(values.count(2), values.count(0)), share: values.number(1) / 100.0 }
    }
}
