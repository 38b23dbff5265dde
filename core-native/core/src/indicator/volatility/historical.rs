//! Historical volatility: the yearly standard deviation of logarithmic returns, in per cent. Warm-up: `period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, number, period};
use crate::indicator::window::MeanVariance;
use crate::indicator::window::as_float;

/// Sample deviation of returns, times the root of the bars in a year. A return from or to a price that is not above zero
/// counts as none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoricalVolatility {
    previous: Option<f64>,
    moments: MeanVariance,
    /// From a population variance of returns per bar to a sample variance per year.
    scale: f64,
}

impl Window for HistoricalVolatility {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let previous = self.previous.replace(value)?;
        let gain = if value > 0.0 && previous > 0.0 { (value / previous).ln() } else { 0.0 };
        let (_, variance) = self.moments.push(gain)?;
        Some(100.0 * (variance * self.scale).sqrt())
    }

    fn warm_up(&self) -> usize {
        self.moments.length()
    }
}

impl Indicator for HistoricalVolatility {
    const ABOUT: About = About {
        name: "historical_volatility",
        title: "Historical volatility, yearly, per cent",
        source: "common",
        parameters: &[period(2, 20), number("bars_per_year", 1.0, 31_622_400.0, 252.0)],
        outputs: &["volatility"],
    };

    fn of(values: &Values) -> Self {
        let length = as_float(values.count(0));
        Self {
            previous: None,
            moments: MeanVariance::of_length(values.count(0)),
            scale: values.number(1) * length / (length - 1.0),
        }
    }
}
