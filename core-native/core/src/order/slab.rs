//! Where live orders live: the hot part in the book's slab, everything else beside it in the same slot.
//!
//! Invariant: an order is here exactly while it is live: accepted and not ended, waiting or working. It is linked into its
//! account's list, oldest first.

use serde::{Deserialize, Serialize};

use super::status::{OnTheWay, Progress};
use super::{ClOrdId, ExecType, OrdStatus, OrderTerms, Side};
use crate::book::{Resting, RestingOrders};
use crate::units::{AccountId, InstrumentId, OrderId, PriceTicks, QtyLots, SessionId, TsNs};

/// Where a live order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In no queue: being matched, elected, waiting for its parent, or a trailing stop without a trigger.
    #[default]
    Nowhere,
    /// In its instrument's book.
    Book,
    /// Among its instrument's triggers.
    Triggers,
    /// On its way to its venue, to go to work there: it holds what it would hold in the book.
    OnTheWay,
}

/// A live order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "each says one thing that its status does not")]
pub struct Order {
    /// The engine's id.
    pub order_id: OrderId,
    /// Owner.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// Its current name.
    pub cl_ord_id: ClOrdId,
    /// Its terms as they are now; the trigger price of a trailing stop is where it stands.
    pub terms: OrderTerms,
    /// Its state.
    pub status: OrdStatus,
    /// Filled so far.
    pub cum_qty: QtyLots,
    /// Sum of fill quantity times price.
    pub cum_lot_ticks: i64,
    /// When it was accepted.
    pub created: TsNs,
    /// The session it came in on.
    pub session: SessionId,
    /// A hash of what the request asked for that gave it its name; 0 where that is not to be answered again.
    pub(crate) content: u64,
    /// Whether another name was ever asked for.
    pub(crate) is_renamed: bool,
    /// When it ends by itself; 0 = never.
    pub end: TsNs,
    /// The worst price that it may trade at: its limit, or the collar. What it is held for while it is in the book.
    pub(crate) work_price: PriceTicks,
    /// The best price that a trailing stop has seen; 0 = none yet.
    pub(crate) extreme: PriceTicks,
    /// Whether its trigger has come, or it has none.
    pub(crate) triggered: bool,
    /// Whether it may wait for its trigger: not while its parent has filled nothing.
    pub(crate) released: bool,
    /// Whether it is in the queue of elected orders.
    pub(crate) queued: bool,
    pub(crate) place: Place,
    /// Index of its group, or `NIL`.
    pub(crate) group: u32,
    /// Its place in the group's list.
    pub(crate) member: u8,
    #[serde(skip)]
    pub(crate) account_next: u32,
    #[serde(skip)]
    pub(crate) account_prev: u32,
}

impl Order {
    /// Still to be filled.
    #[inline]
    pub const fn leaves_qty(&self) -> QtyLots {
        QtyLots(self.terms.order_qty.0 - self.cum_qty.0)
    }

    /// Side.
    #[inline]
    pub const fn side(&self) -> Side {
        self.terms.side
    }

    /// Whether it is working: not waiting for a trigger or a parent, not on its way, and not done.
    pub const fn is_working(&self) -> bool {
        match self.status {
            OrdStatus::Held | OrdStatus::PendingNew => false,
            // Such a status does not tell where it is.
            OrdStatus::PendingCancel | OrdStatus::PendingReplace => {
                !matches!(self.place, Place::OnTheWay) && self.triggered && self.leaves_qty().0 > 0
            }
            status => !status.is_terminal(),
        }
    }

    /// The price that it holds money for, while it is in the book or on its way there.
    pub const fn held_price(&self) -> Option<PriceTicks> {
        match self.place {
            Place::Book | Place::OnTheWay => Some(self.work_price),
            Place::Nowhere | Place::Triggers => None,
        }
    }

    /// Whether it goes, or went, to work by itself: it does not wait for a trigger or a parent, and is not done.
    pub(crate) const fn is_active(&self) -> bool {
        !self.status.is_terminal() && self.triggered && self.leaves_qty().0 > 0
    }

    /// Moves to the state that follows from what happened: the only place that writes a status.
    pub(crate) fn transit(&mut self, exec_type: ExecType, awaits_parent: bool, on_the_way: OnTheWay) {
        let progress = Progress {
            on_the_way,
            any_filled: self.cum_qty.0 > 0,
            none_left: self.leaves_qty().0 == 0,
            waits: !self.triggered || (awaits_parent && self.leaves_qty().0 == 0),
        };
        self.status = self.status.after(exec_type, progress).unwrap_or_else(|| {
            panic!("an order that is {:?} cannot have {exec_type:?}: {self:?}", self.status);
        });
    }
}

/// Every live order.
#[derive(Debug, Default)]
pub struct OrderSlab {
    /// The part that matching touches.
    pub(crate) resting: RestingOrders,
    details: Vec<Order>,
}

impl OrderSlab {
    /// Puts an order in; its slot stays until it is removed.
    pub(crate) fn insert(&mut self, order: Order, owner: u32, instrument: u32) -> u32 {
        let slot = self.resting.insert(Resting::new(order.order_id, owner, instrument));
        match self.details.get_mut(slot as usize) {
            Some(place) => *place = order,
            None => self.details.push(order),
        }
        slot
    }

    /// Takes an order out. Its links must have been undone. What it was stays readable until its slot is used again.
    pub(crate) fn remove(&mut self, slot: u32) {
        self.resting.remove(slot);
    }

    /// Where an order is, if it is live.
    #[inline]
    pub(crate) fn slot_of(&self, id: OrderId) -> Option<u32> {
        self.resting.slot_of(id)
    }

    /// A live order by id.
    pub fn find(&self, id: OrderId) -> Option<&Order> {
        self.slot_of(id).map(|slot| self.get(slot))
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> &Order {
        &self.details[slot as usize]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Order {
        &mut self.details[slot as usize]
    }

    /// Reads what taking an order out would read of it and of those beside it; gives something of that.
    #[inline]
    pub(crate) fn look_around(&self, slot: u32) -> i64 {
        let order = self.get(slot);
        let of = |other: u32| self.details.get(other as usize).map_or(0, |other| i64::from(other.account_prev));
        self.resting.look_around(slot) ^ of(order.account_next) ^ of(order.account_prev)
    }

    /// How many orders are live.
    pub fn len(&self) -> usize {
        self.resting.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.resting.is_empty()
    }

    /// Every live order's slot, by order id.
    pub(crate) fn slots_by_id(&self) -> Vec<u32> {
        let mut slots: Vec<u32> = self.resting.live_slots().collect();
        slots.sort_unstable_by_key(|&slot| self.get(slot).order_id);
        slots
    }

    /// Every live order, by id.
    pub fn iter_by_id(&self) -> impl Iterator<Item = &Order> {
        self.slots_by_id().into_iter().map(|slot| self.get(slot))
    }
}
