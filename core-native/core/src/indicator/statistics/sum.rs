//! Sum of the last `period` values. TA-Lib `SUM`. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::SlidingSum;
use crate::indicator::{Window, by_blocks};

/// The sum, without drift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sum(SlidingSum);

impl Window for Sum {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], sums: &mut [f64; N]) -> Option<()> {
        self.0.push_block(values, [sums], |sum, _| [sum])
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Sum {
    const ABOUT: About = About {
        name: "sum",
        title: "Sum of the last values",
        source: "TA-Lib SUM",
        parameters: &[period(2, 30)],
        outputs: &["sum"],
    };

    fn of(values: &Values) -> Self {
        Self(SlidingSum::of_length(values.count(0)))
    }
}
