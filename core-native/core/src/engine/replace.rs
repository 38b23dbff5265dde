//! OrderCancelReplaceRequest. Less quantity at the same price keeps time priority; anything else loses it.

use super::Core;
use super::new_order::{Known, hash_of};
use super::report::RequestNames;
use crate::command::ReplaceOrder;
use crate::event::Event;
use crate::order::{ClOrdId, ExecReason, ExecType, Order, OrderTerms, Place};
use crate::refusal::{Refusal, RefusalCode, RequestKind};
use crate::risk::{Beside, Check, Passed, Purpose, keeps_priority};
use crate::units::InstrumentId;

impl Core {
    pub(super) fn replace(&mut self, request: &ReplaceOrder, events: &mut Vec<Event>) {
        let mut names = RequestNames {
            orig_cl_ord_id: request.target.orig_cl_ord_id,
            ..RequestNames::of(RequestKind::Replace, request.account, InstrumentId(0), request.cl_ord_id)
        };
        let Some(account) = self.user_account(request.account) else {
            events.push(names.refused(Refusal::plain(RefusalCode::AccountNotPermitted)));
            return;
        };
        let content = content_of(request);
        if self.answer_again(account, names, content, None, events) == Known::Answered {
            return;
        }
        let asked = self.find_order(account, &request.target).map(|slot| self.orders.get(slot).terms);
        if let Err(refusal) = asked.and_then(|terms| self.count_messages(account, terms.strategy, 1, request.actor)) {
            events.push(names.refused(refusal));
            return;
        }
        let checked = self.check_replace(account, request, &mut names);
        self.tell_checked();
        match checked {
            Ok((slot, passed)) => {
                if self.travels(slot) {
                    self.names.ask(&mut self.orders, slot, request.cl_ord_id, content, self.ts);
                    self.send_replace(slot, request, events);
                    return;
                }
                self.carry_out_replace(slot, request, &passed, events);
                self.work_elected(events);
                self.settle(events);
            }
            Err(refusal) => events.push(names.refused(refusal)),
        }
    }

    /// The order must be known before its other rules can be looked up, so UNKNOWN_ORDER comes early here.
    fn check_replace(&self, account: usize, request: &ReplaceOrder, names: &mut RequestNames) -> Result<(u32, Passed), Refusal> {
        let slot = self.find_order(account, &request.target)?;
        Ok((slot, self.check_replace_of(slot, request, names, false)?))
    }

    /// Runs every check on a replace of a live order; `is_named` where its name was taken when it was sent.
    pub(super) fn check_replace_of(
        &self,
        slot: u32,
        request: &ReplaceOrder,
        names: &mut RequestNames,
        is_named: bool,
    ) -> Result<Passed, Refusal> {
        let order = self.orders.get(slot);
        names.instrument = order.instrument;
        names.orig_cl_ord_id = order.cl_ord_id;
        let mut terms = OrderTerms { order_qty: request.change.order_qty, price: request.change.price, ..order.terms };
        terms.trigger.price = request.change.trigger_price;
        let beside = Beside::default();
        let (account, instrument) = self.home_of(slot);
        if let Some(refusal) = self.halted(account, terms.strategy) {
            return Err(refusal);
        }
        let check = Check::new(self, account, instrument, request.cl_ord_id, terms, Purpose::Replace(slot), &beside);
        let check = check.by(request.actor);
        if is_named { check.named_before() } else { check }.first()
    }

    pub(super) fn carry_out_replace(&mut self, slot: u32, request: &ReplaceOrder, passed: &Passed, events: &mut Vec<Event>) {
        let before = self.orders.get(slot).clone();
        if request.change.order_qty <= before.cum_qty && !self.is_linked_leg(slot) {
            // Nothing is left of it: what was filled stands, the rest ends under the name that it had.
            if self.named(self.home_of(slot).0, &request.cl_ord_id).is_none() {
                self.names.ask(&mut self.orders, slot, request.cl_ord_id, content_of(request), self.ts);
            }
            self.cancel_one(slot, ExecReason::ReplaceBelowCum, request.cl_ord_id, events);
            return;
        }
        let holding = self.holding_of(slot);
        if passed.terms.reduce_only && !before.terms.reduce_only {
            // Only in a netting account, where it is the same position.
            self.exit_position_mut(slot).exit_count += 1;
        }
        let keeps_priority = keeps_priority(&before, &request.change);
        if before.place == Place::Book && keeps_priority {
            let less = before.terms.order_qty.0 - request.change.order_qty.0;
            if less > 0 {
                self.shrink(slot, less);
            }
            self.take_terms(slot, request, passed);
            self.report_replaced(slot, &before, true, events);
            self.touch_holding(holding, false);
            return;
        }
        self.leave_queue(slot);
        self.take_terms(slot, request, passed);
        self.report_replaced(slot, &before, keeps_priority, events);
        let order = self.orders.get(slot);
        let is_idle = order.leaves_qty().0 == 0 || !order.released || order.queued;
        if !is_idle && order.triggered {
            self.work(slot, events);
        } else if !is_idle {
            self.await_trigger(slot);
        }
        self.look(holding.instrument);
    }

    /// Writes what a replace changes.
    fn take_terms(&mut self, slot: u32, request: &ReplaceOrder, passed: &Passed) {
        let is_leg = self.is_linked_leg(slot);
        let order = self.orders.get_mut(slot);
        let display_qty = if is_leg { order.terms.display_qty } else { order.terms.display_qty.min(request.change.order_qty) };
        let trigger_price = order.terms.trigger.price;
        let trails = order.terms.trigger.trail != crate::order::Trail::None;
        order.terms = OrderTerms { display_qty, ..passed.terms };
        if trails {
            // Where it stands is the market's doing, not the request's.
            order.terms.trigger.price = trigger_price;
        }
        if order.triggered {
            order.work_price = passed.work_price;
        }
        self.names.rename(&mut self.orders, slot, request.cl_ord_id, content_of(request), self.ts);
    }

    fn report_replaced(&mut self, slot: u32, before: &Order, priority_kept: bool, events: &mut Vec<Event>) {
        let orig_cl_ord_id: ClOrdId = before.cl_ord_id;
        self.report(slot, ExecType::Replaced, ExecReason::None, events, |execution| {
            execution.orig_cl_ord_id = orig_cl_ord_id;
            execution.priority_kept = priority_kept;
        });
    }
}

/// A hash of what a replace asks for, never 0.
fn content_of(request: &ReplaceOrder) -> u64 {
    let mut name = [0_u8; 40];
    let orig = request.target.orig_cl_ord_id;
    name[..orig.as_str().len()].copy_from_slice(orig.as_str().as_bytes());
    let word = |at: usize| u64::from_le_bytes(name[at..at + 8].try_into().expect("eight bytes"));
    hash_of(&[
        // No new order's content begins like this: its first byte is a side.
        u64::MAX,
        request.target.order_id.0,
        word(0),
        word(8),
        word(16),
        word(24),
        word(32),
        request.change.order_qty.0.cast_unsigned(),
        request.change.price.0.cast_unsigned(),
        request.change.trigger_price.0.cast_unsigned(),
    ])
}
