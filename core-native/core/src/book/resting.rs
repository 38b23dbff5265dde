//! The part of an order that matching touches, 32 bytes, and the slab that all of them live in.
//!
//! Invariant: an order has one slot from its acceptance to its end. While it is in a queue (of a book or of triggers), `key`
//! says where and the links hold it there; `shown` and `hidden` are what it has left in a book. What is not needed for every
//! fill (reserve, links) lies in arrays of its own, so that twice as many orders fit a cache.
// HOT: half a cache line per order.

use super::id_map::OrderIdMap;
use crate::order::Side;
use crate::units::{OrderId, PriceTicks};

/// No slot: the end of a list.
pub const NIL: u32 = u32::MAX;

/// The hot part of an order.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(32))]
pub struct Resting {
    /// Its id; 0 in a free slot.
    pub order_id: OrderId,
    /// Signed price in its queue: bids as they are, asks negated.
    pub(crate) key: i64,
    /// What is displayed of it, lots.
    pub shown: i64,
    /// Index of its account.
    pub owner: u32,
    /// Index of its instrument.
    pub instrument: u32,
}

const _: () = assert!(size_of::<Resting>() == 32, "two in a cache line");

/// What an order has beside what it displays, and where it stands behind the house.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reserve {
    /// What is left beyond what is displayed, lots.
    pub(crate) hidden: i64,
    /// How much is displayed at once, lots; 0 = all.
    pub(crate) display: i64,
    /// House quantity ahead of it, on the scale of its level's `house_passed`.
    pub(crate) house_mark: i64,
}

/// An order's neighbours in its queue: apart from the order, so that taking one out does not touch two others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Links {
    pub(crate) next: u32,
    pub(crate) prev: u32,
}

impl Resting {
    /// An order that is in no queue yet.
    #[must_use]
    pub const fn new(order_id: OrderId, owner: u32, instrument: u32) -> Self {
        Self { order_id, key: 0, shown: 0, owner, instrument }
    }

    /// The side it rests on.
    #[inline]
    pub const fn side(&self) -> Side {
        if self.key > 0 { Side::Buy } else { Side::Sell }
    }

    /// The price it rests at.
    #[inline]
    pub const fn price(&self) -> PriceTicks {
        PriceTicks(self.key.abs())
    }
}

/// The signed price of a side: greater is better for the one who rests there.
#[inline]
pub(crate) const fn key_of(side: Side, price: PriceTicks) -> i64 {
    match side {
        Side::Buy => price.0,
        Side::Sell => -price.0,
    }
}

/// Every live order's hot part.
#[derive(Clone, Debug, Default)]
pub struct RestingOrders {
    slots: Vec<Resting>,
    pub(crate) links: Vec<Links>,
    pub(crate) reserves: Vec<Reserve>,
    free: Vec<u32>,
    ids: OrderIdMap,
}

impl RestingOrders {
    /// Puts an order in; its slot stays until it is removed. Its id is not 0 and not there.
    #[inline]
    pub fn insert(&mut self, order: Resting) -> u32 {
        let slot = if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = order;
            slot
        } else {
            self.slots.push(order);
            self.links.push(Links { next: NIL, prev: NIL });
            self.reserves.push(Reserve::default());
            u32::try_from(self.slots.len() - 1).expect("accounts limit live orders to far below 2^32")
        };
        self.ids.insert(order.order_id, slot);
        slot
    }

    /// Takes an order out. Its links must have been undone.
    #[inline]
    pub fn remove(&mut self, slot: u32) {
        self.ids.remove(self.slots[slot as usize].order_id, |other| other == slot);
        self.slots[slot as usize].order_id = OrderId(0);
        self.free.push(slot);
    }

    /// Where an order is, if it is live.
    #[inline]
    pub fn slot_of(&self, id: OrderId) -> Option<u32> {
        self.ids.get(id, |slot| self.slots[slot as usize].order_id == id)
    }

    /// Whether a slot still holds this order.
    #[inline]
    pub fn holds(&self, slot: u32, id: OrderId) -> bool {
        self.slots[slot as usize].order_id == id
    }

    /// Reads what taking an order out would read here; gives something of it.
    #[inline]
    pub(crate) fn look_around(&self, slot: u32) -> i64 {
        let Links { next, prev } = self.links[slot as usize];
        let of = |other: u32| self.links.get(other as usize).map_or(0, |other| i64::from(other.next));
        let Resting { order_id, key, .. } = self.slots[slot as usize];
        self.ids.touch(order_id) ^ key ^ of(next) ^ of(prev)
    }

    /// An order by slot.
    #[inline]
    pub fn get(&self, slot: u32) -> &Resting {
        &self.slots[slot as usize]
    }

    /// What an order has beyond what it displays, lots.
    pub fn hidden(&self, slot: u32) -> i64 {
        self.reserves[slot as usize].hidden
    }

    /// House quantity ahead of an order, on its level's own scale.
    pub(crate) fn house_mark(&self, slot: u32) -> i64 {
        self.reserves[slot as usize].house_mark
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Resting {
        &mut self.slots[slot as usize]
    }

    /// How many orders are live.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Slots of the live orders, in no useful order.
    pub fn live_slots(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.slots).filter(|(_, order)| order.order_id.0 > 0).map(|(slot, _)| slot)
    }
}
