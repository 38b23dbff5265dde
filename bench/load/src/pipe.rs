//! Many connections with many requests outstanding on each: throughput, and what it does to the latency.

mod echo_lane;
mod order_lane;

use std::os::fd::RawFd;
use std::time::Instant;

use crate::clock::ns_since;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::report::Report;
use crate::session::run_name;
use crate::socket::Socket;
use echo_lane::EchoLane;
use order_lane::OrderLane;

const POLL_TIMEOUT_MS: i32 = 10_000;

/// One connection and its outstanding requests.
trait Lane {
    /// Its connection.
    fn socket(&mut self) -> &mut Socket;

    /// Queues the first requests.
    fn start(&mut self);

    /// Takes the next answer that has arrived, checks it and queues the next request. The answer's latency, nanoseconds;
    /// `None` once none is left.
    fn take_answer(&mut self) -> Result<Option<u64>, LoadError>;
}

/// Measures `count` answers over all connections.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    let run = run_name();
    match options.target.as_str() {
        "echo" => {
            let lanes = (0..options.connections).map(|_| EchoLane::connect(options));
            measure(options, lanes.collect::<Result<Vec<_>, _>>()?)
        }
        "order" => {
            let lanes = (0..options.connections).map(|index| OrderLane::log_on(options, index, &format!("{run}-{index}-")));
            measure(options, lanes.collect::<Result<Vec<_>, _>>()?)
        }
        other => Err(LoadError::Usage(format!("--target is order or echo, not {other:?}"))),
    }
}

fn measure(options: &Options, mut lanes: Vec<impl Lane>) -> Result<Report, LoadError> {
    for lane in &mut lanes {
        lane.socket().set_nonblocking()?;
        lane.start();
    }
    let mut waits: Vec<libc::pollfd> = lanes.iter_mut().map(|lane| wait_for(lane.socket().descriptor())).collect();
    let mut answered = 0;
    let mut measured_from = Instant::now();
    let mut samples = Vec::with_capacity(options.count);
    while samples.len() < options.count {
        for (lane, wait) in lanes.iter_mut().zip(&mut waits) {
            if wait.revents & !libc::POLLOUT != 0 {
                while lane.socket().read_available()? {}
                while let Some(latency_ns) = lane.take_answer()? {
                    answered += 1;
                    if answered == options.warm_up {
                        measured_from = Instant::now();
                    }
                    if answered > options.warm_up && samples.len() < options.count {
                        samples.push(latency_ns);
                    }
                }
            }
            let is_sent = lane.socket().flush()?;
            wait.events = if is_sent { libc::POLLIN } else { libc::POLLIN | libc::POLLOUT };
        }
        poll(&mut waits)?;
    }
    let elapsed_ns = ns_since(measured_from);
    Ok(Report::new("pipe")
        .with("connections", options.connections as u128)
        .with("window", options.window as u128)
        .with_latencies("", samples)
        .with_throughput(options.count, elapsed_ns))
}

fn wait_for(descriptor: RawFd) -> libc::pollfd {
    libc::pollfd { fd: descriptor, events: libc::POLLIN, revents: 0 }
}

fn poll(waits: &mut [libc::pollfd]) -> Result<(), LoadError> {
    let count = libc::nfds_t::try_from(waits.len()).map_err(|_| LoadError::Usage("too many connections".to_owned()))?;
    // SAFETY: the pointer and count are of one slice that nobody else touches during the call.
    let ready = unsafe { libc::poll(waits.as_mut_ptr(), count, POLL_TIMEOUT_MS) };
    match ready {
        0 => Err(LoadError::Wrong(format!("no answer for {POLL_TIMEOUT_MS} ms"))),
        count if count > 0 => Ok(()),
        _ => match std::io::Error::last_os_error() {
            error if error.kind() == std::io::ErrorKind::Interrupted => Ok(()),
            error => Err(LoadError::io("polling")(error)),
        },
    }
}
