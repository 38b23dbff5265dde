//! Balance of power: the bar's body against its range. TA-Lib `BOP` (Livshin). No warm-up.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::OpenHighLowClose;
use crate::indicator::definition::{About, Indicator, Values};
use crate::indicator::window::ZERO;

/// `(close - open) / (high - low)`; 0 for a bar without a range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bop;

impl Window for Bop {
    type Input = OpenHighLowClose;
    type Output = f64;

    fn push(&mut self, bar: OpenHighLowClose) -> Option<f64> {
        let range = bar.high - bar.low;
        Some(if range < ZERO { 0.0 } else { (bar.close - bar.open) / range })
    }

    fn warm_up(&self) -> usize {
        0
    }
}

impl Indicator for Bop {
    const ABOUT: About =
        About { name: "bop", title: "Balance of power", source: "TA-Lib BOP", parameters: &[], outputs: &["bop"] };

    fn of(_: &Values) -> Self {
        Self
    }
}
