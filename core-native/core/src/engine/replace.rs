//! OrderCancelReplaceRequest. Less quantity at the same price keeps time priority; anything else loses it.

use super::{Core, RequestNames};
use crate::account::WorkingSide;
use crate::command::ReplaceOrder;
use crate::event::Event;
use crate::order::{ExecReason, ExecType};
use crate::refusal::{Refusal, RefusalCode, RequestKind};
use crate::risk::{self, Terms};
use crate::units::{InstrumentId, checked_product};

impl Core {
    pub(super) fn replace(&mut self, request: &ReplaceOrder, events: &mut Vec<Event>) {
        let mut names = RequestNames {
            kind: RequestKind::Replace,
            account: request.account,
            instrument: InstrumentId(0),
            cl_ord_id: request.cl_ord_id,
            orig_cl_ord_id: request.target.orig_cl_ord_id,
        };
        match self.check_replace(request, &mut names) {
            Ok((account, slot)) => self.carry_out_replace(account, slot, request, events),
            Err(refusal) => events.push(names.refused(refusal)),
        }
    }

    /// The order must be known before its other rules can be looked up, so UNKNOWN_ORDER comes early here.
    fn check_replace(&self, request: &ReplaceOrder, names: &mut RequestNames) -> Result<(usize, u32), Refusal> {
        let account = self.user_account(request.account).ok_or(Refusal::plain(RefusalCode::AccountNotPermitted))?;
        risk::check_trading_state(&self.accounts[account])?;
        let slot = self.find_order(account, &request.target)?;
        let order = self.orders.get(slot);
        names.instrument = order.instrument;
        names.orig_cl_ord_id = order.cl_ord_id;
        let instrument = &self.instruments[self.instrument_index[&order.instrument]];
        let leaves = order.leaves_qty().0;
        let notional = checked_product(leaves, order.price.0, instrument.definition.tick_lot_minor)
            .expect("a working order's value was checked");
        let terms = Terms {
            cl_ord_id: request.cl_ord_id,
            side: order.side,
            ord_type: order.ord_type,
            order_qty: request.order_qty,
            cum_qty: order.cum_qty,
            price: request.price,
            replaced: Some(WorkingSide { qty: leaves, notional }),
        };
        risk::check(&self.accounts[account], instrument, &terms)?;
        Ok((account, slot))
    }

    fn carry_out_replace(&mut self, account: usize, slot: u32, request: &ReplaceOrder, events: &mut Vec<Event>) {
        let before = self.orders.get(slot).clone();
        let instrument = self.instrument_index[&before.instrument];
        self.accounts[account].remember_name(request.cl_ord_id, before.order_id, &self.orders);
        if request.order_qty <= before.cum_qty {
            // Nothing is left of it: what was filled stands, the rest ends.
            self.take_out_named(account, slot, ExecReason::ReplaceBelowCum, request.cl_ord_id, events);
            self.settle(events);
            return;
        }
        let priority_kept = request.price == before.price && request.order_qty <= before.order_qty;
        if priority_kept {
            let less = before.order_qty.0 - request.order_qty.0;
            let queue = &mut self.instruments[instrument].book.side_mut(before.side).queue;
            queue.levels.get_mut(&before.price).expect("a resting order has a level").qty -= less;
            let order = self.orders.get_mut(slot);
            order.order_qty = request.order_qty;
            order.cl_ord_id = request.cl_ord_id;
            let order = order.clone();
            self.add_working(account, instrument, before.side, -less, before.price);
            self.touch_level(before.side, before.price);
            self.report_replaced(account, &order, &before, true, events);
        } else {
            let mut order = self.unlink(account, slot);
            self.add_working(account, instrument, before.side, -before.leaves_qty().0, before.price);
            self.touch_level(before.side, before.price);
            order.order_qty = request.order_qty;
            order.price = request.price;
            order.cl_ord_id = request.cl_ord_id;
            self.report_replaced(account, &order, &before, false, events);
            self.work(account, instrument, &mut order, events);
        }
        self.settle(events);
    }

    fn report_replaced(
        &mut self,
        account: usize,
        order: &crate::order::Order,
        before: &crate::order::Order,
        priority_kept: bool,
        events: &mut Vec<Event>,
    ) {
        let orig_cl_ord_id = before.cl_ord_id;
        self.report(account, order, ExecType::Replaced, ExecReason::None, events, |execution| {
            execution.orig_cl_ord_id = orig_cl_ord_id;
            execution.priority_kept = priority_kept;
        });
    }
}
