//! One connection that asks and is answered in order: orders and cancels, messages to an echo, requests by HTTP.

mod echo;
mod http;
mod order;

use std::time::Instant;

use crate::load_error::LoadError;
use crate::options::Options;
use crate::session::run_name;
use crate::stream::Stream;
use echo::EchoLane;
use http::HttpLane;
use order::OrderLane;

/// One connection and its outstanding requests.
pub trait Lane {
    /// Its connection.
    fn stream(&mut self) -> &mut Stream;

    /// Queues the next request, whose latency counts from `intended`; false where none may be sent before an answer comes.
    fn send(&mut self, intended: Instant) -> bool;

    /// Takes the next answer that has arrived, and checks it. Its latency, nanoseconds; `None` once none is left.
    fn take_answer(&mut self) -> Result<Option<u64>, LoadError>;
}

/// Opens the connections that the options ask for.
pub fn open(options: &Options) -> Result<Vec<Box<dyn Lane>>, LoadError> {
    let run = run_name();
    let lane = |index| -> Result<Box<dyn Lane>, LoadError> {
        Ok(match options.target.as_str() {
            "echo" => Box::new(EchoLane::connect(options)?),
            "http" => Box::new(HttpLane::connect(options)?),
            "order" => Box::new(OrderLane::log_on(options, index, &format!("{run}-{index}-"))?),
            other => return Err(LoadError::Usage(format!("--target is order, echo or http, not {other:?}"))),
        })
    };
    (0..options.connections).map(lane).collect()
}
