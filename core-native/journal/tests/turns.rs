//! The end of a turn: who commits what was appended in it, and what the journal thread does about it.

use jware_journal::sim_disk::SimDisk;
use jware_journal::watched_disk::{DiskCall, WatchedDisk};
use jware_journal::{Callbacks, Journal, Options, Storage, TurnEnd};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

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

fn append(journal: &Journal, seq: u64) {
    journal.append_in_turn(seq, seq, 1, b"order").unwrap();
}

#[test]
fn a_little_is_committed_by_who_brought_it() {
    let (journal, told) = started(Arc::new(SimDisk::new()), patient());
    assert_eq!(journal.end_turn(), TurnEnd::Nothing);
    append(&journal, 1);
    append(&journal, 2);
    assert_eq!((journal.durable_seq(), journal.metrics().batch_count), (0, 0), "nothing goes before the turn has ended");
    assert_eq!(journal.end_turn(), TurnEnd::Committed);
    assert_eq!((journal.committed_seq(), journal.durable_seq()), (2, 2));
    assert_eq!(*told.lock().unwrap(), [(2, thread::current().id())]);
    assert_eq!(journal.end_turn(), TurnEnd::Nothing);
    journal.wait_durable(2).unwrap();
    journal.close().unwrap();
}

#[test]
fn much_is_left_to_the_journal_thread() {
    let (journal, told) = started(Arc::new(SimDisk::new()), patient());
    for seq in 1..=100 {
        append(&journal, seq);
    }
    assert_eq!(journal.end_turn(), TurnEnd::Handed);
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
fn the_journal_thread_seals_what_another_committed() {
    let disk = SimDisk::new();
    let options = Options { idle_seal: Some(Duration::from_millis(1)), ..patient() };
    let (journal, _) = started(Arc::new(disk.clone()), options);
    for seq in 1..=3 {
        append(&journal, seq);
        // The journal thread may still be at its last seal.
        assert!(matches!((seq, journal.end_turn()), (1, TurnEnd::Committed) | (2.., TurnEnd::Committed | TurnEnd::Handed)));
        journal.wait_durable(seq).unwrap();
        while journal.metrics().batch_count < 2 * seq {
            thread::yield_now();
        }
    }
    journal.close().unwrap();
    let summary = Journal::open_on(Arc::new(disk), patient()).unwrap().inspect().unwrap();
    assert_eq!((summary.record_count, summary.batch_count), (3, 6));
}

#[test]
fn nobody_but_the_journal_thread_waits_for_a_slow_disk() {
    let slow = WatchedDisk::new(SimDisk::new(), |call| {
        if call == DiskCall::SyncData {
            thread::sleep(Duration::from_millis(2));
        }
    });
    let (journal, told) = started(Arc::new(slow), patient());
    for seq in 1..=3 {
        append(&journal, seq);
        // How slow it is has to be seen once.
        assert_eq!(journal.end_turn(), if seq == 1 { TurnEnd::Committed } else { TurnEnd::Handed });
        journal.wait_durable(seq).unwrap();
    }
    let here = told.lock().unwrap().iter().filter(|(_, thread)| *thread == thread::current().id()).count();
    assert_eq!(here, 1);
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
                    journal.wait_durable(seq).unwrap();
                }
            });
        }
    });
    journal.close().unwrap();
    let told = told.lock().unwrap();
    assert!(told.is_sorted_by(|one, next| one.0 < next.0), "in rising order");
    assert_eq!(told.last().map(|(seq, _)| *seq), Some(1500));
}
