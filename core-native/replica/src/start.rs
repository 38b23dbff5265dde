//! A start, in two steps: a state from the newest snapshot that verifies and the records after it, with nothing changed yet;
//! then, once it is known what others have seen of this journal, the journal ready to be written.

use std::sync::Arc;

use jware_journal::{
    Callbacks, Journal, JournalError, Options, Recovery, SnapshotHeader, Storage, list_snapshots, set_snapshot_aside,
    snapshot_name,
};

use crate::folders::Folders;
use crate::replay::{ReplayError, replay};
use crate::replica::Replica;
use crate::saved::{Found, Unusable, newest};

/// A journal that is locked and was read to its end. No file was changed.
pub struct Opened {
    recovery: Recovery,
    storage: Arc<dyn Storage>,
    engine_id: u128,
    replica: Replica,
    snapshot: Option<SnapshotHeader>,
    replayed_count: u64,
    unusable: Vec<Unusable>,
}

/// What a start came to.
pub struct Started {
    /// The running journal.
    pub journal: Journal,
    /// Identity of its engine.
    pub engine_id: u128,
    /// The state at its end.
    pub replica: Replica,
    /// The snapshot that the start began from.
    pub snapshot: Option<SnapshotHeader>,
    /// Commands replayed after it.
    pub replayed_count: u64,
    /// Which newer snapshots could not be used, as a sentence.
    pub failure: Option<String>,
}

/// Locks the journal, reads it and brings a state to its end.
///
/// Errors: the journal's own; a journal that starts later than any snapshot that verifies; a record that holds no command.
pub fn open(folders: &Folders, options: Options) -> Result<Opened, String> {
    let text = |error: JournalError| error.to_string();
    let mut recovery = Journal::open(&folders.journal, options).map_err(text)?;
    let storage = Arc::clone(recovery.storage());
    // Also one that does not verify any more was made of commands that were durable.
    recovery.must_reach(list_snapshots(&*storage).map_err(text)?.last().copied().unwrap_or(0));
    let engine_id = recovery.engine_id();
    let Found { usable, unusable } = match recovery.summary().segment_count {
        // Snapshots without a journal are a journal that was lost, which the replay is going to say.
        0 => Found::default(),
        _ => newest(&*storage, engine_id, u64::MAX, |_| true).map_err(text)?,
    };
    let (snapshot, mut replica) = usable.map_or((None, Replica::default()), |(header, replica)| (Some(header), replica));
    recovery.skip_to(replica.seq());
    let replayed_count = replay(&mut recovery, &mut replica).map_err(|error| match error {
        ReplayError::Journal(error) => with_snapshots(&error, &unusable),
        ReplayError::Other(sentence) => sentence,
    })?;
    Ok(Opened { recovery, storage, engine_id, replica, snapshot, replayed_count, unusable })
}

impl Opened {
    /// Cuts off a torn end and starts the journal's thread.
    ///
    /// `witness_seq` is what somebody else, the database, knows to have been durable. Errors: a journal that ends before
    /// it, before the witness of the options, or before what a snapshot's name says; the journal's own.
    pub fn start(self, witness_seq: u64, callbacks: Callbacks) -> Result<Started, String> {
        let Self { mut recovery, storage, engine_id, replica, snapshot, replayed_count, unusable } = self;
        recovery.must_reach(witness_seq);
        let (journal, _summary) = recovery.start(callbacks).map_err(|error| with_snapshots(&error, &unusable))?;
        for damaged in unusable.iter().filter(|each| each.is_damaged) {
            set_snapshot_aside(&*storage, damaged.seq).map_err(|error| error.to_string())?;
        }
        let failure = told(&unusable);
        if let Some(failure) = &failure {
            eprintln!("{failure}; the start took {} and the journal", if snapshot.is_some() { "an older one" } else { "none" });
        }
        Ok(Started { journal, engine_id, replica, snapshot, replayed_count, failure })
    }
}

fn with_snapshots(error: &JournalError, unusable: &[Unusable]) -> String {
    told(unusable).map_or_else(|| error.to_string(), |failure| format!("{error} ({failure})"))
}

fn told(unusable: &[Unusable]) -> Option<String> {
    let rows = unusable.iter().map(|each| format!("{}: {}", snapshot_name(each.seq), each.reason));
    (!unusable.is_empty()).then(|| format!("snapshots that cannot be used: {}", rows.collect::<Vec<_>>().join("; ")))
}
