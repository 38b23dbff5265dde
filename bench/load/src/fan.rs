//! Ticks to many subscribers: every one must get every tick, in order and whole.
//!
//! The publisher publishes a turn for each byte that comes over a plain TCP connection, the control: as many ticks as it says. With
//! `window` turns outstanding the next one is asked for when every subscriber has all of one: the rate is what the server sustains,
//! and with a window of one the age of a tick is that of an idle system. Ages are from the tick's `ts_event_ns`, the wall clock of the
//! moment before it was given to the core.

mod tick_reader;

use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::time::{SystemTime, UNIX_EPOCH};

use jware_core::units::InstrumentId;
use jware_wire::ClientEncoder;
use jware_wire::generated::Channel;

use crate::load_error::LoadError;
use crate::market;
use crate::meter::{Meter, Stretch};
use crate::options::Options;
use crate::poll::{has_come, poll, readable};
use crate::report::Report;
use crate::socket::Socket;
use crate::stream::Stream;
use tick_reader::TickReader;

const TICK_MS_MAX: i32 = 10_000;

/// One connection and what it has seen.
struct Subscriber {
    socket: Socket,
    reader: TickReader,
    tick_count: usize,
}

/// Measures `count` turns.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    let mut subscribers = subscribe(options, 0, options.connections)?;
    // These never read again. They are kept until the end.
    let mut slow = subscribe(options, options.connections, options.slow)?;
    for subscriber in &mut slow {
        subscriber.socket.stream().hold_little()?;
    }
    let control = TcpStream::connect((Ipv4Addr::LOCALHOST, options.control_port)).map_err(LoadError::io("connecting"))?;
    control.set_nodelay(true).map_err(LoadError::io("TCP_NODELAY"))?;
    let (ages, stretch) = measure(options, &mut subscribers, control)?;
    let bytes = subscribers.first().map_or(0, |subscriber| subscriber.reader.frame_bytes());
    drop(slow);
    Ok(Report::new("fan")
        .with("connections", options.connections as u128)
        .with("per_turn", options.per_turn as u128)
        .with("bytes", bytes as u128)
        .with_stretch(ages.len(), stretch)
        .with_latencies("", ages))
}

fn subscribe(options: &Options, first: usize, count: usize) -> Result<Vec<Subscriber>, LoadError> {
    let subscriber = |connection| -> Result<Subscriber, LoadError> {
        let mut socket = if options.target == "raw" {
            Socket::over(Stream::connect(options.port)?, options.port, &options.path)?
        } else {
            let mut socket = market::log_on(options, connection)?;
            let instruments = [InstrumentId(options.instrument)];
            socket.send(ClientEncoder::new().subscribe(&instruments, Channel::Book, None))?;
            socket
        };
        let mut reader = TickReader::new();
        if options.target != "raw" {
            while !reader.has_begun() {
                let frame = socket.receive()?;
                reader.read(frame)?;
            }
        }
        socket.stream().set_nonblocking()?;
        Ok(Subscriber { socket, reader, tick_count: 0 })
    };
    (first..first + count).map(subscriber).collect()
}

/// Ages of all ticks at all subscribers after the warm-up, and what they took.
fn measure(options: &Options, subscribers: &mut [Subscriber], mut control: TcpStream) -> Result<(Vec<u64>, Stretch), LoadError> {
    let per_turn = u8::try_from(options.per_turn).map_err(|_| LoadError::Usage("--per-turn is 255 at most".to_owned()))?;
    let mut ask = |turns: usize| control.write_all(&vec![per_turn; turns]).map_err(LoadError::io("asking for a turn"));
    let mut waits: Vec<libc::pollfd> =
        subscribers.iter_mut().map(|subscriber| readable(subscriber.socket.stream().descriptor())).collect();
    let total = options.warm_up + options.count;
    let mut ages = Vec::with_capacity(options.count * options.per_turn * subscribers.len());
    let (mut asked, mut done) = (options.window.min(total), 0);
    let mut meter = Meter::begin(options.server_pid)?;
    ask(asked)?;
    while done < total {
        if !poll(&mut waits, TICK_MS_MAX)? {
            return Err(LoadError::Wrong(format!("no tick for {TICK_MS_MAX} ms, after {done} turns")));
        }
        for (subscriber, _) in subscribers.iter_mut().zip(&waits).filter(|(_, wait)| has_come(**wait)) {
            while subscriber.socket.stream().read_available()? {}
            let now_ns = wall_ns();
            while let Some(frame) = subscriber.socket.received()? {
                let Some(ts_event_ns) = subscriber.reader.read(frame)? else { continue };
                if subscriber.tick_count >= options.warm_up * options.per_turn {
                    ages.push(now_ns.saturating_sub(ts_event_ns));
                }
                subscriber.tick_count += 1;
            }
        }
        let slowest = subscribers.iter().map(|subscriber| subscriber.tick_count).min().unwrap_or(0);
        let now_done = slowest / options.per_turn;
        if done < options.warm_up && now_done >= options.warm_up {
            meter = Meter::begin(options.server_pid)?;
        }
        done = now_done;
        let next = (done + options.window).min(total);
        if next > asked {
            ask(next - asked)?;
            asked = next;
        }
    }
    Ok((ages, meter.end()?))
}

fn wall_ns() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX)
}
