//! What a caller chooses.

use crate::error::JournalError;
use crate::format::{COMMIT_BYTES, PAYLOAD_BYTES_MAX, RECORD_HEADER_BYTES, SECTOR_BYTES, SEGMENT_HEADER_BYTES};
use std::time::Duration;

/// When a record counts as committed, that is, when `on_commit` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AckMode {
    /// After `fdatasync`: survives a power cut.
    #[default]
    Durable,
    /// After the write: survives the end of the process, not of the machine. Synced every [`Options::lazy_flush`].
    Memory,
}

/// How a journal is opened. Start from [`Options::new`].
#[derive(Clone, Debug)]
pub struct Options {
    /// Version of the code that gives the records their meaning. A journal of another version is refused.
    pub core_version: u32,
    /// Identity of the engine. `None` takes what the journal says, and draws one for a new journal.
    pub engine_id: Option<u128>,
    /// Written into every record; tells how payloads are laid out.
    pub schema: u16,
    /// Size of a segment file, bytes; a multiple of 512. It may change from start to start.
    pub segment_bytes: u64,
    /// Size of the reserve, bytes: the segment that is begun where the disk has no room for another. 0: there is none, and a
    /// full disk is an error like any other. It is made once the first segment is half full.
    pub reserve_bytes: u64,
    /// Records that are not urgent are on their way to the disk after this at the latest.
    pub lazy_flush: Duration,
    /// After this time without work an empty batch follows an urgent one, so that damage to the urgent one can be told
    /// from a torn write. `None` never writes it.
    pub idle_seal: Option<Duration>,
    /// When a record counts as committed.
    pub ack: AckMode,
    /// `append` refuses where more bytes than this wait for the disk.
    pub backlog_bytes_max: usize,
    /// The highest sequence that anyone outside (a database, a copy) knows as durable. A journal that ends before it is
    /// refused.
    pub witness_seq: u64,
}

impl Options {
    /// Durable acknowledgement, segments of 64 MiB, lazy flush after 50 ms, seal after 5 ms, 256 MiB of backlog, no
    /// reserve.
    pub fn new(core_version: u32) -> Self {
        Self {
            core_version,
            engine_id: None,
            schema: 1,
            segment_bytes: 64 << 20,
            reserve_bytes: 0,
            lazy_flush: Duration::from_millis(50),
            idle_seal: Some(Duration::from_millis(5)),
            ack: AckMode::Durable,
            backlog_bytes_max: 256 << 20,
            witness_seq: 0,
        }
    }

    /// Largest payload that fits both a record and an empty segment, bytes.
    pub fn payload_bytes_max(&self) -> usize {
        let segment = usize::try_from(self.segment_bytes).unwrap_or(usize::MAX);
        let room = segment.saturating_sub(SEGMENT_HEADER_BYTES + COMMIT_BYTES + RECORD_HEADER_BYTES);
        PAYLOAD_BYTES_MAX.min(room / crate::format::RECORD_ALIGN * crate::format::RECORD_ALIGN)
    }

    /// A smaller reserve may not hold the largest record, bytes.
    pub(crate) fn reserve_bytes_min(&self) -> u64 {
        self.segment_bytes.min(1 << 20)
    }

    pub(crate) fn check(&self) -> Result<(), JournalError> {
        let segment_bytes_min = (SEGMENT_HEADER_BYTES + SECTOR_BYTES) as u64;
        if self.segment_bytes < segment_bytes_min || !self.segment_bytes.is_multiple_of(SECTOR_BYTES as u64) {
            return Err(JournalError::Options { reason: "segment_bytes must be a multiple of 512, at least 4608" });
        }
        if self.reserve_bytes > 0
            && (self.reserve_bytes < self.reserve_bytes_min()
                || self.reserve_bytes > 1 << 30
                || !self.reserve_bytes.is_multiple_of(SECTOR_BYTES as u64))
        {
            return Err(JournalError::Options {
                reason: "reserve_bytes must be 0, or a multiple of 512 from the smaller of a segment and 1 MiB to 1 GiB",
            });
        }
        if self.segment_bytes > 1 << 30 {
            return Err(JournalError::Options {
                reason: "segment_bytes must be at most 1 GiB: recovery reads a segment at once",
            });
        }
        Ok(())
    }
}
