//! Starts from snapshots in a real journal: equal to a full replay, and never quietly from less.
#![allow(missing_docs)]

mod history;

use history::{ENGINE_ID, folder, history, run, start};
use jware_core::Core;
use jware_core::command::{Actor, Command};
use jware_core::units::{AccountId, AmountMinor, CurrencyId, Seq, SessionId, TsNs, UserId};
use jware_journal::{list_snapshots, snapshot_name};
use jware_replica::{KIND_LIVE, Making, Replica, save};
use std::fs;
use std::path::{Path, PathBuf};

const RUNS: u64 = 100;

fn seed() -> u64 {
    let seed = std::env::var("JWARE_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    println!("JWARE_TEST_SEED={seed}");
    seed
}

#[test]
fn snapshots_at_random_and_the_tail_equal_a_full_replay() {
    let first = seed();
    for seed in first..first + RUNS {
        if let Err(complaint) = run(seed, &folder("equal")) {
            panic!("npm run torture -- replay --runs 1 --seed {seed}: {complaint}");
        }
    }
}

#[test]
fn a_damaged_snapshot_is_set_aside_and_the_next_older_one_used() {
    let history = history(&folder("aside"), seed(), &[]);
    let snapshots = history.snapshots();
    for seq in [50, 90] {
        snapshots.make(seq).unwrap();
    }
    let newest = history.folders.journal.join(snapshot_name(90));
    let mut bytes = fs::read(&newest).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(&newest, bytes).unwrap();
    let started = history.start().unwrap();
    assert_eq!(started.snapshot.unwrap().seq, 50);
    assert_eq!(started.replica.core.state_hash(), history.core.state_hash());
    assert!(started.failure.unwrap().contains("JRN_ERR_SNAPSHOT"));
    assert!(!newest.exists() && newest.with_extension("jws.bad").exists());
}

#[test]
fn where_the_journal_is_cut_and_no_snapshot_verifies_it_does_not_start() {
    let history = history(&folder("cut"), seed(), &[]);
    history.snapshots().make(history.last_seq()).unwrap();
    let journal = &history.folders.journal;
    let segments = || {
        fs::read_dir(journal)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "jwj"))
    };
    let first = segments().min().unwrap();
    assert!(segments().count() > 1, "a history has several segments");
    fs::remove_file(&first).unwrap();
    assert_eq!(history.start().unwrap().replica.core.state_hash(), history.core.state_hash(), "a snapshot covers it");
    let snapshot = journal.join(snapshot_name(history.last_seq()));
    let bytes = fs::read(&snapshot).unwrap();
    fs::write(&snapshot, &bytes[..bytes.len() - 1]).unwrap();
    let refused = history.start().err().unwrap();
    assert!(refused.starts_with("JRN_ERR_SEGMENT_MISSING") && refused.contains("JRN_ERR_SNAPSHOT"), "{refused}");
    assert!(snapshot.exists(), "a start that is refused changes nothing");
}

#[test]
fn snapshots_without_their_journal_and_a_journal_behind_the_database_do_not_start() {
    let history = history(&folder("lost"), seed(), &[]);
    history.snapshots().make(history.last_seq()).unwrap();
    let ahead = start(&history.folders, history.last_seq() + 1).err().unwrap();
    assert!(ahead.starts_with("JRN_ERR_BEHIND_WITNESS"), "{ahead}");
    drop(start(&history.folders, history.last_seq()).unwrap());
    for entry in fs::read_dir(&history.folders.journal).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "jwj") {
            fs::remove_file(path).unwrap();
        }
    }
    let lost = history.start().err().unwrap();
    assert!(lost.starts_with("JRN_ERR_BEHIND_WITNESS"), "{lost}");
}

#[test]
fn a_live_state_that_the_journal_does_not_come_to_is_told() {
    let history = history(&folder("differs"), seed(), &[60]);
    let mut other = Core::restore(&history.passed[0].1.snapshot()).unwrap();
    // The core that ran took another command at this place than the journal says.
    let actor = Actor { session: SessionId(0), user: UserId(0), ..Actor::default() };
    let deposit = Command::Deposit {
        actor,
        account: AccountId(1),
        currency: CurrencyId(1),
        amount: AmountMinor(1),
        reason: String::new(),
        reference: None,
    };
    let ts = TsNs(other.ts().0 + 1);
    other.apply(Seq(61), ts, &deposit, &mut Vec::new());
    assert_eq!(other.seq().0, 61);
    let snapshots = history.snapshots();
    snapshots.make(40).unwrap();
    save(&*history.folders.storage(), &other, 0, KIND_LIVE, ENGINE_ID).unwrap();
    let refused = snapshots.make(80).unwrap_err();
    assert!(refused.starts_with("ENG_ERR_SNAPSHOT_DIFFERS: at seq 61"), "{refused}");
    assert_eq!(list_snapshots(&*history.folders.storage()).unwrap(), [40, 61], "nothing is built on it");
    let unsaved = snapshots.save_live(&long_core(0), 0).unwrap_err();
    assert!(unsaved.starts_with("ENG_ERR_SNAPSHOT_DIFFERS"), "{unsaved}");
    assert_eq!(list_snapshots(&*history.folders.storage()).unwrap(), [40, 61], "nor is what may come from it kept");
}

/// A core with so many commands that a stop keeps its state.
fn long_core(more: u64) -> Core {
    let mut core = Core::new();
    for seq in 1..=10_000 + more {
        core.apply(Seq(seq), TsNs(seq), &Command::Tick, &mut Vec::new());
    }
    core
}

#[test]
fn the_newest_that_a_replay_made_outlives_those_of_stops() {
    let history = history(&folder("stops"), seed(), &[]);
    let snapshots = history.snapshots();
    for seq in [40, 60] {
        snapshots.make(seq).unwrap();
    }
    for more in 0..5 {
        snapshots.save_live(&long_core(more), 0).unwrap();
    }
    assert_eq!(list_snapshots(&*history.folders.storage()).unwrap(), [60, 10_002, 10_003, 10_004]);
    assert_eq!(snapshots.make(80).unwrap().unwrap().seq, 80);
}

#[test]
fn one_is_made_of_a_journal_that_nobody_runs_and_of_no_other() {
    let history = history(&folder("alone"), seed(), &[]);
    let last = history.last_seq();
    let running = history.start().unwrap();
    let refused = Making::begin_alone(&history.folders, last).err().unwrap();
    assert!(refused.starts_with("JRN_ERR_LOCKED"), "{refused}");
    running.journal.close().unwrap();
    for (target, from_seq) in [(last - 20, 0), (last, last - 20)] {
        let mut making = Making::begin_alone(&history.folders, target).unwrap();
        assert!(history.start().is_err(), "nobody starts meanwhile");
        while !making.is_at_end() {
            let before = making.seq();
            making.step(7).unwrap();
            assert!((before + 1..=before + 7).contains(&making.seq()));
        }
        assert_eq!((making.seq(), making.from_seq()), (target, from_seq));
        let (header, bytes) = making.save().unwrap();
        let written = history.folders.journal.join(snapshot_name(target));
        assert_eq!((header.seq, header.state_hash), (target, history.hashes[usize::try_from(target).unwrap()]));
        assert_eq!(bytes, fs::metadata(written).unwrap().len());
    }
    let started = history.start().unwrap();
    assert_eq!((started.snapshot.unwrap().seq, started.replayed_count), (last, 0));
    assert_eq!(started.replica.core.state_hash(), history.core.state_hash());
}

#[test]
fn the_highest_session_survives_a_snapshot() {
    let history = history(&folder("session"), seed(), &[]);
    let full = history.start().unwrap().replica.last_session;
    assert!(full > 0, "the history has sessions");
    history.snapshots().make(history.last_seq()).unwrap();
    let started = history.start().unwrap();
    assert_eq!((started.replayed_count, started.replica.last_session), (0, full));
}

#[test]
fn segments_go_to_the_archive_once_snapshot_and_database_are_past_them() {
    let mut history = history(&folder("archive"), seed(), &[]);
    let archive = folder("archive-to");
    let _ = fs::remove_dir_all(&archive);
    history.folders.archive = Some(archive.clone());
    let is_segment = |path: &PathBuf| path.extension().is_some_and(|end| end == "jwj");
    let count = |folder: &Path| match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.unwrap().path()).filter(is_segment).count(),
        Err(_) => 0,
    };
    let all = count(&history.folders.journal);
    let snapshots = history.snapshots();
    let last = history.last_seq();
    for seq in [last - 30, last - 20, last - 10] {
        snapshots.make(seq).unwrap();
    }
    assert_eq!(count(&archive), 0, "the database has said nothing yet");
    // The database is behind the oldest snapshot: what it needs stays, and a snapshot at or below it, too.
    snapshots.confirm_projected(last - 25);
    snapshots.make(last).unwrap();
    assert_eq!(list_snapshots(&*history.folders.storage()).unwrap(), [last - 30, last - 20, last - 10, last]);
    let moved = count(&archive);
    assert!(moved > 0 && moved + count(&history.folders.journal) == all, "{moved} of {all}");
    assert!(snapshots.told().archive_failure.is_none());
    let started = history.start().unwrap();
    assert_eq!(started.replica.core.state_hash(), history.core.state_hash());
    // All of it can still be read, from the beginning.
    let mut whole = Replica::default();
    let mut reader = history.folders.reader(1).unwrap();
    whole.pass(&mut reader, last, usize::MAX).unwrap();
    assert_eq!(whole.core.state_hash(), history.core.state_hash());
    fs::remove_dir_all(&archive).unwrap();
    assert!(history.folders.reader(1).is_err());
}
