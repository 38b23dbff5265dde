//! Connections with a number of requests outstanding on each, the next one sent when one is answered: round trips where it is one
//! request on one connection, throughput where there are many.

use std::time::Instant;

use crate::lane::{self, Lane};
use crate::load_error::LoadError;
use crate::meter::{Meter, Stretch};
use crate::options::Options;
use crate::poll::{expect_room, has_come, poll, readable};
use crate::report::Report;

const ANSWER_MS_MAX: i32 = 10_000;

/// Measures `count` answers over all connections.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    let mut lanes = lane::open(options)?;
    let (samples, stretch) = match lanes.as_mut_slice() {
        [only] if options.window == 1 => in_turn(options, only.as_mut())?,
        many => measure(options, many)?,
    };
    Ok(Report::new("pipe")
        .with("connections", options.connections as u128)
        .with("window", options.window as u128)
        .with_latencies("", samples)
        .with_stretch(options.count, stretch))
}

/// One request at a time: a blocking read, so that a server on the same processor runs at once.
fn in_turn(options: &Options, lane: &mut dyn Lane) -> Result<(Vec<u64>, Stretch), LoadError> {
    let mut samples = Vec::with_capacity(options.count);
    let mut meter = Meter::begin(options.server_pid)?;
    for number in 0..options.warm_up + options.count {
        if number == options.warm_up {
            meter = Meter::begin(options.server_pid)?;
        }
        lane.send(Instant::now());
        lane.stream().flush()?;
        let latency_ns = loop {
            if let Some(latency_ns) = lane.take_answer()? {
                break latency_ns;
            }
            lane.stream().read_more()?;
        };
        if number >= options.warm_up {
            samples.push(latency_ns);
        }
    }
    Ok((samples, meter.end()?))
}

fn measure(options: &Options, lanes: &mut [Box<dyn Lane>]) -> Result<(Vec<u64>, Stretch), LoadError> {
    for lane in lanes.iter_mut() {
        lane.stream().set_nonblocking()?;
        for _ in 0..options.window {
            lane.send(Instant::now());
        }
    }
    let mut waits: Vec<libc::pollfd> = lanes.iter_mut().map(|lane| readable(lane.stream().descriptor())).collect();
    let mut answered = 0;
    let mut meter = Meter::begin(options.server_pid)?;
    let mut samples = Vec::with_capacity(options.count);
    while samples.len() < options.count {
        for (lane, wait) in lanes.iter_mut().zip(&mut waits) {
            if has_come(*wait) {
                while lane.stream().read_available()? {}
                while let Some(latency_ns) = lane.take_answer()? {
                    lane.send(Instant::now());
                    answered += 1;
                    if answered == options.warm_up {
                        meter = Meter::begin(options.server_pid)?;
                    }
                    if answered > options.warm_up && samples.len() < options.count {
                        samples.push(latency_ns);
                    }
                }
            }
            expect_room(wait, lane.stream().flush()?);
        }
        if !poll(&mut waits, ANSWER_MS_MAX)? {
            return Err(LoadError::Wrong(format!("no answer for {ANSWER_MS_MAX} ms")));
        }
    }
    Ok((samples, meter.end()?))
}
