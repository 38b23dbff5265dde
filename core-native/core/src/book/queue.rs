//! Resting orders of one side: a FIFO per price, linked through the slab.
//!
//! Each order remembers how much house liquidity stood ahead of it when it joined, as a mark on the scale of its level's
//! `house_passed`: what the house has had filled ahead of our orders since the level began. Marks never decrease from the front
//! of a queue to its back, so a shrinking house level is followed by walking from the back.
// HOT: every order, fill and cancel comes through here.

use super::price_map::PriceMap;
use super::resting::{Links, NIL, RestingOrders};
use crate::paper::lost_ahead;

/// Our orders at one price.
#[derive(Clone, Copy, Debug)]
pub struct QueueLevel {
    pub(crate) head: u32,
    pub(crate) tail: u32,
    /// Sum of what the orders display, lots.
    pub shown: i64,
    /// Sum of what they have beyond that, lots.
    pub hidden: i64,
    /// House quantity that was filled ahead of our orders here.
    pub(crate) house_passed: i64,
}

impl Default for QueueLevel {
    fn default() -> Self {
        Self { head: NIL, tail: NIL, shown: 0, hidden: 0, house_passed: 0 }
    }
}

/// Orders of one side, by signed price (see `PriceMap`).
#[derive(Clone, Debug, Default)]
pub struct QueueSide {
    pub(crate) levels: PriceMap<QueueLevel>,
}

impl QueueSide {
    /// Appends an order to the queue of its key, behind `house_ahead` lots of house liquidity.
    #[inline]
    pub(crate) fn push_back(&mut self, orders: &mut RestingOrders, slot: u32, house_ahead: i64) {
        let (key, shown) = {
            let order = orders.get(slot);
            (order.key, order.shown)
        };
        let level = self.levels.get_or_insert(key);
        level.shown += shown;
        level.hidden += orders.reserves[slot as usize].hidden;
        link_last(level, orders, slot, house_ahead);
    }

    /// Takes an order out of its queue, wherever it stands.
    #[inline]
    pub(crate) fn unlink(&mut self, orders: &mut RestingOrders, slot: u32) {
        let (key, shown) = {
            let order = orders.get(slot);
            (order.key, order.shown)
        };
        let level = self.levels.get_mut(key).expect("a queued order has a level");
        level.shown -= shown;
        if level.hidden > 0 {
            level.hidden -= orders.reserves[slot as usize].hidden;
        }
        unlink_from(level, orders, slot);
        if level.head == NIL {
            assert!(level.shown == 0 && level.hidden == 0, "an empty queue has no quantity");
            self.levels.remove(key);
        }
    }

    /// Fills `qty` of an order's displayed part; the next part is displayed at the back of the queue, behind `house_ahead`.
    /// Returns what it has left; an order with nothing left has left the queue.
    #[inline]
    pub(crate) fn fill(&mut self, orders: &mut RestingOrders, slot: u32, qty: i64, house_ahead: i64) -> i64 {
        let order = orders.get_mut(slot);
        assert!(qty > 0 && qty <= order.shown, "only what is displayed fills");
        let key = order.key;
        order.shown -= qty;
        let shown = order.shown;
        let level = self.levels.get_mut(key).expect("a queued order has a level");
        level.shown -= qty;
        let hidden = if level.hidden == 0 { 0 } else { orders.reserves[slot as usize].hidden };
        if shown > 0 {
            return shown + hidden;
        }
        unlink_from(level, orders, slot);
        if hidden > 0 {
            let reserve = &mut orders.reserves[slot as usize];
            let next = if reserve.display == 0 { hidden } else { hidden.min(reserve.display) };
            reserve.hidden -= next;
            orders.get_mut(slot).shown = next;
            level.shown += next;
            level.hidden -= next;
            link_last(level, orders, slot, house_ahead);
        } else if level.head == NIL {
            self.levels.remove(key);
        }
        hidden
    }

    /// Takes quantity from an order that keeps its place: hidden first. What is left must be positive.
    pub(crate) fn reduce(&mut self, orders: &mut RestingOrders, slot: u32, qty: i64) {
        let key = orders.get(slot).key;
        let level = self.levels.get_mut(key).expect("a queued order has a level");
        let reserve = &mut orders.reserves[slot as usize];
        let from_hidden = qty.min(reserve.hidden);
        let from_shown = qty - from_hidden;
        reserve.hidden -= from_hidden;
        let order = orders.get_mut(slot);
        assert!(from_shown < order.shown, "an order that loses everything leaves the queue");
        order.shown -= from_shown;
        level.hidden -= from_hidden;
        level.shown -= from_shown;
    }

    /// The queue at a price.
    #[inline]
    pub fn level(&self, key: i64) -> Option<&QueueLevel> {
        self.levels.get(key)
    }

    /// What is displayed at a price, lots.
    #[inline]
    pub fn shown(&self, key: i64) -> i64 {
        self.levels.get(key).map_or(0, |level| level.shown)
    }

    /// House liquidity ahead of an order, given what is available at its price.
    pub(crate) fn house_ahead(&self, orders: &RestingOrders, slot: u32, available: i64) -> i64 {
        let mark = orders.reserves[slot as usize].house_mark;
        self.levels.get(orders.get(slot).key).map_or(0, |level| (mark - level.house_passed).clamp(0, available.max(0)))
    }

    /// The house at a price shrank to `available`: nobody has more than that ahead.
    pub(crate) fn clamp_house_ahead(&mut self, orders: &mut RestingOrders, key: i64, available: i64) {
        let Some(level) = self.levels.get(key) else { return };
        let mark_max = level.house_passed + available;
        let mut slot = level.tail;
        while slot != NIL {
            let reserve = &mut orders.reserves[slot as usize];
            if reserve.house_mark <= mark_max {
                break;
            }
            reserve.house_mark = mark_max;
            slot = orders.links[slot as usize].prev;
        }
    }

    /// The house at a price shrank to `available`, and `lost` of that left without a trade: of that each order is taken to have had
    /// ahead what the probabilistic model says. Nobody passes another.
    pub(crate) fn lose_house(&mut self, orders: &mut RestingOrders, key: i64, available: i64, lost: i64, power: u8) {
        let Some(level) = self.levels.get(key) else { return };
        let before = available + lost;
        let (mut slot, mut ahead_min) = (level.head, 0);
        while slot != NIL {
            let reserve = &mut orders.reserves[slot as usize];
            let ahead = (reserve.house_mark - level.house_passed).clamp(0, before);
            ahead_min = (ahead - lost_ahead(power, ahead, before - ahead, lost)).max(ahead_min);
            reserve.house_mark = level.house_passed + ahead_min;
            slot = orders.links[slot as usize].next;
        }
    }

    /// House liquidity ahead of our orders at a price was filled by others.
    pub(crate) fn pass_house(&mut self, key: i64, qty: i64) {
        if let Some(level) = self.levels.get_mut(key) {
            level.house_passed += qty;
        }
    }
}

#[inline]
fn link_last(level: &mut QueueLevel, orders: &mut RestingOrders, slot: u32, house_ahead: i64) {
    let tail = level.tail;
    let mark_floor = if tail == NIL { i64::MIN } else { orders.reserves[tail as usize].house_mark };
    orders.reserves[slot as usize].house_mark = (level.house_passed + house_ahead).max(mark_floor);
    orders.links[slot as usize] = Links { next: NIL, prev: tail };
    if tail == NIL {
        level.head = slot;
    } else {
        orders.links[tail as usize].next = slot;
    }
    level.tail = slot;
}

#[inline]
fn unlink_from(level: &mut QueueLevel, orders: &mut RestingOrders, slot: u32) {
    let Links { next, prev } = orders.links[slot as usize];
    if prev == NIL {
        level.head = next;
    } else {
        orders.links[prev as usize].next = next;
    }
    if next == NIL {
        level.tail = prev;
    } else {
        orders.links[next as usize].prev = prev;
    }
}
