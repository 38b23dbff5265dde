//! One random history in a real journal: snapshots on the way and the records after them come to what all records come to.
//!
//! Everything follows from a seed. Shared by the test, which runs a few, and by the example, which runs as many as wanted.

#[path = "../../../core/tests/fuzzing/mod.rs"]
pub mod fuzzing;

use std::path::{Path, PathBuf};

use fuzzing::chance::Chance;
use fuzzing::{Mode, stream};
use jware_core::record::RecordEncoder;
use jware_core::units::{Seq, TsNs};
use jware_core::{CORE_VERSION, Core};
use jware_journal::{Callbacks, Journal, Options};
use jware_replica::{Folders, KIND_COMMAND, KIND_LIVE, KIND_REPLAYED, Plan, Snapshots, Started, save};

pub const ENGINE_ID: u128 = 0x1234_5678;
/// So small that a history has several.
const SEGMENT_BYTES: u64 = 24 << 10;

/// A journal in a folder of its own, and the core that wrote it.
pub struct History {
    pub folders: Folders,
    /// The hash after each command; the first is before all.
    pub hashes: Vec<u64>,
    pub core: Core,
    /// The core as it was at some sequences.
    pub passed: Vec<(u64, Core)>,
}

impl Drop for History {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folders.journal);
    }
}

pub fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("jware-replay-{name}-{}", std::process::id()))
}

/// Writes a history of some hundred commands. At the sequences `keep` a copy of the core is kept.
pub fn history(dir: &Path, seed: u64, keep: &[u64]) -> History {
    let _ = std::fs::remove_dir_all(dir);
    let options = Options { engine_id: Some(ENGINE_ID), segment_bytes: SEGMENT_BYTES, ..Options::new(CORE_VERSION) };
    let (journal, _) = Journal::open(dir, options).unwrap().start(Callbacks::new(|_| {})).unwrap();
    let mut core = Core::new();
    let mut records = RecordEncoder::default();
    let (mut hashes, mut events, mut passed) = (vec![core.state_hash()], Vec::new(), Vec::new());
    for (after_ns, command) in stream(Mode::Commands, seed) {
        let payload = records.encode(&command);
        if payload.len() > journal.payload_bytes_max() {
            continue;
        }
        let (seq, ts) = (core.seq().0 + 1, core.ts().0.saturating_add(after_ns).min(u64::MAX >> 2));
        let Some(ts) = Some(ts).filter(|ts| *ts >= core.ts().0) else { break };
        journal.append(seq, ts, KIND_COMMAND, payload, false).unwrap();
        events.clear();
        core.apply(Seq(seq), TsNs(ts), &command, &mut events);
        hashes.push(core.state_hash());
        if keep.contains(&seq) {
            passed.push((seq, Core::restore(&core.snapshot()).unwrap()));
        }
    }
    journal.close().unwrap();
    History { folders: Folders { journal: dir.to_path_buf(), archive: None }, hashes, core, passed }
}

impl History {
    pub fn last_seq(&self) -> u64 {
        self.core.seq().0
    }

    pub fn snapshots(&self) -> Snapshots {
        Snapshots::new(self.folders.clone(), ENGINE_ID, Plan::default(), None, None)
    }

    /// Starts as the platform does, without a database.
    pub fn start(&self) -> Result<Started, String> {
        start(&self.folders, 0)
    }
}

pub fn start(folders: &Folders, witness_seq: u64) -> Result<Started, String> {
    let options = Options { segment_bytes: SEGMENT_BYTES, ..Options::new(CORE_VERSION) };
    jware_replica::open(folders, options)?.start(witness_seq, Callbacks::new(|_| {}))
}

/// One run. Gives the hash it ended at, which is the same in any build, or what was not equal.
pub fn run(seed: u64, dir: &Path) -> Result<u64, String> {
    let mut chance = Chance::new(seed);
    let length = 100 + chance.below(120);
    let mut cuts: Vec<u64> = (0..3).map(|_| 1 + chance.below(length) as u64).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let history = history(dir, seed, &cuts);
    let snapshots = history.snapshots();
    let mut newest = 0;
    for (seq, core) in &history.passed {
        // The second one is of the core that ran, and must be met by the replay from the first to the third.
        if cuts.get(1) == Some(seq) && cuts.len() == 3 {
            save(&*history.folders.storage(), core, 9, KIND_LIVE, ENGINE_ID).map_err(|error| error.to_string())?;
        } else {
            let header = snapshots.make(*seq)?.ok_or("it stopped by itself")?;
            if (header.seq, header.kind, header.state_hash)
                != (*seq, KIND_REPLAYED, history.hashes[usize::try_from(*seq).unwrap()])
            {
                return Err(format!("the snapshot at {seq} is {header:?}"));
            }
        }
        newest = *seq;
    }
    let started = history.start()?;
    let found = started.replica.core.state_hash();
    let from = started.snapshot.map_or(0, |header| header.seq);
    if (from, started.replayed_count) != (newest, history.last_seq() - newest) {
        return Err(format!("started from {from} and replayed {}", started.replayed_count));
    }
    if Some(&found) != history.hashes.last() {
        return Err(format!(
            "snapshots at {cuts:?} and the tail come to {found:016x}, all records to {:016x}",
            history.core.state_hash()
        ));
    }
    // A hash does not cover who trails, and what an iceberg displays: bytes do.
    if started.replica.core.snapshot() != history.core.snapshot() {
        return Err(format!("snapshots at {cuts:?} and the tail come to {found:016x}, and to other bytes"));
    }
    Ok(found)
}
