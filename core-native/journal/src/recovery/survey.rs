//! Looks through a journal with every check of a start, takes no lock and changes no file.
//!
//! Another process may be writing meanwhile. Segments that were there at the opening are read, each once, so the end is what the
//! last of them held when it was read; where that end is not clean it is read again until it no longer changes, since a batch that
//! is being written looks like a torn one, and pages that a read met in another order than they were written like damage.
//! Where the first segments are away and a snapshot covers them, it begins with the oldest that is there.

use super::{Recovery, RecoverySummary, read_headers};
use crate::batch::{Record, checked_record};
use crate::error::JournalError;
use crate::format::SegmentHeader;
use crate::options::Options;
use crate::segment::{list_segments, read_header, segment_name};
use crate::snapshot::{SnapshotHeader, list_snapshots, read_snapshot};
use crate::storage::{DirStorage, Storage};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long an end that is not clean is left alone before it is read again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// A writer that is never found between two batches is not waited for any longer.
const LOOKS_MAX: u32 = 50;

/// A journal that is being looked through.
pub struct Survey {
    recovery: Recovery,
    segments: Vec<SurveyedSegment>,
    looks_left: u32,
}

/// A segment, as it was when the survey was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyedSegment {
    /// Its file.
    pub file: String,
    /// Size of the file, bytes, used or not.
    pub bytes: u64,
    /// The first sequence that may be in it.
    pub first_seq: u64,
    /// Version of the core that wrote it.
    pub core_version: u32,
}

/// A batch that checked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurveyedBatch {
    /// Index of its segment in [`Survey::segments`].
    pub segment_index: usize,
    /// Where it starts in the file.
    pub offset: u64,
    /// Its bytes, COMMIT and padding counted.
    pub bytes: u64,
    /// Its records; none in a seal.
    pub record_count: u64,
}

impl Survey {
    /// Opens the journal in this folder, which may be in use.
    ///
    /// Errors: as [`crate::Journal::open`], but for `Locked`; segments must be of one core version, whichever.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, JournalError> {
        Self::open_on(Arc::new(DirStorage::existing(dir)))
    }

    /// [`Survey::open`] on any storage.
    pub fn open_on(storage: Arc<dyn Storage>) -> Result<Self, JournalError> {
        let options = Options::new(first_core_version(&*storage)?);
        let headers = read_headers(&*storage, &options)?;
        let mut segments = Vec::with_capacity(headers.len());
        for header in &headers {
            let file = segment_name(header.segment_no);
            let opened = storage.open(&file, false).map_err(JournalError::io("open", &file))?;
            let bytes = opened.size().map_err(JournalError::io("stat", &file))?;
            segments.push(SurveyedSegment { file, bytes, first_seq: header.first_seq, core_version: header.core_version });
        }
        let engine_id = headers.first().map_or(0, |header| header.engine_id);
        // Where the beginning went to the archive, a start goes on from a snapshot; here all that is left is read.
        let known_seq = headers.first().map_or(0, |header| header.first_seq - 1);
        let is_covered = known_seq > 0 && is_covered(&*storage, &headers[0], known_seq)?;
        let mut recovery = Recovery::over(storage, Box::new(()), options, engine_id, headers);
        if is_covered {
            recovery.skip_to(known_seq);
        }
        Ok(Self { recovery, segments, looks_left: LOOKS_MAX })
    }

    /// Steps to the next batch, and gives its records to `give`, in order. None at the end.
    ///
    /// Errors: `Corrupt`, `Io`.
    pub fn next_batch(&mut self, mut give: impl FnMut(Record<'_>)) -> Result<Option<SurveyedBatch>, JournalError> {
        loop {
            let count_before = self.recovery.summary.record_count;
            match self.recovery.next_batch() {
                Ok(true) => return Ok(Some(self.take(count_before, &mut give))),
                Ok(false) if self.recovery.summary.torn_tail.is_none() || !self.has_changed()? => return Ok(None),
                Ok(false) => {}
                Err(error) => {
                    if !matches!(error, JournalError::Corrupt { .. }) || !self.has_changed()? {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// What was found so far; complete once [`Survey::next_batch`] gave none.
    pub fn summary(&self) -> &RecoverySummary {
        &self.recovery.summary
    }

    /// The segments, oldest first.
    pub fn segments(&self) -> &[SurveyedSegment] {
        &self.segments
    }

    /// Identity of the engine that owns the journal; 0 where there is none.
    pub fn engine_id(&self) -> u128 {
        self.recovery.engine_id
    }

    /// Bytes of the files, and how many of them are behind the position. All are once the end was found.
    pub fn bytes_done_of(&self) -> (u64, u64) {
        let total: u64 = self.segments.iter().map(|segment| segment.bytes).sum();
        if self.recovery.finished {
            return (total, total);
        }
        let before: u64 = self.segments[..self.recovery.segment_index].iter().map(|segment| segment.bytes).sum();
        (before + self.recovery.position as u64, total)
    }

    fn take(&mut self, count_before: u64, give: &mut impl FnMut(Record<'_>)) -> SurveyedBatch {
        let recovery = &mut self.recovery;
        let start = recovery.cursor;
        while recovery.cursor < recovery.records_end {
            let (record, next) = checked_record(&recovery.bytes, recovery.cursor);
            recovery.cursor = next;
            give(record);
        }
        SurveyedBatch {
            segment_index: recovery.segment_index,
            offset: start as u64,
            bytes: (recovery.position - start) as u64,
            record_count: recovery.summary.record_count - count_before,
        }
    }

    /// Reads the last segment again from where the end is not clean, and says whether it is another now.
    fn has_changed(&mut self) -> Result<bool, JournalError> {
        let recovery = &mut self.recovery;
        if recovery.segment_index + 1 < recovery.headers.len() || self.looks_left == 0 {
            return Ok(false);
        }
        self.looks_left -= 1;
        std::thread::sleep(LOOK_AGAIN);
        let position = recovery.position;
        let before = recovery.bytes.split_off(position);
        recovery.load_segment()?;
        recovery.position = position;
        if recovery.bytes.len() < position {
            recovery.position = recovery.bytes.len();
            return Err(recovery.corrupt(recovery.position, "the segment became shorter while it was read"));
        }
        let has_changed = recovery.bytes.get(position..) != Some(&before[..]);
        recovery.finished = !has_changed;
        if has_changed {
            recovery.summary.torn_tail = None;
        }
        Ok(has_changed)
    }
}

/// Whether a start has a snapshot that verifies and goes at least as far as this sequence.
fn is_covered(storage: &dyn Storage, first: &SegmentHeader, seq: u64) -> Result<bool, JournalError> {
    let is_usable = |header: &SnapshotHeader| (header.engine_id, header.core_version) == (first.engine_id, first.core_version);
    let seqs = list_snapshots(storage)?;
    let mut covering = seqs.into_iter().rev().take_while(|each| *each >= seq);
    Ok(covering.any(|each| read_snapshot(storage, each).is_ok_and(|snapshot| is_usable(&snapshot.header))))
}

/// The version in the first header; 0 where there is no segment.
fn first_core_version(storage: &dyn Storage) -> Result<u32, JournalError> {
    let Some(&segment_no) = list_segments(storage)?.first() else { return Ok(0) };
    let name = segment_name(segment_no);
    let file = storage.open(&name, false).map_err(JournalError::io("open", &name))?;
    Ok(read_header(&*file, segment_no)?.core_version)
}
