//! Middle of the highest and lowest of the last `period` values. TA-Lib `MIDPOINT` (of closes) and `MIDPRICE` (of highs
//! and lows). Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::Sliding;
use crate::indicator::window::sliding::Span;

/// Middle of the closes' range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Midpoint(Sliding<Span>);

impl Window for Midpoint {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        self.0.push(Span::of(value)).map(Span::middle)
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Midpoint {
    const ABOUT: About = About {
        name: "midpoint",
        title: "Middle of the highest and lowest close",
        source: "TA-Lib MIDPOINT",
        parameters: &[period(1, 14)],
        outputs: &["midpoint"],
    };

    fn of(values: &Values) -> Self {
        Self(Sliding::of_length(values.count(0)))
    }
}

/// Middle of the bars' range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Midprice(Sliding<Span>);

impl Midprice {
    pub(crate) fn over(period: usize) -> Self {
        Self(Sliding::of_length(period))
    }
}

impl Window for Midprice {
    type Input = HighLow;
    type Output = f64;

    fn push(&mut self, bar: HighLow) -> Option<f64> {
        self.0.push(Span { high: bar.high, low: bar.low }).map(Span::middle)
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Midprice {
    const ABOUT: About = About {
        name: "midprice",
        title: "Middle of the highest high and lowest low",
        source: "TA-Lib MIDPRICE",
        parameters: &[period(1, 14)],
        outputs: &["midprice"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}
