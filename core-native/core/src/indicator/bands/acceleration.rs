//! Acceleration bands: averages of highs and lows, each moved out by the bar's relative range. TA-Lib `ACCBANDS`
//! (Headley). Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::overlap::Sma;
use crate::indicator::window::quotient;

/// Outputs `upper`, `middle`, `lower`. Where high and low are of opposite sign and equal size nothing is moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccelerationBands {
    upper: Sma,
    middle: Sma,
    lower: Sma,
}

impl Window for AccelerationBands {
    type Input = HighLowClose;
    type Output = [f64; 3];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 3]> {
        let share = quotient(4.0 * (bar.high - bar.low), bar.high + bar.low);
        let upper = self.upper.push(bar.high * (1.0 + share));
        let middle = self.middle.push(bar.close);
        let lower = self.lower.push(bar.low * (1.0 - share));
        Some([upper?, middle?, lower?])
    }

    fn warm_up(&self) -> usize {
        self.middle.warm_up()
    }
}

impl Indicator for AccelerationBands {
    const ABOUT: About = About {
        name: "accbands",
        title: "Acceleration bands",
        source: "TA-Lib ACCBANDS",
        parameters: &[period(2, 20)],
        outputs: &["upper", "middle", "lower"],
    };

    fn of(values: &Values) -> Self {
        let average = Sma::over(values.count(0));
        Self { upper: average.clone(), middle: average.clone(), lower: average }
    }
}
