//! A bar whose length is not a time, and the trades that it is made of.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::units::{PriceTicks, QtyLots, TsNs};

/// One trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    /// When the venue says it happened.
    pub ts_event: TsNs,
    /// Its price.
    pub price: PriceTicks,
    /// Its quantity, above zero.
    pub qty: QtyLots,
}

/// A bar of trades in order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeBar {
    /// Earliest event.
    pub open_ts: TsNs,
    /// Latest event.
    pub close_ts: TsNs,
    /// First price.
    pub open: PriceTicks,
    /// Highest price.
    pub high: PriceTicks,
    /// Lowest price.
    pub low: PriceTicks,
    /// Last price.
    pub close: PriceTicks,
    /// Quantity traded. One that would overflow stays at the largest, which means "at least this".
    pub volume: QtyLots,
    /// Trades.
    pub trade_count: u32,
}

impl TradeBar {
    /// A bar of one trade.
    pub(super) const fn of(trade: Trade) -> Self {
        Self {
            open_ts: trade.ts_event,
            close_ts: trade.ts_event,
            open: trade.price,
            high: trade.price,
            low: trade.price,
            close: trade.price,
            volume: trade.qty,
            trade_count: 1,
        }
    }

    pub(super) fn add(&mut self, trade: Trade) {
        self.open_ts = self.open_ts.min(trade.ts_event);
        self.close_ts = self.close_ts.max(trade.ts_event);
        self.high = self.high.max(trade.price);
        self.low = self.low.min(trade.price);
        self.close = trade.price;
        self.volume = QtyLots(self.volume.0.saturating_add(trade.qty.0));
        self.trade_count = self.trade_count.saturating_add(1);
    }
}

/// Counts trades whose event is earlier than one before them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    latest: Option<TsNs>,
    pub(super) unordered_count: u64,
}

impl Order {
    pub(super) fn see(&mut self, ts_event: TsNs) {
        match self.latest {
            Some(latest) if ts_event < latest => self.unordered_count = self.unordered_count.saturating_add(1),
            _ => self.latest = Some(ts_event),
        }
    }
}

/// Why a builder was not made: what bars are measured by is a whole number above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BarError {
    /// What was to be above zero.
    pub what: &'static str,
    /// What was given.
    pub found: i128,
}

impl fmt::Display for BarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is a whole number above 0, not {}", self.what, self.found)
    }
}

impl core::error::Error for BarError {}

/// Checks a size.
pub(super) fn above_zero<T: Copy + Into<i128>>(what: &'static str, size: T) -> Result<T, BarError> {
    let found = size.into();
    if found > 0 { Ok(size) } else { Err(BarError { what, found }) }
}
