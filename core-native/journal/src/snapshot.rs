//! Snapshot files: what the records up to one sequence came to, as the caller's bytes.
//!
//! Invariant: a file with a snapshot's name was whole, synced and read back before it got the name; one that does not
//! verify is never given. Layout, little endian: a header of 96 bytes with a CRC of its own, the content in sections of
//! at most 1 MiB, each `length` u32, `CRC32C` u32, bytes; last the SHA-256 of everything before it.
//! Limit: reading back mostly meets the page cache; what the disk itself has is seen at the next start.

use crate::error::JournalError;
use crate::format::{array_at, u16_at, u32_at, u64_at};
use crate::storage::{Storage, StorageFile, read_full, write_all};
use sha2::{Digest, Sha256};

const MAGIC: [u8; 8] = *b"JWSNAP\0\x01";
const FORMAT_VERSION: u16 = 1;
const HEADER_BYTES: usize = 96;
const HEADER_CRC_AT: usize = HEADER_BYTES - 4;
/// Largest content of a section. Each is synced by itself, so that a snapshot delays a commit by one section at most.
const SECTION_BYTES_MAX: usize = 1 << 20;
const SECTION_HEAD_BYTES: usize = 8;
const TRAILER_BYTES: usize = 32;
/// Larger contents are taken for damage before memory is asked for.
const CONTENT_BYTES_MAX: u64 = 64 << 30;
const PREFIX: &str = "snap-";
const SUFFIX: &str = ".jws";
const TEMPORARY_SUFFIX: &str = ".tmp";
const BAD_SUFFIX: &str = ".bad";

/// What a snapshot says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotHeader {
    /// The caller's number for how it came about.
    pub kind: u16,
    /// Version of the code that gives the records, and this content, their meaning.
    pub core_version: u32,
    /// Identity of the engine, as in the journal.
    pub engine_id: u128,
    /// The last record that it covers.
    pub seq: u64,
    /// Engine time of that record, nanoseconds.
    pub ts_ns: u64,
    /// The caller's hash of what the content stands for.
    pub state_hash: u64,
}

/// A snapshot that verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What it says of itself.
    pub header: SnapshotHeader,
    /// The caller's bytes.
    pub content: Vec<u8>,
}

/// The name of the snapshot that covers records up to `seq`.
pub fn snapshot_name(seq: u64) -> String {
    format!("{PREFIX}{seq:020}{SUFFIX}")
}

/// Sequences of the snapshots present, ascending. Nothing is said of whether they verify.
pub fn list_snapshots(storage: &dyn Storage) -> Result<Vec<u64>, JournalError> {
    let names = storage.list().map_err(JournalError::io("list", "the folder"))?;
    let mut seqs: Vec<u64> = names.iter().filter_map(|name| seq_of(name)).collect();
    seqs.sort_unstable();
    Ok(seqs)
}

fn seq_of(name: &str) -> Option<u64> {
    let seq = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok()?;
    (snapshot_name(seq) == name).then_some(seq)
}

/// Reads a snapshot and checks all of it.
///
/// Errors: `Snapshot` where anything does not verify, `Format`, `Io`. Whether core version and engine are the caller's is
/// for the caller to look at.
pub fn read_snapshot(storage: &dyn Storage, seq: u64) -> Result<Snapshot, JournalError> {
    let name = snapshot_name(seq);
    let file = storage.open(&name, false).map_err(JournalError::io("open", &name))?;
    let (header, content) = read_file(&*file, &name)?;
    if header.seq != seq {
        return Err(bad(&name, 0, "it covers another sequence than its name says: files were renamed"));
    }
    Ok(Snapshot { header, content })
}

/// Writes a snapshot, durably, and reads it back. Gives the size of the file, bytes. On an error there is no such
/// snapshot, nor anything left of the attempt where that can be removed.
pub fn write_snapshot(storage: &dyn Storage, header: &SnapshotHeader, content: &[u8]) -> Result<u64, JournalError> {
    let name = snapshot_name(header.seq);
    let temporary = format!("{name}{TEMPORARY_SUFFIX}");
    let written = write_temporary(storage, &temporary, header, content);
    if written.is_err() {
        // It may be the disk that is full, and then what was written so far is in everybody's way.
        let _ = storage.remove(&temporary);
    }
    let bytes = written?;
    storage.rename(&temporary, &name).map_err(JournalError::io("rename", &temporary))?;
    storage.sync_dir().map_err(JournalError::io("sync", "the folder"))?;
    Ok(bytes)
}

/// The file under whatever name, its bytes durable and read back. Gives its size.
pub(crate) fn write_temporary(
    storage: &dyn Storage,
    temporary: &str,
    header: &SnapshotHeader,
    content: &[u8],
) -> Result<u64, JournalError> {
    let file = match storage.create(temporary) {
        // An attempt of this process that failed, and whose file could not be removed then.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            storage.remove(temporary).map_err(JournalError::io("remove", temporary))?;
            storage.create(temporary)
        }
        created => created,
    };
    let file = file.map_err(JournalError::io("create", temporary))?;
    let mut hasher = Sha256::new();
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        hasher.update(bytes);
        write_all(&*file, bytes, at).map_err(JournalError::io("write", temporary))?;
        at += bytes.len() as u64;
        Ok::<(), JournalError>(())
    };
    put(&encode_header(header, content.len() as u64))?;
    let mut section = Vec::with_capacity(SECTION_HEAD_BYTES + SECTION_BYTES_MAX.min(content.len()));
    for part in content.chunks(SECTION_BYTES_MAX) {
        section.clear();
        section.extend_from_slice(&u32::try_from(part.len()).expect("at most 1 MiB").to_le_bytes());
        section.extend_from_slice(&crc32c::crc32c(part).to_le_bytes());
        section.extend_from_slice(part);
        put(&section)?;
        file.sync_data().map_err(JournalError::io("sync", temporary))?;
    }
    let sha256: [u8; TRAILER_BYTES] = hasher.finalize().into();
    write_all(&*file, &sha256, at).map_err(JournalError::io("write", temporary))?;
    file.sync_data().map_err(JournalError::io("sync", temporary))?;
    let (found, read) = read_file(&*file, temporary)?;
    if found != *header || read != content {
        return Err(bad(temporary, 0, "it reads otherwise than it was written"));
    }
    Ok(at + TRAILER_BYTES as u64)
}

/// Removes all snapshots but the `count` newest, the one of `needed_seq` and, where there is a `watermark`, the newest at or below
/// it. Gives the sequences that are left, ascending.
pub fn prune_snapshots(
    storage: &dyn Storage,
    count: usize,
    needed_seq: Option<u64>,
    watermark: Option<u64>,
) -> Result<Vec<u64>, JournalError> {
    let seqs = list_snapshots(storage)?;
    let below = watermark.and_then(|mark| seqs.iter().copied().rfind(|seq| *seq <= mark));
    let newest_from = seqs.len().saturating_sub(count);
    let mut kept = Vec::new();
    for (index, &seq) in seqs.iter().enumerate() {
        if index >= newest_from || Some(seq) == below || Some(seq) == needed_seq {
            kept.push(seq);
        } else {
            let name = snapshot_name(seq);
            storage.remove(&name).map_err(JournalError::io("remove", &name))?;
        }
    }
    if kept.len() < seqs.len() {
        storage.sync_dir().map_err(JournalError::io("sync", "the folder"))?;
    }
    Ok(kept)
}

/// Gives a snapshot that does not verify another name, under which it is never read again but can be looked at.
pub fn set_snapshot_aside(storage: &dyn Storage, seq: u64) -> Result<String, JournalError> {
    let name = snapshot_name(seq);
    let aside = format!("{name}{BAD_SUFFIX}");
    storage.rename(&name, &aside).map_err(JournalError::io("rename", &name))?;
    storage.sync_dir().map_err(JournalError::io("sync", "the folder"))?;
    Ok(aside)
}

fn encode_header(header: &SnapshotHeader, content_len: u64) -> [u8; HEADER_BYTES] {
    let mut bytes = [0; HEADER_BYTES];
    bytes[0..8].copy_from_slice(&MAGIC);
    bytes[8..10].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
    bytes[10..12].copy_from_slice(&header.kind.to_le_bytes());
    bytes[12..16].copy_from_slice(&header.core_version.to_le_bytes());
    bytes[16..32].copy_from_slice(&header.engine_id.to_le_bytes());
    bytes[32..40].copy_from_slice(&header.seq.to_le_bytes());
    bytes[40..48].copy_from_slice(&header.ts_ns.to_le_bytes());
    bytes[48..56].copy_from_slice(&header.state_hash.to_le_bytes());
    bytes[56..64].copy_from_slice(&content_len.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..HEADER_CRC_AT]);
    bytes[HEADER_CRC_AT..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

fn decode_header(bytes: &[u8; HEADER_BYTES], name: &str) -> Result<(SnapshotHeader, u64), JournalError> {
    if bytes[0..8] != MAGIC {
        return Err(bad(name, 0, "it does not start as a snapshot"));
    }
    if crc32c::crc32c(&bytes[..HEADER_CRC_AT]) != u32_at(bytes, HEADER_CRC_AT) {
        return Err(bad(name, 0, "the header does not match its CRC"));
    }
    let version = u16_at(bytes, 8);
    if version != FORMAT_VERSION {
        return Err(JournalError::Format { file: name.to_owned(), found: version, expected: FORMAT_VERSION });
    }
    let header = SnapshotHeader {
        kind: u16_at(bytes, 10),
        core_version: u32_at(bytes, 12),
        engine_id: u128::from_le_bytes(array_at(bytes, 16)),
        seq: u64_at(bytes, 32),
        ts_ns: u64_at(bytes, 40),
        state_hash: u64_at(bytes, 48),
    };
    Ok((header, u64_at(bytes, 56)))
}

fn read_file(file: &dyn StorageFile, name: &str) -> Result<(SnapshotHeader, Vec<u8>), JournalError> {
    let mut hasher = Sha256::new();
    let mut at = 0_u64;
    let mut take = |buffer: &mut [u8]| {
        let count = read_full(file, buffer, at).map_err(JournalError::io("read", name))?;
        if count < buffer.len() {
            return Err(bad(name, at + count as u64, "it ends early"));
        }
        at += count as u64;
        Ok(at)
    };
    let mut head = [0; HEADER_BYTES];
    take(&mut head)?;
    hasher.update(head);
    let (header, content_len) = decode_header(&head, name)?;
    if content_len > CONTENT_BYTES_MAX.min(file.size().map_err(JournalError::io("stat", name))?) {
        return Err(bad(name, 0, "the content is longer than the file"));
    }
    let content_len = usize::try_from(content_len).map_err(|_| bad(name, 0, "the content does not fit in memory"))?;
    let mut content = vec![0; content_len];
    let mut end = HEADER_BYTES as u64;
    for part in content.chunks_mut(SECTION_BYTES_MAX) {
        let start = end;
        let mut section_head = [0; SECTION_HEAD_BYTES];
        take(&mut section_head)?;
        if u32_at(&section_head, 0) as usize != part.len() {
            return Err(bad(name, start, "a section has another length than it should"));
        }
        end = take(part)?;
        if crc32c::crc32c(part) != u32_at(&section_head, 4) {
            return Err(bad(name, start, "a section does not match its CRC"));
        }
        hasher.update(section_head);
        hasher.update(&*part);
    }
    let mut trailer = [0; TRAILER_BYTES];
    let end = take(&mut trailer)?;
    if trailer != <[u8; TRAILER_BYTES]>::from(hasher.finalize()) {
        return Err(bad(name, end - TRAILER_BYTES as u64, "the whole does not match its SHA-256"));
    }
    if file.size().map_err(JournalError::io("stat", name))? != end {
        return Err(bad(name, end, "something follows its end"));
    }
    Ok((header, content))
}

fn bad(name: &str, offset: u64, reason: &'static str) -> JournalError {
    JournalError::Snapshot { file: name.to_owned(), offset, reason }
}
