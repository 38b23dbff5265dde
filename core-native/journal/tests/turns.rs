//! The end of a turn: who commits what was appended in it, and what the journal thread does about it.

use jware_journal::sim_disk::SimDisk;
use jware_journal::watched_disk::{DiskCall, WatchedDisk};
use jware_journal::{Callbacks, Journal, Options, Storage, TurnEnd};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// Never on its own: only what is asked for moves.
fn patient() -> Options {
    Options { lazy_flush: Duration::from_secs(3600), idle_seal: None, segment_bytes: 4 << 20, ..Options::new(1) }
}

/// What was told, and where.
type Told = Arc<Mutex<Vec<(u64, ThreadId)>>>;

fn started(disk: Arc<dyn Storage>, options: Options) -> (Journal, Told) {
    let told = Told::default();
    let seen = Arc::clone(&told);
    let callbacks = Callbacks::new(move |seq| seen.lock().unwrap().push((seq, thread::current().id())));
    let (journal, _) = Journal::open_on(disk, options).unwrap().start(callbacks).unwrap();
    (journal, told)
}

/// What takes this long does not come any more.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// Waits for what another thread does.
fn await_that(what: &str, mut holds: impl FnMut() -> bool) {
    let due = Instant::now() + WAIT_MAX;
    while !holds() {
        assert!(Instant::now() < due, "{what} does not come");
        thread::yield_now();
    }
}

/// Brings the journal to where its thread sleeps: it may still be at its first look, or at a seal. Gives the last sequence.
fn settled(journal: &Journal, mut seq: u64) -> u64 {
    await_that("a turn that commits", || {
        seq += 1;
        append(journal, seq);
        let end = journal.end_turn();
        await_that("its end", || journal.durable_seq() == seq);
        end == TurnEnd::Committed
    });
    seq
}

fn append(journal: &Journal, seq: u64) {
    journal.append_in_turn(seq, seq, 1, b"order").unwrap();
}

#[test]
fn a_little_is_committed_by_who_brought_it() {
    let (journal, told) = started(Arc::new(SimDisk::new()), patient());
    assert_eq!(journal.end_turn(), TurnEnd::Nothing);
    let last = settled(&journal, 0);
    let batches = journal.metrics().batch_count;
    append(&journal, last + 1);
    append(&journal, last + 2);
    assert_eq!((journal.durable_seq(), journal.metrics().batch_count), (last, batches), "nothing goes before the turn has ended");
    assert_eq!(journal.end_turn(), TurnEnd::Committed);
    assert_eq!((journal.committed_seq(), journal.durable_seq()), (last + 2, last + 2));
    assert_eq!(told.lock().unwrap().last(), Some(&(last + 2, thread::current().id())));
    assert_eq!(journal.end_turn(), TurnEnd::Nothing);
    journal.wait_durable(last + 2).unwrap();
    journal.close().unwrap();
}

#[test]
fn much_is_left_to_the_journal_thread() {
    let (journal, told) = started(Arc::new(SimDisk::new()), patient());
    for seq in 1..=100 {
        append(&journal, seq);
    }
    assert_eq!(journal.end_turn(), TurnEnd::Handed);
    await_that("the journal thread", || journal.durable_seq() == 100);
    journal.wait_durable(100).unwrap();
    let told = told.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "in one batch");
    assert_ne!(told[0].1, thread::current().id());
}

#[test]
fn an_urgent_record_takes_what_a_turn_brought_with_it() {
    let (journal, _) = started(Arc::new(SimDisk::new()), patient());
    append(&journal, 1);
    journal.append(2, 2, 1, b"by another thread", true).unwrap();
    journal.wait_durable(2).unwrap();
    assert_eq!(journal.end_turn(), TurnEnd::Nothing);
    journal.close().unwrap();
}

#[test]
fn a_turn_that_never_ends_loses_nothing() {
    let disk = SimDisk::new();
    let (journal, _) = started(Arc::new(disk.clone()), patient());
    append(&journal, 1);
    journal.close().unwrap();
    assert_eq!(Journal::open_on(Arc::new(disk), patient()).unwrap().inspect().unwrap().record_count, 1);
}

#[test]
fn a_turn_never_begins_a_segment() {
    let options = Options { segment_bytes: 8192, ..patient() };
    let (journal, _) = started(Arc::new(SimDisk::new()), options);
    let mut last = settled(&journal, 0);
    for _ in 0..40 {
        last += 1;
        journal.append_in_turn(last, last, 1, &[1; 600]).unwrap();
        let segments = journal.metrics().rotation_count;
        let end = journal.end_turn();
        assert!(end != TurnEnd::Committed || journal.metrics().rotation_count == segments, "{last}");
        await_that("its end", || journal.durable_seq() == last);
    }
    assert!(journal.metrics().rotation_count > 5);
}

#[test]
fn the_journal_thread_seals_what_another_committed() {
    let disk = SimDisk::new();
    let options = Options { idle_seal: Some(Duration::from_millis(1)), ..patient() };
    let (journal, _) = started(Arc::new(disk.clone()), options);
    for seq in 1..=3 {
        append(&journal, seq);
        assert_ne!(journal.end_turn(), TurnEnd::Nothing);
        await_that("the seal", || journal.metrics().batch_count == 2 * seq);
    }
    journal.close().unwrap();
    let summary = Journal::open_on(Arc::new(disk), patient()).unwrap().inspect().unwrap();
    assert_eq!((summary.record_count, summary.batch_count), (3, 6));
}

#[test]
fn a_record_that_can_wait_delays_no_seal() {
    let options = Options { idle_seal: Some(Duration::from_millis(1)), ..patient() };
    let (journal, _) = started(Arc::new(SimDisk::new()), options);
    for seq in [1, 3, 5] {
        // The thread sleeps for an hour, for this one.
        journal.append(seq, seq, 1, b"tick", false).unwrap();
        append(&journal, seq + 1);
        assert_ne!(journal.end_turn(), TurnEnd::Nothing);
        await_that("the seal", || journal.metrics().batch_count == seq + 1);
    }
}

#[test]
fn a_record_that_can_wait_does_not_wait_for_a_turn() {
    let options = Options { lazy_flush: Duration::from_millis(1), ..patient() };
    let (journal, _) = started(Arc::new(SimDisk::new()), options);
    let mut last = 0;
    // Often enough for the journal thread to be asleep at one of them.
    for _ in 0..20 {
        last = settled(&journal, last) + 2;
        // The turn of a thread that is busy with something else.
        append(&journal, last - 1);
        journal.append(last, last, 1, b"tick", false).unwrap();
        await_that("what waits a millisecond", || journal.durable_seq() == last);
    }
}

#[test]
fn nobody_but_the_journal_thread_waits_for_a_slow_disk() {
    let slow = WatchedDisk::new(SimDisk::new(), |call| {
        if call == DiskCall::SyncData {
            thread::sleep(Duration::from_millis(2));
        }
    });
    let (journal, told) = started(Arc::new(slow), patient());
    // How slow it is has to be seen once.
    append(&journal, 1);
    journal.end_turn();
    await_that("the slow disk", || journal.durable_seq() == 1);
    for seq in 2..=4 {
        append(&journal, seq);
        assert_eq!(journal.end_turn(), TurnEnd::Handed);
        await_that("the slow disk", || journal.durable_seq() == seq);
    }
    let told = told.lock().unwrap();
    assert!(told.iter().all(|(seq, thread)| *seq == 1 || *thread != thread::current().id()));
    drop(told);
    journal.close().unwrap();
}

#[test]
fn turns_of_several_threads_end_beside_each_other() {
    let (journal, told) = started(Arc::new(SimDisk::new()), Options { segment_bytes: 64 << 10, ..patient() });
    let order = Mutex::new(0_u64);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let mut last = order.lock().unwrap();
                    *last += 1;
                    let seq = *last;
                    journal.append_in_turn(seq, 1, 1, b"order").unwrap();
                    drop(last);
                    journal.end_turn();
                    await_that("its record", || journal.durable_seq() >= seq);
                }
            });
        }
    });
    journal.close().unwrap();
    let told = told.lock().unwrap();
    assert!(told.is_sorted_by(|one, next| one.0 < next.0), "in rising order");
    assert_eq!(told.last().map(|(seq, _)| *seq), Some(1500));
}
