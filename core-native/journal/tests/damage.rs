//! Files cut, flipped, swapped and taken away: a torn end is cut off, everything else is reported and left alone.

mod torture;

use jware_journal::sim_disk::{SimCrash, SimDisk, SimFault, SimRng};
use jware_journal::{AckMode, Callbacks, Journal, JournalError, Options};
use std::sync::Arc;
use torture::golden::{LAST, golden, options, start};
use torture::{cut, rot};

fn corrupt_code(error: &JournalError) -> bool {
    matches!(error, JournalError::Corrupt { .. })
}

#[test]
fn cut_at_every_byte_of_the_last_two_batches_it_keeps_the_batches_before() {
    let tally = cut::everywhere().unwrap();
    assert!(tally["torn"] > 1_000 && tally["cuts"] > tally["torn"], "{tally:?}");
}

/// The short form of `npm run torture -- bitflip`.
#[test]
fn damage_before_the_last_batch_is_told_with_its_place() {
    let tally = rot::run(1, 10_000).unwrap();
    for kind in
        ["zeroed_sectors", "garbled_sectors", "doubled_sectors", "swapped_sectors", "missing_segments", "doubled_segments"]
    {
        assert!(tally.get(kind).is_some_and(|count| *count > 50), "too few {kind}: {tally:?}");
    }
    assert!(tally["flipped_bits"] > 6_000, "{tally:?}");
}

#[test]
fn a_journal_cut_anywhere_can_be_continued() {
    let (disk, ends) = golden();
    let whole = disk.images()[LAST].clone();
    let (last, before) = (ends[7].0, ends[6].0);
    for cut in (before..last).step_by(7) {
        let disk = disk.copy();
        disk.set_image(LAST, whole[..cut].to_vec());
        let recovery = Journal::open_on(Arc::new(disk.clone()), options()).unwrap();
        let (journal, mut stepper, summary) = recovery.start_stepped(Callbacks::new(|_| {})).unwrap();
        for seq in summary.last_seq + 1..=summary.last_seq + 60 {
            journal.append(seq, u64::MAX, 9, &[1; 150], true).unwrap();
            assert!(stepper.step().unwrap());
        }
        drop(stepper);
        let inspected = Journal::open_on(Arc::new(disk), options()).unwrap().inspect().unwrap();
        assert_eq!((inspected.last_seq, inspected.torn_tail), (summary.last_seq + 60, None), "cut at {cut}");
    }
}

/// Damages a copy and demands that it is reported and that no file changes.
fn assert_reported(disk: &SimDisk, what: &str, damage: impl FnOnce(&SimDisk)) {
    let disk = disk.copy();
    damage(&disk);
    let before = disk.images();
    match start(&disk, options()) {
        Ok(summary) => panic!("{what}: not noticed, {summary:?}"),
        Err(error) => assert!(corrupt_code(&error), "{what}: {error}"),
    }
    assert!(disk.images() == before, "{what}: files were changed");
}

#[test]
fn damage_in_the_last_batch_is_cut_as_torn() {
    let (disk, ends) = golden();
    let whole = disk.images()[LAST].clone();
    let (from, kept) = ends[6];
    let used = 1 + whole.iter().rposition(|byte| *byte != 0).unwrap();
    for offset in from..used {
        let disk = disk.copy();
        let mut bytes = whole.clone();
        bytes[offset] ^= 0x10;
        disk.set_image(LAST, bytes);
        let summary = start(&disk, options()).unwrap();
        assert_eq!(summary.last_seq, kept, "byte {offset}");
        let torn = summary.torn_tail.unwrap();
        assert_eq!((torn.file.as_str(), torn.offset), (LAST, from as u64));
        let copy = &disk.images()[&torn.broken_file.unwrap()];
        assert_eq!(copy.len() as u64, torn.bytes);
    }
}

#[test]
fn a_seal_moves_the_damage_that_can_be_told_behind_the_last_records() {
    let (disk, ends) = golden();
    let recovery = Journal::open_on(Arc::new(disk.clone()), options()).unwrap();
    let (_journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(|_| {})).unwrap();
    stepper.seal().unwrap();
    drop(stepper);
    let whole = disk.images()[LAST].clone();
    for offset in ends[6].0..ends[7].0 {
        assert_reported(&disk, &format!("byte {offset}"), |disk| {
            let mut bytes = whole.clone();
            bytes[offset] ^= 0x10;
            disk.set_image(LAST, bytes);
        });
    }
}

#[test]
fn missing_and_reordered_segments_are_reported() {
    let (disk, _) = golden();
    let images = disk.images();
    let names: Vec<&String> = images.keys().collect();
    for missing in [0, 1] {
        let disk = disk.copy();
        disk.remove_image(names[missing]);
        let before = disk.images();
        assert_eq!(start(&disk, options()).unwrap_err().code(), "JRN_ERR_SEGMENT_MISSING");
        assert_eq!(disk.images(), before);
    }
    assert_reported(&disk, "two segments swapped", |disk| {
        disk.set_image(names[0], images[names[1]].clone());
        disk.set_image(names[1], images[names[0]].clone());
    });
    assert_reported(&disk, "a segment under the next number", |disk| {
        disk.set_image("000000000004.jwj", images[LAST].clone());
    });
    // The last one alone leaves no trace inside; only a witness knows.
    let without_last = disk.copy();
    without_last.remove_image(LAST);
    let known = start(&disk.copy(), options()).unwrap().last_seq;
    let error = start(&without_last, Options { witness_seq: known, ..options() }).unwrap_err();
    assert_eq!(error.code(), "JRN_ERR_BEHIND_WITNESS");
}

#[test]
fn a_segment_of_a_parallel_history_is_reported() {
    let (disk, _) = golden();
    let other = {
        let disk = SimDisk::new();
        let options = Options { engine_id: Some(5), ..options() };
        let recovery = Journal::open_on(Arc::new(disk.clone()), options).unwrap();
        let (journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(|_| {})).unwrap();
        for seq in 1..200 {
            journal.append(seq, seq, 1, &[3; 90], true).unwrap();
            stepper.step().unwrap();
        }
        drop(stepper);
        disk
    };
    let mixed = disk.copy();
    mixed.set_image("000000000002.jwj", other.images()["000000000002.jwj"].clone());
    assert_eq!(start(&mixed, options()).unwrap_err().code(), "JRN_ERR_ENGINE");
    // The same engine, restored from an old copy and run again: only the hash in the next header tells.
    let fork = |payload: u8| {
        let disk = SimDisk::new();
        let options = Options { engine_id: Some(5), ..options() };
        let recovery = Journal::open_on(Arc::new(disk.clone()), options).unwrap();
        let (journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(|_| {})).unwrap();
        for seq in 1..60 {
            journal.append(seq, seq, 1, &[payload; 90], true).unwrap();
            stepper.step().unwrap();
        }
        drop(stepper);
        disk.copy()
    };
    let (left, right) = (fork(1), fork(2));
    assert!(right.images().contains_key("000000000003.jwj"));
    assert_reported(&left, "one segment of another run", |disk| {
        disk.set_image("000000000002.jwj", right.images()["000000000002.jwj"].clone());
    });
}

#[test]
fn another_version_or_engine_is_refused_and_nothing_changes() {
    let (disk, _) = golden();
    let before = disk.images();
    let wrong_version = start(&disk, Options { core_version: 2, ..options() }).unwrap_err();
    assert_eq!(wrong_version.code(), "JRN_ERR_CORE_VERSION");
    assert!(wrong_version.to_string().contains("core version 1, this is 2"), "{wrong_version}");
    let wrong_engine = start(&disk, Options { engine_id: Some(1), ..options() }).unwrap_err();
    assert_eq!(wrong_engine.code(), "JRN_ERR_ENGINE");
    assert_eq!(disk.images(), before);
}

#[test]
fn a_frame_inside_a_payload_does_not_count() {
    // A client that knows the format puts a whole batch of a later number into its payload; the write is torn before it.
    let (disk, ends) = golden();
    let later = disk.images()[LAST][ends[5].0..ends[7].0].to_vec();
    let victim = SimDisk::new();
    let recovery = Journal::open_on(Arc::new(victim.clone()), options()).unwrap();
    let (journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(|_| {})).unwrap();
    journal.append(1, 1, 1, b"first", true).unwrap();
    stepper.step().unwrap();
    journal.append(2, 2, 1, &later, true).unwrap();
    stepper.step().unwrap();
    drop(stepper);
    let name = "000000000001.jwj";
    let mut bytes = victim.images()[name].clone();
    bytes[4096 + 512] ^= 1;
    victim.set_image(name, bytes);
    let summary = start(&victim, options()).unwrap();
    assert_eq!((summary.last_seq, summary.torn_tail.is_some()), (1, true));
}

#[test]
fn with_memory_acknowledgement_a_synced_batch_is_told_from_a_torn_one() {
    let options = Options { ack: AckMode::Memory, ..options() };
    let disk = SimDisk::new();
    let recovery = Journal::open_on(Arc::new(disk.clone()), options.clone()).unwrap();
    let (journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(|_| {})).unwrap();
    // Batches of one sector each: 1 and 2 together, synced; then 3 and 4 together, not synced.
    for seq in 1..=4 {
        journal.append(seq, seq, 1, b"one sector", true).unwrap();
        assert!(stepper.step().unwrap());
        if seq == 2 {
            stepper.sync().unwrap();
        }
    }
    drop(stepper);
    let name = "000000000001.jwj";
    let damaged = |seqs: &[usize]| {
        let disk = disk.copy();
        let mut bytes = disk.images()[name].clone();
        for seq in seqs {
            bytes[4096 + (seq - 1) * 512..][..512].fill(0xa5);
        }
        disk.set_image(name, bytes);
        start(&disk, options.clone()).map(|summary| summary.last_seq)
    };
    assert_eq!(damaged(&[4]).unwrap(), 3);
    assert_eq!(damaged(&[3]).unwrap(), 2, "4 does not prove that 3 was durable");
    assert!(corrupt_code(&damaged(&[2]).unwrap_err()), "3 was written after the sync of 2");
    assert!(corrupt_code(&damaged(&[1]).unwrap_err()));
    assert!(corrupt_code(&damaged(&[2, 3]).unwrap_err()), "the COMMIT of 4 knows that 2 was durable");
    assert_eq!(damaged(&[2, 3, 4]).unwrap(), 1, "nothing is left that knows");
}

#[test]
fn a_header_that_does_not_continue_the_segment_before_is_reported() {
    let (disk, _) = golden();
    let name = "000000000002.jwj";
    let whole = disk.images()[name].clone();
    // First sequence, last sequence before, hash, time, first batch, chain; each with a CRC that holds.
    for field_at in [40, 48, 56, 70, 87, 88, 96, 104] {
        assert_reported(&disk, &format!("header byte {field_at}"), |disk| {
            let mut bytes = whole.clone();
            bytes[field_at] ^= 1;
            let crc = crc32c::crc32c(&bytes[..4092]);
            bytes[4092..4096].copy_from_slice(&crc.to_le_bytes());
            disk.set_image(name, bytes);
        });
    }
}

#[test]
fn a_bit_in_the_unused_end_of_a_closed_segment_is_reported() {
    let disk = SimDisk::new();
    let recovery = Journal::open_on(Arc::new(disk.clone()), options()).unwrap();
    let (journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(|_| {})).unwrap();
    for seq in 1..=2 {
        journal.append(seq, seq, 1, &[1; 6000], true).unwrap();
        stepper.step().unwrap();
    }
    drop(stepper);
    let name = "000000000001.jwj";
    let whole = disk.images()[name].clone();
    let used = 1 + whole.iter().rposition(|byte| *byte != 0).unwrap();
    assert!(whole.len() - used > 1000);
    for offset in used..whole.len() {
        assert_reported(&disk, &format!("byte {offset}"), |disk| {
            let mut bytes = whole.clone();
            bytes[offset] = 1;
            disk.set_image(name, bytes);
        });
    }
}

#[test]
fn a_repair_cut_short_anywhere_keeps_the_torn_bytes() {
    let (torn, ends) = golden();
    let mut whole = torn.images()[LAST].clone();
    let (from, kept) = ends[6];
    let last = whole.iter().rposition(|byte| *byte != 0).unwrap();
    whole[last] ^= 1;
    torn.set_image(LAST, whole.clone());
    for call in 1.. {
        let disk = torn.copy();
        disk.set_fault(call, SimFault::Crash);
        let outcome = start(&disk, options());
        if disk.fault_is_ahead() {
            assert!(outcome.is_ok() && call > 10, "{call}");
            break;
        }
        for crash in [SimCrash::LoseAll, SimCrash::Tear, SimCrash::KeepAll] {
            let after = disk.after_crash(crash, &mut SimRng::new(call));
            let images = after.images();
            let is_copied = images.iter().any(|(name, bytes)| name.ends_with(".broken") && *bytes == whole[from..=last]);
            assert!(is_copied || images[LAST] == whole, "call {call}, {crash:?}: the torn bytes are gone");
            assert_eq!(start(&after, options()).unwrap().last_seq, kept, "call {call}, {crash:?}");
        }
    }
}
