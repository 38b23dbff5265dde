//! Lists of linked orders: what makes one, and its acceptance.

use jware_core::command::NewOrderList;
use jware_core::order::{ClOrdId, Contingency, OrdType, OrderTerms, PostOnly, TimeInForce};
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{OrderId, StrategyId};

use super::accept::Birth;
use super::batch::without_figures;
use super::checks::{Ask, Passed};
use super::limits::Whose;
use super::names::Content;
use super::{Naive, Role};

impl Naive {
    pub(super) fn new_order_list(&mut self, request: &NewOrderList) {
        let first_name = request.orders.first().map_or(ClOrdId::EMPTY, |order| order.cl_ord_id);
        if !self.is_users(request.account) {
            self.refuse(RequestKind::NewOrderList, first_name, Refusal::plain(Code::AccountNotPermitted));
            return;
        }
        let strategy = request.orders.first().map_or(StrategyId(0), |order| order.terms.strategy);
        let whose = Whose { account: request.account, strategy, user: request.actor.user, key: request.actor.key };
        if let Err(refusal) = self.take_messages(whose, request.orders.len()) {
            self.refuse(RequestKind::NewOrderList, first_name, refusal);
            return;
        }
        let terms: Vec<&OrderTerms> = request.orders.iter().map(|order| &order.terms).collect();
        let closes = !self.hedges(request.account) || closes_what_is_opened(request.contingency, &terms);
        if !is_list(request.contingency, &terms) || !closes {
            self.refuse(RequestKind::NewOrderList, first_name, Refusal::plain(Code::ListInvalid));
            return;
        }
        match self.check_list(request) {
            Err((name, refusal)) => self.refuse(RequestKind::NewOrderList, name, refusal),
            Ok(passed) => self.accept_list(request, &passed),
        }
    }

    /// Each order on its own, counting those before it; the first refusal refuses all.
    fn check_list(&mut self, request: &NewOrderList) -> Result<Vec<Passed>, (ClOrdId, Refusal)> {
        let names: Vec<ClOrdId> = request.orders.iter().map(|order| order.cl_ord_id).collect();
        let mut passed = Vec::new();
        for (index, order) in request.orders.iter().enumerate() {
            let role = role_of(request.contingency, index);
            let mut terms = order.terms;
            terms.reduce_only |= role == Role::Exit;
            let ask = Ask {
                account: request.account,
                instrument: request.instrument,
                name: order.cl_ord_id,
                terms,
                beside: &names[..index],
                child: matches!(role, Role::Child | Role::Exit),
                replaced: None,
                user: request.actor.user,
                key: request.actor.key,
                is_named: false,
            };
            match self.check(&ask) {
                Err(refusal) => {
                    self.shut_if_throttled(&ask, &refusal);
                    self.remove_ghosts();
                    return Err((order.cl_ord_id, without_figures(refusal)));
                }
                Ok(allowed) => {
                    let single = Birth::single(request.account, request.instrument, request.actor, order.cl_ord_id);
                    self.add_ghost(Birth { role, ..single }, allowed);
                    passed.push(allowed);
                }
            }
        }
        self.remove_ghosts();
        Ok(passed)
    }

    fn accept_list(&mut self, request: &NewOrderList, passed: &[Passed]) {
        let list = OrderId(self.order_id + 1);
        let mut ids = Vec::new();
        for (index, (order, allowed)) in request.orders.iter().zip(passed).enumerate() {
            let single = Birth::single(request.account, request.instrument, request.actor, order.cl_ord_id);
            let role = role_of(request.contingency, index);
            let birth = Birth { list, contingency: Some(request.contingency), role, judged_late: true, ..single };
            ids.push(self.accept(birth, *allowed, Content::Listed(order.terms)));
        }
        if self.is_far_away(request.instrument) {
            return self.send_orders(ids);
        }
        for (index, id) in ids.into_iter().enumerate() {
            if !matches!(role_of(request.contingency, index), Role::Child | Role::Exit) {
                self.put_to_work(id);
            }
        }
    }
}

fn role_of(contingency: Contingency, index: usize) -> Role {
    match (contingency, index) {
        (Contingency::Oco, _) => Role::Leg,
        (_, 0) => Role::Parent,
        (Contingency::Oto, _) => Role::Child,
        (Contingency::Bracket, _) => Role::Exit,
    }
}

fn rests(terms: &OrderTerms) -> bool {
    matches!(terms.time_in_force, TimeInForce::Gtc | TimeInForce::Day | TimeInForce::Gtd)
}

/// Where an account hedges: whether what follows an opening order on the other side says that it closes.
fn closes_what_is_opened(contingency: Contingency, terms: &[&OrderTerms]) -> bool {
    match (contingency, terms) {
        (Contingency::Oto, [parent, child]) if !parent.reduce_only && child.side != parent.side => child.reduce_only,
        (Contingency::Bracket, [parent, ..]) => !parent.reduce_only,
        _ => true,
    }
}

/// Whether the orders fit together.
fn is_list(contingency: Contingency, terms: &[&OrderTerms]) -> bool {
    match (contingency, terms) {
        (Contingency::Oco, [one, other]) => {
            one.order_qty == other.order_qty
                && one.reduce_only == other.reduce_only
                && [one, other].into_iter().all(|leg| leg.ord_type != OrdType::Market && rests(leg))
        }
        (Contingency::Oto, [parent, child]) => is_parent(parent) && is_child(parent, child) && child.ord_type != OrdType::Market,
        (Contingency::Bracket, [parent, profit, loss]) => {
            use OrdType as T;
            is_parent(parent)
                && [profit, loss].into_iter().all(|exit| is_child(parent, exit) && exit.side != parent.side)
                && matches!(profit.ord_type, T::Limit | T::LimitIfTouched | T::MarketIfTouched)
                && matches!(loss.ord_type, T::Stop | T::StopLimit | T::TrailingStop)
        }
        _ => false,
    }
}

fn is_parent(terms: &OrderTerms) -> bool {
    terms.cash_qty.0 == 0 && terms.time_in_force != TimeInForce::Fok
}

fn is_child(parent: &OrderTerms, child: &OrderTerms) -> bool {
    rests(child) && child.order_qty == parent.order_qty && child.cash_qty.0 == 0 && child.post_only == PostOnly::No
}
