//! Supertrend: a stop at some average true ranges from the bar's middle that only moves with the trend, and changes sides
//! when the close crosses it. Seban. Warm-up: `period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, FACTOR_MAX, Indicator, Values, number, period};
use crate::indicator::volatility::Atr;

/// The bands after a bar.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Bands {
    upper: f64,
    lower: f64,
    close: f64,
    is_rising: bool,
}

/// Outputs `stop`, and `direction`, 1 while it is below the price and -1 above.
///
/// It begins rising where the first close is not below its bar's middle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Supertrend {
    atr: Atr,
    factor: f64,
    bands: Option<Bands>,
}

impl Window for Supertrend {
    type Input = HighLowClose;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 2]> {
        let width = self.atr.push(bar)? * self.factor;
        let middle = f64::midpoint(bar.high, bar.low);
        let (mut upper, mut lower) = (middle + width, middle - width);
        let is_rising = match self.bands {
            None => bar.close >= middle,
            Some(before) => {
                // A band only comes nearer, until the close before this bar was beyond it.
                if before.upper < upper && before.close <= before.upper {
                    upper = before.upper;
                }
                if before.lower > lower && before.close >= before.lower {
                    lower = before.lower;
                }
                bar.close > if before.is_rising { lower } else { upper }
            }
        };
        self.bands = Some(Bands { upper, lower, close: bar.close, is_rising });
        Some(if is_rising { [lower, 1.0] } else { [upper, -1.0] })
    }

    fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }
}

impl Indicator for Supertrend {
    const ABOUT: About = About {
        name: "supertrend",
        title: "Supertrend",
        source: "Seban",
        parameters: &[period(1, 10), number("factor", 0.001, FACTOR_MAX, 3.0)],
        outputs: &["stop", "direction"],
    };

    fn of(values: &Values) -> Self {
        Self { atr: Atr::over(values.count(0)), factor: values.number(1), bands: None }
    }
}
