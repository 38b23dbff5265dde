//! The core against the naive model: the same commands, compared after each one, with everything that must always hold.
//!
//! `JWARE_TEST_SEED` repeats a run, `JWARE_TEST_CASES` makes it longer. A failure is shrunk to its shortest list of steps.
//! `examples/differential.rs` is the same, for a night.
#![allow(missing_docs)]

mod naive;
mod pair;
mod random;

use std::collections::BTreeMap;

use pair::Pair;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A runner whose seed is printed and can be given.
#[allow(clippy::disallowed_methods, reason = "a new seed for every run; the core itself has no clock")]
fn runner(test: &str, cases: u32) -> TestRunner {
    let given = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let clock = || {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs().rotate_left(32) ^ u64::from(since.subsec_nanos()))
    };
    let seed = given("JWARE_TEST_SEED").unwrap_or_else(clock);
    let cases = given("JWARE_TEST_CASES").and_then(|count| u32::try_from(count).ok()).unwrap_or(cases);
    println!("{test}: JWARE_TEST_SEED={seed} JWARE_TEST_CASES={cases}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

#[test]
fn the_core_does_what_the_naive_model_does() {
    // A step that is made smaller would be another step: lists are shrunk by leaving steps out.
    let steps = vec(any::<u64>().no_shrink(), 1..160);
    let outcome =
        runner("the_core_does_what_the_naive_model_does", 2_000).run(&(any::<u64>().no_shrink(), steps), |(scene, steps)| {
            let failed = |pair: &Pair, difference: pair::Difference| {
                TestCaseError::fail(format!("{}\nafter:\n{}", difference.0, pair.last_commands(40)))
            };
            let mut pair = Pair::new(scene, true).map_err(|difference| TestCaseError::fail(difference.0))?;
            for step in &steps {
                pair.step(*step).map_err(|difference| failed(&pair, difference))?;
            }
            pair.check_replay().map_err(|difference| failed(&pair, difference))
        });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// What a comparison says nothing about where it never happens.
const MUST_HAPPEN: [&str; 35] = [
    "NewOrder ShortSale",
    "NewOrderList ShortSale",
    "atomic ShortSale",
    "at work ShortSale",
    "NewOrder InsufficientFunds",
    "NewOrderList InsufficientFunds",
    "atomic InsufficientFunds",
    "at work InsufficientFunds",
    "NewOrder PriceCollarWindow",
    "at work PriceCollarWindow",
    "NewOrderList OrderNotionalLimit",
    "NewOrderList WindowNotionalLimit",
    "NewOrderList GrossNotionalLimit",
    "NewOrderList NetNotionalLimit",
    "atomic OrderNotionalLimit",
    "atomic WindowNotionalLimit",
    "atomic GrossNotionalLimit",
    "atomic NetNotionalLimit",
    "Control AccountInUse",
    "Liquidation",
    "closed for Liquidation",
    "LossWarn",
    "LossReduce",
    "LossHalt",
    "LossFlatten",
    "closed for Flatten",
    "LossWarn of the whole",
    "LossReduce of the whole",
    "LossHalt of the whole",
    "LossFlatten of the whole",
    "the whole is unknown",
    "foreseen to be accepted",
    "foreseen to be refused",
    "fill of the first tier",
    "fill above the first tier",
];

#[test]
fn every_rule_of_money_and_losses_happens() {
    let mut tally: BTreeMap<String, u64> = BTreeMap::new();
    let mut commands = 0;
    for scene in 0..2_000_u64 {
        let mut dice = random::Dice::new(scene);
        let mut pair = Pair::new(dice.next(), false).unwrap_or_else(|difference| panic!("scene {scene}: {}", difference.0));
        for _ in 0..120 {
            pair.step(dice.next()).unwrap_or_else(|difference| panic!("scene {scene}: {}", difference.0));
            commands += 1;
        }
        for (met, count) in pair.tally {
            *tally.entry(met).or_default() += count;
        }
    }
    println!("of {commands} commands:");
    for name in MUST_HAPPEN {
        println!("{:8} {name}", tally.get(name).copied().unwrap_or(0));
    }
    let never: Vec<&str> = MUST_HAPPEN.into_iter().filter(|name| !tally.contains_key(*name)).collect();
    assert!(never.is_empty(), "never happened: {never:?}");
}
