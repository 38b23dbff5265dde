//! Replace: the order as it would be is checked like a new one, then it changes where it is, or is worked anew.

use jware_core::command::ReplaceOrder;
use jware_core::order::{ExecReason, ExecType, OrderTerms};
use jware_core::refusal::{Refusal, RequestKind};

use super::checks::{Ask, Passed};
use super::names::Content;
use super::{Naive, Order, Place};

impl Naive {
    pub(super) fn replace(&mut self, request: &ReplaceOrder) {
        if self.is_users(request.account) && self.replaces_again(request) {
            return;
        }
        let order = match self.find(request.account, &request.target) {
            Ok(order) => order,
            Err(refusal) => return self.refuse(RequestKind::Replace, request.cl_ord_id, refusal),
        };
        let strategy = order.terms.strategy;
        let whose = super::limits::Whose { account: order.account, strategy, user: request.actor.user, key: request.actor.key };
        if let Err(refusal) = self.take_messages(whose, 1) {
            return self.refuse(RequestKind::Replace, request.cl_ord_id, refusal);
        }
        let (terms, passed) = match self.check_replace(&order, request, false) {
            Ok(passed) => passed,
            Err(refusal) => return self.refuse(RequestKind::Replace, request.cl_ord_id, refusal),
        };
        self.remember(order.account, request.cl_ord_id, order.id, Content::Replace(request.target, request.change));
        if self.is_far(&order) {
            self.pass_name(order.account, request.cl_ord_id);
            self.send_replace(&order, request);
        } else {
            self.carry_out_replace(&order, request, &terms, passed);
        }
    }

    /// The terms that it would have, and how it would pass. `is_named`: its name is the one that it was sent under.
    pub(super) fn check_replace(
        &self,
        order: &Order,
        request: &ReplaceOrder,
        is_named: bool,
    ) -> Result<(OrderTerms, Passed), Refusal> {
        let linked = order.is_child() || order.has_sibling();
        let mut terms = order.terms;
        (terms.order_qty, terms.price) = (request.change.order_qty, request.change.price);
        terms.trigger.price = request.change.trigger_price;
        if !linked && terms.display_qty > terms.order_qty {
            terms.display_qty = terms.order_qty;
        }
        let ask = Ask {
            account: order.account,
            instrument: order.instrument,
            name: request.cl_ord_id,
            terms,
            beside: &[],
            child: order.is_child() && order.waits(),
            replaced: Some(order),
            user: request.actor.user,
            key: request.actor.key,
            is_named,
        };
        self.check(&ask).map(|passed| (terms, passed))
    }

    pub(super) fn carry_out_replace(&mut self, order: &Order, request: &ReplaceOrder, terms: &OrderTerms, passed: Passed) {
        let linked = order.is_child() || order.has_sibling();
        if passed.qty <= order.cum && !linked {
            let name = request.cl_ord_id;
            if self.name(order.account, name).is_none() {
                self.remember(order.account, name, order.id, Content::Replace(request.target, request.change));
            }
            if !self.is_past(order.account, name) {
                self.pass_name(order.account, name);
            }
            self.end_with(order.id, ExecType::Canceled, ExecReason::ReplaceBelowCum, None, request.cl_ord_id);
            return;
        }
        let priority_kept = order.keeps_priority(terms);
        self.rename(order, request);
        let changed = self.live_mut(order.id);
        (changed.name, changed.terms, changed.qty) = (request.cl_ord_id, passed.terms, passed.qty);
        changed.price = if priority_kept { order.price } else { passed.price };
        if order.terms.trigger.trail == jware_core::order::Trail::None {
            changed.trigger = i128::from(terms.trigger.price.0);
        }
        // What is hidden goes first.
        changed.shown = changed.shown.min(changed.leaves());
        let moves = changed.place == Place::Book && !priority_kept;
        if moves {
            changed.place = Place::Aside;
        }
        let told = self.tell(order.id, ExecType::Replaced, ExecReason::None);
        (told.orig_cl_ord_id, told.priority_kept) = (order.name, priority_kept);
        if moves {
            self.work(order.id);
        }
        if moves || order.waits() {
            self.look_and_trigger(order.instrument);
        }
    }
}
