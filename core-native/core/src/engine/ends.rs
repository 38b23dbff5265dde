//! The ways in which an order becomes less or ends, other than by filling.
//!
//! Every live order ends in exactly one of these: its last fill (`linked::after_fill`), `end`, or `finish`, and each leads to
//! `retire`, which takes it out of everything that knew it.

use super::Core;
use super::linked::{Group, LeftPlace};
use crate::event::{Event, Execution};
use crate::order::{ExecReason, ExecType, Place, TimeInForce};
use crate::refusal::Refusal;
use crate::trade::EndedOrder;
use crate::units::{OrderId, QtyLots, TsNs};

/// What comes with time, by what goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    End,
    Arrival,
    Report,
}

impl Core {
    /// Lets happen what is due, before the command that brought the time: by time, and at one time first the ends of orders, then
    /// arrivals at a venue, then reports from there. Ends that follow each other are settled once.
    pub(super) fn pass_time(&mut self, events: &mut Vec<Event>) {
        let mut is_settled = true;
        while let Some((due, next)) = self.next_due().filter(|&(due, _)| due <= self.ts) {
            if next != Due::End && !is_settled {
                self.settle(events);
                is_settled = true;
                // What it led to may be due, too.
                continue;
            }
            match next {
                Due::End => {
                    self.end_next(due, events);
                    is_settled = false;
                }
                Due::Arrival => self.arrive(events),
                Due::Report => self.tell_late(events),
            }
        }
        if !is_settled {
            self.settle(events);
        }
    }

    /// What is due next, and when.
    fn next_due(&self) -> Option<(TsNs, Due)> {
        let end = self.ends.first().map(|(end, _)| (end, Due::End));
        let arrival = self.transit.next_due().map(|due| (due, Due::Arrival));
        let report = self.late.next_due().map(|due| (due, Due::Report));
        [end, arrival, report].into_iter().flatten().min()
    }

    /// When the next order ends by itself, request arrives or report is told. A `Tick` at or after that time lets it happen, where
    /// no other command comes first.
    pub fn next_due_ts(&self) -> Option<TsNs> {
        self.next_due().map(|(due, _)| due)
    }

    /// Ends the order whose own time has come.
    fn end_next(&mut self, end: TsNs, events: &mut Vec<Event>) {
        let (_, id) = self.ends.first().expect("one is due");
        let slot = self.orders.slot_of(id).unwrap_or_else(|| panic!("{id:?} ends at {end:?} and is not live"));
        let reason = match self.orders.get(slot).terms.time_in_force {
            TimeInForce::Day => ExecReason::SessionClosed,
            _ => ExecReason::TimeReached,
        };
        self.end(slot, ExecType::Expired, reason, events);
    }

    /// Ends a live order: out of its queue, reported, and told to those that are linked to it.
    pub(super) fn end(&mut self, slot: u32, exec_type: ExecType, reason: ExecReason, events: &mut Vec<Event>) {
        self.end_with(slot, exec_type, reason, events, |_| {});
    }

    /// The same for an order that a check refused late.
    pub(super) fn end_refused(&mut self, slot: u32, refusal: Refusal, events: &mut Vec<Event>) {
        self.end_with(slot, ExecType::Rejected, ExecReason::Refused, events, |execution| execution.refusal = Some(refusal));
    }

    pub(super) fn end_with(
        &mut self,
        slot: u32,
        exec_type: ExecType,
        reason: ExecReason,
        events: &mut Vec<Event>,
        edit: impl FnOnce(&mut Execution),
    ) {
        self.leave_queue(slot);
        self.report(slot, exec_type, reason, events, edit);
        self.retire(slot, reason, events);
    }

    /// Takes quantity from a live order. One with nothing left ends, but for a child whose parent may still fill. The other leg of
    /// a pair loses as much, unless it was the cause.
    pub(super) fn reduce(&mut self, slot: u32, qty: i64, reason: ExecReason, events: &mut Vec<Event>) {
        let id = self.orders.get(slot).order_id;
        let leaves = self.orders.get(slot).leaves_qty().0;
        assert!(qty > 0 && qty <= leaves, "an order is reduced by no more than it has left");
        let ends = qty == leaves && !self.has_live_parent(slot);
        if qty < leaves {
            self.shrink(slot, qty);
        } else {
            self.stand_idle(slot);
            self.orders.get_mut(slot).terms.order_qty.0 -= qty;
        }
        self.report(slot, if ends { ExecType::Canceled } else { ExecType::Restated }, reason, events, |_| {});
        if reason != ExecReason::Linked {
            self.reduce_sibling(slot, qty, events);
        }
        if ends && self.is_live(slot, id) {
            self.retire(slot, reason, events);
        }
    }

    /// Takes an order out of everything that would let it trade: queues, triggers, and the line of elected orders.
    pub(super) fn stand_idle(&mut self, slot: u32) {
        self.leave_queue(slot);
        self.forget_trailing(slot);
        if std::mem::take(&mut self.orders.get_mut(slot).queued) {
            let waiting = self.scratch.elected_from;
            if let Some(at) = self.scratch.elected[waiting..].iter().position(|&(_, other)| other == slot) {
                self.scratch.elected.remove(waiting + at);
            }
        }
    }

    /// Takes part of an order's quantity, wherever it is; something is left.
    pub(super) fn shrink(&mut self, slot: u32, qty: i64) {
        let holding = self.holding_of(slot);
        let instrument = holding.instrument;
        let order = self.orders.get_mut(slot);
        order.terms.order_qty.0 -= qty;
        if order.place == Place::Book {
            let (side, price) = (order.side(), order.work_price);
            self.instruments[instrument].book.reduce(&mut self.orders.resting, slot, qty);
            self.add_working(holding, side, -qty, price);
            self.touch_level(instrument, side, price);
        } else if order.place == Place::OnTheWay {
            let (side, price) = (order.side(), order.work_price);
            self.add_working(holding, side, -qty, price);
        }
        self.touch_holding(holding, false);
    }

    /// Takes an order out of book or triggers, if it is there.
    pub(super) fn leave_queue(&mut self, slot: u32) {
        let holding = self.holding_of(slot);
        let instrument = holding.instrument;
        let order = self.orders.get_mut(slot);
        let place = std::mem::take(&mut order.place);
        match place {
            Place::Nowhere => {}
            Place::Book => {
                let (side, price, leaves) = (order.side(), order.work_price, order.leaves_qty().0);
                self.instruments[instrument].book.unlink(&mut self.orders.resting, slot);
                self.add_working(holding, side, -leaves, price);
                self.touch_level(instrument, side, price);
            }
            Place::Triggers => self.leave_triggers(slot),
            Place::OnTheWay => {
                let (side, price, leaves) = (order.side(), order.work_price, order.leaves_qty().0);
                self.add_working(holding, side, -leaves, price);
            }
        }
        self.touch_holding(holding, false);
    }

    /// Forgets an order whose terminal report was told, and tells those that are linked to it.
    pub(super) fn retire(&mut self, slot: u32, reason: ExecReason, events: &mut Vec<Event>) {
        let filled = self.orders.get(slot).cum_qty > QtyLots(0);
        if let Some(left) = self.forget(slot, reason) {
            self.after_end(left, filled, events);
        }
    }

    /// Forgets an order whose terminal report was told. It is in no queue.
    pub(super) fn forget(&mut self, slot: u32, reason: ExecReason) -> Option<LeftPlace> {
        let holding = self.holding_of(slot);
        let list = self.groups.get(self.orders.get(slot).group).map_or(OrderId(0), Group::list);
        let order = self.orders.get(slot);
        assert!(order.status.is_terminal() && order.place == Place::Nowhere, "only what is over is forgotten: {order:?}");
        self.forget_trailing(slot);
        let order = self.orders.get(slot);
        let (end, is_exit) = (order.end, order.terms.reduce_only);
        if order.cum_qty.0 > 0 {
            self.trades.remember_ended(EndedOrder {
                order_id: order.order_id,
                cl_ord_id: order.cl_ord_id,
                terms: order.terms,
                status: order.status,
                reason,
                cum_qty: order.cum_qty,
                cum_lot_ticks: order.cum_lot_ticks,
                created: order.created,
                session: order.session,
                list,
                contingency: self.groups.get(order.group).map(|group| group.contingency),
            });
        }
        if is_exit {
            self.exit_position_mut(slot).exit_count -= 1;
        }
        self.accounts[holding.account].unlink_order(&mut self.orders, slot);
        let group = self.leave_group(slot);
        self.orders.remove(slot);
        if end.0 > 0 {
            self.ends.forget_one(&self.orders.resting);
        }
        self.touch_holding(holding, false);
        group
    }
}
