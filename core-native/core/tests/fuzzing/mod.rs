//! Command streams that nobody meant: made at random, and decoded from bytes that were damaged.
//!
//! A stream survives if no command stops the core, everything that must always hold holds after each ([`invariants`]), and the
//! same commands give the same state hash once more. Streams follow from a seed alone.
#![allow(dead_code, missing_docs, reason = "a test and an example use different parts")]

pub mod chance;
pub mod invariants;
pub mod random;
pub mod shrink;

use std::panic::{AssertUnwindSafe, catch_unwind};

use chance::Chance;
use jware_core::Core;
use jware_core::command::Command;
use jware_core::event::Event;
use jware_core::units::{Seq, TsNs};

/// One command and the time since the one before it, nanoseconds.
pub type Step = (u64, Command);

/// Commands of a stream beyond its set-up.
pub const STREAM_COMMANDS: usize = 250;

/// How a stream is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Commands at random, of sound and of absurd content.
    Commands,
    /// The same as a journal's bytes, damaged, and read back as far as they can be.
    Bytes,
}

pub fn stream(mode: Mode, seed: u64) -> Vec<Step> {
    let mut chance = Chance::new(seed);
    let commands = random::stream(&mut chance, STREAM_COMMANDS);
    match mode {
        Mode::Commands => commands,
        Mode::Bytes => {
            let mut bytes = Vec::new();
            for step in &commands {
                bytes.extend(postcard::to_allocvec(step).expect("a command can be written"));
            }
            // The set-up stays whole most of the time, or nothing would ever trade.
            let from = if chance.one_in(8) { 0 } else { bytes.len() / 10 };
            for _ in 0..=chance.below(40) {
                chance.damage(&mut bytes, from);
            }
            decoded(&bytes)
        }
    }
}

/// Every command that bytes hold; where they hold none the next byte is tried.
pub fn decoded(mut bytes: &[u8]) -> Vec<Step> {
    let mut steps = Vec::new();
    while !bytes.is_empty() {
        match postcard::take_from_bytes::<Step>(bytes) {
            Ok((step, rest)) => {
                steps.push(step);
                bytes = rest;
            }
            Err(_) => bytes = &bytes[1..],
        }
    }
    steps
}

/// The last moment of a stream: a session that is open then still closes within the range of time.
const TIME_NS_MAX: u64 = u64::MAX - 2 * 86_400_000_000_000;

/// Applies one step; time stands still where it would run over.
pub fn apply(core: &mut Core, step: &Step, events: &mut Vec<Event>) {
    let ts = TsNs(core.ts().0.saturating_add(step.0).min(TIME_NS_MAX));
    core.apply(Seq(core.seq().0 + 1), ts, &step.1, events);
}

/// Plays a stream and checks everything; panics where something does not hold.
pub fn survive(steps: &[Step]) {
    let mut core = Core::new();
    let mut sequences = invariants::Sequences::default();
    let mut events = Vec::new();
    for step in steps {
        events.clear();
        apply(&mut core, step, &mut events);
        sequences.follow(&events);
        invariants::fills_are_shown(&events);
        invariants::hold(&core);
    }
    let mut again = Core::new();
    for step in steps {
        events.clear();
        apply(&mut again, step, &mut events);
    }
    assert_eq!(again.state_hash(), core.state_hash(), "the same commands give the same state");
}

/// Why a stream does not survive, if it does not.
pub fn complaint(steps: &[Step]) -> Option<String> {
    catch_unwind(AssertUnwindSafe(|| survive(steps))).err().map(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    })
}
