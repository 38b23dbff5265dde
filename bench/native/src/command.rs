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

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use jware_core::Core;
use jware_core::book::Matcher;
use jware_core::command::{Actor, CancelOrder, Command, NewOrder, OrderRef};
use jware_core::event::Event;
use jware_core::instrument::{CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::order::{ClOrdId, ExecType, OrderTerms, SelfTradePrevention};
use jware_core::paper::PaperRules;
use jware_core::record::RecordEncoder;
use jware_core::refusal::{Refusal, RefusalCode, RequestKind};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, OrderId, PriceTicks, QtyLots, Seq, SessionId, TsNs, UserId,
};
use jware_wire::{ClientEncoder, Encoder, FrameRefusal, Inbound, decode};
use ops::Op;
use serde_json::json;

const SEED: u32 = 42;
const FIRST_ACCOUNT: u32 = 1_000;
const USER: UserId = UserId(7);
/// Frames are made for so many commands at a time, so that they need not all fit in memory.
const CHUNK: usize = 20_000;

/// One point of the sweep.
#[derive(Clone, Copy)]
struct Setting {
    instruments: u32,
    accounts: u32,
    resting: usize,
}

/// A flow's operation on an instrument and by an account.
#[derive(Clone, Copy)]
struct Placed {
    op: Op,
    instrument: u32,
    account: u32,
}

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

/// Gives each order an instrument and an account, and each cancel those of its order.
fn place(ops: &[Op], setting: Setting) -> Vec<Placed> {
    let mut state = 0x9E37_79B9_u32;
    let mut random = |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        u32::try_from((u64::from(state) * u64::from(below)) >> 32).expect("below a 32-bit number")
    };
    let mut homes: Vec<(u32, u32)> = vec![(0, 0)];
    ops.iter()
        .map(|&op| match op {
            Op::Order { id, .. } => {
                let home = (1 + random(setting.instruments), FIRST_ACCOUNT + random(setting.accounts));
                homes.resize(homes.len().max(id as usize + 1), (0, 0));
                homes[id as usize] = home;
                Placed { op, instrument: home.0, account: home.1 }
            }
            Op::Cancel { id } => {
                let (instrument, account) = homes[id as usize];
                Placed { op, instrument, account }
            }
        })
        .collect()
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
        platform.apply(&Command::DefineCurrency(CurrencyDefinition { code: "USD".to_owned(), decimals: 2 }));
        for id in 1..=setting.instruments {
            platform.apply(&Command::DefineInstrument(instrument(id)));
        }
        for id in (0..setting.accounts).map(|index| FIRST_ACCOUNT + index) {
            let account = AccountId(id);
            platform.apply(&Command::OpenAccount { account, name: format!("A{id}") });
            let amount = AmountMinor((1 << 60) / i64::from(setting.accounts));
            platform.apply(&Command::Deposit {
                actor: Actor::default(),
                account,
                currency: CurrencyId(1),
                amount,
                reference: None,
                reason: String::new(),
            });
        }
        // Limits are looked at as they would be on a desk: of the firm, by value and by position.
        let firm = |kind, instrument, currency| LimitName { kind, instrument: InstrumentId(instrument), currency };
        for name in [
            firm(LimitKind::OrderQty, 0, CurrencyId(0)),
            firm(LimitKind::OrderNotional, 0, CurrencyId(1)),
            firm(LimitKind::GrossNotional, 0, CurrencyId(1)),
        ] {
            let max = Some(1 << 60);
            let scope = LimitScope::Firm;
            let actor = Actor::default();
            let set = jware_core::command::SetLimit { actor, scope, name, max, window_ns: 0, reason: String::new() };
            platform.apply(&Command::SetLimit(set));
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

fn name_of(id: u32) -> ClOrdId {
    ClOrdId::new(format!("order-{id}").as_bytes()).expect("a short name")
}

fn frame_of<'a>(maker: &'a mut ClientEncoder, placed: &Placed) -> &'a [u8] {
    let account = AccountId(placed.account);
    match placed.op {
        Op::Cancel { id } => maker.cancel(&CancelOrder {
            actor: Actor::default(),
            account,
            cl_ord_id: ClOrdId::EMPTY,
            target: OrderRef { order_id: OrderId(0), orig_cl_ord_id: name_of(id) },
        }),
        Op::Order { id, side, price, qty, rests } => {
            let (qty, price) = (QtyLots(i64::from(qty)), PriceTicks(i64::from(price)));
            let terms = if rests { OrderTerms::limit(side, qty, price) } else { OrderTerms::market(side, qty) };
            maker.new_order(&NewOrder {
                actor: Actor::default(),
                account,
                instrument: InstrumentId(placed.instrument),
                cl_ord_id: name_of(id),
                // The flow meets itself; so may its owners, or the two sides would not match the same.
                terms: OrderTerms { self_trade_prevention: SelfTradePrevention::None, ..terms },
            })
        }
    }
}

fn instrument(id: u32) -> InstrumentDefinition {
    InstrumentDefinition {
        instrument: InstrumentId(id),
        symbol: format!("I{id}"),
        name: String::new(),
        asset_class: "crypto".to_owned(),
        venue: Venue::Internal,
        base_currency: "X".to_owned(),
        quote_currency: CurrencyId(1),
        price_decimals: 2,
        tick_mantissa: 1,
        qty_decimals: 0,
        lot_mantissa: 1,
        tick_lot_minor: 1,
        qty_lots_min: QtyLots(1),
        qty_lots_max: QtyLots(1_000_000),
        notional_minor_max: AmountMinor(1 << 50),
        collar_bps: 5_000,
        maker_fee_ppm: 10,
        taker_fee_ppm: 20,
        session: TradingSession::ROUND_THE_CLOCK,
        collar: CollarRules::default(),
        margin: MarginRules::default(),
        mark_stale_ns: 0,
        paper: PaperRules::default(),
    }
}
