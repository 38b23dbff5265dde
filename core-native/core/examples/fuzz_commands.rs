//! Damaged and random command streams for as long as wanted: `--seconds 60 --seed 7`, or one stream again: `--stream N --mode bytes`.
//!
//! Prints one line of JSON at its end: seed, streams, commands. A stream that fails is shortened and printed.
#![allow(missing_docs)]
#![allow(clippy::disallowed_methods, reason = "how long a run takes is no part of what it does")]

#[path = "../tests/fuzzing/mod.rs"]
mod fuzzing;

use std::time::{Duration, Instant};

use fuzzing::chance::Chance;
use fuzzing::{Mode, complaint, shrink, stream};

struct Options {
    seconds: u64,
    seed: u64,
    mode: Option<Mode>,
    stream: Option<u64>,
}

fn options() -> Result<Options, String> {
    let mut options = Options { seconds: 10, seed: 1, mode: None, stream: None };
    let mut words = std::env::args().skip(1);
    while let Some(name) = words.next() {
        let value = words.next().ok_or(format!("{name} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} is a whole number, not {value}"));
        match name.as_str() {
            "--seconds" => options.seconds = number()?,
            "--seed" => options.seed = number()?,
            "--stream" => options.stream = Some(number()?),
            "--mode" => {
                options.mode = Some(match value.as_str() {
                    "commands" => Mode::Commands,
                    "bytes" => Mode::Bytes,
                    _ => return Err(format!("--mode is commands or bytes, not {value}")),
                });
            }
            _ => return Err(format!("{name} is no option: --seconds, --seed, --mode, --stream")),
        }
    }
    Ok(options)
}

fn main() {
    let options = options().unwrap_or_else(|sentence| {
        eprintln!("{sentence}");
        std::process::exit(2);
    });
    let modes = options.mode.map_or(vec![Mode::Commands, Mode::Bytes], |mode| vec![mode]);
    let until = Instant::now() + Duration::from_secs(options.seconds);
    let mut chance = Chance::new(options.seed);
    let (mut streams, mut commands) = (0_u64, 0_u64);
    std::panic::set_hook(Box::new(|_| {}));
    loop {
        let number = options.stream.unwrap_or_else(|| chance.next());
        for &mode in &modes {
            let steps = stream(mode, number);
            streams += 1;
            commands += steps.len() as u64;
            if complaint(&steps).is_some() {
                let steps = shrink::shortest(steps);
                let why = complaint(&steps).unwrap_or_default();
                println!("{mode:?} stream {number} does not survive: {why}\n{steps:#?}");
                let mode = if mode == Mode::Commands { "commands" } else { "bytes" };
                println!("again: cargo run --release -p jware-core --example fuzz_commands -- --stream {number} --mode {mode}");
                println!(r#"{{"seed":{},"streams":{streams},"commands":{commands},"failures":1}}"#, options.seed);
                std::process::exit(1);
            }
        }
        if options.stream.is_some() || Instant::now() >= until {
            break;
        }
    }
    println!(r#"{{"seed":{},"streams":{streams},"commands":{commands},"failures":0}}"#, options.seed);
}
