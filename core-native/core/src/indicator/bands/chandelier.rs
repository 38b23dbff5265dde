//! Chandelier exit: a stop that hangs some average true ranges from the best price. LeBeau. Warm-up: `period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, FACTOR_MAX, Indicator, Values, number, period};
use crate::indicator::volatility::Atr;
use crate::indicator::window::Sliding;
use crate::indicator::window::Span;

/// Outputs `long_stop` below the highest high, `short_stop` above the lowest low.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chandelier {
    span: Sliding<Span>,
    atr: Atr,
    factor: f64,
}

impl Window for Chandelier {
    type Input = HighLowClose;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 2]> {
        let span = self.span.push(Span { high: bar.high, low: bar.low });
        let distance = self.atr.push(bar)? * self.factor;
        let span = span?;
        Some([span.high - distance, span.low + distance])
    }

    fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }
}

impl Indicator for Chandelier {
    const ABOUT: About = About {
        name: "chandelier",
        title: "Chandelier exit",
        source: "LeBeau",
        parameters: &[period(1, 22), number("factor", 0.001, FACTOR_MAX, 3.0)],
        outputs: &["long_stop", "short_stop"],
    };

    fn of(values: &Values) -> Self {
        let period = values.count(0);
        Self { span: Sliding::of_length(period), atr: Atr::over(period), factor: values.number(1) }
    }
}
