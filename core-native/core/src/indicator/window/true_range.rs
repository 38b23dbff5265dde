//! True ranges of successive bars.

use serde::{Deserialize, Serialize};

use crate::indicator::column::HighLowClose;

/// A bar's range, stretched to the close before it; nothing for the first bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrueRange {
    previous_close: Option<f64>,
}

impl TrueRange {
    /// Takes the next bar.
    #[inline(always)]
    pub fn push(&mut self, bar: HighLowClose) -> Option<f64> {
        let previous_close = self.previous_close.replace(bar.close)?;
        Some(bar.true_range(previous_close))
    }
}
