//! The core: one state, one way to change it.
//!
//! [`Core::apply`] is the only place that branches on the command; each arm leads to a file of its name. Within a command the
//! order is always: end what is over (`ends`), check (`risk`), match (`matching`), follow what that leads to (`linked`, `exits`,
//! `triggers`), settle (`settle`). Events come in the order in which things happened; positions, money and book levels follow
//! once each, at the end. The rules are told in `../../RULES.md`.
//!
//! Cost: O(1) per order, cancel and fill near the best price. Every call starts from a consistent state and leaves one; a
//! broken invariant stops the process, and replay brings it back.

mod admin;
mod batch;
mod cancel;
mod configure;
mod control;
mod correction;
mod disconnect;
mod end_times;
mod ends;
mod equity;
mod exits;
mod fees;
mod late;
mod limits;
mod linked;
mod list;
mod mark;
mod market;
mod matching;
mod new_order;
mod replace;
mod report;
mod self_trade;
mod settle;
mod snapshot;
mod state;
mod state_hash;
mod time_queue;
mod transit;
mod triggers;
mod validate;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::account::{Account, EXTERNAL_ACCOUNT, Exposure, FEES_ACCOUNT, HOUSE_ACCOUNT, Leg, Transfer};
use crate::bar::BarSet;
use crate::book::{Book, TriggerBook};
use crate::command::{Actor, BookState, Command, TradingState};
use crate::event::Event;
use crate::fee::FeeBook;
use crate::instrument::{CollarReference, CurrencyDefinition, InstrumentDefinition};
use crate::limit::LimitRules;
use crate::name::{NameRule, Names};
use crate::order::{ClOrdId, OrderSlab, Side};
use crate::risk::{Beside, Passed};
use crate::trade::TradeLog;
use crate::units::{AccountId, CurrencyId, InstrumentId, OrderId, PriceTicks, Seq, SessionId, StrategyId, TsNs};
use end_times::EndTimes;
use late::Late;
use linked::Groups;
use time_queue::TimeQueue;
use transit::Transit;

pub use mark::{BaseEquity, Mark, MarkSource};
pub(crate) use new_order::content_of;
pub use snapshot::SnapshotError;
pub use validate::Validation;

/// Names the behaviour of `apply`: a journal written by another version is not replayed.
pub const CORE_VERSION: u32 = 5;

/// An instrument and everything that moves.
#[derive(Debug)]
pub struct Instrument {
    /// What it is.
    pub definition: InstrumentDefinition,
    /// Its book.
    pub book: Book,
    /// Orders that wait for a price, once there have been any.
    pub(crate) triggers: Option<Box<TriggerBook>>,
    /// Health of the book.
    pub state: BookState,
    /// What may be done in it.
    pub trading_state: TradingState,
    /// The last public trade; 0 before the first.
    pub last_price: PriceTicks,
    /// When the outside last told something of it, or it last traded here.
    pub(crate) marked_ts: TsNs,
    /// Its bars.
    pub bars: BarSet,
    /// What all users have of it together.
    pub users: UsersTotal,
    /// Indices of accounts that are watched and have a position in it.
    pub(crate) watchers: BTreeSet<usize>,
    /// Where the reference stood when the window of its collar began: the price doubled, and when.
    pub(crate) anchor: Option<(i64, TsNs)>,
    /// What its paper rules keep, once it has had any.
    pub(crate) paper: Option<Box<PaperState>>,
}

/// What the model of a venue keeps of an instrument, beside the book.
#[derive(Clone, Debug, Default)]
pub(crate) struct PaperState {
    /// What traded outside at each signed price since its level was last shown, lots.
    pub(crate) traded: FxHashMap<i64, i64>,
    /// How many durations were drawn.
    pub(crate) draw_count: u64,
    /// Reports on their way out, and when the last of them is told.
    pub(crate) late_count: u64,
    pub(crate) late_last: TsNs,
}

impl PaperState {
    /// What traded, by signed price.
    pub(crate) fn traded_by_key(&self) -> Vec<(i64, i64)> {
        let mut rows: Vec<(i64, i64)> = self.traded.iter().map(|(&key, &qty)| (key, qty)).collect();
        rows.sort_unstable();
        rows
    }
}

/// What all users' accounts have of an instrument together, lots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UsersTotal {
    /// Positions, longs less shorts.
    pub qty: i64,
    /// Working buys.
    pub buys: i64,
    /// Working sells.
    pub sells: i64,
}

impl UsersTotal {
    /// Working orders of a side.
    pub(crate) const fn working(&self, side: Side) -> i64 {
        match side {
            Side::Buy => self.buys,
            Side::Sell => self.sells,
        }
    }
}

impl Instrument {
    /// An account that is watched has a position in it, or has none any more.
    pub(crate) fn watch(&mut self, account: usize, has_position: bool) {
        if has_position {
            self.watchers.insert(account);
        } else {
            self.watchers.remove(&account);
        }
    }

    /// What one tick on one lot is worth, minor units.
    pub(crate) const fn tick_lot_minor(&self) -> i64 {
        self.definition.tick_lot_minor
    }

    /// Twice the price that orders are compared with, as the instrument's collar says; usually the mark.
    #[inline]
    pub fn reference_twice(&self) -> Option<i64> {
        match self.definition.collar.reference {
            CollarReference::Mark => self.mark_twice(),
            CollarReference::Last => self.last_twice().or_else(|| self.book.mid_twice()),
            CollarReference::Mid => self.book.mid_twice(),
        }
    }

    /// Twice the price that positions are valued at: the middle of the book, else the last trade.
    #[inline]
    pub fn mark_twice(&self) -> Option<i64> {
        self.book.mid_twice().or_else(|| self.last_twice())
    }

    fn last_twice(&self) -> Option<i64> {
        (self.last_price.0 > 0).then_some(self.last_price.0 * 2)
    }
}

/// The whole state.
#[derive(Debug)]
pub struct Core {
    seq: Seq,
    ts: TsNs,
    currencies: Vec<CurrencyDefinition>,
    instruments: Vec<Instrument>,
    instrument_index: FxHashMap<InstrumentId, usize>,
    accounts: Vec<Account>,
    account_index: FxHashMap<AccountId, usize>,
    account_names: FxHashSet<String>,
    firm_state: TradingState,
    /// Those that are not active.
    strategy_states: BTreeMap<(AccountId, StrategyId), TradingState>,
    /// Sessions whose orders of an account end with their connection, and who asked for it.
    cancel_on_disconnect: BTreeMap<(SessionId, AccountId), Actor>,
    /// What was paid in or out under a name; never forgotten, as a name may come again whenever somebody is not sure.
    transfers: BTreeMap<(AccountId, ClOrdId), Transfer>,
    limits: LimitRules,
    fees: FeeBook,
    /// Of all users, by currency.
    exposures: Vec<Exposure>,
    orders: OrderSlab,
    names: Names,
    groups: Groups,
    /// When live orders end by themselves.
    ends: EndTimes,
    /// Requests on their way to a venue.
    transit: Transit,
    /// What venues have said, and is not told yet.
    late: TimeQueue<Late>,
    last_order_id: u64,
    last_exec_id: u64,
    last_trade_id: u64,
    /// What can still be bust or corrected.
    trades: TradeLog,
    scratch: Scratch,
}

/// What the current command touched, told at its end; empty between commands.
#[derive(Debug, Default)]
struct Scratch {
    holdings: Vec<TouchedHolding>,
    levels: Vec<(usize, Side, PriceTicks)>,
    balances: Vec<(usize, CurrencyId)>,
    /// Orders that go to work next, first in first out from `elected_from` on.
    elected: Vec<(OrderId, u32)>,
    elected_from: usize,
    /// Indices of watched accounts whose equity may have changed.
    watched: Vec<usize>,
    /// What commands need for a moment, kept so that they need not allocate.
    prices: Vec<PriceTicks>,
    going: Vec<(OrderId, u32)>,
    beside: Beside,
    passed: Vec<Passed>,
    ready: Vec<batch::Ready>,
    /// Told when a request has been checked; there while a traced command is carried out, and in no state.
    on_checked: Option<fn()>,
    /// Whether nobody wants to know what the command leads to; in no state either.
    is_quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TouchedHolding {
    holding: Holding,
    filled: bool,
}

/// One of an account's positions, and what works there, by account and instrument index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) account: usize,
    pub(crate) instrument: usize,
    pub(crate) leg: Leg,
}

impl Holding {
    /// The only one of an account that nets, as the engine's own do.
    const fn net(account: usize, instrument: usize) -> Self {
        Self { account, instrument, leg: Leg::Net }
    }
}

impl Default for Core {
    fn default() -> Self {
        Self::new()
    }
}

impl Core {
    /// A core with no instruments and only the engine's own accounts.
    #[must_use]
    pub fn new() -> Self {
        Self::build(NameRule::default(), 0)
    }

    /// The same with a key of the one who runs it, which nobody else can guess: clients choose names, and without it could choose many that
    /// are looked for in the same place. It changes nothing of the state.
    #[must_use]
    pub fn with_name_key(key: u64) -> Self {
        Self::build(NameRule::default(), key)
    }

    /// The same that forgets names by another rule: what tests look at in a moment would take a day.
    #[must_use]
    pub fn with_names(rule: NameRule) -> Self {
        Self::build(rule, 0)
    }

    pub(crate) fn build(rule: NameRule, name_key: u64) -> Self {
        let mut core = Self {
            seq: Seq(0),
            ts: TsNs(0),
            currencies: Vec::new(),
            instruments: Vec::new(),
            instrument_index: FxHashMap::default(),
            accounts: Vec::new(),
            account_index: FxHashMap::default(),
            account_names: FxHashSet::default(),
            firm_state: TradingState::Active,
            strategy_states: BTreeMap::new(),
            cancel_on_disconnect: BTreeMap::new(),
            transfers: BTreeMap::new(),
            limits: LimitRules::default(),
            fees: FeeBook::default(),
            exposures: Vec::new(),
            orders: OrderSlab::default(),
            names: Names::new(rule, name_key),
            groups: Groups::default(),
            ends: EndTimes::default(),
            transit: Transit::default(),
            late: TimeQueue::default(),
            last_order_id: 0,
            last_exec_id: 0,
            last_trade_id: 0,
            trades: TradeLog::default(),
            scratch: Scratch::default(),
        };
        for (id, name) in [(HOUSE_ACCOUNT, "HOUSE"), (FEES_ACCOUNT, "FEES"), (EXTERNAL_ACCOUNT, "EXTERNAL")] {
            core.add_account(id, name.to_owned());
        }
        core
    }

    /// Carries out one command as [`Core::apply`] does, to the same end, and calls `on_checked` whenever the checks of a request in it
    /// have said yes or no: so that somebody with a clock can tell how long they took. Not called for what has no checks.
    pub fn apply_watched(&mut self, seq: Seq, ts: TsNs, command: &Command, events: &mut Vec<Event>, on_checked: fn()) {
        self.scratch.on_checked = Some(on_checked);
        self.apply(seq, ts, command, events);
        self.scratch.on_checked = None;
    }

    /// Carries out one command as [`Core::apply`] does, to the same end, and leaves out most of what it would tell: for a replay, which
    /// nobody listens to. What of it is told all the same is of no use.
    pub fn apply_quietly(&mut self, seq: Seq, ts: TsNs, command: &Command, events: &mut Vec<Event>) {
        self.scratch.is_quiet = true;
        self.apply(seq, ts, command, events);
        self.scratch.is_quiet = false;
    }

    /// The checks of a request have said yes or no.
    #[inline]
    fn tell_checked(&self) {
        if let Some(tell) = self.scratch.on_checked {
            tell();
        }
    }

    /// Carries out one command and appends its consequences to `events`.
    ///
    /// `seq` is the last one plus 1; `ts` does not decrease.
    pub fn apply(&mut self, seq: Seq, ts: TsNs, command: &Command, events: &mut Vec<Event>) {
        assert!(seq.0 == self.seq.0 + 1, "commands are applied in sequence");
        assert!(ts >= self.ts, "time does not go back");
        self.seq = seq;
        self.ts = ts;
        self.pass_time(events);
        match command {
            Command::Tick => {}
            Command::DefineCurrency(definition) => self.define_currency(definition, events),
            Command::DefineInstrument(definition) => self.define_instrument(definition, events),
            Command::OpenAccount { account, name } => self.open_account(*account, name, events),
            Command::Deposit { account, currency, amount, reference, reason, .. } => {
                self.deposit(*account, (*currency, *amount), *reference, reason, events);
            }
            Command::SetTradingState { scope, state, flatten, reason, .. } => {
                self.set_trading_state(*scope, *state, *flatten, reason, events);
            }
            Command::NewOrder(request) => self.new_order(request, events),
            Command::Cancel(request) => self.cancel(request, events),
            Command::Replace(request) => self.replace(request, events),
            Command::MassCancel(request) => self.mass_cancel(request, events),
            Command::Market(updates) => self.market(updates, events),
            Command::NewOrderList(list) => self.new_order_list(list, events),
            Command::Batch(batch) => self.batch(batch, events),
            Command::SetLimit(request) => self.set_limit(request, events),
            Command::ConfigureAccount { actor, account, kind, reason, position_mode } => {
                self.configure_account(*actor, *account, (*kind, *position_mode), reason, events);
            }
            Command::SetSelfTradeGroup { actor, account, group, reason } => {
                self.set_self_trade_group(*actor, *account, *group, reason, events);
            }
            Command::SetBaseCurrency { actor, account, currency, reason } => {
                self.set_base_currency(*actor, *account, *currency, reason, events);
            }
            Command::CorrectTrade(request) => self.correct_trade(request, events),
            Command::SetFeeSchedule(request) => self.set_fee_schedule(request, events),
            Command::SetCancelOnDisconnect { actor, account, is_on } => {
                self.set_cancel_on_disconnect(*actor, *account, *is_on, events);
            }
        }
        self.guard_equity(events);
        let scratch = &self.scratch;
        assert!(
            scratch.holdings.is_empty() && scratch.levels.is_empty() && scratch.elected.is_empty() && scratch.watched.is_empty(),
            "every command settles what it touched"
        );
    }
}
