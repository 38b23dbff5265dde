//! Batches: each request for itself, or all or none.

use jware_core::command::{Batch, BatchRequest, CancelOrder, ListedOrder, NewOrder, OrderRef, ReplaceOrder};
use jware_core::order::ClOrdId;
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{InstrumentId, OrderId, StrategyId};

use super::Naive;
use super::accept::Birth;
use super::checks::{Ask, Passed};
use super::limits::Whose;
use super::names::Content;

impl Naive {
    pub(super) fn batch(&mut self, request: &Batch) {
        let replaces = request.requests.iter().any(|one| matches!(one, BatchRequest::Replace { .. }));
        if !self.is_users(request.account) {
            self.refuse(RequestKind::Batch, ClOrdId::EMPTY, Refusal::plain(Code::AccountNotPermitted));
        } else if !(1..=64).contains(&request.requests.len()) || (request.atomic && replaces) {
            self.refuse(RequestKind::Batch, ClOrdId::EMPTY, Refusal::plain(Code::BatchInvalid));
        } else if request.atomic {
            self.all_or_none(request);
        } else {
            request.requests.iter().for_each(|one| self.one_of_batch(request, one));
        }
    }

    fn one_of_batch(&mut self, batch: &Batch, one: &BatchRequest) {
        let (actor, account) = (batch.actor, batch.account);
        match *one {
            BatchRequest::New { instrument, order: ListedOrder { cl_ord_id, terms } } => {
                self.new_order(&NewOrder { actor, account, instrument, cl_ord_id, terms });
            }
            BatchRequest::Cancel { cl_ord_id, target } => self.cancel(&CancelOrder { actor, account, cl_ord_id, target }),
            BatchRequest::Replace { cl_ord_id, target, change } => {
                self.replace(&ReplaceOrder { actor, account, cl_ord_id, target, change });
            }
        }
    }

    /// Every request is checked before the first is carried out.
    fn all_or_none(&mut self, batch: &Batch) {
        let orders =
            || batch.requests.iter().filter_map(|one| if let BatchRequest::New { order, .. } = one { Some(order) } else { None });
        let strategy = orders().next().map_or(StrategyId(0), |order| order.terms.strategy);
        let whose = Whose { account: batch.account, strategy, user: batch.actor.user, key: batch.actor.key };
        if let Err(refusal) = self.take_messages(whose, orders().count()) {
            return self.refuse_all(batch, 0, refusal);
        }
        match self.check_batch(batch) {
            Ok(passed) => {
                for (one, ready) in batch.requests.iter().zip(passed) {
                    self.carry_out(batch, one, ready);
                }
            }
            Err((index, refusal)) => self.refuse_all(batch, index, refusal),
        }
    }

    /// One is refused for itself, and the others with it.
    fn refuse_all(&mut self, batch: &Batch, index: usize, refusal: Refusal) {
        let (kind, name) = named(&batch.requests[index]);
        self.refuse(kind, name, refusal);
        for (_, other) in batch.requests.iter().enumerate().filter(|(other, _)| *other != index) {
            let (kind, name) = named(other);
            self.refuse(kind, name, Refusal::plain(Code::BatchRefused));
        }
    }

    fn check_batch(&mut self, batch: &Batch) -> Result<Vec<Ready>, (usize, Refusal)> {
        let mut outcomes = Vec::new();
        let mut names: Vec<ClOrdId> = Vec::new();
        let mut targets: Vec<OrderId> = Vec::new();
        for (index, one) in batch.requests.iter().enumerate() {
            let outcome = match one {
                BatchRequest::New { instrument, order } => {
                    let ask = Ask {
                        account: batch.account,
                        instrument: *instrument,
                        name: order.cl_ord_id,
                        terms: order.terms,
                        beside: &names,
                        child: false,
                        replaced: None,
                        user: batch.actor.user,
                        key: batch.actor.key,
                        is_named: false,
                    };
                    let outcome = self.check(&ask).map(Ready::New).map_err(without_figures);
                    if let Err(refusal) = &outcome {
                        self.shut_if_throttled(&ask, refusal);
                    }
                    if let Ok(Ready::New(passed)) = outcome {
                        self.add_ghost(birth(batch, *instrument, order.cl_ord_id), passed);
                    }
                    names.push(order.cl_ord_id);
                    outcome
                }
                BatchRequest::Cancel { target, .. } => match self.find_real(batch, target) {
                    Ok(id) if targets.contains(&id) => Err(Refusal::plain(Code::BatchInvalid)),
                    Ok(id) => {
                        targets.push(id);
                        Ok(Ready::Cancel(id))
                    }
                    Err(refusal) => Err(refusal),
                },
                BatchRequest::Replace { .. } => unreachable!("an atomic batch has none"),
            };
            match outcome {
                Ok(ready) => outcomes.push(ready),
                Err(refusal) => {
                    self.remove_ghosts();
                    return Err((index, refusal));
                }
            }
        }
        self.remove_ghosts();
        Ok(outcomes)
    }

    fn find_real(&self, batch: &Batch, target: &OrderRef) -> Result<OrderId, Refusal> {
        match self.find(batch.account, target) {
            Ok(order) if order.id == OrderId(u64::MAX) => Err(Refusal::plain(Code::UnknownOrder)),
            outcome => outcome.map(|order| order.id),
        }
    }

    fn carry_out(&mut self, batch: &Batch, one: &BatchRequest, ready: Ready) {
        match (*one, ready) {
            (BatchRequest::New { instrument, order }, Ready::New(passed)) => {
                let birth = Birth { judged_late: true, ..birth(batch, instrument, order.cl_ord_id) };
                let id = self.accept(birth, passed, Content::New(instrument, order.terms));
                let travels = self.live(id).is_some_and(|order| order.travels);
                if travels {
                    self.begin(id);
                }
                // What it may close was judged before the requests ahead of it were carried out.
                self.enforce_reduce_only(batch.account, instrument);
                if !travels {
                    self.put_to_work(id);
                }
            }
            (BatchRequest::Cancel { cl_ord_id, .. }, Ready::Cancel(id)) => {
                // It was there when it was checked; the name it was found by may have gone since.
                let target = OrderRef { order_id: id, orig_cl_ord_id: ClOrdId::EMPTY };
                match self.live(id) {
                    Some(_) => self.cancel(&CancelOrder { actor: batch.actor, account: batch.account, cl_ord_id, target }),
                    None => self.refuse(RequestKind::Cancel, cl_ord_id, Refusal::plain(Code::OrderClosed)),
                }
            }
            _ => unreachable!("new orders pass a check, and cancels find an order"),
        }
    }
}

/// A request of an atomic batch that passed its checks.
#[derive(Clone, Copy)]
enum Ready {
    New(Passed),
    Cancel(OrderId),
}

/// With others counted before it, the figures of a refusal could be told in more than one way.
pub(super) fn without_figures(refusal: Refusal) -> Refusal {
    Refusal { scope: refusal.scope, ..Refusal::plain(refusal.code) }
}

fn birth(batch: &Batch, instrument: InstrumentId, name: ClOrdId) -> Birth {
    Birth::single(batch.account, instrument, batch.actor, name)
}

fn named(one: &BatchRequest) -> (RequestKind, ClOrdId) {
    match one {
        BatchRequest::New { order, .. } => (RequestKind::NewOrder, order.cl_ord_id),
        BatchRequest::Cancel { cl_ord_id, .. } => (RequestKind::Cancel, *cl_ord_id),
        BatchRequest::Replace { cl_ord_id, .. } => (RequestKind::Replace, *cl_ord_id),
    }
}
