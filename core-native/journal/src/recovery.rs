//! Opening a journal: lock, replay, repair of a torn tail, start of the writer.
//!
//! Invariant: until the whole journal has been read and found good or merely torn at its end, no file is changed.
//! Limit: damage inside the very last batch looks like a torn write and is cut off; see the README.

use crate::batch::{BadReason, Batch, Chain, Record, check_batch, checked_record, proves_durable};
use crate::error::JournalError;
use crate::failpoint::{failpoint, failpoint_half};
use crate::format::{SECTOR_BYTES, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::journal::Journal;
use crate::options::Options;
use crate::reader::chain_before;
use crate::segment::{
    list_segments, read_header, refuse_unfinished_copy, remove_temporaries, remove_used_reserve, segment_name, spare_name,
    zero_fill,
};
use crate::stepper::{Callbacks, Stepper};
use crate::storage::{DirStorage, Storage, read_full, write_all};
use crate::writer::{OpenSegment, Writer};
use sha2::{Digest, Sha256};
use std::hash::{BuildHasher, Hasher};
use std::path::Path;
use std::sync::Arc;

mod survey;

pub use survey::{Survey, SurveyedBatch, SurveyedSegment};

/// A journal that is locked and being replayed. Read all records, then call [`Recovery::start`].
pub struct Recovery {
    storage: Arc<dyn Storage>,
    lock: Box<dyn Send>,
    options: Options,
    engine_id: u128,
    headers: Vec<SegmentHeader>,
    /// Index into `headers` of the segment in `bytes`; `headers.len()` where there is none.
    segment_index: usize,
    bytes: Vec<u8>,
    seed: u32,
    chain: Chain,
    /// Where the next batch starts.
    position: usize,
    /// The records of the current batch that were not given yet.
    cursor: usize,
    records_end: usize,
    finished: bool,
    torn_to: usize,
    /// Records up to this one are known already and not given.
    known_seq: u64,
    /// Whether the first segment to read was chosen.
    entered: bool,
    summary: RecoverySummary,
}

/// What a replay found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecoverySummary {
    /// Records replayed; those that were known before are not counted.
    pub record_count: u64,
    /// Batches replayed, empty ones counted.
    pub batch_count: u64,
    /// Segments present.
    pub segment_count: usize,
    /// Sequence of the last record; 0 where there is none.
    pub last_seq: u64,
    /// Its engine time, nanoseconds.
    pub last_ts_ns: u64,
    /// The unfinished end, where there is one.
    pub torn_tail: Option<TornTail>,
}

/// The end of a journal whose last batch was not finished. None of it was ever acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// The segment.
    pub file: String,
    /// Where the unfinished batch starts.
    pub offset: u64,
    /// Bytes up to the last one that is not zero.
    pub bytes: u64,
    /// The first rule that is broken.
    pub reason: &'static str,
    /// Where [`Recovery::start`] keeps a copy.
    pub broken_file: Option<String>,
}

impl Journal {
    /// Locks the journal in this folder, which is made where absent, and checks the headers of all segments.
    ///
    /// Errors: `Locked`, `CopyUnfinished`, `SegmentMissing`, `Corrupt` (a header), `CoreVersion`, `Engine`, `Format`, `Io`, `Options`.
    pub fn open(dir: impl AsRef<Path>, options: Options) -> Result<Recovery, JournalError> {
        let storage = DirStorage::create(&dir).map_err(JournalError::io("create", &dir.as_ref().to_string_lossy()))?;
        Self::open_on(Arc::new(storage), options)
    }

    /// [`Journal::open`] on any storage.
    pub fn open_on(storage: Arc<dyn Storage>, options: Options) -> Result<Recovery, JournalError> {
        options.check()?;
        let lock = storage.lock().map_err(|error| match error.kind() {
            std::io::ErrorKind::WouldBlock => JournalError::Locked,
            _ => JournalError::io("lock", "journal.lock")(error),
        })?;
        let headers = read_headers(&*storage, &options)?;
        let engine_id = match (headers.first(), options.engine_id) {
            (Some(header), _) => header.engine_id,
            (None, Some(engine_id)) => engine_id,
            (None, None) => random_engine_id(),
        };
        Ok(Recovery::over(storage, lock, options, engine_id, headers))
    }
}

impl Recovery {
    /// At the first record of the segments with these headers.
    fn over(
        storage: Arc<dyn Storage>,
        lock: Box<dyn Send>,
        options: Options,
        engine_id: u128,
        headers: Vec<SegmentHeader>,
    ) -> Self {
        let summary = RecoverySummary { segment_count: headers.len(), ..RecoverySummary::default() };
        Self {
            storage,
            lock,
            options,
            engine_id,
            finished: headers.is_empty(),
            headers,
            segment_index: 0,
            bytes: Vec::new(),
            seed: 0,
            chain: Chain::default(),
            position: SEGMENT_HEADER_BYTES,
            cursor: 0,
            records_end: 0,
            torn_to: 0,
            known_seq: 0,
            entered: false,
            summary,
        }
    }

    /// Identity of the engine that owns the journal.
    pub fn engine_id(&self) -> u128 {
        self.engine_id
    }

    /// The folder, for what stands beside the segments.
    pub fn storage(&self) -> &Arc<dyn Storage> {
        &self.storage
    }

    /// Says that everything up to `seq` is known, from a snapshot: reading starts after it, and segments that hold only
    /// what is older are not read. Must come before the first record. A journal that ends before `seq` is refused.
    pub fn skip_to(&mut self, seq: u64) {
        assert!(!self.entered, "skip_to comes before the first record");
        self.known_seq = seq;
    }

    /// Adds a witness to that of the options: a journal that ends before `seq` is refused.
    pub fn must_reach(&mut self, seq: u64) {
        self.options.witness_seq = self.options.witness_seq.max(seq);
    }

    /// The next record, `None` at the end of the journal.
    ///
    /// Errors: `SegmentMissing` or `NoSnapshot` where the journal starts after what is known, `Corrupt` where bytes that were durable are damaged, `Io`. No file was changed then.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, JournalError> {
        let at = loop {
            while self.cursor == self.records_end {
                if !self.next_batch()? {
                    return Ok(None);
                }
            }
            let at = self.cursor;
            let (record, next) = checked_record(&self.bytes, at);
            let seq = record.seq;
            self.cursor = next;
            if seq > self.known_seq {
                break at;
            }
        };
        Ok(Some(checked_record(&self.bytes, at).0))
    }

    /// Gives all remaining records to `apply`, the fastest way to replay.
    pub fn replay(&mut self, mut apply: impl FnMut(Record<'_>)) -> Result<(), JournalError> {
        loop {
            while self.cursor < self.records_end {
                let (record, next) = checked_record(&self.bytes, self.cursor);
                self.cursor = next;
                if record.seq > self.known_seq {
                    apply(record);
                }
            }
            if !self.next_batch()? {
                return Ok(());
            }
        }
    }

    /// What was found so far; complete once all records were read.
    pub fn summary(&self) -> &RecoverySummary {
        &self.summary
    }

    /// Checks what was not read yet, cuts off a torn tail, and starts the journal thread.
    ///
    /// Errors: those of [`Recovery::next_record`], and `BehindWitness`.
    pub fn start(self, callbacks: Callbacks) -> Result<(Journal, RecoverySummary), JournalError> {
        let (writer, lock, options, summary) = self.into_writer(true)?;
        Ok((Journal::start(writer, lock, &options, callbacks)?, summary))
    }

    /// [`Recovery::start`] without a thread: the caller's own scheduler steps the writer. For simulation.
    pub fn start_stepped(self, callbacks: Callbacks) -> Result<(Journal, Stepper, RecoverySummary), JournalError> {
        let (writer, lock, options, summary) = self.into_writer(false)?;
        let (journal, stepper) = Journal::start_stepped(writer, lock, &options, callbacks);
        Ok((journal, stepper, summary))
    }

    /// Reads the rest and tells what there is, without changing anything. Ends the lock.
    pub fn inspect(mut self) -> Result<RecoverySummary, JournalError> {
        self.replay(|_| {})?;
        Ok(self.summary)
    }

    fn into_writer(mut self, background: bool) -> Result<(Writer, Box<dyn Send>, Options, RecoverySummary), JournalError> {
        self.replay(|_| {})?;
        let (last_seq, witness_seq) = (self.summary.last_seq, self.options.witness_seq.max(self.known_seq));
        if last_seq < witness_seq {
            return Err(JournalError::BehindWitness { last_seq, witness_seq });
        }
        remove_temporaries(&*self.storage)?;
        remove_used_reserve(&*self.storage)?;
        // A process that ended between the rename of a segment and the sync of the folder left a name that a power cut
        // would take back, with all that is going to be written into that segment.
        self.storage.sync_dir().map_err(JournalError::io("sync", "the folder"))?;
        let segment = self.open_last_segment()?;
        let writer = Writer::new(Arc::clone(&self.storage), self.options.clone(), segment, self.chain, background);
        Ok((writer, self.lock, self.options, self.summary))
    }

    /// Steps to the next batch, over the end of a segment where need be. `false` at the end of the journal.
    fn next_batch(&mut self) -> Result<bool, JournalError> {
        if !self.entered {
            self.enter()?;
        }
        while !self.finished {
            match check_batch(&self.bytes, self.position, self.seed, self.chain) {
                Ok(batch) => {
                    self.take_batch(&batch)?;
                    return Ok(true);
                }
                Err(bad) => {
                    let reason = match bad.reason {
                        BadReason::Cut => "the segment ends inside a batch",
                        BadReason::Rule(rule) => rule,
                    };
                    self.end_segment(bad.offset, reason)?;
                }
            }
        }
        Ok(false)
    }

    /// Goes to the last segment that starts no later than what follows what is known.
    fn enter(&mut self) -> Result<(), JournalError> {
        let Some(first) = self.headers.first() else { return Ok(()) };
        let Some(index) = self.headers.iter().rposition(|header| header.first_seq <= self.known_seq + 1) else {
            return Err(match self.known_seq {
                0 => JournalError::SegmentMissing { missing: first.segment_no - 1, found: segment_name(first.segment_no) },
                known_seq => JournalError::NoSnapshot { first_seq: first.first_seq, known_seq },
            });
        };
        self.segment_index = index;
        self.chain = chain_before(&self.headers[index]);
        self.summary.last_seq = self.chain.last_seq;
        self.summary.last_ts_ns = self.chain.last_ts_ns;
        self.load_segment()?;
        self.entered = true;
        Ok(())
    }

    fn take_batch(&mut self, batch: &Batch) -> Result<(), JournalError> {
        let padding_at = batch.records_end + crate::format::COMMIT_BYTES;
        if let Some(dirty) = first_nonzero(&self.bytes[padding_at..batch.end]) {
            return Err(self.corrupt(padding_at + dirty, "the padding after a batch is not zero"));
        }
        self.cursor = self.position;
        self.records_end = batch.records_end;
        self.position = batch.end;
        self.summary.record_count += batch.after.last_seq.saturating_sub(self.chain.last_seq.max(self.known_seq));
        self.summary.batch_count += 1;
        self.summary.last_seq = batch.after.last_seq;
        self.summary.last_ts_ns = batch.after.last_ts_ns;
        self.chain = batch.after;
        Ok(())
    }

    /// No batch starts at `position`: the end of a segment, a torn tail, or damage.
    fn end_segment(&mut self, bad_offset: usize, reason: &'static str) -> Result<(), JournalError> {
        let rest_is_zero = first_nonzero(&self.bytes[self.position..]).is_none();
        if self.segment_index + 1 < self.headers.len() {
            if !rest_is_zero {
                return Err(self.corrupt(bad_offset, reason));
            }
            return self.enter_next_segment();
        }
        self.finished = true;
        if rest_is_zero {
            return Ok(());
        }
        if proves_durable(&self.bytes, bad_offset, self.seed, self.chain.last_batch_no + 1, self.chain.last_seq) {
            return Err(self.corrupt(bad_offset, reason));
        }
        let last = self.bytes.iter().rposition(|byte| *byte != 0).expect("the rest is not zero");
        self.torn_to = last + 1;
        self.summary.torn_tail = Some(TornTail {
            file: segment_name(self.headers[self.segment_index].segment_no),
            offset: self.position as u64,
            bytes: (self.torn_to - self.position) as u64,
            reason,
            broken_file: None,
        });
        Ok(())
    }

    fn enter_next_segment(&mut self) -> Result<(), JournalError> {
        let next = &self.headers[self.segment_index + 1];
        let used = self.position;
        let sha256: [u8; 32] = Sha256::digest(&self.bytes[..used]).into();
        let continues = next.prev_segment_last_seq == self.chain.last_seq
            && next.first_seq == self.chain.last_seq + 1
            && next.first_batch_no == self.chain.last_batch_no + 1
            && next.first_prev_crc == self.chain.prev_crc
            && next.created_ns == self.chain.last_ts_ns
            && next.prev_segment_sha256 == sha256;
        if !continues {
            return Err(self.corrupt(self.position, "the segment ends elsewhere than the next one says"));
        }
        self.segment_index += 1;
        self.load_segment()
    }

    fn load_segment(&mut self) -> Result<(), JournalError> {
        let header = &self.headers[self.segment_index];
        let name = segment_name(header.segment_no);
        let file = self.storage.open(&name, false).map_err(JournalError::io("open", &name))?;
        let file_len = file.size().map_err(JournalError::io("stat", &name))?;
        let len = usize::try_from(file_len).ok().filter(|len| *len <= 1 << 30);
        let Some(len) = len else {
            return Err(self.corrupt(0, "the segment is larger than a segment may be"));
        };
        self.bytes.resize(len, 0);
        let count = read_full(&*file, &mut self.bytes, 0).map_err(JournalError::io("read", &name))?;
        // A file cut short by hand ends anywhere; what is missing reads as zeros up to the next sector.
        self.bytes.truncate(count);
        self.bytes.resize(count.next_multiple_of(SECTOR_BYTES), 0);
        self.seed = header.seed();
        self.position = SEGMENT_HEADER_BYTES;
        self.cursor = 0;
        self.records_end = 0;
        Ok(())
    }

    /// The segment to go on with: the last one, repaired, or the first of a new journal.
    fn open_last_segment(&mut self) -> Result<OpenSegment, JournalError> {
        let Some(header) = self.headers.last().cloned() else {
            return Writer::first_segment(&self.storage, &self.options, self.engine_id);
        };
        let name = segment_name(header.segment_no);
        let file = self.storage.open(&name, true).map_err(JournalError::io("open", &name))?;
        if self.summary.torn_tail.is_some() {
            failpoint("journal.cut.before");
            let broken_file = self.keep_broken_copy(&name)?;
            // Up to a whole sector, so that the sector after the last good batch is as if never written.
            let to = self.torn_to.next_multiple_of(SECTOR_BYTES) as u64;
            let first_half = || write_all(&*file, &[0; SECTOR_BYTES], self.position as u64);
            failpoint_half("journal.cut.mid", first_half).map_err(JournalError::io("write", &name))?;
            zero_fill(&*file, &name, self.position as u64, to)?;
            failpoint("journal.cut.after");
            if let Some(torn) = &mut self.summary.torn_tail {
                torn.broken_file = Some(broken_file);
            }
        }
        // A process that ended between a write and its sync left good batches that the disk may not have yet.
        file.sync_data().map_err(JournalError::io("sync", &name))?;
        let used = &self.bytes[..self.position];
        let hasher = Sha256::new_with_prefix(used);
        let len = self.bytes.len() as u64;
        Ok(OpenSegment { file, header, len, position: self.position as u64, hasher })
    }

    /// Keeps the bytes that are about to be zeroed, durably, under a name of their own.
    fn keep_broken_copy(&self, segment: &str) -> Result<String, JournalError> {
        let names = self.storage.list().map_err(JournalError::io("list", "the folder"))?;
        let name = (1..=u32::MAX)
            .map(|number| format!("{segment}.{}.{number}.broken", self.position))
            .find(|name| !names.contains(name))
            .expect("one of four billion names is free");
        let temporary = spare_name(0);
        let file = self.storage.create(&temporary).map_err(JournalError::io("create", &temporary))?;
        write_all(&*file, &self.bytes[self.position..self.torn_to], 0).map_err(JournalError::io("write", &temporary))?;
        file.sync_data().map_err(JournalError::io("sync", &temporary))?;
        self.storage.rename(&temporary, &name).map_err(JournalError::io("rename", &temporary))?;
        self.storage.sync_dir().map_err(JournalError::io("sync", "the folder"))?;
        Ok(name)
    }

    fn corrupt(&self, offset: usize, reason: &'static str) -> JournalError {
        let file = segment_name(self.headers[self.segment_index].segment_no);
        JournalError::Corrupt { file, offset: offset as u64, after_seq: self.chain.last_seq, reason }
    }
}

fn read_headers(storage: &dyn Storage, options: &Options) -> Result<Vec<SegmentHeader>, JournalError> {
    refuse_unfinished_copy(storage)?;
    let mut headers: Vec<SegmentHeader> = Vec::new();
    let numbers = list_segments(storage)?;
    // Older ones may have gone to the archive; whether what is left can be read from is for `enter` to say.
    let first_no = numbers.first().copied().unwrap_or(1);
    for (missing, segment_no) in (first_no..).zip(numbers) {
        let name = segment_name(segment_no);
        if segment_no != missing {
            return Err(JournalError::SegmentMissing { missing, found: name });
        }
        let file = storage.open(&name, false).map_err(JournalError::io("open", &name))?;
        let header = read_header(&*file, segment_no)?;
        let expected = headers.first().map(|first| first.engine_id).or(options.engine_id).unwrap_or(header.engine_id);
        if header.engine_id != expected {
            return Err(JournalError::Engine { file: name, found: header.engine_id, expected });
        }
        if header.core_version != options.core_version {
            return Err(JournalError::CoreVersion { file: name, found: header.core_version, expected: options.core_version });
        }
        headers.push(header);
    }
    Ok(headers)
}

/// Compares a word at a time: most of a segment's end is zero, and all of it is looked at.
fn first_nonzero(bytes: &[u8]) -> Option<usize> {
    const BLOCK_BYTES: usize = 4096;
    let zero_blocks = bytes.chunks_exact(BLOCK_BYTES).take_while(|block| **block == [0; BLOCK_BYTES]).count();
    let from = zero_blocks * BLOCK_BYTES;
    bytes[from..].iter().position(|byte| *byte != 0).map(|index| from + index)
}

/// 128 bits that no other engine has; the hasher's keys come from the system's random source.
fn random_engine_id() -> u128 {
    let draw = || u128::from(std::hash::RandomState::new().build_hasher().finish());
    draw() << 64 | draw()
}
