//! McGinley's dynamic: an average that hurries where the price falls away from it. McGinley 1991. Warm-up: 1; it starts
//! from the first value.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, FACTOR_MAX, Indicator, Values, number, period};
use crate::indicator::window::{as_float, is_zero};

/// Moves by the distance over `k * period * (value / average)^4`. From an average of zero it begins anew with the value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct McGinley {
    divisor: f64,
    average: Option<f64>,
}

impl Window for McGinley {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let Some(average) = self.average else {
            self.average = Some(value);
            return None;
        };
        let divisor = if is_zero(average) { 0.0 } else { self.divisor * (value / average).powi(4) };
        let step = (value - average) / divisor;
        // A value near zero makes the divisor vanish and the step endless: then the value itself is the average.
        let next = if is_zero(divisor) || step.abs() > (value - average).abs() { value } else { average + step };
        self.average = Some(next);
        Some(next)
    }

    fn warm_up(&self) -> usize {
        1
    }
}

impl Indicator for McGinley {
    const ABOUT: About = About {
        name: "mcginley",
        title: "McGinley's dynamic",
        source: "McGinley 1991",
        parameters: &[period(1, 14), number("k", 0.1, FACTOR_MAX, 0.6)],
        outputs: &["mcginley"],
    };

    fn of(values: &Values) -> Self {
        Self { divisor: values.number(1) * as_float(values.count(0)), average: None }
    }
}
