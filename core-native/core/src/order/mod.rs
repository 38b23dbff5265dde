//! An order: its vocabulary, its terms and its states. Names and numbers follow FIX and the wire schema.

mod cl_ord_id;
mod slab;
mod status;
mod terms;

pub use cl_ord_id::{CL_ORD_ID_BYTES_MAX, ClOrdId};
pub use slab::{Order, OrderSlab, Place};
pub use status::{ExecType, OnTheWay, OrdStatus, Progress};
pub use terms::{OrderTerms, PostOnly, SelfTradePrevention, Trail, Trigger, TriggerSource};

use serde::{Deserialize, Serialize};

/// Side (FIX tag 54).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Side {
    /// Buys: rests among the bids.
    Buy = 1,
    /// Sells: rests among the asks.
    Sell = 2,
}

impl Side {
    /// The other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// +1 for buys, -1 for sells: the sign of a position change.
    #[must_use]
    pub const fn sign(self) -> i64 {
        match self {
            Self::Buy => 1,
            Self::Sell => -1,
        }
    }
}

/// OrdType (FIX tag 40).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum OrdType {
    /// At any price within the collar.
    Market = 1,
    /// At its price or better.
    Limit = 2,
    /// Becomes a market order when the market has moved to its trigger, against the order: buys above, sells below.
    Stop = 3,
    /// The same, and becomes a limit order.
    StopLimit = 4,
    /// A stop whose trigger follows the market at a distance while the market moves the order's way.
    TrailingStop = 5,
    /// Becomes a market order when the market has come to its trigger: buys below, sells above.
    MarketIfTouched = 6,
    /// The same, and becomes a limit order.
    LimitIfTouched = 7,
}

impl OrdType {
    /// Whether it has a limit price of its own.
    #[must_use]
    pub const fn has_price(self) -> bool {
        matches!(self, Self::Limit | Self::StopLimit | Self::LimitIfTouched)
    }

    /// Whether it waits for a trigger.
    #[must_use]
    pub const fn has_trigger(self) -> bool {
        !matches!(self, Self::Market | Self::Limit)
    }
}

/// TimeInForce (FIX tag 59). `Day` is not FIX's 0, which is "not given" on our wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum TimeInForce {
    /// Works until filled or canceled.
    Gtc = 1,
    /// Works until the instrument's session closes.
    Day = 2,
    /// Fills what it can at once; the rest expires.
    Ioc = 3,
    /// Fills whole at once or expires whole.
    Fok = 4,
    /// Works until a time of its own.
    Gtd = 6,
}

impl TimeInForce {
    /// Whether what does not fill at once stays.
    #[must_use]
    pub const fn rests(self) -> bool {
        matches!(self, Self::Gtc | Self::Day | Self::Gtd)
    }
}

/// Why something happened to an order that its owner did not ask for, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum ExecReason {
    /// Nothing of the kind.
    None = 0,
    /// Its owner's cancel.
    Requested = 1,
    /// Its owner's mass cancel.
    MassCancel = 2,
    /// A halt of the firm, the account, the instrument or the strategy.
    Halted = 3,
    /// What an IOC could not fill.
    IocRemainder = 4,
    /// A FOK that could not fill whole.
    FokUnfillable = 5,
    /// What a market order could not fill within the collar.
    MarketRemainder = 6,
    /// Its session was lost.
    Disconnect = 7,
    /// A replace to no more than was filled already.
    ReplaceBelowCum = 8,
    /// It met an order of the same owner.
    SelfTrade = 9,
    /// Its own time came (GTD).
    TimeReached = 10,
    /// The instrument's session closed (DAY).
    SessionClosed = 11,
    /// An order that it is linked to filled or ended.
    Linked = 12,
    /// Its account has less position left than it would close.
    ReduceOnly = 13,
    /// It would have taken liquidity, and may not.
    PostOnly = 14,
    /// A check refused it when it was triggered or released; the report's refusal says which.
    Refused = 15,
    /// The engine closed a position: a kill with flatten, or a loss limit.
    Flatten = 16,
    /// The engine closed a margin account's positions.
    Liquidation = 17,
}

/// LastLiquidityInd (FIX tag 851).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum LiquidityInd {
    /// Not a fill.
    None = 0,
    /// Was resting.
    Maker = 1,
    /// Came in.
    Taker = 2,
}

/// How the orders of a list are linked (FIX ContingencyType, tag 1385).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Contingency {
    /// Two orders that share a quantity: what one fills the other loses, and the end of one is the end of both.
    Oco = 1,
    /// A parent and a child: what the parent fills the child may work.
    Oto = 2,
    /// A parent and two exits that share what the parent fills: take-profit and stop-loss.
    Bracket = 3,
}

impl Contingency {
    /// How many orders such a list has.
    #[must_use]
    pub const fn order_count(self) -> usize {
        match self {
            Self::Oco | Self::Oto => 2,
            Self::Bracket => 3,
        }
    }
}
