//! Kaufman's adaptive moving average: quick where the price goes straight, slow where it goes to and fro. TA-Lib `KAMA`
//! (there the two speeds are always 2 and 30). Warm-up: `period`; it starts from the close before its first output.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, length, period};
use crate::indicator::window::{Ring, SlidingSum, as_float, is_zero};

/// Adaptive average. Where nothing moved the way is straight: the efficiency is 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kama {
    values: Ring<f64>,
    previous: Option<f64>,
    path: SlidingSum,
    slow: f64,
    range: f64,
    value: f64,
}

impl Kama {
    pub(crate) fn over(period: usize, fast: usize, slow: usize) -> Self {
        let weight = |length| 2.0 / (as_float(length) + 1.0);
        Self {
            values: Ring::of_length(period),
            previous: None,
            path: SlidingSum::of_length(period),
            slow: weight(slow),
            range: weight(fast) - weight(slow),
            value: 0.0,
        }
    }
}

impl Window for Kama {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let oldest = self.values.push(value);
        let Some(previous) = self.previous.replace(value) else {
            self.value = value;
            return None;
        };
        let path = self.path.push((value - previous).abs());
        let (Some(oldest), Some(path)) = (oldest, path) else {
            self.value = value;
            return None;
        };
        let way = (value - oldest).abs();
        let efficiency = if way >= path || is_zero(path) { 1.0 } else { way / path };
        let weight = efficiency * self.range + self.slow;
        self.value += (value - self.value) * (weight * weight);
        Some(self.value)
    }

    fn warm_up(&self) -> usize {
        self.values.length()
    }
}

impl Indicator for Kama {
    const ABOUT: About = About {
        name: "kama",
        title: "Kaufman's adaptive moving average",
        source: "TA-Lib KAMA",
        parameters: &[period(2, 30), length("fast", 1, 2), length("slow", 1, 30)],
        outputs: &["kama"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0), values.count(1), values.count(2))
    }
}
