//! The journal as rows: a reader with a core of its own applies what is durable and gives what a database should hold.
//!
//! Invariant: the rows of commands `(from_seq, to_seq]` follow from the journal alone, so that giving them again gives the
//! same ones. It never touches the live core, and never runs ahead of what is durable.
//! Cost: one more core in memory, and every command applied once more, on the thread that asks.

mod array_text;
mod copy_text;
mod last_state;
mod ledger;
mod packed;
mod risk_row;
mod row;
mod rows;
mod table_rows;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use jware_core::Core;
use jware_core::command::Command;
use jware_core::event::Event;
use jware_journal::{DirStorage, Reader, Storage};
use jware_replica::{Folders, Replica, newest};
use parking_lot::Mutex;
use serde::Serialize;

use crate::hub::hub;
use packed::pack;
use rows::{Copied, Rows};

pub use packed::Packed;
pub use rows::COLUMNS;
pub use table_rows::TableRows;

/// A batch ends early at this many rows; one command may go beyond it.
const ROWS_MAX: usize = 20_000;
/// Commands replayed in one go.
const REPLAY_COMMANDS_MAX: usize = 256;

/// What the database should take in one transaction.
#[derive(Debug, PartialEq, Eq)]
pub struct Batch {
    /// The batch covers commands `(from_seq, to_seq]`.
    pub from_seq: u64,
    /// The last command of the batch.
    pub to_seq: u64,
    /// Rows by table; tables without rows are absent.
    pub tables: BTreeMap<&'static str, TableRows>,
    /// Rows of all tables.
    pub row_count: usize,
    /// Engine time of the batch's first command, nanoseconds in decimal: how old what waits is.
    pub first_ts_ns: String,
    /// Engine time of the batch's last command, nanoseconds in decimal.
    pub to_ts_ns: String,
}

/// A projection that was opened.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    /// The projection's number.
    pub id: u32,
    /// Whose journal it is, in hex.
    pub engine_id: String,
    /// Engine time of the command that it was opened after, nanoseconds in decimal; 0 before the first. Two journals that
    /// were one up to some command differ here after it.
    pub ts_ns: String,
}

/// A reader of the journal with a core of its own.
pub struct Projection {
    replica: Replica,
    reader: Reader,
    from_seq: u64,
    source: Source,
    is_all_copied: bool,
}

/// Whose journal is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// That of the core of this process, as far as it is durable.
    Running,
    /// That of another process, or of none, as far as the files go.
    Folder,
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
    /// `durable_seq` is where it ends; `u64::MAX` where only the files know. `is_all_copied` gives every row as COPY text, those of last
    /// states too: for a reader that replaces nothing. Errors: a journal that ends before `from_seq` (it is not the one that the database
    /// was projected from), or that cannot be read.
    pub fn open(
        folders: &Folders,
        engine_id: u128,
        from_seq: u64,
        durable_seq: u64,
        is_all_copied: bool,
    ) -> Result<Self, String> {
        let source = if durable_seq == u64::MAX { Source::Folder } else { Source::Running };
        if from_seq > durable_seq {
            return Err(ahead(from_seq, durable_seq));
        }
        let found = newest(&*folders.storage(), engine_id, from_seq, |_| true).map_err(|error| error.to_string())?;
        let mut replica = found.usable.map(|(_, replica)| replica).unwrap_or_default();
        let mut reader = folders.reader(replica.seq() + 1)?;
        while replica.seq() < from_seq {
            // Counted, not bounded by a sequence: a reader that is promised a command takes its absence for damage.
            let left = usize::try_from(from_seq - replica.seq()).unwrap_or(usize::MAX);
            if replica.pass(&mut reader, durable_seq, REPLAY_COMMANDS_MAX.min(left))? == 0 {
                let seq = replica.seq();
                return Err(match source {
                    Source::Running => format!("ENG_ERR_PROJECTION_READ: the journal gives no command {}", seq + 1),
                    Source::Folder => ahead(from_seq, seq),
                });
            }
        }
        Ok(Self { replica, reader, from_seq, source, is_all_copied })
    }

    /// The rows of at most `command_count_max` commands up to `durable_seq`; none where there is nothing new.
    pub fn next(&mut self, durable_seq: u64, command_count_max: usize) -> Result<Option<Batch>, String> {
        let copied = Copied { order_before: self.replica.core.last_order_id(), is_all: self.is_all_copied };
        let mut rows = Rows::default();
        let mut left = command_count_max;
        let mut first_ts = None;
        while left > 0 && rows.count() < ROWS_MAX {
            // One at a time: a command may bring a thousand rows.
            let Self { replica, reader, .. } = self;
            let take = |core: &Core, command: &Command, events: &[Event]| {
                first_ts.get_or_insert(core.ts());
                rows.take(core, command, events);
            };
            if replica.follow(reader, durable_seq, 1, take)? == 0 {
                break;
            }
            left -= 1;
        }
        let (from_seq, to_seq) = (self.from_seq, self.replica.core.seq().0);
        if to_seq == from_seq {
            return Ok(None);
        }
        self.from_seq = to_seq;
        let row_count = rows.count();
        let core = &self.replica.core;
        Ok(Some(Batch {
            from_seq,
            to_seq,
            tables: rows.into_tables(core, copied),
            row_count,
            first_ts_ns: first_ts.unwrap_or(core.ts()).0.to_string(),
            to_ts_ns: core.ts().0.to_string(),
        }))
    }
}

fn ahead(from_seq: u64, end_seq: u64) -> String {
    format!(
        "ENG_ERR_PROJECTION_AHEAD: the database holds command {from_seq}, the journal ends at {end_seq}: they do not belong \
         together. Give the journal's own database, or an empty one"
    )
}

static OPEN: Mutex<BTreeMap<u32, Projection>> = Mutex::new(BTreeMap::new());
static LAST_ID: AtomicU32 = AtomicU32::new(0);

/// Opens the journal of the running core (no folder), or the one in a folder, which another process may be writing; `archive` is where
/// its older segments went, if anywhere. `is_all_copied`: see [`Projection::open`].
pub fn open(folder: Option<String>, archive: Option<String>, from_seq: u64, is_all_copied: bool) -> Result<Opened, String> {
    let projection = match folder {
        None => {
            let hub = hub()?;
            let snapshots = &hub.snapshots;
            Projection::open(snapshots.folders(), snapshots.engine_id(), from_seq, hub.journal.durable_seq(), is_all_copied)?
        }
        Some(folder) => {
            let folders = Folders { journal: folder.into(), archive: archive.map(Into::into) };
            // Every segment names it, and the last never goes to an archive.
            let engine_id = folders.reader(u64::MAX)?.engine_id();
            Projection::open(&folders, engine_id, from_seq, u64::MAX, is_all_copied)?
        }
    };
    let id = LAST_ID.fetch_add(1, Ordering::Relaxed) + 1;
    let engine_id = format!("{:032x}", projection.reader.engine_id());
    let ts_ns = projection.replica.core.ts().0.to_string();
    OPEN.lock().insert(id, projection);
    Ok(Opened { id, engine_id, ts_ns })
}

/// The next batch of a projection, up to command `up_to_seq` at most; none where there is nothing new.
pub fn next(id: u32, command_count_max: usize, up_to_seq: Option<u64>) -> Result<Option<Packed>, String> {
    // Taken out while it works, so that others do not wait; after an error it is of no more use.
    let mut projection = OPEN.lock().remove(&id).ok_or_else(|| format!("ENG_ERR_PROJECTION_CLOSED: no projection {id}"))?;
    let end_seq = match projection.source {
        Source::Running => hub()?.journal.durable_seq(),
        Source::Folder => u64::MAX,
    };
    let batch = projection.next(end_seq.min(up_to_seq.unwrap_or(u64::MAX)), command_count_max)?;
    OPEN.lock().insert(id, projection);
    batch.map(pack).transpose()
}

/// Forgets a projection.
pub fn close(id: u32) {
    OPEN.lock().remove(&id);
}

static HELD: Mutex<Vec<Box<dyn Send>>> = Mutex::new(Vec::new());

/// Takes the lock of a journal that this process does not run, so that no engine starts on it; held until the process ends.
/// `false` where another process has it.
pub fn hold(folder: &str) -> Result<bool, String> {
    match DirStorage::existing(folder).lock() {
        Ok(lock) => {
            HELD.lock().push(lock);
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(false),
        Err(error) => Err(format!("ENG_ERR_JOURNAL_FOLDER: {folder} cannot be locked ({error})")),
    }
}

#[cfg(test)]
mod tests;
