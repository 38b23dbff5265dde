//! Reading the state: what queries, checks and encoders ask for.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Core, Holding, Instrument};
use crate::account::{Account, Exposure, Leg, NO_POSITION, Position, Transfer, USER_ACCOUNT_MIN};
use crate::book::{TriggerSources, key_of};
use crate::command::{Command, TradingState};
use crate::event::Execution;
use crate::instrument::CurrencyDefinition;
use crate::name::{Named, Names};
use crate::order::{ClOrdId, ExecReason, ExecType, Order, OrderSlab, Place, Side};
use crate::trade::TradeLog;
use crate::units::{AccountId, CurrencyId, InstrumentId, OrderId, QtyLots, Seq, StrategyId, TsNs};

impl Core {
    /// Sequence of the last command.
    pub const fn seq(&self) -> Seq {
        self.seq
    }

    /// Time of the last command.
    pub const fn ts(&self) -> TsNs {
        self.ts
    }

    /// The newest order that was accepted; 0 before the first. Orders are numbered upwards.
    pub const fn last_order_id(&self) -> OrderId {
        OrderId(self.last_order_id)
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

    /// What everyone may do.
    pub const fn firm_state(&self) -> TradingState {
        self.firm_state
    }

    /// What all users' positions cost and working orders would open, in one currency.
    pub fn firm_exposure(&self, currency: CurrencyId) -> Exposure {
        usize::from(currency.0).checked_sub(1).and_then(|index| self.exposures.get(index)).copied().unwrap_or_default()
    }

    /// What a strategy of an account may do.
    pub fn strategy_state(&self, account: AccountId, strategy: StrategyId) -> TradingState {
        if self.strategy_states.is_empty() {
            return TradingState::Active;
        }
        self.strategy_states.get(&(account, strategy)).copied().unwrap_or_default()
    }

    /// Strategies that are not active.
    pub fn strategy_states(&self) -> impl Iterator<Item = (AccountId, StrategyId, TradingState)> + '_ {
        self.strategy_states.iter().map(|(&(account, strategy), &state)| (account, strategy, state))
    }

    /// What was paid in or out of an account under a name.
    pub fn transfer(&self, account: AccountId, reference: ClOrdId) -> Option<Transfer> {
        self.transfers.get(&(account, reference)).copied()
    }

    /// What is remembered of trades.
    pub const fn trades(&self) -> &TradeLog {
        &self.trades
    }

    /// The names of requests.
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// What a name of an account, by index, stands for.
    #[inline]
    pub(crate) fn named(&self, account: usize, name: &ClOrdId) -> Option<Named<'_>> {
        self.names.find(&self.orders, self.accounts[account].id, name)
    }

    /// Reads what a command is going to look up first, and gives something of it. Whoever knows the next commands, as a replay does,
    /// lets several of these reads wait for memory together instead of one after the other.
    #[inline]
    pub fn look_ahead(&self, command: &Command) -> u64 {
        match command {
            Command::NewOrder(request) => self.names.touch(request.account, &request.cl_ord_id),
            Command::Cancel(request) => self.names.touch(request.account, &request.target.orig_cl_ord_id),
            Command::Replace(request) => {
                self.names.touch(request.account, &request.cl_ord_id)
                    ^ self.names.touch(request.account, &request.target.orig_cl_ord_id)
            }
            _ => 0,
        }
    }

    /// Reads what a command looks up after that: the first position and money of its account, which mostly has no others; of a cancel or replace also
    /// the order and those beside it in its queue and in its account's list.
    #[inline]
    pub fn look_further(&self, command: &Command) -> i64 {
        let (account, target) = match command {
            Command::NewOrder(request) => (request.account, None),
            Command::Cancel(request) => (request.account, Some(&request.target.orig_cl_ord_id)),
            Command::Replace(request) => (request.account, Some(&request.target.orig_cl_ord_id)),
            _ => return 0,
        };
        let Some(&index) = self.account_index.get(&account) else { return 0 };
        let owner = &self.accounts[index];
        let money = owner.balances.values().next().map_or(0, |balance| balance.cash);
        let position = owner.positions.values().next().map_or(0, |position| position.qty);
        let order = target.and_then(|name| self.named(index, name)).map_or(0, |named| match named {
            Named::Current(slot) => self.orders.look_around(slot),
            Named::Past(past) => past.since.0.cast_signed(),
        });
        money ^ position ^ order
    }

    /// All live orders.
    pub fn orders(&self) -> &OrderSlab {
        &self.orders
    }

    /// The live orders of an account, oldest first.
    pub fn open_orders(&self, account: AccountId) -> impl Iterator<Item = &Order> {
        let account = self.account_index.get(&account).copied();
        account.into_iter().flat_map(|account| self.live_slots_of(account)).map(|slot| self.orders.get(slot))
    }

    /// House quantity ahead of a resting order at its price, lots; 0 for orders that are not in a book.
    pub fn house_ahead(&self, order: &Order) -> i64 {
        self.in_book(order).map_or(0, |(instrument, slot)| instrument.book.house_ahead(&self.orders.resting, slot))
    }

    /// Everything ahead of a resting order at its price: house and own, what is displayed of it, lots. None for an order that
    /// is in no book. Costs a walk over the orders ahead.
    pub fn queue_ahead(&self, order: &Order) -> Option<QtyLots> {
        let (instrument, slot) = self.in_book(order)?;
        let own: i64 = instrument
            .book
            .queue_at(&self.orders.resting, order.side(), order.work_price)
            .take_while(|&other| other != slot)
            .map(|other| self.orders.resting.get(other).shown)
            .sum();
        Some(QtyLots(own + instrument.book.house_ahead(&self.orders.resting, slot)))
    }

    /// The live orders of an account, oldest first, each with its [`queue_ahead`](Self::queue_ahead). Walks each queue once,
    /// however many of the account's orders stand in it.
    pub fn open_orders_in_queue(&self, account: AccountId) -> Vec<(&Order, Option<QtyLots>)> {
        let mut walked = FxHashSet::default();
        let mut ahead = FxHashMap::default();
        for order in self.open_orders(account) {
            let Some((instrument, _)) = self.in_book(order) else { continue };
            if !walked.insert((order.instrument, key_of(order.side(), order.work_price))) {
                continue;
            }
            let mut own = 0;
            for slot in instrument.book.queue_at(&self.orders.resting, order.side(), order.work_price) {
                if self.orders.get(slot).account == account {
                    let house = instrument.book.house_ahead(&self.orders.resting, slot);
                    ahead.insert(self.orders.get(slot).order_id, QtyLots(own + house));
                }
                own += self.orders.resting.get(slot).shown;
            }
        }
        self.open_orders(account).map(|order| (order, ahead.get(&order.order_id).copied())).collect()
    }

    fn in_book(&self, order: &Order) -> Option<(&Instrument, u32)> {
        let slot = self.orders.slot_of(order.order_id)?;
        (order.place == Place::Book).then_some((self.instrument(order.instrument)?, slot))
    }

    /// An order's state told again, outside the account's sequence of events.
    pub fn status_of(&self, order: &Order, account_seq: u64) -> Execution {
        let slot = self.orders.slot_of(order.order_id).expect("a live order has a slot");
        self.execution_of(slot, ExecType::Status, ExecReason::None, 0, account_seq)
    }

    /// A live order by slot.
    #[inline]
    pub(crate) fn order_at(&self, slot: u32) -> &Order {
        self.orders.get(slot)
    }

    /// Slots of an account's live orders, oldest first.
    pub(crate) fn live_slots_of(&self, account: usize) -> impl Iterator<Item = u32> + '_ {
        self.accounts[account].order_slots(&self.orders)
    }

    #[inline]
    pub(crate) fn position_at(&self, holding: Holding) -> &Position {
        let id = self.instruments[holding.instrument].definition.instrument;
        self.accounts[holding.account].positions.get((id, holding.leg)).unwrap_or(&NO_POSITION)
    }

    /// The position that an order of these terms is about.
    #[inline]
    pub(crate) fn holding_for(&self, account: usize, instrument: usize, side: Side, reduce_only: bool) -> Holding {
        Holding { account, instrument, leg: Leg::of(self.accounts[account].position_mode, side, reduce_only) }
    }

    /// The position that reduce-only orders of a side close.
    #[inline]
    pub(crate) fn closed_by(&self, account: usize, instrument: usize, side: Side) -> Holding {
        self.holding_for(account, instrument, side, true)
    }

    /// The position that a live order is about.
    #[inline]
    pub(super) fn holding_of(&self, slot: u32) -> Holding {
        let (account, instrument) = self.home_of(slot);
        let terms = &self.orders.get(slot).terms;
        self.holding_for(account, instrument, terms.side, terms.reduce_only)
    }

    /// Whether an account has a position in an instrument, whichever leg it is.
    pub(super) fn has_position(&self, account: usize, instrument: usize) -> bool {
        let id = self.instruments[instrument].definition.instrument;
        let of = |leg| self.accounts[account].positions.get((id, leg)).is_some_and(|position| position.qty != 0);
        [Leg::Net, Leg::Long, Leg::Short].into_iter().any(of)
    }

    /// The prices that triggers look at.
    pub(crate) fn trigger_sources(&self, instrument: usize) -> TriggerSources {
        let instrument = &self.instruments[instrument];
        let (bid, ask) = (instrument.book.best(Side::Buy), instrument.book.best(Side::Sell));
        TriggerSources::new(instrument.last_price, instrument.mark_twice(), instrument.book.mid_twice(), bid, ask)
    }

    /// Index of an account that people trade on.
    #[inline]
    pub(super) fn user_account(&self, id: AccountId) -> Option<usize> {
        self.account_index.get(&id).copied().filter(|_| id >= USER_ACCOUNT_MIN)
    }

    pub(crate) fn add_account(&mut self, id: AccountId, name: String) {
        self.account_index.insert(id, self.accounts.len());
        self.account_names.insert(name.clone());
        self.accounts.push(Account::new(id, name));
    }

    /// Where an order is, by account and instrument index.
    #[inline]
    pub(super) fn home_of(&self, slot: u32) -> (usize, usize) {
        let resting = self.orders.resting.get(slot);
        (resting.owner as usize, resting.instrument as usize)
    }

    /// Whether a slot still holds the order that it held.
    #[inline]
    pub(super) fn is_live(&self, slot: u32, id: OrderId) -> bool {
        self.orders.resting.holds(slot, id)
    }
}
