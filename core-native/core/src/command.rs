//! Everything that can change the core. A journal is a list of these.
//!
//! A command is complete: with its sequence and time it determines every event. Encoded with postcard, whose format is
//! positional, so variants and fields are only ever added at the end.

use serde::{Deserialize, Serialize};

use crate::instrument::{CurrencyDefinition, InstrumentDefinition};
use crate::order::{ClOrdId, OrdType, Side, TimeInForce};
use crate::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, SessionId, TradeId, TsNs, UserId,
};

/// Who asked: recorded with every command that a person or program sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user.
    pub user: UserId,
    /// The session it came in on.
    pub session: SessionId,
}

/// A new order, as received: ranges are checked by the core, not before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// Who asked.
    pub actor: Actor,
    /// Owner.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// The client's name for it.
    pub cl_ord_id: ClOrdId,
    /// Buy or sell.
    pub side: Side,
    /// Market or limit.
    pub ord_type: OrdType,
    /// How long it works.
    pub time_in_force: TimeInForce,
    /// Total quantity.
    pub order_qty: QtyLots,
    /// Limit price; 0 for market orders.
    pub price: PriceTicks,
}

/// Names a working order: by id, or by the client's name where the id is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRef {
    /// The engine's id, or 0.
    pub order_id: OrderId,
    /// The client's last accepted name.
    pub orig_cl_ord_id: ClOrdId,
}

/// A request to take an order out of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelOrder {
    /// Who asked.
    pub actor: Actor,
    /// Owner.
    pub account: AccountId,
    /// Name of this request; may be empty.
    pub cl_ord_id: ClOrdId,
    /// The order.
    pub target: OrderRef,
}

/// A request to change quantity and price of a working order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaceOrder {
    /// Who asked.
    pub actor: Actor,
    /// Owner.
    pub account: AccountId,
    /// The order's new name.
    pub cl_ord_id: ClOrdId,
    /// The order.
    pub target: OrderRef,
    /// New total quantity, filled part included.
    pub order_qty: QtyLots,
    /// New limit price.
    pub price: PriceTicks,
}

/// A request to cancel many orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassCancel {
    /// Who asked.
    pub actor: Actor,
    /// Owner.
    pub account: AccountId,
    /// Name of this request; may be empty.
    pub cl_ord_id: ClOrdId,
    /// One instrument, or 0 for all.
    pub instrument: InstrumentId,
    /// One side, or none for both.
    pub side: Option<Side>,
    /// Only orders of the actor's session: cancel-on-disconnect.
    pub session_only: bool,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum TradingState {
    /// Everything within its limits.
    Active = 1,
    /// Cancels only.
    Halted = 2,
}

/// Health of a book. Numbers are the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum BookState {
    /// In step with its source.
    Synced = 1,
    /// The source is gone or has skipped.
    Stale = 2,
    /// Being rebuilt.
    Resyncing = 3,
}

/// One fact about the outside market, of one instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarketFact {
    /// The displayed size at a price is now this; 0 removes the level.
    Level {
        /// Side of the book.
        side: Side,
        /// Price.
        price: PriceTicks,
        /// New displayed size.
        qty: QtyLots,
    },
    /// A trade between others.
    Trade {
        /// Price.
        price: PriceTicks,
        /// Size.
        qty: QtyLots,
        /// Side of the order that took.
        aggressor: Side,
        /// The venue's id.
        venue_trade_id: TradeId,
    },
    /// All house liquidity is void; levels follow.
    Reset,
    /// Health of the book from here on.
    State(BookState),
}

/// A fact, where and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketUpdate {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// The venue's time.
    pub ts_event: TsNs,
    /// What happened.
    pub fact: MarketFact,
}

/// A change to the core's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Nothing but the passing of time.
    Tick,
    /// Adds a currency; the answer is its id, by order of definition.
    DefineCurrency(CurrencyDefinition),
    /// Adds an instrument, or replaces the limits and fees of one with the same id, symbol and units.
    DefineInstrument(InstrumentDefinition),
    /// Opens an account.
    OpenAccount {
        /// Its id; not 0 and not below 16, which are the engine's own.
        account: AccountId,
        /// Its name; unique.
        name: String,
    },
    /// Pays money in (or, negative, out).
    Deposit {
        /// Who asked.
        actor: Actor,
        /// To which account.
        account: AccountId,
        /// Which money.
        currency: CurrencyId,
        /// How much.
        amount: AmountMinor,
    },
    /// Changes an account's trading state; halting cancels its orders.
    SetTradingState {
        /// Who asked.
        actor: Actor,
        /// Which account.
        account: AccountId,
        /// The new state.
        state: TradingState,
        /// Why, for the record; at most 200 bytes.
        reason: String,
    },
    /// A new order.
    NewOrder(NewOrder),
    /// Cancel one order.
    Cancel(CancelOrder),
    /// Change one order.
    Replace(ReplaceOrder),
    /// Cancel many orders.
    MassCancel(MassCancel),
    /// Facts about the outside market, in the order they were seen.
    Market(Vec<MarketUpdate>),
}
