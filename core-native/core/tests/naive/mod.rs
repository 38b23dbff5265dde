//! The rules of `RULES.md` once more, in the plainest way: lists, linear searches, `i128`, everything derived anew when needed.
//!
//! Nothing here is kept up to date that can be computed: `used` and `held` come from positions and orders, the book from the
//! orders, the refusal from all that apply, a status from an order's numbers. Does not know bars, the tape or texts.
//! It was written from the rules alone, without a look at the engine.
#![allow(dead_code, missing_docs, reason = "the shapes follow jware_core, and each test looks at what it needs")]

mod accept;
mod batch;
mod book;
mod calendar;
mod cancel;
mod checks;
mod collar;
mod controls;
mod corrections;
mod exposure;
mod facts;
mod fees;
mod fields;
mod fill;
mod fingerprint;
mod kinds;
mod latency;
mod legs;
mod limits;
mod links;
mod lists;
mod money;
mod names;
mod order;
mod reduce;
mod replace;
mod tell;
mod triggers;
mod whole;
mod work;

use jware_core::account::Leg;
use jware_core::command::{AccountKind, Actor, BookState, Command, PositionMode, Scope, TradingState};
use jware_core::event::Execution;
use jware_core::instrument::{CurrencyDefinition, InstrumentDefinition, Venue};
use jware_core::name::NameRule;
use jware_core::order::{ClOrdId, Side};
use jware_core::refusal::{Refusal, RequestKind};
use jware_core::units::{AccountId, CurrencyId, InstrumentId, OrderId, TsNs};

pub use kinds::Guarded;
pub use order::{Closed, Order, Place, Role};

pub struct Instrument {
    pub definition: InstrumentDefinition,
    pub state: BookState,
    last: i128,
    /// When the outside last told something of it, or it last traded here.
    told_ts: TsNs,
}

struct House {
    instrument: InstrumentId,
    side: Side,
    price: i128,
    shown: i128,
    available: i128,
}

/// Whose, of what, and which of the two it may be.
pub type Holding = (AccountId, InstrumentId, Leg);

#[derive(Clone, Copy)]
pub struct Position {
    pub of: Holding,
    pub qty: i128,
    pub cost: i128,
    pub realised: i128,
    pub fees: i128,
    /// What of its cost was paid in, as of its last fill.
    pub used: i128,
}

/// One request that was refused. The figures of a plain refusal are not the model's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub kind: RequestKind,
    pub name: ClOrdId,
    pub refusal: Refusal,
}

/// What a command led to; positions, money and books are looked up in the state.
#[derive(Default)]
pub struct Told {
    pub executions: Vec<Execution>,
    pub refused: Vec<Refused>,
    /// What the guard of losses told, in order.
    pub guarded: Vec<Guarded>,
    /// Of a mass cancel, or of a control that halted.
    pub canceled_count: Option<u32>,
}

#[derive(Default)]
pub struct Naive {
    ts: TsNs,
    currencies: Vec<CurrencyDefinition>,
    pub instruments: Vec<Instrument>,
    /// By order of opening.
    pub accounts: Vec<AccountId>,
    /// Those that were ever set.
    states: Vec<(Scope, TradingState)>,
    self_trade_groups: Vec<(AccountId, u32)>,
    /// Who asked that the orders of a session and account end with its connection.
    asked_to_cancel: Vec<(Actor, AccountId)>,
    /// Every live order, wherever it is.
    pub orders: Vec<Order>,
    closed: Vec<Closed>,
    /// Elected orders, by when their turn comes.
    queue: Vec<OrderId>,
    /// The maker whose fill is not passed on yet.
    filling: Option<OrderId>,
    house: Vec<House>,
    /// What traded outside since a level was last shown.
    traded: Vec<(InstrumentId, Side, i128, i128)>,
    /// On their way to a venue, by when they were sent: when they arrive.
    sent: Vec<(u64, latency::Sent)>,
    /// What venues have said, by when that was: when it is told.
    said: Vec<(u64, latency::Said)>,
    /// Of which instruments durations were drawn, one by one.
    draws: Vec<InstrumentId>,
    pub positions: Vec<Position>,
    /// Every fill of our orders, as it counts now.
    fills: Vec<corrections::Fill>,
    cash: Vec<(AccountId, CurrencyId, i128)>,
    /// Money that was moved under a name.
    transfers: Vec<(AccountId, ClOrdId, CurrencyId, i128)>,
    names: Vec<names::Name>,
    name_rule: NameRule,
    /// By when they became so.
    past_names: Vec<names::Past>,
    /// Where references stood, and when.
    anchors: Vec<(InstrumentId, i128, i128)>,
    rules: Vec<limits::Rule>,
    schedules: Vec<fees::Schedule>,
    /// Since the first schedule of their currency.
    traded_values: Vec<fees::Traded>,
    /// What was let through already of the list or batch that is being checked.
    earlier: Vec<limits::Earlier>,
    /// Those that are not standard accounts, or were not.
    kinds: Vec<(AccountId, AccountKind)>,
    /// Those that were ever set.
    modes: Vec<(AccountId, PositionMode)>,
    /// Those that were ever set.
    bases: Vec<(AccountId, CurrencyId)>,
    /// Watched accounts that the command touched, by the last time.
    touched: Vec<AccountId>,
    /// Accounts that were told of their liquidation and have not recovered.
    liquidating: Vec<(AccountId, CurrencyId)>,
    stamp: u64,
    order_id: u64,
    exec_id: u64,
    trade_id: u64,
    told: Told,
}

fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).expect("the core holds this in 64 bits")
}

impl Naive {
    pub fn with_names(rule: NameRule) -> Self {
        Self { name_rule: rule, ..Self::default() }
    }

    pub fn apply(&mut self, ts: TsNs, command: &Command) -> Told {
        self.ts = ts;
        self.pass_time();
        match command {
            Command::ConfigureAccount { account, kind, reason, position_mode, .. } => {
                self.configure_account(*account, *kind, *position_mode, reason);
            }
            Command::Tick => {}
            Command::SetBaseCurrency { account, currency, reason, .. } => self.set_base_currency(*account, *currency, reason),
            Command::DefineCurrency(definition) => self.currencies.push(definition.clone()),
            Command::DefineInstrument(definition) => self.define(definition),
            Command::OpenAccount { account, .. } => self.accounts.push(*account),
            Command::Deposit { account, currency, amount, reference, reason, .. } => {
                if let Err(code) = self.named_deposit(*account, *currency, i128::from(amount.0), *reference, reason) {
                    self.refuse(RequestKind::Control, ClOrdId::EMPTY, code);
                }
            }
            Command::SetTradingState { scope, state, flatten, reason, .. } => {
                self.set_trading_state(*scope, *state, *flatten, reason);
            }
            Command::NewOrder(request) => self.new_order(request),
            Command::Cancel(request) => self.cancel(request),
            Command::Replace(request) => self.replace(request),
            Command::MassCancel(request) => self.mass_cancel(request),
            Command::Market(updates) => self.market(updates),
            Command::NewOrderList(request) => self.new_order_list(request),
            Command::Batch(request) => self.batch(request),
            Command::SetLimit(request) => self.set_limit(request),
            Command::SetSelfTradeGroup { account, group, reason, .. } => self.set_self_trade_group(*account, group.0, reason),
            Command::CorrectTrade(request) => self.correct_trade(request),
            Command::SetFeeSchedule(request) => self.set_fee_schedule(request),
            Command::SetCancelOnDisconnect { actor, account, is_on } => self.ask_to_cancel(*actor, *account, *is_on),
        }
        self.guard();
        assert!(self.queue.is_empty() && self.orders.iter().all(Order::is_settled), "every action ends what it began");
        std::mem::take(&mut self.told)
    }

    /// A definition of a known instrument replaces its limits, fees and session.
    fn define(&mut self, definition: &InstrumentDefinition) {
        if let Some(known) = self.instruments.iter_mut().find(|known| known.definition.instrument == definition.instrument) {
            known.definition = definition.clone();
            return;
        }
        let state = if definition.venue == Venue::Internal { BookState::Synced } else { BookState::Stale };
        self.instruments.push(Instrument { definition: definition.clone(), state, last: 0, told_ts: TsNs(0) });
    }

    pub fn known_instrument(&self, id: InstrumentId) -> Option<&Instrument> {
        self.instruments.iter().find(|instrument| instrument.definition.instrument == id)
    }

    pub fn instrument(&self, id: InstrumentId) -> &Instrument {
        self.known_instrument(id).expect("a known instrument")
    }

    fn instrument_mut(&mut self, id: InstrumentId) -> &mut Instrument {
        self.instruments.iter_mut().find(|instrument| instrument.definition.instrument == id).expect("a known instrument")
    }

    /// The mark doubled, whether it is the middle of the book, and whether it is stale.
    pub fn mark(&self, id: InstrumentId) -> Option<(i128, bool, bool)> {
        let place = self.instrument(id);
        let middle = self.best(id, Side::Buy).zip(self.best(id, Side::Sell)).map(|(bid, ask)| bid + ask);
        let twice = middle.or((place.last > 0).then_some(place.last * 2))?;
        let ours = place.definition.venue == Venue::Internal;
        let (age, limit) = (self.ts.0 - place.told_ts.0, place.definition.mark_stale_ns);
        let old = limit > 0 && age > limit && !(ours && middle.is_some());
        Some((twice, middle.is_some(), old || (!ours && place.state != BookState::Synced)))
    }

    fn minor(&self, id: InstrumentId, lot_ticks: i128) -> i128 {
        lot_ticks * i128::from(self.instrument(id).definition.tick_lot_minor)
    }

    /// An order while it is live.
    pub fn live(&self, id: OrderId) -> Option<&Order> {
        self.orders.iter().find(|order| order.id == id)
    }

    /// How much of an order was filled, whether it is live or ended.
    pub fn filled(&self, id: OrderId) -> i64 {
        let closed = self.closed.iter().find(|closed| closed.order.id == id).map(|closed| &closed.order);
        self.live(id).or(closed).map_or(0, |order| narrow(order.cum))
    }

    fn live_mut(&mut self, id: OrderId) -> &mut Order {
        self.orders.iter_mut().find(|order| order.id == id).expect("a live order")
    }

    fn refuse(&mut self, kind: RequestKind, name: ClOrdId, refusal: Refusal) {
        self.told.refused.push(Refused { kind, name, refusal });
    }
}
