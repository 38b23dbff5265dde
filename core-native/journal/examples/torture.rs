//! The proofs of the journal for as long as wanted: `disk --seeds N --seed S [--ack durable|memory]`, `truncate`,
//! `bitflip --flips N --seed S`. One of them alone is repeated with its own seed and a count of 1.
//!
//! Prints one line of JSON at its end: seed, counts, failures. The first failure ends it.
#![allow(missing_docs)]

#[path = "../tests/torture/mod.rs"]
mod torture;

use jware_journal::AckMode;
use jware_journal::sim_disk::SimLie;
use std::fmt::Write as _;
use torture::crash::{Terms, run_seed};
use torture::{Tally, add, core_on_disk, cut, rot, storage_error};

struct Options {
    proof: String,
    count: u64,
    seed: u64,
    modes: Vec<AckMode>,
}

fn options() -> Result<Options, String> {
    let mut words = std::env::args().skip(1);
    let proof = words.next().ok_or("name a proof: disk, truncate, bitflip")?;
    let mut options = Options { proof, count: 2_000, seed: 1, modes: vec![AckMode::Durable, AckMode::Memory] };
    while let Some(name) = words.next() {
        let value = words.next().ok_or(format!("{name} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} is a whole number, not {value}"));
        match (name.as_str(), value.as_str()) {
            ("--seeds" | "--flips", _) => options.count = number()?,
            ("--seed", _) => options.seed = number()?,
            ("--ack", "durable") => options.modes = vec![AckMode::Durable],
            ("--ack", "memory") => options.modes = vec![AckMode::Memory],
            _ => return Err(format!("{name} {value} is no option: --seeds, --flips, --seed, --ack durable or memory")),
        }
    }
    Ok(options)
}

/// How many seeds of the journal alone go with one of the real core, which takes as long as they do.
const SEEDS_PER_CORE_SEED: u64 = 20;

/// Half of the seeds in each mode; the real core besides, and every call of a fixed history.
fn disk(options: &Options) -> Result<Tally, String> {
    let mut tally = Tally::new();
    let share = (options.count / options.modes.len() as u64).max(1);
    for mode in &options.modes {
        let name = if *mode == AckMode::Durable { "durable" } else { "memory" };
        for seed in (0..share).map(|index| options.seed.wrapping_add(index)) {
            let seen = run_seed(seed, Terms::of(*mode)).map_err(|what| {
                format!("seed {seed}: {what}\nagain: npm run torture -- disk --seeds 1 --seed {seed} --ack {name}")
            })?;
            add(&mut tally, &seen);
            *tally.entry("seeds").or_default() += 1;
        }
    }
    for seed in (0..options.count.div_ceil(SEEDS_PER_CORE_SEED)).map(|index| options.seed.wrapping_add(index)) {
        let seen = core_on_disk::run_seed(seed, SimLie::None)
            .map_err(|what| format!("core, seed {seed}: {what}\nagain: npm run torture -- disk --seeds 1 --seed {seed}"))?;
        add(&mut tally, &seen);
    }
    add(&mut tally, &storage_error::at_every_call(options.seed)?);
    add(&mut tally, &storage_error::goes_on_at_every_call()?);
    Ok(tally)
}

fn bitflip(options: &Options) -> Result<Tally, String> {
    let mut tally = rot::run(options.seed, options.count)
        .map_err(|what| format!("{what}\nagain: npm run torture -- bitflip --flips 1 --seed <that seed>"))?;
    tally.insert("flips", options.count);
    Ok(tally)
}

fn main() {
    let options = options().unwrap_or_else(|sentence| {
        eprintln!("{sentence}");
        std::process::exit(2);
    });
    let outcome = match options.proof.as_str() {
        "disk" => disk(&options),
        "truncate" => cut::everywhere(),
        "bitflip" => bitflip(&options),
        other => {
            eprintln!("{other} is no proof: disk, truncate, bitflip");
            std::process::exit(2);
        }
    };
    let (tally, failures) = match outcome {
        Ok(tally) => (tally, 0),
        Err(what) => {
            println!("{what}");
            (Tally::new(), 1)
        }
    };
    let mut line = format!(r#"{{"seed":{},"failures":{failures}"#, options.seed);
    for (name, count) in &tally {
        let _ = write!(line, r#","{name}":{count}"#);
    }
    println!("{line}}}");
    std::process::exit(failures);
}
