//! Order id to slot: open addressing with linear probing, no tombstones.
//!
//! Ids are dense and never chosen by clients. Eight consecutive ids share a cache line, and where that line is, is hashed: new
//! orders are put next to each other, and a burst of them makes no long run. At most a quarter full: a full line must rarely have a
//! full one after it, since whoever is taken out walks to the end of them. An entry holds the lower half
//! of an id; the caller, who has the order before it anyway, compares the whole. Allocates only when more orders are live than
//! ever before.
// HOT: one insert and one removal per order, one look-up per cancel.

use crate::units::OrderId;

const CAPACITY_MIN: usize = 64;
/// Ids per cache line, as a power of two.
const LINE_BITS: u32 = 3;
/// 2^64 over the golden ratio.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Upper half: the lower half of an id; lower half: its slot plus 1. 0 is an empty place: a new table is memory that nobody has touched.
#[derive(Clone, Copy)]
struct Entry(u64);

#[allow(clippy::cast_possible_truncation, reason = "halves of it")]
impl Entry {
    const fn new(id_low: u32, slot: u32) -> Self {
        Self((id_low as u64) << 32 | (slot as u64 + 1))
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }

    const fn id_low(self) -> u32 {
        (self.0 >> 32) as u32
    }

    const fn slot(self) -> u32 {
        self.0 as u32 - 1
    }
}

/// A map from the ids of live orders to their slots.
#[derive(Clone, Debug, Default)]
pub struct OrderIdMap {
    /// Of [`Entry`]. The length is a power of two, or 0.
    entries: Vec<u64>,
    count: usize,
}

#[allow(clippy::cast_possible_truncation, reason = "the lower half is meant")]
const fn low(id: OrderId) -> u32 {
    id.0 as u32
}

impl OrderIdMap {
    /// The slot of an id, if `is_it` says of a slot that it holds that very id.
    #[inline]
    pub fn get(&self, id: OrderId, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.find(id, is_it).map(|at| Entry(self.entries[at]).slot())
    }

    /// Reads where an id would be, for its own sake: memory that was not touched for long is on its way then. Not of an empty map.
    #[inline]
    pub(crate) fn touch(&self, id: OrderId) -> i64 {
        self.entries[self.start_of(low(id))].cast_signed()
    }

    /// Adds an id that is not there.
    #[inline]
    pub fn insert(&mut self, id: OrderId, slot: u32) {
        if self.count * 4 >= self.entries.len() {
            self.grow();
        }
        let at = self.empty_from(self.start_of(low(id)));
        self.entries[at] = Entry::new(low(id), slot).0;
        self.count += 1;
    }

    /// Removes an id, if it is there; as [`get`](Self::get).
    #[inline]
    pub fn remove(&mut self, id: OrderId, is_it: impl Fn(u32) -> bool) {
        let Some(mut hole) = self.find(id, is_it) else { return };
        let mask = self.entries.len() - 1;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let entry = Entry(self.entries[at]);
            if entry.is_empty() {
                break;
            }
            // An entry may move back to the hole only where its own start does not lie between the two.
            let start = self.start_of(entry.id_low());
            if (at.wrapping_sub(start) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.entries[hole] = entry.0;
                hole = at;
            }
        }
        self.entries[hole] = 0;
        self.count -= 1;
    }

    #[inline]
    fn find(&self, id: OrderId, is_it: impl Fn(u32) -> bool) -> Option<usize> {
        let mask = self.entries.len().checked_sub(1)?;
        let mut at = self.start_of(low(id));
        loop {
            let entry = Entry(self.entries[at]);
            if entry.is_empty() {
                return None;
            }
            if entry.id_low() == low(id) && is_it(entry.slot()) {
                return Some(at);
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    fn empty_from(&self, start: usize) -> usize {
        let mask = self.entries.len() - 1;
        let mut at = start;
        while self.entries[at] != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, reason = "the top bits that index the lines")]
    const fn start_of(&self, id_low: u32) -> usize {
        let line_count_bits = self.entries.len().trailing_zeros() - LINE_BITS;
        let line = ((id_low as u64 >> LINE_BITS).wrapping_mul(SPREAD) >> (64 - line_count_bits)) as usize;
        line << LINE_BITS | (id_low as usize & ((1 << LINE_BITS) - 1))
    }

    #[cold]
    fn grow(&mut self) {
        let capacity = (self.entries.len() * 2).max(CAPACITY_MIN);
        let old = std::mem::replace(&mut self.entries, vec![0; capacity]);
        for entry in old.into_iter().filter(|&entry| entry != 0) {
            let at = self.empty_from(self.start_of(Entry(entry).id_low()));
            self.entries[at] = entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn equals_a_tree_of_the_standard_library(ops in prop::collection::vec((any::<bool>(), 1_u64..400), 0..900)) {
            let mut map = OrderIdMap::default();
            let mut tree = BTreeMap::new();
            let mut ids = Vec::new();
            for (index, (add, id)) in (0..).zip(ops) {
                // Ids that share their lower halves, too.
                let id = id % 100 + ((id / 100) << 32);
                ids.push(OrderId(id));
                if add && !tree.contains_key(&id) {
                    map.insert(OrderId(id), index);
                    tree.insert(id, index);
                } else {
                    map.remove(OrderId(id), |slot| ids[slot as usize] == OrderId(id));
                    tree.remove(&id);
                }
                prop_assert!(map.count * 4 <= map.entries.len() || map.entries.is_empty(), "at most a quarter full");
            }
            for id in (0..500).map(|id| id % 100 + ((id / 100) << 32)) {
                let found = map.get(OrderId(id), |slot| ids[slot as usize] == OrderId(id));
                prop_assert_eq!(found, tree.get(&id).copied());
            }
        }
    }
}
