//! Where working orders live: one vector with a free list, so that an order keeps its slot and links are indices.
//!
//! Invariant: an order is in the slab exactly while it is working. It is linked into two lists: its price's queue (see
//! `book::queue`) and its account's orders, oldest first.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{ClOrdId, OrdStatus, OrdType, Side, TimeInForce};
use crate::units::{AccountId, InstrumentId, OrderId, PriceTicks, QtyLots, SessionId, TsNs};

/// No slot: the end of a list.
pub(crate) const NIL: u32 = u32::MAX;

/// A working order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Order {
    /// The engine's id.
    pub order_id: OrderId,
    /// Owner.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// Its current name.
    pub cl_ord_id: ClOrdId,
    /// Side.
    pub side: Side,
    /// Type.
    pub ord_type: OrdType,
    /// Time in force.
    pub time_in_force: TimeInForce,
    /// Total quantity.
    pub order_qty: QtyLots,
    /// Limit price (for market orders the worst price the collar allows).
    pub price: PriceTicks,
    /// Filled so far.
    pub cum_qty: QtyLots,
    /// Sum of fill quantity times price.
    pub cum_lot_ticks: i64,
    /// When it was accepted.
    pub created: TsNs,
    /// The session it came in on.
    pub session: SessionId,
    /// House quantity ahead of it at its price, on the scale of its queue's `house_passed`.
    pub(crate) house_mark: i64,
    #[serde(skip)]
    pub(crate) queue_next: u32,
    #[serde(skip)]
    pub(crate) queue_prev: u32,
    #[serde(skip)]
    pub(crate) account_next: u32,
    #[serde(skip)]
    pub(crate) account_prev: u32,
}

impl Order {
    /// Still to be filled.
    pub const fn leaves_qty(&self) -> QtyLots {
        QtyLots(self.order_qty.0 - self.cum_qty.0)
    }

    /// The state of an order that is working, or that has just been filled.
    pub const fn ord_status(&self) -> OrdStatus {
        if self.cum_qty.0 == 0 {
            OrdStatus::New
        } else if self.cum_qty.0 < self.order_qty.0 {
            OrdStatus::PartiallyFilled
        } else {
            OrdStatus::Filled
        }
    }
}

/// All working orders.
#[derive(Debug, Default)]
pub struct OrderSlab {
    slots: Vec<Option<Order>>,
    free: Vec<u32>,
    slot_by_id: FxHashMap<OrderId, u32>,
}

impl OrderSlab {
    /// Puts an order in; its slot stays until it is removed.
    pub(crate) fn insert(&mut self, order: Order) -> u32 {
        let id = order.order_id;
        let slot = if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = Some(order);
            slot
        } else {
            self.slots.push(Some(order));
            u32::try_from(self.slots.len() - 1).expect("accounts limit working orders to far below 2^32")
        };
        self.slot_by_id.insert(id, slot);
        slot
    }

    /// Takes an order out. Its links must have been undone.
    pub(crate) fn remove(&mut self, slot: u32) -> Order {
        let order = self.slots[slot as usize].take().expect("a linked slot holds an order");
        self.slot_by_id.remove(&order.order_id);
        self.free.push(slot);
        order
    }

    /// Where an order is, if it is working.
    pub(crate) fn slot_of(&self, id: OrderId) -> Option<u32> {
        self.slot_by_id.get(&id).copied()
    }

    /// A working order by id.
    pub fn find(&self, id: OrderId) -> Option<&Order> {
        self.slot_of(id).map(|slot| self.get(slot))
    }

    pub(crate) fn get(&self, slot: u32) -> &Order {
        self.slots[slot as usize].as_ref().expect("a linked slot holds an order")
    }

    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Order {
        self.slots[slot as usize].as_mut().expect("a linked slot holds an order")
    }

    /// How many orders are working.
    pub fn len(&self) -> usize {
        self.slot_by_id.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.slot_by_id.is_empty()
    }

    /// Every working order, by id.
    pub fn iter_by_id(&self) -> impl Iterator<Item = &Order> {
        let mut orders: Vec<&Order> = self.slots.iter().flatten().collect();
        orders.sort_unstable_by_key(|order| order.order_id);
        orders.into_iter()
    }
}
