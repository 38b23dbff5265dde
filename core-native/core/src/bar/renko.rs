//! Renko bricks: a new one whenever the price has moved a whole brick beyond the last.
//!
//! The first brick starts at the first trade's price. A brick in the same direction begins where the last ended; one that
//! turns needs the price to go back over the whole of the last brick, and begins at its other end. A trade that jumps makes
//! as many bricks as it crosses, all at once; the volume since the last brick is the first one's, and the others have none.
//!
//! Invariant: each brick is exactly `brick_ticks` high, and begins at an end of the one before it. Every trade's volume is in
//! one brick, or in what is still open.
//!
//! Limits: bricks whose end would be beyond the largest price are not made.

use serde::{Deserialize, Serialize};

use super::trade_bar::{BarError, Order, Trade, above_zero};
use crate::units::{PriceTicks, QtyLots, TsNs};

/// One brick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brick {
    /// Event of the trade that completed it.
    pub close_ts: TsNs,
    /// Where it begins.
    pub open: PriceTicks,
    /// Where it ends, a brick higher or lower.
    pub close: PriceTicks,
    /// Quantity traded since the brick before it.
    pub volume: QtyLots,
    /// Trades since the brick before it.
    pub trade_count: u32,
}

impl Brick {
    /// Whether the price rose.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.close > self.open
    }
}

/// The ends of the last brick; both the same before there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ends {
    high: i64,
    low: i64,
}

/// Builds them from trades in order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenkoBricks {
    brick_ticks: i64,
    ends: Option<Ends>,
    open_volume: QtyLots,
    open_trade_count: u32,
    order: Order,
}

impl RenkoBricks {
    /// Bricks of `brick_ticks` > 0.
    pub fn new(brick_ticks: i64) -> Result<Self, BarError> {
        Ok(Self {
            brick_ticks: above_zero("brick_ticks", brick_ticks)?,
            ends: None,
            open_volume: QtyLots(0),
            open_trade_count: 0,
            order: Order::default(),
        })
    }

    /// Quantity and trades since the last brick.
    #[must_use]
    pub const fn open(&self) -> (QtyLots, u32) {
        (self.open_volume, self.open_trade_count)
    }

    /// Trades whose event was earlier than one before them.
    #[must_use]
    pub const fn unordered_count(&self) -> u64 {
        self.order.unordered_count
    }

    /// Adds a trade of `qty` > 0; `emit` hears of each brick that it completed, in order.
    pub fn on_trade(&mut self, trade: Trade, mut emit: impl FnMut(Brick)) {
        debug_assert!(trade.qty.0 > 0, "a trade has a quantity");
        self.order.see(trade.ts_event);
        self.open_volume = QtyLots(self.open_volume.0.saturating_add(trade.qty.0));
        self.open_trade_count = self.open_trade_count.saturating_add(1);
        let price = trade.price.0;
        let mut ends = self.ends.unwrap_or(Ends { high: price, low: price });
        while let Some(next) = ends.next(price, self.brick_ticks) {
            let is_up = next.high > ends.high;
            let (open, close) = if is_up { (next.low, next.high) } else { (next.high, next.low) };
            emit(Brick {
                close_ts: trade.ts_event,
                open: PriceTicks(open),
                close: PriceTicks(close),
                volume: core::mem::replace(&mut self.open_volume, QtyLots(0)),
                trade_count: core::mem::take(&mut self.open_trade_count),
            });
            ends = next;
        }
        self.ends = Some(ends);
    }
}

impl Ends {
    /// The ends of the next brick towards `price`, if it reaches that far.
    fn next(self, price: i64, brick_ticks: i64) -> Option<Self> {
        let above = self.high.checked_add(brick_ticks).filter(|&above| price >= above);
        let below = self.low.checked_sub(brick_ticks).filter(|&below| price <= below);
        match (above, below) {
            (Some(above), _) => Some(Self { high: above, low: self.high }),
            (None, Some(below)) => Some(Self { high: self.low, low: below }),
            (None, None) => None,
        }
    }
}
