//! How far values are from their mean. TA-Lib `STDDEV`, `VAR`, `AVGDEV`, and the z-score of the newest value.
//! Warm-up: `period - 1`. Deviations are of the population: divided by the count.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, FACTOR_MAX, Indicator, Values, number, period};
use crate::indicator::window::{MeanVariance, Ring, as_float};
use crate::indicator::{Window, by_blocks};

/// The newest value's distance from the mean, and the mean distance of all. Cost: two passes over the window a value, as
/// it has no shorter form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MeanDeviation {
    values: Ring<f64>,
    share: f64,
}

impl MeanDeviation {
    pub(crate) fn over(period: usize) -> Self {
        Self { values: Ring::of_length(period), share: 1.0 / as_float(period) }
    }

    pub(crate) fn length(&self) -> usize {
        self.values.length()
    }

    /// Distances are taken from the newest value, so that a flat window has a deviation of exactly 0.
    pub(crate) fn push(&mut self, newest: f64) -> Option<(f64, f64)> {
        self.values.push(newest);
        if !self.values.is_full() {
            return None;
        }
        let values = self.values.unordered();
        let mean = values.iter().map(|value| value - newest).sum::<f64>() * self.share;
        let deviation = values.iter().map(|value| ((value - newest) - mean).abs()).sum::<f64>() * self.share;
        Some((-mean, deviation))
    }
}

/// Standard deviation, times a factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandardDeviation {
    moments: MeanVariance,
    factor: f64,
}

impl Window for StandardDeviation {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], deviations: &mut [f64; N]) -> Option<()> {
        let factor = self.factor;
        self.moments.push_block(values, [deviations], |_, variance| [variance.sqrt() * factor])
    }

    fn warm_up(&self) -> usize {
        self.moments.length() - 1
    }
}

impl Indicator for StandardDeviation {
    const ABOUT: About = About {
        name: "stddev",
        title: "Standard deviation",
        source: "TA-Lib STDDEV",
        parameters: &[period(2, 5), number("factor", -FACTOR_MAX, FACTOR_MAX, 1.0)],
        outputs: &["stddev"],
    };

    fn of(values: &Values) -> Self {
        Self { moments: MeanVariance::of_length(values.count(0)), factor: values.number(1) }
    }
}

/// Variance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variance(MeanVariance);

impl Window for Variance {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], variances: &mut [f64; N]) -> Option<()> {
        self.0.push_block(values, [variances], |_, variance| [variance])
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Variance {
    const ABOUT: About =
        About { name: "var", title: "Variance", source: "TA-Lib VAR", parameters: &[period(1, 5)], outputs: &["var"] };

    fn of(values: &Values) -> Self {
        Self(MeanVariance::of_length(values.count(0)))
    }
}

/// Mean distance from the mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanAbsoluteDeviation(MeanDeviation);

impl Window for MeanAbsoluteDeviation {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        self.0.push(value).map(|(_, deviation)| deviation)
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for MeanAbsoluteDeviation {
    const ABOUT: About = About {
        name: "avgdev",
        title: "Mean absolute deviation",
        source: "TA-Lib AVGDEV",
        parameters: &[period(2, 14)],
        outputs: &["avgdev"],
    };

    fn of(values: &Values) -> Self {
        Self(MeanDeviation::over(values.count(0)))
    }
}

/// The newest value's distance from the mean, in standard deviations; 0 where there is no deviation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZScore(MeanVariance);

impl Window for ZScore {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let (mean, variance) = self.0.push(value)?;
        Some(if variance > 0.0 { (value - mean) / variance.sqrt() } else { 0.0 })
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for ZScore {
    const ABOUT: About = About {
        name: "zscore",
        title: "Z-score of the newest value",
        source: "common",
        parameters: &[period(2, 20)],
        outputs: &["zscore"],
    };

    fn of(values: &Values) -> Self {
        Self(MeanVariance::of_length(values.count(0)))
    }
}
