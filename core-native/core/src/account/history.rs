//! What an account's requests were called, and what became of them: so that the same request again gets the same answer.
//!
//! Invariant: a name is here while it is one of the last `CL_ORD_ID_WINDOW`, and as long as a live order is called by it. What a
//! closed order was is kept until the first of its names goes.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::limits::CL_ORD_ID_WINDOW;
use crate::order::{ClOrdId, ExecReason, OrdStatus, OrderSlab};
use crate::trade::EndedOrder;
use crate::units::{OrderId, PriceTicks, QtyLots, SessionId, TsNs};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedRequest {
    /// The order that was made or changed.
    pub order_id: OrderId,
    /// A hash of the request's content; 0 where it is not to be answered again.
    pub content: u64,
}

/// What an order was when it ended; its names are in the requests that ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedOrder {
    /// How it ended.
    pub status: OrdStatus,
    /// Why.
    pub reason: ExecReason,
    /// Total quantity at its end.
    pub order_qty: QtyLots,
    /// Limit price at its end.
    pub price: PriceTicks,
    /// Trigger price at its end.
    pub trigger_price: PriceTicks,
    /// Filled.
    pub cum_qty: QtyLots,
    /// Sum of fill quantity times price.
    pub cum_lot_ticks: i64,
    /// When it was accepted.
    pub created: TsNs,
    /// The session it came in on.
    pub session: SessionId,
    /// Its list, 0 = none.
    pub list: OrderId,
}

/// Names and closed orders of one account.
#[derive(Debug, Default)]
pub struct History {
    names: FxHashMap<ClOrdId, NamedRequest>,
    /// The same, oldest first, so that the window can slide.
    order: VecDeque<ClOrdId>,
    closed: FxHashMap<OrderId, ClosedOrder>,
}

impl History {
    /// What a name stands for.
    #[inline]
    pub fn named(&self, name: ClOrdId) -> Option<NamedRequest> {
        self.names.get(&name).copied()
    }

    /// A closed order that is still remembered.
    pub fn closed(&self, id: OrderId) -> Option<&ClosedOrder> {
        self.closed.get(&id)
    }

    /// Remembers a name; the oldest that no live order is called by makes room.
    pub(crate) fn remember_name(&mut self, name: ClOrdId, request: NamedRequest, orders: &OrderSlab) {
        self.names.insert(name, request);
        self.order.push_back(name);
        if self.order.len() <= CL_ORD_ID_WINDOW {
            return;
        }
        // A live order keeps the name it has now: that goes to the back and the next oldest is looked at. Names it had
        // before it was replaced make room like any other, or one order replaced all day would hold them all.
        for _ in 0..self.order.len() {
            let Some(oldest) = self.order.pop_front() else { return };
            let id = self.names.get(&oldest).map_or(OrderId(0), |request| request.order_id);
            if orders.find(id).is_some_and(|order| order.cl_ord_id == oldest) {
                self.order.push_back(oldest);
            } else {
                self.names.remove(&oldest);
                self.closed.remove(&id);
                return;
            }
        }
    }

    /// Remembers how an order ended. Orders without a name (the engine's own) are nobody's to ask for.
    pub(crate) fn remember_closed(&mut self, id: OrderId, name: ClOrdId, closed: ClosedOrder) {
        if !name.is_empty() {
            self.closed.insert(id, closed);
        }
    }

    /// A trade of a closed order was taken back or corrected: who asks for the order again is told what it came to.
    pub(crate) fn correct_closed(&mut self, order: &EndedOrder) {
        if let Some(closed) = self.closed.get_mut(&order.order_id) {
            (closed.status, closed.order_qty) = (order.status, order.terms.order_qty);
            (closed.cum_qty, closed.cum_lot_ticks) = (order.cum_qty, order.cum_lot_ticks);
        }
    }

    /// What a snapshot remembered: names, oldest first, and closed orders.
    pub(crate) fn restore(&mut self, names: Vec<(ClOrdId, NamedRequest)>, closed: Vec<(OrderId, ClosedOrder)>) {
        self.order.extend(names.iter().map(|&(name, _)| name));
        self.names.extend(names);
        self.closed.extend(closed);
    }

    /// Names in the window, oldest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&ClOrdId, &NamedRequest)> {
        self.order.iter().filter_map(|name| self.names.get_key_value(name))
    }

    /// Closed orders, by id.
    pub(crate) fn closed_by_id(&self) -> Vec<(OrderId, ClosedOrder)> {
        let mut closed: Vec<_> = self.closed.iter().map(|(&id, &closed)| (id, closed)).collect();
        closed.sort_unstable_by_key(|&(id, _)| id);
        closed
    }
}
