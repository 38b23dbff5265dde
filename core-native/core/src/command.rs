//! Everything that can change the core. A journal is a list of these.
//!
//! A command is complete: with its sequence and time it determines every event. Encoded with postcard, whose format is
//! positional, so variants and fields are only ever added at the end.

use serde::{Deserialize, Serialize};

use crate::fee::FeeTier;
use crate::instrument::{CurrencyDefinition, InstrumentDefinition};
use crate::limit::{LimitName, LimitScope};
use crate::order::{ClOrdId, Contingency, OrderTerms, Side};
use crate::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, OrderId, PriceTicks, QtyLots, SelfTradeGroup, SessionId, StrategyId,
    TradeId, TsNs, UserId,
};

/// Who asked: recorded with every command that a person or program sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user.
    pub user: UserId,
    /// The session it came in on.
    pub session: SessionId,
    /// The API key that the session was opened with.
    pub key: KeyId,
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
    /// What it asks for.
    pub terms: OrderTerms,
}

/// One order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedOrder {
    /// The client's name for it.
    pub cl_ord_id: ClOrdId,
    /// What it asks for.
    pub terms: OrderTerms,
}

/// Linked orders of one instrument, accepted together or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrderList {
    /// Who asked.
    pub actor: Actor,
    /// Owner.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// How they are linked.
    pub contingency: Contingency,
    /// OCO: both legs. OTO: parent, child. Bracket: parent, take-profit, stop-loss.
    pub orders: Vec<ListedOrder>,
}

/// One request of a batch. The batch says who asks, and for which account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchRequest {
    /// A new order.
    New {
        /// What.
        instrument: InstrumentId,
        /// The order.
        order: ListedOrder,
    },
    /// Cancel one order.
    Cancel {
        /// Name of this request; may be empty.
        cl_ord_id: ClOrdId,
        /// The order.
        target: OrderRef,
    },
    /// Change one order.
    Replace {
        /// The order's new name.
        cl_ord_id: ClOrdId,
        /// The order.
        target: OrderRef,
        /// What changes.
        change: OrderChange,
    },
}

/// Up to 64 requests in one command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Who asked.
    pub actor: Actor,
    /// Owner.
    pub account: AccountId,
    /// Whether one refusal refuses all. Such a batch holds new orders and cancels only.
    pub atomic: bool,
    /// The requests, carried out in this order.
    pub requests: Vec<BatchRequest>,
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
    /// What changes.
    pub change: OrderChange,
}

/// The terms that a replace gives an order; all are given, changed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderChange {
    /// New total quantity, filled part included.
    pub order_qty: QtyLots,
    /// New limit price; 0 for types that have none.
    pub price: PriceTicks,
    /// New trigger price; 0 for types that have none, and for trailing stops, which find their own.
    pub trigger_price: PriceTicks,
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
    /// One strategy, or 0 for all.
    pub strategy: StrategyId,
    /// Only orders of the actor's session.
    pub session_only: bool,
    /// Whether the session was lost: the orders say so as their reason.
    pub on_disconnect: bool,
}

impl MassCancel {
    /// What ends with a connection: an account's orders that came by the session of who asked.
    #[must_use]
    pub const fn of_lost_session(actor: Actor, account: AccountId) -> Self {
        Self {
            actor,
            account,
            cl_ord_id: ClOrdId::EMPTY,
            instrument: InstrumentId(0),
            side: None,
            strategy: StrategyId(0),
            session_only: true,
            on_disconnect: true,
        }
    }
}

/// What may be done in a scope. The most severe of firm, account, instrument and strategy holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum TradingState {
    /// Everything within its limits.
    #[default]
    Active = 1,
    /// Cancels, and orders that make a position smaller.
    Reducing = 3,
    /// Cancels only.
    Halted = 2,
}

impl TradingState {
    /// The more severe of two.
    #[must_use]
    pub const fn most_severe(self, other: Self) -> Self {
        match (self, other) {
            (Self::Halted, _) | (_, Self::Halted) => Self::Halted,
            (Self::Reducing, _) | (_, Self::Reducing) => Self::Reducing,
            (Self::Active, Self::Active) => Self::Active,
        }
    }
}

/// How an account's positions are paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum AccountKind {
    /// In full, long or short alike.
    #[default]
    Standard = 1,
    /// In full, and only long: nothing is sold that is not there.
    Cash = 2,
    /// By the instruments' margins; liquidated when its equity is below what must be kept.
    Margin = 3,
}

/// How many positions an account has in an instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum PositionMode {
    /// One, which buys and sells net.
    #[default]
    Netting = 1,
    /// Two, side by side: what it bought, and what it sold.
    Hedging = 2,
}

/// What a control is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Everyone and everything.
    Firm,
    /// One account.
    Account(AccountId),
    /// One instrument, for everyone.
    Instrument(InstrumentId),
    /// One strategy of one account.
    Strategy(AccountId, StrategyId),
}

/// Sets a limit, or takes it away. It holds for the next command on; what a rate has counted begins anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLimit {
    /// Who asked.
    pub actor: Actor,
    /// Whose limit.
    pub scope: LimitScope,
    /// Which limit.
    pub name: LimitName,
    /// The greatest value that passes; none takes the limit away.
    pub max: Option<i64>,
    /// Length of the window, nanoseconds, up to a week; 0 for kinds without.
    pub window_ns: u64,
    /// Why, for the record; at most 200 bytes.
    pub reason: String,
}

/// Sets a fee schedule, or takes it away. It holds for the next command on; what was traded still counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetFeeSchedule {
    /// Who asked.
    pub actor: Actor,
    /// Whose: 0 is the firm's, for every account that has none of its own.
    pub account: AccountId,
    /// For instruments that are quoted in this money.
    pub currency: CurrencyId,
    /// Up to 16, ascending, the first from 0; none takes the schedule away.
    pub tiers: Vec<FeeTier>,
    /// Why, for the record; at most 200 bytes.
    pub reason: String,
}

/// What a fill is corrected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedFill {
    /// Its quantity from now on.
    pub qty: QtyLots,
    /// Its price from now on.
    pub price: PriceTicks,
}

/// Busts a trade, or corrects its quantity and price, on both of its sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeCorrection {
    /// Who asked.
    pub actor: Actor,
    /// The report of one side's fill (FIX ExecRefID, tag 19): its ExecID, also after corrections.
    pub exec_ref_id: u64,
    /// What it is corrected to; none busts it.
    pub corrected: Option<CorrectedFill>,
    /// Why, for the record; at most 200 bytes.
    pub reason: String,
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
        /// What whoever asked calls it; of the account. A second one of the same name and content changes nothing.
        reference: Option<ClOrdId>,
        /// Why, for the record; at most 200 bytes.
        reason: String,
    },
    /// Changes a trading state. Halting cancels all orders in the scope; the state stays until it is set again.
    SetTradingState {
        /// Who asked.
        actor: Actor,
        /// Of what.
        scope: Scope,
        /// The new state.
        state: TradingState,
        /// Whether to close all positions in the scope at the market, after the cancels.
        flatten: bool,
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
    /// Linked orders.
    NewOrderList(NewOrderList),
    /// Many requests in one.
    Batch(Batch),
    /// A limit of firm, account, strategy or user.
    SetLimit(SetLimit),
    /// What kind of account it is; only while it has no position, no live order and no report on its way.
    ConfigureAccount {
        /// Who asked.
        actor: Actor,
        /// Which account.
        account: AccountId,
        /// Its kind from now on.
        kind: AccountKind,
        /// Why, for the record; at most 200 bytes.
        reason: String,
        /// Its position mode from now on.
        position_mode: PositionMode,
    },
    /// Which accounts count as one owner for self-trade prevention.
    SetSelfTradeGroup {
        /// Who asked.
        actor: Actor,
        /// Which account.
        account: AccountId,
        /// Accounts with the same number, other than 0, are one owner; 0 = the account is by itself.
        group: SelfTradeGroup,
        /// Why, for the record; at most 200 bytes.
        reason: String,
    },
    /// What an account's whole equity is counted in.
    SetBaseCurrency {
        /// Who asked.
        actor: Actor,
        /// Which account.
        account: AccountId,
        /// Which money; 0 = none.
        currency: CurrencyId,
        /// Why, for the record; at most 200 bytes.
        reason: String,
    },
    /// A trade is bust or corrected.
    CorrectTrade(TradeCorrection),
    /// A fee schedule of the firm or of an account.
    SetFeeSchedule(SetFeeSchedule),
    /// Whether the orders of a session and account are canceled when its connection ends. It holds until the mass cancel that does so.
    SetCancelOnDisconnect {
        /// Who asked; the session is the one that is meant.
        actor: Actor,
        /// Which account's orders.
        account: AccountId,
        /// Whether they are.
        is_on: bool,
    },
}
