//! Snapshot files, and starts from one: whatever is damaged is not used, whatever is missing is said.

use jware_journal::sim_disk::{SimCrash, SimDisk, SimFault, SimRng};
use jware_journal::{
    AckMode, Callbacks, Journal, JournalError, Options, Reader, RecoverySummary, SnapshotHeader, Survey, archive_segments,
    copy_journal, list_snapshots, prune_snapshots, read_snapshot, set_snapshot_aside, snapshot_name, sync_journal,
    write_snapshot,
};
use std::io::ErrorKind;
use std::sync::Arc;

fn header(seq: u64) -> SnapshotHeader {
    SnapshotHeader { kind: 2, core_version: 7, engine_id: 0x55 << 100, seq, ts_ns: seq * 10, state_hash: seq ^ 0xabcd }
}

fn content(len: usize) -> Vec<u8> {
    let mut rng = SimRng::new(len as u64);
    (0..len).map(|_| rng.next_u64().to_le_bytes()[0]).collect()
}

#[test]
fn it_reads_what_was_written_whatever_the_length() {
    for len in [0, 1, 4095, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20] {
        let disk = SimDisk::new();
        let bytes = write_snapshot(&disk, &header(9), &content(len)).unwrap();
        assert_eq!(bytes, disk.images()[&snapshot_name(9)].len() as u64);
        let read = read_snapshot(&disk, 9).unwrap();
        assert_eq!((read.header, read.content), (header(9), content(len)));
        assert_eq!(disk.images().len(), 1, "no temporary file is left");
    }
}

#[test]
fn every_flipped_bit_every_cut_and_every_addition_is_seen() {
    let disk = SimDisk::new();
    write_snapshot(&disk, &header(3), &content(700)).unwrap();
    let good = disk.images()[&snapshot_name(3)].clone();
    let judged = |bytes: Vec<u8>| {
        let disk = SimDisk::new();
        disk.set_image(&snapshot_name(3), bytes);
        read_snapshot(&disk, 3)
    };
    assert!(judged(good.clone()).is_ok());
    for bit in 0..good.len() * 8 {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(judged(flipped).unwrap_err().code(), "JRN_ERR_SNAPSHOT", "bit {bit}");
    }
    for len in 0..good.len() {
        assert_eq!(judged(good[..len].to_vec()).unwrap_err().code(), "JRN_ERR_SNAPSHOT", "cut to {len}");
    }
    assert_eq!(judged([good.clone(), vec![0]].concat()).unwrap_err().code(), "JRN_ERR_SNAPSHOT");
    let disk = SimDisk::new();
    disk.set_image(&snapshot_name(4), good);
    assert!(read_snapshot(&disk, 4).unwrap_err().to_string().contains("renamed"));
}

#[test]
fn sections_that_changed_places_are_seen() {
    let disk = SimDisk::new();
    write_snapshot(&disk, &header(3), &content(2 << 20)).unwrap();
    let mut bytes = disk.images()[&snapshot_name(3)].clone();
    let section = 8 + (1 << 20);
    let (one, other) = bytes[96..96 + 2 * section].split_at_mut(section);
    one.swap_with_slice(other);
    disk.set_image(&snapshot_name(3), bytes);
    assert!(read_snapshot(&disk, 3).unwrap_err().to_string().contains("SHA-256"));
}

#[test]
fn an_error_at_any_call_leaves_the_older_one_and_nothing_half_made() {
    for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
        for call in 1.. {
            let disk = SimDisk::new();
            write_snapshot(&disk, &header(1), &content(10)).unwrap();
            disk.set_fault(call, SimFault::Error(kind));
            let outcome = write_snapshot(&disk, &header(2), &content(2 << 20));
            if disk.fault_is_ahead() {
                assert!(call > 10);
                break;
            }
            assert_eq!(outcome.unwrap_err().code(), "JRN_ERR_IO", "call {call}");
            assert!(read_snapshot(&disk, 1).is_ok());
            for seq in list_snapshots(&disk).unwrap() {
                assert!(read_snapshot(&disk, seq).is_ok(), "call {call}: {seq}");
            }
            // The attempt can be made again.
            write_snapshot(&disk, &header(2), &content(2 << 20)).unwrap();
        }
    }
}

#[test]
fn the_newest_are_kept_and_one_that_the_watermark_needs() {
    let disk = SimDisk::new();
    for seq in [10, 20, 30, 40, 50] {
        write_snapshot(&disk, &header(seq), b"x").unwrap();
    }
    assert_eq!(prune_snapshots(&disk, 3, None, Some(25)).unwrap(), [20, 30, 40, 50]);
    assert_eq!(list_snapshots(&disk).unwrap(), [20, 30, 40, 50]);
    assert_eq!(prune_snapshots(&disk, 3, Some(20), Some(9)).unwrap(), [20, 30, 40, 50]);
    assert_eq!(prune_snapshots(&disk, 3, None, Some(9)).unwrap(), [30, 40, 50]);
    assert_eq!(prune_snapshots(&disk, 3, Some(20), None).unwrap(), [30, 40, 50]);
    assert_eq!(set_snapshot_aside(&disk, 40).unwrap(), format!("{}.bad", snapshot_name(40)));
    assert_eq!(list_snapshots(&disk).unwrap(), [30, 50]);
}

/// Segments of some ten records each, 100 records; payloads are the sequence.
fn written() -> SimDisk {
    let disk = SimDisk::new();
    let options = Options { segment_bytes: 4096 + 10 * 512, ..Options::new(1) };
    let recovery = Journal::open_on(Arc::new(disk.clone()), options).unwrap();
    let (journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(|_| {})).unwrap();
    for seq in 1..=100_u64 {
        journal.append(seq, seq, 1, &seq.to_le_bytes(), true).unwrap();
        stepper.step().unwrap();
    }
    drop(stepper);
    disk.copy()
}

fn start_after(disk: &SimDisk, known_seq: u64) -> Result<(Vec<u64>, RecoverySummary), JournalError> {
    let mut recovery = Journal::open_on(Arc::new(disk.clone()), Options::new(1))?;
    recovery.skip_to(known_seq);
    let mut seqs = Vec::new();
    if known_seq.is_multiple_of(2) {
        recovery.replay(|record| seqs.push(record.seq))?;
    } else {
        while let Some(record) = recovery.next_record()? {
            seqs.push(record.seq);
        }
    }
    let (journal, _stepper, summary) = recovery.start_stepped(Callbacks::new(|_| {}))?;
    journal.append(summary.last_seq + 1, 1000, 1, b"more", true)?;
    Ok((seqs, summary))
}

#[test]
fn what_an_ended_process_wrote_is_made_durable() {
    let disk = SimDisk::new();
    let options = || Options { segment_bytes: 4096 + 10 * 512, ack: AckMode::Memory, ..Options::new(1) };
    let (journal, mut stepper, _) =
        Journal::open_on(Arc::new(disk.clone()), options()).unwrap().start_stepped(Callbacks::new(|_| {})).unwrap();
    for seq in 1..=15_u64 {
        journal.append(seq, seq, 1, b"x", true).unwrap();
        stepper.step().unwrap();
    }
    assert!(journal.durable_seq() < 15);
    drop(stepper);
    let ended = disk.after_crash(SimCrash::KeepAll, &mut SimRng::new(1));
    sync_journal(&ended).unwrap();
    let cut = ended.after_crash(SimCrash::LoseAll, &mut SimRng::new(1));
    assert_eq!(Journal::open_on(Arc::new(cut), options()).unwrap().inspect().unwrap().last_seq, 15);
}

#[test]
fn a_start_from_any_sequence_gives_what_follows_and_goes_on() {
    let disk = written();
    for known in 0..=100 {
        let (seqs, summary) = start_after(&disk.copy(), known).unwrap();
        assert_eq!(seqs, (known + 1..=100).collect::<Vec<u64>>(), "after {known}");
        assert_eq!((summary.last_seq, summary.last_ts_ns, summary.record_count), (100, 100, 100 - known));
    }
    let behind = start_after(&disk, 101).unwrap_err();
    assert!(matches!(behind, JournalError::BehindWitness { last_seq: 100, witness_seq: 101 }), "{behind}");
    let nothing = start_after(&SimDisk::new(), 5).unwrap_err();
    assert!(matches!(nothing, JournalError::BehindWitness { last_seq: 0, witness_seq: 5 }), "{nothing}");
}

#[test]
fn segments_may_be_missing_only_where_a_snapshot_covers_them() {
    let disk = written();
    for segment in 1..=3 {
        disk.remove_image(&format!("{segment:012}.jwj"));
    }
    let first_seq = Reader::open_on(Arc::new(disk.clone()), 1).err().map(|error| error.to_string()).unwrap();
    assert_eq!(start_after(&disk.copy(), 0).unwrap_err().code(), "JRN_ERR_SEGMENT_MISSING");
    let (mut covered_count, mut refused_count) = (0, 0);
    for known in 1..=100 {
        match start_after(&disk.copy(), known) {
            Ok((seqs, _)) => {
                assert_eq!(seqs, (known + 1..=100).collect::<Vec<u64>>());
                covered_count += 1;
            }
            Err(error) => {
                assert_eq!(error.code(), "JRN_ERR_NO_SNAPSHOT", "{first_seq}");
                assert_eq!(covered_count, 0, "whoever knows more is covered too");
                refused_count += 1;
            }
        }
    }
    assert!(covered_count > 50 && refused_count > 20, "{covered_count}, {refused_count}");
    // In the middle nothing helps.
    disk.remove_image("000000000006.jwj");
    assert_eq!(start_after(&disk, 100).unwrap_err().code(), "JRN_ERR_SEGMENT_MISSING");
}

#[test]
fn damage_after_the_snapshot_is_reported_and_before_it_is_not_read() {
    let disk = written();
    let damage = |name: &str| {
        let copy = disk.copy();
        let mut bytes = copy.images()[name].clone();
        bytes[4096 + 60] ^= 4;
        copy.set_image(name, bytes);
        copy
    };
    assert_eq!(start_after(&damage("000000000002.jwj"), 1).unwrap_err().code(), "JRN_ERR_CORRUPT");
    assert_eq!(start_after(&damage("000000000002.jwj"), 90).unwrap().0.len(), 10);
}

#[test]
fn a_reader_takes_what_is_archived_from_there() {
    let journal = written();
    let archive = SimDisk::new();
    for segment in 1..=4 {
        let name = format!("{segment:012}.jwj");
        archive.set_image(&name, journal.images()[&name].clone());
        // The last one is in both, as it is while it goes from one to the other.
        if segment < 4 {
            journal.remove_image(&name);
        }
    }
    for from in [1, 2, 25, 50, 100] {
        let mut reader = Reader::open_over(vec![Arc::new(journal.clone()), Arc::new(archive.clone())], from).unwrap();
        let mut seqs = Vec::new();
        reader.next_batch(100, usize::MAX, |record| seqs.push(record.seq)).unwrap();
        assert_eq!(seqs, (from..=100).collect::<Vec<u64>>());
    }
    assert_eq!(Reader::open_on(Arc::new(journal), 1).err().unwrap().code(), "JRN_ERR_NO_SUCH_SEQ");
}

/// All records, over journal and archive.
fn read_all(journal: &SimDisk, archive: &SimDisk) -> Vec<u64> {
    let mut reader = Reader::open_over(vec![Arc::new(journal.clone()), Arc::new(archive.clone())], 1).unwrap();
    let mut seqs = Vec::new();
    reader.next_batch(100, usize::MAX, |record| seqs.push(record.seq)).unwrap();
    seqs
}

#[test]
fn only_closed_segments_below_the_limit_go_to_the_archive() {
    for limit in 0..=100 {
        let (journal, archive) = (written(), SimDisk::new());
        let before = journal.images();
        let count = archive_segments(&journal, &archive, limit).unwrap();
        assert_eq!(archive.images().len(), count);
        for (name, bytes) in archive.images() {
            assert_eq!(before[&name], bytes);
        }
        assert_eq!(journal.images().len() + count, before.len());
        let first = Reader::open_on(Arc::new(journal.clone()), limit + 1);
        assert!(first.is_ok(), "after {limit} the journal alone goes on: {:?}", first.err());
        assert_eq!(read_all(&journal, &archive), (1..=100).collect::<Vec<u64>>());
        assert_eq!(start_after(&journal, limit).unwrap().0, (limit + 1..=100).collect::<Vec<u64>>());
        assert_eq!(archive_segments(&journal, &archive, limit).unwrap(), 0, "once is enough");
    }
    let (journal, archive) = (written(), SimDisk::new());
    let all = journal.images().len();
    assert_eq!(archive_segments(&journal, &archive, u64::MAX).unwrap(), all - 1, "the last one stays");
}

#[test]
fn a_damaged_segment_stays_and_a_foreign_file_in_the_archive_is_not_overwritten() {
    let first = "000000000001.jwj";
    let journal = written();
    let good = journal.images()[first].clone();
    for at in [50, 4096 + 10, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        journal.set_image(first, bytes);
        let archive = SimDisk::new();
        assert_eq!(archive_segments(&journal, &archive, 100).unwrap_err().code(), "JRN_ERR_CORRUPT", "byte {at}");
        assert!(archive.images().is_empty() && journal.images().contains_key(first));
    }
    journal.set_image(first, good.clone());
    let archive = SimDisk::new();
    archive.set_image(first, vec![1; 10]);
    assert_eq!(archive_segments(&journal, &archive, 100).unwrap_err().code(), "JRN_ERR_CORRUPT");
    assert_eq!((archive.images()[first].len(), &journal.images()[first]), (10, &good));
}

#[test]
fn no_crash_and_no_error_at_any_call_loses_a_segment() {
    let mut rng = SimRng::new(5);
    let mut crash_count = 0;
    for on_archive in [false, true] {
        for fault in [SimFault::Crash, SimFault::Error(ErrorKind::StorageFull), SimFault::Error(ErrorKind::Other)] {
            for call in 1.. {
                let (journal, archive) = (written(), SimDisk::new());
                let faulty = if on_archive { &archive } else { &journal };
                faulty.set_fault(call, fault);
                let outcome = archive_segments(&journal, &archive, 70);
                if faulty.fault_is_ahead() {
                    break;
                }
                // A failed clean-up may be forgiven, a failed move never is.
                assert!(outcome.is_err() || on_archive, "call {call}");
                for crash in [SimCrash::KeepAll, SimCrash::LoseAll, SimCrash::Prefix, SimCrash::Tear] {
                    let (journal, archive) = (journal.after_crash(crash, &mut rng), archive.after_crash(crash, &mut rng));
                    crash_count += 1;
                    let told = format!("{fault:?} at call {call}, {crash:?}");
                    assert_eq!(read_all(&journal, &archive), (1..=100).collect::<Vec<u64>>(), "{told}");
                    assert_eq!(start_after(&journal.copy(), 70).unwrap().0, (71..=100).collect::<Vec<u64>>(), "{told}");
                    archive_segments(&journal, &archive, 70).unwrap_or_else(|error| panic!("{told}: {error}"));
                    assert_eq!(read_all(&journal, &archive), (1..=100).collect::<Vec<u64>>(), "{told}");
                }
            }
        }
    }
    assert!(crash_count > 300, "{crash_count}");
}

#[test]
fn a_copy_starts_as_the_journal_did_and_damage_is_not_copied() {
    let journal = written();
    write_snapshot(&journal, &header(40), b"older").unwrap();
    write_snapshot(&journal, &header(60), b"newest").unwrap();
    let copy = SimDisk::new();
    let copied = copy_journal(&journal, &copy).unwrap();
    assert_eq!((copied.last_seq, copied.snapshot_seq), (100, 60));
    assert_eq!(list_snapshots(&copy).unwrap(), [60]);
    let segments = |disk: &SimDisk| {
        let files = disk.images().into_iter();
        files.filter(|(name, _)| name.strip_suffix(".jwj").is_some()).collect::<Vec<_>>()
    };
    assert_eq!(segments(&copy), segments(&journal));
    assert_eq!(start_after(&copy, 60).unwrap().0, (61..=100).collect::<Vec<u64>>());
    for taken in [copy.copy(), disk_with("journal.lock")] {
        let before = taken.images();
        assert_eq!(copy_journal(&journal, &taken).unwrap_err().code(), "JRN_ERR_COPY_NOT_EMPTY");
        assert_eq!(taken.images(), before, "nothing is written beside what is there");
    }
    let mut bytes = journal.images()["000000000002.jwj"].clone();
    bytes[4200] ^= 1;
    journal.set_image("000000000002.jwj", bytes);
    assert_eq!(copy_journal(&journal, &SimDisk::new()).unwrap_err().code(), "JRN_ERR_CORRUPT");
}

fn disk_with(name: &str) -> SimDisk {
    let disk = SimDisk::new();
    disk.set_image(name, Vec::new());
    disk
}

/// The last record that a start comes to; none where it is refused or there is nothing.
fn reached(disk: &SimDisk) -> Option<u64> {
    let disk = disk.copy();
    let known_seq = list_snapshots(&disk).unwrap().last().copied().unwrap_or(0);
    if disk.images().is_empty() {
        return None;
    }
    start_after(&disk, known_seq).ok().map(|(_, summary)| summary.last_seq)
}

#[test]
fn a_copy_that_was_cut_short_starts_as_the_whole_or_not_at_all() {
    let whole = written();
    write_snapshot(&whole, &header(60), b"newest").unwrap();
    let tail = whole.copy();
    for segment in 1..=3 {
        tail.remove_image(&format!("{segment:012}.jwj"));
    }
    let mut rng = SimRng::new(9);
    let (mut refused_count, mut named_count) = (0, 0);
    for journal in [whole, tail] {
        for call in 1.. {
            let copy = SimDisk::new();
            copy.set_fault(call, SimFault::Crash);
            let outcome = copy_journal(&journal, &copy);
            if copy.fault_is_ahead() {
                assert_eq!(reached(&copy), Some(100));
                break;
            }
            assert!(outcome.is_err(), "call {call}");
            for crash in [SimCrash::KeepAll, SimCrash::LoseAll, SimCrash::Prefix, SimCrash::Tear] {
                let told = format!("call {call}, {crash:?}");
                let copy = copy.after_crash(crash, &mut rng);
                let unfinished: Vec<String> = copy.images().into_keys().filter(|name| name.ends_with(".copying")).collect();
                if let Some(name) = unfinished.first() {
                    let refused = Journal::open_on(Arc::new(copy.copy()), Options::new(1)).err().expect(&told);
                    assert_eq!(refused.code(), "JRN_ERR_COPY_UNFINISHED", "{told}: {name}");
                    assert_eq!(Survey::open_on(Arc::new(copy.copy())).err().expect(&told).code(), refused.code(), "{told}");
                    refused_count += 1;
                } else {
                    assert!(matches!(reached(&copy), None | Some(100)), "{told}");
                    named_count += 1;
                }
                // Whoever removes what has no name yet gets no shorter history either.
                for name in unfinished {
                    copy.remove_image(&name);
                }
                assert!(matches!(reached(&copy), None | Some(100)), "{told}: {:?}", copy.images().keys());
            }
        }
    }
    assert!(refused_count > 100 && named_count > 4, "{refused_count}, {named_count}");
}

#[test]
fn a_copy_of_a_running_journal_has_no_hole() {
    /// So many that it is copied some times meanwhile, and no more, however slow a copy is.
    const RECORDS: u64 = 6_000;
    let dir = std::env::temp_dir().join(format!("jware-copy-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let options = Options { segment_bytes: 1 << 20, ..Options::new(1) };
    let (journal, _) = Journal::open(&dir, options).unwrap().start(Callbacks::new(|_| {})).unwrap();
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for seq in 1..=RECORDS {
                journal.append(seq, seq, 1, &[7; 900], seq.is_multiple_of(3)).unwrap();
                if seq.is_multiple_of(40) {
                    journal.wait_durable(seq / 40 * 39).unwrap();
                }
            }
            journal.sync_all().unwrap();
            is_over.store(true, std::sync::atomic::Ordering::Release);
        });
        let (mut last, mut is_last_copy) = (0, false);
        while !is_last_copy {
            is_last_copy = is_over.load(std::sync::atomic::Ordering::Acquire);
            let promised = journal.durable_seq();
            let copy = SimDisk::new();
            let copied = copy_journal(&jware_journal::DirStorage::existing(&dir), &copy).unwrap();
            let found = Journal::open_on(Arc::new(copy), Options::new(1)).unwrap().inspect().unwrap();
            assert_eq!((found.last_seq, found.torn_tail), (copied.last_seq, None));
            assert!(found.last_seq >= promised && found.last_seq >= last);
            last = found.last_seq;
        }
        assert_eq!(last, RECORDS);
    });
    journal.close().unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
}
