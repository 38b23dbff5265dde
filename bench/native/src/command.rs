//! `bench-command`: full commands beside the bare book, on the same order flow in the same run. One JSON line per setting.
//!
//! A full command is what an order costs inside the process: its frame is verified and decoded, every check made, matched, booked to
//! accounts, its journal record encoded and checksummed, and the frames of its reports, positions and balances encoded. What is
//! not in it: the socket, the disk, Node. The bare book matches the same orders and nothing else. Frames are made before the clock
//! runs. Every answer is counted: a refusal or a missing report ends the run with exit code 1. `kinds` tells what each kind of command
//! costs (`kinds.rs`).

mod clock;
mod engine_book;
#[allow(dead_code, reason = "the other program reads files and hashes")]
mod flow;
mod kinds;
#[allow(dead_code, reason = "as above")]
mod ops;
#[allow(dead_code, reason = "as above")]
mod plain;
mod platform;
mod stage;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use jware_core::book::Matcher;
use jware_core::refusal::RefusalCode;
use jware_wire::ClientEncoder;
use platform::{Answer, Platform, frame_of};
use serde_json::json;
use stage::{Placed, SEED, Setting, place};

#[global_allocator]
static ALLOCATOR: jware_replica::LargePages = jware_replica::LargePages;

/// Frames are made for so many commands at a time, so that they need not all fit in memory.
const CHUNK: usize = 20_000;

const USAGE: &str = "usage: bench-command <instruments> <accounts> <resting orders> <commands>, \
                     or bench-command kinds <accounts> <resting orders> <repeats> [<kind>]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let told = match words.as_slice() {
        ["kinds", accounts, resting, repeats, only @ ..] if only.len() <= 1 => {
            let numbers = [accounts, resting, repeats].map(|text| text.parse::<u32>());
            let [Ok(accounts), Ok(resting), Ok(repeats)] = numbers else { return usage() };
            kinds::run(Setting { instruments: 2, accounts, resting: resting as usize }, repeats, only.first().copied())
        }
        [_, _, _, _] => {
            let numbers: Vec<u32> = words.iter().filter_map(|text| text.parse().ok()).collect();
            let &[instruments, accounts, resting, count] = numbers.as_slice() else { return usage() };
            run(Setting { instruments, accounts, resting: resting as usize }, count as usize)
        }
        _ => return usage(),
    };
    match told {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

fn run(setting: Setting, count: usize) -> Result<serde_json::Value, String> {
    let flow = flow::generate_with(SEED, count, setting.resting);
    let placed = place(&flow.ops, setting);
    let (bare_ns, bare_resting) = bare(&placed, flow.prefill, setting);
    let full = full(&placed, flow.prefill, setting)?;
    // Spread out, an order may be refused that the bare book takes; in one book the two must come to the same.
    if setting.instruments == 1 && full.resting != bare_resting {
        return Err(format!("{} orders rest after full commands, {bare_resting} in the bare books", full.resting));
    }
    Ok(json!({
        "instruments": setting.instruments,
        "accounts": setting.accounts,
        "resting": bare_resting,
        "bareNs": bare_ns,
        "fullNs": full.ns,
        "reports": full.reports,
        "refused": full.refused,
    }))
}

/// Nanoseconds per operation of the bare books, and what rests in them.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn bare(placed: &[Placed], prefill: usize, setting: Setting) -> (f64, usize) {
    let mut books: Vec<Matcher> = vec![Matcher::default(); setting.instruments as usize + 1];
    let mut apply = |placed: &Placed| {
        let book = &mut books[placed.instrument as usize];
        engine_book::apply(book, placed.op, |trade| {
            black_box(trade);
        });
    };
    placed[..prefill].iter().for_each(&mut apply);
    let start = Instant::now();
    placed[prefill..].iter().for_each(&mut apply);
    let ns = start.elapsed().as_secs_f64() * 1e9 / (placed.len() - prefill) as f64;
    (ns, books.iter().map(Matcher::resting_count).sum())
}

/// What full commands came to.
struct Full {
    ns: f64,
    reports: u64,
    refused: u64,
    resting: usize,
}

#[allow(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn full(placed: &[Placed], prefill: usize, setting: Setting) -> Result<Full, String> {
    let is_spread = setting.instruments > 1;
    let mut platform = Platform::new(setting);
    carry_out(&mut platform, &placed[..prefill], is_spread)?;
    let carried = carry_out(&mut platform, &placed[prefill..], is_spread)?;
    let ns = carried.nanoseconds as f64 / (placed.len() - prefill) as f64;
    Ok(Full { ns, reports: carried.reports, refused: carried.refused, resting: platform.core.orders().len() })
}

#[derive(Default)]
struct Carried {
    nanoseconds: u128,
    reports: u64,
    refused: u64,
}

/// Makes the frames of some commands, then carries them out against the clock.
fn carry_out(platform: &mut Platform, placed: &[Placed], is_spread: bool) -> Result<Carried, String> {
    let mut maker = ClientEncoder::new();
    let mut carried = Carried::default();
    for chunk in placed.chunks(CHUNK) {
        let mut frames: Vec<u8> = Vec::new();
        let mut ends = Vec::with_capacity(chunk.len());
        for each in chunk {
            frames.extend_from_slice(frame_of(&mut maker, each));
            ends.push(frames.len());
        }
        let start = Instant::now();
        let mut from = 0;
        for &to in &ends {
            let answer = platform.carry_out(&frames[from..to])?;
            carried.reports += answer.report_count;
            carried.refused += u64::from(is_refused(&answer, is_spread)?);
            from = to;
        }
        carried.nanoseconds += start.elapsed().as_nanos();
    }
    Ok(carried)
}

/// Spread over instruments the flow meets other orders: what it cancels may be filled there, and what a market order or a far limit would
/// meet may be gone or elsewhere. Such a refusal is a full command, too; every other ends the run, and so does no answer.
fn is_refused(answer: &Answer, is_spread: bool) -> Result<bool, String> {
    match answer.refusal {
        Some(refusal) if is_spread && is_of_the_spread(refusal.code) => Ok(true),
        Some(refusal) => Err(format!("a command was refused: {refusal:?}")),
        None if answer.is_accepted => Ok(false),
        None => Err(format!("a command was not answered: {answer:?}")),
    }
}

const fn is_of_the_spread(code: RefusalCode) -> bool {
    matches!(code, RefusalCode::OrderClosed | RefusalCode::NoLiquidity | RefusalCode::NoReferencePrice)
}
