//! Williams' alligator: three smoothed averages of the bars' middles, each drawn some bars later. Williams 1995.
//! Warm-up: that of the jaw, `period - 1 + offset` of the longest.

use serde::{Deserialize, Serialize};

use super::Smma;
use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, Indicator, Values, length};
use crate::indicator::window::Ring;

/// One line: an average, drawn later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    average: Smma,
    /// One place more than the offset.
    delay: Ring<f64>,
}

impl Line {
    fn over(period: usize, offset: usize) -> Self {
        Self { average: Smma::over(period), delay: Ring::of_length(offset + 1) }
    }

    fn push(&mut self, value: f64) -> Option<f64> {
        self.delay.push(self.average.push(value)?);
        self.delay.is_full().then(|| self.delay.ago(self.delay.length() - 1))
    }

    fn warm_up(&self) -> usize {
        self.average.warm_up() + self.delay.length() - 1
    }
}

/// Outputs `jaw`, `teeth`, `lips`, as drawn at this bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alligator {
    lines: [Line; 3],
}

impl Window for Alligator {
    type Input = HighLow;
    type Output = [f64; 3];

    fn push(&mut self, bar: HighLow) -> Option<[f64; 3]> {
        let [jaw, teeth, lips] = self.lines.each_mut().map(|line| line.push(bar.middle()));
        Some([jaw?, teeth?, lips?])
    }

    fn warm_up(&self) -> usize {
        self.lines.iter().map(Line::warm_up).max().unwrap_or(0)
    }
}

impl Indicator for Alligator {
    const ABOUT: About = About {
        name: "alligator",
        title: "Williams' alligator",
        source: "Williams 1995",
        parameters: &[
            length("jaw", 1, 13),
            length("jaw_offset", 1, 8),
            length("teeth", 1, 8),
            length("teeth_offset", 1, 5),
            length("lips", 1, 5),
            length("lips_offset", 1, 3),
        ],
        outputs: &["jaw", "teeth", "lips"],
    };

    fn of(values: &Values) -> Self {
        Self { lines: [0, 2, 4].map(|first| Line::over(values.count(first), values.count(first + 1))) }
    }
}
