//! Fisher transform: the bar's place in its range, stretched so that turns stand out. Ehlers 2002. Warm-up: `period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::Span;
use crate::indicator::window::{Sliding, is_zero};

/// Beyond the first, the place counts as the second: towards 1 the transform has no end.
const PLACE_MAX: f64 = 0.99;
const PLACE_AT_END: f64 = 0.999;

/// Outputs `fisher`, and `trigger`, which is that of the bar before. A range without height leaves the place where it was
/// going: its pull is 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fisher {
    span: Sliding<Span>,
    place: f64,
    fisher: Option<f64>,
}

impl Window for Fisher {
    type Input = HighLow;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLow) -> Option<[f64; 2]> {
        let price = bar.middle();
        let span = self.span.push(Span::of(price))?;
        let pull = if is_zero(span.high - span.low) { 0.0 } else { 2.0 * (span.place_of(price) - 0.5) };
        let place = 0.33 * pull + 0.67 * self.place;
        self.place = if place.abs() > PLACE_MAX { PLACE_AT_END.copysign(place) } else { place };
        let before = self.fisher;
        let fisher = 0.5 * ((1.0 + self.place) / (1.0 - self.place)).ln() + 0.5 * before.unwrap_or(0.0);
        self.fisher = Some(fisher);
        before.map(|trigger| [fisher, trigger])
    }

    fn warm_up(&self) -> usize {
        self.span.length()
    }
}

impl Indicator for Fisher {
    const ABOUT: About = About {
        name: "fisher",
        title: "Fisher transform",
        source: "Ehlers 2002",
        parameters: &[period(1, 10)],
        outputs: &["fisher", "trigger"],
    };

    fn of(values: &Values) -> Self {
        Self { span: Sliding::of_length(values.count(0)), place: 0.0, fisher: None }
    }
}
