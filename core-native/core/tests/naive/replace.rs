//! Replace: the order as it would be is checked like a new one, then it changes where it is, or is worked anew.

use jware_core::command::ReplaceOrder;
use jware_core::order::{ExecReason, ExecType};
use jware_core::refusal::RequestKind;

use super::checks::Ask;
use super::names::Content;
use super::{Naive, Place};

impl Naive {
    pub(super) fn replace(&mut self, request: &ReplaceOrder) {
        if self.is_users(request.account) && self.replaces_again(request) {
            return;
        }
        let order = match self.find(request.account, &request.target) {
            Ok(order) => order,
            Err(refusal) => return self.refuse(RequestKind::Replace, request.cl_ord_id, refusal),
        };
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
            replaced: Some(&order),
            user: request.actor.user,
            key: request.actor.key,
        };
        if let Err(refusal) = self.take_messages(ask.whose(), 1) {
            return self.refuse(RequestKind::Replace, request.cl_ord_id, refusal);
        }
        let passed = match self.check(&ask) {
            Ok(passed) => passed,
            Err(refusal) => return self.refuse(RequestKind::Replace, request.cl_ord_id, refusal),
        };
        self.remember(order.account, request.cl_ord_id, order.id, Content::Replace(request.target, request.change));
        if passed.qty <= order.cum && !linked {
            self.end_with(order.id, ExecType::Canceled, ExecReason::ReplaceBelowCum, None, request.cl_ord_id);
            return;
        }
        let priority_kept = order.keeps_priority(&terms);
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
