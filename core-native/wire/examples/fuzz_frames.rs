//! The frame decoder against damaged frames and random bytes for as long as wanted: `--seconds 60 --seed 7`.
//!
//! Prints one line of JSON at its end: seed, frames, how many were understood. A frame that stops the decoder is printed.
#![allow(missing_docs)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use jware_wire::decode;
use support::{ACTOR, valid_frames};

const FRAMES_PER_LOOK: u32 = 10_000;
const WORDS: [u32; 10] = [0, 1, 4, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFC, 0xFFFF_FFFF];

/// `SplitMix64`.
struct Chance(u64);

impl Chance {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    #[allow(clippy::cast_possible_truncation, reason = "below a usize")]
    const fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    const fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    fn damage(&mut self, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
        if bytes.is_empty() {
            bytes.push(self.byte());
        }
        let at = self.below(bytes.len());
        match self.below(8) {
            0 => bytes[at] = self.byte(),
            1 | 2 => bytes[at] ^= 1 << self.below(8),
            3 => bytes.truncate(at),
            4 => {
                let word = WORDS[self.below(WORDS.len())].to_le_bytes();
                for (target, source) in bytes[at & !3..].iter_mut().zip(word) {
                    *target = source;
                }
            }
            5 => bytes[at] = self.byte() % 24,
            6 => {
                let other = &others[self.below(others.len())];
                let from = self.below(other.len());
                bytes.splice(at..at, other[from..].iter().take(24).copied());
            }
            _ => {
                let end = (at + 1 + self.below(16)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
}

fn options() -> Result<(u64, u64), String> {
    let (mut seconds, mut seed) = (10, 1);
    let mut words = std::env::args().skip(1);
    while let Some(name) = words.next() {
        let value = words.next().ok_or(format!("{name} needs a value"))?;
        let number = value.parse::<u64>().map_err(|_| format!("{name} is a whole number, not {value}"))?;
        match name.as_str() {
            "--seconds" => seconds = number,
            "--seed" => seed = number,
            _ => return Err(format!("{name} is no option: --seconds, --seed")),
        }
    }
    Ok((seconds, seed))
}

fn main() {
    let (seconds, seed) = options().unwrap_or_else(|sentence| {
        eprintln!("{sentence}");
        std::process::exit(2);
    });
    let corpus: Vec<Vec<u8>> = valid_frames().into_iter().map(|(_, frame)| frame).collect();
    let mut chance = Chance(seed);
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut frames, mut understood) = (0_u64, 0_u64);
    let mut frame = Vec::new();
    loop {
        for _ in 0..FRAMES_PER_LOOK {
            frame.clear();
            if chance.below(8) == 0 {
                let length = chance.below(300);
                frame.extend((0..length).map(|_| chance.byte()));
            } else {
                frame.extend_from_slice(&corpus[chance.below(corpus.len())]);
                for _ in 0..=chance.below(5) {
                    chance.damage(&mut frame, &corpus);
                }
            }
            frames += 1;
            let meaning = catch_unwind(AssertUnwindSafe(|| {
                // Reads every borrowed text and list to its end.
                decode(&frame, ACTOR).map(|inbound| format!("{inbound:?}").len()).is_ok()
            }));
            let Ok(is_understood) = meaning else {
                println!("a frame stops the decoder: {frame:?}");
                println!(r#"{{"seed":{seed},"frames":{frames},"understood":{understood},"failures":1}}"#);
                std::process::exit(1);
            };
            understood += u64::from(is_understood);
        }
        if Instant::now() >= until {
            break;
        }
    }
    println!(r#"{{"seed":{seed},"frames":{frames},"understood":{understood},"failures":0}}"#);
}
