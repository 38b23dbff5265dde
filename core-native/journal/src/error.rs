//! What can go wrong, each with a code that never changes and a sentence that says what to do.

use std::io;

/// An operating error of the journal. [`JournalError::code`] is stable; the text is for people.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// A call to the storage failed. A failed write or sync is never repeated on the same file.
    #[error(
        "JRN_ERR_IO: {operation} of {file} failed: {source}. Check the disk, then start again; recovery keeps what was acknowledged"
    )]
    Io {
        /// What was tried.
        operation: &'static str,
        /// The file, relative to the journal's folder.
        file: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another process holds the journal.
    #[error("JRN_ERR_LOCKED: another process has this journal open. Stop it first; the lock ends with its process")]
    Locked,
    /// Bytes that were durable are damaged. No file was changed.
    #[error(
        "JRN_ERR_CORRUPT: {file} at byte {offset}, after seq {after_seq}: {reason}. Nothing was changed; restore this file from a \
         copy, or keep the folder for analysis and start with an empty one"
    )]
    Corrupt {
        /// The damaged segment.
        file: String,
        /// Byte offset of the first bad position.
        offset: u64,
        /// The last sequence that reads well before it.
        after_seq: u64,
        /// Which rule is broken.
        reason: &'static str,
    },
    /// A segment between the first and the last is not there, or is there under another number.
    #[error(
        "JRN_ERR_SEGMENT_MISSING: segment {missing} is absent, {found} is there. Restore the missing file; nothing was changed"
    )]
    SegmentMissing {
        /// Number of the segment that should exist.
        missing: u64,
        /// What exists instead.
        found: String,
    },
    /// A copy into this folder was not finished.
    #[error(
        "JRN_ERR_COPY_UNFINISHED: {file} is of a copy that was not finished. Nothing was changed; remove what is in this folder, and copy \
         again"
    )]
    CopyUnfinished {
        /// A file that has not got its name yet.
        file: String,
    },
    /// The folder to copy into has files.
    #[error("JRN_ERR_COPY_NOT_EMPTY: the folder has {file}. Nothing was written; copy into an empty one")]
    CopyNotEmpty {
        /// One of them.
        file: String,
    },
    /// A snapshot does not verify. It is not used; an older one and the journal may do.
    #[error("JRN_ERR_SNAPSHOT: {file} at byte {offset}: {reason}. It is not used")]
    Snapshot {
        /// The snapshot.
        file: String,
        /// Byte offset of the first thing that does not verify.
        offset: u64,
        /// Which rule is broken.
        reason: &'static str,
    },
    /// The journal does not go back to where the caller's knowledge ends.
    #[error(
        "JRN_ERR_NO_SNAPSHOT: the journal starts at seq {first_seq}, and what is known ends at seq {known_seq}: no snapshot that \
         verifies covers the records between. Put a snapshot back from a backup, or the older segments from the archive; \
         nothing was changed"
    )]
    NoSnapshot {
        /// Sequence of the first record there.
        first_seq: u64,
        /// What the caller has; 0 where nothing.
        known_seq: u64,
    },
    /// A core of another version wrote this journal; its `apply` may differ.
    #[error(
        "JRN_ERR_CORE_VERSION: {file} was written by core version {found}, this is {expected}. Start the version that wrote it, take \
         a snapshot there, then upgrade"
    )]
    CoreVersion {
        /// The segment.
        file: String,
        /// Version in its header.
        found: u32,
        /// Version asked for.
        expected: u32,
    },
    /// The journal, or one of its segments, belongs to another engine.
    #[error("JRN_ERR_ENGINE: {file} belongs to engine {found:032x}, not {expected:032x}. The folder holds files of two engines")]
    Engine {
        /// The segment.
        file: String,
        /// Identity in its header.
        found: u128,
        /// Identity expected.
        expected: u128,
    },
    /// The file format is newer or older than this program reads.
    #[error("JRN_ERR_FORMAT: {file} has format version {found}, this program reads {expected}")]
    Format {
        /// The segment.
        file: String,
        /// Version in its header.
        found: u16,
        /// Version read here.
        expected: u16,
    },
    /// An outside witness saw more than the journal holds: acknowledged data was lost.
    #[error(
        "JRN_ERR_BEHIND_WITNESS: the journal ends at seq {last_seq}, but seq {witness_seq} was seen outside. The disk was replaced \
         or restored; do not trade on it"
    )]
    BehindWitness {
        /// Last sequence in the journal.
        last_seq: u64,
        /// Sequence that was durable once.
        witness_seq: u64,
    },
    /// The records given to `append` are not in order, or use a reserved kind. A defect of the caller.
    #[error("JRN_ERR_ORDER: {reason} (seq {seq}, expected {expected_seq})")]
    Order {
        /// Which rule.
        reason: &'static str,
        /// Sequence given.
        seq: u64,
        /// Sequence that would be next.
        expected_seq: u64,
    },
    /// The payload does not fit a record or a segment.
    #[error("JRN_ERR_PAYLOAD_SIZE: {bytes} bytes, at most {bytes_max} fit")]
    PayloadSize {
        /// Bytes given.
        bytes: usize,
        /// Bytes that fit.
        bytes_max: usize,
    },
    /// The disk is full, and the file that was kept for this is too small to go on in.
    #[error(
        "JRN_ERR_RESERVE_SIZE: the disk is full, and the reserve has {bytes} bytes, at least {bytes_min} are needed. Make room, remove \
         reserve.jwj, start again: another one is made"
    )]
    ReserveSize {
        /// Bytes of the file.
        bytes: u64,
        /// Bytes that hold any record.
        bytes_min: u64,
    },
    /// The disk is so slow that the memory for waiting records is used up. Nothing was taken.
    #[error("JRN_ERR_BACKLOG: {bytes} bytes wait for the disk, at most {bytes_max} may")]
    Backlog {
        /// Bytes waiting.
        bytes: usize,
        /// Bytes that may wait.
        bytes_max: usize,
    },
    /// The journal was closed.
    #[error("JRN_ERR_CLOSED: the journal is closed")]
    Closed,
    /// The journal thread stopped after an error.
    #[error("JRN_ERR_STOPPED: the journal stopped: {reason}")]
    Stopped {
        /// Text of the error that stopped it.
        reason: String,
    },
    /// An option is out of its range.
    #[error("JRN_ERR_OPTIONS: {reason}")]
    Options {
        /// Which one and why.
        reason: &'static str,
    },
    /// Asked for a sequence that this journal does not hold.
    #[error("JRN_ERR_NO_SUCH_SEQ: seq {seq} is not in the journal, which starts at {first_seq}")]
    NoSuchSeq {
        /// Sequence asked for.
        seq: u64,
        /// First sequence present.
        first_seq: u64,
    },
}

impl JournalError {
    /// The stable code, as documents and alarms name it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "JRN_ERR_IO",
            Self::Locked => "JRN_ERR_LOCKED",
            Self::Corrupt { .. } => "JRN_ERR_CORRUPT",
            Self::SegmentMissing { .. } => "JRN_ERR_SEGMENT_MISSING",
            Self::CopyUnfinished { .. } => "JRN_ERR_COPY_UNFINISHED",
            Self::CopyNotEmpty { .. } => "JRN_ERR_COPY_NOT_EMPTY",
            Self::Snapshot { .. } => "JRN_ERR_SNAPSHOT",
            Self::NoSnapshot { .. } => "JRN_ERR_NO_SNAPSHOT",
            Self::CoreVersion { .. } => "JRN_ERR_CORE_VERSION",
            Self::Engine { .. } => "JRN_ERR_ENGINE",
            Self::Format { .. } => "JRN_ERR_FORMAT",
            Self::BehindWitness { .. } => "JRN_ERR_BEHIND_WITNESS",
            Self::Order { .. } => "JRN_ERR_ORDER",
            Self::PayloadSize { .. } => "JRN_ERR_PAYLOAD_SIZE",
            Self::ReserveSize { .. } => "JRN_ERR_RESERVE_SIZE",
            Self::Backlog { .. } => "JRN_ERR_BACKLOG",
            Self::Closed => "JRN_ERR_CLOSED",
            Self::Stopped { .. } => "JRN_ERR_STOPPED",
            Self::Options { .. } => "JRN_ERR_OPTIONS",
            Self::NoSuchSeq { .. } => "JRN_ERR_NO_SUCH_SEQ",
        }
    }

    pub(crate) fn io(operation: &'static str, file: &str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { operation, file: file.to_owned(), source }
    }
}
