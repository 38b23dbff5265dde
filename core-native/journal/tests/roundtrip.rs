//! What is appended comes back, in real files.

use jware_journal::sim_disk::{SimDisk, SimRng};
use jware_journal::watched_disk::{DiskCall, WatchedDisk};
use jware_journal::{AckMode, Callbacks, DirStorage, Journal, JournalError, Options, Reader, Storage};
use proptest::collection::vec;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

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

#[test]
fn a_reader_sees_no_batch_before_it_is_finished() {
    let disk = SimDisk::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    assert_eq!(Reader::open_on(Arc::clone(&storage), 1).err().unwrap().code(), "JRN_ERR_NO_SUCH_SEQ");
    let (journal, mut stepper, _) = Journal::open_on(Arc::clone(&storage), small()).unwrap().start_stepped(quiet()).unwrap();
    for seq in 1..=3 {
        journal.append(seq, seq, 1, &[9; 700], true).unwrap();
    }
    stepper.step().unwrap();
    drop(stepper);
    let name = "000000000001.jwj";
    let whole = disk.images()[name].clone();
    let used = 1 + whole.iter().rposition(|byte| *byte != 0).unwrap();
    for cut in 4096..used {
        let disk = SimDisk::new();
        let mut bytes = whole.clone();
        bytes[cut..].fill(0);
        disk.set_image(name, bytes);
        let mut reader = Reader::open_on(Arc::new(disk.clone()), 1).unwrap();
        assert_eq!(reader.next_batch(u64::MAX, 100, |_| {}).unwrap(), 0, "cut at {cut}");
        assert_eq!(reader.next_batch(3, 100, |_| {}).unwrap_err().code(), "JRN_ERR_CORRUPT", "cut at {cut}");
        // The rest arrives in place; the same reader goes on.
        let file = disk.open(name, true).unwrap();
        file.write_at(&whole[cut..], cut as u64).unwrap();
        assert_eq!(reader.next_batch(3, 100, |_| {}).unwrap(), 3, "cut at {cut}");
    }
}

#[derive(Clone, Debug)]
enum Op {
    Append { kind: u16, ts_step: u64, payload: Vec<u8>, urgent: bool },
    Step,
    Sync,
    Seal,
    Reopen,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => (0_u16..100, 0_u64..5, vec(any::<u8>(), 0..400), any::<bool>())
            .prop_map(|(kind, ts_step, payload, urgent)| Op::Append { kind, ts_step, payload, urgent }),
        3 => Just(Op::Step),
        1 => Just(Op::Sync),
        1 => Just(Op::Seal),
        1 => Just(Op::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any history of appends, steps and orderly restarts: replay and reader give exactly what was appended and stepped.
    #[test]
    fn replay_and_reader_give_what_was_appended(
        ops in vec(op(), 1..120),
        sectors in 2_u64..30,
        memory in any::<bool>(),
        chunk in 1_usize..40,
        skip in 0_u64..50,
    ) {
        let disk = SimDisk::new();
        let storage: Arc<dyn Storage> = Arc::new(disk);
        let ack = if memory { AckMode::Memory } else { AckMode::Durable };
        let options = Options { segment_bytes: 4096 + 512 * sectors, ack, ..Options::new(1) };
        let open = || Journal::open_on(Arc::clone(&storage), options.clone()).unwrap().start_stepped(quiet()).unwrap();
        let (mut journal, mut stepper, _) = open();
        let mut appended = Vec::new();
        let mut ts_ns = 0;
        for op in ops {
            match op {
                Op::Append { kind, ts_step, payload, urgent } => {
                    ts_ns += ts_step;
                    let seq = appended.len() as u64 + 1;
                    journal.append(seq, ts_ns, kind, &payload, urgent).unwrap();
                    appended.push((seq, ts_ns, kind, payload));
                }
                Op::Step => _ = stepper.step().unwrap(),
                Op::Sync => stepper.sync().unwrap(),
                Op::Seal => stepper.seal().unwrap(),
                Op::Reopen => {
                    while stepper.step().unwrap() {}
                    drop((journal, stepper));
                    let (next_journal, next_stepper, summary) = open();
                    prop_assert_eq!(summary.last_seq, appended.len() as u64);
                    prop_assert_eq!(summary.torn_tail, None);
                    (journal, stepper) = (next_journal, next_stepper);
                }
            }
        }
        while stepper.step().unwrap() {}
        let committed = journal.committed_seq();
        drop((journal, stepper));
        prop_assert_eq!(committed, appended.len() as u64);

        let mut replayed = Vec::new();
        let mut recovery = Journal::open_on(Arc::clone(&storage), options.clone()).unwrap();
        while let Some(record) = recovery.next_record().unwrap() {
            replayed.push((record.seq, record.ts_ns, record.kind, record.payload.to_vec()));
        }
        prop_assert_eq!(&replayed, &appended);

        let from = 1 + skip.min(committed);
        let mut reader = Reader::open_on(Arc::clone(&storage), from).unwrap();
        let mut read = Vec::new();
        loop {
            let give = |record: jware_journal::Record<'_>| {
                read.push((record.seq, record.ts_ns, record.kind, record.payload.to_vec()));
            };
            if reader.next_batch(committed, chunk, give).unwrap() == 0 {
                break;
            }
        }
        prop_assert_eq!(&read[..], &appended[usize::try_from(from).unwrap() - 1..]);
    }
}

#[test]
fn a_reader_skips_nothing_where_the_writer_moves_between_its_calls() {
    const LAST_SEQ: u64 = 400;
    for seed in 0..200 {
        let mut rng = SimRng::new(seed);
        let payload_bytes = rng.index(1600);
        let disk = SimDisk::new();
        let options = Options { segment_bytes: 4096 + 4096, ..Options::new(1) };
        let (journal, mut stepper, _) =
            Journal::open_on(Arc::new(disk.clone()), options).unwrap().start_stepped(quiet()).unwrap();
        let mut seq = 0;
        let write_some = move || {
            // Seldom much at once, so that the reader often stands at the end, and then over a segment.
            let count = if rng.one_in(3) { rng.below(6) } else { 0 };
            for _ in 0..count.min(LAST_SEQ - seq) {
                seq += 1;
                journal.append(seq, seq, 1, &vec![5; payload_bytes], true).unwrap();
                stepper.step().unwrap();
            }
        };
        let writer = Mutex::new(write_some);
        // Every call of the reader lets the writer move some batches first, or none.
        let storage = WatchedDisk::new(disk, move |call| {
            if matches!(call, DiskCall::Open | DiskCall::Read) {
                (writer.lock().unwrap())();
            }
        });
        let mut reader = Reader::open_on(Arc::new(storage), 1).unwrap();
        let mut read = Vec::new();
        while read.len() as u64 != LAST_SEQ {
            let outcome = reader.next_batch(u64::MAX, 3, |record| read.push(record.seq));
            outcome.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        }
        assert!(read.iter().copied().eq(1..=LAST_SEQ), "seed {seed}: {read:?}");
    }
}
