//! An ordered map from a price to a level, for books: the best level at once, its neighbours next to it in memory.
//!
//! Levels live in pages of 64 neighbouring keys with a bit for each that is there. The pages are found through a small
//! direct-mapped cache, and behind it through a sorted list whose *end* is the best: books change near their best price, so an
//! insertion there moves little. Keys are signed prices: bids as they are, asks negated, so that the best is the greatest for
//! both sides.
//!
//! Cost: O(1) near the best; O(log pages) for a page that is not cached, O(pages) to add or remove a page far from the best.
//! Allocates only when it holds more pages than ever before.
// HOT: every order, fill and cancel comes through here.

const PAGE_BITS: u32 = 6;
const PAGE_LEVELS: usize = 1 << PAGE_BITS;
const CACHE_SLOTS: usize = 16;
const LEVEL_MASK: i64 = 63;
const CACHE_MASK: i64 = 15;
const NO_PAGE: i64 = i64::MIN;

const _: () = assert!(PAGE_LEVELS == 64 && CACHE_SLOTS == 16, "the masks are one less");

#[derive(Clone, Debug)]
struct Page<L> {
    /// Bit n: the level of key `number << 6 | n` is there.
    present: u64,
    levels: [L; PAGE_LEVELS],
}

/// An ordered map from key to level.
#[derive(Clone, Debug)]
pub struct PriceMap<L> {
    pages: Vec<Page<L>>,
    free: Vec<u32>,
    /// Number and place of each page that has a level, by number.
    index: Vec<(i64, u32)>,
    cache: [(i64, u32); CACHE_SLOTS],
}

impl<L> Default for PriceMap<L> {
    fn default() -> Self {
        Self { pages: Vec::new(), free: Vec::new(), index: Vec::new(), cache: [(NO_PAGE, 0); CACHE_SLOTS] }
    }
}

const fn page_of(key: i64) -> i64 {
    key >> PAGE_BITS
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "masked to six bits")]
const fn level_of(key: i64) -> usize {
    (key & LEVEL_MASK) as usize
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "masked to the cache's size")]
const fn cache_slot_of(page: i64) -> usize {
    (page & CACHE_MASK) as usize
}

#[allow(clippy::cast_lossless, reason = "const")]
const fn key_of(page: i64, level: u32) -> i64 {
    (page << PAGE_BITS) | level as i64
}

const fn highest(bits: u64) -> u32 {
    bits.ilog2()
}

impl<L: Copy + Default> PriceMap<L> {
    /// Whether it has no level.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// The greatest key and its level.
    #[inline]
    pub fn last(&self) -> Option<(i64, &L)> {
        let &(number, place) = self.index.last()?;
        let page = &self.pages[place as usize];
        let level = highest(page.present);
        Some((key_of(number, level), &page.levels[level as usize]))
    }

    /// The level of a key.
    #[inline]
    pub fn get(&self, key: i64) -> Option<&L> {
        let page = &self.pages[self.place_of(page_of(key))? as usize];
        let level = level_of(key);
        (page.present >> level & 1 == 1).then(|| &page.levels[level])
    }

    /// The level of a key, to change.
    #[inline]
    pub fn get_mut(&mut self, key: i64) -> Option<&mut L> {
        let place = self.place_of(page_of(key))?;
        self.cache[cache_slot_of(page_of(key))] = (page_of(key), place);
        let page = &mut self.pages[place as usize];
        let level = level_of(key);
        (page.present >> level & 1 == 1).then(|| &mut page.levels[level])
    }

    /// The level of a key, made by `L::default()` where there was none.
    #[inline]
    pub fn get_or_insert(&mut self, key: i64) -> &mut L {
        let number = page_of(key);
        let place = self.place_of(number).unwrap_or_else(|| self.add_page(number));
        self.cache[cache_slot_of(number)] = (number, place);
        let page = &mut self.pages[place as usize];
        let level = level_of(key);
        if page.present >> level & 1 == 0 {
            page.present |= 1 << level;
            page.levels[level] = L::default();
        }
        &mut page.levels[level]
    }

    /// Takes a level out; gives it back if it was there.
    #[inline]
    pub fn remove(&mut self, key: i64) -> Option<L> {
        let number = page_of(key);
        let place = self.place_of(number)?;
        let page = &mut self.pages[place as usize];
        let level = level_of(key);
        if page.present >> level & 1 == 0 {
            return None;
        }
        page.present &= !(1 << level);
        let removed = page.levels[level];
        if page.present == 0 {
            self.remove_page(number, place);
        }
        Some(removed)
    }

    /// Forgets every level.
    pub fn clear(&mut self) {
        self.free.extend(self.index.drain(..).map(|(_, place)| place));
        for place in &self.free {
            self.pages[*place as usize].present = 0;
        }
        self.cache = [(NO_PAGE, 0); CACHE_SLOTS];
    }

    /// Keys and levels from the greatest down.
    pub fn iter_down(&self) -> impl Iterator<Item = (i64, &L)> + Clone + '_ {
        self.pages_down(self.index.len(), u64::MAX)
    }

    /// Keys and levels from `key` (included) down.
    pub fn iter_down_from(&self, key: i64) -> impl Iterator<Item = (i64, &L)> + Clone + '_ {
        let end = self.index.partition_point(|&(number, _)| number <= page_of(key));
        let is_in_last = end > 0 && self.index[end - 1].0 == page_of(key);
        let mask = if is_in_last { u64::MAX >> (63 - level_of(key)) } else { u64::MAX };
        self.pages_down(end, mask)
    }

    /// Levels of the first `page_count` pages, of the last of these only those in `mask`.
    fn pages_down(&self, page_count: usize, mask: u64) -> impl Iterator<Item = (i64, &L)> + Clone + '_ {
        self.index[..page_count].iter().rev().enumerate().flat_map(move |(from_last, &(number, place))| {
            let page = &self.pages[place as usize];
            let mut bits = if from_last == 0 { page.present & mask } else { page.present };
            core::iter::from_fn(move || {
                if bits == 0 {
                    return None;
                }
                let level = highest(bits);
                bits &= !(1 << level);
                Some((key_of(number, level), &page.levels[level as usize]))
            })
        })
    }

    #[inline]
    fn place_of(&self, number: i64) -> Option<u32> {
        let (cached, place) = self.cache[cache_slot_of(number)];
        if cached == number {
            return Some(place);
        }
        self.search(number).ok().map(|at| self.index[at].1)
    }

    /// Where a page is in the list, or belongs.
    fn search(&self, number: i64) -> Result<usize, usize> {
        self.index.binary_search_by_key(&number, |&(other, _)| other)
    }

    #[cold]
    fn add_page(&mut self, number: i64) -> u32 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.pages.push(Page { present: 0, levels: [L::default(); PAGE_LEVELS] });
            u32::try_from(self.pages.len() - 1).expect("a book has far fewer pages")
        });
        let at = self.search(number).expect_err("the page is not there");
        self.index.insert(at, (number, place));
        place
    }

    #[cold]
    fn remove_page(&mut self, number: i64, place: u32) {
        let at = self.search(number).expect("the page is there");
        self.index.remove(at);
        self.free.push(place);
        let slot = cache_slot_of(number);
        if self.cache[slot].0 == number {
            self.cache[slot] = (NO_PAGE, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Op {
        Set(i64, i64),
        Remove(i64),
        Clear,
    }

    fn key() -> impl Strategy<Value = i64> {
        prop_oneof![10 => -200_i64..200, 3 => -5_000_i64..5_000, 1 => prop::sample::select(vec![i64::MAX, -i64::MAX, 1 << 53, 0])]
    }

    proptest! {
        #[test]
        fn equals_a_tree_of_the_standard_library(
            ops in prop::collection::vec(
                prop_oneof![
                    20 => (key(), any::<i64>()).prop_map(|(key, value)| Op::Set(key, value)),
                    15 => key().prop_map(Op::Remove),
                    1 => Just(Op::Clear)
                ],
                0..200
            ),
            from in key()
        ) {
            let mut map = PriceMap::<i64>::default();
            let mut tree = BTreeMap::new();
            for op in ops {
                match op {
                    Op::Set(key, value) => {
                        *map.get_or_insert(key) = value;
                        tree.insert(key, value);
                    }
                    Op::Remove(key) => prop_assert_eq!(map.remove(key), tree.remove(&key)),
                    Op::Clear => {
                        map.clear();
                        tree.clear();
                    }
                }
                prop_assert_eq!(map.last().map(|(key, value)| (key, *value)), tree.last_key_value().map(|(key, value)| (*key, *value)));
                prop_assert_eq!(map.is_empty(), tree.is_empty());
            }
            let down: Vec<_> = map.iter_down().map(|(key, value)| (key, *value)).collect();
            let expected: Vec<_> = tree.iter().rev().map(|(key, value)| (*key, *value)).collect();
            prop_assert_eq!(down, expected);
            let down: Vec<_> = map.iter_down_from(from).map(|(key, value)| (key, *value)).collect();
            let expected: Vec<_> = tree.range(..=from).rev().map(|(key, value)| (*key, *value)).collect();
            prop_assert_eq!(down, expected);
            for key in -201..201 {
                prop_assert_eq!(map.get(key), tree.get(&key));
                prop_assert_eq!(map.get_mut(key).copied(), tree.get(&key).copied());
            }
        }
    }
}
