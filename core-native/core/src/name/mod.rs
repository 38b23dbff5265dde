//! What requests were called, and what became of them: so that the same request again gets the same answer.
//!
//! A name belongs to an account. It is current while a live order is called by it, and past from then on; the name that a replace
//! on its way asks for is past until that arrives. Current names are in the orders that have them. Past ones stand in one ring
//! for all accounts, oldest first, each with what its order was when it ended under it; a small index finds both.
//!
//! Invariant: a past name is kept while it is one of the newest `keep_count` or younger than `keep_ns`, unless there are more than
//! `count_max`. Of an order's names, the one that it ended under is the last to go.
// HOT: an order costs one new line of the index, and one sequential write when it ends.

mod index;
mod ring;

use std::hint::black_box;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::limits::{NAMES_KEPT, NAMES_KEPT_NS, NAMES_MAX};
use crate::order::{ClOrdId, ExecReason, OrdStatus, OrderSlab};
use crate::trade::EndedOrder;
use crate::units::{AccountId, OrderId, PriceTicks, QtyLots, SessionId, TsNs};
use index::{NameIndex, hash_of};
use ring::Ring;

/// Which past names are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NameRule {
    /// So many, whatever their age.
    pub keep_count: usize,
    /// Those that are younger, nanoseconds.
    pub keep_ns: u64,
    /// No more than so many, whatever their age.
    pub count_max: usize,
}

impl Default for NameRule {
    fn default() -> Self {
        Self { keep_count: NAMES_KEPT, keep_ns: NAMES_KEPT_NS, count_max: NAMES_MAX }
    }
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

/// A name that no live order is called by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastName {
    /// Whose.
    pub account: AccountId,
    /// The name.
    pub name: ClOrdId,
    /// The order that was made or changed under it; 0 where the name is current again and this entry stands for nothing.
    pub order_id: OrderId,
    /// A hash of the request's content; 0 where it is not to be answered again.
    pub content: u64,
    /// Since when it is past.
    pub since: TsNs,
    /// What the order was, if it ended under this name.
    pub closed: Option<ClosedOrder>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// The live order in this slot is called by it.
    Current(u32),
    /// It is past.
    Past(&'a PastName),
}

/// Names that are looked at together where many are known beforehand: about as many reads as wait for memory at once.
pub const LOOKED_AT_ONCE: usize = 16;

/// Numbers in the index: slots of orders, or with this bit numbers of past names, which wrap below it.
const IS_PAST: u32 = 1 << 31;

/// The names of all accounts.
#[derive(Debug)]
pub struct Names {
    rule: NameRule,
    /// Of the index's hashes; says nothing of the state.
    key: u64,
    index: NameIndex,
    past: Ring<PastName>,
    /// Entries of the ring that stand for nothing.
    void_count: usize,
    /// Number of the oldest in the ring, over all that there ever were; wraps.
    oldest: u32,
    /// Orders that ended and had several names: the number of the last one. Few.
    renamed: FxHashMap<OrderId, u32>,
}

impl Names {
    pub(crate) fn new(rule: NameRule, key: u64) -> Self {
        Self {
            rule,
            key,
            index: NameIndex::with_room(rule.keep_count),
            past: Ring::default(),
            void_count: 0,
            oldest: 0,
            renamed: FxHashMap::default(),
        }
    }

    /// Which past names are kept.
    pub const fn rule(&self) -> NameRule {
        self.rule
    }

    /// How many past names are known.
    pub const fn past_count(&self) -> usize {
        self.past.len() - self.void_count
    }

    /// Past names, oldest first.
    pub fn past(&self) -> impl Iterator<Item = &PastName> {
        self.past.iter().filter(|past| past.order_id.0 > 0)
    }

    /// What an account's name stands for.
    #[inline]
    pub fn find(&self, orders: &OrderSlab, account: AccountId, name: &ClOrdId) -> Option<Named<'_>> {
        let number = self.number_of(orders, account, name, self.hash_of(account, name))?;
        Some(if number & IS_PAST == 0 { Named::Current(number) } else { Named::Past(self.numbered(number)) })
    }

    /// Reads what [`Names::find`] would read first.
    #[inline]
    pub(crate) fn touch(&self, account: AccountId, name: &ClOrdId) -> u64 {
        self.index.touch(self.hash_of(account, name))
    }

    /// What became of the order of a past name, if it has ended.
    pub fn closed<'a>(&'a self, past: &'a PastName) -> Option<&'a ClosedOrder> {
        past.closed.as_ref().or_else(|| self.renamed.get(&past.order_id).and_then(|&last| self.numbered(last).closed.as_ref()))
    }

    /// A new order is live, under a name that is not known.
    pub(crate) fn begin(&mut self, orders: &OrderSlab, slot: u32) {
        let order = orders.get(slot);
        if !order.cl_ord_id.is_empty() {
            self.index.insert(self.hash_of(order.account, &order.cl_ord_id), slot);
        }
    }

    /// A request for a live order has a name that is not known, and the order is not called by it, or not yet.
    pub(crate) fn ask(&mut self, orders: &mut OrderSlab, slot: u32, name: ClOrdId, content: u64, now: TsNs) {
        let order = orders.get_mut(slot);
        order.is_renamed = true;
        let (account, order_id) = (order.account, order.order_id);
        let number = self.push(PastName { account, name, order_id, content, since: now, closed: None });
        self.index.insert(self.hash_of(account, &name), number);
        self.let_go(now);
    }

    /// A live order is called by another name from now on: by one that is not known, or that was asked for before.
    pub(crate) fn rename(&mut self, orders: &mut OrderSlab, slot: u32, name: ClOrdId, content: u64, now: TsNs) {
        let account = orders.get(slot).account;
        let hash = self.hash_of(account, &name);
        match self.number_of(orders, account, &name, hash) {
            Some(asked) => {
                self.numbered_mut(asked).order_id = OrderId(0);
                self.void_count += 1;
                self.index.change(hash, asked, slot);
            }
            None => self.index.insert(hash, slot),
        }
        self.leave(orders, slot, None, now);
        let order = orders.get_mut(slot);
        (order.cl_ord_id, order.content, order.is_renamed) = (name, content, true);
    }

    /// An order has ended.
    pub(crate) fn end(&mut self, orders: &OrderSlab, slot: u32, closed: ClosedOrder, now: TsNs) {
        self.leave(orders, slot, Some(closed), now);
    }

    /// A trade of an order that ended was taken back or corrected: who asks for the order again is told what it came to.
    pub(crate) fn correct(&mut self, orders: &OrderSlab, account: AccountId, order: &EndedOrder) {
        let hash = self.hash_of(account, &order.cl_ord_id);
        let number = self.number_of(orders, account, &order.cl_ord_id, hash).filter(|number| number & IS_PAST != 0);
        // The name may be another order's by now.
        let past = number.map(|number| self.numbered_mut(number)).filter(|past| past.order_id == order.order_id);
        if let Some(closed) = past.and_then(|past| past.closed.as_mut()) {
            (closed.status, closed.order_qty) = (order.status, order.terms.order_qty);
            (closed.cum_qty, closed.cum_lot_ticks) = (order.cum_qty, order.cum_lot_ticks);
        }
    }

    /// What a snapshot remembered, once its orders are live; none where a name is there twice.
    pub(crate) fn restore(rule: NameRule, key: u64, orders: &OrderSlab, past: &[PastName]) -> Option<Self> {
        let mut names = Self::new(rule, key);
        for slot in orders.slots_by_id() {
            let order = orders.get(slot);
            if names.find(orders, order.account, &order.cl_ord_id).is_some() {
                return None;
            }
            names.begin(orders, slot);
        }
        // Of an order with several names, all but the last are here without its end.
        let renamed: FxHashSet<OrderId> = past.iter().filter(|past| past.closed.is_none()).map(|past| past.order_id).collect();
        for entries in past.chunks(LOOKED_AT_ONCE) {
            // Looked at together, so that the reads wait for memory side by side.
            black_box(entries.iter().fold(0, |sum, entry| sum ^ names.touch(entry.account, &entry.name)));
            for entry in entries {
                let number = names.push(*entry);
                if !names.insert_new(orders, entry, number) {
                    return None;
                }
                if entry.closed.is_some() && renamed.contains(&entry.order_id) {
                    names.renamed.insert(entry.order_id, number);
                }
            }
        }
        Some(names)
    }

    /// Puts a past name into the index; false where it is there already.
    fn insert_new(&mut self, orders: &OrderSlab, entry: &PastName, number: u32) -> bool {
        let hash = self.hash_of(entry.account, &entry.name);
        let Self { index, past, oldest, .. } = self;
        index.insert_new(hash, number, |other| has_name(orders, past, *oldest, other, (entry.account, &entry.name)))
    }

    /// The name of a live order becomes past.
    fn leave(&mut self, orders: &OrderSlab, slot: u32, closed: Option<ClosedOrder>, now: TsNs) {
        let order = orders.get(slot);
        let (account, name, order_id, is_renamed) = (order.account, order.cl_ord_id, order.order_id, order.is_renamed);
        // Orders without one are the engine's own: nobody's to ask for.
        if name.is_empty() {
            return;
        }
        let number = self.push(PastName { account, name, order_id, content: order.content, since: now, closed });
        self.index.change(self.hash_of(account, &name), slot, number);
        if closed.is_some() && is_renamed {
            self.renamed.insert(order_id, number);
        }
        self.let_go(now);
    }

    /// Lets go what is neither new nor young enough: no more than two names for each that became past, so that no command pays for
    /// a night in which nothing happened.
    fn let_go(&mut self, now: TsNs) {
        for _ in 0..2 {
            while self.past.first().is_some_and(|past| past.order_id.0 == 0) {
                self.void_count -= 1;
                self.pop();
            }
            let Some(first) = self.past.first() else { return };
            let (count, age) = (self.past_count(), now.0 - first.since.0);
            if count <= self.rule.keep_count || (age < self.rule.keep_ns && count <= self.rule.count_max) {
                return;
            }
            let number = self.oldest;
            if let Some(gone) = self.pop() {
                self.index.remove(self.hash_of(gone.account, &gone.name), IS_PAST | number);
                if !self.renamed.is_empty() && gone.closed.is_some() {
                    self.renamed.remove(&gone.order_id);
                }
            }
        }
    }

    #[inline]
    fn hash_of(&self, account: AccountId, name: &ClOrdId) -> u32 {
        hash_of(self.key, account, name)
    }

    #[inline]
    fn number_of(&self, orders: &OrderSlab, account: AccountId, name: &ClOrdId, hash: u32) -> Option<u32> {
        self.index.get(hash, |number| has_name(orders, &self.past, self.oldest, number, (account, name)))
    }

    fn numbered(&self, number: u32) -> &PastName {
        numbered(&self.past, self.oldest, number)
    }

    fn numbered_mut(&mut self, number: u32) -> &mut PastName {
        let place = place_of(self.oldest, number);
        self.past.get_mut(place).expect("numbers in the index are of names that are kept")
    }

    /// Gives its number.
    #[allow(clippy::cast_possible_truncation, reason = "numbers wrap")]
    fn push(&mut self, entry: PastName) -> u32 {
        let number = self.oldest.wrapping_add(self.past.len() as u32) | IS_PAST;
        self.past.push(entry);
        number
    }

    fn pop(&mut self) -> Option<PastName> {
        let entry = self.past.pop()?;
        self.oldest = self.oldest.wrapping_add(1) & !IS_PAST;
        Some(entry)
    }
}

/// Where the past name of a number is in a ring whose oldest has the number `oldest`.
const fn place_of(oldest: u32, number: u32) -> usize {
    (number.wrapping_sub(oldest) & !IS_PAST) as usize
}

fn numbered(past: &Ring<PastName>, oldest: u32, number: u32) -> &PastName {
    past.get(place_of(oldest, number)).expect("numbers in the index are of names that are kept")
}

/// Whether what a number of the index stands for has this name of an account.
#[inline]
fn has_name(orders: &OrderSlab, past: &Ring<PastName>, oldest: u32, number: u32, (account, name): (AccountId, &ClOrdId)) -> bool {
    if number & IS_PAST == 0 {
        let order = orders.get(number);
        order.cl_ord_id == *name && order.account == account
    } else {
        let past = numbered(past, oldest, number);
        past.name == *name && past.account == account
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name that was asked for and never given, so that it needs no order.
    fn past(number: u64) -> PastName {
        PastName {
            account: AccountId(16),
            name: ClOrdId::new(format!("n{number}").as_bytes()).unwrap(),
            order_id: OrderId(number + 1),
            content: number,
            since: TsNs(number),
            closed: None,
        }
    }

    #[test]
    fn numbers_wrap() {
        let (rule, orders) = (NameRule { keep_count: 5, keep_ns: 0, count_max: 5 }, OrderSlab::default());
        let mut names = Names { oldest: !IS_PAST - 9, ..Names::new(rule, 7) };
        for number in 0..40 {
            let entry = past(number);
            let at = names.push(entry);
            names.index.insert(names.hash_of(entry.account, &entry.name), at);
            names.let_go(TsNs(number));
            for other in 0..=number {
                let PastName { account, name, .. } = past(other);
                let found = names.find(&orders, account, &name);
                let is_kept = other + 5 > number;
                assert_eq!(found, is_kept.then_some(Named::Past(&past(other))), "n{other} after n{number}");
            }
        }
        assert!(names.oldest < 40, "the numbers began anew");
    }
}
