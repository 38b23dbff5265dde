//! HOT: forms batches, writes and syncs them, and goes from segment to segment.
//!
//! Invariant: a batch is marked as gated only where everything before it was synced. Every error is final: the owner
//! must drop the writer and never write to these files again without recovery.

use crate::batch::Chain;
use crate::error::JournalError;
use crate::failpoint::{failpoint, failpoint_half, failpoint_io};
use crate::format::{
    BATCH_BYTES_MAX, BATCH_RECORDS_MAX, COMMIT_BYTES, COMMIT_PAYLOAD_BYTES, KIND_COMMIT, RECORD_HEADER_BYTES, RecordHeader,
    SECTOR_BYTES, SEGMENT_HEADER_BYTES, SegmentHeader, record_bytes,
};
use crate::options::Options;
use crate::segment::{make_spare, promote, segment_name, spare_name};
use crate::space::Space;
use crate::storage::{Storage, StorageFile, write_all};
use sha2::{Digest, Sha256};
use std::io;
use std::sync::Arc;
use std::time::Instant;

/// What one batch took.
pub(crate) struct Written {
    /// Bytes of the given frames that are now in the file.
    pub frame_bytes: usize,
    pub record_count: usize,
    /// Bytes that went to the file.
    pub file_bytes: usize,
}

/// The segment that is being written.
pub(crate) struct OpenSegment {
    pub file: Box<dyn StorageFile>,
    pub header: SegmentHeader,
    /// Length of the file.
    pub len: u64,
    /// Where the next batch goes.
    pub position: u64,
    /// Over the used bytes.
    pub hasher: Sha256,
}

pub(crate) struct Writer {
    options: Options,
    segment: OpenSegment,
    seed: u32,
    pub(crate) chain: Chain,
    pub(crate) durable_seq: u64,
    unsynced: bool,
    pub(crate) space: Space,
    out: Vec<u8>,
    pub(crate) rotation_count: u64,
}

impl Writer {
    /// `in_background` makes segments by a thread of its own; off where one thread steps everything.
    pub(crate) fn new(
        storage: Arc<dyn Storage>,
        options: Options,
        segment: OpenSegment,
        chain: Chain,
        in_background: bool,
    ) -> Self {
        let seed = segment.header.seed();
        let space = Space::new(storage, &options, in_background);
        Self {
            options,
            segment,
            seed,
            chain,
            durable_seq: chain.last_seq,
            unsynced: false,
            space,
            out: Vec::with_capacity(BATCH_BYTES_MAX),
            rotation_count: 0,
        }
    }

    /// Makes the first segment of a new journal.
    pub(crate) fn first_segment(
        storage: &Arc<dyn Storage>,
        options: &Options,
        engine_id: u128,
    ) -> Result<OpenSegment, JournalError> {
        let header = SegmentHeader {
            core_version: options.core_version,
            engine_id,
            segment_no: 1,
            first_seq: 1,
            first_batch_no: 1,
            first_prev_crc: 0,
            prev_segment_last_seq: 0,
            prev_segment_sha256: [0; 32],
            created_ns: 0,
        };
        let file = make_spare(storage, header.segment_no, options.segment_bytes)?;
        promote(&**storage, &*file, &spare_name(header.segment_no), &header)?;
        Ok(begun(file, header, options.segment_bytes))
    }

    /// Writes one batch of as many of the frames as fit. Without frames it writes an empty batch. Does not sync.
    pub(crate) fn write_batch(&mut self, frames: &[u8]) -> Result<Written, JournalError> {
        let (mut frame_bytes, mut record_count) = self.fitting(frames);
        if record_count == 0 && (!frames.is_empty() || self.room() < COMMIT_BYTES) {
            self.rotate()?;
            failpoint("journal.rotate.first-write");
            (frame_bytes, record_count) = self.fitting(frames);
            assert!(record_count > 0 || frames.is_empty(), "append refuses what does not fit an empty segment");
        }
        let after = self.form_batch(&frames[..frame_bytes], record_count);
        let name = segment_name(self.segment.header.segment_no);
        self.write_out().map_err(JournalError::io("write", &name))?;
        self.segment.hasher.update(&self.out);
        self.segment.position += self.out.len() as u64;
        self.chain = after;
        self.unsynced = true;
        self.prepare_next();
        Ok(Written { frame_bytes, record_count, file_bytes: self.out.len() })
    }

    /// Writes the batch that was formed.
    fn write_out(&self) -> io::Result<()> {
        let Self { segment, out, .. } = self;
        failpoint_io("journal.write.before")?;
        failpoint_half("journal.write.mid", || {
            // Of what is not padding: half of a small batch's sectors would be all of it.
            let used = out.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            write_all(&*segment.file, &out[..used / 2], segment.position)
        })?;
        write_all(&*segment.file, out, segment.position)?;
        failpoint("journal.write.after");
        Ok(())
    }

    /// Makes everything written durable. Gives the time it took, nanoseconds.
    pub(crate) fn sync(&mut self) -> Result<u64, JournalError> {
        let started = Instant::now();
        let name = segment_name(self.segment.header.segment_no);
        let file = &self.segment.file;
        failpoint_io("journal.sync.before").and_then(|()| file.sync_data()).map_err(JournalError::io("sync", &name))?;
        failpoint("journal.sync.after");
        self.unsynced = false;
        self.durable_seq = self.chain.last_seq;
        Ok(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    pub(crate) fn has_unsynced(&self) -> bool {
        self.unsynced
    }

    /// Ends the helper thread.
    pub(crate) fn close(&mut self) -> Result<(), JournalError> {
        self.space.close()
    }

    /// Whether so many bytes of frames go into this segment, in one batch.
    pub(crate) fn has_room_for(&self, frame_bytes: usize) -> bool {
        frame_bytes + COMMIT_BYTES <= self.room().min(BATCH_BYTES_MAX)
    }

    fn room(&self) -> usize {
        usize::try_from(self.segment.len.saturating_sub(self.segment.position)).expect("a segment is at most 1 GiB")
    }

    /// How many bytes and records of the frames go into one batch in this segment.
    fn fitting(&self, frames: &[u8]) -> (usize, usize) {
        let limit = self.room().min(BATCH_BYTES_MAX);
        let (mut bytes, mut count) = (0, 0);
        while bytes < frames.len() && count < BATCH_RECORDS_MAX {
            let next = bytes + record_bytes(payload_len_at(frames, bytes));
            if next + COMMIT_BYTES > limit {
                break;
            }
            bytes = next;
            count += 1;
        }
        (bytes, count)
    }

    /// Copies the frames to `out` with their headers completed, and puts the COMMIT behind them.
    fn form_batch(&mut self, frames: &[u8], record_count: usize) -> Chain {
        let Self { out, chain, seed, unsynced, durable_seq, options, .. } = self;
        let mut after = Chain { last_batch_no: chain.last_batch_no + 1, ..*chain };
        out.clear();
        out.extend_from_slice(frames);
        let mut at = 0;
        while at < out.len() {
            let payload_len = payload_len_at(out, at);
            let payload_at = at + RECORD_HEADER_BYTES;
            let payload_crc = crc32c::crc32c(&out[payload_at..payload_at + payload_len]);
            let head = out[at..].first_chunk_mut::<RECORD_HEADER_BYTES>().expect("append wrote a header");
            let header = RecordHeader {
                ungated: *unsynced,
                batch_no: after.last_batch_no,
                prev_crc: after.prev_crc,
                payload_crc,
                ..RecordHeader::decode_verified(head)
            };
            *head = header.encode(*seed);
            after.prev_crc = payload_crc;
            after.last_seq = header.seq;
            after.last_ts_ns = header.ts_ns;
            at += record_bytes(payload_len);
        }
        let mut payload = [0; COMMIT_PAYLOAD_BYTES];
        payload[0..4].copy_from_slice(&u32::try_from(record_count).expect("at most 4096").to_le_bytes());
        payload[4..8].copy_from_slice(&crc32c::crc32c(out).to_le_bytes());
        payload[8..16].copy_from_slice(&durable_seq.to_le_bytes());
        let commit = RecordHeader {
            ungated: *unsynced,
            payload_len: u32::try_from(COMMIT_PAYLOAD_BYTES).expect("16"),
            seq: after.last_seq,
            batch_no: after.last_batch_no,
            ts_ns: after.last_ts_ns,
            kind: KIND_COMMIT,
            schema: options.schema,
            prev_crc: after.prev_crc,
            payload_crc: crc32c::crc32c(&payload),
        };
        out.extend_from_slice(&commit.encode(*seed));
        out.extend_from_slice(&payload);
        out.resize(out.len().next_multiple_of(SECTOR_BYTES), 0);
        after.prev_crc = commit.payload_crc;
        after
    }

    /// Goes to the next segment. What was written before is synced first: only the last segment can have a torn end.
    fn rotate(&mut self) -> Result<(), JournalError> {
        if self.unsynced {
            self.sync()?;
        }
        let segment_no = self.segment.header.segment_no + 1;
        let header = SegmentHeader {
            core_version: self.options.core_version,
            engine_id: self.segment.header.engine_id,
            segment_no,
            first_seq: self.chain.last_seq + 1,
            first_batch_no: self.chain.last_batch_no + 1,
            first_prev_crc: self.chain.prev_crc,
            prev_segment_last_seq: self.chain.last_seq,
            prev_segment_sha256: self.segment.hasher.clone().finalize().into(),
            created_ns: self.chain.last_ts_ns,
        };
        let (file, len) = self.space.begin(&header)?;
        self.segment = begun(file, header, len);
        self.seed = self.segment.header.seed();
        self.rotation_count += 1;
        Ok(())
    }

    /// Asks for the next segment once this one is half full, or at once where this one is the reserve.
    fn prepare_next(&mut self) {
        if self.segment.position >= self.segment.len / 2 || self.space.is_on_reserve() {
            self.space.want(self.segment.header.segment_no + 1);
        }
    }
}

fn begun(file: Box<dyn StorageFile>, header: SegmentHeader, len: u64) -> OpenSegment {
    let hasher = Sha256::new_with_prefix(header.encode());
    OpenSegment { file, header, len, position: SEGMENT_HEADER_BYTES as u64, hasher }
}

fn payload_len_at(frames: &[u8], at: usize) -> usize {
    crate::format::u32_at(frames, at + 4) as usize
}
