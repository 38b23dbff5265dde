//! Order id to slot.
//!
//! Ids are dense and never chosen by clients. Eight consecutive ids share a cache line, and where that line is, is hashed: new
//! orders are put next to each other, and a burst of them makes no long run. At most a quarter full: a full line must rarely have a
//! full one after it, since whoever is taken out walks to the end of them. A key is the lower half of an id.
// HOT: one insert and one removal per order, one look-up per cancel.

use crate::probed::{Placing, Probed};
use crate::units::OrderId;

/// Ids per cache line, as a power of two.
const LINE_BITS: u32 = 3;
/// 2^64 over the golden ratio.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Eight ids together, lines anywhere.
#[derive(Clone, Debug)]
struct Lines;

impl Placing for Lines {
    const SPARSENESS: usize = 4;
    const CAPACITY_MIN: usize = 64;

    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, reason = "the top bits that index the lines")]
    fn place(id_low: u32, bits: u32) -> usize {
        let line = ((id_low as u64 >> LINE_BITS).wrapping_mul(SPREAD) >> (64 - (bits - LINE_BITS))) as usize;
        line << LINE_BITS | (id_low as usize & ((1 << LINE_BITS) - 1))
    }
}

/// A map from the ids of live orders to their slots.
#[derive(Clone, Debug, Default)]
pub struct OrderIdMap {
    /// Numbers are slots plus 1: a key may be 0.
    slots: Probed<Lines>,
}

#[allow(clippy::cast_possible_truncation, reason = "the lower half is meant")]
const fn low(id: OrderId) -> u32 {
    id.0 as u32
}

impl OrderIdMap {
    /// The slot of an id, if `is_it` says of a slot that it holds that very id.
    #[inline]
    pub fn get(&self, id: OrderId, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.slots.get(low(id), |number| is_it(number - 1)).map(|number| number - 1)
    }

    /// Reads where an id would be, for its own sake: memory that was not touched for long is on its way then.
    #[inline]
    pub(crate) fn touch(&self, id: OrderId) -> i64 {
        self.slots.touch(low(id)).cast_signed()
    }

    /// Adds an id that is not there.
    #[inline]
    pub fn insert(&mut self, id: OrderId, slot: u32) {
        self.slots.insert(low(id), slot + 1);
    }

    /// Removes an id, if it is there; as [`get`](Self::get).
    #[inline]
    pub fn remove(&mut self, id: OrderId, is_it: impl Fn(u32) -> bool) {
        self.slots.remove_found(low(id), |number| is_it(number - 1));
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
            }
            for id in (0..500).map(|id| id % 100 + ((id / 100) << 32)) {
                let found = map.get(OrderId(id), |slot| ids[slot as usize] == OrderId(id));
                prop_assert_eq!(found, tree.get(&id).copied());
            }
        }
    }
}
