//! A session that places orders and cancels each once it is acknowledged, so that the book stays small.

use std::collections::VecDeque;
use std::time::Instant;

use jware_wire::ClientEncoder;

use super::Lane;
use crate::clock::ns_since;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::session::{Session, Trading, order_name};
use crate::stream::Stream;

/// An account may have 1,000 live orders: those that are not acknowledged count, too.
const LIVE_MAX: usize = 900;

/// One outstanding request.
struct Request {
    intended: Instant,
    /// The end of the order's name.
    number: u64,
    is_cancel: bool,
}

/// One session. Its requests are answered in the order in which they were sent.
pub struct OrderLane {
    session: Session,
    encoder: ClientEncoder,
    /// Names are this and the number.
    name_prefix: String,
    next_number: u64,
    sent: VecDeque<Request>,
    /// Acknowledged orders that are to be canceled: number and id.
    resting: VecDeque<(u64, u64)>,
}

impl OrderLane {
    /// Connects and logs on, as the connection of this number.
    pub fn log_on(options: &Options, connection: usize, name_prefix: &str) -> Result<Self, LoadError> {
        Ok(Self {
            session: Session::log_on(options, connection)?,
            encoder: ClientEncoder::new(),
            name_prefix: name_prefix.to_owned(),
            next_number: 0,
            sent: VecDeque::new(),
            resting: VecDeque::new(),
        })
    }
}

impl Lane for OrderLane {
    fn stream(&mut self) -> &mut Stream {
        self.session.socket.stream()
    }

    /// A cancel of the oldest order that rests; a new order where none does.
    fn send(&mut self, intended: Instant) -> bool {
        let trading = self.session.trading;
        if let Some((number, order_id)) = self.resting.pop_front() {
            self.session.socket.queue(self.encoder.cancel(&trading.cancel(order_id)));
            self.sent.push_back(Request { intended, number, is_cancel: true });
            return true;
        }
        if self.sent.len() >= LIVE_MAX {
            return false;
        }
        let number = self.next_number;
        self.next_number += 1;
        let name = order_name(&format!("{}{number}", self.name_prefix));
        self.session.socket.queue(self.encoder.new_order(&trading.new_order(name)));
        self.sent.push_back(Request { intended, number, is_cancel: false });
        true
    }

    fn take_answer(&mut self) -> Result<Option<u64>, LoadError> {
        while let Some(frame) = self.session.socket.received()? {
            let Some(report) = self.session.sequence.read(frame)? else { continue };
            // Sessions of one account hear of each other's orders.
            let Some(number) = report.cl_ord_id().and_then(|name| name.strip_prefix(&self.name_prefix)) else { continue };
            let Some(request) = self.sent.pop_front() else {
                return Err(LoadError::Wrong(format!("nothing waits for {report:?}")));
            };
            let is_right = if request.is_cancel { Trading::is_canceled(&report) } else { self.session.trading.is_new(&report) };
            if !is_right || number.parse() != Ok(request.number) {
                return Err(LoadError::Wrong(format!("order {} was answered by {report:?}", request.number)));
            }
            if !request.is_cancel {
                self.resting.push_back((request.number, report.order_id()));
            }
            return Ok(Some(ns_since(request.intended)));
        }
        Ok(None)
    }
}
