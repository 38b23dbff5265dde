//! A name's hash to its number: open addressing with linear probing, no tombstones, at most half full.
//!
//! An entry holds half of the hash and the number; the caller, who has the names, says which number has the very name. So growth
//! needs no name, and moves eight bytes an entry.
// HOT: two or three look-ups and one insert an order. Allocates only when there are more names than ever before.

use core::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::order::ClOrdId;

const CAPACITY_MIN: usize = 16;

/// A hash, never 0, and a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Entry {
    /// 0 is an empty place.
    hash: u32,
    number: u32,
}

/// A map from names to numbers.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    /// The length is a power of two, or 0.
    entries: Vec<Entry>,
    count: usize,
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "half of it")]
fn hash_of(name: &ClOrdId) -> u32 {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    // The product of the last word is best mixed in its upper half.
    ((hasher.finish().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32).max(1)
}

impl NameIndex {
    /// The number of a name, if `is_it` says of a number that it has that very name.
    #[inline]
    pub(super) fn get(&self, name: &ClOrdId, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        if self.entries.is_empty() {
            return None;
        }
        let hash = hash_of(name);
        let mut at = self.start_of(hash);
        loop {
            let entry = self.entries[at];
            if entry.hash == 0 {
                return None;
            }
            if entry.hash == hash && is_it(entry.number) {
                return Some(entry.number);
            }
            at = self.after(at);
        }
    }

    /// Adds a name that is not there.
    #[inline]
    pub(super) fn insert(&mut self, name: &ClOrdId, number: u32) {
        if self.count * 2 >= self.entries.len() {
            self.grow();
        }
        self.put(Entry { hash: hash_of(name), number });
        self.count += 1;
    }

    /// Removes a name that is there under this number.
    pub(super) fn remove(&mut self, name: &ClOrdId, number: u32) {
        let gone = Entry { hash: hash_of(name), number };
        let mut hole = self.start_of(gone.hash);
        while self.entries[hole] != gone {
            assert!(self.entries[hole].hash != 0, "a name in the window is in its index");
            hole = self.after(hole);
        }
        let mask = self.entries.len() - 1;
        let mut at = hole;
        loop {
            at = self.after(at);
            let entry = self.entries[at];
            if entry.hash == 0 {
                break;
            }
            // An entry may move back to the hole only where its own start does not lie between the two.
            let start = self.start_of(entry.hash);
            if (at.wrapping_sub(start) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.entries[hole] = entry;
                hole = at;
            }
        }
        self.entries[hole] = Entry::default();
        self.count -= 1;
    }

    fn put(&mut self, entry: Entry) {
        let mut at = self.start_of(entry.hash);
        while self.entries[at].hash != 0 {
            at = self.after(at);
        }
        self.entries[at] = entry;
    }

    #[cold]
    fn grow(&mut self) {
        let capacity = (self.entries.len() * 2).max(CAPACITY_MIN);
        let old = std::mem::replace(&mut self.entries, vec![Entry::default(); capacity]);
        for entry in old.into_iter().filter(|entry| entry.hash != 0) {
            self.put(entry);
        }
    }

    #[inline]
    const fn start_of(&self, hash: u32) -> usize {
        hash as usize & (self.entries.len() - 1)
    }

    #[inline]
    const fn after(&self, at: usize) -> usize {
        (at + 1) & (self.entries.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: u32) -> ClOrdId {
        ClOrdId::new(format!("n{number}").as_bytes()).unwrap()
    }

    #[test]
    fn names_are_found_until_they_are_removed_whatever_went_before() {
        let mut index = NameIndex::default();
        let mut present = std::collections::VecDeque::new();
        let mut state = 7_u32;
        for number in 0..5_000 {
            index.insert(&name(number), number);
            present.push_back(number);
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 24 < 120 {
                let gone = present.remove((state >> 8) as usize % present.len()).unwrap();
                index.remove(&name(gone), gone);
                assert_eq!(index.get(&name(gone), |other| other == gone), None);
            }
        }
        for &number in &present {
            assert_eq!(index.get(&name(number), |other| other == number), Some(number));
        }
        assert_eq!(index.count, present.len());
        assert_eq!(index.get(&name(9_999), |_| true), None);
    }
}
