//! An order: its vocabulary, its terms and its states. Names and numbers follow FIX and the wire schema.

mod cl_ord_id;
mod slab;

pub use cl_ord_id::{CL_ORD_ID_BYTES_MAX, ClOrdId};
pub(crate) use slab::NIL;
pub use slab::{Order, OrderSlab};

use serde::{Deserialize, Serialize};

/// Side (FIX tag 54).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum OrdType {
    /// At any price within the collar.
    Market = 1,
    /// At its price or better.
    Limit = 2,
}

/// TimeInForce (FIX tag 59).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum TimeInForce {
    /// Works until filled or canceled.
    Gtc = 1,
    /// Fills what it can at once; the rest expires.
    Ioc = 3,
    /// Fills whole at once or expires whole.
    Fok = 4,
}

/// OrdStatus (FIX tag 39).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum OrdStatus {
    /// Working, nothing filled.
    New = 1,
    /// Working, something filled.
    PartiallyFilled = 2,
    /// Done: all filled.
    Filled = 3,
    /// Done: taken out on request or by a control.
    Canceled = 4,
    /// Done: an IOC, FOK or market remainder.
    Expired = 5,
}

impl OrdStatus {
    /// Whether nothing more can happen to the order.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Filled | Self::Canceled | Self::Expired)
    }
}

/// ExecType (FIX tag 150): what just happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum ExecType {
    /// Accepted.
    New = 1,
    /// Filled, wholly or in part.
    Trade = 2,
    /// Changed.
    Replaced = 3,
    /// Taken out.
    Canceled = 4,
    /// Ended by its own terms.
    Expired = 5,
    /// Told again, unchanged.
    Status = 6,
}

/// Why an order left the book other than by a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum ExecReason {
    /// It did not, or it filled.
    None = 0,
    /// Its owner's cancel.
    Requested = 1,
    /// Its owner's mass cancel.
    MassCancel = 2,
    /// The account was halted.
    AccountHalted = 3,
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
