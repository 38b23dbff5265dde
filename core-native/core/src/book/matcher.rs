//! A book by itself: one instrument, no accounts, no money, no checks. What backtests, simulations and benchmarks drive.
//!
//! It trades on the same `Book` and slab as the engine, through the same two steps; the engine does between them what it has to
//! do about accounts. The caller chooses the order ids: unique while an order rests, not 0.
// HOT: no allocation once it has held as many orders and price levels before.

use super::{Book, Maker, Resting, RestingOrders};
use crate::order::Side;
use crate::units::{OrderId, PriceTicks, QtyLots};

/// One trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchedTrade {
    /// The resting order.
    pub maker: OrderId,
    /// The incoming order.
    pub taker: OrderId,
    /// The maker's price.
    pub price: PriceTicks,
    /// Lots.
    pub qty: QtyLots,
}

/// A book and its orders.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    book: Book,
    orders: RestingOrders,
}

impl Matcher {
    /// Lets an order trade at `limit` or better; gives what it has left.
    #[inline]
    pub fn take(
        &mut self,
        taker: OrderId,
        side: Side,
        limit: PriceTicks,
        qty: QtyLots,
        mut on_trade: impl FnMut(MatchedTrade),
    ) -> QtyLots {
        let mut left = qty.0;
        while left > 0 {
            let Some(candidate) = self.book.candidate(&self.orders, side, limit) else { break };
            let Maker::Order(slot) = candidate.maker else { unreachable!("nobody shows house liquidity here") };
            let fill = left.min(candidate.qty);
            let maker = self.orders.get(slot).order_id;
            if self.book.fill(&mut self.orders, side, candidate, fill) == 0 {
                self.orders.remove(slot);
            }
            left -= fill;
            on_trade(MatchedTrade { maker, taker, price: candidate.price, qty: QtyLots(fill) });
        }
        QtyLots(left)
    }

    /// The same, and what is left rests at the limit, displaying `display` lots of it at once (0 = all). Gives what rests.
    #[inline]
    pub fn submit(
        &mut self,
        id: OrderId,
        side: Side,
        limit: PriceTicks,
        qty: QtyLots,
        display: QtyLots,
        on_trade: impl FnMut(MatchedTrade),
    ) -> QtyLots {
        let left = self.take(id, side, limit, qty, on_trade);
        if left.0 > 0 {
            let slot = self.orders.insert(Resting::new(id, 0, 0));
            self.book.rest(&mut self.orders, slot, side, limit, left, display);
        }
        left
    }

    /// Takes an order out; false where it does not rest.
    #[inline]
    pub fn cancel(&mut self, id: OrderId) -> bool {
        let Some(slot) = self.orders.slot_of(id) else { return false };
        self.book.unlink(&mut self.orders, slot);
        self.orders.remove(slot);
        true
    }

    /// Whether an order rests.
    pub fn has(&self, id: OrderId) -> bool {
        self.orders.slot_of(id).is_some()
    }

    /// The book.
    pub const fn book(&self) -> &Book {
        &self.book
    }

    /// How many orders rest.
    pub fn resting_count(&self) -> usize {
        self.orders.len()
    }
}
