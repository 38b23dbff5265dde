//! `bench-command`: full commands beside the bare book, on the same order flow in the same run. One JSON line per setting.
//!
//! A full command is what an order costs inside the process: its frame is verified and decoded, every check made, matched, booked to
//! accounts, its journal record encoded and checksummed, and the frames of its reports, positions and balances encoded. What is
//! not in it: the socket, the disk, Node. The bare book matches the same orders and nothing else. Frames are made before the clock
//! runs. Every answer is counted: a refusal or a missing report ends the run with exit code 1.

#[allow(dead_code, reason = "the other program reads files and hashes")]
mod flow;
#[allow(dead_code, reason = "as above")]
mod ops;
#[allow(dead_code, reason = "as above")]
mod plain;
mod stage;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use jware_core::Core;
use jware_core::book::Matcher;
use jware_core::command::{Actor, Command};
use jware_core::event::Event;
use jware_core::order::ExecType;
use jware_core::record::RecordEncoder;
use jware_core::refusal::{Refusal, RefusalCode, RequestKind};
use jware_core::units::{KeyId, OrderId, PriceTicks, QtyLots, Seq, SessionId, TsNs, UserId};
use jware_wire::{ClientEncoder, Encoder, FrameRefusal, Inbound, decode};
use ops::Op;
use serde_json::json;
use stage::{Placed, SEED, Setting, place};

const USER: UserId = UserId(7);
/// Frames are made for so many commands at a time, so that they need not all fit in memory.
const CHUNK: usize = 20_000;

fn main() -> ExitCode {
    let arguments: Vec<u32> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let &[instruments, accounts, resting, count] = arguments.as_slice() else {
        eprintln!("usage: bench-command <instruments> <accounts> <resting orders> <commands>");
        return ExitCode::from(2);
    };
    let setting = Setting { instruments, accounts, resting: resting as usize };
    match run(setting, count as usize) {
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
        match placed.op {
            Op::Cancel { id } => {
                black_box(book.cancel(OrderId(u64::from(id))));
            }
            Op::Order { id, side, price, qty, rests } => {
                let (id, limit, qty) = (OrderId(u64::from(id)), PriceTicks(i64::from(price)), QtyLots(i64::from(qty)));
                let told = |trade| {
                    black_box(trade);
                };
                if rests {
                    book.submit(id, side, limit, qty, QtyLots(0), told);
                } else {
                    book.take(id, side, limit, qty, told);
                }
            }
        }
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
    let mut platform = Platform::new(setting);
    platform.carry_out(&placed[..prefill])?;
    (platform.nanoseconds, platform.reports, platform.refused) = (0, 0, 0);
    platform.carry_out(&placed[prefill..])?;
    let count = (placed.len() - prefill) as f64;
    let ns = platform.nanoseconds as f64 / count;
    Ok(Full { ns, reports: platform.reports, refused: platform.refused, resting: platform.core.orders().len() })
}

/// Everything between a frame that came in and the frames that go out.
struct Platform {
    core: Core,
    seq: u64,
    ts: u64,
    events: Vec<Event>,
    encoder: Encoder,
    records: RecordEncoder,
    nanoseconds: u128,
    reports: u64,
    is_spread: bool,
    refused: u64,
}

impl Platform {
    fn new(setting: Setting) -> Self {
        let mut platform = Self {
            core: Core::new(),
            seq: 0,
            ts: 1_700_000_000_000_000_000,
            events: Vec::new(),
            encoder: Encoder::new(),
            records: RecordEncoder::default(),
            nanoseconds: 0,
            reports: 0,
            is_spread: setting.instruments > 1,
            refused: 0,
        };
        for command in stage::commands(setting) {
            platform.apply(&command);
        }
        platform
    }

    fn apply(&mut self, command: &Command) {
        self.seq += 1;
        self.ts += 1_000;
        self.events.clear();
        self.core.apply(Seq(self.seq), TsNs(self.ts), command, &mut self.events);
        assert!(!matches!(self.events.first(), Some(Event::Refused { .. })), "the stage is set: {:?}", self.events);
    }

    /// Makes the frames of some commands, then carries them out against the clock.
    fn carry_out(&mut self, placed: &[Placed]) -> Result<(), String> {
        let mut maker = ClientEncoder::new();
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
                self.carry_out_frame(&frames[from..to])?;
                from = to;
            }
            self.nanoseconds += start.elapsed().as_nanos();
        }
        Ok(())
    }

    fn carry_out_frame(&mut self, frame: &[u8]) -> Result<(), String> {
        let actor = Actor { user: USER, session: SessionId(1), key: KeyId(0) };
        let command = match decode(frame, actor) {
            Ok(Inbound::Command(command)) => command,
            other => return Err(format!("a frame was no command: {other:?}")),
        };
        self.seq += 1;
        self.ts += 1_000;
        self.events.clear();
        self.core.apply(Seq(self.seq), TsNs(self.ts), &command, &mut self.events);
        black_box(crc32c::crc32c(self.records.encode(&command)));
        let mut answered = false;
        for event in &self.events {
            let frame = match event {
                Event::Execution(execution) => {
                    answered |= matches!(execution.exec_type, ExecType::New | ExecType::Canceled);
                    self.reports += 1;
                    self.encoder.execution(execution, "", Seq(self.seq), TsNs(self.ts))
                }
                Event::Position(position) => self.encoder.position(position, TsNs(self.ts)),
                Event::Balance(balance) => self.encoder.balance(balance, "USD", TsNs(self.ts)),
                // Spread over instruments the flow meets other orders: what it cancels may be filled there, and what a market order
                // or a far limit would meet may be gone or elsewhere. A refusal is a full command, too.
                Event::Refused { refusal, .. } if self.is_spread && is_of_the_spread(refusal.code) => {
                    self.refused += 1;
                    answered = true;
                    self.encoder.refusal(&refused(event, *refusal), "", TsNs(self.ts))
                }
                Event::Refused { refusal, .. } => return Err(format!("a command was refused: {refusal:?} {command:?}")),
                _ => continue,
            };
            black_box(frame);
        }
        if answered { Ok(()) } else { Err(format!("a command was not answered: {command:?}")) }
    }
}

const fn is_of_the_spread(code: RefusalCode) -> bool {
    matches!(code, RefusalCode::OrderClosed | RefusalCode::NoLiquidity | RefusalCode::NoReferencePrice)
}

fn refused(event: &Event, refusal: Refusal) -> FrameRefusal {
    let Event::Refused { request, account, instrument, cl_ord_id, orig_cl_ord_id, .. } = event else {
        return FrameRefusal::plain(RequestKind::Cancel, refusal);
    };
    FrameRefusal {
        request: *request,
        refusal,
        account: *account,
        instrument: *instrument,
        cl_ord_id: *cl_ord_id,
        orig_cl_ord_id: *orig_cl_ord_id,
    }
}

fn frame_of<'a>(maker: &'a mut ClientEncoder, placed: &Placed) -> &'a [u8] {
    match stage::command_of(placed) {
        Command::Cancel(request) => maker.cancel(&request),
        Command::NewOrder(request) => maker.new_order(&request),
        other => unreachable!("a flow has orders and cancels, not {other:?}"),
    }
}
