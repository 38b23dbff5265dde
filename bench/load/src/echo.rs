//! Round trips of one message at a time through an echo server.

use std::time::Instant;

use crate::clock::ns_since;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::report::Report;
use crate::socket::Socket;

/// Bytes of the counter at the head of a message.
const TAG_BYTES: usize = 8;

/// A message that tells its number; shorter ones are the low end of it.
pub fn fill(message: &mut [u8], number: u64) {
    let tag = number.to_le_bytes();
    let length = message.len().min(TAG_BYTES);
    message[..length].copy_from_slice(&tag[..length]);
}

/// Measures `count` round trips; every answer must be the message.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    let mut socket = Socket::connect(options.port, &options.path)?;
    let mut message = vec![0x11; options.bytes];
    let mut samples = Vec::with_capacity(options.count);
    let mut measured_from = Instant::now();
    for number in 0..options.warm_up + options.count {
        if number == options.warm_up {
            measured_from = Instant::now();
        }
        fill(&mut message, number as u64);
        socket.queue(&message);
        let sent = Instant::now();
        socket.flush()?;
        let answer = socket.receive()?;
        let latency_ns = ns_since(sent);
        if answer != message {
            return Err(LoadError::Wrong(format!("message {number} came back as {} other bytes", answer.len())));
        }
        if number >= options.warm_up {
            samples.push(latency_ns);
        }
    }
    let elapsed_ns = ns_since(measured_from);
    Ok(Report::new("echo")
        .with("bytes", options.bytes as u128)
        .with_latencies("", samples)
        .with_throughput(options.count, elapsed_ns))
}
