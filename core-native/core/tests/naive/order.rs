//! One order: its numbers, where it is, and what it is to others.

use jware_core::account::Leg;
use jware_core::order::{ClOrdId, Contingency, ExecReason, OrdStatus, OrdType, OrderTerms};
use jware_core::units::{AccountId, InstrumentId, OrderId, SessionId, TsNs};

/// Where a live order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Resting in the book.
    Book,
    /// In the trigger book: looks compare it.
    Triggers,
    /// In the queue of elected orders.
    Elected,
    /// Nowhere: about to be worked, or a child that has nothing to work with.
    Aside,
    /// On its way to its venue.
    OnTheWay,
    /// Not an order: one that earlier checks of a list or batch let through, for the later checks to count.
    Ghost,
}

/// What an order is to the others of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Single,
    /// Of an OCO.
    Leg,
    Parent,
    /// Of an OTO.
    Child,
    /// Of a bracket: a child with a sibling.
    Exit,
}

#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub id: OrderId,
    pub account: AccountId,
    pub instrument: InstrumentId,
    /// Which of its account's positions it is about.
    pub leg: Leg,
    pub name: ClOrdId,
    /// As accepted, and as replaced; quantity, price and trigger price are those below.
    pub terms: OrderTerms,
    pub qty: i128,
    /// Its limit; where it has none and works at the market, the worst price the collar allows.
    pub price: i128,
    /// Of a trailing stop: where it stands, 0 before a look found a price.
    pub trigger: i128,
    pub extreme: Option<i128>,
    pub triggered: bool,
    pub cum: i128,
    pub lot_ticks: i128,
    pub created: TsNs,
    pub session: SessionId,
    /// When its own time or its session ends it.
    pub ends: Option<TsNs>,
    pub place: Place,
    /// In the book: how much of it is displayed.
    pub shown: i128,
    /// When it joined its queue.
    pub stamp: u64,
    /// House lots that were in its price's queue before it.
    pub ahead: i128,
    /// Id of its list's first order.
    pub list: OrderId,
    pub contingency: Option<Contingency>,
    pub role: Role,
    /// Whether its post-only was promised in a batch or list, and is judged when its turn comes.
    pub judged_late: bool,
    /// What of it is on its way to its venue: itself, requests to cancel it, requests to replace it.
    pub travels: bool,
    pub cancels: u32,
    pub replaces: u32,
}

/// An order that ended, as it was told last.
#[derive(Clone, Copy, Debug)]
pub struct Closed {
    pub order: Order,
    pub status: OrdStatus,
    pub reason: ExecReason,
}

impl Order {
    pub fn leaves(&self) -> i128 {
        self.qty - self.cum
    }

    /// Whether it has a trigger that has not come yet.
    pub fn untriggered(&self) -> bool {
        self.terms.ord_type.has_trigger() && !self.triggered
    }

    /// Whether a live order waits: for its trigger, or (a child with nothing left) for its parent.
    pub fn waits(&self) -> bool {
        self.untriggered() || self.leaves() == 0
    }

    /// Whether a replace to these terms would leave it where it stands.
    pub fn keeps_priority(&self, terms: &OrderTerms) -> bool {
        let follows = !self.untriggered() || terms.ord_type == OrdType::TrailingStop;
        let price = if terms.ord_type.has_price() { self.price } else { 0 };
        price == i128::from(terms.price.0)
            && (follows || self.trigger == i128::from(terms.trigger.price.0))
            && i128::from(terms.order_qty.0) <= self.qty
    }

    pub fn is_child(&self) -> bool {
        matches!(self.role, Role::Child | Role::Exit)
    }

    /// Whether another order's quantity follows this one's.
    pub fn has_sibling(&self) -> bool {
        matches!(self.role, Role::Leg | Role::Exit)
    }

    /// Whether it may be so between commands.
    pub fn is_settled(&self) -> bool {
        match self.place {
            Place::Book => self.leaves() > 0 && self.shown > 0 && self.shown <= self.leaves(),
            Place::Triggers => self.untriggered(),
            Place::OnTheWay => self.travels,
            Place::Aside => self.is_child() && self.leaves() == 0,
            Place::Elected | Place::Ghost => false,
        }
    }
}
