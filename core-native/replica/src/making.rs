//! One snapshot on the way, step by step.
//!
//! A core of its own is restored from the newest snapshot that was made in this way, follows the journal's files up to a sequence
//! that is durable, and is written: so each snapshot proves the one before it. Where it passes one that the live core wrote at a
//! stop, the two states must have the same hash.

use jware_journal::{JournalError, Reader, SnapshotHeader, list_snapshots, read_snapshot, sync_journal};

use crate::folders::Folders;
use crate::replica::Replica;
use crate::saved::{KIND_REPLAYED, newest, save};

/// A snapshot on the way.
pub struct Making {
    folders: Folders,
    engine_id: u128,
    target: u64,
    from_seq: u64,
    reader: Reader,
    replica: Replica,
    /// Snapshots that are still to be passed, the last one first.
    ahead: Vec<u64>,
    differs: bool,
    /// Held where nobody runs the journal.
    _lock: Option<Box<dyn Send>>,
}

impl Making {
    /// Begins the snapshot of everything up to `target`, which must be durable.
    pub fn begin(folders: &Folders, engine_id: u128, target: u64) -> Result<Self, String> {
        let storage = folders.storage();
        let text = |error: JournalError| error.to_string();
        let is_replayed = |header: &SnapshotHeader| header.kind == KIND_REPLAYED;
        let mut found = newest(&*storage, engine_id, target, is_replayed).map_err(text)?;
        let mut reader = folders.reader(found.usable.as_ref().map_or(1, |(header, _)| header.seq + 1));
        if reader.is_err() && found.usable.is_none() {
            // Nothing goes back to the beginning any more, so what the live core wrote is taken as it is.
            found = newest(&*storage, engine_id, target, |_| true).map_err(text)?;
            reader = folders.reader(found.usable.as_ref().map_or(1, |(header, _)| header.seq + 1));
        }
        let reader = reader?;
        let replica = found.usable.map(|(_, replica)| replica).unwrap_or_default();
        let from_seq = replica.seq();
        let ahead = list_snapshots(&*storage).map_err(text)?.into_iter().rev();
        let ahead = ahead.filter(|seq| (from_seq + 1..=target).contains(seq)).collect();
        let folders = folders.clone();
        Ok(Self { folders, engine_id, target, from_seq, reader, replica, ahead, differs: false, _lock: None })
    }

    /// Begins one of a journal that nobody runs, and holds its lock. What its last process wrote is made durable first: a
    /// snapshot of more than a power cut leaves would stop the next start.
    ///
    /// Errors: `JRN_ERR_LOCKED` where a platform runs, which makes its own.
    pub fn begin_alone(folders: &Folders, target: u64) -> Result<Self, String> {
        let storage = folders.storage();
        let lock = storage.lock().map_err(|error| match error.kind() {
            std::io::ErrorKind::WouldBlock => JournalError::Locked.to_string(),
            _ => format!("JRN_ERR_IO: {} cannot be locked ({error})", folders.journal.display()),
        })?;
        sync_journal(&*storage).map_err(|error| error.to_string())?;
        // Every segment names its engine, and the last never goes to an archive.
        let engine_id = folders.reader(u64::MAX)?.engine_id();
        Ok(Self { _lock: Some(lock), ..Self::begin(folders, engine_id, target)? })
    }

    /// Applies at most so many commands, and compares the state with that of a snapshot that is passed.
    pub fn step(&mut self, command_count_max: usize) -> Result<(), String> {
        let up_to = self.ahead.last().copied().unwrap_or(self.target);
        if self.replica.pass(&mut self.reader, up_to, command_count_max)? == 0 {
            return Err(format!("ENG_ERR_SNAPSHOT: the journal gives no command {}", self.replica.seq() + 1));
        }
        if self.ahead.pop_if(|seq| *seq == self.replica.seq()).is_some() {
            self.compare()?;
        }
        Ok(())
    }

    /// Whether everything up to the target was applied.
    pub fn is_at_end(&self) -> bool {
        self.replica.seq() >= self.target
    }

    /// The last command that was applied.
    pub fn seq(&self) -> u64 {
        self.replica.seq()
    }

    /// The last command of the snapshot that it began from; 0 where it began at the first command.
    pub fn from_seq(&self) -> u64 {
        self.from_seq
    }

    /// Whether it came to another state than a core that ran.
    pub fn differs(&self) -> bool {
        self.differs
    }

    /// Writes it, durably, reads it back, and gives what it says of itself and its size, bytes.
    pub fn save(self) -> Result<(SnapshotHeader, u64), String> {
        assert!(self.is_at_end(), "a snapshot is of its target");
        let Replica { core, last_session, .. } = &self.replica;
        save(&*self.folders.storage(), core, *last_session, KIND_REPLAYED, self.engine_id).map_err(|error| error.to_string())
    }

    /// A snapshot at the same sequence must be of the same state.
    fn compare(&mut self) -> Result<(), String> {
        // One that is damaged is told at the next start.
        let Ok(other) = read_snapshot(&*self.folders.storage(), self.replica.seq()) else { return Ok(()) };
        let (replayed, live) = (self.replica.core.state_hash(), other.header.state_hash);
        if replayed == live {
            return Ok(());
        }
        self.differs = true;
        let seq = self.replica.seq();
        Err(format!(
            "ENG_ERR_SNAPSHOT_DIFFERS: at seq {seq} the journal comes to state {replayed:016x}, the core that ran had {live:016x}. Keep \
             the folder: one of the two is wrong"
        ))
    }
}
