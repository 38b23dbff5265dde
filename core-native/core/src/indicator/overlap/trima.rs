//! Triangular moving average: the middle of the window weighs most. TA-Lib `TRIMA`. Warm-up: `period - 1`.
//!
//! It is the simple average of a simple average, of half the period each: `(n + 1) / 2` twice for an odd period, `n / 2`
//! and `n / 2 + 1` for an even one.

use serde::{Deserialize, Serialize};

use super::Sma;
use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};

/// Triangularly weighted average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trima {
    first: Sma,
    second: Sma,
}

impl Trima {
    pub(crate) fn over(period: usize) -> Self {
        Self { first: Sma::over(period.div_ceil(2)), second: Sma::over(period / 2 + 1) }
    }
}

impl Window for Trima {
    type Input = f64;
    type Output = f64;

    #[inline]
    fn push(&mut self, value: f64) -> Option<f64> {
        let mean = self.first.push(value)?;
        self.second.push(mean)
    }

    fn warm_up(&self) -> usize {
        self.first.warm_up() + self.second.warm_up()
    }
}

impl Indicator for Trima {
    const ABOUT: About = About {
        name: "trima",
        title: "Triangular moving average",
        source: "TA-Lib TRIMA",
        parameters: &[period(1, 30)],
        outputs: &["trima"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}
