//! What is appended comes back, in real files.

use jware_journal::{Callbacks, DirStorage, Journal, JournalError, Options, Reader, Storage};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A folder that is removed with the value.
struct TempDir(PathBuf);

impl TempDir {
    fn new(name: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("jware-journal-{name}-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        Self(dir)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn small() -> Options {
    Options { segment_bytes: 64 << 10, ..Options::new(1) }
}

fn quiet() -> Callbacks {
    Callbacks::new(|_| {})
}

fn replay(dir: &Path, options: Options) -> Vec<(u64, u64, u16, Vec<u8>)> {
    let mut records = Vec::new();
    let mut recovery = Journal::open(dir, options).unwrap();
    recovery.replay(|record| records.push((record.seq, record.ts_ns, record.kind, record.payload.to_vec()))).unwrap();
    records
}

#[test]
fn a_closed_journal_gives_back_every_record() {
    let dir = TempDir::new("closed");
    let committed = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&committed);
    let (journal, summary) =
        Journal::open(dir.path(), small()).unwrap().start(Callbacks::new(move |seq| seen.store(seq, Ordering::SeqCst))).unwrap();
    assert_eq!(summary.last_seq, 0);
    for seq in 1..=5000_u64 {
        let payload = seq.to_le_bytes().repeat(usize::try_from(seq % 7).unwrap());
        journal.append(seq, seq * 10, 3, &payload, seq % 5 == 0).unwrap();
    }
    journal.sync_all().unwrap();
    assert_eq!(committed.load(Ordering::SeqCst), 5000);
    assert_eq!(journal.durable_seq(), 5000);
    assert!(journal.metrics().rotation_count > 2, "{:?}", journal.metrics());
    journal.close().unwrap();
    assert_eq!(journal.append(5001, 1_000_000, 3, &[], true).unwrap_err().code(), "JRN_ERR_CLOSED");

    let records = replay(dir.path(), small());
    assert_eq!(records.len(), 5000);
    for (seq, record) in (1_u64..).zip(&records) {
        let payload = seq.to_le_bytes().repeat(usize::try_from(seq % 7).unwrap());
        assert_eq!(*record, (seq, seq * 10, 3, payload));
    }
}

#[test]
fn two_opens_are_refused_until_the_first_ends() {
    let dir = TempDir::new("lock");
    let (journal, _) = Journal::open(dir.path(), small()).unwrap().start(quiet()).unwrap();
    assert!(matches!(Journal::open(dir.path(), small()).err(), Some(JournalError::Locked)));
    journal.close().unwrap();
    assert!(Journal::open(dir.path(), small()).is_ok());
}

#[test]
fn a_reader_follows_a_running_journal_over_segments() {
    let dir = TempDir::new("reader");
    let (journal, _) = Journal::open(dir.path(), small()).unwrap().start(quiet()).unwrap();
    let mut reader = Reader::open(dir.path(), 1).unwrap();
    let mut seen = 0;
    for seq in 1..=3000_u64 {
        journal.append(seq, seq, 1, &[7; 100], true).unwrap();
        if seq % 50 == 0 {
            journal.wait_durable(seq).unwrap();
            while seen < seq {
                let count = reader
                    .next_batch(journal.durable_seq(), 17, |record| {
                        seen += 1;
                        assert_eq!((record.seq, record.payload), (seen, &[7; 100][..]));
                    })
                    .unwrap();
                assert!(count > 0);
            }
        }
    }
    assert_eq!(reader.next_batch(journal.durable_seq(), 1000, |_| {}).unwrap(), 0);
    assert_eq!(reader.next_batch(u64::MAX, 1000, |_| {}).unwrap(), 0);
    let segments = DirStorage::existing(dir.path()).list().unwrap();
    assert!(segments.len() > 5, "{segments:?}");
    let mut later = Reader::open(dir.path(), 1234).unwrap();
    let mut first = 0;
    later.next_batch(u64::MAX, 1, |record| first = record.seq).unwrap();
    assert_eq!(first, 1234);
}
