//! `bench-journal <folder> <instruments> <accounts> <resting orders> <commands>`: a journal of an order flow, as the engine writes it,
//! for benches of replay and restart. One JSON line: commands, journal bytes, and the state's hash that any replay must come to.

#[allow(dead_code, reason = "the other programs read files and hashes")]
mod flow;
#[allow(dead_code, reason = "as above")]
mod ops;
mod stage;

use std::path::Path;
use std::process::ExitCode;

use jware_core::event::Event;
use jware_core::record::RecordEncoder;
use jware_core::units::{Seq, TsNs};
use jware_core::{CORE_VERSION, Core};
use jware_journal::{Callbacks, Journal, Options};
use jware_replica::KIND_COMMAND;
use serde_json::json;
use stage::{SEED, Setting, command_of, place};

/// So much may wait for the disk; an engine refuses work rather than let it grow.
const BACKLOG_BYTES: usize = 4 << 20;
const COMMAND_GAP_NS: u64 = 1_000;
const FIRST_TS_NS: u64 = 1_700_000_000_000_000_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().unwrap_or_default();
    let numbers: Vec<u32> = arguments.filter_map(|argument| argument.parse().ok()).collect();
    let &[instruments, accounts, resting, count] = numbers.as_slice() else {
        eprintln!("usage: bench-journal <folder> <instruments> <accounts> <resting orders> <commands>");
        return ExitCode::from(2);
    };
    match write(&dir, Setting { instruments, accounts, resting: resting as usize }, count as usize) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(dir: &str, setting: Setting, count: usize) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    let (journal, _) = Journal::open(Path::new(dir), Options::new(CORE_VERSION))?.start(Callbacks::new(|_| {}))?;
    let flow = flow::generate_with(SEED, count, setting.resting);
    let placed = place(&flow.ops, setting);
    let mut core = Core::new();
    let mut records = RecordEncoder::default();
    let mut events: Vec<Event> = Vec::new();
    let mut seq = core.seq().0;
    let commands = stage::commands(setting).into_iter().chain(placed.iter().map(command_of));
    for command in commands {
        seq += 1;
        let ts = FIRST_TS_NS + seq * COMMAND_GAP_NS;
        events.clear();
        core.apply(Seq(seq), TsNs(ts), &command, &mut events);
        journal.append(seq, ts, KIND_COMMAND, records.encode(&command), true)?;
        while journal.backlog_bytes() > BACKLOG_BYTES {
            std::thread::yield_now();
        }
    }
    journal.sync_all()?;
    let bytes = journal.metrics().byte_count;
    journal.close()?;
    Ok(json!({ "commands": seq, "bytes": bytes, "stateHash": format!("{:016x}", core.state_hash()) }))
}
