//! Order id to slot: open addressing with linear probing, no tombstones.
//!
//! Ids are dense and never chosen by clients, so a multiplicative hash spreads them well. At most half full. Allocates only when
//! more orders are live than ever before.
// HOT: one insert and one removal per order, one look-up per cancel.

use crate::units::OrderId;

const CAPACITY_MIN: usize = 64;
/// 2^64 over the golden ratio.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A map from the ids of live orders to their slots.
#[derive(Clone, Debug, Default)]
pub struct OrderIdMap {
    /// Id and slot; id 0 is empty. The length is a power of two, or 0.
    entries: Vec<(u64, u32)>,
    count: usize,
}

impl OrderIdMap {
    /// The slot of an id.
    #[inline]
    pub fn get(&self, id: OrderId) -> Option<u32> {
        let (entry, slot) = *self.entries.get(self.find(id.0)?)?;
        (entry == id.0 && entry > 0).then_some(slot)
    }

    /// Adds an id that is not there; not 0.
    #[inline]
    pub fn insert(&mut self, id: OrderId, slot: u32) {
        assert!(id.0 > 0, "0 is no order");
        if self.count * 2 >= self.entries.len() {
            self.grow();
        }
        let at = self.find(id.0).expect("half of the entries are empty");
        assert!(self.entries[at].0 == 0, "an order is inserted once");
        self.entries[at] = (id.0, slot);
        self.count += 1;
    }

    /// Removes an id, if it is there.
    #[inline]
    pub fn remove(&mut self, id: OrderId) {
        let Some(mut hole) = self.find(id.0).filter(|&at| self.entries[at].0 == id.0 && id.0 > 0) else { return };
        let mask = self.entries.len() - 1;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let entry = self.entries[at];
            if entry.0 == 0 {
                break;
            }
            // An entry may move back to the hole only where its own start does not lie between the two.
            let start = self.start_of(entry.0);
            if (at.wrapping_sub(start) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.entries[hole] = entry;
                hole = at;
            }
        }
        self.entries[hole] = (0, 0);
        self.count -= 1;
    }

    /// The entry of an id, or the empty one where it would go; `None` in a map without entries.
    #[inline]
    fn find(&self, id: u64) -> Option<usize> {
        let mask = self.entries.len().checked_sub(1)?;
        let mut at = self.start_of(id);
        loop {
            let entry = self.entries[at].0;
            if entry == id || entry == 0 {
                return Some(at);
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the top bits that index the entries")]
    const fn start_of(&self, id: u64) -> usize {
        (id.wrapping_mul(SPREAD) >> (64 - self.entries.len().trailing_zeros())) as usize
    }

    #[cold]
    fn grow(&mut self) {
        let capacity = (self.entries.len() * 2).max(CAPACITY_MIN);
        let old = std::mem::replace(&mut self.entries, vec![(0, 0); capacity]);
        for entry in old.into_iter().filter(|entry| entry.0 > 0) {
            let at = self.find(entry.0).expect("the new entries are not full");
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
            for (index, (add, id)) in (0..).zip(ops) {
                if add && !tree.contains_key(&id) {
                    map.insert(OrderId(id), index);
                    tree.insert(id, index);
                } else {
                    map.remove(OrderId(id));
                    tree.remove(&id);
                }
            }
            for id in 0..401 {
                prop_assert_eq!(map.get(OrderId(id)), tree.get(&id).copied());
            }
        }
    }
}
