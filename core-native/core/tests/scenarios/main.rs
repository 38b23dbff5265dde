//! Other engines' own test scenarios, played on ours: exchange-core's five (104 steps), CppTrader's sixteen cases and fourteen
//! texts.
//!
//! The files are recordings of other projects' tests, read from `../shared/data` beside the checkout and never copied; where
//! they are absent the tests say so and pass. Where the engines differ by design, the difference has a name: a step is then
//! compared under a stated translation ([`Compared::Bridged`]) or not at all ([`Compared::Not`]), and the counts of each are
//! asserted, so that nothing stops being compared unnoticed.
#![allow(missing_docs)]

mod cpptrader;
mod cpptrader_texts;
mod exchange_core;
mod floor;
mod tally;

use std::path::PathBuf;

use serde_json::Value;
use tally::Counts;

/// A scenario file, where the recordings are there.
fn recording(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/scenarios").join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).expect("a recording is JSON")),
        Err(error) => {
            println!("skipped: {} ({error})", path.display());
            None
        }
    }
}

#[test]
fn exchange_cores_scenarios_play_here() {
    let Some(file) = recording("exchange-core_cucumber.json") else { return };
    let tally = exchange_core::play(&file);
    tally.tell("exchange-core");
    assert_eq!(tally.counts(), Counts { scenarios: 5, unplayed: 0, exact: 61, bridged: 42, not: 1 });
}

#[test]
fn cpptraders_cases_play_here() {
    let Some(file) = recording("cpptrader_matching.json") else { return };
    let tally = cpptrader::play(&file);
    tally.tell("CppTrader, matching");
    assert_eq!(tally.counts(), Counts { scenarios: 16, unplayed: 3, exact: 233, bridged: 27, not: 48 });
}

#[test]
fn cpptraders_texts_play_here() {
    let Some(file) = recording("cpptrader_cli_scenarios.json") else { return };
    let tally = cpptrader_texts::play(&file);
    tally.tell("CppTrader, texts");
    assert_eq!(tally.counts(), Counts { scenarios: 14, unplayed: 3, exact: 103, bridged: 6, not: 15 });
}
