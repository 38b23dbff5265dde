//! Our own resting orders of one side: a FIFO per price, linked through the order slab.
//!
//! Each order remembers how much house liquidity stood ahead of it when it joined, as a mark on the scale of its level's
//! `house_passed`: what the house has had filled ahead of our orders since the level began. Marks never decrease from the front
//! of a queue to its back, so a shrinking house level is followed by walking from the back.

use std::collections::BTreeMap;

use crate::order::{NIL, OrderSlab};
use crate::units::PriceTicks;

/// Our orders at one price.
#[derive(Clone, Copy, Debug)]
pub struct QueueLevel {
    pub(crate) head: u32,
    pub(crate) tail: u32,
    /// Sum of the orders' leaves quantity, lots.
    pub qty: i64,
    /// House quantity that was filled ahead of our orders here.
    pub(crate) house_passed: i64,
}

/// Our orders of one side.
#[derive(Clone, Debug, Default)]
pub struct QueueSide {
    pub(crate) levels: BTreeMap<PriceTicks, QueueLevel>,
}

impl QueueSide {
    /// Appends an order to its price's queue, behind `house_ahead` lots of house liquidity.
    pub(crate) fn push_back(&mut self, orders: &mut OrderSlab, slot: u32, house_ahead: i64) {
        let (price, leaves) = {
            let order = orders.get(slot);
            (order.price, order.leaves_qty().0)
        };
        let level = self.levels.entry(price).or_insert(QueueLevel { head: NIL, tail: NIL, qty: 0, house_passed: 0 });
        let tail = level.tail;
        let mark_floor = if tail == NIL { i64::MIN } else { orders.get(tail).house_mark };
        let order = orders.get_mut(slot);
        order.house_mark = (level.house_passed + house_ahead).max(mark_floor);
        order.queue_prev = tail;
        order.queue_next = NIL;
        if tail == NIL {
            level.head = slot;
        } else {
            orders.get_mut(tail).queue_next = slot;
        }
        level.tail = slot;
        level.qty += leaves;
    }

    /// Takes an order out of its queue, wherever it stands.
    pub(crate) fn unlink(&mut self, orders: &mut OrderSlab, slot: u32) {
        let (price, leaves, prev, next) = {
            let order = orders.get(slot);
            (order.price, order.leaves_qty().0, order.queue_prev, order.queue_next)
        };
        let level = self.levels.get_mut(&price).expect("a resting order has a level");
        if prev == NIL {
            level.head = next;
        } else {
            orders.get_mut(prev).queue_next = next;
        }
        if next == NIL {
            level.tail = prev;
        } else {
            orders.get_mut(next).queue_prev = prev;
        }
        level.qty -= leaves;
        if level.head == NIL {
            assert!(level.qty == 0, "an empty queue has no quantity");
            self.levels.remove(&price);
        }
    }

    /// The queue at a price.
    pub fn level(&self, price: PriceTicks) -> Option<&QueueLevel> {
        self.levels.get(&price)
    }

    /// Our quantity at a price.
    pub fn qty(&self, price: PriceTicks) -> i64 {
        self.levels.get(&price).map_or(0, |level| level.qty)
    }

    /// House liquidity ahead of an order, given what is available at its price.
    pub(crate) fn house_ahead(&self, orders: &OrderSlab, slot: u32, available: i64) -> i64 {
        let order = orders.get(slot);
        self.levels.get(&order.price).map_or(0, |level| (order.house_mark - level.house_passed).clamp(0, available.max(0)))
    }

    /// The house at a price shrank to `available`: nobody has more than that ahead.
    pub(crate) fn clamp_house_ahead(&mut self, orders: &mut OrderSlab, price: PriceTicks, available: i64) {
        let Some(level) = self.levels.get(&price) else { return };
        let mark_max = level.house_passed + available;
        let mut slot = level.tail;
        while slot != NIL {
            let order = orders.get_mut(slot);
            if order.house_mark <= mark_max {
                break;
            }
            order.house_mark = mark_max;
            slot = order.queue_prev;
        }
    }

    /// House liquidity ahead of our orders at a price was filled by others.
    pub(crate) fn pass_house(&mut self, price: PriceTicks, qty: i64) {
        if let Some(level) = self.levels.get_mut(&price) {
            level.house_passed += qty;
        }
    }
}
