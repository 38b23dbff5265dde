//! Ease of movement: how far the bar's middle moved for its volume. Arms. Warm-up: `period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::{HighLow, HighLowVolume};
use crate::indicator::definition::{About, Indicator, Values, number, period};
use crate::indicator::overlap::Sma;
use crate::indicator::window::quotient;

/// Simple average of `distance x range / volume x scale`; a bar without volume counts 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EaseOfMovement {
    previous_middle: Option<f64>,
    average: Sma,
    scale: f64,
}

impl Window for EaseOfMovement {
    type Input = HighLowVolume;
    type Output = f64;

    fn push(&mut self, bar: HighLowVolume) -> Option<f64> {
        let middle = HighLow { high: bar.high, low: bar.low }.middle();
        let distance = middle - self.previous_middle.replace(middle)?;
        self.average.push(quotient(distance * (bar.high - bar.low), bar.volume) * self.scale)
    }

    fn warm_up(&self) -> usize {
        self.average.warm_up() + 1
    }
}

impl Indicator for EaseOfMovement {
    const ABOUT: About = About {
        name: "eom",
        title: "Ease of movement",
        source: "Arms",
        parameters: &[period(1, 14), number("scale", 1.0, 1e15, 1e8)],
        outputs: &["eom"],
    };

    fn of(values: &Values) -> Self {
        Self { previous_middle: None, average: Sma::over(values.count(0)), scale: values.number(1) }
    }
}
