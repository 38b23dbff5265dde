//! The engine's order book by itself, for programs that match in their own process: backtests, simulations, benchmarks.
//!
//! Operations and trades are records of four 32-bit numbers in two arrays that the caller gave once; a call takes a count and
//! gives a count. Layout: `core-native/src/order-book.ts`. A book belongs to the thread that opened it.
// HOT: `apply_book` may be called for every operation. No allocation but for trades that do not fit their array.

use std::cell::RefCell;

use jware_core::book::{MatchedTrade, Matcher};
use jware_core::order::Side;
use jware_core::units::{OrderId, PriceTicks, QtyLots};
use napi::bindgen_prelude::{Result, Uint32Array};
use napi_derive::napi;

use crate::told;

const RECORD_WORDS: usize = 4;
const KIND_LIMIT: u32 = 1;
const KIND_IMMEDIATE: u32 = 2;
const KIND_CANCEL: u32 = 3;
const SIDE_SHIFT: u32 = 8;
/// Set in what `apply_book` gives where trades are waiting for room.
const MORE: u32 = 1 << 31;

struct OpenBook {
    matcher: Matcher,
    ops: Uint32Array,
    trades: Uint32Array,
    /// Trades that did not fit, oldest first from `waiting_from` on.
    waiting: Vec<[u32; RECORD_WORDS]>,
    waiting_from: usize,
}

thread_local! {
    static BOOKS: RefCell<Vec<Option<OpenBook>>> = const { RefCell::new(Vec::new()) };
}

fn with_book<T>(index: u32, use_it: impl FnOnce(&mut OpenBook) -> Result<T>) -> Result<T> {
    BOOKS.with_borrow_mut(|books| match books.get_mut(index as usize) {
        Some(Some(book)) => use_it(book),
        _ => Err(told("this order book was closed, or opened by another thread".to_owned())),
    })
}

/// Opens an empty book that reads operations from one array and writes trades into the other; gives its number.
#[napi]
pub fn open_book(ops: Uint32Array, trades: Uint32Array) -> Result<u32> {
    if !ops.len().is_multiple_of(RECORD_WORDS) || trades.len() < RECORD_WORDS || !trades.len().is_multiple_of(RECORD_WORDS) {
        return Err(told("operations and trades are records of four 32-bit numbers".to_owned()));
    }
    let book = OpenBook { matcher: Matcher::default(), ops, trades, waiting: Vec::new(), waiting_from: 0 };
    BOOKS.with_borrow_mut(|books| {
        books.push(Some(book));
        u32::try_from(books.len() - 1).map_err(|error| told(error.to_string()))
    })
}

/// Carries out the first `op_count` operations of the array; gives how many trades were written, and whether more wait.
///
/// Errors: an operation that is none. Those before it were carried out, and their trades wait.
#[napi]
pub fn apply_book(book: u32, op_count: u32) -> Result<u32> {
    with_book(book, |book| book.apply(op_count as usize))
}

/// How many orders rest.
#[napi]
pub fn book_resting_count(book: u32) -> Result<u32> {
    with_book(book, |book| u32::try_from(book.matcher.resting_count()).map_err(|error| told(error.to_string())))
}

/// Levels of a side (1 bids, 2 asks), best first: price, quantity, price, quantity.
#[napi]
pub fn book_depth(book: u32, side: u32, level_count_max: u32) -> Result<Vec<u32>> {
    let side = side_of(side).ok_or_else(|| told(format!("{side} is no side")))?;
    with_book(book, |book| {
        let levels = book.matcher.book().depth(side, level_count_max as usize);
        let narrow = |value: i64| u32::try_from(value).map_err(|error| told(error.to_string()));
        levels.into_iter().flat_map(|(price, qty)| [narrow(price.0), narrow(qty)]).collect()
    })
}

/// Forgets a book.
#[napi]
pub fn close_book(book: u32) {
    BOOKS.with_borrow_mut(|books| {
        if let Some(place) = books.get_mut(book as usize) {
            *place = None;
        }
    });
}

const fn side_of(number: u32) -> Option<Side> {
    match number {
        1 => Some(Side::Buy),
        2 => Some(Side::Sell),
        _ => None,
    }
}

impl OpenBook {
    fn apply(&mut self, op_count: usize) -> Result<u32> {
        let Some(ops) = self.ops.as_ref().get(..op_count * RECORD_WORDS) else {
            return Err(told(format!("there is room for {} operations, not {op_count}", self.ops.len() / RECORD_WORDS)));
        };
        let room = self.trades.len() / RECORD_WORDS;
        // SAFETY: the arrays belong to the calling thread, which waits for this call, and are not shared.
        #[allow(unsafe_code, reason = "napi cannot know that nobody else writes there")]
        let trades = unsafe { self.trades.as_mut() };
        let waiting = self.waiting.len() - self.waiting_from;
        let mut written = waiting.min(room);
        for (place, trade) in trades.chunks_exact_mut(RECORD_WORDS).zip(&self.waiting[self.waiting_from..]) {
            place.copy_from_slice(trade);
        }
        self.waiting_from += written;
        if self.waiting_from == self.waiting.len() {
            self.waiting.clear();
            self.waiting_from = 0;
        }
        let (matcher, waiting) = (&mut self.matcher, &mut self.waiting);
        for (at, op) in ops.chunks_exact(RECORD_WORDS).enumerate() {
            let fits = apply_one(matcher, op, |trade| {
                let record = record_of(&trade);
                match trades.get_mut(written * RECORD_WORDS..(written + 1) * RECORD_WORDS) {
                    Some(place) if waiting.is_empty() => {
                        place.copy_from_slice(&record);
                        written += 1;
                    }
                    _ => waiting.push(record),
                }
            });
            if !fits {
                // Nothing that was traded is lost: it waits for the next call.
                let done = trades.chunks_exact(RECORD_WORDS).take(written);
                let again: Vec<[u32; RECORD_WORDS]> = done.map(|trade| [trade[0], trade[1], trade[2], trade[3]]).collect();
                waiting.splice(self.waiting_from..self.waiting_from, again);
                return Err(told(format!("operation {at} is none: {op:?}")));
            }
        }
        let more = if self.waiting.is_empty() { 0 } else { MORE };
        Ok(u32::try_from(written).map_err(|error| told(error.to_string()))? | more)
    }
}

/// Carries out one operation; false where it is none.
#[inline]
fn apply_one(matcher: &mut Matcher, op: &[u32], on_trade: impl FnMut(MatchedTrade)) -> bool {
    let &[kind_and_side, id, price, qty] = op else { return false };
    let id = OrderId(u64::from(id));
    let kind = kind_and_side & ((1 << SIDE_SHIFT) - 1);
    if kind == KIND_CANCEL {
        matcher.cancel(id);
        return true;
    }
    let Some(side) = side_of(kind_and_side >> SIDE_SHIFT) else { return false };
    let qty = QtyLots(i64::from(qty));
    if id.0 == 0 || qty.0 == 0 {
        return false;
    }
    match kind {
        KIND_LIMIT if price > 0 && !matcher.has(id) => {
            matcher.submit(id, side, PriceTicks(i64::from(price)), qty, QtyLots(0), on_trade);
            true
        }
        KIND_IMMEDIATE => {
            let widest = if side == Side::Buy { i64::from(u32::MAX) } else { 1 };
            let limit = if price == 0 { widest } else { i64::from(price) };
            matcher.take(id, side, PriceTicks(limit), qty, on_trade);
            true
        }
        _ => false,
    }
}

#[inline]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they came in as 32-bit numbers")]
const fn record_of(trade: &MatchedTrade) -> [u32; RECORD_WORDS] {
    [trade.maker.0 as u32, trade.taker.0 as u32, trade.price.0 as u32, trade.qty.0 as u32]
}
