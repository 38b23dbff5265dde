//! Weighted moving average: the newest of `period` values counts `period` times, the oldest once. TA-Lib `WMA`.
//! Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Run, Sliding, as_float};
use crate::indicator::{Window, by_blocks};

/// Distances of a run of values to the pivot: how many, their sum, and their sum with the weights 1, 2, 3 and so on from the
/// oldest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WeightedRun {
    pub(crate) count: f64,
    pub(crate) sum: f64,
    pub(crate) weighted: f64,
}

impl Run for WeightedRun {
    type Value = f64;

    #[inline(always)]
    fn none() -> Self {
        Self::default()
    }

    #[inline(always)]
    fn of(value: f64, pivot: f64) -> Self {
        let distance = value - pivot;
        Self { count: 1.0, sum: distance, weighted: distance }
    }

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
    /// One over the sum of the weights.
    share: f64,
}

impl Wma {
    pub(crate) fn over(period: usize) -> Self {
        let length = as_float(period);
        Self { run: Sliding::of_length(period), share: 2.0 / (length * (length + 1.0)) }
    }
}

impl Window for Wma {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) -> Option<()> {
        let share = self.share;
        self.run.push_block(values, [averages], |run, pivot| [pivot + run.weighted * share])
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
