//! ExecutionReports, and the names in a request for its refusal.

use super::Core;
use super::late::Late;
use super::linked::Group;
use crate::event::{Event, Execution};
use crate::name::ClosedOrder;
use crate::order::{ClOrdId, ExecReason, ExecType, LiquidityInd};
use crate::refusal::{Refusal, RequestKind};
use crate::trade::EndedOrder;
use crate::units::{AccountId, AmountMinor, InstrumentId, OrderId, PriceTicks, QtyLots, TradeId};

impl Core {
    /// Moves an order to the state that follows and reports it, under the next numbers of its account and of all executions.
    pub(super) fn report(
        &mut self,
        slot: u32,
        exec_type: ExecType,
        reason: ExecReason,
        events: &mut Vec<Event>,
        edit: impl FnOnce(&mut Execution),
    ) {
        let awaits_parent = self.has_live_parent(slot);
        let on_the_way = self.transit.of(self.orders.get(slot).order_id);
        self.orders.get_mut(slot).transit(exec_type, awaits_parent, on_the_way);
        if self.orders.get(slot).status.is_terminal() {
            self.end_name(slot, reason);
        }
        let (account, instrument) = self.home_of(slot);
        self.last_exec_id += 1;
        if self.tells_late(instrument) && !is_pending(exec_type) {
            let mut execution = self.execution_of(slot, exec_type, reason, self.last_exec_id, 0);
            edit(&mut execution);
            self.tell_later(instrument, Late::Report(execution));
            return;
        }
        let account_seq = self.accounts[account].next_seq();
        if self.scratch.is_quiet {
            return;
        }
        events.push(Event::Execution(self.execution_of(slot, exec_type, reason, self.last_exec_id, account_seq)));
        // Edited where it is: it is long.
        if let Some(Event::Execution(execution)) = events.last_mut() {
            edit(execution);
        }
    }

    /// The name of an order that has ended is past from the report that says so.
    fn end_name(&mut self, slot: u32, reason: ExecReason) {
        let order = self.orders.get(slot);
        let closed = ClosedOrder {
            status: order.status,
            reason,
            order_qty: order.terms.order_qty,
            price: order.terms.price,
            trigger_price: order.terms.trigger.price,
            cum_qty: order.cum_qty,
            cum_lot_ticks: order.cum_lot_ticks,
            created: order.created,
            session: order.session,
            list: self.groups.get(order.group).map_or(OrderId(0), Group::list),
        };
        self.names.end(&self.orders, slot, closed, self.ts);
    }

    #[inline]
    pub(super) fn execution_of(
        &self,
        slot: u32,
        exec_type: ExecType,
        reason: ExecReason,
        exec_id: u64,
        account_seq: u64,
    ) -> Execution {
        let order = self.orders.get(slot);
        let (list, contingency) = match self.groups.get(order.group) {
            Some(group) => (group.list(), Some(group.contingency)),
            None => (OrderId(0), None),
        };
        Execution {
            account_seq,
            exec_id,
            account: order.account,
            instrument: order.instrument,
            order_id: order.order_id,
            cl_ord_id: order.cl_ord_id,
            orig_cl_ord_id: ClOrdId::EMPTY,
            exec_type,
            ord_status: order.status,
            reason,
            terms: order.terms,
            working: order.is_working(),
            list,
            contingency,
            refusal: None,
            cum_qty: order.cum_qty,
            leaves_qty: if order.status.is_terminal() { QtyLots(0) } else { order.leaves_qty() },
            cum_lot_ticks: order.cum_lot_ticks,
            last_qty: QtyLots(0),
            last_px: PriceTicks(0),
            last_fee: AmountMinor(0),
            liquidity: LiquidityInd::None,
            trade_id: TradeId(0),
            priority_kept: false,
            created: order.created,
            session: order.session,
        }
    }
}

/// An order that has ended, as it is now: no fill, and not yet numbered.
pub(super) const fn execution_of_ended(
    order: &EndedOrder,
    account: AccountId,
    instrument: InstrumentId,
    exec_type: ExecType,
) -> Execution {
    Execution {
        account_seq: 0,
        exec_id: 0,
        account,
        instrument,
        order_id: order.order_id,
        cl_ord_id: order.cl_ord_id,
        orig_cl_ord_id: ClOrdId::EMPTY,
        exec_type,
        ord_status: order.status,
        reason: order.reason,
        terms: order.terms,
        working: false,
        list: order.list,
        contingency: order.contingency,
        refusal: None,
        cum_qty: order.cum_qty,
        leaves_qty: QtyLots(0),
        cum_lot_ticks: order.cum_lot_ticks,
        last_qty: QtyLots(0),
        last_px: PriceTicks(0),
        last_fee: AmountMinor(0),
        liquidity: LiquidityInd::None,
        trade_id: TradeId(0),
        priority_kept: false,
        created: order.created,
        session: order.session,
    }
}

/// What we tell of a request that we sent on; everything else is the venue's word.
const fn is_pending(exec_type: ExecType) -> bool {
    matches!(exec_type, ExecType::PendingNew | ExecType::PendingReplace | ExecType::PendingCancel)
}

/// The names in a request, for its refusal.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestNames {
    pub(super) kind: RequestKind,
    pub(super) account: AccountId,
    pub(super) instrument: InstrumentId,
    pub(super) cl_ord_id: ClOrdId,
    pub(super) orig_cl_ord_id: ClOrdId,
}

impl RequestNames {
    /// A request that only an administrator makes.
    pub(super) const fn control(account: AccountId, instrument: InstrumentId) -> Self {
        Self::of(RequestKind::Control, account, instrument, ClOrdId::EMPTY)
    }

    /// A request about no known order.
    pub(super) const fn of(kind: RequestKind, account: AccountId, instrument: InstrumentId, cl_ord_id: ClOrdId) -> Self {
        Self { kind, account, instrument, cl_ord_id, orig_cl_ord_id: ClOrdId::EMPTY }
    }

    pub(super) fn refused(self, refusal: Refusal) -> Event {
        Event::Refused {
            request: self.kind,
            refusal,
            account: self.account,
            instrument: self.instrument,
            cl_ord_id: self.cl_ord_id,
            orig_cl_ord_id: self.orig_cl_ord_id,
            travelled: false,
        }
    }

    /// The same of a request that has arrived.
    pub(super) fn refused_there(self, refusal: Refusal) -> Event {
        let mut event = self.refused(refusal);
        if let Event::Refused { travelled, .. } = &mut event {
            *travelled = true;
        }
        event
    }
}
