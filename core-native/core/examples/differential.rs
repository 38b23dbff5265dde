//! The core against the naive model for as long as wanted: `--commands 1e9 --seed 7 --threads 2 --length 200`.
//!
//! `--scene 5 --steps 1,2,3` plays one again.
//!
//! Scenes of `length` steps, each from its own number. A scene that fails is shortened by leaving steps out, printed and counted;
//! the run goes on to `--failures` of them, and then ends with a failure.
#![allow(missing_docs)]

#[path = "../tests/naive/mod.rs"]
mod naive;
#[path = "../tests/pair/mod.rs"]
mod pair;
#[path = "../tests/random/mod.rs"]
mod random;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use pair::{Difference, Pair};
use random::Dice;

struct Options {
    commands: u64,
    seed: u64,
    threads: u64,
    length: u64,
    failures: u64,
    /// One scene to play again.
    scene: Option<u64>,
    steps: Vec<u64>,
}

static DONE: AtomicU64 = AtomicU64::new(0);
static EXECUTIONS: AtomicU64 = AtomicU64::new(0);
static FAILURES: AtomicU64 = AtomicU64::new(0);

fn options() -> Options {
    let mut options =
        Options { commands: 1_000_000, seed: 1, threads: 1, length: 200, failures: 1, scene: None, steps: Vec::new() };
    let mut words = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        if name == "--steps" {
            options.steps = value.split(',').filter_map(|step| step.trim().parse().ok()).collect();
            continue;
        }
        let count = exact(&value).unwrap_or_else(|| panic!("{value} is not a whole number"));
        match name.as_str() {
            "--commands" => options.commands = count,
            "--seed" => options.seed = count,
            "--threads" => options.threads = count.max(1),
            "--length" => options.length = count.max(1),
            "--scene" => options.scene = Some(count),
            "--failures" => options.failures = count.max(1),
            _ => panic!("{name} is no option"),
        }
    }
    options
}

/// A whole number, also as `1e9`.
fn exact(text: &str) -> Option<u64> {
    match text.split_once('e') {
        Some((digits, zeros)) => digits.parse::<u64>().ok()?.checked_mul(10_u64.checked_pow(zeros.parse().ok()?)?),
        None => text.parse().ok(),
    }
}

/// Plays a scene; where it fails: after how many steps, why, and the last commands.
fn play(scene: u64, steps: &[u64], replays: bool) -> Result<(), (usize, String)> {
    let mut at = 0;
    let mut commands = String::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut pair = Pair::new(scene, replays)?;
        for step in steps {
            at += 1;
            let result = catch_unwind(AssertUnwindSafe(|| pair.step(*step)));
            match result {
                Ok(Ok(())) => {}
                Ok(Err(difference)) => {
                    commands = pair.last_commands(60);
                    return Err(Difference(format!("{}\nby: {}", difference.0, pair.last_commands(1))));
                }
                Err(panic) => {
                    commands = pair.last_commands(60);
                    let text = panic.downcast_ref::<String>().cloned();
                    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                    return Err(Difference(format!("panicked: {}\nby: {}", text.unwrap_or_default(), pair.last_commands(1))));
                }
            }
        }
        EXECUTIONS.fetch_add(pair.execution_count, Ordering::Relaxed);
        if replays { pair.check_replay() } else { Ok(()) }
    }));
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(difference)) => Err((at, format!("{}\nafter:\n{commands}", difference.0))),
        Err(_) => Err((at, "panicked at the opening".to_owned())),
    }
}

/// Leaves out as many steps as can be left out.
fn shorten(scene: u64, steps: &[u64], replays: bool) -> (Vec<u64>, String) {
    let mut steps = steps.to_vec();
    let mut text = String::new();
    let mut chunk = steps.len();
    while chunk > 0 {
        let mut from = 0;
        while from < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(from..(from + chunk).min(steps.len()));
            match play(scene, &fewer, replays) {
                Err((at, why)) => {
                    fewer.truncate(at);
                    (steps, text) = (fewer, why);
                }
                Ok(()) => from += chunk,
            }
        }
        chunk /= 2;
    }
    if text.is_empty() {
        text = play(scene, &steps, replays).err().map_or_else(|| "does not fail again".to_owned(), |(_, why)| why);
    }
    (steps, text)
}

fn run(options: &Options, thread: u64) {
    let mut dice = Dice::new(options.seed.wrapping_mul(1_000_003).wrapping_add(thread));
    let mut played: u64 = 0;
    while DONE.load(Ordering::Relaxed) < options.commands && FAILURES.load(Ordering::Relaxed) < options.failures {
        let scene = dice.next();
        let mut steps: Vec<u64> = (0..options.length).map(|_| dice.next()).collect();
        let replays = played.is_multiple_of(16);
        played += 1;
        if let Err((at, _)) = play(scene, &steps, replays) {
            steps.truncate(at);
            let (steps, why) = shorten(scene, &steps, replays);
            println!("FAILURE {} scene {scene} steps {steps:?}\n{why}", FAILURES.fetch_add(1, Ordering::Relaxed) + 1);
        }
        DONE.fetch_add(options.length, Ordering::Relaxed);
    }
}

#[allow(clippy::disallowed_methods, reason = "a rate is reported; the core itself has no clock")]
fn main() {
    let options = options();
    if let Some(scene) = options.scene {
        let outcome = play(scene, &options.steps, true);
        println!("{}", outcome.map_or_else(|(at, why)| format!("step {at}: {why}"), |()| "no difference".to_owned()));
        return;
    }
    println!("--seed {} --length {} --threads {}", options.seed, options.length, options.threads);
    std::panic::set_hook(Box::new(|_| {}));
    let start = std::time::Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..options.threads {
            let options = &options;
            scope.spawn(move || run(options, thread));
        }
    });
    let (done, failures) = (DONE.load(Ordering::Relaxed), FAILURES.load(Ordering::Relaxed));
    let seconds = start.elapsed().as_secs_f64();
    #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = done as f64 / seconds;
    println!("{done} commands, {} reports, {failures} failures, {rate:.0} commands/s", EXECUTIONS.load(Ordering::Relaxed));
    if failures > 0 {
        std::process::exit(1);
    }
}
