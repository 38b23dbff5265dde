//! Which of an account's positions an order is about.

use serde::{Deserialize, Serialize};

use crate::command::PositionMode;
use crate::order::Side;

/// One of an account's positions in an instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Leg {
    /// The only one of a netting account, long or short.
    #[default]
    Net = 1,
    /// What a hedging account bought.
    Long = 2,
    /// What it sold.
    Short = 3,
}

impl Leg {
    /// The leg of an order: one that is reduce-only closes what orders of the other side opened.
    #[inline]
    pub const fn of(mode: PositionMode, side: Side, reduce_only: bool) -> Self {
        match (mode, side, reduce_only) {
            (PositionMode::Netting, ..) => Self::Net,
            (PositionMode::Hedging, Side::Buy, false) | (PositionMode::Hedging, Side::Sell, true) => Self::Long,
            (PositionMode::Hedging, Side::Sell, false) | (PositionMode::Hedging, Side::Buy, true) => Self::Short,
        }
    }
}
