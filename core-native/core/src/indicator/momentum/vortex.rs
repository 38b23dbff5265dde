//! Vortex: how far bars reach from the other end of the bar before, against the true range. Botes and Siepman 2010.
//! Warm-up: `period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Sliding, quotient};

/// Outputs `plus` and `minus`; 0 where there is no range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vortex {
    previous: Option<HighLowClose>,
    sums: Sliding<[f64; 3]>,
}

impl Window for Vortex {
    type Input = HighLowClose;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 2]> {
        let before = self.previous.replace(bar)?;
        let (up, down) = ((bar.high - before.low).abs(), (bar.low - before.high).abs());
        let [up, down, range] = self.sums.push([up, down, bar.true_range(before.close)])?;
        Some([quotient(up, range), quotient(down, range)])
    }

    fn warm_up(&self) -> usize {
        self.sums.length()
    }
}

impl Indicator for Vortex {
    const ABOUT: About = About {
        name: "vortex",
        title: "Vortex indicator",
        source: "Botes and Siepman 2010",
        parameters: &[period(1, 14)],
        outputs: &["plus", "minus"],
    };

    fn of(values: &Values) -> Self {
        Self { previous: None, sums: Sliding::of_length(values.count(0)) }
    }
}
