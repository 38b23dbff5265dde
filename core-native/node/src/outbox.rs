//! Where one thread's frames wait until they may leave.
//!
//! Records lie one after the other in one buffer, in the order in which things happened; each has a gate, the sequence that
//! must be durable before it may leave. Gates never decrease from front to back, so what may leave is always a prefix.
//! Layout of a record: `core-native/src/record.ts`.
// HOT: no allocation once the buffers have grown to their working size.

use crate::trace::Trace;
use jware_journal::failpoint::failpoint;
use jware_wire::Encoder;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes before each frame: length, route, target, token.
pub const RECORD_HEADER_BYTES: usize = 16;
/// Market frames are dropped for a thread that lets this much wait; its subscribers get fresh snapshots when it is back.
const LAG_BYTES_MAX: usize = 32 << 20;
/// Traces that leave in one call.
const TRACES_DRAINED_MAX: usize = 64;
/// Space at the front is reclaimed once it passes this.
const COMPACT_BYTES_MIN: usize = 1 << 20;

/// What to do with a record's frame. Numbers are those of `record.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Route {
    /// Send to a session.
    Session = 0,
    /// Publish to a topic.
    Topic = 1,
    /// Close a session.
    Close = 2,
    /// A session now receives a topic.
    Subscribe = 3,
    /// A session no longer receives a topic.
    Unsubscribe = 4,
    /// A session's traced answer has been given before this: to be told once that is written.
    Trace = 5,
}

/// The part of an outbox that whoever commits looks at without a lock.
pub struct WakeSlot {
    /// Gate of the front record; `u64::MAX` where nothing waits.
    first_gate: AtomicU64,
    /// Whether a wake is on its way.
    awake: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl WakeSlot {
    /// Wakes the owner if its front record may leave and no wake is on its way.
    pub fn wake_if_due(&self, durable_seq: u64) {
        if self.first_gate.load(Ordering::SeqCst) <= durable_seq && !self.awake.swap(true, Ordering::SeqCst) {
            (self.wake)();
        }
    }

    /// Keeps wakes back, as if one were on its way, until the owner drains or lets go.
    pub fn hold(&self) {
        self.awake.store(true, Ordering::SeqCst);
    }

    /// Lets wakes come again, and makes up for one that was kept back: what is durable is asked after that, since a commit in between
    /// would have kept its wake back and not be in an earlier answer.
    pub fn let_go(&self, durable_seq: impl FnOnce() -> u64) {
        self.allow_wakes();
        self.wake_if_due(durable_seq());
    }

    /// Exchanged and not only written: so whoever kept a wake back before this has what he committed seen after it.
    fn allow_wakes(&self) {
        self.awake.swap(false, Ordering::SeqCst);
    }
}

/// One thread's waiting records.
pub struct Outbox {
    bytes: Vec<u8>,
    head: usize,
    pending: VecDeque<(u64, usize)>,
    slot: Arc<WakeSlot>,
    /// Market frames were dropped since the thread last caught up.
    lagging: bool,
    /// Finished traces and their sessions. They wake nobody: sent at once, they would cost the next order what they are to measure.
    finished_traces: VecDeque<(u32, Trace)>,
    /// Room for the records of some, kept.
    trace_records: Vec<u8>,
}

impl Outbox {
    /// An empty outbox; `wake` is called from any thread.
    pub fn new(wake: Box<dyn Fn() + Send + Sync>) -> Self {
        let slot = Arc::new(WakeSlot { first_gate: AtomicU64::new(u64::MAX), awake: AtomicBool::new(false), wake });
        Self {
            bytes: Vec::new(),
            head: 0,
            pending: VecDeque::new(),
            slot,
            lagging: false,
            finished_traces: VecDeque::new(),
            trace_records: Vec::new(),
        }
    }

    /// For whoever commits.
    pub fn slot(&self) -> Arc<WakeSlot> {
        Arc::clone(&self.slot)
    }

    /// Appends a record that may leave once `gate` is durable.
    pub fn push(&mut self, gate: u64, route: Route, target: u32, token: u32, frame: &[u8]) {
        if route == Route::Topic && self.bytes.len() - self.head > LAG_BYTES_MAX {
            self.lagging = true;
            return;
        }
        let start = self.bytes.len();
        append_record(&mut self.bytes, route, target, token, frame);
        if self.pending.is_empty() {
            self.slot.first_gate.store(gate, Ordering::SeqCst);
        }
        self.pending.push_back((gate, self.bytes.len() - start));
    }

    /// Moves what may leave into `buffer`, whole records only; returns their bytes.
    pub fn drain(&mut self, durable_seq: u64, buffer: &mut [u8]) -> usize {
        self.slot.allow_wakes();
        let mut total = 0;
        while let Some(&(gate, length)) = self.pending.front() {
            if gate > durable_seq || total + length > buffer.len() {
                break;
            }
            total += length;
            self.pending.pop_front();
        }
        if total > 0 {
            failpoint("outbox.drain.before");
        }
        buffer[..total].copy_from_slice(&self.bytes[self.head..self.head + total]);
        self.head += total;
        if self.head == self.bytes.len() {
            self.bytes.clear();
            self.head = 0;
        } else if self.head > COMPACT_BYTES_MIN && self.head > self.bytes.len() / 2 {
            self.bytes.drain(..self.head);
            self.head = 0;
        }
        self.slot.first_gate.store(self.pending.front().map_or(u64::MAX, |&(gate, _)| gate), Ordering::SeqCst);
        if total > 0 {
            failpoint("outbox.drain.after");
        }
        total
    }

    /// Keeps a finished trace of a session.
    pub fn add_trace(&mut self, session: u32, trace: Trace) {
        self.finished_traces.push_back((session, trace));
    }

    /// Moves finished traces into a buffer, whole records only, and no more than 64: whoever has an order waits for the
    /// lock that this holds. Returns their bytes; 0 where none is left, or the buffer is too small for one.
    pub fn drain_traces(&mut self, encoder: &mut Encoder, buffer: &mut [u8]) -> usize {
        let records = &mut self.trace_records;
        records.clear();
        for _ in 0..TRACES_DRAINED_MAX {
            let Some((session, trace)) = self.finished_traces.front() else { break };
            let before = records.len();
            append_record(records, Route::Session, *session, 0, encoder.latency_trace(&trace.answer()));
            if records.len() > buffer.len() {
                records.truncate(before);
                break;
            }
            self.finished_traces.pop_front();
        }
        buffer[..records.len()].copy_from_slice(records);
        records.len()
    }

    /// Whether the thread has just caught up after market frames were dropped for it: its subscribers need fresh snapshots.
    pub fn take_caught_up(&mut self) -> bool {
        let caught_up = self.lagging && self.pending.is_empty();
        self.lagging &= !caught_up;
        caught_up
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}

fn append_record(bytes: &mut Vec<u8>, route: Route, target: u32, token: u32, frame: &[u8]) {
    let length = u32::try_from(frame.len()).expect("a frame is far below 4 GiB");
    for field in [length, route as u32, target, token] {
        bytes.extend_from_slice(&field.to_le_bytes());
    }
    bytes.extend_from_slice(frame);
    bytes.resize((bytes.len() + 7) & !7, 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn a_thread_that_does_not_drain_loses_market_frames_only_and_is_told_once() {
        let mut outbox = Outbox::new(Box::new(|| {}));
        let frame = vec![0_u8; 1 << 20];
        for _ in 0..40 {
            outbox.push(0, Route::Topic, 1, 0, &frame);
        }
        outbox.push(0, Route::Session, 7, 0, b"a fill");
        assert!(!outbox.take_caught_up(), "not before it has drained");
        let mut buffer = vec![0_u8; 2 << 20];
        let (mut topics, mut sessions) = (0, 0);
        loop {
            let bytes = outbox.drain(0, &mut buffer);
            if bytes == 0 {
                break;
            }
            topics += bytes / frame.len();
            sessions += usize::from(!bytes.is_multiple_of(frame.len() + RECORD_HEADER_BYTES));
        }
        assert_eq!((topics, sessions), (32, 1), "32 MiB of market frames, and the private one");
        assert!(outbox.take_caught_up());
        assert!(!outbox.take_caught_up());
    }

    fn counted() -> (Outbox, Arc<AtomicUsize>) {
        let wakes = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&wakes);
        let wake = move || {
            count.fetch_add(1, Ordering::SeqCst);
        };
        (Outbox::new(Box::new(wake)), wakes)
    }

    #[test]
    fn no_wake_is_lost_to_a_commit_while_wakes_are_kept_back() {
        for commits_while_held in [true, false] {
            let (mut outbox, wakes) = counted();
            outbox.push(5, Route::Session, 7, 9, b"abc");
            let slot = outbox.slot();
            slot.hold();
            if commits_while_held {
                slot.wake_if_due(5);
            }
            slot.let_go(|| {
                if commits_while_held {
                    return 5;
                }
                // The journal thread commits just now, and what was asked before it is older.
                slot.wake_if_due(5);
                4
            });
            assert_eq!(wakes.load(Ordering::SeqCst), 1);
        }
    }

    #[test]
    fn nothing_wakes_whoever_has_nothing_to_send() {
        let (mut outbox, wakes) = counted();
        outbox.push(5, Route::Session, 7, 9, b"abc");
        outbox.slot().hold();
        outbox.slot().let_go(|| 4);
        assert_eq!(wakes.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn only_what_is_durable_leaves_in_order_and_whole() {
        let (mut outbox, wakes) = counted();
        let mut buffer = [0_u8; 64];
        outbox.push(5, Route::Session, 7, 9, b"abc");
        outbox.push(6, Route::Topic, 1, 0, b"0123456789");
        outbox.slot().wake_if_due(4);
        assert_eq!((wakes.load(Ordering::SeqCst), outbox.drain(4, &mut buffer)), (0, 0));
        outbox.slot().wake_if_due(5);
        outbox.slot().wake_if_due(5);
        assert_eq!(wakes.load(Ordering::SeqCst), 1, "one wake until the drain");
        assert_eq!(outbox.drain(5, &mut buffer), 24);
        assert_eq!(&buffer[..19], b"\x03\0\0\0\0\0\0\0\x07\0\0\0\x09\0\0\0abc");
        assert_eq!(outbox.drain(6, &mut buffer[..16]), 0, "a record that does not fit stays");
        assert_eq!(outbox.drain(6, &mut buffer), 32);
        assert!(outbox.is_empty());
    }
}
