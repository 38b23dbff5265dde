//! Snapshots of a core: which there are, and which can be used.

use jware_core::{CORE_VERSION, Core};
use jware_journal::{JournalError, Snapshot, SnapshotHeader, Storage, list_snapshots, read_snapshot, write_snapshot};

use crate::replica::Replica;

/// Kind of a snapshot that was made by replaying the journal.
pub const KIND_REPLAYED: u16 = 1;
/// Kind of a snapshot of the core that answered clients.
pub const KIND_LIVE: u16 = 2;

/// A snapshot that could not be used.
#[derive(Debug)]
pub struct Unusable {
    /// The sequence in its name.
    pub seq: u64,
    /// Why, as a sentence.
    pub reason: String,
    /// Its bytes are not what was written, as opposed to written by another version.
    pub is_damaged: bool,
}

/// What a folder's snapshots come to.
#[derive(Debug, Default)]
pub struct Found {
    /// The first that is wanted and verifies.
    pub usable: Option<(SnapshotHeader, Replica)>,
    /// Those before it that cannot be used.
    pub unusable: Vec<Unusable>,
}

/// Writes a snapshot of a core, durably, and reads it back; gives what it says of itself and its size, bytes.
pub fn save(
    storage: &dyn Storage,
    core: &Core,
    last_session: u32,
    kind: u16,
    engine_id: u128,
) -> Result<(SnapshotHeader, u64), JournalError> {
    let header = SnapshotHeader {
        kind,
        core_version: CORE_VERSION,
        engine_id,
        seq: core.seq().0,
        ts_ns: core.ts().0,
        state_hash: core.state_hash(),
    };
    let mut content = last_session.to_le_bytes().to_vec();
    content.extend(core.snapshot());
    let bytes = write_snapshot(storage, &header, &content)?;
    Ok((header, bytes))
}

/// The newest of those that a replay made, of this engine and version, that verifies: what a replay begins from.
pub(crate) fn newest_replayed(storage: &dyn Storage, engine_id: u128) -> Result<Option<u64>, JournalError> {
    for seq in list_snapshots(storage)?.into_iter().rev() {
        match read_snapshot(storage, seq) {
            Ok(Snapshot { header, .. })
                if (header.kind, header.engine_id, header.core_version) == (KIND_REPLAYED, engine_id, CORE_VERSION) =>
            {
                return Ok(Some(seq));
            }
            Ok(_) | Err(JournalError::Snapshot { .. } | JournalError::Format { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The newest usable snapshot at or below a sequence, of those that `wanted` takes.
///
/// Errors: the folder cannot be read, or holds a snapshot of another engine.
pub fn newest(
    storage: &dyn Storage,
    engine_id: u128,
    seq_max: u64,
    wanted: impl Fn(&SnapshotHeader) -> bool,
) -> Result<Found, JournalError> {
    let seqs = list_snapshots(storage)?.into_iter().rev().filter(|seq| *seq <= seq_max);
    first_usable(storage, engine_id, seqs, wanted)
}

/// The oldest usable snapshot at or above a sequence: from there on most can be seen where what came before is away.
///
/// Errors: as [`newest`].
pub fn oldest(storage: &dyn Storage, engine_id: u128, seq_min: u64) -> Result<Found, JournalError> {
    let seqs = list_snapshots(storage)?.into_iter().filter(|seq| *seq >= seq_min);
    first_usable(storage, engine_id, seqs, |_| true)
}

fn first_usable(
    storage: &dyn Storage,
    engine_id: u128,
    seqs: impl Iterator<Item = u64>,
    wanted: impl Fn(&SnapshotHeader) -> bool,
) -> Result<Found, JournalError> {
    let mut found = Found::default();
    for seq in seqs {
        let mut put_by = |reason, is_damaged| found.unusable.push(Unusable { seq, reason, is_damaged });
        let snapshot = match read_snapshot(storage, seq) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                put_by(error.to_string(), matches!(error, JournalError::Snapshot { .. }));
                continue;
            }
        };
        let header = snapshot.header;
        if header.engine_id != engine_id {
            let file = jware_journal::snapshot_name(seq);
            return Err(JournalError::Engine { file, found: header.engine_id, expected: engine_id });
        }
        if header.core_version != CORE_VERSION {
            put_by(format!("it is of core version {}, this is {CORE_VERSION}", header.core_version), false);
            continue;
        }
        if !wanted(&header) {
            continue;
        }
        match Replica::of_snapshot(&header, &snapshot.content) {
            Ok(replica) => {
                found.usable = Some((header, replica));
                break;
            }
            Err(reason) => put_by(reason, true),
        }
    }
    Ok(found)
}
