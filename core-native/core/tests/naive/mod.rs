//! The rules of the core once more, in the plainest way: lists, sorting, `i128`, everything derived anew when it is needed.
//!
//! Nothing here is kept up to date that can be computed: `used` and `held` come from positions and orders, the book from the
//! orders, the refusal from all that apply. Slow on purpose. Does not know bars, the tape or the window of names.
#![allow(missing_docs, reason = "the shapes follow jware_core")]

mod book;
mod money;
mod rules;

use jware_core::command::{BookState, CancelOrder, Command, MassCancel, NewOrder, ReplaceOrder, TradingState};
use jware_core::event::Execution;
use jware_core::instrument::{InstrumentDefinition, Venue};
use jware_core::order::{ClOrdId, ExecReason, ExecType, LiquidityInd, OrdStatus, OrdType, Side, TimeInForce};
use jware_core::refusal::RefusalCode;
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, SessionId, TradeId, TsNs,
};

#[derive(Clone, Copy)]
pub struct Order {
    pub id: OrderId,
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub name: ClOrdId,
    pub side: Side,
    ord_type: OrdType,
    time_in_force: TimeInForce,
    qty: i128,
    pub price: i128,
    cum: i128,
    lot_ticks: i128,
    created: TsNs,
    session: SessionId,
    /// When it joined its queue.
    stamp: u64,
    /// House lots that were in its price's queue before it.
    ahead: i128,
}

impl Order {
    pub fn leaves(&self) -> i128 {
        self.qty - self.cum
    }
}

pub struct Instrument {
    pub definition: InstrumentDefinition,
    pub state: BookState,
    last: i128,
}

struct House {
    instrument: InstrumentId,
    side: Side,
    price: i128,
    shown: i128,
    available: i128,
}

#[derive(Clone, Copy)]
pub struct Position {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub qty: i128,
    pub cost: i128,
    pub realised: i128,
    pub fees: i128,
}

/// What a command led to; positions, money and books are looked up in the state.
#[derive(Default)]
pub struct Told {
    pub executions: Vec<Execution>,
    pub refusal: Option<RefusalCode>,
    pub canceled_count: Option<u32>,
}

/// What a request asks for, as far as the rules look at it.
struct Terms {
    name: ClOrdId,
    side: Side,
    ord_type: OrdType,
    qty: i128,
    price: i128,
    replaced: Option<Order>,
}

#[derive(Default)]
pub struct Naive {
    seq: u64,
    ts: TsNs,
    currency_count: u16,
    pub instruments: Vec<Instrument>,
    pub accounts: Vec<(AccountId, TradingState)>,
    pub orders: Vec<Order>,
    house: Vec<House>,
    pub positions: Vec<Position>,
    cash: Vec<(AccountId, CurrencyId, i128)>,
    names: Vec<(AccountId, ClOrdId, OrderId)>,
    stamp: u64,
    exec_id: u64,
    trade_id: u64,
}

fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).expect("the core holds this in 64 bits")
}

impl Naive {
    pub fn apply(&mut self, seq: u64, ts: TsNs, command: &Command) -> Told {
        (self.seq, self.ts) = (seq, ts);
        let mut told = Told::default();
        match command {
            Command::Tick => {}
            Command::DefineCurrency(_) => self.currency_count += 1,
            Command::DefineInstrument(definition) => {
                let state = if definition.venue == Venue::Internal { BookState::Synced } else { BookState::Stale };
                self.instruments.push(Instrument { definition: definition.clone(), state, last: 0 });
            }
            Command::OpenAccount { account, .. } => self.accounts.push((*account, TradingState::Active)),
            Command::Deposit { account, currency, amount, .. } => {
                told.refusal = self.deposit(*account, *currency, i128::from(amount.0));
            }
            Command::SetTradingState { account, state, .. } => {
                let Some(found) = self.accounts.iter_mut().find(|(id, _)| id == account) else {
                    told.refusal = Some(RefusalCode::AccountNotPermitted);
                    return told;
                };
                found.1 = *state;
                if *state == TradingState::Halted {
                    self.cancel_all(|order| order.account == *account, ExecReason::AccountHalted, &mut told);
                }
            }
            Command::NewOrder(request) => self.new_order(request, &mut told),
            Command::Cancel(request) => self.cancel(request, &mut told),
            Command::Replace(request) => self.replace(request, &mut told),
            Command::MassCancel(request) => self.mass_cancel(request, &mut told),
            Command::Market(updates) => {
                for (index, update) in updates.iter().enumerate() {
                    if self.instruments.iter().any(|instrument| instrument.definition.instrument == update.instrument) {
                        self.fact(update.instrument, update.fact, &mut told);
                        if updates.get(index + 1).is_none_or(|next| next.instrument != update.instrument) {
                            self.uncross(update.instrument, &mut told);
                        }
                    }
                }
            }
        }
        told
    }

    pub fn instrument(&self, id: InstrumentId) -> &Instrument {
        self.instruments.iter().find(|instrument| instrument.definition.instrument == id).expect("a known instrument")
    }

    fn instrument_mut(&mut self, id: InstrumentId) -> &mut Instrument {
        self.instruments.iter_mut().find(|instrument| instrument.definition.instrument == id).expect("a known instrument")
    }

    fn minor(&self, id: InstrumentId, lot_ticks: i128) -> i128 {
        lot_ticks * i128::from(self.instrument(id).definition.tick_lot_minor)
    }

    fn new_order(&mut self, request: &NewOrder, told: &mut Told) {
        let terms = Terms {
            name: request.cl_ord_id,
            side: request.side,
            ord_type: request.ord_type,
            qty: i128::from(request.order_qty.0),
            price: i128::from(request.price.0),
            replaced: None,
        };
        told.refusal = self.refusals(request.account, request.instrument, &terms).into_iter().min();
        if told.refusal.is_some() {
            return;
        }
        let market = request.ord_type == OrdType::Market;
        let bound = self.collar(request.instrument, request.side).filter(|_| market);
        let order = Order {
            id: OrderId(self.seq),
            account: request.account,
            instrument: request.instrument,
            name: request.cl_ord_id,
            side: request.side,
            ord_type: request.ord_type,
            time_in_force: request.time_in_force,
            qty: terms.qty,
            price: bound.unwrap_or(terms.price),
            cum: 0,
            lot_ticks: 0,
            created: self.ts,
            session: request.actor.session,
            stamp: 0,
            ahead: 0,
        };
        self.names.push((request.account, request.cl_ord_id, order.id));
        self.tell(&order, ExecType::New, told, |_| {});
        self.work(order, told);
    }

    fn cancel(&mut self, request: &CancelOrder, told: &mut Told) {
        match self.find(request.account, &request.target) {
            Err(code) => told.refusal = Some(code),
            Ok(order) => self.end(&order, ExecReason::Requested, request.cl_ord_id, told),
        }
    }

    fn mass_cancel(&mut self, request: &MassCancel, told: &mut Told) {
        if !self.accounts.iter().any(|(id, _)| *id == request.account) {
            told.refusal = Some(RefusalCode::AccountNotPermitted);
            return;
        }
        let reason = if request.session_only { ExecReason::Disconnect } else { ExecReason::MassCancel };
        let wanted = |order: &Order| {
            order.account == request.account
                && (request.instrument.0 == 0 || order.instrument == request.instrument)
                && request.side.is_none_or(|side| side == order.side)
                && (!request.session_only || order.session == request.actor.session)
        };
        told.canceled_count = Some(self.cancel_all(wanted, reason, told));
    }

    fn replace(&mut self, request: &ReplaceOrder, told: &mut Told) {
        let halted = self.accounts.contains(&(request.account, TradingState::Halted));
        let mut order = match self.find(request.account, &request.target) {
            Ok(order) if !halted => order,
            // Which order it is must be known before anything else can be checked.
            outcome => {
                told.refusal = Some(if halted { RefusalCode::AccountHalted } else { outcome.err().expect("not halted") });
                return;
            }
        };
        let (qty, price) = (i128::from(request.order_qty.0), i128::from(request.price.0));
        let (name, side, ord_type) = (request.cl_ord_id, order.side, order.ord_type);
        let terms = Terms { name, side, ord_type, qty, price, replaced: Some(order) };
        told.refusal = self.refusals(order.account, order.instrument, &terms).into_iter().min();
        if told.refusal.is_some() {
            return;
        }
        self.names.push((order.account, name, order.id));
        if qty <= order.cum {
            self.end(&order, ExecReason::ReplaceBelowCum, name, told);
            return;
        }
        let old_name = std::mem::replace(&mut order.name, name);
        let priority_kept = price == order.price && qty <= order.qty;
        (order.qty, order.price) = (qty, price);
        self.tell(&order, ExecType::Replaced, told, |execution| {
            (execution.orig_cl_ord_id, execution.priority_kept) = (old_name, priority_kept);
        });
        if priority_kept {
            *self.orders.iter_mut().find(|other| other.id == order.id).expect("it is working") = order;
        } else {
            self.orders.retain(|other| other.id != order.id);
            self.work(order, told);
        }
    }

    fn cancel_all(&mut self, wanted: impl Fn(&Order) -> bool, reason: ExecReason, told: &mut Told) -> u32 {
        let mut going: Vec<Order> = self.orders.iter().filter(|order| wanted(order)).copied().collect();
        going.sort_by_key(|order| order.stamp);
        for order in &going {
            self.end(order, reason, ClOrdId::EMPTY, told);
        }
        u32::try_from(going.len()).expect("few")
    }

    fn end(&mut self, order: &Order, reason: ExecReason, request_name: ClOrdId, told: &mut Told) {
        self.orders.retain(|other| other.id != order.id);
        self.tell(order, ExecType::Canceled, told, |execution| {
            (execution.ord_status, execution.leaves_qty, execution.reason) = (OrdStatus::Canceled, QtyLots(0), reason);
            if !request_name.is_empty() {
                (execution.cl_ord_id, execution.orig_cl_ord_id) = (request_name, execution.cl_ord_id);
            }
        });
    }

    fn tell(&mut self, order: &Order, exec_type: ExecType, told: &mut Told, edit: impl FnOnce(&mut Execution)) {
        self.exec_id += 1;
        let mut execution = Execution {
            account_seq: 0,
            exec_id: self.exec_id,
            account: order.account,
            instrument: order.instrument,
            order_id: order.id,
            cl_ord_id: order.name,
            orig_cl_ord_id: ClOrdId::EMPTY,
            exec_type,
            ord_status: match order.cum {
                0 => OrdStatus::New,
                cum if cum < order.qty => OrdStatus::PartiallyFilled,
                _ => OrdStatus::Filled,
            },
            reason: ExecReason::None,
            side: order.side,
            ord_type: order.ord_type,
            time_in_force: order.time_in_force,
            order_qty: QtyLots(narrow(order.qty)),
            price: PriceTicks(if order.ord_type == OrdType::Market { 0 } else { narrow(order.price) }),
            cum_qty: QtyLots(narrow(order.cum)),
            leaves_qty: QtyLots(narrow(order.leaves())),
            cum_lot_ticks: narrow(order.lot_ticks),
            last_qty: QtyLots(0),
            last_px: PriceTicks(0),
            last_fee: AmountMinor(0),
            liquidity: LiquidityInd::None,
            trade_id: TradeId(0),
            priority_kept: false,
            created: order.created,
            session: order.session,
        };
        edit(&mut execution);
        told.executions.push(execution);
    }
}
