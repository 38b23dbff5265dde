//! One deterministic order flow for every book, ours and its peers', and what a plain book makes of it.
//!
//! 60 % limit orders meant to rest, at a geometric distance from a walking middle; 30 % cancels of a random live order; 8 %
//! crossing limits; 2 % market orders. About so many orders rest as are asked for: aggressors are sized by how many there are. A partly filled
//! limit rests with what is left, what is left of a market order is gone. The plain book keeps trees of queues and is slow and
//! obvious: its trades are what the others must reproduce.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jware_core::order::Side;

use crate::ops::{HASH_START, Op, OpFile, Outcome, PRICE_MAX, mix};

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

/// A book of trees and queues.
#[derive(Default)]
struct PlainBook {
    bids: BTreeMap<u32, VecDeque<(u32, u32)>>,
    asks: BTreeMap<u32, VecDeque<(u32, u32)>>,
    places: HashMap<u32, (Side, u32)>,
    live: Vec<u32>,
    live_index: HashMap<u32, usize>,
}

impl PlainBook {
    fn best(&self, side: Side) -> Option<u32> {
        match side {
            Side::Buy => self.bids.last_key_value(),
            Side::Sell => self.asks.first_key_value(),
        }
        .map(|(&price, _)| price)
    }

    fn levels(&mut self, side: Side) -> &mut BTreeMap<u32, VecDeque<(u32, u32)>> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    fn trade(&mut self, id: u32, side: Side, limit: u32, qty: u32, told: &mut Vec<[u32; 4]>) -> u32 {
        let mut left = qty;
        while let Some(price) = self.best(side.opposite()).filter(|_| left > 0) {
            let too_far = match side {
                Side::Buy => price > limit,
                Side::Sell => price < limit,
            };
            if too_far {
                break;
            }
            let queue = self.levels(side.opposite()).get_mut(&price).expect("the best level is there");
            let (maker, maker_left) = queue.front_mut().expect("a level has orders");
            let (maker, fill) = (*maker, left.min(*maker_left));
            *maker_left -= fill;
            let is_done = *maker_left == 0;
            left -= fill;
            told.push([maker, id, price, fill]);
            if is_done {
                self.cancel(maker);
            }
        }
        left
    }

    fn rest(&mut self, id: u32, side: Side, price: u32, qty: u32) {
        self.levels(side).entry(price).or_default().push_back((id, qty));
        self.places.insert(id, (side, price));
        self.live_index.insert(id, self.live.len());
        self.live.push(id);
    }

    fn cancel(&mut self, id: u32) {
        let (side, price) = self.places.remove(&id).expect("only live orders are canceled");
        let levels = self.levels(side);
        let queue = levels.get_mut(&price).expect("it has a level");
        queue.retain(|&(other, _)| other != id);
        if queue.is_empty() {
            levels.remove(&price);
        }
        let index = self.live_index.remove(&id).expect("it is live");
        let last = self.live.pop().expect("it is live");
        if last != id {
            self.live[index] = last;
            self.live_index.insert(last, index);
        }
    }
}

struct Flow {
    random: Random,
    book: PlainBook,
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
        let left = self.book.trade(id, side, price, qty, &mut self.trades);
        if left > 0 {
            self.book.rest(id, side, price, left);
        }
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
        let load = self.book.live.len() as f64 / self.target as f64;
        let side = self.random.side();
        let qty = ((f64::from(self.random.between(1, 300)) * load * load + 0.5).floor() as u32).max(1);
        if is_market {
            let id = self.id();
            let price = if side == Side::Buy { PRICE_MAX } else { 1 };
            self.ops.push(Op::Order { id, side, price, qty, rests: false });
            self.book.trade(id, side, price, qty, &mut self.trades);
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
        if kind < 0.6 || self.book.live.is_empty() {
            self.passive();
        } else if kind < 0.9 {
            let id = self.book.live[self.random.index(self.book.live.len())];
            self.ops.push(Op::Cancel { id });
            self.book.cancel(id);
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
        target,
        middle: 100_000,
        next_id: 0,
        ops: Vec::with_capacity(count + 2 * target),
        trades: Vec::new(),
    };
    while flow.book.live.len() < target {
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
        resting: flow.book.live.len() as u64,
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
