//! What those who append and the one who writes have in common: the open batch, and how far each is.
//!
//! Invariant: nothing is done under these locks but to look and to copy. Whoever holds the stepper may take them, never the other way.

use crate::error::JournalError;
use crate::format::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX, RECORD_ALIGN, RECORD_HEADER_BYTES};
use crate::metrics::Counters;
use crate::writer::Writer;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

pub(crate) struct Shared {
    pub(crate) pending: Mutex<Pending>,
    pub(crate) wake: Condvar,
    pub(crate) committed_seq: AtomicU64,
    pub(crate) durable_seq: AtomicU64,
    /// Bytes taken from `pending` and not yet in the file.
    pub(crate) in_flight_bytes: AtomicUsize,
    /// What is durable and was told by `on_commit`.
    pub(crate) settled_seq: AtomicU64,
    /// How many wait for `settled_seq`; the lock orders them against the store.
    pub(crate) waiters: Mutex<usize>,
    pub(crate) settled_changed: Condvar,
    pub(crate) counters: Counters,
    /// The longest of the last few syncs, and less with each, nanoseconds.
    pub(crate) recent_sync_ns: AtomicU64,
    pub(crate) storage_is_full: Arc<AtomicBool>,
}

impl Shared {
    /// Of a journal that nothing was appended to in this life.
    pub(crate) fn new(writer: &Writer) -> Self {
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
        Self {
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
        }
    }
}

/// The open batch, and what whoever writes should know when he looks.
pub(crate) struct Pending {
    /// Records whose header lacks batch, chain and CRCs; whoever writes completes them.
    pub(crate) frames: Vec<u8>,
    pub(crate) record_count: usize,
    pub(crate) last_seq: u64,
    pub(crate) last_ts_ns: u64,
    pub(crate) urgent: bool,
    /// Somebody is going to end his turn, and what he appended is urgent from then on.
    pub(crate) in_turn: bool,
    pub(crate) asked: Asked,
    /// The thread waits on the condition and needs a notification.
    pub(crate) asleep: bool,
    /// When it looks by itself.
    pub(crate) wakes_at: Option<Instant>,
    pub(crate) stop: Option<Stop>,
}

/// In rising order: closing syncs too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asked {
    Nothing,
    Sync,
    Close,
}

impl Pending {
    pub(crate) fn is_full(&self) -> bool {
        self.record_count >= BATCH_RECORDS_MAX || self.frames.len() >= BATCH_BYTES_MAX
    }

    /// Takes a record, but for what whoever writes completes.
    pub(crate) fn push(&mut self, seq: u64, ts_ns: u64, kind: u16, schema: u16, payload: &[u8]) {
        let payload_len = u32::try_from(payload.len()).expect("at most PAYLOAD_BYTES_MAX");
        let mut head = [0; RECORD_HEADER_BYTES];
        head[4..8].copy_from_slice(&payload_len.to_le_bytes());
        head[8..16].copy_from_slice(&seq.to_le_bytes());
        head[24..32].copy_from_slice(&ts_ns.to_le_bytes());
        head[32..34].copy_from_slice(&kind.to_le_bytes());
        head[34..36].copy_from_slice(&schema.to_le_bytes());
        let padded_len = payload.len().next_multiple_of(RECORD_ALIGN);
        self.frames.reserve(RECORD_HEADER_BYTES + padded_len);
        self.frames.extend_from_slice(&head);
        self.frames.extend_from_slice(payload);
        self.frames.extend_from_slice(&[0; RECORD_ALIGN][..padded_len - payload.len()]);
        self.record_count += 1;
        self.last_seq = seq;
        self.last_ts_ns = ts_ns;
    }
}

pub(crate) enum Stop {
    Closed,
    Failed(String),
}

impl Stop {
    pub(crate) fn error(&self) -> JournalError {
        match self {
            Self::Closed => JournalError::Closed,
            Self::Failed(reason) => JournalError::Stopped { reason: reason.clone() },
        }
    }
}

/// Nothing panics under these locks, so a poisoned one is still in order.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
