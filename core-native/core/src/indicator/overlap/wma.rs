//! Weighted moving average: the newest of `period` values counts `period` times, the oldest once. TA-Lib `WMA`.
//! Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Join, Sliding, as_float};

/// A run of values: how many, their sum, and their sum with the weights 1, 2, 3 and so on from the oldest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WeightedRun {
    pub(crate) count: f64,
    pub(crate) sum: f64,
    pub(crate) weighted: f64,
}

impl WeightedRun {
    /// One value.
    #[must_use]
    pub const fn of(value: f64) -> Self {
        Self { count: 1.0, sum: value, weighted: value }
    }
}

impl Join for WeightedRun {
    /// The newer run's weights begin after this run's.
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        Self {
            count: self.count + newer.count,
            sum: self.sum + newer.sum,
            weighted: self.weighted + (newer.weighted + self.count * newer.sum),
        }
    }
}

/// Linearly weighted average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wma {
    run: Sliding<WeightedRun>,
    weight_sum: f64,
}

impl Wma {
    pub(crate) fn over(period: usize) -> Self {
        let length = as_float(period);
        Self { run: Sliding::of_length(period), weight_sum: length * (length + 1.0) / 2.0 }
    }
}

impl Window for Wma {
    type Input = f64;
    type Output = f64;

    #[inline(always)]
    fn push(&mut self, value: f64) -> Option<f64> {
        self.run.push(WeightedRun::of(value)).map(|run| run.weighted / self.weight_sum)
    }

    fn warm_up(&self) -> usize {
        self.run.length() - 1
    }
}

impl Indicator for Wma {
    const ABOUT: About = About {
        name: "wma",
        title: "Weighted moving average",
        source: "TA-Lib WMA",
        parameters: &[period(1, 30)],
        outputs: &["wma"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}
