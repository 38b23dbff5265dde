//! HOT: the running journal. `append` copies into memory under one short lock; one thread does the rest.
//!
//! Whoever would only wait for what he appended may do the writing himself at the end of his turn, where it is little, the disk is
//! quick and the journal thread idle: it saves two changes of thread, which cost more than the rest of an acknowledgement.
//!
//! Invariant: one thread at a time writes, the one that holds the stepper. `on_commit(n)` runs there, in rising order, after record
//! `n` passed the gate of the acknowledgement mode, and never after an error. An error ends the journal; nothing is tried twice.
//! Cost: an append is one uncontended lock and one copy; it makes a system call only where the thread sleeps.

use crate::error::JournalError;
use crate::failpoint::failpoint;
use crate::format::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX, KIND_COMMIT, RECORD_ALIGN, RECORD_HEADER_BYTES};
use crate::metrics::{Counters, Metrics};
use crate::options::{AckMode, Options};
use crate::writer::Writer;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// More than this waits for the journal thread at the end of a turn: whoever brought it has better things to do than to wait for the disk.
const HERE_RECORDS_MAX: usize = 8;
/// So long a sync of late, nanoseconds, and nobody but the journal thread waits for one.
const HERE_SYNC_NS_MAX: u64 = 250_000;

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

/// A running journal. All methods may be called from any thread.
pub struct Journal {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Also the journal thread's. Nothing where a simulation has it, or the journal has ended.
    stepper: Arc<Mutex<Option<Stepper>>>,
    schema: u16,
    payload_bytes_max: usize,
    backlog_bytes_max: usize,
}

struct Shared {
    pending: Mutex<Pending>,
    wake: Condvar,
    committed_seq: AtomicU64,
    durable_seq: AtomicU64,
    /// Bytes taken from `pending` and not yet in the file.
    in_flight_bytes: AtomicUsize,
    /// What is durable and was told by `on_commit`.
    settled_seq: AtomicU64,
    /// How many wait for `settled_seq`; the lock orders them against the store.
    waiters: Mutex<usize>,
    settled_changed: Condvar,
    counters: Counters,
    /// The longest of the last few syncs, and less with each, nanoseconds.
    recent_sync_ns: AtomicU64,
    storage_is_full: Arc<AtomicBool>,
}

/// The open batch, and what the journal thread should know when it looks.
struct Pending {
    /// Records whose header lacks batch, chain and CRCs; the journal thread completes them.
    frames: Vec<u8>,
    record_count: usize,
    last_seq: u64,
    last_ts_ns: u64,
    urgent: bool,
    /// Somebody is going to end his turn, and what he appended is urgent from then on.
    in_turn: bool,
    asked: Asked,
    /// The thread waits on the condition and needs a notification.
    asleep: bool,
    /// When it looks by itself.
    wakes_at: Option<Instant>,
    stop: Option<Stop>,
}

/// In rising order: closing syncs too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Nothing,
    Sync,
    Close,
}

/// What the end of a turn came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnEnd {
    /// Nothing was appended in the turn.
    Nothing,
    /// What was is the journal thread's.
    Handed,
    /// It is committed, and `on_commit` was told on this thread.
    Committed,
}

enum Stop {
    Closed,
    Failed(String),
}

impl Stop {
    fn error(&self) -> JournalError {
        match self {
            Self::Closed => JournalError::Closed,
            Self::Failed(reason) => JournalError::Stopped { reason: reason.clone() },
        }
    }
}

/// Nothing panics under these locks, so a poisoned one is still in order.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Journal {
    /// Gives one record to the journal.
    ///
    /// `seq` must be the last one plus one, `ts_ns` must not decrease, `kind` must not be [`KIND_COMMIT`]. An urgent
    /// record is on its way to the disk at once; others go with the next urgent one, or after `lazy_flush`.
    ///
    /// Errors: `Order`, `PayloadSize`, `Backlog`, `Closed`, `Stopped`. Nothing was taken then.
    pub fn append(&self, seq: u64, ts_ns: u64, kind: u16, payload: &[u8], urgent: bool) -> Result<(), JournalError> {
        let wake = self.push(seq, ts_ns, kind, payload, |pending, was_empty| {
            pending.urgent |= urgent;
            urgent || was_empty || pending.is_full()
        })?;
        if wake {
            self.shared.wake.notify_one();
        }
        Ok(())
    }

    /// The same for a record that is urgent once its caller ends his turn, which he does with [`Journal::end_turn`] before he waits
    /// for anything.
    pub fn append_in_turn(&self, seq: u64, ts_ns: u64, kind: u16, payload: &[u8]) -> Result<(), JournalError> {
        let wake = self.push(seq, ts_ns, kind, payload, |pending, _| {
            pending.in_turn = true;
            pending.is_full()
        })?;
        if wake {
            self.shared.wake.notify_one();
        }
        Ok(())
    }

    /// Ends the turn of whoever appended in one: commits here and now what waits, where that is little and the disk was quick of
    /// late, or hands it to the journal thread. An error is told as the journal thread tells it.
    pub fn end_turn(&self) -> TurnEnd {
        let mut pending = lock(&self.shared.pending);
        if !std::mem::take(&mut pending.in_turn) || pending.frames.is_empty() {
            return TurnEnd::Nothing;
        }
        let is_little = pending.record_count <= HERE_RECORDS_MAX && pending.asked == Asked::Nothing && pending.stop.is_none();
        let is_quick = self.shared.recent_sync_ns.load(Ordering::Relaxed) <= HERE_SYNC_NS_MAX;
        let was_urgent = std::mem::replace(&mut pending.urgent, true);
        if is_little && is_quick && !was_urgent {
            drop(pending);
            // Not where the journal thread is at work.
            if let Ok(mut holder) = self.stepper.try_lock()
                && let Some(stepper) = holder.as_mut()
            {
                if stepper.commit_here() {
                    return TurnEnd::Committed;
                }
                *holder = None;
            }
            pending = lock(&self.shared.pending);
        }
        let wake = std::mem::take(&mut pending.asleep);
        drop(pending);
        if wake {
            self.shared.wake.notify_one();
        }
        TurnEnd::Handed
    }

    /// Takes a record into the open batch; gives whether the journal thread is to be woken, where it sleeps and `is_due`.
    fn push(
        &self,
        seq: u64,
        ts_ns: u64,
        kind: u16,
        payload: &[u8],
        is_due: impl FnOnce(&mut Pending, bool) -> bool,
    ) -> Result<bool, JournalError> {
        if payload.len() > self.payload_bytes_max {
            return Err(JournalError::PayloadSize { bytes: payload.len(), bytes_max: self.payload_bytes_max });
        }
        failpoint("journal.append.before");
        let mut pending = lock(&self.shared.pending);
        self.check_append(&pending, seq, ts_ns, kind)?;
        let was_empty = pending.frames.is_empty();
        push_frame(&mut pending.frames, seq, ts_ns, kind, self.schema, payload);
        pending.record_count += 1;
        pending.last_seq = seq;
        pending.last_ts_ns = ts_ns;
        let wake = is_due(&mut pending, was_empty) && pending.asleep;
        if wake {
            pending.asleep = false;
        }
        drop(pending);
        failpoint("journal.append.after");
        Ok(wake)
    }

    /// Sequence of the last record appended.
    pub fn appended_seq(&self) -> u64 {
        lock(&self.shared.pending).last_seq
    }

    /// Sequence of the last record that passed the gate; what `on_commit` named last.
    pub fn committed_seq(&self) -> u64 {
        self.shared.committed_seq.load(Ordering::Acquire)
    }

    /// Sequence of the last record that survives a power cut. In memory mode it lags behind `committed_seq`.
    pub fn durable_seq(&self) -> u64 {
        self.shared.durable_seq.load(Ordering::Acquire)
    }

    /// Bytes that wait for the disk; refuse work before it comes near `backlog_bytes_max`.
    pub fn backlog_bytes(&self) -> usize {
        lock(&self.shared.pending).frames.len() + self.shared.in_flight_bytes.load(Ordering::Relaxed)
    }

    /// Whether there is no room for the next segment. Records are still taken: what is left of this segment, and then the
    /// reserve, are for those that must not be refused. It ends by itself, a second after there is room again.
    pub fn is_storage_full(&self) -> bool {
        self.shared.storage_is_full.load(Ordering::Acquire)
    }

    /// Largest payload `append` takes, bytes.
    pub fn payload_bytes_max(&self) -> usize {
        self.payload_bytes_max
    }

    /// Counters since the start.
    pub fn metrics(&self) -> Metrics {
        self.shared.counters.read(self.backlog_bytes())
    }

    /// Waits until record `seq` survives a power cut and `on_commit` told so. Does not hurry a record that is not urgent.
    ///
    /// Errors: `Stopped` or `Closed` where that will not happen any more.
    pub fn wait_durable(&self, seq: u64) -> Result<(), JournalError> {
        if self.settled_seq() >= seq {
            return Ok(());
        }
        let mut waiters = lock(&self.shared.waiters);
        *waiters += 1;
        let outcome = loop {
            if self.settled_seq() >= seq {
                break Ok(());
            }
            if let Some(stop) = &lock(&self.shared.pending).stop {
                break Err(stop.error());
            }
            waiters = self.shared.settled_changed.wait(waiters).unwrap_or_else(PoisonError::into_inner);
        };
        *waiters -= 1;
        outcome
    }

    /// Makes everything appended so far durable, and returns when it is.
    pub fn sync_all(&self) -> Result<(), JournalError> {
        let mut pending = lock(&self.shared.pending);
        let seq = pending.last_seq;
        if self.settled_seq() < seq {
            pending.asked = pending.asked.max(Asked::Sync);
            pending.asleep = false;
        }
        drop(pending);
        self.shared.wake.notify_one();
        self.wait_durable(seq)
    }

    /// Makes everything durable, ends the journal thread and the lock. Later appends are refused. A second call does
    /// nothing. Must not be called from a callback.
    pub fn close(&self) -> Result<(), JournalError> {
        let mut pending = lock(&self.shared.pending);
        pending.asked = Asked::Close;
        pending.asleep = false;
        drop(pending);
        self.shared.wake.notify_one();
        if let Some(thread) = lock(&self.thread).take() {
            thread.join().map_err(|_| JournalError::Stopped { reason: "the journal thread panicked".to_owned() })?;
        }
        match &lock(&self.shared.pending).stop {
            Some(stop @ Stop::Failed(_)) => Err(stop.error()),
            _ => Ok(()),
        }
    }

    pub(crate) fn start(
        writer: Writer,
        lock: Box<dyn Send>,
        options: &Options,
        callbacks: Callbacks,
    ) -> Result<Self, JournalError> {
        let (journal, stepper) = Self::start_stepped(writer, lock, options, callbacks);
        *self::lock(&journal.stepper) = Some(stepper);
        let (shared, stepper) = (Arc::clone(&journal.shared), Arc::clone(&journal.stepper));
        let thread = std::thread::Builder::new().name("jware-journal".to_owned());
        let thread = thread.spawn(move || run(&shared, &stepper)).map_err(JournalError::io("start", "the journal thread"))?;
        *self::lock(&journal.thread) = Some(thread);
        Ok(journal)
    }

    pub(crate) fn start_stepped(writer: Writer, lock: Box<dyn Send>, options: &Options, callbacks: Callbacks) -> (Self, Stepper) {
        let pending = Pending {
            frames: Vec::with_capacity(BATCH_BYTES_MAX),
            record_count: 0,
            last_seq: writer.chain.last_seq,
            last_ts_ns: writer.chain.last_ts_ns,
            urgent: false,
            in_turn: false,
            asked: Asked::Nothing,
            asleep: false,
            wakes_at: None,
            stop: None,
        };
        let shared = Arc::new(Shared {
            pending: Mutex::new(pending),
            wake: Condvar::new(),
            committed_seq: AtomicU64::new(writer.durable_seq),
            durable_seq: AtomicU64::new(writer.durable_seq),
            settled_seq: AtomicU64::new(writer.durable_seq),
            in_flight_bytes: AtomicUsize::new(0),
            waiters: Mutex::new(0),
            settled_changed: Condvar::new(),
            counters: Counters::default(),
            recent_sync_ns: AtomicU64::new(0),
            storage_is_full: writer.space.is_full(),
        });
        let journal = Self {
            shared: Arc::clone(&shared),
            thread: Mutex::new(None),
            stepper: Arc::default(),
            schema: options.schema,
            payload_bytes_max: options.payload_bytes_max(),
            backlog_bytes_max: options.backlog_bytes_max,
        };
        let stepper = Stepper {
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
        };
        (journal, stepper)
    }

    fn settled_seq(&self) -> u64 {
        self.shared.settled_seq.load(Ordering::Acquire)
    }

    fn check_append(&self, pending: &Pending, seq: u64, ts_ns: u64, kind: u16) -> Result<(), JournalError> {
        if let Some(stop) = &pending.stop {
            return Err(stop.error());
        }
        if pending.asked == Asked::Close {
            return Err(JournalError::Closed);
        }
        let expected_seq = pending.last_seq + 1;
        let order = |reason| Err(JournalError::Order { reason, seq, expected_seq });
        if seq != expected_seq {
            return order("the sequence has a gap or repeats");
        }
        if ts_ns < pending.last_ts_ns {
            return order("the time runs backwards");
        }
        if kind == KIND_COMMIT {
            return order("the kind is reserved");
        }
        let bytes = pending.frames.len() + self.shared.in_flight_bytes.load(Ordering::Relaxed);
        if bytes > self.backlog_bytes_max {
            return Err(JournalError::Backlog { bytes, bytes_max: self.backlog_bytes_max });
        }
        Ok(())
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // An error was told by on_fatal.
        let _ = self.close();
    }
}

impl Pending {
    fn is_full(&self) -> bool {
        self.record_count >= BATCH_RECORDS_MAX || self.frames.len() >= BATCH_BYTES_MAX
    }
}

fn push_frame(frames: &mut Vec<u8>, seq: u64, ts_ns: u64, kind: u16, schema: u16, payload: &[u8]) {
    let payload_len = u32::try_from(payload.len()).expect("at most PAYLOAD_BYTES_MAX");
    let mut head = [0; RECORD_HEADER_BYTES];
    head[4..8].copy_from_slice(&payload_len.to_le_bytes());
    head[8..16].copy_from_slice(&seq.to_le_bytes());
    head[24..32].copy_from_slice(&ts_ns.to_le_bytes());
    head[32..34].copy_from_slice(&kind.to_le_bytes());
    head[34..36].copy_from_slice(&schema.to_le_bytes());
    let padded_len = payload.len().next_multiple_of(RECORD_ALIGN);
    frames.reserve(RECORD_HEADER_BYTES + padded_len);
    frames.extend_from_slice(&head);
    frames.extend_from_slice(payload);
    frames.extend_from_slice(&[0; RECORD_ALIGN][..padded_len - payload.len()]);
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

enum Work {
    Write,
    WriteAndSync,
    Sync,
    Seal,
    Close,
}

impl Stepper {
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
        self.taken.clear();
        self.taken_at = 0;
        // A burst may have grown the buffer far beyond what two batches need.
        self.taken.shrink_to(4 * BATCH_BYTES_MAX);
        let mut pending = lock(&self.shared.pending);
        std::mem::swap(&mut self.taken, &mut pending.frames);
        pending.record_count = 0;
        self.taken_urgent = std::mem::take(&mut pending.urgent);
        self.shared.in_flight_bytes.store(self.taken.len(), Ordering::Relaxed);
    }

    /// Writes, syncs and tells what waits, on the thread of whoever brought it; gives whether the journal goes on.
    fn commit_here(&mut self) -> bool {
        if self.guarded(Self::write_taken).is_none() {
            return false;
        }
        // The journal thread seals, and has to know when.
        let mut pending = lock(&self.shared.pending);
        if pending.wakes_at.is_none() && std::mem::take(&mut pending.asleep) {
            drop(pending);
            self.shared.wake.notify_one();
        }
        true
    }

    /// Does something that may fail; after a failure or a panic the journal has stopped, and says so.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, JournalError>) -> Option<T> {
        let error = match catch_unwind(AssertUnwindSafe(|| work(self))) {
            Ok(Ok(done)) => return Some(done),
            Ok(Err(error)) => error,
            Err(_) => JournalError::Stopped { reason: "the journal thread or a callback panicked".to_owned() },
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
fn run(shared: &Shared, stepper: &Mutex<Option<Stepper>>) {
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
