//! A copy of a journal that may be running, from which another folder starts.
//!
//! Invariant: the copy is what the journal was at some moment after the call began: the newest snapshot, all closed segments, and of
//! the open one the batches that were finished. A file copied by other means while it is written can have a hole where a
//! batch came between two reads, which a start rightly takes for damage.

use crate::archive::{read_verified, read_whole, used_part, write_synced};
use crate::error::JournalError;
use crate::segment::{copying_name, list_segments, read_header, segment_name};
use crate::snapshot::{list_snapshots, read_snapshot, snapshot_name, write_temporary};
use crate::storage::Storage;

/// What a copy holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Its last record.
    pub last_seq: u64,
    /// The snapshot in it; 0 where there is none.
    pub snapshot_seq: u64,
    /// Segments.
    pub segment_count: usize,
}

/// Copies a journal into another folder, durably and verified. Needs no lock, and does not disturb who writes.
///
/// Every file is written under a spare name, with which no folder starts; once all are there they get their names, the newest segment
/// first and the snapshot last. So a copy that was cut short is refused, also where somebody removes what has a spare name: it
/// lacks its beginning then, unless all segments are there.
///
/// Errors: `CopyNotEmpty` before anything was written, `Corrupt` where a closed segment is damaged, `Io`.
pub fn copy_journal(from: &dyn Storage, to: &dyn Storage) -> Result<Copied, JournalError> {
    if let Some(file) = to.list().map_err(JournalError::io("list", "the copy"))?.into_iter().next() {
        return Err(JournalError::CopyNotEmpty { file });
    }
    let mut copied = Copied::default();
    // In the order in which they get their names, the last first.
    let mut names = Vec::new();
    // Before the segments, so that they reach at least as far as it does.
    for seq in list_snapshots(from)?.into_iter().rev() {
        if let Ok(snapshot) = read_snapshot(from, seq) {
            let name = snapshot_name(seq);
            write_temporary(to, &copying_name(&name), &snapshot.header, &snapshot.content)?;
            names.push(name);
            copied.snapshot_seq = seq;
            break;
        }
    }
    let numbers = list_segments(from)?;
    for (index, &segment_no) in numbers.iter().enumerate() {
        let name = segment_name(segment_no);
        let file = match from.open(&name, false) {
            // The oldest may go to the archive meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && copied.segment_count == 0 => continue,
            opened => opened.map_err(JournalError::io("open", &name))?,
        };
        let bytes = if let Some(&next_no) = numbers.get(index + 1) {
            let next_name = segment_name(next_no);
            let next = from.open(&next_name, false).map_err(JournalError::io("open", &next_name))?;
            read_verified(from, segment_no, &read_header(&*next, next_no)?)?
        } else {
            let mut bytes = read_whole(&*file, &name)?;
            let (chain, end) = used_part(&bytes, &read_header(&*file, segment_no)?);
            bytes[end..].fill(0);
            copied.last_seq = chain.last_seq;
            bytes
        };
        write_synced(to, &copying_name(&name), &bytes)?;
        names.push(name);
        copied.segment_count += 1;
    }
    let sync_names = || to.sync_dir().map_err(JournalError::io("sync", "the copy"));
    sync_names()?;
    for name in names.into_iter().rev() {
        to.rename(&copying_name(&name), &name).map_err(JournalError::io("rename", &name))?;
        // Else a power cut could take back this name and leave a later one.
        sync_names()?;
    }
    Ok(copied)
}
