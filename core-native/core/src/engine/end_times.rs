//! When live orders end by themselves: a heap from which ended orders are taken out late.
//!
//! Invariant: every live order with an end is in it, and the first is live. An entry whose order ended otherwise stays until it comes
//! to the front, or until there are more such entries than others. Allocates only when it holds more than ever before.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::book::RestingOrders;
use crate::units::{OrderId, TsNs};

/// Below this many entries it is not worth looking for ended orders.
const SWEEP_MIN: usize = 64;

/// The ends of orders, the next one first.
#[derive(Debug, Default)]
pub(super) struct EndTimes {
    heap: BinaryHeap<Reverse<(TsNs, OrderId)>>,
    live_count: usize,
}

impl EndTimes {
    /// The next end.
    pub(super) fn first(&self) -> Option<(TsNs, OrderId)> {
        self.heap.peek().map(|&Reverse(end)| end)
    }

    pub(super) fn insert(&mut self, end: TsNs, id: OrderId) {
        self.heap.push(Reverse((end, id)));
        self.live_count += 1;
    }

    /// An order with an end is gone: it is in `orders` no more.
    pub(super) fn forget_one(&mut self, orders: &RestingOrders) {
        self.live_count -= 1;
        if self.heap.len() > SWEEP_MIN && self.heap.len() > 2 * self.live_count {
            self.heap.retain(|&Reverse((_, id))| orders.slot_of(id).is_some());
        }
        while self.heap.peek().is_some_and(|&Reverse((_, id))| orders.slot_of(id).is_none()) {
            self.heap.pop();
        }
    }
}
