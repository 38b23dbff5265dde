//! A name's hash to its number: open addressing with linear probing, no tombstones, at most half full.
//!
//! An entry holds half of the hash and the number; the caller, who has the names, says which number has the very name. So growth
//! needs no name, and moves eight bytes an entry.
// HOT: two or three look-ups and one insert an order. Allocates only when there are more names than ever before.

use std::hint::black_box;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::order::{CL_ORD_ID_BYTES_MAX, ClOrdId};
use crate::units::AccountId;

const CAPACITY_MIN: usize = 16;

/// Upper half: a hash, never 0; lower half: the number. 0 is an empty place: a new table is memory that nobody has touched.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry(u64);

impl Entry {
    const fn new(hash: u32, number: u32) -> Self {
        Self((hash as u64) << 32 | number as u64)
    }

    #[allow(clippy::cast_possible_truncation, reason = "half of it")]
    const fn hash(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[allow(clippy::cast_possible_truncation, reason = "half of it")]
    const fn number(self) -> u32 {
        self.0 as u32
    }
}

/// A map from names to numbers.
#[derive(Debug)]
pub(super) struct NameIndex {
    /// Of [`Entry`]. The length is a power of two.
    entries: Vec<u64>,
    count: usize,
}

/// The hash of an account's name, never 0. Names are what clients choose, and one table has those of all: without the key nobody can
/// choose many of one hash, which everybody would have to walk over.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "half of it")]
pub(super) fn hash_of(key: u64, account: AccountId, name: &ClOrdId) -> u32 {
    let mut bytes = [0; 4 + CL_ORD_ID_BYTES_MAX];
    bytes[..4].copy_from_slice(&account.0.to_le_bytes());
    bytes[4..].copy_from_slice(name.padded());
    (xxh3_64_with_seed(&bytes, key) as u32).max(1)
}

/// A table whose memory is there: with large pages the first names in it would wait for two megabytes of zeroes each.
fn touched(mut entries: Vec<u64>) -> Vec<u64> {
    const LARGE_PAGE: usize = (2 << 20) / size_of::<u64>();
    for page in entries.chunks_mut(LARGE_PAGE) {
        black_box(&mut page[0]);
        page[0] = black_box(0);
    }
    entries
}

impl NameIndex {
    /// Has room for so many names before it grows.
    pub(super) fn with_room(count: usize) -> Self {
        Self { entries: touched(vec![0; (count * 2).next_power_of_two().max(CAPACITY_MIN)]), count: 0 }
    }

    /// The number of a name with this hash, if `is_it` says of a number that it has that very name.
    #[inline]
    pub(super) fn get(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mut at = self.start_of(hash);
        loop {
            let entry = Entry(self.entries[at]);
            if entry.hash() == 0 {
                return None;
            }
            if entry.hash() == hash && is_it(entry.number()) {
                return Some(entry.number());
            }
            at = self.after(at);
        }
    }

    /// Where a name with this hash would be, read for its own sake: memory that was not touched for long is on its way then.
    #[inline]
    pub(super) fn touch(&self, hash: u32) -> u64 {
        self.entries[self.start_of(hash)]
    }

    /// Adds a name that is not there.
    #[inline]
    pub(super) fn insert(&mut self, hash: u32, number: u32) {
        if self.count * 2 >= self.entries.len() {
            self.grow();
        }
        self.put(Entry::new(hash, number));
        self.count += 1;
    }

    /// Adds a name; false, and it is not added, where `is_it` says of a number of its hash that it has that very name.
    #[inline]
    pub(super) fn insert_new(&mut self, hash: u32, number: u32, is_it: impl Fn(u32) -> bool) -> bool {
        if self.count * 2 >= self.entries.len() {
            self.grow();
        }
        let mut at = self.start_of(hash);
        loop {
            let entry = Entry(self.entries[at]);
            if entry.hash() == 0 {
                self.entries[at] = Entry::new(hash, number).0;
                self.count += 1;
                return true;
            }
            if entry.hash() == hash && is_it(entry.number()) {
                return false;
            }
            at = self.after(at);
        }
    }

    /// Gives a name that is there another number.
    #[inline]
    pub(super) fn change(&mut self, hash: u32, from: u32, to: u32) {
        let at = self.place_of(Entry::new(hash, from));
        self.entries[at] = Entry::new(hash, to).0;
    }

    /// Removes a name that is there under this number.
    pub(super) fn remove(&mut self, hash: u32, number: u32) {
        let mut hole = self.place_of(Entry::new(hash, number));
        let mask = self.entries.len() - 1;
        let mut at = hole;
        loop {
            at = self.after(at);
            let entry = Entry(self.entries[at]);
            if entry.hash() == 0 {
                break;
            }
            // An entry may move back to the hole only where its own start does not lie between the two.
            let start = self.start_of(entry.hash());
            if (at.wrapping_sub(start) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.entries[hole] = entry.0;
                hole = at;
            }
        }
        self.entries[hole] = 0;
        self.count -= 1;
    }

    /// Where an entry is that is there.
    #[inline]
    fn place_of(&self, wanted: Entry) -> usize {
        let mut at = self.start_of(wanted.hash());
        while self.entries[at] != wanted.0 {
            assert!(self.entries[at] != 0, "a name that is known is in the index");
            at = self.after(at);
        }
        at
    }

    fn put(&mut self, entry: Entry) {
        let mut at = self.start_of(entry.hash());
        while self.entries[at] != 0 {
            at = self.after(at);
        }
        self.entries[at] = entry.0;
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

    fn hash(number: u32) -> u32 {
        hash_of(1, AccountId(number % 3), &ClOrdId::new(format!("n{number}").as_bytes()).unwrap())
    }

    #[test]
    fn names_are_found_until_they_are_removed_whatever_went_before() {
        let mut index = NameIndex::with_room(0);
        let mut present = std::collections::VecDeque::new();
        let mut state = 7_u32;
        for number in 0..5_000 {
            index.insert(hash(number), number);
            present.push_back(number);
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 24 < 120 {
                let gone = present.remove((state >> 8) as usize % present.len()).unwrap();
                index.remove(hash(gone), gone);
                assert_eq!(index.get(hash(gone), |other| other == gone), None);
            }
        }
        for &number in &present {
            index.change(hash(number), number, number + 10_000);
            assert_eq!(index.get(hash(number), |other| other == number + 10_000), Some(number + 10_000));
        }
        assert_eq!(index.count, present.len());
        assert_eq!(index.get(hash(9_999), |_| true), None);
    }
}
