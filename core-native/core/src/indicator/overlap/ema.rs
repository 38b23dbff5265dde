//! Exponential moving average: takes `2 / (period + 1)` of each new value, starting from the mean of the first `period`
//! values. TA-Lib `EMA`, default compatibility. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::as_float;

/// Exponential average. It forgets, so its rounding error stays below a few units of the last place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ema {
    period: usize,
    seen: usize,
    weight: f64,
    /// The sum of the values during the warm-up, the average after it.
    value: f64,
}

impl Ema {
    pub(crate) fn over(period: usize) -> Self {
        Self::weighing(period, 2.0 / (as_float(period) + 1.0))
    }

    /// Starting from the mean of the first `period` values, with another weight than the usual one.
    pub(crate) const fn weighing(period: usize, weight: f64) -> Self {
        Self { period, seen: 0, weight, value: 0.0 }
    }
}

impl Window for Ema {
    type Input = f64;
    type Output = f64;

    #[inline]
    fn push(&mut self, value: f64) -> Option<f64> {
        if self.seen == self.period {
            self.value += (value - self.value) * self.weight;
            return Some(self.value);
        }
        self.seen += 1;
        self.value += value;
        if self.seen < self.period {
            return None;
        }
        self.value /= as_float(self.period);
        Some(self.value)
    }

    fn warm_up(&self) -> usize {
        self.period - 1
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
