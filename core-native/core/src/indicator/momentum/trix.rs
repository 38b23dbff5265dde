//! TRIX: the change of a triple exponential average from bar to bar, per cent. TA-Lib `TRIX` (Hutson).
//! Warm-up: `3 (period - 1) + 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::overlap::Ema;

/// Rate of change of the average of an average of an average; 0 after an average of 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trix {
    chain: [Ema; 3],
    previous: Option<f64>,
}

impl Window for Trix {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let third = self.chain.iter_mut().try_fold(value, |newest, average| average.push(newest))?;
        let previous = self.previous.replace(third)?;
        Some(if previous == 0.0 { 0.0 } else { (third - previous) / previous * 100.0 })
    }

    fn warm_up(&self) -> usize {
        3 * self.chain[0].warm_up() + 1
    }
}

impl Indicator for Trix {
    const ABOUT: About = About {
        name: "trix",
        title: "Rate of change of a triple exponential average",
        source: "TA-Lib TRIX",
        parameters: &[period(1, 30)],
        outputs: &["trix"],
    };

    fn of(values: &Values) -> Self {
        Self { chain: [Ema::over(values.count(0)); 3], previous: None }
    }
}
