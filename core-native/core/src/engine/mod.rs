//! The core: one state, one way to change it.
//!
//! [`Core::apply`] is the only place that branches on the command; each arm leads to a file of its name. Within a command the
//! order is always: check (`risk`), match (`matching`), settle (`settle`). Events come in the order in which things happened;
//! positions, money and book levels follow once each, at the end.
//!
//! Cost: O(log levels) per order, cancel and fill. Every call starts from a consistent state and leaves one; a broken
//! invariant stops the process, and replay brings it back.

mod admin;
mod cancel;
mod market;
mod matching;
mod new_order;
mod replace;
mod settle;
mod state_hash;

use std::collections::BTreeMap;

use crate::account::{Account, EXTERNAL_ACCOUNT, FEES_ACCOUNT, HOUSE_ACCOUNT};
use crate::bar::BarSet;
use crate::book::Book;
use crate::command::{BookState, Command};
use crate::event::{Event, Execution};
use crate::instrument::{CurrencyDefinition, InstrumentDefinition};
use crate::order::{ClOrdId, ExecReason, ExecType, LiquidityInd, OrdType, Order, OrderSlab, Side};
use crate::refusal::{Refusal, RequestKind};
use crate::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, PriceTicks, QtyLots, Seq, TradeId, TsNs};
use rustc_hash::FxHashMap;

/// Names the behaviour of `apply`: a journal written by another version is not replayed.
pub const CORE_VERSION: u32 = 1;

/// An instrument and everything that moves.
#[derive(Debug)]
pub struct Instrument {
    /// What it is.
    pub definition: InstrumentDefinition,
    /// Its book.
    pub book: Book,
    /// Health of the book.
    pub state: BookState,
    /// The last public trade; 0 before the first.
    pub last_price: PriceTicks,
    /// Its bars.
    pub bars: BarSet,
}

impl Instrument {
    /// What one tick on one lot is worth, minor units.
    pub(crate) const fn tick_lot_minor(&self) -> i64 {
        self.definition.tick_lot_minor
    }

    /// Twice the price that orders are compared with: the middle of the book, else the last trade.
    pub fn reference_twice(&self) -> Option<i64> {
        self.book.mid_twice().or((self.last_price.0 > 0).then_some(self.last_price.0 * 2))
    }

    /// Twice the price that positions are valued at: the middle of the book, else the last trade.
    pub fn mark_twice(&self) -> Option<i64> {
        self.reference_twice()
    }
}

/// The whole state.
#[derive(Debug)]
pub struct Core {
    seq: Seq,
    ts: TsNs,
    currencies: Vec<CurrencyDefinition>,
    instruments: Vec<Instrument>,
    instrument_index: BTreeMap<InstrumentId, usize>,
    accounts: Vec<Account>,
    account_index: FxHashMap<AccountId, usize>,
    orders: OrderSlab,
    last_exec_id: u64,
    last_trade_id: u64,
    scratch: Scratch,
}

/// What the current command touched, told at its end; empty between commands.
#[derive(Debug, Default)]
struct Scratch {
    holdings: Vec<TouchedHolding>,
    levels: Vec<(Side, PriceTicks)>,
    balances: Vec<(usize, CurrencyId)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TouchedHolding {
    account: usize,
    instrument: usize,
    filled: bool,
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
        let mut core = Self {
            seq: Seq(0),
            ts: TsNs(0),
            currencies: Vec::new(),
            instruments: Vec::new(),
            instrument_index: BTreeMap::new(),
            accounts: Vec::new(),
            account_index: FxHashMap::default(),
            orders: OrderSlab::default(),
            last_exec_id: 0,
            last_trade_id: 0,
            scratch: Scratch::default(),
        };
        for (id, name) in [(HOUSE_ACCOUNT, "HOUSE"), (FEES_ACCOUNT, "FEES"), (EXTERNAL_ACCOUNT, "EXTERNAL")] {
            core.add_account(id, name.to_owned());
        }
        core
    }

    /// Carries out one command and appends its consequences to `events`.
    ///
    /// `seq` is the last one plus 1; `ts` does not decrease.
    pub fn apply(&mut self, seq: Seq, ts: TsNs, command: &Command, events: &mut Vec<Event>) {
        assert!(seq.0 == self.seq.0 + 1, "commands are applied in sequence");
        assert!(ts >= self.ts, "time does not go back");
        self.seq = seq;
        self.ts = ts;
        match command {
            Command::Tick => {}
            Command::DefineCurrency(definition) => self.define_currency(definition, events),
            Command::DefineInstrument(definition) => self.define_instrument(definition, events),
            Command::OpenAccount { account, name } => self.open_account(*account, name, events),
            Command::Deposit { account, currency, amount, .. } => self.deposit(*account, *currency, *amount, events),
            Command::SetTradingState { account, state, reason, .. } => self.set_trading_state(*account, *state, reason, events),
            Command::NewOrder(request) => self.new_order(request, events),
            Command::Cancel(request) => self.cancel(request, events),
            Command::Replace(request) => self.replace(request, events),
            Command::MassCancel(request) => self.mass_cancel(request, events),
            Command::Market(updates) => self.market(updates, events),
        }
        assert!(self.scratch.holdings.is_empty() && self.scratch.levels.is_empty(), "every command settles what it touched");
    }

    /// Sequence of the last command.
    pub const fn seq(&self) -> Seq {
        self.seq
    }

    /// Time of the last command.
    pub const fn ts(&self) -> TsNs {
        self.ts
    }

    /// Every currency; the id is the index plus 1.
    pub fn currencies(&self) -> &[CurrencyDefinition] {
        &self.currencies
    }

    /// A currency by id.
    pub fn currency(&self, id: CurrencyId) -> Option<&CurrencyDefinition> {
        self.currencies.get(usize::from(id.0).checked_sub(1)?)
    }

    /// A currency's id by its code.
    pub fn currency_coded(&self, code: &str) -> Option<CurrencyId> {
        let index = self.currencies.iter().position(|currency| currency.code == code)?;
        Some(CurrencyId(u16::try_from(index + 1).ok()?))
    }

    /// Every instrument, by order of definition.
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// An instrument by id.
    pub fn instrument(&self, id: InstrumentId) -> Option<&Instrument> {
        self.instrument_index.get(&id).map(|&index| &self.instruments[index])
    }

    /// Every account, by order of opening; the engine's own come first.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// An account by id.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.account_index.get(&id).map(|&index| &self.accounts[index])
    }

    /// All working orders.
    pub fn orders(&self) -> &OrderSlab {
        &self.orders
    }

    /// The working orders of an account, oldest first.
    pub fn open_orders(&self, account: AccountId) -> impl Iterator<Item = &Order> {
        let slots = self.account(account).map(|account| account.order_slots(&self.orders)).unwrap_or_default();
        slots.into_iter().map(|slot| self.orders.get(slot))
    }

    /// House quantity ahead of a working order at its price, lots.
    pub fn house_ahead(&self, order: &Order) -> i64 {
        let Some(instrument) = self.instrument(order.instrument) else { return 0 };
        let side = instrument.book.side(order.side);
        self.orders
            .slot_of(order.order_id)
            .map_or(0, |slot| side.queue.house_ahead(&self.orders, slot, side.house.available(order.price)))
    }

    /// An order's state told again, outside the account's sequence of events.
    pub fn status_of(&self, order: &Order, account_seq: u64) -> Execution {
        execution_of(order, ExecType::Status, ExecReason::None, 0, account_seq)
    }

    pub(crate) fn add_account(&mut self, id: AccountId, name: String) {
        self.account_index.insert(id, self.accounts.len());
        self.accounts.push(Account::new(id, name));
    }

    /// Reports what happened to an order, under the next numbers of its account and of all executions.
    fn report(
        &mut self,
        account: usize,
        order: &Order,
        exec_type: ExecType,
        reason: ExecReason,
        events: &mut Vec<Event>,
        edit: impl FnOnce(&mut Execution),
    ) {
        self.last_exec_id += 1;
        let account_seq = self.accounts[account].next_seq();
        let mut execution = execution_of(order, exec_type, reason, self.last_exec_id, account_seq);
        edit(&mut execution);
        events.push(Event::Execution(execution));
    }
}

fn execution_of(order: &Order, exec_type: ExecType, reason: ExecReason, exec_id: u64, account_seq: u64) -> Execution {
    Execution {
        account_seq,
        exec_id,
        account: order.account,
        instrument: order.instrument,
        order_id: order.order_id,
        cl_ord_id: order.cl_ord_id,
        orig_cl_ord_id: ClOrdId::EMPTY,
        exec_type,
        ord_status: order.ord_status(),
        reason,
        side: order.side,
        ord_type: order.ord_type,
        time_in_force: order.time_in_force,
        order_qty: order.order_qty,
        // A market order's own price is the collar, which is nobody's limit.
        price: if order.ord_type == OrdType::Market { PriceTicks(0) } else { order.price },
        cum_qty: order.cum_qty,
        leaves_qty: order.leaves_qty(),
        cum_lot_ticks: order.cum_lot_ticks,
        last_qty: QtyLots(0),
        last_px: PriceTicks(0),
        last_fee: AmountMinor(0),
        liquidity: LiquidityInd::None,
        trade_id: TradeId(0),
        priority_kept: false,
        created: order.created,
        session: order.session,
    }
}

/// The names in a request, for its refusal.
#[derive(Clone, Copy)]
struct RequestNames {
    kind: RequestKind,
    account: AccountId,
    instrument: InstrumentId,
    cl_ord_id: ClOrdId,
    orig_cl_ord_id: ClOrdId,
}

impl RequestNames {
    /// A request that only an administrator makes.
    const fn control(account: AccountId, instrument: InstrumentId) -> Self {
        Self { kind: RequestKind::Control, account, instrument, cl_ord_id: ClOrdId::EMPTY, orig_cl_ord_id: ClOrdId::EMPTY }
    }

    fn refused(self, refusal: Refusal) -> Event {
        Event::Refused {
            request: self.kind,
            refusal,
            account: self.account,
            instrument: self.instrument,
            cl_ord_id: self.cl_ord_id,
            orig_cl_ord_id: self.orig_cl_ord_id,
        }
    }
}
