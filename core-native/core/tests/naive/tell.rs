//! Execution reports: an order as it is, and what happened to it.

use jware_core::event::Execution;
use jware_core::order::{ClOrdId, ExecReason, ExecType, LiquidityInd, OrdStatus, OrderTerms, Trigger};
use jware_core::units::{AmountMinor, OrderId, PriceTicks, QtyLots, TradeId};

use super::latency::Said;
use super::{Naive, Order, narrow};

impl Order {
    /// Its state while it is live, or has just been filled.
    pub fn status(&self, live: bool) -> OrdStatus {
        if live && self.cancels > 0 {
            OrdStatus::PendingCancel
        } else if live && self.replaces > 0 {
            OrdStatus::PendingReplace
        } else if live && self.travels {
            OrdStatus::PendingNew
        } else if live && self.waits() {
            OrdStatus::Held
        } else if self.leaves() == 0 {
            OrdStatus::Filled
        } else if self.cum > 0 {
            OrdStatus::PartiallyFilled
        } else {
            OrdStatus::New
        }
    }

    pub fn told_terms(&self) -> OrderTerms {
        let price = if self.terms.ord_type.has_price() { narrow(self.price) } else { 0 };
        let trigger = Trigger { price: PriceTicks(narrow(self.trigger)), ..self.terms.trigger };
        OrderTerms { order_qty: QtyLots(narrow(self.qty)), price: PriceTicks(price), trigger, ..self.terms }
    }
}

/// A report of an order as its numbers are.
pub(super) fn report(order: &Order, exec_type: ExecType, status: OrdStatus, reason: ExecReason) -> Execution {
    let done = status.is_terminal();
    Execution {
        account_seq: 0,
        exec_id: 0,
        account: order.account,
        instrument: order.instrument,
        order_id: order.id,
        cl_ord_id: order.name,
        orig_cl_ord_id: ClOrdId::EMPTY,
        exec_type,
        ord_status: status,
        reason,
        terms: order.told_terms(),
        working: !done && !order.travels && !order.waits(),
        list: order.list,
        contingency: order.contingency,
        refusal: None,
        cum_qty: QtyLots(narrow(order.cum)),
        leaves_qty: QtyLots(if done { 0 } else { narrow(order.leaves()) }),
        cum_lot_ticks: narrow(order.lot_ticks),
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

impl Naive {
    /// Tells something about a live order.
    pub(super) fn tell(&mut self, id: OrderId, exec_type: ExecType, reason: ExecReason) -> &mut Execution {
        let order = self.live(id).expect("a live order");
        let execution = report(order, exec_type, order.status(true), reason);
        self.push(&execution)
    }

    /// Numbers a report and tells it; or leaves that for when it has come.
    pub(super) fn push(&mut self, execution: &Execution) -> &mut Execution {
        self.exec_id += 1;
        let execution = &Execution { exec_id: self.exec_id, ..*execution };
        let ours = [ExecType::PendingNew, ExecType::PendingReplace, ExecType::PendingCancel].contains(&execution.exec_type);
        if self.tells_late(execution.instrument) && !ours {
            self.say(execution.instrument, Said::Report(*execution));
            let Some((_, Said::Report(said))) = self.said.last_mut() else { unreachable!("just said") };
            return said;
        }
        self.told.executions.push(*execution);
        self.told.executions.last_mut().expect("just pushed")
    }
}
