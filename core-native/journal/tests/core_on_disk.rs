//! The short form of what `npm run torture -- disk` does with the real core.

mod torture;

use jware_journal::sim_disk::SimLie;
use torture::core_on_disk::run_seed;
use torture::{Tally, add};

#[test]
fn the_recovered_state_is_the_one_that_the_same_commands_led_to() {
    let mut tally = Tally::new();
    for seed in 0..60 {
        let seen = run_seed(seed, SimLie::None).unwrap_or_else(|what| panic!("seed {seed}: {what}"));
        add(&mut tally, &seen);
    }
    assert!(tally["core_commands"] > 60 * 250, "{tally:?}");
}

#[test]
fn a_missing_fdatasync_is_noticed() {
    assert!((0..100).any(|seed| run_seed(seed, SimLie::SyncData).is_err()));
}
