//! Segment files: their names, and how one comes to be.
//!
//! Invariant: a file with a segment's name is complete. It is filled with zeros under a temporary name, gets its header,
//! is synced, renamed, and the folder is synced; only then does a record go into it.

use crate::error::JournalError;
use crate::failpoint::{failpoint, failpoint_io};
use crate::format::{BadSegmentHeader, FORMAT_VERSION, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::storage::{Storage, StorageFile, read_full, write_all};
use std::sync::Arc;

/// Zeros that become a segment where the disk has no room for one.
pub(crate) const RESERVE: &str = "reserve.jwj";
const SUFFIX: &str = ".jwj";
const TEMPORARY_SUFFIX: &str = ".tmp";
/// A file of a copy that is not finished. No folder with one is read as a journal.
const COPYING_SUFFIX: &str = ".copying";
/// Zeros are written and synced in pieces of this size, so that filling a spare never delays a commit by much.
const ZERO_CHUNK_BYTES: usize = 1 << 20;

pub(crate) fn segment_name(segment_no: u64) -> String {
    format!("{segment_no:012}{SUFFIX}")
}

pub(crate) fn spare_name(segment_no: u64) -> String {
    format!("{}{TEMPORARY_SUFFIX}", segment_name(segment_no))
}

pub(crate) fn copying_name(name: &str) -> String {
    format!("{name}{COPYING_SUFFIX}")
}

pub(crate) fn is_temporary(name: &str) -> bool {
    name.ends_with(TEMPORARY_SUFFIX)
}

/// Refuses a folder with a copy that was not finished: it would start as less than was copied, or as nothing.
pub(crate) fn refuse_unfinished_copy(storage: &dyn Storage) -> Result<(), JournalError> {
    let names = storage.list().map_err(JournalError::io("list", "the folder"))?;
    match names.into_iter().find(|name| name.ends_with(COPYING_SUFFIX)) {
        Some(file) => Err(JournalError::CopyUnfinished { file }),
        None => Ok(()),
    }
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
    let file = make_file(&**storage, &spare_name(segment_no), segment_bytes)?;
    failpoint("journal.rotate.fill");
    Ok(file)
}

/// Makes a file of zeros, durable but for its name. On an error there is none, where it can be removed.
pub(crate) fn make_file(storage: &dyn Storage, name: &str, bytes: u64) -> Result<Box<dyn StorageFile>, JournalError> {
    let file = storage.create(name).map_err(JournalError::io("create", name))?;
    failpoint_io("journal.rotate.create").map_err(JournalError::io("create", name))?;
    if let Err(error) = zero_fill(&*file, name, 0, bytes) {
        // On a full disk what was written so far is in everybody's way.
        let _ = storage.remove(name);
        return Err(error);
    }
    Ok(file)
}

/// Zeros, durably, what is not zero in a file; gives its length. Takes no room.
pub(crate) fn zero_what_is_not(file: &dyn StorageFile, name: &str) -> Result<u64, JournalError> {
    let len = file.size().map_err(JournalError::io("stat", name))?;
    let mut chunk = vec![0; ZERO_CHUNK_BYTES];
    let mut at = 0;
    while at < len {
        let count = read_full(file, &mut chunk, at).map_err(JournalError::io("read", name))?;
        if count == 0 {
            break;
        }
        if chunk[..count].iter().any(|byte| *byte != 0) {
            zero_fill(file, name, at, at + count as u64)?;
        }
        at += count as u64;
    }
    Ok(len)
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

/// Gives a file of zeros the header and the name of a segment. Both are durable afterwards.
pub(crate) fn promote(
    storage: &dyn Storage,
    file: &dyn StorageFile,
    temporary: &str,
    header: &SegmentHeader,
) -> Result<(), JournalError> {
    let name = segment_name(header.segment_no);
    write_all(file, &header.encode(), 0).map_err(JournalError::io("write", temporary))?;
    file.sync_data().map_err(JournalError::io("sync", temporary))?;
    storage.rename(temporary, &name).map_err(JournalError::io("rename", temporary))?;
    failpoint("journal.rotate.rename");
    storage.sync_dir().map_err(JournalError::io("sync", "the folder"))?;
    failpoint("journal.rotate.sync-dir");
    Ok(())
}

/// Makes durable what the last process wrote into a journal that nobody runs, as a start does: it may have ended before its sync.
/// The caller holds the lock.
pub fn sync_journal(storage: &dyn Storage) -> Result<(), JournalError> {
    if let Some(&last) = list_segments(storage)?.last() {
        let name = segment_name(last);
        let file = storage.open(&name, true).map_err(JournalError::io("open", &name))?;
        file.sync_data().map_err(JournalError::io("sync", &name))?;
    }
    storage.sync_dir().map_err(JournalError::io("sync", "the folder"))
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

/// Removes the name of a reserve that became a segment, where a power cut brought it back beside the segment's: it would be one file
/// under two names. What it was good for is made again.
pub(crate) fn remove_used_reserve(storage: &dyn Storage) -> Result<(), JournalError> {
    let file = match storage.open(RESERVE, false) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(JournalError::io("open", RESERVE)(error)),
    };
    let mut head = [0; SEGMENT_HEADER_BYTES];
    read_full(&*file, &mut head, 0).map_err(JournalError::io("read", RESERVE))?;
    if head == [0; SEGMENT_HEADER_BYTES] {
        return Ok(());
    }
    storage.remove(RESERVE).map_err(JournalError::io("remove", RESERVE))
}
