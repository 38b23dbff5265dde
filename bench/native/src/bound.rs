//! The bare bound: as little as a book can do that matches by price and time, written for one flow of operations and nothing else. It says how
//! far the engine's book is from what the processor allows.
//!
//! Prices are a window of levels known beforehand, with a bitmap of those that have orders for each side, in three steps of 64. Orders
//! are in a slab at the place of their id and know their neighbours. It shares nothing with the core's queue on purpose: a bound that ran the
//! code which it bounds would say nothing of it. All that is checked is whether an order that is canceled rests: orders are numbered from 1
//! before (`Rows::numbered`), up to the number that `new` was given, and a price is below `PRICE_MAX`. No second instrument, no order types, no snapshot, no state to hash.

use jware_core::order::Side;

use crate::ops::PRICE_MAX;

/// The end of a queue, and the id of no order.
const NONE: u32 = 0;
const LEVELS: usize = PRICE_MAX as usize;

#[derive(Clone, Copy, Default)]
struct Order {
    price: u32,
    /// 0 where it does not rest.
    left: u32,
    before: u32,
    after: u32,
    is_buy: bool,
}

#[derive(Clone, Copy, Default)]
struct Level {
    first: u32,
    last: u32,
}

/// Which levels of a side have orders.
struct Bitmap {
    levels: Vec<u64>,
    groups: [u64; LEVELS / 64 / 64],
    top: u64,
}

impl Bitmap {
    fn new() -> Self {
        Self { levels: vec![0; LEVELS / 64], groups: [0; LEVELS / 64 / 64], top: 0 }
    }

    #[inline]
    fn set(&mut self, price: usize) {
        self.levels[price >> 6] |= 1 << (price & 63);
        self.groups[price >> 12] |= 1 << (price >> 6 & 63);
        self.top |= 1 << (price >> 12);
    }

    #[inline]
    fn clear(&mut self, price: usize) {
        self.levels[price >> 6] &= !(1 << (price & 63));
        if self.levels[price >> 6] == 0 {
            self.groups[price >> 12] &= !(1 << (price >> 6 & 63));
            if self.groups[price >> 12] == 0 {
                self.top &= !(1 << (price >> 12));
            }
        }
    }

    #[inline]
    fn lowest(&self) -> Option<usize> {
        let group = (self.top != 0).then(|| self.top.trailing_zeros() as usize)?;
        let word = group << 6 | self.groups[group].trailing_zeros() as usize;
        Some(word << 6 | self.levels[word].trailing_zeros() as usize)
    }

    #[inline]
    fn highest(&self) -> Option<usize> {
        let group = (self.top != 0).then(|| 63 - self.top.leading_zeros() as usize)?;
        let word = group << 6 | (63 - self.groups[group].leading_zeros() as usize);
        Some(word << 6 | (63 - self.levels[word].leading_zeros() as usize))
    }
}

/// Orders of one instrument.
pub struct BoundBook {
    orders: Vec<Order>,
    levels: Vec<Level>,
    bids: Bitmap,
    asks: Bitmap,
    resting_count: usize,
}

impl BoundBook {
    /// An empty book for ids up to `id_max`.
    pub fn new(id_max: u32) -> Self {
        Self {
            orders: vec![Order::default(); id_max as usize + 1],
            // A price has orders of one side at a time.
            levels: vec![Level::default(); LEVELS],
            bids: Bitmap::new(),
            asks: Bitmap::new(),
            resting_count: 0,
        }
    }

    /// Orders that rest.
    pub fn resting_count(&self) -> usize {
        self.resting_count
    }

    /// Matches an order; what is left of it rests, or is gone.
    #[inline]
    pub fn submit(&mut self, id: u32, side: Side, limit: u32, qty: u32, rests: bool, told: &mut Vec<[u32; 4]>) {
        let is_buy = side == Side::Buy;
        let mut left = qty;
        while left > 0 {
            let best = if is_buy { self.asks.lowest() } else { self.bids.highest() };
            let Some(price) = best else { break };
            #[allow(clippy::cast_possible_truncation, reason = "below PRICE_MAX")]
            let level_price = price as u32;
            if if is_buy { level_price > limit } else { level_price < limit } {
                break;
            }
            left = self.take_from(price, level_price, id, left, !is_buy, told);
        }
        if rests && left > 0 {
            self.rest(id, is_buy, limit, left);
        }
    }

    /// Fills against one level; what is left.
    #[inline]
    fn take_from(&mut self, price: usize, level_price: u32, id: u32, qty: u32, is_bid: bool, told: &mut Vec<[u32; 4]>) -> u32 {
        let mut left = qty;
        let mut maker = self.levels[price].first;
        while maker != NONE && left > 0 {
            let order = &mut self.orders[maker as usize];
            let fill = left.min(order.left);
            left -= fill;
            order.left -= fill;
            told.push([maker, id, level_price, fill]);
            if order.left > 0 {
                break;
            }
            self.resting_count -= 1;
            maker = order.after;
        }
        self.levels[price].first = maker;
        if maker == NONE {
            self.levels[price].last = NONE;
            if is_bid { &mut self.bids } else { &mut self.asks }.clear(price);
        } else {
            self.orders[maker as usize].before = NONE;
        }
        left
    }

    #[inline]
    fn rest(&mut self, id: u32, is_buy: bool, price: u32, left: u32) {
        let level = &mut self.levels[price as usize];
        let before = level.last;
        level.last = id;
        self.orders[id as usize] = Order { price, left, before, after: NONE, is_buy };
        if before == NONE {
            level.first = id;
            if is_buy { &mut self.bids } else { &mut self.asks }.set(price as usize);
        } else {
            self.orders[before as usize].after = id;
        }
        self.resting_count += 1;
    }

    /// Takes an order out, where it rests.
    #[inline]
    pub fn cancel(&mut self, id: u32) {
        let order = &mut self.orders[id as usize];
        if order.left == 0 {
            return;
        }
        order.left = 0;
        let Order { price, before, after, is_buy, .. } = *order;
        let level = &mut self.levels[price as usize];
        if before == NONE {
            level.first = after;
        } else {
            self.orders[before as usize].after = after;
        }
        if after == NONE {
            level.last = before;
        } else {
            self.orders[after as usize].before = before;
        }
        if before == NONE && after == NONE {
            if is_buy { &mut self.bids } else { &mut self.asks }.clear(price as usize);
        }
        self.resting_count -= 1;
    }
}
