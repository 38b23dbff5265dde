//! Bars that are no higher than a range: a trade that would make one higher ends it and begins the next.
//!
//! A gap beyond the range makes no bars without trades: the next bar begins at the trade's own price. Every bar that has
//! ended is therefore at most `range` ticks high, and the one after it begins outside of what the range allowed.
//!
//! Cost: two comparisons a trade.

use serde::{Deserialize, Serialize};

use super::trade_bar::{BarError, Order, Trade, TradeBar, above_zero};

/// Builds them from trades in order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeBars {
    range_ticks: i64,
    current: Option<TradeBar>,
    order: Order,
}

impl RangeBars {
    /// Bars up to `range_ticks` > 0 from low to high.
    pub fn new(range_ticks: i64) -> Result<Self, BarError> {
        Ok(Self { range_ticks: above_zero("range_ticks", range_ticks)?, current: None, order: Order::default() })
    }

    /// The bar that still grows.
    #[must_use]
    pub const fn current(&self) -> Option<&TradeBar> {
        self.current.as_ref()
    }

    /// Trades whose event was earlier than one before them.
    #[must_use]
    pub const fn unordered_count(&self) -> u64 {
        self.order.unordered_count
    }

    /// Adds a trade of `qty` > 0; the bar that it ended.
    pub fn on_trade(&mut self, trade: Trade) -> Option<TradeBar> {
        debug_assert!(trade.qty.0 > 0, "a trade has a quantity");
        self.order.see(trade.ts_event);
        let Some(bar) = self.current.as_mut() else {
            self.current = Some(TradeBar::of(trade));
            return None;
        };
        let (high, low) = (bar.high.max(trade.price), bar.low.min(trade.price));
        // In 128 bits: the distance of two prices need not fit into 64.
        if i128::from(high.0) - i128::from(low.0) <= i128::from(self.range_ticks) {
            bar.add(trade);
            return None;
        }
        self.current.replace(TradeBar::of(trade))
    }
}
