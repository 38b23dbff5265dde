//! Lists after their acceptance: what orders are to each other, and what the end of one means for the others.

use jware_core::order::{ClOrdId, ExecReason, ExecType, OrdStatus};
use jware_core::refusal::Refusal;
use jware_core::units::OrderId;

use super::tell::report;
use super::{Closed, Naive, Order, Place, Role};

impl Naive {
    /// The other leg or exit, while it is live.
    pub(super) fn sibling(&self, order: &Order) -> Option<OrderId> {
        let other = |o: &&Order| o.list == order.list && o.role == order.role && o.id != order.id && o.place != Place::Ghost;
        self.orders.iter().filter(|_| order.has_sibling()).find(other).map(|other| other.id)
    }

    /// The live children of a parent, in their order.
    pub(super) fn children(&self, parent: &Order) -> Vec<OrderId> {
        let mut children: Vec<OrderId> =
            self.orders.iter().filter(|o| o.is_child() && o.list == parent.id).map(|o| o.id).collect();
        children.sort();
        children
    }

    /// Whether a child with nothing left would wait for its parent's next fill instead of ending.
    pub(super) fn is_kept_by_parent(&self, order: &Order) -> bool {
        order.is_child() && (self.live(order.list).is_some() || self.filling == Some(order.list))
    }

    /// A parent filled: its child has more to work with, and may go to work.
    pub(super) fn release(&mut self, id: OrderId, qty: i128) {
        self.live_mut(id).qty += qty;
        self.tell(id, ExecType::Restated, ExecReason::Linked);
        let order = *self.live(id).expect("a live order");
        if order.place == Place::Elected {
            return;
        }
        if order.untriggered() {
            self.live_mut(id).place = Place::Triggers;
        } else {
            self.elect(id);
        }
    }

    /// A child that has nothing left: it waits, out of book and queues.
    pub(super) fn set_aside(&mut self, id: OrderId) {
        self.queue.retain(|other| *other != id);
        self.live_mut(id).place = Place::Aside;
    }

    /// Takes an order out of everything, telling nobody.
    pub(super) fn forget(&mut self, order: &Order) {
        self.queue.retain(|other| *other != order.id);
        self.orders.retain(|other| other.id != order.id);
    }

    /// Ends an order, tells why, and ends what ends with it.
    pub(super) fn end(&mut self, id: OrderId, exec_type: ExecType, reason: ExecReason) {
        self.end_with(id, exec_type, reason, None, ClOrdId::EMPTY);
    }

    pub(super) fn end_with(
        &mut self,
        id: OrderId,
        exec_type: ExecType,
        reason: ExecReason,
        refusal: Option<Refusal>,
        request: ClOrdId,
    ) {
        let order = self.end_alone(id, exec_type, reason, refusal, request);
        self.follow_end(&order);
    }

    /// The end itself, without its consequences for others.
    pub(super) fn end_alone(
        &mut self,
        id: OrderId,
        exec_type: ExecType,
        reason: ExecReason,
        refusal: Option<Refusal>,
        request: ClOrdId,
    ) -> Order {
        let order = *self.live(id).expect("a live order");
        let status = match exec_type {
            ExecType::Canceled => OrdStatus::Canceled,
            ExecType::Expired => OrdStatus::Expired,
            ExecType::Rejected => OrdStatus::Rejected,
            ExecType::Restated => OrdStatus::Filled,
            other => panic!("{other:?} ends nothing"),
        };
        self.forget(&order);
        let mut execution = report(&order, exec_type, status, reason);
        execution.refusal = refusal;
        if !request.is_empty() {
            (execution.cl_ord_id, execution.orig_cl_ord_id) = (request, order.name);
        }
        self.push(&execution);
        self.closed.push(Closed { order, status, reason });
        self.pass_name(order.account, order.name);
        order
    }

    /// What follows from an end that was just told.
    pub(super) fn follow_end(&mut self, order: &Order) {
        if let Some(sibling) = self.sibling(order) {
            self.end(sibling, ExecType::Canceled, ExecReason::Linked);
        }
        if order.role != Role::Parent {
            return;
        }
        for id in self.children(order) {
            let Some(child) = self.live(id).copied() else { continue };
            if child.leaves() == 0 {
                let exec_type = if child.cum > 0 { ExecType::Restated } else { ExecType::Canceled };
                self.end_alone(id, exec_type, ExecReason::Linked, None, ClOrdId::EMPTY);
            } else if order.cum == 0 {
                self.end(id, ExecType::Canceled, ExecReason::Linked);
            }
        }
    }
}
