//! HOT: the running journal. `append` copies into memory under one short lock; whoever holds the stepper does the rest.
//!
//! Whoever would only wait for what he appended may do the writing himself at the end of his turn, where it is little, the disk is
//! quick and the journal thread idle: it saves two changes of thread, which cost more than the rest of an acknowledgement.
//!
//! Invariant: one thread at a time writes, the one that holds the stepper. `on_commit(n)` runs there, in rising order, after record
//! `n` passed the gate of the acknowledgement mode, and never after an error. An error ends the journal; nothing is tried twice.
//! Cost: an append is one uncontended lock and one copy; it makes a system call only where the thread sleeps.

use crate::error::JournalError;
use crate::failpoint::failpoint;
use crate::format::KIND_COMMIT;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::shared::{Asked, Pending, Shared, Stop, lock};
use crate::stepper::{Callbacks, Here, Stepper, run};
use crate::writer::Writer;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// So long a sync of late, nanoseconds, and nobody but the journal thread waits for one.
const HERE_SYNC_NS_MAX: u64 = 250_000;

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

impl Journal {
    /// Gives one record to the journal.
    ///
    /// `seq` must be the last one plus one, `ts_ns` must not decrease, `kind` must not be [`KIND_COMMIT`]. An urgent
    /// record is on its way to the disk at once; others go with the next urgent one, or after `lazy_flush`.
    ///
    /// Errors: `Order`, `PayloadSize`, `Backlog`, `Closed`, `Stopped`. Nothing was taken then.
    pub fn append(&self, seq: u64, ts_ns: u64, kind: u16, payload: &[u8], urgent: bool) -> Result<(), JournalError> {
        let wake = self.push(seq, ts_ns, kind, payload, |pending| {
            pending.urgent |= urgent;
            // A thread that looks by itself sees that there is something, and when it has to go.
            urgent || pending.is_full() || pending.wakes_at.is_none()
        })?;
        if wake {
            self.shared.wake.notify_one();
        }
        Ok(())
    }

    /// The same for a record that is urgent once its caller ends his turn, which he does with [`Journal::end_turn`] before he waits
    /// for anything.
    pub fn append_in_turn(&self, seq: u64, ts_ns: u64, kind: u16, payload: &[u8]) -> Result<(), JournalError> {
        let wake = self.push(seq, ts_ns, kind, payload, |pending| {
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
        let is_idle = pending.asked == Asked::Nothing && pending.stop.is_none() && !pending.urgent;
        let is_quick = self.shared.recent_sync_ns.load(Ordering::Relaxed) <= HERE_SYNC_NS_MAX;
        pending.urgent = true;
        if is_idle && is_quick {
            drop(pending);
            // Not where the journal thread is at work.
            if let Ok(mut holder) = self.stepper.try_lock()
                && let Some(stepper) = holder.as_mut()
            {
                match stepper.commit_here() {
                    Here::Committed => return TurnEnd::Committed,
                    Here::Left => {}
                    Here::Stopped => *holder = None,
                }
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
        is_due: impl FnOnce(&mut Pending) -> bool,
    ) -> Result<bool, JournalError> {
        if payload.len() > self.payload_bytes_max {
            return Err(JournalError::PayloadSize { bytes: payload.len(), bytes_max: self.payload_bytes_max });
        }
        failpoint("journal.append.before");
        let mut pending = lock(&self.shared.pending);
        self.check_append(&pending, seq, ts_ns, kind)?;
        pending.push(seq, ts_ns, kind, self.schema, payload);
        let wake = is_due(&mut pending) && pending.asleep;
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
        *crate::shared::lock(&journal.stepper) = Some(stepper);
        let (shared, stepper) = (Arc::clone(&journal.shared), Arc::clone(&journal.stepper));
        let thread = std::thread::Builder::new().name("jware-journal".to_owned());
        let thread = thread.spawn(move || run(&shared, &stepper)).map_err(JournalError::io("start", "the journal thread"))?;
        *crate::shared::lock(&journal.thread) = Some(thread);
        Ok(journal)
    }

    pub(crate) fn start_stepped(writer: Writer, lock: Box<dyn Send>, options: &Options, callbacks: Callbacks) -> (Self, Stepper) {
        let shared = Arc::new(Shared::new(&writer));
        let journal = Self {
            shared: Arc::clone(&shared),
            thread: Mutex::new(None),
            stepper: Arc::default(),
            schema: options.schema,
            payload_bytes_max: options.payload_bytes_max(),
            backlog_bytes_max: options.backlog_bytes_max,
        };
        let stepper = Stepper::new(writer, shared, lock, options, callbacks);
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
