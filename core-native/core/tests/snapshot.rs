//! A snapshot at any point and the commands after it are as good as all commands; damaged bytes are refused.
#![allow(missing_docs)]

mod fuzzing;

use fuzzing::{Mode, Step, apply, chance::Chance, stream};
use jware_core::engine::SnapshotError;
use jware_core::event::Event;
use jware_core::units::{Seq, TsNs};
use jware_core::{CORE_VERSION, Core};

const STREAMS: u32 = 60;

fn seed() -> u64 {
    let seed = std::env::var("JWARE_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    println!("JWARE_TEST_SEED={seed}");
    seed
}

/// A core after some steps.
fn played(steps: &[Step]) -> Core {
    let mut core = Core::new();
    for step in steps {
        apply(&mut core, step, &mut Vec::new());
    }
    core
}

fn restored(bytes: &[u8]) -> Core {
    Core::restore(bytes).unwrap_or_else(|error| panic!("a snapshot of our own: {error}"))
}

/// The head's checksum, made right again for a body that was changed.
fn sealed(bytes: &mut [u8]) {
    let checksum = xxhash_rust::xxh3::xxh3_64(&bytes[28..]);
    bytes[12..20].copy_from_slice(&checksum.to_le_bytes());
}

#[test]
fn a_snapshot_at_any_point_and_the_tail_equal_the_whole() {
    let mut chance = Chance::new(seed());
    for _ in 0..STREAMS {
        let steps = stream(Mode::Commands, chance.next());
        // Three cuts of each stream, and one before everything.
        let cuts = [0, chance.below(steps.len()), chance.below(steps.len()), chance.below(steps.len())];
        for cut in cuts {
            let mut whole = played(&steps[..cut]);
            let bytes = whole.snapshot();
            let mut copy = restored(&bytes);
            assert_eq!(copy.state_hash(), whole.state_hash());
            assert_eq!(copy.snapshot(), bytes, "what is restored gives the same bytes");
            let (mut events, mut others): (Vec<Event>, Vec<Event>) = (Vec::new(), Vec::new());
            for step in &steps[cut..] {
                events.clear();
                others.clear();
                apply(&mut whole, step, &mut events);
                apply(&mut copy, step, &mut others);
                assert_eq!(events, others, "cut at {cut}, by {step:?}");
            }
            assert_eq!(copy.state_hash(), whole.state_hash());
            assert_eq!(copy.snapshot(), whole.snapshot());
        }
    }
}

#[test]
fn equal_states_that_came_about_differently_have_equal_bytes() {
    // The second way ends in other slots: it makes and cancels orders on the way.
    let steps = stream(Mode::Commands, seed());
    let whole = played(&steps);
    let halfway = restored(&played(&steps[..steps.len() / 2]).snapshot());
    let mut other = halfway;
    for step in &steps[steps.len() / 2..] {
        apply(&mut other, step, &mut Vec::new());
    }
    assert_eq!(other.snapshot(), whole.snapshot());
}

#[test]
fn damaged_bytes_are_refused() {
    let mut chance = Chance::new(seed());
    let bytes = played(&stream(Mode::Commands, chance.next())).snapshot();
    assert_eq!(Core::restore(&[]).err(), Some(SnapshotError::NotASnapshot));
    assert_eq!(Core::restore(b"JWSN").err(), Some(SnapshotError::NotASnapshot));
    for length in 0..bytes.len() {
        assert!(Core::restore(&bytes[..length]).is_err(), "cut to {length} bytes");
    }
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << chance.below(8);
        let refused = Core::restore(&damaged).err();
        let expected = match at {
            0..4 => Some(SnapshotError::NotASnapshot),
            20..28 => Some(SnapshotError::Inconsistent("the state hash")),
            4..12 => refused.filter(|error| matches!(error, SnapshotError::OtherVersion { .. })),
            _ => Some(SnapshotError::Damaged),
        };
        assert!(refused.is_some() && refused == expected, "byte {at}: {refused:?}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert_eq!(Core::restore(&longer).err(), Some(SnapshotError::Damaged));
    sealed(&mut longer);
    assert_eq!(Core::restore(&longer).err(), Some(SnapshotError::Inconsistent("more bytes than content")));
}

/// Whoever can make a checksum can make a state. It never stops the core, and it is refused unless it is a whole state of its own.
#[test]
fn content_that_was_changed_under_a_right_checksum_is_no_danger() {
    let mut chance = Chance::new(seed());
    let bytes = played(&stream(Mode::Commands, chance.next())).snapshot();
    let (mut changed_count, mut refused_count) = (0, 0);
    for _ in 0..4_000 {
        let mut changed = bytes.clone();
        for _ in 0..=chance.below(3) {
            chance.damage(&mut changed, 28);
        }
        sealed(&mut changed);
        if changed != bytes {
            changed_count += 1;
            match Core::restore(&changed) {
                Ok(core) => assert!(core.snapshot() == changed),
                Err(error) => {
                    assert!(matches!(error, SnapshotError::Inconsistent(_)), "{error}");
                    refused_count += 1;
                }
            }
        }
    }
    println!("{refused_count} of {changed_count} refused");
    assert!(changed_count > 3_000 && refused_count * 100 > changed_count * 99);
}

#[test]
fn a_snapshot_of_other_rules_is_refused_by_name() {
    let mut core = Core::new();
    core.apply(Seq(1), TsNs(1), &jware_core::command::Command::Tick, &mut Vec::new());
    let mut bytes = core.snapshot();
    bytes[8..12].copy_from_slice(&(CORE_VERSION + 1).to_le_bytes());
    let refused = Core::restore(&bytes).err();
    assert_eq!(refused, Some(SnapshotError::OtherVersion { format: 1, core: CORE_VERSION + 1 }));
    assert!(refused.is_some_and(|error| error.to_string().contains("this core reads")));
}
