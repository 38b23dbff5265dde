//! `bench-book <ops.csv> [rounds]`: the engine's own book on an op file, once per round. One JSON line per round.
//!
//! What is timed is the type that the engine trades on (`jware_core::book::Book` with its slab of orders), driven by the same
//! two steps, without accounts, checks and reports. Trades, volume, hash and resting orders are checked in every round: a wrong
//! one ends the run with exit code 1.

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
        Self { matcher: Matcher::default(), trades: Vec::with_capacity(trade_capacity) }
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

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = arguments.get(1).map_or(Ok(5), |text| text.parse::<u32>());
    let (Some(path), Ok(rounds)) = (arguments.first(), rounds) else {
        eprintln!("usage: bench-book <ops.csv> [rounds]");
        return ExitCode::from(2);
    };
    let file = match ops::read(Path::new(path)) {
        Ok(file) => file,
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::from(2);
        }
    };
    for _ in 0..rounds {
        let (throughput, outcome) = throughput(&file);
        if outcome != file.expected {
            eprintln!("the book made {outcome:?} of the file, not {:?}", file.expected);
            return ExitCode::FAILURE;
        }
        let latency = latency(&file);
        println!(
            "{}",
            json!({ "opsPerSecond": throughput, "latencyNs": latency, "trades": outcome.trades, "volume": outcome.volume, "hash": format!("{:08x}", outcome.hash), "resting": outcome.resting })
        );
    }
    ExitCode::SUCCESS
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
