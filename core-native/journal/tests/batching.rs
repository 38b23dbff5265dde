//! How records become batches, who wakes whom, and what a failing disk does to those who wait.

use jware_journal::sim_disk::{SimDisk, SimFault};
use jware_journal::watched_disk::{DiskCall, WatchedDisk};
use jware_journal::{AckMode, BATCH_RECORDS_MAX, Callbacks, Journal, JournalError, Options, Stepper, TurnEnd};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::time::Duration;

/// What takes this long does not come any more.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// Never on its own: only what is asked for moves.
fn patient() -> Options {
    Options { lazy_flush: Duration::from_secs(3600), idle_seal: None, segment_bytes: 4 << 20, ..Options::new(1) }
}

fn stepped(disk: &SimDisk, options: Options) -> (Journal, Stepper, Arc<Mutex<Vec<u64>>>) {
    let commits = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&commits);
    let callbacks = Callbacks::new(move |seq| seen.lock().unwrap().push(seq));
    let (journal, stepper, _) = Journal::open_on(Arc::new(disk.clone()), options).unwrap().start_stepped(callbacks).unwrap();
    (journal, stepper, commits)
}

#[test]
fn what_waits_goes_in_one_batch_and_one_sync() {
    let (journal, mut stepper, commits) = stepped(&SimDisk::new(), patient());
    for seq in 1..=100 {
        journal.append(seq, seq, 1, b"payload", seq == 100).unwrap();
    }
    assert!(stepper.step().unwrap());
    assert!(!stepper.step().unwrap());
    assert_eq!(*commits.lock().unwrap(), [100]);
    let metrics = journal.metrics();
    assert_eq!((metrics.batch_count, metrics.record_count, metrics.sync_count), (1, 100, 1));
    assert_eq!((journal.committed_seq(), journal.durable_seq(), journal.backlog_bytes()), (100, 100, 0));
}

#[test]
fn a_batch_has_a_largest_count_and_a_largest_size() {
    let (journal, mut stepper, commits) = stepped(&SimDisk::new(), patient());
    for seq in 1..=5000 {
        journal.append(seq, seq, 1, &[], true).unwrap();
    }
    while stepper.step().unwrap() {}
    assert_eq!(*commits.lock().unwrap(), [BATCH_RECORDS_MAX as u64, 5000]);
    for seq in 5001..=5020 {
        journal.append(seq, seq, 1, &vec![1; 65_536], true).unwrap();
    }
    assert_eq!(journal.backlog_bytes(), 20 * (48 + 65_536));
    while stepper.step().unwrap() {}
    assert_eq!(*commits.lock().unwrap(), [4096, 5000, 5015, 5020]);
}

#[test]
fn a_record_that_fills_a_segment_fits_and_a_larger_one_is_refused() {
    for segment_bytes in [4608, 8192, 4096 + 70_000 / 512 * 512, 4096 + 66_048] {
        let disk = SimDisk::new();
        let (journal, mut stepper, _) = stepped(&disk, Options { segment_bytes, ..patient() });
        let longest = journal.payload_bytes_max();
        let error = journal.append(1, 1, 1, &vec![1; longest + 1], true).unwrap_err();
        assert_eq!(error.code(), "JRN_ERR_PAYLOAD_SIZE");
        for seq in 1..=3 {
            journal.append(seq, seq, 1, &vec![1; longest], true).unwrap();
            assert!(stepper.step().unwrap());
            stepper.seal().unwrap();
        }
        drop(stepper);
        let summary = Journal::open_on(Arc::new(disk), patient()).unwrap().inspect().unwrap();
        assert_eq!(summary.last_seq, 3, "{segment_bytes}");
    }
}

#[test]
fn records_out_of_order_are_refused_and_leave_no_trace() {
    let (journal, mut stepper, commits) = stepped(&SimDisk::new(), patient());
    journal.append(1, 10, 1, b"a", true).unwrap();
    for (seq, ts_ns, kind) in [(1, 10, 1), (3, 10, 1), (2, 9, 1), (2, 10, jware_journal::KIND_COMMIT)] {
        assert_eq!(journal.append(seq, ts_ns, kind, b"b", true).unwrap_err().code(), "JRN_ERR_ORDER");
    }
    journal.append(2, 10, 1, b"c", true).unwrap();
    while stepper.step().unwrap() {}
    assert_eq!(*commits.lock().unwrap(), [2]);
}

#[test]
fn a_full_backlog_refuses_and_recovers() {
    let options = Options { backlog_bytes_max: 1000, ..patient() };
    let (journal, mut stepper, _) = stepped(&SimDisk::new(), options);
    let mut seq = 0;
    let error = loop {
        match journal.append(seq + 1, 1, 1, &[0; 52], true) {
            Ok(()) => seq += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((error.code(), seq), ("JRN_ERR_BACKLOG", 10));
    stepper.step().unwrap();
    journal.append(seq + 1, 1, 1, &[0; 52], true).unwrap();
}

#[test]
fn memory_mode_commits_before_it_syncs() {
    let (journal, mut stepper, commits) = stepped(&SimDisk::new(), Options { ack: AckMode::Memory, ..patient() });
    for seq in 1..=3 {
        journal.append(seq, seq, 1, b"x", true).unwrap();
        stepper.step().unwrap();
    }
    assert_eq!((journal.committed_seq(), journal.durable_seq()), (3, 0));
    assert_eq!(*commits.lock().unwrap(), [1, 2, 3]);
    stepper.sync().unwrap();
    assert_eq!((journal.durable_seq(), journal.metrics().sync_count), (3, 1));
}

/// Lets a sync wait for a permit, so that a test decides when it ends.
#[derive(Default)]
struct Gate {
    /// Open until the journal has started.
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Default)]
struct GateState {
    closed: bool,
    waiting: bool,
}

struct OpensAtEnd<'a>(&'a Gate);

impl Drop for OpensAtEnd<'_> {
    fn drop(&mut self) {
        self.0.set_closed(false);
    }
}

impl Gate {
    fn set_closed(&self, closed: bool) {
        self.state.lock().unwrap().closed = closed;
        self.changed.notify_all();
    }

    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.waiting = true;
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |state| state.closed).unwrap());
        self.state.lock().unwrap().waiting = false;
    }

    fn await_waiting(&self) {
        let waited = self.changed.wait_timeout_while(self.state.lock().unwrap(), WAIT_MAX, |state| !state.waiting).unwrap();
        assert!(!waited.1.timed_out(), "nobody syncs");
    }
}

#[test]
fn while_one_sync_runs_the_next_batch_forms_and_nothing_is_told_before_its_sync() {
    let gate = Arc::new(Gate::default());
    let passed = Arc::clone(&gate);
    let disk = WatchedDisk::new(SimDisk::new(), move |call| {
        if call == DiskCall::SyncData {
            passed.pass();
        }
    });
    let told = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&told);
    let callbacks = Callbacks::new(move |seq| seen.store(seq, Ordering::SeqCst));
    let (journal, _) = Journal::open_on(Arc::new(disk), patient()).unwrap().start(callbacks).unwrap();
    // Else a failure here would wait for the thread that waits at the gate.
    let _opened = OpensAtEnd(&gate);
    gate.set_closed(true);
    journal.append(1, 1, 1, b"first", true).unwrap();
    gate.await_waiting();
    for seq in 2..=501 {
        journal.append(seq, seq, 1, b"more", true).unwrap();
    }
    assert_eq!((told.load(Ordering::SeqCst), journal.durable_seq(), journal.committed_seq()), (0, 0, 0));
    gate.set_closed(false);
    journal.wait_durable(501).unwrap();
    assert_eq!(told.load(Ordering::SeqCst), 501);
    assert_eq!(journal.metrics().batch_count, 2);
    journal.close().unwrap();
}

#[test]
fn lazy_records_wait_for_an_urgent_one() {
    let (journal, _) = Journal::open_on(Arc::new(SimDisk::new()), patient()).unwrap().start(Callbacks::new(|_| {})).unwrap();
    for seq in 1..=10 {
        journal.append(seq, seq, 1, b"tick", false).unwrap();
    }
    assert_eq!(journal.metrics().batch_count, 0);
    journal.append(11, 11, 1, b"order", true).unwrap();
    journal.wait_durable(11).unwrap();
    assert_eq!(journal.metrics().batch_count, 1);
    for seq in 12..=20 {
        journal.append(seq, seq, 1, b"tick", false).unwrap();
    }
    journal.sync_all().unwrap();
    assert_eq!((journal.durable_seq(), journal.metrics().batch_count), (20, 2));
}

#[test]
fn lazy_records_do_not_wait_for_ever() {
    for ack in [AckMode::Durable, AckMode::Memory] {
        let options = Options { lazy_flush: Duration::from_millis(1), ack, ..patient() };
        let (journal, _) = Journal::open_on(Arc::new(SimDisk::new()), options).unwrap().start(Callbacks::new(|_| {})).unwrap();
        for seq in 1..=5 {
            journal.append(seq, seq, 1, b"tick", false).unwrap();
            journal.wait_durable(seq).unwrap();
        }
        journal.append(6, 6, 1, b"order", true).unwrap();
        journal.wait_durable(6).unwrap();
    }
}

#[test]
fn an_idle_journal_seals_its_last_urgent_batch() {
    let disk = SimDisk::new();
    let options = Options { idle_seal: Some(Duration::from_millis(1)), ..patient() };
    let (journal, _) = Journal::open_on(Arc::new(disk.clone()), options).unwrap().start(Callbacks::new(|_| {})).unwrap();
    journal.append(1, 1, 1, b"order", true).unwrap();
    while journal.metrics().batch_count < 2 {
        std::thread::yield_now();
    }
    journal.close().unwrap();
    let summary = Journal::open_on(Arc::new(disk), patient()).unwrap().inspect().unwrap();
    assert_eq!((summary.record_count, summary.batch_count), (1, 2));
}

#[test]
fn close_writes_what_waits_and_seals_it() {
    let disk = SimDisk::new();
    let open = || Journal::open_on(Arc::new(disk.clone()), patient()).unwrap();
    let (journal, _) = open().start(Callbacks::new(|_| {})).unwrap();
    journal.append(1, 1, 1, b"tick", false).unwrap();
    journal.close().unwrap();
    journal.close().unwrap();
    assert_eq!(journal.durable_seq(), 1);
    let (idle, summary) = open().start(Callbacks::new(|_| {})).unwrap();
    assert_eq!((summary.record_count, summary.batch_count), (1, 2));
    drop(idle);
    assert_eq!(open().inspect().unwrap().batch_count, 2, "a life without records writes nothing");
}

#[test]
fn a_failed_sync_is_told_once_and_ends_everything() {
    // Of the journal thread, and of a thread that ends its turn.
    let by_another: fn(&Journal, u64) = |journal, seq| journal.append(seq, seq, 1, b"x", true).unwrap();
    let in_a_turn: fn(&Journal, u64) = |journal, seq| {
        journal.append_in_turn(seq, seq, 1, b"x").unwrap();
        assert_ne!(journal.end_turn(), TurnEnd::Nothing);
    };
    for commit in [by_another, in_a_turn] {
        let disk = SimDisk::new();
        let told = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&told);
        let (fatals, fatal) = mpsc::channel();
        let callbacks = Callbacks {
            on_commit: Box::new(move |seq| seen.store(seq, Ordering::SeqCst)),
            on_fatal: Box::new(move |error: &JournalError| fatals.send(error.code()).unwrap()),
        };
        let (journal, _) = Journal::open_on(Arc::new(disk.clone()), patient()).unwrap().start(callbacks).unwrap();
        commit(&journal, 1);
        journal.wait_durable(1).unwrap();
        // The next call is the write, the one after it the sync.
        disk.set_fault(2, SimFault::Error(io::ErrorKind::Other));
        commit(&journal, 2);
        assert_eq!(fatal.recv_timeout(WAIT_MAX), Ok("JRN_ERR_IO"));
        let calls = disk.call_count();
        // Before anything is waited for: what is not stopped would be waited for without an end.
        assert_eq!(journal.append(3, 3, 1, b"late", true).unwrap_err().code(), "JRN_ERR_STOPPED");
        assert_eq!(journal.append_in_turn(3, 3, 1, b"late").unwrap_err().code(), "JRN_ERR_STOPPED");
        assert_eq!(journal.end_turn(), TurnEnd::Nothing);
        assert_eq!(journal.wait_durable(2).unwrap_err().code(), "JRN_ERR_STOPPED");
        assert_eq!(journal.sync_all().unwrap_err().code(), "JRN_ERR_STOPPED");
        assert_eq!(journal.close().unwrap_err().code(), "JRN_ERR_STOPPED");
        assert_eq!(disk.call_count(), calls, "nothing is tried again");
        assert_eq!((fatal.recv().ok(), told.load(Ordering::SeqCst)), (None, 1), "once");
        assert!(Journal::open_on(Arc::new(disk), patient()).is_ok(), "the folder is free");
    }
}

#[test]
fn a_panic_in_a_callback_stops_the_journal() {
    let (fatals, fatal) = mpsc::channel();
    let callbacks = Callbacks {
        on_commit: Box::new(|_| panic!("a defect in a callback (this text belongs to a test)")),
        on_fatal: Box::new(move |error: &JournalError| fatals.send(error.code()).unwrap()),
    };
    let (journal, _) = Journal::open_on(Arc::new(SimDisk::new()), patient()).unwrap().start(callbacks).unwrap();
    journal.append(1, 1, 1, b"x", true).unwrap();
    assert_eq!(fatal.recv_timeout(WAIT_MAX), Ok("JRN_ERR_STOPPED"));
    assert_eq!(journal.append(2, 2, 1, b"late", true).unwrap_err().code(), "JRN_ERR_STOPPED");
    assert_eq!(journal.wait_durable(1).unwrap_err().code(), "JRN_ERR_STOPPED");
    assert!(journal.close().is_err());
    assert_eq!(fatal.recv().ok(), None, "once");
}

#[test]
fn many_threads_append_under_one_lock_of_their_own() {
    let (journal, _) = Journal::open_on(Arc::new(SimDisk::new()), Options { segment_bytes: 64 << 10, ..patient() })
        .unwrap()
        .start(Callbacks::new(|_| {}))
        .unwrap();
    let next = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let mut seq = next.lock().unwrap();
                    *seq += 1;
                    let mine = *seq;
                    journal.append(mine, mine, 1, &mine.to_le_bytes(), true).unwrap();
                    drop(seq);
                    if mine.is_multiple_of(16) {
                        journal.wait_durable(mine).unwrap();
                    }
                }
            });
        }
    });
    journal.sync_all().unwrap();
    assert_eq!(journal.durable_seq(), 2000);
}
