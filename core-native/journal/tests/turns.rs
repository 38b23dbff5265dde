//! The end of a turn: who commits what was appended in it, and what the journal thread does about it.

use jware_journal::sim_disk::{SimDisk, SimFault};
use jware_journal::{Callbacks, Journal, JournalError, Options, Storage, StorageFile, TurnEnd};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// What takes this long does not come any more.
const WAIT_MAX: Duration = Duration::from_secs(20);

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

/// A disk whose syncs take their time.
struct SlowDisk(SimDisk);

struct SlowFile(Box<dyn StorageFile>);

impl Storage for SlowDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        self.0.list()
    }
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        Ok(Box::new(SlowFile(self.0.create(name)?)))
    }
    fn open(&self, name: &str, writable: bool) -> io::Result<Box<dyn StorageFile>> {
        Ok(Box::new(SlowFile(self.0.open(name, writable)?)))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.0.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(name)
    }
    fn sync_dir(&self) -> io::Result<()> {
        self.0.sync_dir()
    }
    fn lock(&self) -> io::Result<Box<dyn Send>> {
        self.0.lock()
    }
}

impl StorageFile for SlowFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.0.write_at(bytes, offset)
    }
    fn sync_data(&self) -> io::Result<()> {
        thread::sleep(Duration::from_millis(2));
        self.0.sync_data()
    }
    fn size(&self) -> io::Result<u64> {
        self.0.size()
    }
}

#[test]
fn nobody_but_the_journal_thread_waits_for_a_slow_disk() {
    let (journal, told) = started(Arc::new(SlowDisk(SimDisk::new())), patient());
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
fn a_failed_sync_in_a_turn_is_told_once_and_ends_everything() {
    let disk = SimDisk::new();
    let told = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&told);
    let (fatals, fatal) = mpsc::channel();
    let callbacks = Callbacks {
        on_commit: Box::new(move |seq| seen.store(seq, Ordering::SeqCst)),
        on_fatal: Box::new(move |error: &JournalError| fatals.send(error.code()).unwrap()),
    };
    let (journal, _) = Journal::open_on(Arc::new(disk.clone()), patient()).unwrap().start(callbacks).unwrap();
    append(&journal, 1);
    assert_eq!(journal.end_turn(), TurnEnd::Committed);
    // The next call is the write, the one after it the sync.
    disk.set_fault(2, SimFault::Error(io::ErrorKind::Other));
    append(&journal, 2);
    assert_eq!(journal.end_turn(), TurnEnd::Handed);
    assert_eq!(fatal.recv_timeout(WAIT_MAX), Ok("JRN_ERR_IO"));
    let calls = disk.call_count();
    assert_eq!(journal.append_in_turn(3, 3, 1, b"late").unwrap_err().code(), "JRN_ERR_STOPPED");
    assert_eq!(journal.wait_durable(2).unwrap_err().code(), "JRN_ERR_STOPPED");
    assert_eq!(journal.close().unwrap_err().code(), "JRN_ERR_STOPPED");
    assert_eq!(disk.call_count(), calls, "nothing is tried again");
    assert_eq!((fatal.recv().ok(), told.load(Ordering::SeqCst)), (None, 1), "once");
    assert!(Journal::open_on(Arc::new(disk), patient()).is_ok(), "the folder is free");
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
