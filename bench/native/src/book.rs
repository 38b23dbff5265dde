//! `bench-book`: the engine's own book on an order flow, once per round. One JSON line per round.
//!
//! What is timed is the type that the engine trades on (`jware_core::book`), driven by the same two steps, without accounts,
//! checks and reports. Trades, volume, hash and resting orders are checked in every round: a wrong one ends the run with exit
//! code 1. The flow is generated, or read from a file of rows.

mod flow;
mod ops;

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use jware_core::book::{MatchedTrade, Matcher};
use jware_core::units::{OrderId, PriceTicks, QtyLots};
use ops::{HASH_START, Op, OpFile, Outcome, mix};
use serde_json::json;

/// A trade as it is reported: maker, taker, price, quantity.
type Trade = [u32; 4];

/// The book and what it told.
struct Told {
    matcher: Matcher,
    trades: Vec<Trade>,
}

impl Told {
    fn new(trade_capacity: usize) -> Self {
        // Written once, so that the first trade of each page of memory costs what the others do.
        let mut trades = vec![[1; 4]; trade_capacity];
        trades.clear();
        Self { matcher: Matcher::default(), trades }
    }

    #[inline]
    fn apply(&mut self, op: Op) {
        match op {
            Op::Cancel { id } => {
                self.matcher.cancel(OrderId(u64::from(id)));
            }
            Op::Order { id, side, price, qty, rests } => {
                let (order, limit, qty) = (OrderId(u64::from(id)), PriceTicks(i64::from(price)), QtyLots(i64::from(qty)));
                let trades = &mut self.trades;
                let told = |trade: MatchedTrade| trades.push(fields_of(&trade));
                if rests {
                    self.matcher.submit(order, side, limit, qty, QtyLots(0), told);
                } else {
                    self.matcher.take(order, side, limit, qty, told);
                }
            }
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            trades: self.trades.len() as u64,
            volume: self.trades.iter().map(|trade| u64::from(trade[3])).sum(),
            hash: self.trades.iter().fold(HASH_START, |hash, &trade| mix(hash, trade)),
            resting: self.matcher.resting_count() as u64,
        }
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

/// What the command line asks for.
struct Options {
    file: OpFile,
    rounds: u32,
    write: Option<String>,
}

const USAGE: &str = "usage: bench-book (--file ops.csv | --seed N --count N) [--rounds N] [--write ops.bin]";

fn options() -> Result<Options, String> {
    let (mut path, mut seed, mut count, mut rounds, mut write) = (None, 42, 1_000_000, 1, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value; {USAGE}"))?;
        let number = || value.parse::<u32>().map_err(|_| format!("{name} is a number, not {value}; {USAGE}"));
        match name.as_str() {
            "--file" => path = Some(value),
            "--write" => write = Some(value),
            "--seed" => seed = number()?,
            "--count" => count = number()?,
            "--rounds" => rounds = number()?,
            _ => return Err(format!("there is no option {name}; {USAGE}")),
        }
    }
    let file = match path {
        Some(path) => ops::read(Path::new(&path))?,
        None => flow::generate(seed, count as usize),
    };
    Ok(Options { file, rounds, write })
}

fn main() -> ExitCode {
    let Options { file, rounds, write } = match options() {
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
    for _ in 0..rounds {
        let (throughput, outcome) = throughput(&file);
        if outcome != file.expected {
            eprintln!("the book made {outcome:?} of the flow, not {:?}", file.expected);
            return ExitCode::FAILURE;
        }
        let latency = latency(&file);
        println!("{}", json!({ "opsPerSecond": throughput, "latencyNs": latency, "outcome": told_as(&outcome) }));
    }
    ExitCode::SUCCESS
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
fn throughput(file: &OpFile) -> (f64, Outcome) {
    let mut told = Told::new(file.ops.len());
    for &op in &file.ops[..file.prefill] {
        told.apply(op);
    }
    told.trades.clear();
    let timed = &file.ops[file.prefill..];
    let start = Instant::now();
    for &op in timed {
        told.apply(op);
    }
    let seconds = start.elapsed().as_secs_f64();
    black_box(&told.trades);
    (timed.len() as f64 / seconds, told.outcome())
}

/// Nanoseconds per operation at some percentiles, the timer's own cost subtracted.
fn latency(file: &OpFile) -> serde_json::Value {
    let mut told = Told::new(file.ops.len());
    for &op in &file.ops[..file.prefill] {
        told.apply(op);
    }
    let overhead = timer_overhead();
    let mut samples: Vec<u64> = Vec::with_capacity(file.ops.len());
    for &op in &file.ops[file.prefill..] {
        let start = Instant::now();
        told.apply(op);
        let nanoseconds = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        samples.push(nanoseconds.saturating_sub(overhead));
    }
    samples.sort_unstable();
    let at = |per_mille: usize| samples[(samples.len() - 1) * per_mille / 1_000];
    json!({ "p50": at(500), "p90": at(900), "p99": at(990), "p999": at(999), "max": samples.last(), "timer": overhead })
}

/// The median of two clock reads with nothing between.
fn timer_overhead() -> u64 {
    let mut samples: Vec<u128> = (0..10_001)
        .map(|_| {
            let start = Instant::now();
            start.elapsed().as_nanos()
        })
        .collect();
    samples.sort_unstable();
    u64::try_from(samples[samples.len() / 2]).unwrap_or(0)
}
