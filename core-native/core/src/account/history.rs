//! What an account's requests were called, and what became of them: so that the same request again gets the same answer.
//!
//! Invariant: a name is here while it is one of the last `CL_ORD_ID_WINDOW`, and as long as a live order is called by it. What a
//! closed order was is kept until the first of its names goes.
//!
//! Names stand in a ring, oldest first, a cache line each, and a small index finds them: an order costs two lines of memory that
//! nothing has touched for a while, and growth moves eight bytes a name.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::name_index::NameIndex;
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

/// Stands for no closed order.
const NONE: u32 = u32::MAX;

/// A name in the window.
#[derive(Clone, Copy, Debug)]
struct Entry {
    name: ClOrdId,
    /// Whether the order had another name before.
    is_renamed: bool,
    /// Where its order's end is, if it has ended under its only name; else `NONE`.
    closed: u32,
    request: NamedRequest,
}

/// Names and closed orders of one account.
#[derive(Debug, Default)]
pub struct History {
    /// Oldest first, so that the window can slide.
    ring: VecDeque<Entry>,
    /// Number of the oldest in the ring, over all that there ever were; wraps.
    oldest: u32,
    index: NameIndex,
    closed: Vec<ClosedOrder>,
    free: Vec<u32>,
    /// Closed orders that had several names, each of which asks for it: few.
    renamed: FxHashMap<OrderId, ClosedOrder>,
}

impl History {
    /// What a name stands for.
    #[inline]
    pub fn named(&self, name: ClOrdId) -> Option<NamedRequest> {
        self.find(&name).map(|at| self.ring[at].request)
    }

    /// What became of the order that a name stands for, if it has ended.
    pub fn closed(&self, name: ClOrdId) -> Option<&ClosedOrder> {
        let entry = &self.ring[self.find(&name)?];
        self.closed.get(entry.closed as usize).or_else(|| self.renamed.get(&entry.request.order_id))
    }

    /// Remembers a name; the oldest that no live order is called by makes room. `is_renamed`: the order has another name already.
    pub(crate) fn remember_name(&mut self, name: ClOrdId, request: NamedRequest, is_renamed: bool, orders: &OrderSlab) {
        self.push(Entry { name, is_renamed, closed: NONE, request });
        // The order may end under the name that it has, by this replace or before that arrives: its end then has to serve both.
        let before = orders.find(request.order_id).filter(|_| is_renamed).and_then(|order| self.find(&order.cl_ord_id));
        if let Some(before) = before {
            self.ring[before].is_renamed = true;
        }
        if self.ring.len() <= CL_ORD_ID_WINDOW {
            return;
        }
        // A live order keeps the name it has now: that goes to the back and the next oldest is looked at. Names it had
        // before it was replaced make room like any other, or one order replaced all day would hold them all.
        for _ in 0..self.ring.len() {
            let Some(oldest) = self.pop() else { return };
            let id = oldest.request.order_id;
            if orders.find(id).is_some_and(|order| order.cl_ord_id == oldest.name) {
                self.push(oldest);
                continue;
            }
            if oldest.closed != NONE {
                self.free.push(oldest.closed);
            }
            if !self.renamed.is_empty() {
                self.renamed.remove(&id);
            }
            return;
        }
    }

    /// Remembers how an order ended. Orders without a name (the engine's own) are nobody's to ask for.
    pub(crate) fn remember_closed(&mut self, id: OrderId, name: &ClOrdId, closed: ClosedOrder) {
        let Some(at) = self.find(name) else { return };
        if self.ring[at].is_renamed {
            self.renamed.insert(id, closed);
            return;
        }
        let place = if let Some(place) = self.free.pop() {
            self.closed[place as usize] = closed;
            place
        } else {
            self.closed.push(closed);
            u32::try_from(self.closed.len() - 1).expect("no more than there are names")
        };
        self.ring[at].closed = place;
    }

    /// A trade of a closed order was taken back or corrected: who asks for the order again is told what it came to.
    pub(crate) fn correct_closed(&mut self, order: &EndedOrder) {
        // The name may be another order's by now.
        let only = self.find(&order.cl_ord_id).map(|at| &self.ring[at]);
        let only = only.filter(|entry| entry.request.order_id == order.order_id).map(|entry| entry.closed as usize);
        let known = match only {
            Some(place) if place < self.closed.len() => self.closed.get_mut(place),
            _ => self.renamed.get_mut(&order.order_id),
        };
        if let Some(closed) = known {
            (closed.status, closed.order_qty) = (order.status, order.terms.order_qty);
            (closed.cum_qty, closed.cum_lot_ticks) = (order.cum_qty, order.cum_lot_ticks);
        }
    }

    /// What a snapshot remembered: names, oldest first, and closed orders.
    pub(crate) fn restore(&mut self, names: Vec<(ClOrdId, NamedRequest)>, closed: Vec<(OrderId, ClosedOrder)>) {
        let mut counts: FxHashMap<OrderId, u32> = FxHashMap::default();
        for (_, request) in &names {
            *counts.entry(request.order_id).or_default() += 1;
        }
        let mut last_name: FxHashMap<OrderId, ClOrdId> = FxHashMap::default();
        for (name, request) in names {
            let is_renamed = counts.get(&request.order_id).is_some_and(|&count| count > 1);
            last_name.insert(request.order_id, name);
            self.push(Entry { name, is_renamed, closed: NONE, request });
        }
        for (id, closed) in closed {
            if let Some(name) = last_name.get(&id) {
                self.remember_closed(id, name, closed);
            }
        }
    }

    /// Names in the window, oldest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&ClOrdId, &NamedRequest)> {
        self.ring.iter().map(|entry| (&entry.name, &entry.request))
    }

    /// Closed orders, by id.
    pub(crate) fn closed_by_id(&self) -> Vec<(OrderId, ClosedOrder)> {
        let only = self.ring.iter().filter(|entry| entry.closed != NONE);
        let only = only.map(|entry| (entry.request.order_id, self.closed[entry.closed as usize]));
        let mut closed: Vec<_> = only.chain(self.renamed.iter().map(|(&id, &closed)| (id, closed))).collect();
        closed.sort_unstable_by_key(|&(id, _)| id);
        closed
    }

    /// Where in the ring a name is.
    #[inline]
    fn find(&self, name: &ClOrdId) -> Option<usize> {
        let place = |number: u32| number.wrapping_sub(self.oldest) as usize;
        self.index.get(name, |number| self.ring[place(number)].name == *name).map(place)
    }

    #[allow(clippy::cast_possible_truncation, reason = "numbers wrap")]
    fn push(&mut self, entry: Entry) {
        self.index.insert(&entry.name, self.oldest.wrapping_add(self.ring.len() as u32));
        self.ring.push_back(entry);
    }

    fn pop(&mut self) -> Option<Entry> {
        let entry = self.ring.pop_front()?;
        self.index.remove(&entry.name, self.oldest);
        self.oldest = self.oldest.wrapping_add(1);
        Some(entry)
    }
}
