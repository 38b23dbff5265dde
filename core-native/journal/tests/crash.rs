//! The short form of `npm run torture -- disk`: seeded crashes and errors on a simulated disk. And the other way round: with a
//! promise of the disk or of the journal broken, the same check must fail.

mod torture;

use jware_journal::AckMode;
use jware_journal::sim_disk::SimLie;
use torture::crash::{Terms, run_seed};
use torture::{Tally, add, storage_error};

/// Seeds in durable mode, half as many in memory mode; the planted faults are looked for with fewer (`JWARE_DISK_SEEDS`).
const SEEDS: u64 = 2_000;
/// What must be noticed must be noticed within so many seeds.
const CANARY_SEEDS: u64 = 500;

fn seeds() -> u64 {
    std::env::var("JWARE_DISK_SEEDS").map_or(SEEDS, |text| text.parse().expect("JWARE_DISK_SEEDS is a whole number"))
}

fn assert_no_violation(seeds: std::ops::Range<u64>, ack: AckMode) {
    let mut tally = Tally::new();
    for seed in seeds {
        match run_seed(seed, Terms::of(ack)) {
            Ok(seen) => add(&mut tally, &seen),
            Err(error) => panic!("seed {seed}, {ack:?}: {error}"),
        }
    }
    for what in ["torn_tails", "rotations", "crashes", "errors"] {
        assert!(tally[what] > 100, "too few {what}: the faults miss what they are for: {tally:?}");
    }
}

fn is_noticed(terms: Terms) -> bool {
    (0..CANARY_SEEDS).any(|seed| run_seed(seed, terms).is_err())
}

#[test]
fn no_acknowledged_record_is_lost_in_durable_mode() {
    assert_no_violation(0..seeds(), AckMode::Durable);
}

#[test]
fn what_was_synced_survives_power_and_what_was_committed_survives_the_process_in_memory_mode() {
    assert_no_violation(100_000..100_000 + seeds() / 2, AckMode::Memory);
}

#[test]
fn a_missing_fdatasync_is_noticed() {
    assert!(is_noticed(Terms { lie: SimLie::SyncData, ..Terms::of(AckMode::Durable) }));
}

#[test]
fn a_missing_sync_of_the_folder_is_noticed() {
    assert!(is_noticed(Terms { lie: SimLie::SyncDir, ..Terms::of(AckMode::Durable) }));
}

#[test]
fn a_missing_gate_is_noticed() {
    assert!(is_noticed(Terms { gate_is_believed: true, ..Terms::of(AckMode::Memory) }));
}

#[test]
fn an_error_at_any_call_stops_the_journal_and_loses_nothing() {
    let tally = storage_error::at_every_call(77).unwrap();
    assert!(tally["failed_calls"] > 120, "{tally:?}");
}

#[test]
fn a_short_or_interrupted_write_goes_on() {
    let tally = storage_error::goes_on_at_every_call().unwrap();
    assert!(tally["went_on"] > 40, "{tally:?}");
}
