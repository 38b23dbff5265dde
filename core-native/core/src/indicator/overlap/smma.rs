//! Smoothed moving average: Wilder's, which takes `1 / period` of each new value, starting from the mean of the first
//! `period` values. Wilder 1978. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::WilderAverage;

/// Wilder's average, as an indicator of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Smma(WilderAverage);

impl Smma {
    pub(crate) fn over(period: usize) -> Self {
        Self(WilderAverage::over(period))
    }
}

impl Window for Smma {
    type Input = f64;
    type Output = f64;

    #[inline]
    fn push(&mut self, value: f64) -> Option<f64> {
        self.0.push(value)
    }

    fn warm_up(&self) -> usize {
        self.0.period() - 1
    }
}

impl Indicator for Smma {
    const ABOUT: About = About {
        name: "smma",
        title: "Smoothed (Wilder's) moving average",
        source: "Wilder 1978",
        parameters: &[period(1, 14)],
        outputs: &["smma"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}
