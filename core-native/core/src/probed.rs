//! Keys of 32 bits to numbers: open addressing with linear probing, no tombstones.
//!
//! Keys are halves of what is meant, a hash or the lower half of an id; the caller, who has the thing itself before it, says which
//! number is of the very one. So growth needs nobody, and moves eight bytes an entry. How full it gets and where a key's place is, is its user's.
// HOT: some look-ups, an insert and a removal an order. Allocates only when there are more entries than ever before.

use std::marker::PhantomData;

/// Where keys go.
pub(crate) trait Placing {
    /// There are at least so many places to an entry, two or more.
    const SPARSENESS: usize;
    /// Places of a table that is empty and was told of nothing, a power of two.
    const CAPACITY_MIN: usize;

    /// The place of a key among `2^bits`.
    fn place(key: u32, bits: u32) -> usize;
}

/// Upper half: a key; lower half: its number. 0 is an empty place: a new table is memory that nobody has touched.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry(u64);

impl Entry {
    #[inline]
    const fn new(key: u32, number: u32) -> Self {
        debug_assert!(key != 0 || number != 0, "an empty place looks so");
        Self((key as u64) << 32 | number as u64)
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[allow(clippy::cast_possible_truncation, reason = "half of it")]
    const fn key(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[allow(clippy::cast_possible_truncation, reason = "half of it")]
    const fn number(self) -> u32 {
        self.0 as u32
    }
}

/// A map from keys to numbers. Of each entry key or number is not 0.
#[derive(Clone, Debug)]
pub(crate) struct Probed<P> {
    /// Of [`Entry`]. The length is a power of two.
    entries: Vec<u64>,
    count: usize,
    placing: PhantomData<P>,
}

impl<P: Placing> Default for Probed<P> {
    fn default() -> Self {
        Self::with_room(0)
    }
}

impl<P: Placing> Probed<P> {
    /// Has room for so many entries before it grows.
    pub(crate) fn with_room(count: usize) -> Self {
        let capacity = (count * P::SPARSENESS).next_power_of_two().max(P::CAPACITY_MIN);
        Self { entries: vec![0; capacity], count: 0, placing: PhantomData }
    }

    /// The number of a key, if `is_it` says of one that it is the very one's.
    #[inline]
    pub(crate) fn get(&self, key: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.find(key, is_it).ok().map(|at| Entry(self.entries[at]).number())
    }

    /// What is where a key would be, read for its own sake: memory that was not touched for long is on its way then.
    #[inline]
    pub(crate) fn touch(&self, key: u32) -> u64 {
        self.entries[self.start_of(key)]
    }

    /// Adds what is not there.
    #[inline]
    pub(crate) fn insert(&mut self, key: u32, number: u32) {
        self.make_room();
        self.put(Entry::new(key, number));
        self.count += 1;
    }

    /// Adds a number; false, and it is not added, where [`get`](Self::get) would find one.
    #[inline]
    pub(crate) fn insert_new(&mut self, key: u32, number: u32, is_it: impl Fn(u32) -> bool) -> bool {
        self.make_room();
        let Err(at) = self.find(key, is_it) else { return false };
        self.entries[at] = Entry::new(key, number).0;
        self.count += 1;
        true
    }

    /// Gives a key that is there under a number another one.
    #[inline]
    pub(crate) fn change(&mut self, key: u32, from: u32, to: u32) {
        let at = self.place_of(key, from);
        self.entries[at] = Entry::new(key, to).0;
    }

    /// Removes a key that is there under this number.
    #[inline]
    pub(crate) fn remove(&mut self, key: u32, number: u32) {
        self.remove_at(self.place_of(key, number));
    }

    /// Removes what [`get`](Self::get) would find, if it finds something.
    #[inline]
    pub(crate) fn remove_found(&mut self, key: u32, is_it: impl Fn(u32) -> bool) {
        if let Ok(at) = self.find(key, is_it) {
            self.remove_at(at);
        }
    }

    /// Where it is, or else the empty place where it would be.
    #[inline]
    fn find(&self, key: u32, is_it: impl Fn(u32) -> bool) -> Result<usize, usize> {
        let mut at = self.start_of(key);
        loop {
            let entry = Entry(self.entries[at]);
            if entry.is_empty() {
                return Err(at);
            }
            if entry.key() == key && is_it(entry.number()) {
                return Ok(at);
            }
            at = self.after(at);
        }
    }

    #[inline]
    fn place_of(&self, key: u32, number: u32) -> usize {
        self.find(key, |other| other == number).expect("what is known is there")
    }

    #[inline]
    fn remove_at(&mut self, mut hole: usize) {
        let mask = self.entries.len() - 1;
        let mut at = hole;
        loop {
            at = self.after(at);
            let entry = Entry(self.entries[at]);
            if entry.is_empty() {
                break;
            }
            // An entry may move back to the hole only where its own start does not lie between the two.
            let start = self.start_of(entry.key());
            if (at.wrapping_sub(start) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.entries[hole] = entry.0;
                hole = at;
            }
        }
        self.entries[hole] = 0;
        self.count -= 1;
    }

    #[inline]
    fn put(&mut self, entry: Entry) {
        let mut at = self.start_of(entry.key());
        while self.entries[at] != 0 {
            at = self.after(at);
        }
        self.entries[at] = entry.0;
    }

    #[inline]
    fn make_room(&mut self) {
        if self.count * P::SPARSENESS >= self.entries.len() {
            self.grow();
        }
    }

    #[cold]
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.entries);
        self.entries = vec![0; old.len() * 2];
        for entry in old.into_iter().filter(|&entry| entry != 0) {
            self.put(Entry(entry));
        }
    }

    #[inline]
    fn start_of(&self, key: u32) -> usize {
        P::place(key, self.entries.len().trailing_zeros())
    }

    #[inline]
    const fn after(&self, at: usize) -> usize {
        (at + 1) & (self.entries.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Few places, so that runs are long, meet, and go over the end.
    #[derive(Debug)]
    struct Crowded;

    impl Placing for Crowded {
        const SPARSENESS: usize = 2;
        const CAPACITY_MIN: usize = 16;

        fn place(key: u32, bits: u32) -> usize {
            (key as usize * 5 + 11) & ((1 << bits) - 1)
        }
    }

    proptest! {
        /// What is meant is `thing`; keys are shared by several.
        #[test]
        fn equals_a_tree_of_the_standard_library(ops in prop::collection::vec((0..4_u8, 1_u32..300), 0..900)) {
            let key = |thing: u32| thing % 40;
            let mut map = Probed::<Crowded>::default();
            let mut tree = BTreeMap::new();
            let mut things = vec![0];
            for (kind, thing) in ops {
                let next = u32::try_from(things.len()).unwrap();
                let is_it = |number: u32| things[number as usize] == thing;
                let known = tree.get(&thing).copied();
                prop_assert_eq!(map.get(key(thing), is_it), known);
                match (kind, known) {
                    (0, _) => {
                        map.remove_found(key(thing), is_it);
                        tree.remove(&thing);
                    }
                    (1, Some(number)) => {
                        map.remove(key(thing), number);
                        tree.remove(&thing);
                    }
                    (2, Some(number)) => {
                        map.change(key(thing), number, next);
                        tree.insert(thing, next);
                    }
                    (_, Some(_)) => prop_assert!(!map.insert_new(key(thing), next, is_it)),
                    (1, None) => {
                        map.insert(key(thing), next);
                        tree.insert(thing, next);
                    }
                    (_, None) => {
                        prop_assert!(map.insert_new(key(thing), next, is_it));
                        tree.insert(thing, next);
                    }
                }
                things.push(thing);
                prop_assert_eq!(map.count, tree.len());
                prop_assert!(map.count * 2 <= map.entries.len(), "at most half full");
            }
        }
    }
}
