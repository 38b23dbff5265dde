//! `bench-journal <folder> <instruments> <accounts> <resting orders> <commands> [commands after a snapshot]`: a journal of an order
//! flow, as the engine writes it, for benches of replay and restart. One JSON line: commands, those after the snapshot (all, where
//! there is none), journal bytes, and the state's hash that any replay must come to.

#[allow(dead_code, reason = "the other programs read files and hashes")]
mod flow;
#[allow(dead_code, reason = "as above")]
mod ops;
#[allow(dead_code, reason = "as above")]
mod plain;
mod stage;

use std::path::Path;
use std::process::ExitCode;

use jware_core::event::Event;
use jware_core::record::RecordEncoder;
use jware_core::units::{Seq, TsNs};
use jware_core::{CORE_VERSION, Core};
use jware_journal::{Callbacks, DirStorage, Journal, Options};
use jware_replica::{KIND_COMMAND, KIND_LIVE, save};
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
    let (setting, count, tail) = match *numbers.as_slice() {
        [instruments, accounts, resting, count] => ((instruments, accounts, resting), count, None),
        [instruments, accounts, resting, count, tail] if tail < count => ((instruments, accounts, resting), count, Some(tail)),
        _ => {
            eprintln!(
                "usage: bench-journal <folder> <instruments> <accounts> <resting orders> <commands> [fewer after a snapshot]"
            );
            return ExitCode::from(2);
        }
    };
    let (instruments, accounts, resting) = setting;
    let setting = Setting { instruments, accounts, resting: resting as usize };
    match write(&dir, setting, count as usize, tail.map(|tail| tail as usize)) {
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

fn write(
    dir: &str,
    setting: Setting,
    count: usize,
    tail: Option<usize>,
) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    let recovery = Journal::open(Path::new(dir), Options::new(CORE_VERSION))?;
    let engine_id = recovery.engine_id();
    let (journal, _) = recovery.start(Callbacks::new(|_| {}))?;
    let flow = flow::generate_with(SEED, count, setting.resting);
    let placed = place(&flow.ops, setting);
    let mut core = Core::new();
    let mut records = RecordEncoder::default();
    let mut events: Vec<Event> = Vec::new();
    let mut seq = core.seq().0;
    let mut snapshot_seq = 0;
    let opening = stage::commands(setting);
    let all = opening.len() + placed.len();
    let commands = opening.into_iter().chain(placed.iter().map(command_of));
    for (index, command) in commands.enumerate() {
        if tail.is_some_and(|tail| all - index == tail) {
            journal.sync_all()?;
            save(&DirStorage::existing(Path::new(dir)), &core, 0, KIND_LIVE, engine_id)?;
            snapshot_seq = seq;
        }
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
    Ok(json!({ "commands": seq, "tail": seq - snapshot_seq, "bytes": bytes, "stateHash": format!("{:016x}", core.state_hash()) }))
}
