//! One deterministic order flow for every book, ours and its peers', and what a plain book makes of it.
//!
//! 60 % limit orders meant to rest, at a geometric distance from a walking middle; 30 % cancels of a random live order; 8 %
//! crossing limits; 2 % market orders. About so many orders rest as are asked for: aggressors are sized by how many there are. A partly filled
//! limit rests with what is left, what is left of a market order is gone. The trades of the plain book are what the others must reproduce.

use std::collections::HashMap;

use jware_core::order::Side;

use crate::ops::{HASH_START, Op, OpFile, Outcome, PRICE_MAX, mix};
use crate::plain::PlainBook;

/// Orders that rest on average, and fill the book before anything is timed.
const TARGET: usize = 10_000;
const MEAN_DISTANCE: f64 = 50.0;

/// Mulberry32: 32 bits of state, good enough for a flow, and the same in every language.
struct Random(u32);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let mut mixed = (self.0 ^ self.0 >> 15).wrapping_mul(1 | self.0);
        mixed = mixed.wrapping_add((mixed ^ mixed >> 7).wrapping_mul(0x3d | mixed)) ^ mixed;
        f64::from(mixed ^ mixed >> 14) / 4_294_967_296.0
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of the range")]
    fn between(&mut self, low: u32, high: u32) -> u32 {
        low + (self.next() * f64::from(high - low + 1)).floor() as u32
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
    fn geometric(&mut self, mean: f64) -> u32 {
        ((1.0 - self.next()).ln() / (1.0 - 1.0 / mean).ln()).floor() as u32
    }

    fn side(&mut self) -> Side {
        if self.next() < 0.5 { Side::Buy } else { Side::Sell }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
    fn index(&mut self, length: usize) -> usize {
        (self.next() * length as f64).floor() as usize
    }
}

/// Orders that rest, so that one can be chosen at random: the last one takes the place of one that leaves.
#[derive(Default)]
struct Live {
    ids: Vec<u32>,
    indexes: HashMap<u32, usize>,
}

impl Live {
    fn add(&mut self, id: u32) {
        self.indexes.insert(id, self.ids.len());
        self.ids.push(id);
    }

    fn remove(&mut self, id: u32) {
        let index = self.indexes.remove(&id).expect("it is live");
        let last = self.ids.pop().expect("it is live");
        if last != id {
            self.ids[index] = last;
            self.indexes.insert(last, index);
        }
    }
}

struct Flow {
    random: Random,
    book: PlainBook,
    live: Live,
    /// Makers that an order filled, while it is followed.
    filled: Vec<u32>,
    target: usize,
    middle: u32,
    next_id: u32,
    ops: Vec<Op>,
    trades: Vec<[u32; 4]>,
}

impl Flow {
    fn id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    fn limit(&mut self, side: Side, price: u32, qty: u32) {
        let id = self.id();
        self.ops.push(Op::Order { id, side, price, qty, rests: true });
        let left = self.trade(id, side, price, qty);
        if left > 0 {
            self.book.rest(id, side, price, left);
            self.live.add(id);
        }
    }

    fn trade(&mut self, id: u32, side: Side, limit: u32, qty: u32) -> u32 {
        self.filled.clear();
        let left = self.book.trade(id, side, limit, qty, &mut self.trades, &mut self.filled);
        for &maker in &self.filled {
            self.live.remove(maker);
        }
        left
    }

    fn passive(&mut self) {
        let side = self.random.side();
        let distance = 1 + self.random.geometric(MEAN_DISTANCE);
        let price = if side == Side::Buy { self.middle - distance } else { self.middle + distance };
        let qty = self.random.between(1, 100);
        self.limit(side, price, qty);
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small whole numbers"
    )]
    fn aggressive(&mut self, is_market: bool) {
        let load = self.live.ids.len() as f64 / self.target as f64;
        let side = self.random.side();
        let qty = ((f64::from(self.random.between(1, 300)) * load * load + 0.5).floor() as u32).max(1);
        if is_market {
            let id = self.id();
            let price = if side == Side::Buy { PRICE_MAX } else { 1 };
            self.ops.push(Op::Order { id, side, price, qty, rests: false });
            self.trade(id, side, price, qty);
        } else {
            let reference = self.book.best(side.opposite()).unwrap_or(self.middle);
            let beyond = self.random.between(0, 20);
            self.limit(side, if side == Side::Buy { reference + beyond } else { reference - beyond }, qty);
        }
    }

    fn step(&mut self) {
        let walk = self.random.next();
        if walk < 0.05 {
            self.middle += 1;
        } else if walk < 0.1 {
            self.middle -= 1;
        }
        let kind = self.random.next();
        if kind < 0.6 || self.live.ids.is_empty() {
            self.passive();
        } else if kind < 0.9 {
            let id = self.live.ids[self.random.index(self.live.ids.len())];
            self.ops.push(Op::Cancel { id });
            self.book.cancel(id);
            self.live.remove(id);
        } else {
            self.aggressive(kind >= 0.98);
        }
    }
}

/// A flow of so many timed operations, and its outcome.
pub fn generate(seed: u32, count: usize) -> OpFile {
    generate_with(seed, count, TARGET)
}

/// The same, with about `target` orders resting.
pub fn generate_with(seed: u32, count: usize, target: usize) -> OpFile {
    let mut flow = Flow {
        random: Random(seed),
        book: PlainBook::default(),
        live: Live::default(),
        filled: Vec::new(),
        target,
        middle: 100_000,
        next_id: 0,
        ops: Vec::with_capacity(count + 2 * target),
        trades: Vec::new(),
    };
    while flow.live.ids.len() < target {
        flow.passive();
    }
    let prefill = flow.ops.len();
    flow.trades.clear();
    for _ in 0..count {
        flow.step();
    }
    let expected = Outcome {
        trades: flow.trades.len() as u64,
        volume: flow.trades.iter().map(|trade| u64::from(trade[3])).sum(),
        hash: flow.trades.iter().fold(HASH_START, |hash, &trade| mix(hash, trade)),
        resting: flow.live.ids.len() as u64,
    };
    OpFile { ops: flow.ops, prefill, expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flow_is_the_one_that_other_engines_were_measured_on() {
        let expected = Outcome { trades: 397_016, volume: 16_054_223, hash: 0xe757_91bf, resting: 12_067 };
        assert_eq!(generate(42, 1_000_000).expected, expected);
    }
}
