//! The engine's order book by itself, for programs that match in their own process: backtests, simulations, benchmarks.
//!
//! Operations and trades are records of four 32-bit numbers in two arrays that the caller gave once; the last record of the
//! first says how many operations there are, and is told how many trades they came to. Layout: `core-native/src/order-book.ts`. A book belongs to the thread that opened it.
// HOT: `apply_book` may be called for every operation. No allocation but for trades that do not fit their array.

#![allow(unsafe_code, reason = "the arrays and the callback are Node's; each block says what makes it sound")]

use std::cell::RefCell;
use std::ffi::c_void;
use std::rc::Rc;

use jware_core::book::{MatchedTrade, Matcher};
use jware_core::order::Side;
use jware_core::units::{OrderId, PriceTicks, QtyLots};
use napi::bindgen_prelude::{Result, Uint32Array, Unknown};
use napi::{Env, sys};
use napi_derive::napi;
use std::ptr::null_mut;

use crate::hot_call::{Call, function};
use crate::surface::told;

const RECORD_WORDS: usize = 4;
const KIND_LIMIT: u32 = 1;
const KIND_IMMEDIATE: u32 = 2;
const KIND_CANCEL: u32 = 3;
const SIDE_SHIFT: u32 = 8;
/// Set in what `apply_book` gives where trades are waiting for room.
const MORE: u32 = 1 << 31;

struct OpenBook {
    matcher: Matcher,
    /// Kept so that they live as long as the book; their memory is where it was when the book was opened.
    _arrays: [Uint32Array; 2],
    ops: (*mut u32, usize),
    trades: (*mut u32, usize),
    /// Trades that did not fit, oldest first from `waiting_from` on.
    waiting: Vec<[u32; RECORD_WORDS]>,
    waiting_from: usize,
    is_closed: bool,
}

thread_local! {
    static BOOKS: RefCell<Vec<Option<Rc<RefCell<OpenBook>>>>> = const { RefCell::new(Vec::new()) };
}

fn with_book<T>(index: u32, use_it: impl FnOnce(&mut OpenBook) -> Result<T>) -> Result<T> {
    let book = BOOKS.with_borrow(|books| books.get(index as usize).cloned().flatten());
    let closed = || told(CLOSED.to_owned());
    use_it(&mut book.ok_or_else(closed)?.borrow_mut())
}

const CLOSED: &str = "this order book was closed, or opened by another thread";

/// Opens an empty book that reads operations from one array and writes trades into the other; gives its number.
///
/// Both arrays must stay where they are (not be transferred) while the book is open.
#[napi]
pub fn open_book(mut ops: Uint32Array, mut trades: Uint32Array) -> Result<u32> {
    if ops.len() < RECORD_WORDS
        || !ops.len().is_multiple_of(RECORD_WORDS)
        || trades.len() < RECORD_WORDS
        || !trades.len().is_multiple_of(RECORD_WORDS)
    {
        return Err(told("operations and trades are records of four 32-bit numbers".to_owned()));
    }
    // SAFETY: nobody else holds a view of them now; afterwards only `apply` uses the addresses, on this thread.
    let (ops_view, trades_view) = unsafe { (ops.as_mut(), trades.as_mut()) };
    let book = OpenBook {
        matcher: Matcher::default(),
        ops: (ops_view.as_mut_ptr(), ops_view.len()),
        trades: (trades_view.as_mut_ptr(), trades_view.len()),
        _arrays: [ops, trades],
        waiting: Vec::new(),
        waiting_from: 0,
        is_closed: false,
    };
    BOOKS.with_borrow_mut(|books| {
        books.push(Some(Rc::new(RefCell::new(book))));
        u32::try_from(books.len() - 1).map_err(|error| told(error.to_string()))
    })
}

/// The function `apply()` of an open book: carries out the first operations of the array, as many as its last record says; writes
/// there how many trades were written, and whether more wait.
///
/// It throws for an operation that is none. Those before it were carried out, and their trades wait.
#[napi]
pub fn book_apply(env: Env, book: u32) -> Result<Unknown<'static>> {
    let shared = BOOKS.with_borrow(|books| books.get(book as usize).cloned().flatten());
    let data = Rc::into_raw(shared.ok_or_else(|| told(CLOSED.to_owned()))?).cast::<c_void>().cast_mut();
    // SAFETY: the data is the function's share of the book, given back when the function is collected.
    unsafe {
        let function = function(env.raw(), c"apply", apply_book, data);
        sys::napi_add_finalizer(env.raw(), function, data, Some(release_book), null_mut(), null_mut());
        Ok(Unknown::from_raw_unchecked(env.raw(), function))
    }
}

/// Gives back a function's share of a book.
unsafe extern "C" fn release_book(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
    // SAFETY: it is what `book_apply` made of its share, given back once.
    drop(unsafe { Rc::from_raw(data.cast::<RefCell<OpenBook>>()) });
}

unsafe extern "C" fn apply_book(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: they are this callback's; the data is a share of the book that lives as long as the function.
    let (call, book) = unsafe {
        let call = Call::<0>::new(env, info);
        let book = &*call.data().cast::<RefCell<OpenBook>>();
        (call, book)
    };
    match book.borrow_mut().apply() {
        Ok(()) => null_mut(),
        Err(message) => call.throw(&message),
    }
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
        if let Some(book) = books.get_mut(book as usize).and_then(Option::take) {
            book.borrow_mut().is_closed = true;
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
    fn apply(&mut self) -> core::result::Result<(), String> {
        if self.is_closed {
            return Err(CLOSED.to_owned());
        }
        // SAFETY: the arrays live as long as the book, belong to the calling thread, which waits for this call, and are not shared;
        // they are two.
        let (ops, trades) = unsafe {
            (std::slice::from_raw_parts_mut(self.ops.0, self.ops.1), std::slice::from_raw_parts_mut(self.trades.0, self.trades.1))
        };
        let (ops, counts) = ops.split_at_mut(ops.len() - RECORD_WORDS);
        let op_count = counts[0] as usize;
        let Some(ops) = ops.get(..op_count * RECORD_WORDS) else {
            return Err(format!("there is room for {} operations, not {op_count}", ops.len() / RECORD_WORDS));
        };
        let room = trades.len() / RECORD_WORDS;
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
                return Err(format!("operation {at} is none: {op:?}"));
            }
        }
        let more = if self.waiting.is_empty() { 0 } else { MORE };
        counts[1] = u32::try_from(written).map_err(|error| error.to_string())? | more;
        Ok(())
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
