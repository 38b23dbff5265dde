//! One instrument's book: house liquidity and our own orders, side by side at each price.
//!
//! Invariant: when synced and between commands, no own order crosses the other side. At one price, own orders and house
//! liquidity trade in time order: an order fills when the house quantity ahead of it is gone.
//!
//! A book knows nothing of accounts and money. Matching is a loop of two steps that its caller makes: [`Book::candidate`] says
//! who is next, [`Book::fill`] lets it trade; between the two the caller may do something else about it.
// HOT: every order, fill and cancel comes through here.

mod house;
mod id_map;
mod matcher;
mod price_map;
mod queue;
mod resting;
mod trigger;

pub use house::{HouseLevel, HouseSide};
pub use matcher::{MatchedTrade, Matcher};
pub use price_map::PriceMap;
pub use queue::{QueueLevel, QueueSide};
pub(crate) use resting::key_of;
pub use resting::{NIL, Resting, RestingOrders};
pub use trigger::{TriggerBook, TriggerSources, Wait};

use crate::order::Side;
use crate::units::{PriceTicks, QtyLots};

/// One side of a book.
#[derive(Clone, Debug, Default)]
pub struct BookSide {
    /// The outside market.
    pub house: HouseSide,
    /// Our orders.
    pub queue: QueueSide,
}

impl BookSide {
    /// The best key of either.
    #[inline]
    fn best_key(&self) -> Option<i64> {
        self.house.best().max(self.queue.levels.last().map(|(key, _)| key))
    }
}

/// Who an incoming order would trade with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// House liquidity.
    House,
    /// A resting order, by slot.
    Order(u32),
}

/// The next trade of an incoming order, if it takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// With whom.
    pub maker: Maker,
    /// At which price.
    pub price: PriceTicks,
    /// No more than this, lots.
    pub qty: i64,
    key: i64,
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
    #[inline]
    pub const fn side(&self, side: Side) -> &BookSide {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    /// A side, to change.
    #[inline]
    pub const fn side_mut(&mut self, side: Side) -> &mut BookSide {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    /// The next trade of an order that comes in on `taker` and trades at `limit` or better.
    #[inline]
    pub fn candidate(&self, orders: &RestingOrders, taker: Side, limit: PriceTicks) -> Option<Candidate> {
        let side = self.side(taker.opposite());
        let own = side.queue.levels.last();
        let key = side.house.best().max(own.map(|(key, _)| key))?;
        if key < key_of(taker.opposite(), limit) {
            return None;
        }
        let price = PriceTicks(key.abs());
        let available = side.house.available(key);
        let front = match own {
            Some((own_key, level)) if own_key == key => Some((level.head, level.house_passed)),
            _ => None,
        };
        // House liquidity goes first as far as it stands ahead of our first order, and wholly where we have none.
        let house_turn = match front {
            None => available,
            Some(_) if available == 0 => 0,
            Some((head, passed)) => (orders.reserves[head as usize].house_mark - passed).clamp(0, available),
        };
        match front {
            _ if house_turn > 0 => Some(Candidate { maker: Maker::House, price, qty: house_turn, key }),
            Some((head, _)) => Some(Candidate { maker: Maker::Order(head), price, qty: orders.get(head).shown, key }),
            None => None,
        }
    }

    /// Lets a candidate trade `qty`, no more than its own. Gives what a resting order has left; one with nothing left is out of
    /// the book.
    #[inline]
    pub fn fill(&mut self, orders: &mut RestingOrders, taker: Side, candidate: Candidate, qty: i64) -> i64 {
        let side = self.side_mut(taker.opposite());
        match candidate.maker {
            Maker::House => {
                side.house.take(candidate.key, qty);
                side.queue.pass_house(candidate.key, qty);
                0
            }
            Maker::Order(slot) => {
                let ahead = side.house.available(candidate.key);
                side.queue.fill(orders, slot, qty, ahead)
            }
        }
    }

    /// Fills a resting order at its own price, whoever the other side is. As [`fill`](Self::fill).
    pub(crate) fn fill_resting(&mut self, orders: &mut RestingOrders, slot: u32, qty: i64) -> i64 {
        let (side, key) = (orders.get(slot).side(), orders.get(slot).key);
        let side = self.side_mut(side);
        let ahead = side.house.available(key);
        side.queue.fill(orders, slot, qty, ahead)
    }

    /// Puts an order into the book at a price with `qty` lots, displaying `display` of it at once (0 = all).
    #[inline]
    pub fn rest(&mut self, orders: &mut RestingOrders, slot: u32, side: Side, price: PriceTicks, qty: QtyLots, display: QtyLots) {
        let key = key_of(side, price);
        let order = orders.get_mut(slot);
        order.key = key;
        order.shown = if display.0 == 0 { qty.0 } else { qty.0.min(display.0) };
        let hidden = qty.0 - order.shown;
        let reserve = &mut orders.reserves[slot as usize];
        (reserve.hidden, reserve.display) = (hidden, display.0);
        let side = self.side_mut(side);
        let ahead = side.house.available(key);
        side.queue.push_back(orders, slot, ahead);
    }

    /// Takes an order out of the book.
    #[inline]
    pub fn unlink(&mut self, orders: &mut RestingOrders, slot: u32) {
        let side = orders.get(slot).side();
        self.side_mut(side).queue.unlink(orders, slot);
    }

    /// Takes quantity from a resting order, hidden first; something must be left. It keeps its place.
    pub(crate) fn reduce(&mut self, orders: &mut RestingOrders, slot: u32, qty: i64) {
        let side = orders.get(slot).side();
        self.side_mut(side).queue.reduce(orders, slot, qty);
    }

    /// Displayed total at a price, lots.
    pub fn total(&self, side: Side, price: PriceTicks) -> i64 {
        let (book, key) = (self.side(side), key_of(side, price));
        book.house.available(key) + book.queue.shown(key)
    }

    /// The best price of a side that has anything, house or own.
    #[inline]
    pub fn best(&self, side: Side) -> Option<PriceTicks> {
        self.side(side).best_key().map(|key| PriceTicks(key.abs()))
    }

    /// The best price of our own orders of a side.
    pub fn best_own(&self, side: Side) -> Option<PriceTicks> {
        self.side(side).queue.levels.last().map(|(key, _)| PriceTicks(key.abs()))
    }

    /// Prices that have orders of ours, the best first.
    pub fn own_prices(&self, side: Side) -> impl Iterator<Item = PriceTicks> + '_ {
        self.side(side).queue.levels.iter_down().map(|(key, _)| PriceTicks(key.abs()))
    }

    /// Slots of our orders at a price, first in line first.
    pub fn queue_at<'a>(&'a self, orders: &'a RestingOrders, side: Side, price: PriceTicks) -> impl Iterator<Item = u32> + 'a {
        let head = self.side(side).queue.level(key_of(side, price)).map_or(NIL, |level| level.head);
        core::iter::successors((head != NIL).then_some(head), |&slot| {
            let next = orders.links[slot as usize].next;
            (next != NIL).then_some(next)
        })
    }

    /// House quantity ahead of a resting order at its price, lots.
    pub fn house_ahead(&self, orders: &RestingOrders, slot: u32) -> i64 {
        let order = orders.get(slot);
        let side = self.side(order.side());
        side.queue.house_ahead(orders, slot, side.house.available(order.key))
    }

    /// Displayed levels of a side, best first, with their totals.
    pub fn depth(&self, side: Side, level_count_max: usize) -> Vec<(PriceTicks, i64)> {
        let book = self.side(side);
        let mut levels: Vec<(PriceTicks, i64)> = Vec::with_capacity(level_count_max.min(1024));
        for (key, qty) in self.walk(side, |level| level.shown) {
            if levels.len() == level_count_max {
                break;
            }
            levels.push((PriceTicks(key.abs()), qty));
        }
        debug_assert!(levels.first().map(|level| level.0) == book.best_key().map(|key| PriceTicks(key.abs())));
        levels
    }

    /// Levels that an order coming in on `taker` could trade with at `limit` or better, best first: price and quantity, hidden
    /// included.
    pub fn tradable(&self, taker: Side, limit: PriceTicks) -> impl Iterator<Item = (PriceTicks, i64)> + '_ {
        let worst = key_of(taker.opposite(), limit);
        self.walk(taker.opposite(), |level| level.shown + level.hidden)
            .take_while(move |&(key, _)| key >= worst)
            .map(|(key, qty)| (PriceTicks(key.abs()), qty))
    }

    /// The same, of what is displayed.
    pub fn displayed(&self, taker: Side, limit: PriceTicks) -> impl Iterator<Item = (PriceTicks, i64)> + '_ {
        let worst = key_of(taker.opposite(), limit);
        self.walk(taker.opposite(), |level| level.shown)
            .take_while(move |&(key, _)| key >= worst)
            .map(|(key, qty)| (PriceTicks(key.abs()), qty))
    }

    /// Levels of a side as signed prices with totals, the best first.
    fn walk<'a>(&'a self, side: Side, own_qty: impl Fn(&QueueLevel) -> i64 + 'a) -> impl Iterator<Item = (i64, i64)> + 'a {
        let book = self.side(side);
        let mut house = book.house.iter_available().peekable();
        let mut own = book.queue.levels.iter_down().map(move |(key, level)| (key, own_qty(level))).peekable();
        core::iter::from_fn(move || {
            let key = house.peek().map(|level| level.0).max(own.peek().map(|level| level.0))?;
            let from_house = house.next_if(|level| level.0 == key).map_or(0, |level| level.1);
            let from_own = own.next_if(|level| level.0 == key).map_or(0, |level| level.1);
            Some((key, from_house + from_own))
        })
    }

    /// Twice the middle of best bid and best ask, where both are there.
    pub fn mid_twice(&self) -> Option<i64> {
        Some(self.best(Side::Buy)?.0 + self.best(Side::Sell)?.0)
    }
}
