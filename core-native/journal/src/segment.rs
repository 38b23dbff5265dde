//! Segment files: their names, and how one comes to be.
//!
//! Invariant: a file with a segment's name is complete. It is filled with zeros under a temporary name, gets its header,
//! is synced, renamed, and the folder is synced; only then does a record go into it.

use crate::error::JournalError;
use crate::failpoint::{failpoint, failpoint_io};
use crate::format::{BadSegmentHeader, FORMAT_VERSION, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::storage::{Storage, StorageFile, read_full, write_all};
use std::sync::Arc;

const SUFFIX: &str = ".jwj";
const TEMPORARY_SUFFIX: &str = ".tmp";
/// Zeros are written and synced in pieces of this size, so that filling a spare never delays a commit by much.
const ZERO_CHUNK_BYTES: usize = 1 << 20;

pub(crate) fn segment_name(segment_no: u64) -> String {
    format!("{segment_no:012}{SUFFIX}")
}

pub(crate) fn spare_name(segment_no: u64) -> String {
    format!("{}{TEMPORARY_SUFFIX}", segment_name(segment_no))
}

pub(crate) fn is_temporary(name: &str) -> bool {
    name.ends_with(TEMPORARY_SUFFIX)
}

/// Numbers of the segments present, ascending.
pub(crate) fn list_segments(storage: &dyn Storage) -> Result<Vec<u64>, JournalError> {
    let names = storage.list().map_err(JournalError::io("list", "the folder"))?;
    let mut numbers: Vec<u64> = names.iter().filter_map(|name| segment_no_of(name)).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

fn segment_no_of(name: &str) -> Option<u64> {
    let number = name.strip_suffix(SUFFIX)?.parse().ok()?;
    (segment_name(number) == name).then_some(number)
}

/// Reads and checks the header of a segment, including that the file is the one its name says.
pub(crate) fn read_header(file: &dyn StorageFile, segment_no: u64) -> Result<SegmentHeader, JournalError> {
    let name = segment_name(segment_no);
    let mut bytes = [0; SEGMENT_HEADER_BYTES];
    read_full(file, &mut bytes, 0).map_err(JournalError::io("read", &name))?;
    let corrupt = |file, reason| JournalError::Corrupt { file, offset: 0, after_seq: 0, reason };
    match SegmentHeader::decode(&bytes) {
        Ok(header) if header.segment_no == segment_no => Ok(header),
        Ok(_) => Err(corrupt(name, "the segment carries another number than its name: files were renamed")),
        Err(BadSegmentHeader::Magic) => Err(corrupt(name, "the segment header does not start as one")),
        Err(BadSegmentHeader::Crc) => Err(corrupt(name, "the segment header does not match its CRC")),
        Err(BadSegmentHeader::Version(found)) => Err(JournalError::Format { file: name, found, expected: FORMAT_VERSION }),
    }
}

/// Makes the zero-filled file that will become a segment, durable but for its name.
pub(crate) fn make_spare(
    storage: &Arc<dyn Storage>,
    segment_no: u64,
    segment_bytes: u64,
) -> Result<Box<dyn StorageFile>, JournalError> {
    let name = spare_name(segment_no);
    let file = storage.create(&name).map_err(JournalError::io("create", &name))?;
    failpoint_io("journal.rotate.create").map_err(JournalError::io("create", &name))?;
    zero_fill(&*file, &name, 0, segment_bytes)?;
    failpoint("journal.rotate.fill");
    Ok(file)
}

/// Zeros `[from, to)`, durably.
pub(crate) fn zero_fill(file: &dyn StorageFile, name: &str, from: u64, to: u64) -> Result<(), JournalError> {
    let zeros = vec![0; ZERO_CHUNK_BYTES.min(usize::try_from(to - from).unwrap_or(usize::MAX))];
    let mut at = from;
    while at < to {
        let count = (to - at).min(zeros.len() as u64);
        let chunk = &zeros[..usize::try_from(count).expect("at most the chunk")];
        write_all(file, chunk, at).map_err(JournalError::io("write", name))?;
        file.sync_data().map_err(JournalError::io("sync", name))?;
        at += count;
    }
    Ok(())
}

/// Gives a spare its header and its name. Both are durable afterwards.
pub(crate) fn promote_spare(storage: &dyn Storage, spare: &dyn StorageFile, header: &SegmentHeader) -> Result<(), JournalError> {
    let temporary = spare_name(header.segment_no);
    let name = segment_name(header.segment_no);
    write_all(spare, &header.encode(), 0).map_err(JournalError::io("write", &temporary))?;
    spare.sync_data().map_err(JournalError::io("sync", &temporary))?;
    storage.rename(&temporary, &name).map_err(JournalError::io("rename", &temporary))?;
    failpoint("journal.rotate.rename");
    storage.sync_dir().map_err(JournalError::io("sync", "the folder"))?;
    failpoint("journal.rotate.sync-dir");
    Ok(())
}

/// Removes what an earlier process left half made.
pub(crate) fn remove_temporaries(storage: &dyn Storage) -> Result<(), JournalError> {
    for name in storage.list().map_err(JournalError::io("list", "the folder"))? {
        if is_temporary(&name) {
            storage.remove(&name).map_err(JournalError::io("remove", &name))?;
        }
    }
    Ok(())
}
