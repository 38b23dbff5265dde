//! OrderCancelRequest and OrderMassCancelRequest. Cancels pass in every state of account and book.

use super::{Core, RequestNames};
use crate::command::{CancelOrder, MassCancel, OrderRef};
use crate::event::Event;
use crate::order::{ClOrdId, ExecReason, ExecType, OrdStatus};
use crate::refusal::{Refusal, RefusalCode, RequestKind};
use crate::units::{InstrumentId, OrderId, QtyLots};

impl Core {
    pub(super) fn cancel(&mut self, request: &CancelOrder, events: &mut Vec<Event>) {
        let names = RequestNames {
            kind: RequestKind::Cancel,
            account: request.account,
            instrument: InstrumentId(0),
            cl_ord_id: request.cl_ord_id,
            orig_cl_ord_id: request.target.orig_cl_ord_id,
        };
        let found = self
            .user_account(request.account)
            .ok_or(Refusal::plain(RefusalCode::AccountNotPermitted))
            .and_then(|account| self.find_order(account, &request.target).map(|slot| (account, slot)));
        match found {
            Ok((account, slot)) => {
                self.take_out_named(account, slot, ExecReason::Requested, request.cl_ord_id, events);
                self.settle(events);
            }
            Err(refusal) => events.push(names.refused(refusal)),
        }
    }

    pub(super) fn mass_cancel(&mut self, request: &MassCancel, events: &mut Vec<Event>) {
        let Some(account) = self.user_account(request.account) else {
            let names = RequestNames {
                kind: RequestKind::MassCancel,
                account: request.account,
                instrument: request.instrument,
                cl_ord_id: request.cl_ord_id,
                orig_cl_ord_id: ClOrdId::EMPTY,
            };
            events.push(names.refused(Refusal::plain(RefusalCode::AccountNotPermitted)));
            return;
        };
        let reason = if request.session_only { ExecReason::Disconnect } else { ExecReason::MassCancel };
        let mut canceled_count = 0;
        for slot in self.accounts[account].order_slots(&self.orders) {
            let order = self.orders.get(slot);
            let wanted = (request.instrument.0 == 0 || order.instrument == request.instrument)
                && request.side.is_none_or(|side| order.side == side)
                && (!request.session_only || order.session == request.actor.session);
            if wanted {
                self.take_out(account, slot, reason, events);
                canceled_count += 1;
            }
        }
        self.settle(events);
        events.push(Event::MassCanceled { account: request.account, cl_ord_id: request.cl_ord_id, canceled_count });
    }

    /// A working order of an account, by id or name.
    pub(super) fn find_order(&self, account: usize, target: &OrderRef) -> Result<u32, Refusal> {
        let account = &self.accounts[account];
        let named = account.order_named(target.orig_cl_ord_id);
        let id = if target.order_id.0 > 0 { target.order_id } else { named.unwrap_or(OrderId(0)) };
        match self.orders.slot_of(id) {
            Some(slot) if self.orders.get(slot).account == account.id => Ok(slot),
            _ if named.is_some() => Err(Refusal::plain(RefusalCode::OrderClosed)),
            _ => Err(Refusal::plain(RefusalCode::UnknownOrder)),
        }
    }

    /// Takes an order out of the book and tells its owner why. The caller settles.
    ///
    /// Orders of several instruments may be taken out by one command: levels are told per instrument here.
    pub(super) fn take_out(&mut self, account: usize, slot: u32, reason: ExecReason, events: &mut Vec<Event>) {
        self.take_out_named(account, slot, reason, ClOrdId::EMPTY, events);
    }

    pub(super) fn take_out_named(
        &mut self,
        account: usize,
        slot: u32,
        reason: ExecReason,
        request_name: ClOrdId,
        events: &mut Vec<Event>,
    ) {
        let order = self.unlink(account, slot);
        let instrument = self.instrument_index[&order.instrument];
        self.add_working(account, instrument, order.side, -order.leaves_qty().0, order.price);
        self.report(account, &order, ExecType::Canceled, reason, events, |execution| {
            execution.ord_status = OrdStatus::Canceled;
            execution.leaves_qty = QtyLots(0);
            if !request_name.is_empty() {
                execution.orig_cl_ord_id = order.cl_ord_id;
                execution.cl_ord_id = request_name;
            }
        });
        self.touch_level(order.side, order.price);
        self.tell_levels_of(instrument, events);
    }
}
