//! What an order asks for, apart from who asks and what it is called.

use serde::{Deserialize, Serialize};

use super::{OrdType, Side, TimeInForce};
use crate::units::{AmountMinor, PriceTicks, QtyLots, StrategyId, TsNs};

/// The price that a trigger looks at (FIX TriggerPriceType, tag 1107).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum TriggerSource {
    /// The last trade.
    #[default]
    Last = 1,
    /// The mark: the middle of the book, else the last trade.
    Mark = 2,
    /// What the order would meet: buys look at the best ask, sells at the best bid.
    Quote = 3,
    /// The middle of the book; nothing while a side is empty.
    Mid = 4,
}

impl TriggerSource {
    /// All of them, by number.
    pub const ALL: [Self; 4] = [Self::Last, Self::Mark, Self::Quote, Self::Mid];
}

/// How far a trailing stop stays behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Trail {
    /// It is no trailing stop.
    #[default]
    None,
    /// By ticks, 1 or more.
    Ticks(i64),
    /// By basis points of the best price it has seen, 1 to 9,999, rounded down to ticks and at least one.
    Bps(u32),
}

/// When a waiting order goes to work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Trigger {
    /// The price that triggers; 0 for trailing stops, which find their own.
    pub price: PriceTicks,
    /// What is compared with it.
    pub source: TriggerSource,
    /// How a trailing stop follows.
    pub trail: Trail,
}

/// Whether an order may take liquidity (FIX ExecInst 6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum PostOnly {
    /// It may.
    #[default]
    No = 0,
    /// It is refused where it would.
    Reject = 1,
    /// It is priced one tick short of where it would.
    Reprice = 2,
}

/// What happens where an order would meet one of the same owner (numbers as Binance's tag 25001).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum SelfTradePrevention {
    /// They trade.
    None = 1,
    /// The incoming order ends.
    #[default]
    CancelNewest = 2,
    /// The resting order ends.
    CancelOldest = 3,
    /// Both end.
    CancelBoth = 4,
    /// Both lose the smaller quantity, without a trade.
    Decrement = 5,
}

/// The terms of an order, as received: ranges are checked by the core, not before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderTerms {
    /// Buy or sell.
    pub side: Side,
    /// What kind of order.
    pub ord_type: OrdType,
    /// How long it works.
    pub time_in_force: TimeInForce,
    /// Total quantity; 0 where `cash_qty` says it.
    pub order_qty: QtyLots,
    /// Limit price; 0 for types that have none.
    pub price: PriceTicks,
    /// When it goes to work; default for types that do so at once.
    pub trigger: Trigger,
    /// How much of it is shown at once (MaxFloor); 0 = all.
    pub display_qty: QtyLots,
    /// A market order's size as money of the quote currency; 0 = `order_qty` says it.
    pub cash_qty: AmountMinor,
    /// When a GTD order ends; 0 for all others.
    pub expire_ts: TsNs,
    /// Whether it may take.
    pub post_only: PostOnly,
    /// Whether it may only make a position smaller.
    pub reduce_only: bool,
    /// What happens where it would meet its owner's orders.
    pub self_trade_prevention: SelfTradePrevention,
    /// The strategy that sent it; 0 = none.
    pub strategy: StrategyId,
    /// The core must not take it after this time; 0 = any time.
    pub deadline: TsNs,
}

impl OrderTerms {
    /// A good-till-canceled limit order.
    #[must_use]
    pub const fn limit(side: Side, order_qty: QtyLots, price: PriceTicks) -> Self {
        Self {
            side,
            ord_type: OrdType::Limit,
            time_in_force: TimeInForce::Gtc,
            order_qty,
            price,
            trigger: Trigger { price: PriceTicks(0), source: TriggerSource::Last, trail: Trail::None },
            display_qty: QtyLots(0),
            cash_qty: AmountMinor(0),
            expire_ts: TsNs(0),
            post_only: PostOnly::No,
            reduce_only: false,
            self_trade_prevention: SelfTradePrevention::CancelNewest,
            strategy: StrategyId(0),
            deadline: TsNs(0),
        }
    }

    /// A market order.
    #[must_use]
    pub const fn market(side: Side, order_qty: QtyLots) -> Self {
        let mut terms = Self::limit(side, order_qty, PriceTicks(0));
        terms.ord_type = OrdType::Market;
        terms.time_in_force = TimeInForce::Ioc;
        terms
    }
}
