//! Donchian channel: the highest high and lowest low of the last `period` bars, this one included. Donchian.
//! Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::Sliding;
use crate::indicator::window::Span;

/// Outputs `upper`, `middle`, `lower`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Donchian(Sliding<Span>);

impl Window for Donchian {
    type Input = HighLow;
    type Output = [f64; 3];

    fn push(&mut self, bar: HighLow) -> Option<[f64; 3]> {
        let span = self.0.push(Span { high: bar.high, low: bar.low })?;
        Some([span.high, span.middle(), span.low])
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Donchian {
    const ABOUT: About = About {
        name: "donchian",
        title: "Donchian channel",
        source: "Donchian",
        parameters: &[period(1, 20)],
        outputs: &["upper", "middle", "lower"],
    };

    fn of(values: &Values) -> Self {
        Self(Sliding::of_length(values.count(0)))
    }
}
