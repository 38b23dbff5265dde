//! One instrument's book: house liquidity and our own orders, side by side at each price.
//!
//! Invariant: when synced and between commands, no own order crosses the other side. At one price, own orders and house
//! liquidity trade in time order: an order fills when the house quantity ahead of it is gone.

mod house;
mod queue;

pub use house::{HouseLevel, HouseSide};
pub use queue::{QueueLevel, QueueSide};

use crate::order::Side;
use crate::units::PriceTicks;

/// One side of a book.
#[derive(Clone, Debug, Default)]
pub struct BookSide {
    /// The outside market.
    pub house: HouseSide,
    /// Our orders.
    pub queue: QueueSide,
}

impl BookSide {
    /// Displayed total at a price, lots.
    pub fn total(&self, price: PriceTicks) -> i64 {
        self.house.available(price) + self.queue.qty(price)
    }
}

/// Both sides.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Buyers.
    pub bids: BookSide,
    /// Sellers.
    pub asks: BookSide,
}

impl Book {
    /// A side.
    pub fn side(&self, side: Side) -> &BookSide {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    /// A side, to change.
    pub fn side_mut(&mut self, side: Side) -> &mut BookSide {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    /// The best price of a side that has anything, house or own.
    pub fn best(&self, side: Side) -> Option<PriceTicks> {
        let book = self.side(side);
        match side {
            Side::Buy => {
                let house = book.house.iter_available().next_back().map(|(price, _)| price);
                house.max(book.queue.levels.last_key_value().map(|(&price, _)| price))
            }
            Side::Sell => {
                let house = book.house.iter_available().next().map(|(price, _)| price);
                let own = book.queue.levels.first_key_value().map(|(&price, _)| price);
                match (house, own) {
                    (Some(house), Some(own)) => Some(house.min(own)),
                    (house, own) => house.or(own),
                }
            }
        }
    }

    /// The best price of our own orders of a side.
    pub fn best_own(&self, side: Side) -> Option<PriceTicks> {
        let levels = &self.side(side).queue.levels;
        match side {
            Side::Buy => levels.last_key_value(),
            Side::Sell => levels.first_key_value(),
        }
        .map(|(&price, _)| price)
    }

    /// Displayed levels of a side, best first, with their totals.
    pub fn depth(&self, side: Side, level_count_max: usize) -> Vec<(PriceTicks, i64)> {
        let book = self.side(side);
        let mut levels: Vec<(PriceTicks, i64)> = Vec::with_capacity(level_count_max.min(1024));
        let mut push = |price: PriceTicks, qty: i64| {
            if let Some(last) = levels.last_mut().filter(|last| last.0 == price) {
                last.1 += qty;
                return true;
            }
            let room = levels.len() < level_count_max;
            if room {
                levels.push((price, qty));
            }
            room
        };
        match side {
            Side::Buy => merge(
                book.house.iter_available().rev(),
                book.queue.levels.iter().rev().map(|(&price, level)| (price, level.qty)),
                |house, own| house >= own,
                &mut push,
            ),
            Side::Sell => merge(
                book.house.iter_available(),
                book.queue.levels.iter().map(|(&price, level)| (price, level.qty)),
                |house, own| house <= own,
                &mut push,
            ),
        }
        levels
    }

    /// How much an incoming order could fill at `limit` or better, no more than `enough`.
    pub fn fillable(&self, taker: Side, limit: PriceTicks, enough: i64) -> i64 {
        let book = self.side(taker.opposite());
        let mut sum = 0_i64;
        let mut add = |qty: i64| {
            sum = sum.saturating_add(qty);
            sum < enough
        };
        match taker {
            Side::Buy => {
                let _ = book.house.iter_available().take_while(|&(price, _)| price <= limit).all(|(_, qty)| add(qty))
                    && book.queue.levels.range(..=limit).all(|(_, level)| add(level.qty));
            }
            Side::Sell => {
                let _ = book.house.iter_available().rev().take_while(|&(price, _)| price >= limit).all(|(_, qty)| add(qty))
                    && book.queue.levels.range(limit..).all(|(_, level)| add(level.qty));
            }
        }
        sum.min(enough)
    }

    /// Twice the middle of best bid and best ask, where both are there.
    pub fn mid_twice(&self) -> Option<i64> {
        Some(self.best(Side::Buy)?.0 + self.best(Side::Sell)?.0)
    }
}

/// Walks two sorted runs as one; `push` returns false to stop.
fn merge(
    house: impl Iterator<Item = (PriceTicks, i64)>,
    own: impl Iterator<Item = (PriceTicks, i64)>,
    house_first: impl Fn(PriceTicks, PriceTicks) -> bool,
    push: &mut impl FnMut(PriceTicks, i64) -> bool,
) {
    let mut house = house.peekable();
    let mut own = own.peekable();
    loop {
        let next = match (house.peek(), own.peek()) {
            (Some(a), Some(b)) => {
                if house_first(a.0, b.0) {
                    house.next()
                } else {
                    own.next()
                }
            }
            (Some(_), None) => house.next(),
            (None, _) => own.next(),
        };
        let Some((price, qty)) = next else { return };
        if !push(price, qty) {
            return;
        }
    }
}
