//! A short run of the fuzzer, from a seed that is printed. `npm run torture -- fuzz` runs it for as long as wanted.
#![allow(missing_docs)]

mod fuzzing;

use std::collections::BTreeMap;

use fuzzing::{Mode, apply, chance::Chance, complaint, shrink, stream};
use jware_core::Core;
use jware_core::event::Event;

fn survive(mode: Mode, count: u32) {
    let seed = std::env::var("JWARE_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    println!("{mode:?}: JWARE_TEST_SEED={seed}");
    let mut chance = Chance::new(seed);
    for _ in 0..count {
        let seed = chance.next();
        let steps = stream(mode, seed);
        if complaint(&steps).is_some() {
            let steps = shrink::shortest(steps);
            panic!("stream {seed}: {}\n{steps:#?}", complaint(&steps).unwrap_or_default());
        }
    }
}

#[test]
fn random_commands_are_survived() {
    survive(Mode::Commands, 150);
}

#[test]
fn commands_of_damaged_bytes_are_survived() {
    survive(Mode::Bytes, 150);
}

/// A run that never triggers, links or refuses anything would prove nothing about it.
#[test]
fn random_commands_do_everything() {
    let mut chance = Chance::new(1);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut events = Vec::new();
    for _ in 0..150 {
        let mut core = Core::new();
        for step in stream(Mode::Commands, chance.next()) {
            events.clear();
            apply(&mut core, &step, &mut events);
            for event in &events {
                let what = match event {
                    Event::Execution(execution) => format!("{:?} {:?}", execution.exec_type, execution.reason),
                    Event::Refused { refusal, .. } => format!("{:?}", refusal.code),
                    _ => continue,
                };
                *seen.entry(what).or_default() += 1;
            }
        }
    }
    for (what, count) in &seen {
        println!("{count:8} {what}");
    }
    assert!(seen.len() >= 70, "{} things happened", seen.len());
}
