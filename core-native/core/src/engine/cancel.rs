//! OrderCancelRequest and OrderMassCancelRequest. Cancels pass in every state of firm, account, instrument and book.

use super::Core;
use super::report::RequestNames;
use crate::command::{CancelOrder, MassCancel, OrderRef};
use crate::event::Event;
use crate::name::Named;
use crate::order::{ClOrdId, ExecReason, ExecType, Order};
use crate::refusal::{Refusal, RefusalCode, RequestKind};
use crate::units::{InstrumentId, OrderId, StrategyId};

impl Core {
    pub(super) fn cancel(&mut self, request: &CancelOrder, events: &mut Vec<Event>) {
        let found = self
            .user_account(request.account)
            .ok_or(Refusal::plain(RefusalCode::AccountNotPermitted))
            .and_then(|account| self.find_order(account, &request.target));
        self.tell_checked();
        match found {
            Ok(slot) => {
                self.cancel_or_send(slot, request, events);
                self.settle(events);
            }
            Err(refusal) => {
                let names = RequestNames {
                    orig_cl_ord_id: request.target.orig_cl_ord_id,
                    ..RequestNames::of(RequestKind::Cancel, request.account, InstrumentId(0), request.cl_ord_id)
                };
                events.push(names.refused(refusal));
            }
        }
    }

    pub(super) fn mass_cancel(&mut self, request: &MassCancel, events: &mut Vec<Event>) {
        if request.on_disconnect {
            self.cancel_on_disconnect.remove(&(request.actor.session, request.account));
        }
        let Some(account) = self.user_account(request.account) else {
            let names = RequestNames::of(RequestKind::MassCancel, request.account, request.instrument, request.cl_ord_id);
            events.push(names.refused(Refusal::plain(RefusalCode::AccountNotPermitted)));
            return;
        };
        let reason = if request.on_disconnect { ExecReason::Disconnect } else { ExecReason::MassCancel };
        let wanted = |order: &Order| {
            (request.instrument.0 == 0 || order.instrument == request.instrument)
                && request.side.is_none_or(|side| order.side() == side)
                && (request.strategy == StrategyId(0) || order.terms.strategy == request.strategy)
                && (!request.session_only || order.session == request.actor.session)
        };
        let canceled_count = self.cancel_where(account, reason, wanted, events);
        self.settle(events);
        events.push(Event::MassCanceled { account: request.account, cl_ord_id: request.cl_ord_id, canceled_count });
    }

    /// Cancels an account's orders that are wanted, oldest first; gives how many ended, those linked to them included.
    pub(super) fn cancel_where(
        &mut self,
        account: usize,
        reason: ExecReason,
        wanted: impl Fn(&Order) -> bool,
        events: &mut Vec<Event>,
    ) -> u32 {
        let before = self.accounts[account].open_order_count;
        let mut going = std::mem::take(&mut self.scratch.going);
        let mine = self.live_slots_of(account).map(|slot| (self.orders.get(slot), slot));
        going.extend(mine.filter(|(order, _)| wanted(order)).map(|(order, slot)| (order.order_id, slot)));
        for (id, slot) in going.drain(..) {
            if self.is_live(slot, id) {
                self.end(slot, ExecType::Canceled, reason, events);
            }
        }
        self.scratch.going = going;
        before - self.accounts[account].open_order_count
    }

    /// A live order of an account, by id or name.
    pub(super) fn find_order(&self, account: usize, target: &OrderRef) -> Result<u32, Refusal> {
        let named = self.named(account, &target.orig_cl_ord_id);
        let found = match (target.order_id, named) {
            (OrderId(1..), _) => self.orders.slot_of(target.order_id),
            (_, Some(Named::Current(slot))) => Some(slot),
            (_, Some(Named::Past(past))) => self.orders.slot_of(past.order_id),
            (_, None) => None,
        };
        match found {
            Some(slot) if self.orders.get(slot).account == self.accounts[account].id => Ok(slot),
            _ if named.is_some() => Err(Refusal::plain(RefusalCode::OrderClosed)),
            _ => Err(Refusal::plain(RefusalCode::UnknownOrder)),
        }
    }

    /// Takes one order out at its owner's request, or sends that request on.
    pub(super) fn cancel_or_send(&mut self, slot: u32, request: &CancelOrder, events: &mut Vec<Event>) {
        if self.travels(slot) {
            self.send_cancel(slot, request, events);
        } else {
            self.cancel_one(slot, ExecReason::Requested, request.cl_ord_id, events);
        }
    }

    /// Takes one order out, in the name of a request that may have one.
    pub(super) fn cancel_one(&mut self, slot: u32, reason: ExecReason, request_name: ClOrdId, events: &mut Vec<Event>) {
        self.end_with(slot, ExecType::Canceled, reason, events, |execution| {
            if !request_name.is_empty() {
                execution.orig_cl_ord_id = execution.cl_ord_id;
                execution.cl_ord_id = request_name;
            }
        });
    }
}
