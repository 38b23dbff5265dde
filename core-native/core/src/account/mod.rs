//! Accounts: money, positions, and what working orders hold.
//!
//! Invariant, over all accounts and for each currency: the sum of `cash - cost of positions` is zero, whatever was traded.
//! The engine's own accounts take the other side of everything: HOUSE of house fills, FEES of fees, EXTERNAL of deposits.

mod hold;
mod position;

pub use hold::{WorkingSide, fee_of, requirement};
pub use position::Position;

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::command::TradingState;
use crate::limits::CL_ORD_ID_WINDOW;
use crate::order::{ClOrdId, NIL, OrderSlab};
use crate::units::{AccountId, CurrencyId, InstrumentId, OrderId};

/// The counterparty of house fills.
pub const HOUSE_ACCOUNT: AccountId = AccountId(1);
/// Where fees go.
pub const FEES_ACCOUNT: AccountId = AccountId(2);
/// Where deposits come from.
pub const EXTERNAL_ACCOUNT: AccountId = AccountId(3);
/// The first id that users' accounts may have.
pub const USER_ACCOUNT_MIN: AccountId = AccountId(16);

/// Money of one account in one currency, minor units. Available is `cash - used - held`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// Deposits, realised profit and loss, fees.
    pub cash: i64,
    /// Cost of open positions, long or short.
    pub used: i64,
    /// What working orders may still need.
    pub held: i64,
}

impl Balance {
    /// What a new order may use.
    pub const fn available(&self) -> i64 {
        self.cash - self.used - self.held
    }
}

/// One account.
#[derive(Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub state: TradingState,
    /// Number of the last private event.
    pub account_seq: u64,
    /// Money by currency.
    pub balances: BTreeMap<CurrencyId, Balance>,
    /// Positions by instrument, flat ones included once traded or ordered.
    pub positions: BTreeMap<InstrumentId, Position>,
    /// Working orders.
    pub open_order_count: u32,
    /// Names used before, with the order each belongs to.
    used_names: FxHashMap<ClOrdId, OrderId>,
    /// The same, oldest first, so that the window can slide.
    used_names_order: VecDeque<ClOrdId>,
    first_order: u32,
    last_order: u32,
}

impl Account {
    pub(crate) fn new(id: AccountId, name: String) -> Self {
        Self {
            id,
            name,
            state: TradingState::Active,
            account_seq: 0,
            balances: BTreeMap::new(),
            positions: BTreeMap::new(),
            open_order_count: 0,
            used_names: FxHashMap::default(),
            used_names_order: VecDeque::new(),
            first_order: NIL,
            last_order: NIL,
        }
    }

    /// Whether it is one of the engine's own, which have no limits and whose events nobody receives.
    pub const fn is_engines(&self) -> bool {
        self.id.0 < USER_ACCOUNT_MIN.0
    }

    /// Money in one currency.
    pub fn balance(&self, currency: CurrencyId) -> Balance {
        self.balances.get(&currency).copied().unwrap_or_default()
    }

    /// The order that a name was given to.
    pub fn order_named(&self, name: ClOrdId) -> Option<OrderId> {
        self.used_names.get(&name).copied()
    }

    pub(crate) fn next_seq(&mut self) -> u64 {
        self.account_seq += 1;
        self.account_seq
    }

    /// Remembers a name; the oldest that no working order is called by makes room.
    pub(crate) fn remember_name(&mut self, name: ClOrdId, order: OrderId, orders: &OrderSlab) {
        self.used_names.insert(name, order);
        self.used_names_order.push_back(name);
        if self.used_names_order.len() <= CL_ORD_ID_WINDOW {
            return;
        }
        // A working order keeps the name it has now: that goes to the back and the next oldest is looked at. Names it had
        // before it was replaced make room like any other, or one order replaced all day would hold them all.
        for _ in 0..self.used_names_order.len() {
            let Some(oldest) = self.used_names_order.pop_front() else { return };
            let order = self.used_names.get(&oldest).and_then(|&id| orders.find(id));
            if order.is_some_and(|order| order.cl_ord_id == oldest) {
                self.used_names_order.push_back(oldest);
            } else {
                self.used_names.remove(&oldest);
                return;
            }
        }
    }

    /// Names in the window, oldest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&ClOrdId, &OrderId)> {
        self.used_names_order.iter().filter_map(|name| self.used_names.get_key_value(name))
    }

    pub(crate) fn link_order(&mut self, orders: &mut OrderSlab, slot: u32) {
        let last = self.last_order;
        let order = orders.get_mut(slot);
        order.account_prev = last;
        order.account_next = NIL;
        if last == NIL {
            self.first_order = slot;
        } else {
            orders.get_mut(last).account_next = slot;
        }
        self.last_order = slot;
        self.open_order_count += 1;
    }

    pub(crate) fn unlink_order(&mut self, orders: &mut OrderSlab, slot: u32) {
        let (prev, next) = {
            let order = orders.get(slot);
            (order.account_prev, order.account_next)
        };
        if prev == NIL {
            self.first_order = next;
        } else {
            orders.get_mut(prev).account_next = next;
        }
        if next == NIL {
            self.last_order = prev;
        } else {
            orders.get_mut(next).account_prev = prev;
        }
        self.open_order_count -= 1;
    }

    /// Slots of the working orders, oldest first.
    pub(crate) fn order_slots(&self, orders: &OrderSlab) -> Vec<u32> {
        let mut slots = Vec::with_capacity(self.open_order_count as usize);
        let mut slot = self.first_order;
        while slot != NIL {
            slots.push(slot);
            slot = orders.get(slot).account_next;
        }
        slots
    }
}
