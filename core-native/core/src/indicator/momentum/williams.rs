//! Williams' %R: how far the close is below the highest high, in per cent of the range, from 0 to -100. TA-Lib `WILLR`.
//! Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::sliding::Span;
use crate::indicator::window::{Sliding, quotient};

/// `-100 x (highest high - close) / range`; 0 where the range has no height.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WilliamsR(Sliding<Span>);

impl Window for WilliamsR {
    type Input = HighLowClose;
    type Output = f64;

    fn push(&mut self, bar: HighLowClose) -> Option<f64> {
        let span = self.0.push(Span { high: bar.high, low: bar.low })?;
        Some(-100.0 * quotient(span.high - bar.close, span.high - span.low))
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for WilliamsR {
    const ABOUT: About =
        About { name: "willr", title: "Williams' %R", source: "TA-Lib WILLR", parameters: &[period(2, 14)], outputs: &["willr"] };

    fn of(values: &Values) -> Self {
        Self(Sliding::of_length(values.count(0)))
    }
}
