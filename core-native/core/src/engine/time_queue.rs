//! Things that happen at a time: by time, and at one time in the order in which they were put in.
//!
//! Allocates only when it holds more than ever before.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::units::TsNs;

/// What is due, the next first.
#[derive(Debug)]
pub(super) struct TimeQueue<T> {
    /// Time, number, and where it lies.
    heap: BinaryHeap<Reverse<(TsNs, u64, usize)>>,
    things: Vec<Option<T>>,
    free: Vec<usize>,
    count: u64,
}

impl<T> Default for TimeQueue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), things: Vec::new(), free: Vec::new(), count: 0 }
    }
}

impl<T> TimeQueue<T> {
    pub(super) fn push(&mut self, due: TsNs, thing: T) {
        self.count += 1;
        self.put(due, self.count, thing);
    }

    fn put(&mut self, due: TsNs, number: u64, thing: T) {
        let at = self.free.pop().unwrap_or_else(|| {
            self.things.push(None);
            self.things.len() - 1
        });
        self.things[at] = Some(thing);
        self.heap.push(Reverse((due, number, at)));
    }

    /// When the next is due.
    #[inline]
    pub(super) fn next_due(&self) -> Option<TsNs> {
        self.heap.peek().map(|&Reverse((due, ..))| due)
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let Reverse((_, _, at)) = self.heap.pop()?;
        self.free.push(at);
        self.things[at].take()
    }

    /// Everything in it, the next first: time, number, thing.
    pub(super) fn in_order(&self) -> Vec<(TsNs, u64, &T)> {
        let mut rows: Vec<(TsNs, u64, usize)> = self.heap.iter().map(|&Reverse(row)| row).collect();
        rows.sort_unstable();
        rows.into_iter().map(|(due, number, at)| (due, number, self.things[at].as_ref().expect("in the heap"))).collect()
    }

    /// How many were ever put in.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// A queue as it was: after `count` things, with these (time, number, thing) still in it. None where the numbers do not fit.
    pub(super) fn restore(count: u64, rows: impl IntoIterator<Item = (TsNs, u64, T)>) -> Option<Self> {
        let mut queue = Self { count, ..Self::default() };
        let mut last = None;
        for (due, number, thing) in rows {
            if number == 0 || number > count || last >= Some((due, number)) {
                return None;
            }
            last = Some((due, number));
            queue.put(due, number, thing);
        }
        Some(queue)
    }
}
