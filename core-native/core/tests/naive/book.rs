//! The book: house rows and resting orders, sorted when asked.

use jware_core::order::Side;
use jware_core::units::{InstrumentId, OrderId};

use super::{House, Naive, Order, Place};

/// Whether price `a` is strictly better than `b` for orders resting on `side`.
pub(super) fn better(side: Side, a: i128, b: i128) -> bool {
    if side == Side::Buy { a > b } else { a < b }
}

impl Naive {
    /// Our resting orders of a side, first to fill first.
    pub(super) fn queue_of(&self, instrument: InstrumentId, side: Side) -> Vec<&Order> {
        let resting = |o: &&Order| o.place == Place::Book && (o.instrument, o.terms.side) == (instrument, side);
        let mut queue: Vec<&Order> = self.orders.iter().filter(resting).collect();
        queue.sort_by_key(|order| (if side == Side::Buy { -order.price } else { order.price }, order.stamp));
        queue
    }

    pub(super) fn front(&self, instrument: InstrumentId, side: Side) -> Option<&Order> {
        let resting = |o: &&Order| o.place == Place::Book && (o.instrument, o.terms.side) == (instrument, side);
        let rank = |o: &&Order| (if side == Side::Buy { -o.price } else { o.price }, o.stamp);
        self.orders.iter().filter(resting).min_by_key(rank)
    }

    pub(super) fn house_at(&self, instrument: InstrumentId, side: Side, price: i128) -> i128 {
        let here = |row: &&House| (row.instrument, row.side, row.price) == (instrument, side, price);
        self.house.iter().find(here).map_or(0, |row| row.available)
    }

    pub fn house_shown(&self, instrument: InstrumentId, side: Side, price: i64) -> i64 {
        super::narrow(self.house_at(instrument, side, i128::from(price)))
    }

    /// House lots that fill before an order at its price.
    pub fn ahead(&self, order: &Order) -> i128 {
        order.ahead.min(self.house_at(order.instrument, order.terms.side, order.price))
    }

    /// All that is displayed and trades before an order at its price; none where it is in no book.
    pub fn queue_ahead(&self, order: &Order) -> Option<i128> {
        let queue = self.queue_of(order.instrument, order.terms.side);
        let before = |other: &&&Order| other.price == order.price && other.stamp < order.stamp;
        let own: i128 = queue.iter().filter(before).map(|other| other.shown).sum();
        (order.place == Place::Book).then_some(own + self.ahead(order))
    }

    /// House levels with something available, best first.
    pub(super) fn house_rows(&self, instrument: InstrumentId, side: Side) -> Vec<(i128, i128)> {
        let here = |row: &&House| (row.instrument, row.side) == (instrument, side) && row.available > 0;
        let mut rows: Vec<(i128, i128)> = self.house.iter().filter(here).map(|row| (row.price, row.available)).collect();
        rows.sort_by_key(|row| if side == Side::Buy { -row.0 } else { row.0 });
        rows
    }

    /// Levels, best first: what is displayed of our orders (or all of it) and the house's.
    pub fn levels(&self, instrument: InstrumentId, side: Side, hidden_too: bool) -> Vec<(i128, i128)> {
        let amount = |order: &Order| if hidden_too { order.leaves() } else { order.shown };
        let mut rows: Vec<(i128, i128)> = self.queue_of(instrument, side).iter().map(|o| (o.price, amount(o))).collect();
        rows.extend(self.house_rows(instrument, side));
        rows.sort_by_key(|row| if side == Side::Buy { -row.0 } else { row.0 });
        let mut levels: Vec<(i128, i128)> = Vec::new();
        for (price, qty) in rows {
            match levels.last_mut() {
                Some(last) if last.0 == price => last.1 += qty,
                _ => levels.push((price, qty)),
            }
        }
        levels
    }

    pub(super) fn best(&self, instrument: InstrumentId, side: Side) -> Option<i128> {
        let rank = |price: i128| if side == Side::Buy { -price } else { price };
        let house = self.house.iter().filter(|row| (row.instrument, row.side) == (instrument, side) && row.available > 0);
        let own = self.front(instrument, side).map(|order| order.price);
        house.map(|row| row.price).chain(own).min_by_key(|&price| rank(price))
    }

    /// House lots leave a queue from its front: by being taken (and gone), or by trading with others.
    pub(super) fn house_passes(&mut self, instrument: InstrumentId, side: Side, price: i128, qty: i128, taken: bool) {
        for order in self.orders.iter_mut().filter(|o| (o.instrument, o.terms.side, o.price) == (instrument, side, price)) {
            order.ahead -= qty;
        }
        for row in self.house.iter_mut().filter(|row| (row.instrument, row.side, row.price) == (instrument, side, price)) {
            row.available -= if taken { qty } else { 0 };
        }
    }

    /// Puts an order into the book, behind all that is displayed at its price: when it rests, and when an iceberg shows its next part.
    pub(super) fn join_the_back(&mut self, id: OrderId) {
        self.stamp += 1;
        let stamp = self.stamp;
        let order = *self.live(id).expect("a live order");
        let before = |o: &&&Order| o.price == order.price && o.id != id;
        let queue = self.queue_of(order.instrument, order.terms.side);
        let last = queue.iter().rfind(before).map_or(0, |other| other.ahead);
        let ahead = self.house_at(order.instrument, order.terms.side, order.price).max(last);
        let display = i128::from(order.terms.display_qty.0);
        let order = self.live_mut(id);
        (order.place, order.stamp, order.ahead) = (Place::Book, stamp, ahead);
        order.shown = if display > 0 { display.min(order.leaves()) } else { order.leaves() };
    }
}
