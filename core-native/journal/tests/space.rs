//! A disk without room: records go on in the reserve, it is said in time, it ends by itself, and nothing is lost.

use jware_journal::sim_disk::{SimCrash, SimDisk, SimFault, SimRng};
use jware_journal::{AckMode, Callbacks, Journal, JournalError, Options};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const SEGMENT_BYTES: u64 = 4096 + 16 * 512;
const RESERVE_BYTES: u64 = 4096 + 40 * 512;
const RESERVE: &str = "reserve.jwj";

fn options() -> Options {
    Options { segment_bytes: SEGMENT_BYTES, reserve_bytes: RESERVE_BYTES, idle_seal: None, ..Options::new(1) }
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A running journal whose reserve was made, and the errors that stop it.
fn running(disk: &SimDisk) -> (Journal, mpsc::Receiver<String>) {
    let (stopped, errors) = mpsc::channel();
    let callbacks =
        Callbacks { on_commit: Box::new(|_| {}), on_fatal: Box::new(move |error| stopped.send(error.to_string()).unwrap()) };
    let (journal, _) = Journal::open_on(Arc::new(disk.clone()), options()).unwrap().start(callbacks).unwrap();
    for _ in 0..12 {
        append(&journal);
    }
    wait_until("the reserve is made once the first segment is half full", || disk.images().contains_key(RESERVE));
    (journal, errors)
}

/// One record in a batch of its own, made durable.
fn append(journal: &Journal) {
    let seq = journal.appended_seq() + 1;
    journal.append(seq, seq, 1, &seq.to_le_bytes(), true).unwrap();
    journal.wait_durable(seq).unwrap();
}

fn segment_of(disk: &SimDisk) -> String {
    disk.images().into_keys().filter(|name| name.strip_suffix(".jwj").is_some() && name != RESERVE).max().unwrap()
}

#[test]
fn a_full_disk_is_said_records_go_on_in_the_reserve_and_room_ends_it() {
    let disk = SimDisk::new();
    let (journal, errors) = running(&disk);
    disk.set_capacity(Some(disk.used_bytes()));
    assert!(!journal.is_storage_full(), "the next segment is there already");
    while segment_of(&disk).starts_with("000000000001") {
        append(&journal);
    }
    for _ in 0..8 {
        append(&journal);
    }
    wait_until("it is said while half of the segment is left", || journal.is_storage_full());
    while disk.images().contains_key(RESERVE) {
        append(&journal);
    }
    for _ in 0..10 {
        append(&journal);
    }
    assert!(journal.is_storage_full() && errors.try_recv().is_err());
    disk.set_capacity(None);
    wait_until("it resumes by itself", || !journal.is_storage_full());
    wait_until("there is a reserve again", || disk.images().contains_key(RESERVE));
    for _ in 0..60 {
        append(&journal);
    }
    let last = journal.appended_seq();
    journal.close().unwrap();
    let mut recovery = Journal::open_on(Arc::new(disk), options()).unwrap();
    let mut next = 1_u64;
    recovery
        .replay(|record| {
            assert_eq!((record.seq, record.payload), (next, &next.to_le_bytes()[..]));
            next += 1;
        })
        .unwrap();
    assert_eq!(next, last + 1);
}

#[test]
fn where_the_reserve_is_used_up_too_the_journal_stops() {
    let disk = SimDisk::new();
    let (journal, errors) = running(&disk);
    disk.set_capacity(Some(disk.used_bytes()));
    let mut durable = journal.durable_seq();
    for _ in 0..300 {
        let seq = journal.appended_seq() + 1;
        if journal.append(seq, seq, 1, b"x", true).and_then(|()| journal.wait_durable(seq)).is_err() {
            break;
        }
        durable = seq;
    }
    let error = errors.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(error.starts_with("JRN_ERR_IO: write of"), "{error}");
    drop(journal);
    let found = Journal::open_on(Arc::new(disk), options()).unwrap().inspect().unwrap();
    assert!(found.last_seq >= durable && durable > 60, "{durable}: {found:?}");
}

#[test]
fn a_failed_write_of_records_is_final_also_where_it_is_for_want_of_room() {
    let disk = SimDisk::new();
    let (journal, mut stepper, _) =
        Journal::open_on(Arc::new(disk.clone()), options()).unwrap().start_stepped(Callbacks::new(|_| {})).unwrap();
    stepper.make_reserve().unwrap();
    journal.append(1, 1, 1, b"x", true).unwrap();
    disk.set_fault(1, SimFault::Error(ErrorKind::StorageFull));
    assert_eq!(stepper.step().unwrap_err().code(), "JRN_ERR_IO");
}

#[test]
fn a_header_left_in_the_reserve_does_no_harm() {
    let disk = SimDisk::new();
    let (journal, mut stepper, _) =
        Journal::open_on(Arc::new(disk.clone()), options()).unwrap().start_stepped(Callbacks::new(|_| {})).unwrap();
    stepper.make_reserve().unwrap();
    let mut bytes = disk.images()[RESERVE].clone();
    bytes[..4096].fill(7);
    bytes[9000] = 1;
    disk.set_image(RESERVE, bytes);
    disk.set_capacity(Some(disk.used_bytes()));
    for seq in 1..=30 {
        journal.append(seq, seq, 1, b"x", true).unwrap();
        stepper.step().unwrap();
    }
    assert!(journal.is_storage_full() && !disk.images().contains_key(RESERVE));
    drop(stepper);
    assert_eq!(Journal::open_on(Arc::new(disk.copy()), options()).unwrap().inspect().unwrap().last_seq, 30);
}

#[test]
fn a_reserve_too_small_for_a_record_is_an_error_and_loses_nothing() {
    for (bytes, is_enough) in [(SEGMENT_BYTES, true), (SEGMENT_BYTES - 1, false), (4096, false), (0, false)] {
        let disk = SimDisk::new();
        let (journal, mut stepper, _) =
            Journal::open_on(Arc::new(disk.clone()), options()).unwrap().start_stepped(Callbacks::new(|_| {})).unwrap();
        disk.set_image(RESERVE, vec![0; usize::try_from(bytes).unwrap()]);
        disk.set_capacity(Some(disk.used_bytes()));
        let mut outcome = Ok(true);
        while outcome.is_ok() && journal.committed_seq() < 20 {
            let seq = journal.appended_seq() + 1;
            journal.append(seq, seq, 1, b"x", true).unwrap();
            outcome = stepper.step();
        }
        match outcome {
            Ok(_) => assert!(is_enough, "{bytes}"),
            Err(error) => assert_eq!((error.code(), is_enough), ("JRN_ERR_RESERVE_SIZE", false), "{bytes}: {error}"),
        }
        let committed_seq = journal.committed_seq();
        drop(stepper);
        assert_eq!(Journal::open_on(Arc::new(disk.copy()), options()).unwrap().inspect().unwrap().last_seq, committed_seq);
    }
}

#[test]
fn options_that_leave_no_room_for_a_record_are_refused() {
    for reserve_bytes in [512, SEGMENT_BYTES - 512, RESERVE_BYTES + 1, (1 << 30) + 512] {
        let refused = Journal::open_on(Arc::new(SimDisk::new()), Options { reserve_bytes, ..options() });
        assert!(matches!(refused, Err(JournalError::Options { .. })), "{reserve_bytes}");
    }
}

/// Lives on a disk whose size changes at random; what was committed is there after every crash.
#[test]
fn no_crash_on_a_full_disk_loses_what_was_acknowledged() {
    let (mut reserve_count, mut full_count, mut resumed_count) = (0, 0, 0);
    for seed in 0..1500 {
        let mut rng = SimRng::new(seed);
        let mut disk = SimDisk::new();
        let committed = Arc::new(AtomicU64::new(0));
        for _ in 0..4 {
            let told = Arc::clone(&committed);
            let on_commit = move |seq| told.store(seq, Ordering::SeqCst);
            let options = Options { witness_seq: committed.load(Ordering::SeqCst), ack: AckMode::Durable, ..options() };
            disk.set_fault(1 + rng.below(400), SimFault::Crash);
            let life = || -> Result<(), JournalError> {
                let (journal, mut stepper, summary) =
                    Journal::open_on(Arc::new(disk.clone()), options)?.start_stepped(Callbacks::new(on_commit))?;
                let mut seq = summary.last_seq;
                let mut was_full = false;
                for _ in 0..120 {
                    match rng.below(14) {
                        0 => disk.set_capacity(Some(disk.used_bytes() + rng.index(20_000))),
                        1..4 => disk.set_capacity(None),
                        4 => match stepper.make_reserve() {
                            Err(JournalError::Io { source, .. }) if source.kind() == ErrorKind::StorageFull => {}
                            made => made?,
                        },
                        _ => {
                            seq += 1;
                            journal.append(seq, seq, 1, &[1; 300], true)?;
                            stepper.step()?;
                        }
                    }
                    let is_full = journal.is_storage_full();
                    reserve_count += u32::from(is_full && !was_full);
                    resumed_count += u32::from(was_full && !is_full);
                    was_full = is_full;
                }
                Ok(())
            };
            match life() {
                Err(JournalError::Io { source, .. }) if source.kind() == ErrorKind::StorageFull => full_count += 1,
                Err(error) if !disk.has_crashed() => panic!("seed {seed}: {error}"),
                _ => {}
            }
            let crash = [SimCrash::KeepAll, SimCrash::LoseAll, SimCrash::Prefix, SimCrash::Tear][rng.index(4)];
            disk = disk.after_crash(crash, &mut rng);
            // Whoever starts again has made room.
            disk.set_capacity(None);
        }
        disk.set_fault(u64::MAX >> 1, SimFault::Crash);
        let found = Journal::open_on(Arc::new(disk.clone()), options()).unwrap().inspect().unwrap();
        assert!(found.last_seq >= committed.load(Ordering::SeqCst), "seed {seed}: {found:?}");
    }
    assert!(reserve_count > 100 && full_count > 100 && resumed_count > 20, "{reserve_count}, {full_count}, {resumed_count}");
}
