//! Requests at a fixed rate, whatever the answers do: request `i` is due at the start plus `i / rate`, and its latency counts from
//! there. A server that pauses therefore pays for every request that was due meanwhile, sent or not (no coordinated omission).
//!
//! The client never sleeps; it needs a processor that the server does not have.

use std::time::{Duration, Instant};

use crate::clock::ns_since;
use crate::lane::{self, Lane};
use crate::load_error::LoadError;
use crate::options::Options;
use crate::poll::{has_come, poll, readable};
use crate::report::Report;

/// Nothing answered for so long: the server has stopped.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Measures `count` answers, after `warm_up` of the same rate.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    if options.rate == 0 {
        return Err(LoadError::Usage("open needs --rate, requests a second".to_owned()));
    }
    let mut lanes = lane::open(options)?;
    let measured = measure(options, &mut lanes)?;
    Ok(Report::new("open")
        .with("connections", options.connections as u128)
        .with("rate", options.rate as u128)
        .with("late_max_ns", measured.late_max_ns)
        .with_latencies("", measured.samples)
        .with_throughput(options.count, measured.elapsed_ns))
}

struct Measured {
    samples: Vec<u64>,
    /// The latest that a request was sent after it was due.
    late_max_ns: u64,
    elapsed_ns: u64,
}

fn measure(options: &Options, lanes: &mut [Box<dyn Lane>]) -> Result<Measured, LoadError> {
    for lane in lanes.iter_mut() {
        lane.stream().set_nonblocking()?;
    }
    let mut waits: Vec<libc::pollfd> = lanes.iter_mut().map(|lane| readable(lane.stream().descriptor())).collect();
    let total = options.warm_up + options.count;
    let started = Instant::now();
    let due_at = |number: usize| started + Duration::from_nanos(due_ns(number, options.rate));
    let mut samples = Vec::with_capacity(options.count);
    let (mut sent, mut answered, mut late_max_ns) = (0, 0, 0);
    let mut heard = Instant::now();
    while answered < total {
        while sent < total && due_at(sent) <= Instant::now() {
            let lane = sent % lanes.len();
            if !lanes[lane].send(due_at(sent)) {
                break;
            }
            if sent >= options.warm_up {
                late_max_ns = late_max_ns.max(ns_since(due_at(sent)));
            }
            sent += 1;
        }
        for lane in lanes.iter_mut() {
            lane.stream().flush()?;
        }
        if poll(&mut waits, 0)? {
            heard = Instant::now();
            for (lane, wait) in lanes.iter_mut().zip(&mut waits).filter(|(_, wait)| has_come(**wait)) {
                lane.stream().read_available()?;
                while let Some(latency_ns) = lane.take_answer()? {
                    answered += 1;
                    if answered > options.warm_up {
                        samples.push(latency_ns);
                    }
                }
                wait.revents = 0;
            }
        } else if sent > answered && heard.elapsed() > ANSWER_MAX {
            return Err(LoadError::Wrong(format!("no answer for {} s", ANSWER_MAX.as_secs())));
        }
    }
    let elapsed_ns = ns_since(due_at(options.warm_up));
    Ok(Measured { samples, late_max_ns, elapsed_ns })
}

/// When a request is due, nanoseconds after the start.
fn due_ns(number: usize, rate: usize) -> u64 {
    u64::try_from(number as u128 * 1_000_000_000 / rate as u128).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    #[test]
    fn requests_are_due_at_even_distances() {
        assert_eq!([0, 1, 3, 300_000].map(|number| due_ns(number, 300_000)), [0, 3_333, 10_000, 1_000_000_000]);
    }

    /// A server that answers nothing for 200 ms and then everything: a client that waited for it would see one slow answer.
    #[test]
    fn a_pause_is_paid_by_every_request_that_was_due_in_it() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (mut stream, mut seen) = (listener.accept().unwrap().0, Vec::new());
            let mut answered = 0;
            let mut buffer = vec![0; 65_536];
            std::thread::sleep(Duration::from_millis(200));
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                seen.extend_from_slice(&buffer[..count]);
                let text = String::from_utf8_lossy(&seen).into_owned();
                // What stands before the first name, and the requests that have their answers.
                for name in text.split("\"clOrdId\":").skip(1 + answered).filter_map(|rest| rest.get(..15)) {
                    let body = format!("{{\"clOrdId\":{name}}}");
                    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
                    answered += 1;
                }
            }
        });
        let target = "http".to_owned();
        let options = Options { port, target, rate: 1_000, count: 300, warm_up: 0, path: "/".to_owned(), ..Options::default() };
        let measured = measure(&options, &mut lane::open(&options).unwrap()).unwrap();
        server.join().unwrap();
        let slow = measured.samples.iter().filter(|&&latency_ns| latency_ns > 50_000_000).count();
        assert!((100..=270).contains(&slow), "{slow} of 300 requests waited more than 50 ms");
    }
}
