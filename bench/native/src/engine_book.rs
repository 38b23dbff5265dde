//! An operation of a flow on the engine's own book, as the engine carries it out, without accounts, checks and reports.

use jware_core::book::{MatchedTrade, Matcher};
use jware_core::units::{OrderId, PriceTicks, QtyLots};

use crate::ops::Op;

/// Carries one out.
#[inline]
pub fn apply(book: &mut Matcher, op: Op, tell: impl FnMut(MatchedTrade)) {
    match op {
        Op::Cancel { id } => {
            book.cancel(OrderId(u64::from(id)));
        }
        Op::Order { id, side, price, qty, rests } => {
            let (order, limit, qty) = (OrderId(u64::from(id)), PriceTicks(i64::from(price)), QtyLots(i64::from(qty)));
            if rests {
                book.submit(order, side, limit, qty, QtyLots(0), tell);
            } else {
                book.take(order, side, limit, qty, tell);
            }
        }
    }
}
