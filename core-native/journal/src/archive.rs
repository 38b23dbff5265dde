//! Moving closed segments out of the journal, to a folder that may be on another disk.
//!
//! Invariant: a segment leaves the journal only after its copy was synced, named, and read back equal to bytes that have the
//! hash which the next segment names. Oldest first, so that what is left is whole from its first segment on.

use crate::batch::{Chain, check_batch};
use crate::error::JournalError;
use crate::format::{SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::reader::chain_before;
use crate::segment::{list_segments, read_header, segment_name, spare_name};
use crate::storage::{Storage, StorageFile, read_full, write_all};
use sha2::{Digest, Sha256};

/// Copied and synced at a time, so that a copy to the journal's own disk would not hold up a commit for long.
const CHUNK_BYTES: usize = 1 << 20;

/// Moves every closed segment that holds nothing after `up_to_seq`; gives how many went. The last segment never goes.
///
/// Errors: `Corrupt` where a segment, or another file of its name in the archive, is not what it should be; `Io`. What was
/// not moved then is still in the journal.
pub fn archive_segments(journal: &dyn Storage, archive: &dyn Storage, up_to_seq: u64) -> Result<usize, JournalError> {
    let numbers = list_segments(journal)?;
    let mut count = 0;
    for pair in numbers.windows(2) {
        let [segment_no, next_no] = [pair[0], pair[1]];
        let next_name = segment_name(next_no);
        let next = journal.open(&next_name, false).map_err(JournalError::io("open", &next_name))?;
        let next = read_header(&*next, next_no)?;
        if next_no != segment_no + 1 || next.prev_segment_last_seq > up_to_seq {
            break;
        }
        let bytes = read_verified(journal, segment_no, &next)?;
        let name = segment_name(segment_no);
        put(archive, segment_no, &bytes)?;
        journal.remove(&name).map_err(JournalError::io("remove", &name))?;
        // Else a power cut could bring this one back without the next.
        journal.sync_dir().map_err(JournalError::io("sync", "the folder"))?;
        count += 1;
    }
    Ok(count)
}

/// The bytes of a closed segment, checked to the last one.
pub(crate) fn read_verified(journal: &dyn Storage, segment_no: u64, next: &SegmentHeader) -> Result<Vec<u8>, JournalError> {
    let name = segment_name(segment_no);
    let file = journal.open(&name, false).map_err(JournalError::io("open", &name))?;
    let header = read_header(&*file, segment_no)?;
    let bytes = read_whole(&*file, &name)?;
    let (chain, position) = used_part(&bytes, &header);
    let sha256: [u8; 32] = Sha256::digest(&bytes[..position]).into();
    if sha256 != next.prev_segment_sha256 || bytes[position..].iter().any(|byte| *byte != 0) {
        let reason = "the segment is not what the next one says: it stays where it is";
        return Err(JournalError::Corrupt { file: name, offset: position as u64, after_seq: chain.last_seq, reason });
    }
    Ok(bytes)
}

/// How far a segment's batches check out: what the last one leaves, and where it ends.
pub(crate) fn used_part(bytes: &[u8], header: &SegmentHeader) -> (Chain, usize) {
    let seed = header.seed();
    let (mut chain, mut position) = (chain_before(header), SEGMENT_HEADER_BYTES);
    while let Ok(batch) = check_batch(bytes, position, seed, chain) {
        (chain, position) = (batch.after, batch.end);
    }
    (chain, position.min(bytes.len()))
}

/// Puts a segment into the archive, unless it is there already.
fn put(archive: &dyn Storage, segment_no: u64, bytes: &[u8]) -> Result<(), JournalError> {
    let (name, temporary) = (segment_name(segment_no), spare_name(segment_no));
    match archive.open(&name, false) {
        Ok(file) => {
            equal(&*file, &name, bytes)?;
            // Who put it there may have ended before its name was synced.
            return archive.sync_dir().map_err(JournalError::io("sync", "the archive"));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(JournalError::io("open", &name)(error)),
    }
    // What an earlier attempt left half made.
    let _ = archive.remove(&temporary);
    let written = write_synced(archive, &temporary, bytes);
    if written.is_err() {
        let _ = archive.remove(&temporary);
    }
    written?;
    archive.rename(&temporary, &name).map_err(JournalError::io("rename", &temporary))?;
    archive.sync_dir().map_err(JournalError::io("sync", "the archive"))
}

pub(crate) fn write_synced(archive: &dyn Storage, name: &str, bytes: &[u8]) -> Result<(), JournalError> {
    let file = archive.create(name).map_err(JournalError::io("create", name))?;
    for (index, chunk) in bytes.chunks(CHUNK_BYTES).enumerate() {
        write_all(&*file, chunk, (index * CHUNK_BYTES) as u64).map_err(JournalError::io("write", name))?;
        file.sync_data().map_err(JournalError::io("sync", name))?;
    }
    equal(&*file, name, bytes)
}

fn equal(file: &dyn StorageFile, name: &str, bytes: &[u8]) -> Result<(), JournalError> {
    if read_whole(file, name)? == bytes {
        return Ok(());
    }
    let reason = "the archive holds something else under the name of this segment";
    Err(JournalError::Corrupt { file: name.to_owned(), offset: 0, after_seq: 0, reason })
}

pub(crate) fn read_whole(file: &dyn StorageFile, name: &str) -> Result<Vec<u8>, JournalError> {
    let len = file.size().map_err(JournalError::io("stat", name))?;
    let mut bytes = vec![0; usize::try_from(len).map_err(|error| JournalError::io("read", name)(std::io::Error::other(error)))?];
    let count = read_full(file, &mut bytes, 0).map_err(JournalError::io("read", name))?;
    bytes.truncate(count);
    Ok(bytes)
}
