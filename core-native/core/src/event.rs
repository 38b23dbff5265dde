//! Everything that the core tells the world. Events follow from commands alone, in this order, every time.

use serde::Serialize;

use crate::account::Leg;
use crate::bar::{Bar, BarInterval};
use crate::command::{AccountKind, Actor, BookState, PositionMode, Scope, TradingState};
use crate::fee::FeeTier;
use crate::limit::{LimitKind, LimitName, LimitScope};
use crate::order::Side;
use crate::order::{ClOrdId, Contingency, ExecReason, ExecType, LiquidityInd, OrdStatus, OrderTerms};
use crate::refusal::{Refusal, RequestKind};
use crate::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, SelfTradeGroup, SessionId, TradeId, TsNs,
};

/// ExecutionReport: what happened to an order and its state after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Execution {
    /// Dense per account, over every event that carries one.
    pub account_seq: u64,
    /// Unique id of this report; 0 for Status.
    pub exec_id: u64,
    /// Owner.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// The order.
    pub order_id: OrderId,
    /// The order's current name.
    pub cl_ord_id: ClOrdId,
    /// The name before this request (Replaced, Canceled), or empty.
    pub orig_cl_ord_id: ClOrdId,
    /// What happened.
    pub exec_type: ExecType,
    /// State after it.
    pub ord_status: OrdStatus,
    /// Why it happened, where the owner did not ask for it.
    pub reason: ExecReason,
    /// Its terms now: quantity and prices are those after this event. `price` is 0 for types that have none; the trigger
    /// price of a trailing stop is where it stands.
    pub terms: OrderTerms,
    /// Whether it is in the book, or about to be matched: not waiting, and not done.
    pub working: bool,
    /// The list it belongs to: the id of the list's first order, 0 = none.
    pub list: OrderId,
    /// How the list is linked.
    pub contingency: Option<Contingency>,
    /// Why a check refused it late; with Rejected and Canceled.
    pub refusal: Option<Refusal>,
    /// Filled so far.
    pub cum_qty: QtyLots,
    /// Still to be filled; 0 when done.
    pub leaves_qty: QtyLots,
    /// Sum of fill quantity times price, lot-ticks.
    pub cum_lot_ticks: i64,
    /// This fill's quantity.
    pub last_qty: QtyLots,
    /// This fill's price.
    pub last_px: PriceTicks,
    /// This fill's fee; negative is a rebate.
    pub last_fee: AmountMinor,
    /// Maker or taker.
    pub liquidity: LiquidityInd,
    /// This fill's trade.
    pub trade_id: TradeId,
    /// Replaced: whether time priority was kept.
    pub priority_kept: bool,
    /// When the order was accepted.
    pub created: TsNs,
    /// The session the order came in on.
    pub session: SessionId,
}

/// A trade was bust or corrected: one side's report of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TradeAdjustment {
    /// The order as it is now, ExecType TradeCancel or TradeCorrect. The last quantity, price and fee are those of the trade: as
    /// it was, where it is bust, and as it is from now on, where it is corrected.
    pub execution: Execution,
    /// The report of the fill that this is about.
    pub exec_ref_id: u64,
    /// The fill as it was.
    pub before: FillFigures,
    /// Who asked.
    pub actor: Actor,
    /// Why.
    pub reason: String,
}

/// The figures of a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FillFigures {
    /// Its quantity.
    pub qty: QtyLots,
    /// Its price.
    pub price: PriceTicks,
    /// Its fee; negative is a rebate.
    pub fee: AmountMinor,
}

/// A position after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PositionChange {
    /// Dense per account.
    pub account_seq: u64,
    /// Owner.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// Signed quantity.
    pub qty: QtyLots,
    /// Signed cost of the open quantity.
    pub cost: AmountMinor,
    /// Realised profit and loss so far, before fees.
    pub realised: AmountMinor,
    /// Fees so far.
    pub fees: AmountMinor,
    /// Which of the account's positions in the instrument.
    pub leg: Leg,
}

/// Money after a change. Available is `cash - used - held`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BalanceChange {
    /// Dense per account.
    pub account_seq: u64,
    /// Owner.
    pub account: AccountId,
    /// Which money.
    pub currency: CurrencyId,
    /// Deposits, realised profit and loss, fees.
    pub cash: AmountMinor,
    /// Cost of open positions, long or short.
    pub used: AmountMinor,
    /// What working orders may still need.
    pub held: AmountMinor,
}

impl BalanceChange {
    /// What a new order may use.
    #[must_use]
    pub const fn available(&self) -> i64 {
        self.cash.0.saturating_sub(self.used.0).saturating_sub(self.held.0)
    }
}

/// One consequence of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::large_enum_variant, reason = "executions are most of what is told, and a box for each would allocate")]
pub enum Event {
    /// A request was refused; the requester alone hears of it, but for one that had travelled: that is the account's.
    Refused {
        /// The request's kind.
        request: RequestKind,
        /// Why.
        refusal: Refusal,
        /// The account it was for.
        account: AccountId,
        /// The instrument it was for, or 0.
        instrument: InstrumentId,
        /// The request's name.
        cl_ord_id: ClOrdId,
        /// The order it was about, by the client's name, or empty.
        orig_cl_ord_id: ClOrdId,
        /// Whether the venue refused it after it had been told as pending.
        travelled: bool,
    },
    /// An order changed.
    Execution(Execution),
    /// A trade was bust or corrected.
    TradeAdjusted(Box<TradeAdjustment>),
    /// A position changed.
    Position(PositionChange),
    /// Money changed.
    Balance(BalanceChange),
    /// An account was opened, halted or released.
    AccountState {
        /// Dense per account.
        account_seq: u64,
        /// Which account.
        account: AccountId,
        /// Its state now.
        state: TradingState,
        /// Why.
        reason: String,
    },
    /// A trading state was set, other than an account's.
    ScopeState {
        /// Of what.
        scope: Scope,
        /// Its state now.
        state: TradingState,
        /// How many orders that canceled.
        canceled_count: u32,
        /// Why.
        reason: String,
    },
    /// A limit was set, or (no `max`) taken away.
    LimitSet {
        /// Whose.
        scope: LimitScope,
        /// Which.
        name: LimitName,
        /// Its greatest value now.
        max: Option<i64>,
        /// Its window.
        window_ns: u64,
        /// Who asked.
        actor: Actor,
        /// Why.
        reason: String,
    },
    /// An account's kind or self-trade group was set.
    AccountConfigured {
        /// Which account.
        account: AccountId,
        /// Its kind now.
        kind: AccountKind,
        /// Its group now; 0 = it is by itself.
        group: SelfTradeGroup,
        /// Who asked.
        actor: Actor,
        /// Why.
        reason: String,
        /// What its whole equity is counted in now; 0 = none.
        base_currency: CurrencyId,
        /// Its position mode now.
        position_mode: PositionMode,
    },
    /// A fee schedule was set, or (no tiers) taken away.
    FeeScheduleSet {
        /// Whose; 0 is the firm's.
        account: AccountId,
        /// In which money.
        currency: CurrencyId,
        /// What it is now.
        tiers: Vec<FeeTier>,
        /// Who asked.
        actor: Actor,
        /// Why.
        reason: String,
    },
    /// A loss limit was passed; what follows from it comes next.
    LossLimitPassed {
        /// Whose.
        account: AccountId,
        /// In which money.
        currency: CurrencyId,
        /// Which rung of the ladder.
        kind: LimitKind,
        /// The limit.
        max: i64,
        /// The loss since the limit was set.
        loss: i64,
    },
    /// A margin account's equity is below what must be kept: its orders are canceled and its positions closed.
    Liquidation {
        /// Whose.
        account: AccountId,
        /// In which money.
        currency: CurrencyId,
        /// Cash and unrealised profit and loss.
        equity: i64,
        /// What must be kept.
        maintenance: i64,
    },
    /// A mass cancel was carried out.
    MassCanceled {
        /// Which account.
        account: AccountId,
        /// The request's name.
        cl_ord_id: ClOrdId,
        /// How many orders it took out.
        canceled_count: u32,
    },
    /// A book level's displayed total (house and ours) is now this.
    Level {
        /// Which instrument.
        instrument: InstrumentId,
        /// Side of the book.
        side: Side,
        /// Price.
        price: PriceTicks,
        /// New total; 0 = gone.
        qty: QtyLots,
    },
    /// Something traded: on the outside market, or in our book.
    Trade {
        /// Which instrument.
        instrument: InstrumentId,
        /// The venue's time, or the engine's for our own.
        ts_event: TsNs,
        /// Price.
        price: PriceTicks,
        /// Size.
        qty: QtyLots,
        /// Side of the order that took.
        aggressor: Side,
        /// The trade's id: the venue's for outside trades, ours otherwise.
        trade_id: TradeId,
        /// Whether it was ours.
        own: bool,
    },
    /// A bar ended. The one that grows is changed by every [`Event::Trade`] and is read from the core.
    BarClosed {
        /// Which instrument.
        instrument: InstrumentId,
        /// Its interval.
        interval: BarInterval,
        /// Its values.
        bar: Bar,
    },
    /// A book's health changed.
    BookState {
        /// Which instrument.
        instrument: InstrumentId,
        /// Its state now.
        state: BookState,
    },
    /// All levels of a book are void; those that follow are the whole.
    BookReset {
        /// Which instrument.
        instrument: InstrumentId,
    },
    /// An instrument was defined or redefined.
    InstrumentDefined {
        /// Which one.
        instrument: InstrumentId,
    },
}
