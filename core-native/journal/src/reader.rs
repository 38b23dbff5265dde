//! Follows the files of a journal that another thread or process writes, and those that went to its archive.
//!
//! Invariant: gives only records of finished batches, in order, each once. It needs no lock and writes nothing.
//! Limit: in memory mode a power cut may take back what a reader saw; ask only for sequences that were acknowledged.

use crate::batch::{Batch, Chain, Record, check_batch, checked_record};
use crate::error::JournalError;
use crate::format::{BATCH_BYTES_MAX, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::segment::{list_segments, read_header, refuse_unfinished_copy, segment_name};
use crate::storage::{DirStorage, Storage, StorageFile, read_full};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Bytes of the first look at a position; a batch that is longer is read in a second one.
const WINDOW_BYTES: usize = 64 << 10;
const WINDOW_BYTES_MAX: usize = 2 * BATCH_BYTES_MAX;

type OpenedSegment = (Box<dyn StorageFile>, SegmentHeader);

/// A tail reader. Cheap to open: it reads from the start of the segment that holds its first record.
pub struct Reader {
    /// Where a segment may be, in the order of looking: the journal, then its archives.
    storages: Vec<Arc<dyn Storage>>,
    file: Box<dyn StorageFile>,
    header: SegmentHeader,
    seed: u32,
    chain: Chain,
    /// File offset of the next batch.
    position: u64,
    /// The file from `window_offset` on, as it was when read.
    window: Vec<u8>,
    window_offset: u64,
    /// Within the window: records of a checked batch that were not given yet.
    cursor: usize,
    records_end: usize,
    /// The next record to give.
    next_seq: u64,
}

impl Reader {
    /// Opens the journal in this folder to read from record `from_seq` (1 is the first).
    ///
    /// Errors: `NoSuchSeq` where the journal starts later or does not exist, `Corrupt`, `Format`, `Io`.
    pub fn open(dir: impl AsRef<Path>, from_seq: u64) -> Result<Self, JournalError> {
        Self::open_on(Arc::new(DirStorage::existing(dir)), from_seq)
    }

    /// [`Reader::open`] on any storage.
    pub fn open_on(storage: Arc<dyn Storage>, from_seq: u64) -> Result<Self, JournalError> {
        Self::open_over(vec![storage], from_seq)
    }

    /// [`Reader::open`] over a journal and its archives, which are looked into in this order: a segment is archived before
    /// it leaves the journal, so that whoever looks there second finds it.
    pub fn open_over(storages: Vec<Arc<dyn Storage>>, from_seq: u64) -> Result<Self, JournalError> {
        let mut first_seq = 0;
        let mut numbers = BTreeSet::new();
        for storage in &storages {
            refuse_unfinished_copy(&**storage)?;
            numbers.extend(list_segments(&**storage)?);
        }
        for segment_no in numbers.into_iter().rev() {
            let (file, header) = open_segment(&storages, segment_no)?;
            if header.first_seq <= from_seq {
                let reader = Self {
                    storages,
                    file,
                    seed: header.seed(),
                    chain: chain_before(&header),
                    header,
                    position: SEGMENT_HEADER_BYTES as u64,
                    window: Vec::new(),
                    window_offset: 0,
                    cursor: 0,
                    records_end: 0,
                    next_seq: from_seq,
                };
                return Ok(reader);
            }
            first_seq = header.first_seq;
        }
        Err(JournalError::NoSuchSeq { seq: from_seq, first_seq })
    }

    /// Which engine's journal it is: a random number of its first start, the same in every segment.
    pub fn engine_id(&self) -> u128 {
        self.header.engine_id
    }

    /// Sequence of the next record this reader will give.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Gives at most `record_count_max` records up to `up_to_seq` to `give`, and says how many.
    ///
    /// `up_to_seq` is what the journal committed ([`crate::Journal::durable_seq`]); `u64::MAX` takes whatever finished
    /// batches the files hold. Errors: `Corrupt` where a record up to `up_to_seq` cannot be read, `Io`.
    pub fn next_batch(
        &mut self,
        up_to_seq: u64,
        record_count_max: usize,
        mut give: impl FnMut(Record<'_>),
    ) -> Result<usize, JournalError> {
        let mut count = 0;
        while count < record_count_max && self.next_seq <= up_to_seq {
            if self.cursor == self.records_end && !self.find_batch(up_to_seq)? {
                break;
            }
            if self.cursor == self.records_end {
                continue;
            }
            let (record, next) = checked_record(&self.window, self.cursor);
            if record.seq > up_to_seq {
                break;
            }
            self.cursor = next;
            if record.seq >= self.next_seq {
                self.next_seq = record.seq + 1;
                count += 1;
                give(record);
            }
        }
        Ok(count)
    }

    /// Steps to the next finished batch. `false` where there is none yet.
    fn find_batch(&mut self, up_to_seq: u64) -> Result<bool, JournalError> {
        if let Some(batch) = self.batch_in_window() {
            self.take(&batch);
            return Ok(true);
        }
        loop {
            // Asked before the position is read again: once the next segment exists, this one does not change.
            let next = self.next_segment()?;
            if let Some(batch) = self.read_batch()? {
                self.take(&batch);
                return Ok(true);
            }
            let Some((file, header)) = next else { break };
            if header.first_batch_no != self.chain.last_batch_no + 1 || header.first_prev_crc != self.chain.prev_crc {
                return Err(self.corrupt("the segment ends elsewhere than the next one says"));
            }
            self.seed = header.seed();
            self.file = file;
            self.header = header;
            self.position = SEGMENT_HEADER_BYTES as u64;
            self.window.clear();
        }
        if up_to_seq == u64::MAX { Ok(false) } else { Err(self.corrupt("a committed record cannot be read")) }
    }

    fn batch_in_window(&self) -> Option<Batch> {
        let at = usize::try_from(self.position.checked_sub(self.window_offset)?).ok()?;
        (at < self.window.len()).then(|| check_batch(&self.window, at, self.seed, self.chain).ok())?
    }

    /// Reads the file at the position, at first a little, then as much as the longest batch may have.
    fn read_batch(&mut self) -> Result<Option<Batch>, JournalError> {
        for window_bytes in [WINDOW_BYTES, WINDOW_BYTES_MAX] {
            let name = segment_name(self.header.segment_no);
            self.window.resize(window_bytes, 0);
            self.window_offset = self.position;
            let count = read_full(&*self.file, &mut self.window, self.position).map_err(JournalError::io("read", &name))?;
            self.window.truncate(count);
            if let Some(batch) = self.batch_in_window() {
                return Ok(Some(batch));
            }
            if self.window.first_chunk::<8>().is_none_or(|head| *head == [0; 8]) {
                break;
            }
        }
        Ok(None)
    }

    fn take(&mut self, batch: &Batch) {
        let start = usize::try_from(self.position - self.window_offset).expect("inside the window");
        self.cursor = start;
        self.records_end = batch.records_end;
        self.position = self.window_offset + batch.end as u64;
        self.chain = batch.after;
    }

    fn next_segment(&self) -> Result<Option<OpenedSegment>, JournalError> {
        match open_segment(&self.storages, self.header.segment_no + 1) {
            Ok(segment) => Ok(Some(segment)),
            Err(JournalError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn corrupt(&self, reason: &'static str) -> JournalError {
        let file = segment_name(self.header.segment_no);
        JournalError::Corrupt { file, offset: self.position, after_seq: self.chain.last_seq, reason }
    }
}

fn open_segment(storages: &[Arc<dyn Storage>], segment_no: u64) -> Result<OpenedSegment, JournalError> {
    let name = segment_name(segment_no);
    let mut found = Err(std::io::ErrorKind::NotFound.into());
    for storage in storages {
        found = storage.open(&name, false);
        if !matches!(&found, Err(error) if error.kind() == std::io::ErrorKind::NotFound) {
            break;
        }
    }
    let file = found.map_err(JournalError::io("open", &name))?;
    let header = read_header(&*file, segment_no)?;
    Ok((file, header))
}

pub(crate) fn chain_before(header: &SegmentHeader) -> Chain {
    Chain {
        last_seq: header.prev_segment_last_seq,
        last_ts_ns: header.created_ns,
        last_batch_no: header.first_batch_no - 1,
        prev_crc: header.first_prev_crc,
    }
}
