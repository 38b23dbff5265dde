//! True ranges of successive bars.

use serde::{Deserialize, Serialize};

use super::previous::Previous;
use crate::indicator::Input;
use crate::indicator::column::{HighLowClose, HighLowCloseBlock};

/// A bar's range, stretched to the close before it; nothing for the first bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrueRange {
    previous_close: Previous,
}

impl TrueRange {
    /// Takes the next bar.
    #[inline(always)]
    pub fn push(&mut self, bar: HighLowClose) -> Option<f64> {
        let previous_close = self.previous_close.push(bar.close)?;
        Some(bar.true_range(previous_close))
    }

    /// The same for `N` bars in a row; for more than one only after the first.
    #[inline(always)]
    pub fn push_block<const N: usize>(&mut self, bars: HighLowCloseBlock<'_, N>, ranges: &mut [f64; N]) -> Option<()> {
        self.previous_close.push_block(bars.close, ranges, |place, before| HighLowClose::at(bars, place).true_range(before))
    }
}
