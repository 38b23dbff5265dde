//! Average true range (TA-Lib `ATR`; Wilder's smoothing).

use serde::{Deserialize, Serialize};

use super::Window;
use super::period::{IndicatorError, checked};
use super::wilder::WilderAverage;

/// What one bar gives to a true range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceRange {
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
}

/// Wilder's average of the true range: the bar's range, stretched to the close before it. Warm-up: `period` bars, of
/// which the first has no close before it and gives no true range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Atr {
    previous_close: Option<f64>,
    average: WilderAverage,
}

impl Atr {
    /// A window of `period` true ranges, 1 to 10,000.
    pub fn new(period: u32) -> Result<Self, IndicatorError> {
        Ok(Self { previous_close: None, average: WilderAverage::of_checked(checked("period", 1, period)?) })
    }
}

impl Window for Atr {
    type Input = PriceRange;
    type Output = f64;

    fn push(&mut self, bar: PriceRange) -> Option<f64> {
        let previous_close = self.previous_close.replace(bar.close)?;
        self.average.push(bar.high.max(previous_close) - bar.low.min(previous_close))
    }

    fn warm_up(&self) -> usize {
        self.average.period()
    }
}
