//! Exponential moving average: takes `2 / (period + 1)` of each new value, starting from the mean of the first `period`
//! values. TA-Lib `EMA`, default compatibility. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{SeededSmoother, as_float};
use crate::indicator::{Window, by_blocks};

/// Exponential average.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ema(SeededSmoother);

impl Ema {
    pub(crate) fn over(period: usize) -> Self {
        Self::weighing(period, 2.0 / (as_float(period) + 1.0))
    }

    /// Starting from the mean of the first `period` values, with another weight than the usual one.
    pub(crate) fn weighing(period: usize, weight: f64) -> Self {
        Self(SeededSmoother::new(period, 1.0 - weight, weight))
    }
}

impl Window for Ema {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) -> Option<()> {
        self.0.push_block(values, averages)
    }

    fn warm_up(&self) -> usize {
        self.0.period() - 1
    }
}

impl Indicator for Ema {
    const ABOUT: About = About {
        name: "ema",
        title: "Exponential moving average",
        source: "TA-Lib EMA",
        parameters: &[period(1, 30)],
        outputs: &["ema"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}
