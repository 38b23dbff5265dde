//! The journal as rows: a reader with a core of its own applies what is durable and gives what a database should hold.
//!
//! Invariant: the rows of commands `(from_seq, to_seq]` follow from the journal alone, so that giving them again gives the
//! same ones. It never touches the live core, and never runs ahead of what is durable.
//! Cost: one more core in memory, and every command applied once more, on the thread that asks.

mod copy_text;
mod ledger;
mod risk_row;
mod rows;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use jware_journal::Reader;
use jware_replica::{Folders, Replica, newest};
use parking_lot::Mutex;
use serde::Serialize;

use crate::hub::Hub;
use rows::Rows;

pub use rows::COLUMNS;

/// A batch ends early at this many rows; one command may go beyond it.
const ROWS_MAX: usize = 20_000;
/// Commands replayed in one go.
const REPLAY_COMMANDS_MAX: usize = 256;

/// What the database should take in one transaction.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// The batch covers commands `(from_seq, to_seq]`.
    pub from_seq: u64,
    /// The last command of the batch.
    pub to_seq: u64,
    /// COPY text by table; tables without rows are absent.
    pub tables: BTreeMap<&'static str, String>,
    /// Rows of all tables.
    pub row_count: usize,
}

/// A reader of the journal with a core of its own.
pub struct Projection {
    replica: Replica,
    reader: Reader,
    from_seq: u64,
}

impl std::fmt::Debug for Projection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Projection").field("seq", &self.replica.seq()).finish_non_exhaustive()
    }
}

impl Projection {
    /// Opens a journal and comes silently to `from_seq`, what the database holds already: from the newest snapshot that is
    /// not past it, or else from the first command, which may be in the archive.
    ///
    /// Errors: a journal that ends before `from_seq` (it is not the one that the database was projected from), or that
    /// cannot be read.
    pub fn open(folders: &Folders, engine_id: u128, from_seq: u64, durable_seq: u64) -> Result<Self, String> {
        if from_seq > durable_seq {
            return Err(format!(
                "ENG_ERR_PROJECTION_AHEAD: the database holds command {from_seq}, the journal ends at {durable_seq}: they do not \
                 belong together. Give the journal's own database, or an empty one"
            ));
        }
        let found = newest(&*folders.storage(), engine_id, from_seq, |_| true).map_err(|error| error.to_string())?;
        let mut replica = found.newest.map(|(_, replica)| replica).unwrap_or_default();
        let mut reader = folders.reader(replica.seq() + 1)?;
        while replica.seq() < from_seq {
            if replica.follow(&mut reader, from_seq, REPLAY_COMMANDS_MAX, |_, _, _| {})? == 0 {
                return Err(format!("ENG_ERR_PROJECTION_READ: the journal gives no command {}", replica.seq() + 1));
            }
        }
        Ok(Self { replica, reader, from_seq })
    }

    /// The rows of at most `command_count_max` commands up to `durable_seq`; none where there is nothing new.
    pub fn next(&mut self, durable_seq: u64, command_count_max: usize) -> Result<Option<Batch>, String> {
        let mut rows = Rows::default();
        let mut left = command_count_max;
        while left > 0 && rows.count() < ROWS_MAX {
            // One at a time: a command may bring a thousand rows.
            let Self { replica, reader, .. } = self;
            if replica.follow(reader, durable_seq, 1, |core, command, events| rows.take(core, command, events))? == 0 {
                break;
            }
            left -= 1;
        }
        let (from_seq, to_seq) = (self.from_seq, self.replica.seq());
        if to_seq == from_seq {
            return Ok(None);
        }
        self.from_seq = to_seq;
        let row_count = rows.count();
        Ok(Some(Batch { from_seq, to_seq, tables: rows.into_tables(&self.replica.core), row_count }))
    }
}

static OPEN: Mutex<BTreeMap<u32, Projection>> = Mutex::new(BTreeMap::new());
static LAST_ID: AtomicU32 = AtomicU32::new(0);

/// Opens the journal of the running core; returns the projection's number.
pub fn open(hub: &Hub, from_seq: u64) -> Result<u32, String> {
    let projection = Projection::open(hub.snapshots.folders(), hub.snapshots.engine_id(), from_seq, hub.journal.durable_seq())?;
    let id = LAST_ID.fetch_add(1, Ordering::Relaxed) + 1;
    OPEN.lock().insert(id, projection);
    Ok(id)
}

/// The next batch of a projection as JSON; none where there is nothing new.
pub fn next(hub: &Hub, id: u32, command_count_max: usize) -> Result<Option<String>, String> {
    // Taken out while it works, so that others do not wait; after an error it is of no more use.
    let mut projection = OPEN.lock().remove(&id).ok_or_else(|| format!("ENG_ERR_PROJECTION_CLOSED: no projection {id}"))?;
    let batch = projection.next(hub.journal.durable_seq(), command_count_max)?;
    OPEN.lock().insert(id, projection);
    batch.map(|batch| serde_json::to_string(&batch).map_err(|error| error.to_string())).transpose()
}

/// Forgets a projection.
pub fn close(id: u32) {
    OPEN.lock().remove(&id);
}

#[cfg(test)]
mod tests;
