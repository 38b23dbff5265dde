//! Ultimate oscillator: buying pressure against the true range over three lengths. TA-Lib `ULTOSC` (Williams 1976).
//! Warm-up: the longest period.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, Indicator, Values, length};
use crate::indicator::window::{Sliding, quotient};

/// Weights 4, 2 and 1 from the shortest length to the longest, whichever way they are named. A length without any range
/// counts 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ultimate {
    previous_close: Option<f64>,
    /// Pressure and true range, shortest first.
    sums: [Sliding<[f64; 2]>; 3],
}

impl Window for Ultimate {
    type Input = HighLowClose;
    type Output = f64;

    fn push(&mut self, bar: HighLowClose) -> Option<f64> {
        let previous_close = self.previous_close.replace(bar.close)?;
        let pressure = bar.close - bar.low.min(previous_close);
        let range = bar.true_range(previous_close);
        let [short, middle, long] = self.sums.each_mut().map(|sums| sums.push([pressure, range]));
        let share = |[pressure, range]: [f64; 2]| quotient(pressure, range);
        Some(100.0 * (4.0 * share(short?) + 2.0 * share(middle?) + share(long?)) / 7.0)
    }

    fn warm_up(&self) -> usize {
        self.sums[2].length()
    }
}

impl Indicator for Ultimate {
    const ABOUT: About = About {
        name: "ultosc",
        title: "Ultimate oscillator",
        source: "TA-Lib ULTOSC",
        parameters: &[length("short", 1, 7), length("middle", 1, 14), length("long", 1, 28)],
        outputs: &["ultosc"],
    };

    fn of(values: &Values) -> Self {
        let mut lengths = [0, 1, 2].map(|place| values.count(place));
        lengths.sort_unstable();
        Self { previous_close: None, sums: lengths.map(Sliding::of_length) }
    }
}
