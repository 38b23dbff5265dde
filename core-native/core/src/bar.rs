//! OHLCV bars built from trades by event time.
//!
//! Invariant: bars of one instrument and interval have strictly growing open times, a multiple of the interval since
//! the UNIX epoch (UTC). A trade older than the current bar does not change closed bars: it is left out of bars.

use serde::{Deserialize, Serialize};

use crate::units::{PriceTicks, QtyLots, TsNs};

/// A bar's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u32)]
pub enum BarInterval {
    /// One second.
    S1 = 1,
    /// One minute.
    M1 = 60,
    /// Five minutes.
    M5 = 300,
    /// Fifteen minutes.
    M15 = 900,
    /// One hour.
    H1 = 3600,
    /// One day (UTC).
    D1 = 86_400,
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// Start, inclusive.
    pub open_ts: TsNs,
    /// First price.
    pub open: PriceTicks,
    /// Highest price.
    pub high: PriceTicks,
    /// Lowest price.
    pub low: PriceTicks,
    /// Last price.
    pub close: PriceTicks,
    /// Quantity traded.
    pub volume: QtyLots,
    /// Trades.
    pub trade_count: u32,
}
