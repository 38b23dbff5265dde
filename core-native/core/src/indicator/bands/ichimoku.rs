//! Ichimoku cloud: middles of three ranges, two of them drawn later. Hosoda. Warm-up: the longest period less one, and the
//! displacement.
//!
//! The lagging span is the close drawn `displacement` bars earlier: at no bar is it known yet, so it is not an output.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, Indicator, Values, length};
use crate::indicator::overlap::Midprice;
use crate::indicator::window::Ring;

/// Outputs `conversion` (tenkan), `base` (kijun), `span_a` and `span_b` (senkou) as drawn at this bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ichimoku {
    conversion: Midprice,
    base: Midprice,
    slow: Midprice,
    /// One place more than the displacement.
    spans: Ring<[f64; 2]>,
}

impl Window for Ichimoku {
    type Input = HighLow;
    type Output = [f64; 4];

    fn push(&mut self, bar: HighLow) -> Option<[f64; 4]> {
        let [conversion, base, slow] = [&mut self.conversion, &mut self.base, &mut self.slow].map(|middle| middle.push(bar));
        let (conversion, base, slow) = (conversion?, base?, slow?);
        self.spans.push([f64::midpoint(conversion, base), slow]);
        let [span_a, span_b] = self.spans.ago(self.spans.length() - 1);
        self.spans.is_full().then_some([conversion, base, span_a, span_b])
    }

    fn warm_up(&self) -> usize {
        let slowest = [&self.conversion, &self.base, &self.slow].map(Window::warm_up).into_iter().max();
        slowest.unwrap_or(0) + self.spans.length() - 1
    }
}

impl Indicator for Ichimoku {
    const ABOUT: About = About {
        name: "ichimoku",
        title: "Ichimoku cloud",
        source: "Hosoda",
        parameters: &[length("conversion", 1, 9), length("base", 1, 26), length("span_b", 1, 52), length("displacement", 1, 26)],
        outputs: &["conversion", "base", "span_a", "span_b"],
    };

    fn of(values: &Values) -> Self {
        Self {
            conversion: Midprice::over(values.count(0)),
            base: Midprice::over(values.count(1)),
            slow: Midprice::over(values.count(2)),
            spans: Ring::of_length(values.count(3) + 1),
        }
    }
}
