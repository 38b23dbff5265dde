//! Simple moving average: the mean of the last `period` values. TA-Lib `SMA`. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{SlidingSum, as_float};
use crate::indicator::{Window, by_blocks};

/// Mean of the last `period` values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sma {
    sum: SlidingSum,
    /// One over the period: a product takes a quarter of a quotient's time, and costs half a unit of the last place.
    share: f64,
}

impl Sma {
    pub(crate) fn over(period: usize) -> Self {
        Self { sum: SlidingSum::of_length(period), share: 1.0 / as_float(period) }
    }
}

impl Window for Sma {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], means: &mut [f64; N]) -> Option<()> {
        let share = self.share;
        self.sum.push_block(values, [means], |sum, _| [sum * share])
    }

    fn warm_up(&self) -> usize {
        self.sum.length() - 1
    }
}

impl Indicator for Sma {
    const ABOUT: About = About {
        name: "sma",
        title: "Simple moving average",
        source: "TA-Lib SMA",
        parameters: &[period(1, 30)],
        outputs: &["sma"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}
