//! Triangular moving average: the middle of the window weighs most. TA-Lib `TRIMA`. Warm-up: `period - 1`.
//!
//! It is the simple average of a simple average, of half the period each: `(n + 1) / 2` twice for an odd period, `n / 2`
//! and `n / 2 + 1` for an even one.

use serde::{Deserialize, Serialize};

use super::Sma;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::{Window, by_blocks};

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

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) -> Option<()> {
        let mut means = [0.0; N];
        self.first.push_block(values, &mut means)?;
        self.second.push_block(&means, averages)
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
