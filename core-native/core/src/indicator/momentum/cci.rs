//! Commodity channel index: how far the typical price is from its mean, in mean deviations. TA-Lib `CCI` (Lambert).
//! Warm-up: `period - 1`. Cost: two passes over the window a bar, as the mean deviation has no shorter form.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::statistics::deviation::MeanDeviation;

/// `(typical price - mean) / (0.015 x mean deviation)`; 0 where all typical prices are the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cci(MeanDeviation);

impl Window for Cci {
    type Input = HighLowClose;
    type Output = f64;

    fn push(&mut self, bar: HighLowClose) -> Option<f64> {
        let typical = bar.typical();
        let (distance, deviation) = self.0.push(typical)?;
        Some(if deviation == 0.0 { 0.0 } else { distance / (0.015 * deviation) })
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Cci {
    const ABOUT: About = About {
        name: "cci",
        title: "Commodity channel index",
        source: "TA-Lib CCI",
        parameters: &[period(2, 14)],
        outputs: &["cci"],
    };

    fn of(values: &Values) -> Self {
        Self(MeanDeviation::over(values.count(0)))
    }
}
