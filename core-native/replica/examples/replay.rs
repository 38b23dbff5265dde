//! Replay equality for as long as wanted: `--runs 1000 --seed 1`. Prints one line of JSON: seed, runs, and a digest of the
//! states, which is the same in every build.
#![allow(missing_docs)]

#[path = "../tests/history/mod.rs"]
mod history;

fn main() {
    let mut words = std::env::args().skip(1);
    let (mut runs, mut seed) = (100_u64, 1_u64);
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        let number = value.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {value}"));
        match name.as_str() {
            "--runs" => runs = number,
            "--seed" => seed = number,
            _ => panic!("{name} is no option: --runs, --seed"),
        }
    }
    let (mut digest, mut failures) = (0_u64, 0);
    for run in seed..seed + runs {
        match history::run(run, &history::folder("example")) {
            Ok(hash) => digest = digest.rotate_left(7) ^ hash,
            Err(complaint) => {
                failures += 1;
                println!("seed {run}: {complaint}");
            }
        }
    }
    println!("{{\"seed\":{seed},\"runs\":{runs},\"failures\":{failures},\"digest\":\"{digest:016x}\"}}");
    std::process::exit(i32::from(failures > 0));
}
