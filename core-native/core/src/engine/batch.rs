//! Many requests in one command: each on its own, or all or none.

use super::Core;
use super::new_order::{Acceptance, NewName, content_of};
use super::report::RequestNames;
use crate::book::NIL;
use crate::command::{Batch, BatchRequest, CancelOrder, NewOrder, ReplaceOrder};
use crate::event::Event;
use crate::limits::BATCH_REQUESTS_MAX;
use crate::order::{ClOrdId, ExecReason, OrderTerms};
use crate::refusal::{LimitUnit, Refusal, RefusalCode, RequestKind};
use crate::risk::{Beside, Passed, Purpose};
use crate::units::{InstrumentId, OrderId};

/// A request of an atomic batch that passed its checks.
#[derive(Debug)]
pub(super) enum Ready {
    New(usize, Passed),
    Cancel(u32, OrderId),
}

impl Core {
    pub(super) fn batch(&mut self, batch: &Batch, events: &mut Vec<Event>) {
        let names = RequestNames::of(RequestKind::Batch, batch.account, InstrumentId(0), ClOrdId::EMPTY);
        let count = batch.requests.len();
        if self.user_account(batch.account).is_none() {
            events.push(names.refused(Refusal::plain(RefusalCode::AccountNotPermitted)));
        } else if !(1..=BATCH_REQUESTS_MAX).contains(&count) {
            let figure = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            let max = figure(BATCH_REQUESTS_MAX);
            let refusal = Refusal::limit(RefusalCode::BatchInvalid, LimitUnit::Count, max, figure(count), max);
            events.push(names.refused(refusal));
        } else if batch.atomic {
            self.atomic_batch(batch, names, events);
        } else {
            for request in &batch.requests {
                self.one_of_batch(batch, request, events);
            }
        }
    }

    fn one_of_batch(&mut self, batch: &Batch, request: &BatchRequest, events: &mut Vec<Event>) {
        let (actor, account) = (batch.actor, batch.account);
        match *request {
            BatchRequest::New { instrument, order } => {
                let request = NewOrder { actor, account, instrument, cl_ord_id: order.cl_ord_id, terms: order.terms };
                self.new_order(&request, events);
            }
            BatchRequest::Cancel { cl_ord_id, target } => {
                self.cancel(&CancelOrder { actor, account, cl_ord_id, target }, events);
            }
            BatchRequest::Replace { cl_ord_id, target, change } => {
                self.replace(&ReplaceOrder { actor, account, cl_ord_id, target, change }, events);
            }
        }
    }

    fn atomic_batch(&mut self, batch: &Batch, names: RequestNames, events: &mut Vec<Event>) {
        if batch.requests.iter().any(|request| matches!(request, BatchRequest::Replace { .. })) {
            events.push(names.refused(Refusal::plain(RefusalCode::BatchInvalid)));
            return;
        }
        let account = self.user_account(batch.account).expect("checked before");
        let mut ready = std::mem::take(&mut self.scratch.ready);
        let mut beside = std::mem::take(&mut self.scratch.beside);
        let checked = match self.count_batch(batch, account) {
            Ok(()) => self.check_batch(batch, &mut beside, &mut ready),
            Err(refusal) => Err((0, refusal)),
        };
        self.tell_checked();
        match checked {
            Ok(()) => self.carry_out_batch(batch, &ready, events),
            Err((refused, refusal)) => {
                if let Some(terms) = terms_of(&batch.requests[refused]) {
                    self.trip_if(refusal, account, terms.strategy, batch.actor, &beside);
                }
                events.push(names_of(batch, &batch.requests[refused]).refused(refusal));
                for (at, request) in batch.requests.iter().enumerate() {
                    if at != refused {
                        let refusal = Refusal::plain(RefusalCode::BatchRefused);
                        events.push(names_of(batch, request).refused(refusal));
                    }
                }
            }
        }
        ready.clear();
        beside.clear();
        (self.scratch.ready, self.scratch.beside) = (ready, beside);
    }

    /// Counts an atomic batch's new orders as messages, all or none.
    fn count_batch(&mut self, batch: &Batch, account: usize) -> Result<(), Refusal> {
        let mut orders = batch.requests.iter().filter_map(terms_of);
        let Some(first) = orders.next() else { return Ok(()) };
        let count = i64::try_from(orders.count() + 1).unwrap_or(i64::MAX);
        self.count_messages(account, first.strategy, count, batch.actor)
    }

    /// Every request as it passed, in `ready`; or the first that did not and why.
    fn check_batch(&self, batch: &Batch, beside: &mut Beside, ready: &mut Vec<Ready>) -> Result<(), (usize, Refusal)> {
        let account = self.user_account(batch.account).expect("checked before");
        for (at, request) in batch.requests.iter().enumerate() {
            let refused = |refusal| (at, refusal);
            match request {
                BatchRequest::New { instrument, order } => {
                    let (index, passed) = self
                        .check_new(
                            account,
                            *instrument,
                            NewName { name: order.cl_ord_id, actor: batch.actor, is_known_free: false },
                            order.terms,
                            Purpose::New,
                            beside,
                        )
                        .map_err(refused)?;
                    beside.names.push(order.cl_ord_id);
                    beside.work.push(self.beside_work(account, index, &passed));
                    ready.push(Ready::New(index, passed));
                }
                BatchRequest::Cancel { target, .. } => {
                    let slot = self.find_order(account, target).map_err(refused)?;
                    if ready.iter().any(|other| matches!(other, Ready::Cancel(known, _) if *known == slot)) {
                        return Err(refused(Refusal::plain(RefusalCode::BatchInvalid)));
                    }
                    ready.push(Ready::Cancel(slot, self.orders.get(slot).order_id));
                }
                BatchRequest::Replace { .. } => return Err(refused(Refusal::plain(RefusalCode::BatchInvalid))),
            }
        }
        Ok(())
    }

    fn carry_out_batch(&mut self, batch: &Batch, ready: &[Ready], events: &mut Vec<Event>) {
        let account = self.user_account(batch.account).expect("checked before");
        for (request, ready) in batch.requests.iter().zip(ready) {
            match (request, ready) {
                (BatchRequest::New { order, instrument: asked }, &Ready::New(instrument, passed)) => {
                    let acceptance = Acceptance {
                        actor: batch.actor,
                        account,
                        instrument,
                        cl_ord_id: order.cl_ord_id,
                        content: content_of(*asked, &order.terms),
                        asked: order.terms,
                        value: passed.value,
                        terms: passed.terms,
                        work_price: passed.work_price,
                        group: NIL,
                        member: 0,
                        reason: ExecReason::None,
                        told_as: self.told_as(instrument),
                    };
                    let slot = self.accept(&acceptance, events);
                    let id = self.orders.get(slot).order_id;
                    let travels = self.is_far(instrument);
                    if travels {
                        self.send_orders(id, 1, events);
                    }
                    // It was checked against the position before the batch, which its earlier orders may have made smaller.
                    self.fit_exits(account, instrument, events);
                    if !travels && self.is_live(slot, id) {
                        self.begin_late(slot, events);
                        self.work_elected(events);
                    }
                }
                (&BatchRequest::Cancel { cl_ord_id, target }, &Ready::Cancel(slot, id)) => {
                    if self.is_live(slot, id) {
                        let (actor, account) = (batch.actor, batch.account);
                        self.cancel_or_send(slot, &CancelOrder { actor, account, cl_ord_id, target }, events);
                    } else {
                        // An earlier request of the batch ended it.
                        events.push(names_of(batch, request).refused(Refusal::plain(RefusalCode::OrderClosed)));
                    }
                }
                _ => unreachable!("requests and what passed are in the same order"),
            }
            // What a triggered order of another instrument is checked against is what this one has left.
            self.settle(events);
        }
    }
}

fn terms_of(request: &BatchRequest) -> Option<OrderTerms> {
    match request {
        BatchRequest::New { order, .. } => Some(order.terms),
        BatchRequest::Cancel { .. } | BatchRequest::Replace { .. } => None,
    }
}

fn names_of(batch: &Batch, request: &BatchRequest) -> RequestNames {
    match *request {
        BatchRequest::New { instrument, order } => {
            RequestNames::of(RequestKind::NewOrder, batch.account, instrument, order.cl_ord_id)
        }
        BatchRequest::Cancel { cl_ord_id, target } => RequestNames {
            orig_cl_ord_id: target.orig_cl_ord_id,
            ..RequestNames::of(RequestKind::Cancel, batch.account, InstrumentId(0), cl_ord_id)
        },
        BatchRequest::Replace { cl_ord_id, target, .. } => RequestNames {
            orig_cl_ord_id: target.orig_cl_ord_id,
            ..RequestNames::of(RequestKind::Replace, batch.account, InstrumentId(0), cl_ord_id)
        },
    }
}
