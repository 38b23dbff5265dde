//! A survey finds what a start finds, changes nothing, needs no lock, and is not taken in by a journal that is being written.

mod torture;

use jware_journal::sim_disk::SimDisk;
use jware_journal::{
    Callbacks, Journal, JournalError, RecoverySummary, SnapshotHeader, Storage, StorageFile, Survey, snapshot_name,
    write_snapshot,
};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use torture::golden::{LAST, golden, options};

fn survey(storage: Arc<dyn Storage>) -> Result<RecoverySummary, JournalError> {
    let mut survey = Survey::open_on(storage)?;
    while survey.next_batch(|_| {})?.is_some() {}
    Ok(survey.summary().clone())
}

#[test]
fn it_finds_what_a_start_finds_and_changes_nothing() {
    let (disk, ends) = golden();
    let whole = disk.images()[LAST].clone();
    let (last, before) = (ends[7].0, ends[6].0);
    for cut in (before..=last).step_by(5) {
        let disk = disk.copy();
        let mut bytes = whole.clone();
        bytes[cut..].fill(0);
        disk.set_image(LAST, bytes);
        let images = disk.images();
        let found = survey(Arc::new(disk.clone())).unwrap();
        assert_eq!(disk.images(), images, "cut at {cut}");
        let started = Journal::open_on(Arc::new(disk), options()).unwrap().inspect().unwrap();
        assert_eq!(found, started, "cut at {cut}");
    }
}

#[test]
fn it_gives_every_record_with_its_batch_while_another_holds_the_lock() {
    let (disk, ends) = golden();
    let mut expected = Vec::new();
    let mut recovery = Journal::open_on(Arc::new(disk.clone()), options()).unwrap();
    recovery.replay(|record| expected.push((record.seq, record.payload.to_vec()))).unwrap();
    let mut survey = Survey::open_on(Arc::new(disk.clone())).unwrap();
    let (mut found, mut bytes) = (Vec::new(), 0);
    while let Some(batch) = survey.next_batch(|record| found.push((record.seq, record.payload.to_vec()))).unwrap() {
        assert!(batch.offset >= 4096 && batch.offset % 512 == 0 && batch.bytes % 512 == 0 && batch.record_count > 0);
        bytes += batch.bytes;
        let (done, total) = survey.bytes_done_of();
        assert!(done <= total);
    }
    assert_eq!((found.len(), found), (usize::try_from(ends[7].1).unwrap(), expected));
    assert!(bytes > 3 * 4096);
    assert_eq!(survey.segments().len(), 3);
    assert_eq!(survey.segments()[0].first_seq, 1);
    let (done, total) = survey.bytes_done_of();
    assert_eq!((done, total), (total, survey.segments().iter().map(|segment| segment.bytes).sum()));
}

#[test]
fn segments_may_be_away_where_a_snapshot_covers_them() {
    let (disk, ends) = golden();
    let whole = Survey::open_on(Arc::new(disk.clone())).unwrap();
    let (engine_id, core_version) = (whole.engine_id(), whole.segments()[0].core_version);
    let first_seq = whole.segments()[1].first_seq;
    disk.remove_image("000000000001.jwj");
    let header = SnapshotHeader { kind: 1, core_version, engine_id, seq: first_seq - 1, ts_ns: 1, state_hash: 1 };
    let with = |header: &SnapshotHeader| {
        let disk = disk.copy();
        write_snapshot(&disk, header, b"content").unwrap();
        disk
    };
    for seq in [first_seq - 1, first_seq, ends[7].1] {
        let found = survey(Arc::new(with(&SnapshotHeader { seq, ..header }))).unwrap();
        assert_eq!((found.last_seq, found.record_count), (ends[7].1, ends[7].1 - (first_seq - 1)), "all that is left is read");
    }
    let damaged = with(&header);
    let mut bytes = damaged.images()[&snapshot_name(header.seq)].clone();
    bytes[100] ^= 1;
    damaged.set_image(&snapshot_name(header.seq), bytes);
    for uncovered in [
        disk.copy(),
        damaged,
        with(&SnapshotHeader { seq: first_seq - 2, ..header }),
        with(&SnapshotHeader { engine_id: engine_id + 1, ..header }),
        with(&SnapshotHeader { core_version: core_version + 1, ..header }),
    ] {
        assert_eq!(survey(Arc::new(uncovered)).unwrap_err().code(), "JRN_ERR_SEGMENT_MISSING");
    }
    // Also what a start from the snapshot would not read.
    let damaged = with(&SnapshotHeader { seq: ends[7].1, ..header });
    let mut bytes = damaged.images()["000000000002.jwj"].clone();
    bytes[4096 + 60] ^= 4;
    damaged.set_image("000000000002.jwj", bytes);
    assert_eq!(survey(Arc::new(damaged)).unwrap_err().code(), "JRN_ERR_CORRUPT");
}

/// A disk whose last segment is another one from its n-th opening on: as it is met while another process writes it.
struct Moving {
    disks: [SimDisk; 2],
    opening_count: AtomicU64,
    moves_at: u64,
}

impl Moving {
    fn now(&self, name: &str) -> &SimDisk {
        let count = if name == LAST { self.opening_count.fetch_add(1, Ordering::SeqCst) } else { 0 };
        &self.disks[usize::from(count >= self.moves_at)]
    }
}

impl Storage for Moving {
    fn list(&self) -> io::Result<Vec<String>> {
        self.disks[0].list()
    }
    fn open(&self, name: &str, writable: bool) -> io::Result<Box<dyn StorageFile>> {
        assert!(!writable, "a survey opens nothing for writing");
        self.now(name).open(name, writable)
    }
    fn create(&self, _name: &str) -> io::Result<Box<dyn StorageFile>> {
        panic!("a survey makes no file")
    }
    fn rename(&self, _from: &str, _to: &str) -> io::Result<()> {
        panic!("a survey renames nothing")
    }
    fn remove(&self, _name: &str) -> io::Result<()> {
        panic!("a survey removes nothing")
    }
    fn sync_dir(&self) -> io::Result<()> {
        panic!("a survey syncs nothing")
    }
    fn lock(&self) -> io::Result<Box<dyn Send>> {
        panic!("a survey takes no lock")
    }
}

/// The golden journal with bytes of its last segment zeroed, and the whole one from the `moves_at`-th opening of it on.
fn moving(zeroed: std::ops::Range<usize>, moves_at: u64) -> Moving {
    let (disk, _) = golden();
    let mut bytes = disk.images()[LAST].clone();
    bytes[zeroed].fill(0);
    let before = disk.copy();
    before.set_image(LAST, bytes);
    Moving { disks: [before, disk], opening_count: AtomicU64::new(0), moves_at }
}

#[test]
fn what_is_being_written_is_read_again() {
    let (_, ends) = golden();
    // The header, the size and the content are read before anything looks wrong.
    let looked_at = 3;
    // A batch of which the first half is there, and one that was read before it was written, while the next was read after.
    for zeroed in [ends[6].0 + 100..ends[7].0, ends[5].0..ends[6].0] {
        let found = survey(Arc::new(moving(zeroed.clone(), looked_at))).unwrap();
        assert_eq!((found.last_seq, found.torn_tail), (ends[7].1, None), "{zeroed:?}");
    }
    // Where nothing moves it is what it looks like.
    let torn = survey(Arc::new(moving(ends[6].0 + 100..ends[7].0, u64::MAX))).unwrap();
    assert_eq!((torn.last_seq, torn.torn_tail.is_some()), (ends[6].1, true));
    let damaged = survey(Arc::new(moving(ends[5].0..ends[6].0, u64::MAX))).unwrap_err();
    assert!(matches!(damaged, JournalError::Corrupt { .. }), "{damaged}");
}

#[test]
fn a_journal_in_use_is_never_called_damaged() {
    let dir = std::env::temp_dir().join(format!("jware-survey-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let (journal, _) = Journal::open(&dir, options()).unwrap().start(Callbacks::new(|_| {})).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for seq in 1..=2_000 {
                journal.append(seq, seq, 1, &[7; 100], true).unwrap();
                if seq % 20 == 0 {
                    journal.wait_durable(seq).unwrap();
                }
            }
        });
        while !writer.is_finished() {
            let durable_seq = journal.durable_seq();
            let found = survey(Arc::new(jware_journal::DirStorage::existing(&dir))).unwrap();
            // What was durable before it was opened is in the segments that were there, and they are read to their ends.
            assert!(found.last_seq >= durable_seq, "{} of {durable_seq}", found.last_seq);
        }
    });
    journal.close().unwrap();
    assert_eq!(survey(Arc::new(jware_journal::DirStorage::existing(&dir))).unwrap().last_seq, 2_000);
    std::fs::remove_dir_all(&dir).unwrap();
}
