//! Simple moving average: the mean of the last `period` values. TA-Lib `SMA`. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{SlidingSum, as_float};

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

    #[inline(always)]
    fn push(&mut self, value: f64) -> Option<f64> {
        self.sum.push(value).map(|sum| sum * self.share)
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
