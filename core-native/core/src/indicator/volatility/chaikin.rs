//! Chaikin volatility: by how many per cent the average range has changed in `change` bars. Warm-up: `period - 1 + change`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, Indicator, Values, length, period};
use crate::indicator::overlap::Ema;
use crate::indicator::window::{Ring, quotient};

/// Change of the exponential average of the range; 0 where there was none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChaikinVolatility {
    average: Ema,
    before: Ring<f64>,
}

impl Window for ChaikinVolatility {
    type Input = HighLow;
    type Output = f64;

    fn push(&mut self, bar: HighLow) -> Option<f64> {
        let range = self.average.push(bar.high - bar.low)?;
        let before = self.before.push(range)?;
        Some(quotient(range - before, before) * 100.0)
    }

    fn warm_up(&self) -> usize {
        self.average.warm_up() + self.before.length()
    }
}

impl Indicator for ChaikinVolatility {
    const ABOUT: About = About {
        name: "chaikin_volatility",
        title: "Chaikin volatility",
        source: "Chaikin",
        parameters: &[period(1, 10), length("change", 1, 10)],
        outputs: &["volatility"],
    };

    fn of(values: &Values) -> Self {
        Self { average: Ema::over(values.count(0)), before: Ring::of_length(values.count(1)) }
    }
}
