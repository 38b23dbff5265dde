//! From an order to its first execution report, one at a time.

use std::time::Instant;

use jware_core::order::ClOrdId;
use jware_wire::ClientEncoder;

use crate::clock::ns_since;
use crate::disk::RecordFile;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::report::Report;
use crate::session::{Session, Trading, order_name, run_name};

/// One answer: the order it is about, how long it took and how large it was.
struct Answer {
    order_id: u64,
    latency_ns: u64,
    bytes: usize,
}

/// Measures `count` limit orders, and the cancel of each: the book stays as small as it was.
///
/// With a floor folder, an append of `--bytes` and its `fdatasync` are sampled after each order: a disk that others use
/// changes from moment to moment, and a ratio needs both sides of the same moment.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    let mut session = Session::log_on(options, 0)?;
    let mut encoder = ClientEncoder::new();
    let run = run_name();
    let mut samples = Vec::with_capacity(options.count);
    let mut cancel_samples = Vec::with_capacity(options.count);
    let mut floor_samples = Vec::with_capacity(options.count);
    let total = options.warm_up + options.count;
    let mut floor = options.floor_dir.as_ref().map(|dir| RecordFile::create(dir, options.bytes, total)).transpose()?;
    let (mut request_bytes, mut answer_bytes) = (0, 0);
    let mut measured_from = Instant::now();
    for number in 0..total {
        if number == options.warm_up {
            measured_from = Instant::now();
        }
        let name = order_name(&format!("{run}-{number}"));
        let trading = session.trading;
        let request = encoder.new_order(&trading.new_order(name));
        request_bytes = request.len();
        let placed = ask(&mut session, request, name, |report| trading.is_new(report))?;
        answer_bytes = placed.bytes;
        let request = encoder.cancel(&trading.cancel(placed.order_id));
        let canceled = ask(&mut session, request, name, Trading::is_canceled)?;
        if canceled.order_id != placed.order_id {
            return Err(LoadError::Wrong(format!("order {} was canceled for {}", canceled.order_id, placed.order_id)));
        }
        let floor_ns = floor.as_mut().map(RecordFile::append).transpose()?;
        if number >= options.warm_up {
            samples.push(placed.latency_ns);
            cancel_samples.push(canceled.latency_ns);
            floor_samples.extend(floor_ns);
        }
    }
    let elapsed_ns = ns_since(measured_from);
    let report = Report::new("order")
        .with("request_bytes", request_bytes as u128)
        .with("answer_bytes", answer_bytes as u128)
        .with_latencies("", samples)
        .with_latencies("cancel_", cancel_samples)
        .with_throughput(2 * options.count, elapsed_ns);
    let Some(floor) = floor else { return Ok(report) };
    floor.check()?;
    Ok(report.with_latencies("floor_", floor_samples))
}

/// Sends a request and waits for the execution report that answers it.
fn ask(
    session: &mut Session,
    request: &[u8],
    name: ClOrdId,
    is_right: impl Fn(&jware_wire::generated::ExecutionReport<'_>) -> bool,
) -> Result<Answer, LoadError> {
    session.socket.queue(request);
    let sent = Instant::now();
    session.socket.flush()?;
    loop {
        let frame = session.socket.receive()?;
        let latency_ns = ns_since(sent);
        let Some(report) = session.sequence.read(frame)? else { continue };
        if report.cl_ord_id() != Some(name.as_str()) || !is_right(&report) {
            return Err(LoadError::Wrong(format!("{name:?} was answered by {report:?}")));
        }
        return Ok(Answer { order_id: report.order_id(), latency_ns, bytes: frame.len() });
    }
}
