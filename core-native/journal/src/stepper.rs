//! HOT: what is done with the open batch, in single steps, and the thread that does them.

use crate::error::JournalError;
use crate::failpoint::failpoint;
use crate::format::BATCH_BYTES_MAX;
use crate::options::{AckMode, Options};
use crate::shared::{Asked, Pending, Shared, Stop, lock};
use crate::writer::Writer;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// More than this waits for the journal thread at the end of a turn: whoever brought it has better things to do than to wait for the disk.
const HERE_RECORDS_MAX: usize = 8;

/// What the journal tells, on the thread that writes.
pub struct Callbacks {
    /// Every record up to this sequence is committed. Must be quick and must not wait for the journal.
    pub on_commit: Box<dyn Fn(u64) + Send>,
    /// The journal stopped; nothing after the last `on_commit` may be acknowledged.
    pub on_fatal: Box<dyn Fn(&JournalError) + Send>,
}

impl Callbacks {
    /// Aborts the process where the journal stops: what is in memory is ahead of the disk and must not be used.
    pub fn new(on_commit: impl Fn(u64) + Send + 'static) -> Self {
        let on_fatal = |error: &JournalError| {
            eprintln!("jware-journal: {error}");
            std::process::abort();
        };
        Self { on_commit: Box::new(on_commit), on_fatal: Box::new(on_fatal) }
    }
}

/// What the journal thread does, as single steps. A simulation calls them itself; see [`crate::Recovery::start_stepped`].
pub struct Stepper {
    writer: Writer,
    shared: Arc<Shared>,
    callbacks: Callbacks,
    ack: AckMode,
    lazy_flush: Duration,
    idle_seal: Option<Duration>,
    /// Frames that left `pending`; those from `taken_at` are not in the file yet.
    taken: Vec<u8>,
    taken_at: usize,
    taken_urgent: bool,
    /// The last batch has records, so damage to it would look like a torn write.
    unsealed: bool,
    lazy_due: Option<Instant>,
    sync_due: Option<Instant>,
    seal_due: Option<Instant>,
    _lock: Box<dyn Send>,
}

/// What came of a commit on another thread than the journal's.
pub(crate) enum Here {
    Committed,
    /// It is more than may be done here.
    Left,
    /// It failed, and the journal has ended.
    Stopped,
}

enum Work {
    Write,
    WriteAndSync,
    Sync,
    Seal,
    Close,
}

impl Stepper {
    pub(crate) fn new(writer: Writer, shared: Arc<Shared>, lock: Box<dyn Send>, options: &Options, callbacks: Callbacks) -> Self {
        Self {
            writer,
            shared,
            callbacks,
            ack: options.ack,
            lazy_flush: options.lazy_flush,
            idle_seal: options.idle_seal,
            taken: Vec::with_capacity(BATCH_BYTES_MAX),
            taken_at: 0,
            taken_urgent: false,
            unsealed: false,
            lazy_due: None,
            sync_due: None,
            seal_due: None,
            _lock: lock,
        }
    }

    /// Writes one batch of what waits, syncs it unless acknowledgement is by memory, and tells. `false` where nothing
    /// waits. After an error the stepper must be dropped.
    pub fn step(&mut self) -> Result<bool, JournalError> {
        if self.taken_at == self.taken.len() {
            self.take_pending();
        }
        if self.taken.is_empty() {
            return Ok(false);
        }
        let written = self.writer.write_batch(&self.taken[self.taken_at..])?;
        self.unsealed = true;
        self.taken_at += written.frame_bytes;
        self.shared.in_flight_bytes.store(self.taken.len() - self.taken_at, Ordering::Relaxed);
        self.shared.counters.batch(written.record_count, written.file_bytes, self.writer.rotation_count);
        if self.ack == AckMode::Durable {
            self.sync_file()?;
        }
        let seq = self.writer.chain.last_seq;
        failpoint("journal.publish.before");
        self.shared.committed_seq.store(seq, Ordering::Release);
        failpoint("journal.publish.after");
        (self.callbacks.on_commit)(seq);
        self.settle();
        Ok(true)
    }

    /// Makes durable what was written.
    pub fn sync(&mut self) -> Result<(), JournalError> {
        self.sync_file()?;
        self.settle();
        Ok(())
    }

    /// Writes and syncs an empty batch, which proves that the one before it was finished.
    pub fn seal(&mut self) -> Result<(), JournalError> {
        failpoint("journal.seal.before");
        let written = self.writer.write_batch(&[])?;
        self.unsealed = false;
        self.shared.counters.batch(0, written.file_bytes, self.writer.rotation_count);
        self.sync()?;
        failpoint("journal.seal.after");
        Ok(())
    }

    /// Makes the reserve where there is none, which the journal thread leaves to its helper.
    pub fn make_reserve(&mut self) -> Result<(), JournalError> {
        self.writer.space.make_reserve()
    }

    fn sync_file(&mut self) -> Result<(), JournalError> {
        if self.writer.has_unsynced() {
            let ns = self.writer.sync()?;
            self.shared.counters.sync(ns);
            let before = self.shared.recent_sync_ns.load(Ordering::Relaxed);
            self.shared.recent_sync_ns.store(ns.max(before - before / 8), Ordering::Relaxed);
        }
        self.shared.durable_seq.store(self.writer.durable_seq, Ordering::Release);
        Ok(())
    }

    /// Lets those go on who wait for what is durable and told. In memory mode a change of segment syncs too.
    fn settle(&self) {
        let durable_seq = self.writer.durable_seq;
        self.shared.durable_seq.store(durable_seq, Ordering::Release);
        if self.shared.settled_seq.swap(durable_seq, Ordering::AcqRel) < durable_seq {
            self.notify_waiters();
        }
    }

    fn notify_waiters(&self) {
        if *lock(&self.shared.waiters) > 0 {
            self.shared.settled_changed.notify_all();
        }
    }

    fn take_pending(&mut self) {
        let shared = Arc::clone(&self.shared);
        self.take(lock(&shared.pending));
    }

    /// Takes what waits, where everything that was taken before is written.
    fn take(&mut self, mut pending: MutexGuard<'_, Pending>) {
        self.taken.clear();
        self.taken_at = 0;
        // A burst may have grown the buffer far beyond what two batches need.
        self.taken.shrink_to(4 * BATCH_BYTES_MAX);
        std::mem::swap(&mut self.taken, &mut pending.frames);
        pending.record_count = 0;
        self.taken_urgent = std::mem::take(&mut pending.urgent);
        self.shared.in_flight_bytes.store(self.taken.len(), Ordering::Relaxed);
    }

    /// Writes, syncs and tells what waits, on the thread of whoever brought it, where that is little and goes into this segment: to
    /// begin another one takes as long as the disk likes.
    pub(crate) fn commit_here(&mut self) -> Here {
        let shared = Arc::clone(&self.shared);
        let pending = lock(&shared.pending);
        if pending.record_count > HERE_RECORDS_MAX || !self.writer.has_room_for(pending.frames.len()) {
            return Here::Left;
        }
        self.take(pending);
        if self.guarded(Self::write_taken).is_none() {
            return Here::Stopped;
        }
        // The journal thread seals, and has to know when.
        let mut pending = lock(&shared.pending);
        let sleeps_on = self.seal_due.is_some_and(|due| pending.wakes_at.is_none_or(|wakes_at| wakes_at > due));
        if sleeps_on && std::mem::take(&mut pending.asleep) {
            drop(pending);
            shared.wake.notify_one();
        }
        Here::Committed
    }

    /// Does something that may fail; after a failure or a panic the journal has stopped, and says so.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, JournalError>) -> Option<T> {
        let error = match catch_unwind(AssertUnwindSafe(|| work(self))) {
            Ok(Ok(done)) => return Some(done),
            Ok(Err(error)) => error,
            Err(_) => JournalError::Stopped { reason: "whoever wrote, or a callback, panicked".to_owned() },
        };
        lock(&self.shared.pending).stop = Some(Stop::Failed(error.to_string()));
        self.notify_waiters();
        (self.callbacks.on_fatal)(&error);
        None
    }

    /// Gives whether the journal goes on.
    fn work(&mut self, work: &Work) -> Result<bool, JournalError> {
        match work {
            Work::Write => self.write_taken()?,
            Work::WriteAndSync => {
                self.write_taken()?;
                self.sync_now()?;
            }
            Work::Sync => self.sync_now()?,
            Work::Seal => {
                self.seal_due = None;
                self.seal()?;
            }
            Work::Close => {
                self.finish()?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes what waits now, in as many batches as it takes.
    fn write_taken(&mut self) -> Result<(), JournalError> {
        self.lazy_due = None;
        while self.step()? && self.taken_at < self.taken.len() {}
        match self.ack {
            AckMode::Durable => {
                let due = self.idle_seal.map(|delay| Instant::now() + delay);
                self.seal_due = due.filter(|_| self.taken_urgent);
            }
            AckMode::Memory if self.writer.has_unsynced() => {
                self.sync_due.get_or_insert_with(|| Instant::now() + self.lazy_flush);
            }
            AckMode::Memory => self.sync_due = None,
        }
        Ok(())
    }

    fn sync_now(&mut self) -> Result<(), JournalError> {
        self.sync_due = None;
        self.sync()
    }

    fn finish(&mut self) -> Result<(), JournalError> {
        while self.step()? {}
        self.sync()?;
        if self.unsealed {
            self.seal()?;
        }
        self.writer.close()?;
        lock(&self.shared.pending).stop = Some(Stop::Closed);
        self.notify_waiters();
        Ok(())
    }

    /// What there is to do now; nothing where the thread is to sleep, until the time that it finds in `wakes_at`.
    fn next_work(&mut self, pending: &mut Pending) -> Option<Work> {
        match pending.asked {
            Asked::Nothing => {}
            Asked::Sync => {
                pending.asked = Asked::Nothing;
                return Some(Work::WriteAndSync);
            }
            Asked::Close => return Some(Work::Close),
        }
        if pending.urgent || pending.is_full() {
            return Some(Work::Write);
        }
        let now = Instant::now();
        if !pending.frames.is_empty() {
            self.lazy_due.get_or_insert(now + self.lazy_flush);
        }
        let is_due = |due: Option<Instant>| due.is_some_and(|due| due <= now);
        if is_due(self.lazy_due) {
            return Some(Work::Write);
        }
        if is_due(self.sync_due) {
            return Some(Work::Sync);
        }
        if is_due(self.seal_due) {
            return Some(Work::Seal);
        }
        pending.wakes_at = [self.lazy_due, self.sync_due, self.seal_due].into_iter().flatten().min();
        None
    }
}

/// The journal thread. It lets go of the stepper whenever it sleeps, and ends with it.
pub(crate) fn run(shared: &Shared, stepper: &Mutex<Option<Stepper>>) {
    loop {
        let mut holder = lock(stepper);
        // Another thread's turn may have been its end.
        let Some(stepper) = holder.as_mut() else { return };
        let mut pending = lock(&shared.pending);
        if let Some(work) = stepper.next_work(&mut pending) {
            drop(pending);
            if stepper.guarded(|stepper| stepper.work(&work)) != Some(true) {
                *holder = None;
                return;
            }
            continue;
        }
        drop(holder);
        pending.asleep = true;
        let mut pending = match pending.wakes_at {
            None => shared.wake.wait(pending).unwrap_or_else(PoisonError::into_inner),
            Some(due) => {
                let left = due.saturating_duration_since(Instant::now());
                shared.wake.wait_timeout(pending, left).unwrap_or_else(PoisonError::into_inner).0
            }
        };
        (pending.asleep, pending.wakes_at) = (false, None);
    }
}
