//! An append-only, segmented, checksummed log with group commit.
//!
//! A record is `(seq, ts_ns, kind, payload)`; what a payload means is the caller's business. The order of use is
//! [`Journal::open`] (locks and reads), [`Recovery::replay`], [`Recovery::start`] (repairs a torn end, starts the one
//! thread that writes), [`Journal::append`] from any thread, [`Journal::close`]. [`Reader`] follows the files from
//! another thread or process.
//!
//! Invariant: `on_commit(n)` is called only when every record up to `n` is on disk (or written, in memory mode), and the
//! next start gives back exactly what was committed, perhaps followed by records that were appended but never
//! committed, in their order.

#![forbid(unsafe_code)]

mod archive;
mod backup;
mod batch;
mod error;
pub mod failpoint;
mod format;
mod journal;
mod metrics;
mod options;
mod reader;
mod recovery;
mod segment;
mod shared;
pub mod sim_disk;
mod snapshot;
mod space;
mod stepper;
mod storage;
pub mod watched_disk;
mod writer;

pub use archive::archive_segments;
pub use backup::{Copied, copy_journal};
pub use batch::Record;
pub use error::JournalError;
pub use format::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX, KIND_COMMIT, PAYLOAD_BYTES_MAX};
pub use journal::{Journal, TurnEnd};
pub use metrics::Metrics;
pub use options::{AckMode, Options};
pub use reader::Reader;
pub use recovery::{Recovery, RecoverySummary, Survey, SurveyedBatch, SurveyedSegment, TornTail};
pub use segment::sync_journal;
pub use snapshot::{
    Snapshot, SnapshotHeader, list_snapshots, prune_snapshots, read_snapshot, set_snapshot_aside, snapshot_name, write_snapshot,
};
pub use stepper::{Callbacks, Stepper};
pub use storage::{DirStorage, Storage, StorageFile};
