//! Price momentum oscillator: the change from bar to bar, smoothed twice. Swenlin. Warm-up: `period + second - 1`, and the
//! signal's.
//!
//! Its two averages take `2 / period` of each new value, one bar less than an exponential average would say.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, length, period};
use crate::indicator::momentum::Roc;
use crate::indicator::overlap::Ema;
use crate::indicator::window::as_float;

/// Outputs `pmo` and `signal`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pmo {
    change: Roc,
    first: Ema,
    second: Ema,
    signal: Ema,
}

impl Window for Pmo {
    type Input = f64;
    type Output = [f64; 2];

    fn push(&mut self, value: f64) -> Option<[f64; 2]> {
        let change = self.change.push(value)?;
        let first = self.first.push(change)?;
        let line = self.second.push(first * 10.0)?;
        self.signal.push(line).map(|signal| [line, signal])
    }

    fn warm_up(&self) -> usize {
        1 + self.first.warm_up() + self.second.warm_up() + self.signal.warm_up()
    }
}

impl Indicator for Pmo {
    const ABOUT: About = About {
        name: "pmo",
        title: "Price momentum oscillator",
        source: "Swenlin",
        parameters: &[period(2, 35), length("second", 2, 20), length("signal", 1, 10)],
        outputs: &["pmo", "signal"],
    };

    fn of(values: &Values) -> Self {
        let average = |period| Ema::weighing(period, 2.0 / as_float(period));
        Self {
            change: Roc::over(1),
            first: average(values.count(0)),
            second: average(values.count(1)),
            signal: Ema::over(values.count(2)),
        }
    }
}
