//! Instantaneous trend line: the mean price over one measured cycle, smoothed over four bars. TA-Lib `HT_TRENDLINE`
//! (Ehlers). Warm-up: 63.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::cycle::hilbert::{Hilbert, Start};
use crate::indicator::cycle::trend::TrendLine;
use crate::indicator::definition::{About, Indicator, Values};

/// Trend line without the cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HtTrendline {
    hilbert: Hilbert,
    line: TrendLine,
}

impl Window for HtTrendline {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        self.line.see(value);
        let cycle = self.hilbert.push(value)?;
        let trend = self.line.over(cycle.smooth_period);
        self.hilbert.is_warm().then_some(trend)
    }

    fn warm_up(&self) -> usize {
        Start::Late.warm_up()
    }
}

impl Indicator for HtTrendline {
    const ABOUT: About = About {
        name: "ht_trendline",
        title: "Hilbert transform: instantaneous trend line",
        source: "TA-Lib HT_TRENDLINE",
        parameters: &[],
        outputs: &["trendline"],
    };

    fn of(_: &Values) -> Self {
        Self { hilbert: Hilbert::new(Start::Late), line: TrendLine::new() }
    }
}
