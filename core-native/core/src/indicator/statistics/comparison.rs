//! A series against another: the close against the benchmark's. TA-Lib `BETA` (warm-up `period`), `CORREL`
//! (`period - 1`), and the relative strength of two prices (none).

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::Compared;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Run, Sliding, as_float, quotient};

/// Sums of distances, their squares and products, of pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct PairSums {
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Run for PairSums {
    type Value = [f64; 2];

    #[inline]
    fn none() -> Self {
        Self::default()
    }

    #[inline]
    fn of(value: [f64; 2], pivot: [f64; 2]) -> Self {
        let (x, y) = (value[0] - pivot[0], value[1] - pivot[1]);
        Self { x, y, xx: x * x, yy: y * y, xy: x * y }
    }

    #[inline]
    fn join(self, newer: Self) -> Self {
        Self { x: self.x + newer.x, y: self.y + newer.y, xx: self.xx + newer.xx, yy: self.yy + newer.yy, xy: self.xy + newer.xy }
    }
}

/// Variances of both and their covariance, each times the count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Covariances {
    sums: Sliding<PairSums>,
    share: f64,
}

impl Covariances {
    fn over(period: usize) -> Self {
        Self { sums: Sliding::of_length(period), share: 1.0 / as_float(period) }
    }

    #[inline]
    fn push(&mut self, x: f64, y: f64) -> Option<[f64; 3]> {
        let sums = self.sums.push([x, y])?;
        Some([
            sums.xx - sums.x * sums.x * self.share,
            sums.yy - sums.y * sums.y * self.share,
            sums.xy - sums.x * sums.y * self.share,
        ])
    }
}

/// Slope of the close's returns over the benchmark's; 0 where the benchmark's returns are all the same. TA-Lib's first
/// input is the benchmark, its second the close. A return from a price of 0 counts as none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beta {
    previous: Option<Compared>,
    covariances: Covariances,
}

impl Window for Beta {
    type Input = Compared;
    type Output = f64;

    fn push(&mut self, bar: Compared) -> Option<f64> {
        let before = self.previous.replace(bar)?;
        let gain = |now: f64, before: f64| if before == 0.0 { 0.0 } else { (now - before) / before };
        let benchmark = gain(bar.benchmark, before.benchmark);
        let [variance, _, covariance] = self.covariances.push(benchmark, gain(bar.close, before.close))?;
        Some(if variance > 0.0 { covariance / variance } else { 0.0 })
    }

    fn warm_up(&self) -> usize {
        self.covariances.sums.length()
    }
}

impl Indicator for Beta {
    const ABOUT: About = About {
        name: "beta",
        title: "Beta of the returns against the benchmark's",
        source: "TA-Lib BETA",
        parameters: &[period(1, 5)],
        outputs: &["beta"],
    };

    fn of(values: &Values) -> Self {
        Self { previous: None, covariances: Covariances::over(values.count(0)) }
    }
}

/// Pearson's correlation, -1 to 1; 0 where one of the two does not vary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correlation(Covariances);

impl Window for Correlation {
    type Input = Compared;
    type Output = f64;

    fn push(&mut self, bar: Compared) -> Option<f64> {
        let [one, other, both] = self.0.push(bar.close, bar.benchmark)?;
        Some(if one > 0.0 && other > 0.0 { (both / (one.sqrt() * other.sqrt())).clamp(-1.0, 1.0) } else { 0.0 })
    }

    fn warm_up(&self) -> usize {
        self.0.sums.length() - 1
    }
}

impl Indicator for Correlation {
    const ABOUT: About = About {
        name: "correl",
        title: "Correlation with the benchmark",
        source: "TA-Lib CORREL",
        parameters: &[period(1, 30)],
        outputs: &["correl"],
    };

    fn of(values: &Values) -> Self {
        Self(Covariances::over(values.count(0)))
    }
}

/// Close over the benchmark's; 0 where that is 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RelativeStrength;

impl Window for RelativeStrength {
    type Input = Compared;
    type Output = f64;

    fn push(&mut self, bar: Compared) -> Option<f64> {
        Some(quotient(bar.close, bar.benchmark))
    }

    fn warm_up(&self) -> usize {
        0
    }
}

impl Indicator for RelativeStrength {
    const ABOUT: About = About {
        name: "relative_strength",
        title: "Price relative to the benchmark",
        source: "common",
        parameters: &[],
        outputs: &["ratio"],
    };

    fn of(_: &Values) -> Self {
        Self
    }
}
