//! `bench-book`: a book on an order flow, once per round. One JSON line per round.
//!
//! `--book engine`, and nothing else said, is the type that the engine trades on (`jware_core::book`), driven by the same two steps, without
//! accounts, checks and reports; `naive` the obvious book, `bound` the least that a book can be. Trades, volume, hash and resting orders are
//! checked in every round: a wrong one ends the run with exit code 1. The flow is generated, or read from a file of rows; `--first` keeps so many
//! of its timed rows, which must come to what the naive book makes of them.

mod bound;
mod clock;
mod contestant;
mod engine_book;
mod flow;
mod ops;
mod plain;

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use bound::BoundBook;
use contestant::{Book, Naive, Trade};
use jware_core::book::Matcher;
use ops::{HASH_START, Op, OpFile, Outcome, Rows, mix};
use serde_json::json;

/// A book and what it told.
struct Told<B> {
    book: B,
    trades: Vec<Trade>,
}

impl<B: Book> Told<B> {
    fn new(rows: &Rows<'_>) -> Self {
        // Written once, so that the first trade of each page of memory costs what the others do.
        let mut trades = vec![[1; 4]; rows.ops.len()];
        trades.clear();
        Self { book: B::for_flow(&rows.ops), trades }
    }

    #[inline]
    fn apply(&mut self, op: Op) {
        self.book.apply(op, &mut self.trades);
    }

    fn outcome(&self, rows: &Rows<'_>) -> Outcome {
        Outcome {
            trades: self.trades.len() as u64,
            volume: self.trades.iter().map(|trade| u64::from(trade[3])).sum(),
            hash: self.trades.iter().fold(HASH_START, |hash, &trade| mix(hash, rows.named(trade))),
            resting: self.book.resting_count() as u64,
        }
    }
}

/// What the command line asks for.
struct Options {
    file: OpFile,
    rounds: u32,
    write: Option<String>,
    book: BookName,
}

#[derive(Clone, Copy)]
enum BookName {
    Engine,
    Naive,
    Bound,
}

const USAGE: &str = "usage: bench-book (--file ops.csv | --seed N --count N) [--first N] [--rounds N] [--write ops.bin] \
                     [--book engine|naive|bound]";

fn options() -> Result<Options, String> {
    let (mut path, mut seed, mut count, mut first, mut rounds) = (None, 42, 1_000_000, None, 1);
    let (mut write, mut book) = (None, BookName::Engine);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value; {USAGE}"))?;
        let number = || value.parse::<u32>().map_err(|_| format!("{name} is a number, not {value}; {USAGE}"));
        match name.as_str() {
            "--file" => path = Some(value),
            "--write" => write = Some(value),
            "--seed" => seed = number()?,
            "--count" => count = number()?,
            "--first" => first = Some(number()? as usize),
            "--rounds" => rounds = number()?,
            "--book" => book = book_of(&value)?,
            _ => return Err(format!("there is no option {name}; {USAGE}")),
        }
    }
    let mut file = match path {
        Some(path) => ops::read(Path::new(&path))?,
        None => flow::generate(seed, count as usize),
    };
    if let Some(timed) = first {
        file.keep_first(timed, |part| throughput::<Naive>(part).1);
    }
    Ok(Options { file, rounds, write, book })
}

fn book_of(value: &str) -> Result<BookName, String> {
    match value {
        "engine" => Ok(BookName::Engine),
        "naive" => Ok(BookName::Naive),
        "bound" => Ok(BookName::Bound),
        _ => Err(format!("there is no book {value}; {USAGE}")),
    }
}

fn main() -> ExitCode {
    let Options { file, rounds, write, book } = match options() {
        Ok(options) => options,
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::from(2);
        }
    };
    if let Some(path) = write {
        if let Err(error) = std::fs::write(&path, records_of(&file.ops)) {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
        println!("{}", json!({ "prefill": file.prefill, "ops": file.ops.len(), "expected": told_as(&file.expected) }));
    }
    let told = match book {
        BookName::Engine => measure::<Matcher>(&file, rounds),
        BookName::Naive => measure::<Naive>(&file, rounds),
        BookName::Bound => measure::<BoundBook>(&file, rounds),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn measure<B: Book>(file: &OpFile, rounds: u32) -> Result<(), String> {
    for _ in 0..rounds {
        let (throughput, outcome) = throughput::<B>(file);
        if outcome != file.expected {
            return Err(format!("the book made {outcome:?} of the flow, not {:?}", file.expected));
        }
        let latency = latency::<B>(file);
        println!("{}", json!({ "opsPerSecond": throughput, "latencyNs": latency, "outcome": told_as(&outcome) }));
    }
    Ok(())
}

fn told_as(outcome: &Outcome) -> serde_json::Value {
    let Outcome { trades, volume, hash, resting } = outcome;
    json!({ "trades": trades, "volume": volume, "hash": format!("{hash:08x}"), "resting": resting })
}

/// Operations as records of four little-endian 32-bit numbers: kind and side, id, price, quantity (see core-native's order book).
fn records_of(ops: &[Op]) -> Vec<u8> {
    let record = |op: &Op| match *op {
        Op::Cancel { id } => [3, id, 0, 0],
        Op::Order { id, side, price, qty, rests } => [if rests { 1 } else { 2 } | (side as u32) << 8, id, price, qty],
    };
    ops.iter().flat_map(record).flat_map(u32::to_le_bytes).collect()
}

/// Operations per second over the timed rows, and what came of them.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn throughput<B: Book>(file: &OpFile) -> (f64, Outcome) {
    let rows = B::rows(&file.ops);
    let mut told = Told::<B>::new(&rows);
    for &op in &rows.ops[..file.prefill] {
        told.apply(op);
    }
    told.trades.clear();
    let timed = &rows.ops[file.prefill..];
    let start = Instant::now();
    for &op in timed {
        told.apply(op);
    }
    let seconds = start.elapsed().as_secs_f64();
    black_box(&told.trades);
    (timed.len() as f64 / seconds, told.outcome(&rows))
}

/// Nanoseconds per operation at some percentiles, the timer's own cost subtracted.
fn latency<B: Book>(file: &OpFile) -> serde_json::Value {
    let rows = B::rows(&file.ops);
    let mut told = Told::<B>::new(&rows);
    for &op in &rows.ops[..file.prefill] {
        told.apply(op);
    }
    let overhead = clock::overhead_ns();
    let mut samples: Vec<u64> = Vec::with_capacity(rows.ops.len());
    for &op in &rows.ops[file.prefill..] {
        let start = Instant::now();
        told.apply(op);
        let nanoseconds = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        samples.push(nanoseconds.saturating_sub(overhead));
    }
    samples.sort_unstable();
    let at = |per_mille: usize| samples[(samples.len() - 1) * per_mille / 1_000];
    json!({ "p50": at(500), "p90": at(900), "p99": at(990), "p999": at(999), "max": samples.last(), "timer": overhead })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_book_makes_the_same_of_a_flow() {
        let file = flow::generate(7, 50_000);
        assert_eq!(throughput::<Matcher>(&file).1, file.expected);
        assert_eq!(throughput::<Naive>(&file).1, file.expected);
        assert_eq!(throughput::<BoundBook>(&file).1, file.expected);
    }

    /// Ids that are far apart, used again, canceled twice, and of no order.
    #[test]
    fn every_book_takes_the_ids_and_cancels_that_the_engine_takes() {
        use jware_core::order::Side::{self, Buy, Sell};
        let order = |id, side: Side, price, qty| Op::Order { id, side, price, qty, rests: true };
        let cancel = |id| Op::Cancel { id };
        let far = u32::MAX;
        let ops = vec![
            cancel(7),
            order(far, Sell, 100, 5),
            order(3, Sell, 100, 5),
            cancel(far - 1),
            // Fills the first and some of the second. The first is canceled in vain, and its id used again.
            order(9, Buy, 100, 7),
            cancel(far),
            order(far, Buy, 99, 2),
            order(9, Buy, 99, 4),
            cancel(9),
            cancel(9),
            Op::Order { id: 5, side: Sell, price: 1, qty: 1, rests: false },
            cancel(5),
            order(6, Sell, 99, 3),
        ];
        let expected = Outcome { trades: 4, volume: 9, hash: 0, resting: 2 };
        let file = OpFile { ops, prefill: 1, expected };
        let outcome = throughput::<Matcher>(&file).1;
        assert_eq!(Outcome { hash: 0, ..outcome }, expected);
        assert_eq!(throughput::<Naive>(&file).1, outcome);
        assert_eq!(throughput::<BoundBook>(&file).1, outcome);
    }

    #[test]
    fn the_first_rows_of_a_flow_come_to_what_they_come_to_alone() {
        let mut file = flow::generate(7, 50_000);
        file.keep_first(20_000, |part| throughput::<Naive>(part).1);
        let alone = flow::generate(7, 20_000);
        assert_eq!((file.ops.len(), file.expected), (alone.ops.len(), alone.expected));
        assert_eq!(throughput::<Matcher>(&file).1, file.expected);
        file.keep_first(90_000, |_| unreachable!("it has no more"));
        assert_eq!(file.expected, alone.expected);
    }
}
