//! NewOrderSingle: check, accept, and work or wait.

use xxhash_rust::xxh3::xxh3_64;

use super::Core;
use super::report::{RequestNames, execution_of_ended};
use crate::book::NIL;
use crate::command::{Actor, NewOrder};
use crate::event::{Event, Execution};
use crate::name::Named;
use crate::order::{ClOrdId, ExecReason, ExecType, OrdStatus, Order, OrderTerms, Place, PostOnly, TimeInForce, Trail};
use crate::refusal::{Refusal, RefusalCode, RequestKind};
use crate::risk::{Beside, Check, Passed, Purpose};
use crate::trade::EndedOrder;
use crate::units::{InstrumentId, OrderId, PriceTicks, QtyLots, StrategyId, TsNs};

/// What a new order is to be called, and who asks.
#[derive(Clone, Copy)]
pub(super) struct NewName {
    pub(super) name: ClOrdId,
    pub(super) actor: Actor,
    /// Whether the name was looked for already, and nothing else has it.
    pub(super) is_known_free: bool,
}

/// Whether a request's name is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Of the same request, which was answered as it was.
    Answered,
    /// Of another request.
    Otherwise,
    /// It is free.
    Not,
}

/// What an order is accepted as.
#[derive(Clone, Copy)]
pub(super) struct Acceptance {
    pub(super) actor: Actor,
    /// Index of the account.
    pub(super) account: usize,
    /// Index of the instrument.
    pub(super) instrument: usize,
    pub(super) cl_ord_id: ClOrdId,
    /// Hash of the request's content; 0 where it is not to be answered again.
    pub(super) content: u64,
    /// The terms as they were asked for.
    pub(super) asked: OrderTerms,
    /// What it is worth as a whole, minor units.
    pub(super) value: i64,
    pub(super) terms: OrderTerms,
    pub(super) work_price: PriceTicks,
    /// Index of its group and its place there.
    pub(super) group: u32,
    pub(super) member: u8,
    pub(super) reason: ExecReason,
    /// New, or PendingNew where it has still to arrive.
    pub(super) told_as: ExecType,
}

impl Core {
    pub(super) fn new_order(&mut self, request: &NewOrder, events: &mut Vec<Event>) {
        let names = RequestNames::of(RequestKind::NewOrder, request.account, request.instrument, request.cl_ord_id);
        let Some(account) = self.user_account(request.account) else {
            events.push(names.refused(Refusal::plain(RefusalCode::AccountNotPermitted)));
            return;
        };
        let content = content_of(request.instrument, &request.terms);
        let known = self.answer_again(account, names, content, Some(&request.terms), events);
        if known == Known::Answered {
            return;
        }
        if let Err(refusal) = self.count_messages(account, request.terms.strategy, 1, request.actor) {
            events.push(names.refused(refusal));
            return;
        }
        let beside = Beside::default();
        let called = NewName { name: request.cl_ord_id, actor: request.actor, is_known_free: known == Known::Not };
        let checked = self.check_new(account, request.instrument, called, request.terms, Purpose::New, &beside);
        self.tell_checked();
        match checked {
            Ok((instrument, passed)) => {
                let slot = self.accept(
                    &Acceptance {
                        actor: request.actor,
                        account,
                        instrument,
                        cl_ord_id: request.cl_ord_id,
                        content,
                        asked: request.terms,
                        value: passed.value,
                        terms: passed.terms,
                        work_price: passed.work_price,
                        group: NIL,
                        member: 0,
                        reason: ExecReason::None,
                        told_as: self.told_as(instrument),
                    },
                    events,
                );
                if self.is_far(instrument) {
                    self.send_orders(self.orders.get(slot).order_id, 1, events);
                    return;
                }
                self.begin(slot, events);
                self.work_elected(events);
                self.settle(events);
            }
            Err(refusal) => {
                self.trip_if(refusal, account, request.terms.strategy, request.actor, &beside);
                events.push(names.refused(refusal));
            }
        }
    }

    /// Runs every check on an order of an account; gives the instrument's index and what passed.
    pub(super) fn check_new(
        &self,
        account: usize,
        instrument: InstrumentId,
        NewName { name, actor, is_known_free }: NewName,
        terms: OrderTerms,
        purpose: Purpose,
        beside: &Beside,
    ) -> Result<(usize, Passed), Refusal> {
        if let Some(refusal) = self.halted(account, terms.strategy) {
            return Err(refusal);
        }
        let instrument = *self.instrument_index.get(&instrument).ok_or(Refusal::plain(RefusalCode::UnknownInstrument))?;
        let passed =
            Check::new(self, account, instrument, name, terms, purpose, beside).by(actor).name_free(is_known_free).first()?;
        Ok((instrument, passed))
    }

    /// The first of firm, account and strategy that is halted.
    pub(super) fn halted(&self, account: usize, strategy: StrategyId) -> Option<Refusal> {
        let mut halted = None;
        self.check_trading_states(account, strategy, |refusal| {
            halted = Some(refusal);
            true
        });
        halted
    }

    /// Makes an order live and reports it. It is in no queue yet.
    pub(super) fn accept(&mut self, acceptance: &Acceptance, events: &mut Vec<Event>) -> u32 {
        let Acceptance { account, instrument, terms, .. } = *acceptance;
        self.last_order_id += 1;
        let order_id = OrderId(self.last_order_id);
        let definition = &self.instruments[instrument].definition;
        let end = match terms.time_in_force {
            TimeInForce::Gtd => terms.expire_ts,
            TimeInForce::Day => definition.session.close_after(self.ts),
            TimeInForce::Gtc | TimeInForce::Ioc | TimeInForce::Fok => TsNs(0),
        };
        let order = Order {
            order_id,
            account: self.accounts[account].id,
            instrument: definition.instrument,
            cl_ord_id: acceptance.cl_ord_id,
            terms,
            // The table leads on from here: accepting is its first transition.
            status: OrdStatus::PendingNew,
            cum_qty: QtyLots(0),
            cum_lot_ticks: 0,
            created: self.ts,
            session: acceptance.actor.session,
            content: acceptance.content,
            is_renamed: false,
            end,
            work_price: acceptance.work_price,
            extreme: PriceTicks(0),
            triggered: !terms.ord_type.has_trigger(),
            released: true,
            queued: false,
            place: Place::Nowhere,
            group: acceptance.group,
            member: acceptance.member,
            account_next: NIL,
            account_prev: NIL,
        };
        let index = |index: usize| u32::try_from(index).expect("their numbers are limited");
        let slot = self.orders.insert(order, index(account), index(instrument));
        self.join_group(slot);
        self.accounts[account].link_order(&mut self.orders, slot);
        if end.0 > 0 {
            self.ends.insert(end, order_id);
        }
        if terms.reduce_only {
            self.exit_position_mut(slot).exit_count += 1;
        }
        self.names.begin(&self.orders, slot);
        self.count_accepted(instrument, account, acceptance);
        self.touch_holding(self.holding_of(slot), false);
        self.report(slot, acceptance.told_as, acceptance.reason, events, |_| {});
        slot
    }

    /// What the acceptance of an order in an instrument is told as.
    pub(super) fn told_as(&self, instrument: usize) -> ExecType {
        if self.is_far(instrument) { ExecType::PendingNew } else { ExecType::New }
    }

    /// Lets an accepted order go to work or wait, and looks at what that triggers.
    pub(super) fn begin(&mut self, slot: u32, events: &mut Vec<Event>) {
        let (_, instrument) = self.home_of(slot);
        self.keep_anchor(instrument);
        if self.orders.get(slot).triggered {
            self.work(slot, events);
        } else {
            self.await_trigger(slot);
        }
        self.look(instrument);
    }

    /// The same for an order that others of its command came before: it may take by now what it would not have taken.
    pub(super) fn begin_late(&mut self, slot: u32, events: &mut Vec<Event>) {
        let order = self.orders.get(slot);
        if order.terms.post_only != PostOnly::No && order.triggered {
            let (account, instrument) = self.home_of(slot);
            let (name, terms, beside) = (order.cl_ord_id, order.terms, Beside::default());
            let check = Check::new(self, account, instrument, name, terms, Purpose::Release(slot), &beside);
            match check.post_only_price() {
                Ok(price) => {
                    let order = self.orders.get_mut(slot);
                    (order.terms.price, order.work_price) = (price, price);
                }
                Err(refusal) => {
                    self.end_with(slot, ExecType::Canceled, ExecReason::PostOnly, events, |execution| {
                        execution.refusal = Some(refusal);
                    });
                    return;
                }
            }
        }
        self.begin(slot, events);
    }

    /// Lets an order that is in no queue trade, then rests it or ends it, as its time in force says.
    pub(super) fn work(&mut self, slot: u32, events: &mut Vec<Event>) {
        let (id, time_in_force, is_limit) = {
            let order = self.orders.get(slot);
            (order.order_id, order.terms.time_in_force, order.terms.ord_type.has_price())
        };
        if time_in_force == TimeInForce::Fok && !self.can_fill_whole(slot) {
            self.end(slot, ExecType::Expired, ExecReason::FokUnfillable, events);
            return;
        }
        self.match_incoming(slot, events);
        if !self.is_live(slot, id) || self.orders.get(slot).leaves_qty().0 == 0 {
            return;
        }
        match (is_limit, time_in_force.rests()) {
            (true, true) => self.rest(slot),
            (true, false) => self.end(slot, ExecType::Expired, ExecReason::IocRemainder, events),
            (false, _) => self.end(slot, ExecType::Expired, ExecReason::MarketRemainder, events),
        }
    }

    /// Answers a request that was carried out before.
    pub(super) fn answer_again(
        &self,
        account: usize,
        names: RequestNames,
        content: u64,
        asked: Option<&OrderTerms>,
        events: &mut Vec<Event>,
    ) -> Known {
        let Some(known) = self.named(account, &names.cl_ord_id) else { return Known::Not };
        let (known_content, live) = match known {
            Named::Current(slot) => (self.orders.get(slot).content, Some(slot)),
            Named::Past(past) => (past.content, self.orders.slot_of(past.order_id)),
        };
        if content == 0 || known_content != content {
            return Known::Otherwise;
        }
        let account_seq = self.accounts[account].account_seq;
        if let Some(slot) = live {
            let mut execution = self.execution_of(slot, ExecType::Status, ExecReason::None, 0, account_seq);
            execution.cl_ord_id = names.cl_ord_id;
            events.push(Event::Execution(execution));
            return Known::Answered;
        }
        let Named::Past(past) = known else { return Known::Otherwise };
        let closed = self.names.closed(past).expect("an order that is not live has ended, and its last name is the last to go");
        let Some(&asked) = asked else {
            events.push(names.refused(Refusal::plain(RefusalCode::OrderClosed)));
            return Known::Answered;
        };
        let mut terms = asked;
        (terms.order_qty, terms.price, terms.trigger.price) = (closed.order_qty, closed.price, closed.trigger_price);
        let order = EndedOrder {
            order_id: past.order_id,
            cl_ord_id: names.cl_ord_id,
            terms,
            status: closed.status,
            reason: closed.reason,
            cum_qty: closed.cum_qty,
            cum_lot_ticks: closed.cum_lot_ticks,
            created: closed.created,
            session: closed.session,
            list: closed.list,
            // Of an order that ended, only the list is remembered with its names.
            contingency: None,
        };
        let execution = execution_of_ended(&order, names.account, names.instrument, ExecType::Status);
        events.push(Event::Execution(Execution { account_seq, ..execution }));
        Known::Answered
    }
}

/// A hash of what an order asks for, never 0: the same request has the same, another one almost surely not.
pub(crate) fn content_of(instrument: InstrumentId, terms: &OrderTerms) -> u64 {
    let (trail_kind, trail) = match terms.trigger.trail {
        Trail::None => (0, 0),
        Trail::Ticks(ticks) => (1, ticks),
        Trail::Bps(bps) => (2, i64::from(bps)),
    };
    let kinds = [
        terms.side as u8,
        terms.ord_type as u8,
        terms.time_in_force as u8,
        terms.trigger.source as u8,
        trail_kind,
        terms.post_only as u8,
        u8::from(terms.reduce_only),
        terms.self_trade_prevention as u8,
    ];
    hash_of(&[
        u64::from_le_bytes(kinds),
        u64::from(instrument.0) << 32 | u64::from(terms.strategy.0),
        terms.order_qty.0.cast_unsigned(),
        terms.price.0.cast_unsigned(),
        terms.trigger.price.0.cast_unsigned(),
        trail.cast_unsigned(),
        terms.display_qty.0.cast_unsigned(),
        terms.cash_qty.0.cast_unsigned(),
        terms.expire_ts.0,
        terms.deadline.0,
    ])
}

/// A hash of some numbers, never 0.
pub(super) fn hash_of<const N: usize>(words: &[u64; N]) -> u64 {
    let mut bytes = [[0_u8; 8]; N];
    for (place, word) in bytes.iter_mut().zip(words) {
        *place = word.to_le_bytes();
    }
    xxh3_64(bytes.as_flattened()).max(1)
}
