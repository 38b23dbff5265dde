//! Bars of equal activity: so many trades, so much volume, or so much value (price times quantity).
//!
//! A bar ends with the trade that fills it. Volume and value are not divided: a trade belongs to one bar whole, and a bar
//! may hold more than its size by the last trade's. Dividing would invent trades; a size well above the usual trade makes
//! the excess small. What a bar holds beyond its size is not carried over.
//!
//! Cost: one addition and comparison a trade. Limits: a value beyond 2^127 stays there.

use serde::{Deserialize, Serialize};

use super::trade_bar::{BarError, Order, Trade, TradeBar, above_zero};

/// What bars are measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// Trades.
    Ticks(u32),
    /// Lots.
    Volume(i64),
    /// Ticks times lots, by the price's size: spreads and oil trade below zero, too.
    Value(i128),
}

impl Measure {
    fn checked(self) -> Result<Self, BarError> {
        match self {
            Self::Ticks(count) => above_zero("ticks", i128::from(count)).map(|_| self),
            Self::Volume(lots) => above_zero("volume", lots).map(|_| self),
            Self::Value(value) => above_zero("value", value).map(|_| self),
        }
    }

    /// How much of it a trade is.
    fn of(self, trade: Trade) -> i128 {
        match self {
            Self::Ticks(_) => 1,
            Self::Volume(_) => i128::from(trade.qty.0),
            Self::Value(_) => i128::from(trade.price.0).abs().saturating_mul(i128::from(trade.qty.0)),
        }
    }

    fn size(self) -> i128 {
        match self {
            Self::Ticks(count) => i128::from(count),
            Self::Volume(lots) => i128::from(lots),
            Self::Value(value) => value,
        }
    }
}

/// Builds them from trades in order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdBars {
    measure: Measure,
    current: Option<TradeBar>,
    filled: i128,
    order: Order,
}

impl ThresholdBars {
    /// Bars of that size, above zero.
    pub fn new(measure: Measure) -> Result<Self, BarError> {
        Ok(Self { measure: measure.checked()?, current: None, filled: 0, order: Order::default() })
    }

    /// The bar that is not full yet.
    #[must_use]
    pub const fn current(&self) -> Option<&TradeBar> {
        self.current.as_ref()
    }

    /// Trades whose event was earlier than one before them.
    #[must_use]
    pub const fn unordered_count(&self) -> u64 {
        self.order.unordered_count
    }

    /// Adds a trade of `qty` > 0; the bar that it filled.
    pub fn on_trade(&mut self, trade: Trade) -> Option<TradeBar> {
        debug_assert!(trade.qty.0 > 0, "a trade has a quantity");
        self.order.see(trade.ts_event);
        match self.current.as_mut() {
            Some(bar) => bar.add(trade),
            None => self.current = Some(TradeBar::of(trade)),
        }
        self.filled = self.filled.saturating_add(self.measure.of(trade));
        if self.filled < self.measure.size() {
            return None;
        }
        self.filled = 0;
        self.current.take()
    }
}
