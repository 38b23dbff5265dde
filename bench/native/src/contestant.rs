//! The books that an order flow goes through: the engine's own, the naive one and the bare bound.

use jware_core::book::{MatchedTrade, Matcher};

use crate::bound::BoundBook;
use crate::engine_book;
use crate::ops::{Op, Rows};
use crate::plain::PlainBook;

/// A trade as it is reported: maker, taker, price, quantity.
pub type Trade = [u32; 4];

/// A book that tells its trades.
pub trait Book {
    /// A flow's rows as it takes them.
    fn rows(ops: &[Op]) -> Rows<'_> {
        Rows::of_file(ops)
    }
    /// An empty one for a flow.
    fn for_flow(ops: &[Op]) -> Self;
    /// Carries out an operation.
    fn apply(&mut self, op: Op, told: &mut Vec<Trade>);
    /// Orders that rest.
    fn resting_count(&self) -> usize;
}

impl Book for Matcher {
    fn for_flow(_: &[Op]) -> Self {
        Self::default()
    }

    #[inline]
    fn apply(&mut self, op: Op, told: &mut Vec<Trade>) {
        engine_book::apply(self, op, |trade: MatchedTrade| told.push(fields_of(&trade)));
    }

    fn resting_count(&self) -> usize {
        Self::resting_count(self)
    }
}

#[inline]
fn fields_of(trade: &MatchedTrade) -> Trade {
    [trade.maker.0, trade.taker.0, trade.price.0.cast_unsigned(), trade.qty.0.cast_unsigned()].map(narrow)
}

#[inline]
fn narrow(value: u64) -> u32 {
    u32::try_from(value).expect("the file's numbers have 32 bits")
}

/// The naive book, with room for the makers of one order.
pub struct Naive {
    book: PlainBook,
    filled: Vec<u32>,
}

impl Book for Naive {
    fn for_flow(_: &[Op]) -> Self {
        Self { book: PlainBook::default(), filled: Vec::new() }
    }

    fn apply(&mut self, op: Op, told: &mut Vec<Trade>) {
        match op {
            Op::Cancel { id } => self.book.cancel(id),
            Op::Order { id, side, price, qty, rests } => {
                self.filled.clear();
                let left = self.book.trade(id, side, price, qty, told, &mut self.filled);
                if rests && left > 0 {
                    self.book.rest(id, side, price, left);
                }
            }
        }
    }

    fn resting_count(&self) -> usize {
        self.book.resting_count()
    }
}

impl Book for BoundBook {
    /// Its slab has a place for each number.
    fn rows(ops: &[Op]) -> Rows<'_> {
        Rows::numbered(ops)
    }

    fn for_flow(ops: &[Op]) -> Self {
        let ids = ops.iter().map(|op| match *op {
            Op::Cancel { id } | Op::Order { id, .. } => id,
        });
        Self::new(ids.max().unwrap_or(0))
    }

    #[inline]
    fn apply(&mut self, op: Op, told: &mut Vec<Trade>) {
        match op {
            Op::Cancel { id } => self.cancel(id),
            Op::Order { id, side, price, qty, rests } => self.submit(id, side, price, qty, rests, told),
        }
    }

    fn resting_count(&self) -> usize {
        Self::resting_count(self)
    }
}
