//! Where the time of an order goes, stage by stage, and what asking for that costs.
//!
//! As `order`: limit orders one at a time, each canceled before the next. Blocks of them that ask for traces (orders and cancels) alternate
//! with blocks that do not, so that both sides of the ratio are of the same moments. Every traced request must be told once and by its
//! own time, no other ever; the stages of a trace must rise and what each took make its total, which is no more than this client waited for it.

use std::collections::VecDeque;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use jware_wire::ClientEncoder;
use jware_wire::generated::{LatencyTrace, root_as_server_frame};

use crate::clock::ns_since;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::report::Report;
use crate::session::{Session, Trading, order_name, run_name};

/// Orders of a block. Traces come some milliseconds after their answers: only a block's edge sees those of the one before.
const BLOCK_ORDERS: usize = 200;
/// The stages of a trace, in their order.
const STAGES: [&str; 7] = ["decoded", "checked", "matched", "journalled", "encoded", "durable", "written"];

/// A request whose trace is awaited.
struct Asked {
    sent_ts_ns: u64,
    sent: Instant,
    /// Whether it is of the samples, an order, and how long its answer took by this clock.
    order_ns: Option<u64>,
}

/// What traces told of orders, nanoseconds.
#[derive(Default)]
struct Told {
    /// From the client's send to the server's read, by the clock that both share.
    inbound: Vec<u64>,
    /// What each stage took.
    stages: [Vec<u64>; STAGES.len()],
    server: Vec<u64>,
    /// What is left of the round trip; 0 where the answer was here before the server had noticed that it was written.
    outbound: Vec<u64>,
    count: usize,
}

/// The connection, and what was asked on it.
struct Desk {
    session: Session,
    encoder: ClientEncoder,
    asked: VecDeque<Asked>,
    told: Told,
    last_sent_ns: u64,
}

/// Measures `count` orders of each kind.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    let mut desk = Desk {
        session: Session::log_on(options, 0)?,
        encoder: ClientEncoder::new(),
        asked: VecDeque::new(),
        told: Told::default(),
        last_sent_ns: 0,
    };
    let run = run_name();
    // By whether they were traced.
    let mut orders = [Vec::new(), Vec::new()];
    let mut cancels = [Vec::new(), Vec::new()];
    let blocks_of = |count: usize| 2 * count.div_ceil(BLOCK_ORDERS);
    let (warm_up, total) = (blocks_of(options.warm_up), blocks_of(options.warm_up) + blocks_of(options.count));
    for number in 0..total * BLOCK_ORDERS {
        let block = number / BLOCK_ORDERS;
        let (is_traced, is_sample) = (block % 2 == 1, block >= warm_up);
        let (order_ns, cancel_ns) = desk.trade(&format!("{run}-{number}"), is_traced, is_sample)?;
        if is_sample {
            orders[usize::from(is_traced)].push(order_ns);
            cancels[usize::from(is_traced)].push(cancel_ns);
        }
    }
    desk.hear_the_rest()?;
    let ([plain, traced], [plain_cancels, traced_cancels]) = (orders, cancels);
    let told_count = desk.told.count as u128;
    let mut report = Report::new("trace")
        .with_latencies("", traced)
        .with_latencies("plain_", plain)
        .with_latencies("cancel_", traced_cancels)
        .with_latencies("plain_cancel_", plain_cancels)
        .with("traces", told_count)
        .with_latencies("inbound_", desk.told.inbound);
    for (name, samples) in STAGES.iter().zip(desk.told.stages) {
        // In memory mode nothing waits for the disk.
        if !samples.is_empty() {
            report = report.with_latencies(&format!("{name}_"), samples);
        }
    }
    Ok(report.with_latencies("server_", desk.told.server).with_latencies("outbound_", desk.told.outbound))
}

impl Desk {
    /// One order and its cancel; how long each took.
    fn trade(&mut self, name: &str, is_traced: bool, is_sample: bool) -> Result<(u64, u64), LoadError> {
        let trading = self.session.trading;
        let name = order_name(name);
        let order = trading.new_order(name);
        let (order_id, order_ns) = self.ask(
            is_traced,
            |encoder| encoder.new_order(&order).to_vec(),
            |report| report.cl_ord_id() == Some(name.as_str()) && trading.is_new(report),
        )?;
        if let Some(asked) = self.asked.back_mut().filter(|_| is_traced && is_sample) {
            asked.order_ns = Some(order_ns);
        }
        let cancel = trading.cancel(order_id);
        let (canceled, cancel_ns) = self.ask(
            is_traced,
            |encoder| encoder.cancel(&cancel).to_vec(),
            |report| report.cl_ord_id() == Some(name.as_str()) && Trading::is_canceled(report),
        )?;
        if canceled != order_id {
            return Err(LoadError::Wrong(format!("order {order_id} was canceled for {canceled}")));
        }
        Ok((order_ns, cancel_ns))
    }

    /// Sends a request and waits for the report that answers it; the order's id, and how long that took.
    fn ask(
        &mut self,
        is_traced: bool,
        make: impl Fn(&mut ClientEncoder) -> Vec<u8>,
        is_right: impl Fn(&jware_wire::generated::ExecutionReport<'_>) -> bool,
    ) -> Result<(u64, u64), LoadError> {
        // What came behind the last answer is not this one's: with one processor for both it would be counted as the server's.
        while let Some(frame) = self.session.socket.received()? {
            match trace_in(frame) {
                Some(trace) => self.told.take(trace, &mut self.asked)?,
                None => drop(self.session.sequence.read(frame)?),
            }
        }
        let sent_ts_ns = unix_ns().max(self.last_sent_ns + 1);
        self.last_sent_ns = sent_ts_ns;
        self.encoder.traced(if is_traced { sent_ts_ns } else { 0 });
        self.session.socket.queue(&make(&mut self.encoder));
        let sent = Instant::now();
        if is_traced {
            self.asked.push_back(Asked { sent_ts_ns, sent, order_ns: None });
        }
        self.session.socket.flush()?;
        loop {
            let frame = self.session.socket.receive()?;
            let latency_ns = ns_since(sent);
            if let Some(trace) = trace_in(frame) {
                self.told.take(trace, &mut self.asked)?;
                continue;
            }
            let Some(report) = self.session.sequence.read(frame)? else { continue };
            if !is_right(&report) {
                return Err(LoadError::Wrong(format!("an order was answered by {report:?}")));
            }
            return Ok((report.order_id(), latency_ns));
        }
    }

    /// Waits for the traces that have not come yet.
    fn hear_the_rest(&mut self) -> Result<(), LoadError> {
        while !self.asked.is_empty() {
            let frame = self.session.socket.receive()?;
            match trace_in(frame) {
                Some(trace) => self.told.take(trace, &mut self.asked)?,
                None => drop(self.session.sequence.read(frame)?),
            }
        }
        Ok(())
    }
}

impl Told {
    /// Takes a trace, which must be that of the eldest request that waits for one.
    fn take(&mut self, trace: LatencyTrace<'_>, asked: &mut VecDeque<Asked>) -> Result<(), LoadError> {
        let Some(Asked { sent_ts_ns, sent, order_ns }) = asked.pop_front().filter(|asked| asked.sent_ts_ns == trace.sent_ts_ns())
        else {
            return Err(LoadError::Wrong(format!("nobody asked, or not yet, for {trace:?}")));
        };
        let took = took(&trace)?;
        let total = u64::from(trace.written_ns());
        if total > ns_since(sent) {
            return Err(LoadError::Wrong(format!("the server says that it took longer than its client waited: {trace:?}")));
        }
        self.count += 1;
        let Some(order_ns) = order_ns else { return Ok(()) };
        let inbound = trace.read_ts_ns().saturating_sub(sent_ts_ns);
        self.inbound.push(inbound);
        for (samples, took) in self.stages.iter_mut().zip(took) {
            samples.extend(took);
        }
        self.server.push(total);
        self.outbound.push(order_ns.saturating_sub(inbound + total));
        Ok(())
    }
}

/// What each stage took; none where the request did not come there.
fn took(trace: &LatencyTrace<'_>) -> Result<[Option<u64>; STAGES.len()], LoadError> {
    let at = [
        trace.decoded_ns(),
        trace.checked_ns(),
        trace.matched_ns(),
        trace.journalled_ns(),
        trace.encoded_ns(),
        trace.durable_ns(),
        trace.written_ns(),
    ];
    let mut last = 0;
    let mut took = [None; STAGES.len()];
    for (took, at) in took.iter_mut().zip(at).filter(|(_, at)| *at > 0) {
        *took =
            Some(u64::from(at.checked_sub(last).ok_or_else(|| LoadError::Wrong(format!("a stage before the last: {trace:?}")))?));
        last = at;
    }
    if trace.written_ns() == 0 {
        return Err(LoadError::Wrong(format!("no end: {trace:?}")));
    }
    Ok(took)
}

fn trace_in(bytes: &[u8]) -> Option<LatencyTrace<'_>> {
    root_as_server_frame(bytes).ok()?.body_as_latency_trace()
}

fn unix_ns() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jware_core::order::ClOrdId;
    use jware_core::refusal::RequestKind;
    use jware_core::units::{AccountId, TsNs};
    use jware_wire::Encoder;
    use jware_wire::encode::{TraceAnswer, TraceStages};

    fn take(stages: TraceStages, sent_ts_ns: u64) -> Result<Told, LoadError> {
        let mut encoder = Encoder::new();
        let answer = TraceAnswer {
            request: RequestKind::NewOrder,
            account: AccountId(1),
            cl_ord_id: &ClOrdId::EMPTY,
            sent_ts_ns,
            read_ts: TsNs(1_010),
            stages,
        };
        let frame = encoder.latency_trace(&answer).to_vec();
        let sent = Instant::now().checked_sub(std::time::Duration::from_millis(1)).unwrap();
        let mut asked = VecDeque::from([Asked { sent_ts_ns: 1_000, sent, order_ns: Some(100) }]);
        let mut told = Told::default();
        told.take(trace_in(&frame).unwrap(), &mut asked)?;
        Ok(told)
    }

    const STAGES: TraceStages = TraceStages {
        decoded_ns: 5,
        checked_ns: 7,
        matched_ns: 12,
        journalled_ns: 13,
        encoded_ns: 20,
        durable_ns: 0,
        written_ns: 40,
    };

    #[test]
    fn each_stage_takes_what_lies_between_it_and_the_one_before() {
        let told = take(STAGES, 1_000).unwrap();
        let took: Vec<_> = told.stages.iter().map(|samples| samples.first().copied()).collect();
        assert_eq!(took, [Some(5), Some(2), Some(5), Some(1), Some(7), None, Some(20)]);
        assert_eq!((told.inbound, told.server, told.outbound, told.count), (vec![10], vec![40], vec![50], 1));
    }

    #[test]
    fn a_trace_that_cannot_be_true_ends_the_run() {
        let wrong = [
            (TraceStages { checked_ns: 4, ..STAGES }, 1_000),
            (TraceStages { written_ns: 19, ..STAGES }, 1_000),
            (TraceStages { written_ns: 3_000_000_000, ..STAGES }, 1_000),
            (STAGES, 1_001),
        ];
        for (stages, sent_ts_ns) in wrong {
            assert!(matches!(take(stages, sent_ts_ns), Err(LoadError::Wrong(_))), "{stages:?}");
        }
    }
}
