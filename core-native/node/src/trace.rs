//! The latency trace of a request: when it reached each stage, from the bytes that a socket brought to the bytes that it was given.
//!
//! Every moment is of the monotonic clock, and is taken on the way itself: so none is before the one that it follows from, and the
//! last is the whole. A trace is made for frames that ask for one (`trace_sent_ns`); for all others this costs a look at that field
//! and some branches. Nothing of it is state: a journal, a snapshot and a replay know of no trace.
//!
//! Its way: `State::trace` while the core works -> `Session::traces` until the answer is written -> the outbox's finished traces,
//! which leave by a call of their own.
//! Limits: 64 requests of a session wait at a time, further ones go without a trace and are counted.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use jware_core::order::ClOrdId;
use jware_core::refusal::RequestKind;
use jware_core::units::{AccountId, TsNs};
use jware_wire::FrameRefusal;
use jware_wire::encode::{TraceAnswer, TraceStages};
use parking_lot::Mutex;

use crate::clock::{monotonic_ns, now_ns};
use crate::hub::{AckMode, Hub, State};
use crate::outbox::Route;
use crate::session::Origin;

/// Requests of a session whose answers are not written yet, and that are traced.
pub const PENDING_COUNT_MAX: usize = 64;

thread_local! {
    /// When the core told last, on this thread, that a request was checked; 0 where it did not.
    static CHECKED_NS: Cell<u64> = const { Cell::new(0) };
}

/// When a frame was taken from what its socket had brought, by both clocks.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// Since the UNIX epoch.
    pub ts_ns: u64,
    /// By the monotonic clock.
    pub at_ns: u64,
}

impl Arrival {
    /// Now.
    pub fn now() -> Self {
        Self { ts_ns: now_ns(), at_ns: monotonic_ns() }
    }
}

/// A request on its way.
#[derive(Clone, Copy, Debug)]
pub struct Trace {
    sent_ts_ns: u64,
    arrival: Arrival,
    request: RequestKind,
    account: AccountId,
    cl_ord_id: ClOrdId,
    stages: TraceStages,
    /// What must be durable before its answer may leave; 0: nothing.
    gate: u64,
}

impl Trace {
    /// Of a frame that has been decoded just now, if it asks (`sent_ts_ns` is not 0) and is a request about orders.
    pub fn asked_by(sent_ts_ns: u64, arrival: Arrival, request: RequestKind) -> Option<Self> {
        let is_traced = sent_ts_ns != 0 && !matches!(request, RequestKind::Frame | RequestKind::Logon | RequestKind::Subscribe);
        is_traced.then(|| Self::of_decoded(sent_ts_ns, arrival, request))
    }

    fn of_decoded(sent_ts_ns: u64, arrival: Arrival, request: RequestKind) -> Self {
        let mut trace = Self {
            sent_ts_ns,
            arrival,
            request,
            account: AccountId(0),
            cl_ord_id: ClOrdId::EMPTY,
            stages: TraceStages::default(),
            gate: 0,
        };
        trace.stages.decoded_ns = trace.since();
        trace
    }

    /// What it is about, in the words of a refusal of it.
    pub const fn name(&mut self, about: &FrameRefusal) {
        (self.request, self.account, self.cl_ord_id) = (about.request, about.account, about.cl_ord_id);
    }

    /// The answer may show what is not durable before this.
    pub const fn wait_for(&mut self, gate: u64) {
        self.gate = gate;
    }

    /// The core has just carried it out, and told [`note_checked`] of its checks; or it has refused it before most of them.
    pub fn matched(&mut self, was_refused: impl FnOnce() -> bool) {
        self.stages.matched_ns = self.since();
        match CHECKED_NS.replace(0) {
            0 if was_refused() => self.stages.checked_ns = self.stages.matched_ns,
            0 => {}
            checked_ns => self.stages.checked_ns = self.stage(checked_ns),
        }
    }

    /// It has just joined the journal's open batch, as this sequence.
    pub fn journalled(&mut self, seq: u64) {
        self.stages.journalled_ns = self.since();
        self.gate = seq;
    }

    /// As it is told.
    pub const fn answer(&self) -> TraceAnswer<'_> {
        TraceAnswer {
            request: self.request,
            account: self.account,
            cl_ord_id: &self.cl_ord_id,
            sent_ts_ns: self.sent_ts_ns,
            read_ts: TsNs(self.arrival.ts_ns),
            stages: self.stages,
        }
    }

    fn since(&self) -> u32 {
        self.stage(monotonic_ns())
    }

    /// A stage that was reached is never 0, which says that it was not.
    fn stage(&self, at_ns: u64) -> u32 {
        u32::try_from(at_ns.saturating_sub(self.arrival.at_ns)).unwrap_or(u32::MAX).max(1)
    }
}

/// For the core: the checks of a request are done.
pub fn note_checked() {
    CHECKED_NS.set(monotonic_ns());
}

/// A trace whose answer is made, and waits for the disk or the socket.
#[derive(Debug)]
struct Pending {
    number: u32,
    trace: Trace,
    /// When its command became durable; 0: not yet. Absent where the answer does not wait for that.
    durable_at_ns: Option<Arc<AtomicU64>>,
}

/// A session's traces, in the order of their answers.
#[derive(Debug, Default)]
pub struct Traces {
    pending: VecDeque<Pending>,
    last_number: u32,
}

impl Traces {
    /// Keeps a trace until its answer is written; gives its number, or none where too many wait.
    fn keep(&mut self, trace: Trace, durable_at_ns: Option<Arc<AtomicU64>>) -> Option<u32> {
        if self.pending.len() == PENDING_COUNT_MAX {
            return None;
        }
        self.last_number = self.last_number.wrapping_add(1);
        self.pending.push_back(Pending { number: self.last_number, trace, durable_at_ns });
        Some(self.last_number)
    }

    /// The trace of this number, with its last stages; those before it, whose answers nobody wrote, go.
    fn finish(&mut self, number: u32, written_at_ns: u64) -> Option<Trace> {
        while let Some(Pending { number: found, mut trace, durable_at_ns }) = self.pending.pop_front() {
            if found != number {
                continue;
            }
            trace.stages.written_ns = trace.stage(written_at_ns);
            if let Some(at_ns) = durable_at_ns {
                // Whoever commits publishes what is durable before it tells when: an answer that left in between was durable by now.
                let at_ns = match at_ns.load(Ordering::Acquire) {
                    0 => written_at_ns,
                    told => told.min(written_at_ns),
                };
                trace.stages.durable_ns = trace.stage(at_ns);
            }
            return Some(trace);
        }
        None
    }
}

/// Traces that wait for the disk. Shared with whoever commits.
#[derive(Debug, Default)]
pub struct Commits {
    /// All that a commit looks at while nobody waits.
    waiting_count: AtomicUsize,
    /// By rising gate.
    waiting: Mutex<VecDeque<(u64, Arc<AtomicU64>)>>,
}

impl Commits {
    /// A place that tells when this sequence became durable: now, where it is already, else at the commit that covers it.
    fn await_commit(&self, gate: u64, durable_seq: impl FnOnce() -> u64) -> Arc<AtomicU64> {
        let at_ns = Arc::new(AtomicU64::new(0));
        let mut waiting = self.waiting.lock();
        waiting.push_back((gate, Arc::clone(&at_ns)));
        self.waiting_count.fetch_add(1, Ordering::SeqCst);
        drop(waiting);
        // Asked after it waits: a commit in between has told it, one from now on will.
        self.tell(durable_seq());
        at_ns
    }

    /// Everything up to this sequence is durable as of now.
    pub fn tell(&self, durable_seq: u64) {
        // Exchanged and not only read: whoever begins to wait after this sees what was published before it.
        if self.waiting_count.fetch_add(0, Ordering::SeqCst) == 0 {
            return;
        }
        let mut waiting = self.waiting.lock();
        let now = monotonic_ns();
        while let Some((gate, at_ns)) = waiting.front()
            && *gate <= durable_seq
        {
            at_ns.store(now, Ordering::Release);
            waiting.pop_front();
        }
        self.waiting_count.store(waiting.len(), Ordering::SeqCst);
    }
}

impl Hub {
    /// The answer to the traced request is in the outbox: its trace waits behind it for the socket.
    pub fn await_write(&self, state: &mut State, origin: Origin, mut trace: Trace) {
        trace.stages.encoded_ns = trace.since();
        let Some(session) = state.sessions.get_mut(&origin.session) else { return };
        let waits = self.ack_mode == AckMode::Durable && trace.gate > 0;
        let durable_at_ns = waits.then(|| self.commits.await_commit(trace.gate, || self.journal.durable_seq()));
        let Some(number) = session.traces.keep(trace, durable_at_ns) else {
            state.metrics.traces_dropped += 1;
            return;
        };
        state.metrics.traces += 1;
        if let Some(Some(outbox)) = state.outboxes.get_mut(origin.outbox) {
            outbox.push(trace.gate, Route::Trace, origin.session, number, &[]);
        }
    }

    /// The answers that these traces (session and number) waited behind were written at a moment of the monotonic clock.
    pub fn traces_written(state: &mut State, marks: impl Iterator<Item = (u32, u32)>, written_at_ns: u64) {
        for (session_id, number) in marks {
            let Some(session) = state.sessions.get_mut(&session_id) else { continue };
            let Some(trace) = session.traces.finish(number, written_at_ns) else { continue };
            if let Some(Some(outbox)) = state.outboxes.get_mut(session.outbox) {
                outbox.add_trace(session_id, trace);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::Outbox;
    use jware_wire::Encoder;

    fn trace() -> Trace {
        let mut trace = Trace::of_decoded(7, Arrival { ts_ns: 1_000, at_ns: monotonic_ns() }, RequestKind::NewOrder);
        CHECKED_NS.set(0);
        note_checked();
        trace.matched(|| false);
        trace.journalled(5);
        trace
    }

    #[test]
    fn whatever_the_core_refuses_was_checked() {
        CHECKED_NS.set(0);
        for (was_refused, checked) in [(true, true), (false, false)] {
            let mut trace = Trace::of_decoded(7, Arrival::now(), RequestKind::Replace);
            trace.matched(|| was_refused);
            assert_eq!(trace.stages.checked_ns > 0, checked);
            assert!(trace.stages.matched_ns >= trace.stages.checked_ns);
        }
    }

    #[test]
    fn stages_come_in_their_order_and_the_last_is_the_whole() {
        let (commits, mut traces) = (Commits::default(), Traces::default());
        let number = traces.keep(trace(), Some(commits.await_commit(5, || 4))).expect("there is room");
        commits.tell(4);
        commits.tell(5);
        std::thread::sleep(std::time::Duration::from_micros(50));
        let done = traces.finish(number, monotonic_ns()).expect("it waits").stages;
        let stages = [1, done.decoded_ns, done.checked_ns, done.matched_ns, done.journalled_ns, done.durable_ns, done.written_ns];
        assert!(stages.is_sorted(), "{stages:?}");
        assert!(done.durable_ns < done.written_ns, "told by the commit, before it was written: {stages:?}");
    }

    #[test]
    fn what_waits_for_a_commit_is_told_by_the_one_that_covers_it() {
        let commits = Commits::default();
        let [first, second] = [5, 6].map(|gate| commits.await_commit(gate, || 4));
        let told = || [&first, &second].map(|at_ns| at_ns.load(Ordering::Acquire) > 0);
        commits.tell(4);
        assert_eq!((told(), commits.waiting_count.load(Ordering::SeqCst)), ([false, false], 2));
        commits.tell(5);
        assert_eq!((told(), commits.waiting_count.load(Ordering::SeqCst)), ([true, false], 1));
        commits.tell(9);
        assert_eq!((told(), commits.waiting_count.load(Ordering::SeqCst)), ([true, true], 0));
        assert!(commits.await_commit(9, || 9).load(Ordering::Acquire) > 0, "it need not wait");
        assert_eq!(commits.waiting_count.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn no_commit_is_missed_between_the_question_what_is_durable_and_the_wait() {
        let commits = Commits::default();
        let at_ns = commits.await_commit(5, || {
            // The journal commits just now, and what was asked before it is older.
            commits.tell(5);
            4
        });
        assert!(at_ns.load(Ordering::Acquire) > 0);
        assert_eq!(commits.waiting_count.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn an_answer_that_leaves_before_its_commit_is_told_was_durable_when_it_left() {
        let (commits, mut traces) = (Commits::default(), Traces::default());
        let number = traces.keep(trace(), Some(commits.await_commit(5, || 4))).expect("there is room");
        let stages = traces.finish(number, monotonic_ns()).expect("it waits").stages;
        assert_eq!(stages.durable_ns, stages.written_ns);
    }

    #[test]
    fn no_more_than_64_wait_and_those_that_nobody_wrote_go() {
        let mut traces = Traces::default();
        let numbers: Vec<_> = (0..PENDING_COUNT_MAX + 2).map(|_| traces.keep(trace(), None)).collect();
        assert!(numbers[..PENDING_COUNT_MAX].iter().all(Option::is_some));
        assert_eq!(numbers[PENDING_COUNT_MAX..], [None, None]);
        let third = numbers[2].expect("it waits");
        assert!(traces.finish(third, monotonic_ns()).is_some());
        assert!(traces.finish(third, monotonic_ns()).is_none(), "once");
    }

    #[test]
    fn finished_traces_wake_nobody_and_leave_by_their_own_call_as_far_as_there_is_room() {
        let wakes = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&wakes);
        let wake = move || {
            count.fetch_add(1, Ordering::SeqCst);
        };
        let (mut outbox, mut encoder, mut buffer) = (Outbox::new(Box::new(wake)), Encoder::new(), vec![0; 1 << 20]);
        let add = |outbox: &mut Outbox, count: u32| (1..=count).for_each(|session| outbox.add_trace(session, trace()));
        add(&mut outbox, 1);
        let record = outbox.drain_traces(&mut encoder, &mut buffer);
        assert!(record > 0);
        add(&mut outbox, 10);
        outbox.slot().wake_if_due(u64::MAX - 1);
        assert_eq!((wakes.load(Ordering::SeqCst), outbox.drain(9, &mut buffer), outbox.is_empty()), (0, 0, true));
        let mut sessions = Vec::new();
        // Room for three at a time, and a little.
        while let moved @ 1.. = outbox.drain_traces(&mut encoder, &mut buffer[..3 * record + 7]) {
            assert!(moved.is_multiple_of(record) && moved <= 3 * record);
            sessions.extend(buffer[..moved].chunks(record).map(|record| record[8]));
        }
        assert_eq!(sessions, (1..=10).collect::<Vec<u8>>());
        // However much room there is.
        add(&mut outbox, 65);
        assert_eq!([(); 3].map(|()| outbox.drain_traces(&mut encoder, &mut buffer) / record), [64, 1, 0]);
    }

    #[test]
    fn a_stage_of_more_than_four_seconds_is_told_as_the_greatest() {
        let mut traces = Traces::default();
        let number = traces.keep(trace(), None).expect("there is room");
        let done = traces.finish(number, monotonic_ns() + 5_000_000_000).expect("it waits");
        assert_eq!((done.stages.written_ns, done.stages.durable_ns), (u32::MAX, 0));
    }
}
