//! Choppiness index: how much of its way the price went to and fro, 100 where all of it. Dreiss. Warm-up: `period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::Span;
use crate::indicator::window::{Sliding, SlidingSum, TrueRange, as_float, is_zero};

/// `100 log(sum of true ranges / range of all) / log(period)`; 0 where nothing moves.
///
/// The range of all reaches to the close before the first of the bars, as the true ranges do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choppiness {
    previous_close: Option<f64>,
    range: TrueRange,
    path: SlidingSum,
    span: Sliding<Span>,
    log_period: f64,
}

impl Window for Choppiness {
    type Input = HighLowClose;
    type Output = f64;

    fn push(&mut self, bar: HighLowClose) -> Option<f64> {
        let range = self.range.push(bar);
        let previous_close = self.previous_close.replace(bar.close)?;
        let span = self.span.push(Span { high: bar.high.max(previous_close), low: bar.low.min(previous_close) });
        let path = self.path.push(range?);
        let (span, path) = (span?, path?);
        let height = span.high - span.low;
        Some(if is_zero(height) { 0.0 } else { 100.0 * (path / height).ln() / self.log_period })
    }

    fn warm_up(&self) -> usize {
        self.path.length()
    }
}

impl Indicator for Choppiness {
    const ABOUT: About = About {
        name: "choppiness",
        title: "Choppiness index",
        source: "Dreiss",
        parameters: &[period(2, 14)],
        outputs: &["choppiness"],
    };

    fn of(values: &Values) -> Self {
        let period = values.count(0);
        Self {
            previous_close: None,
            range: TrueRange::default(),
            path: SlidingSum::of_length(period),
            span: Sliding::of_length(period),
            log_period: as_float(period).ln(),
        }
    }
}
