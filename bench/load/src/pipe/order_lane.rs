//! A session that keeps `window` requests outstanding: each slot places an order, cancels it, places the next.

use std::time::Instant;

use jware_wire::ClientEncoder;

use super::Lane;
use crate::clock::ns_since;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::session::{Session, Trading, order_name};
use crate::socket::Socket;

/// One outstanding request.
struct Slot {
    sent: Instant,
    /// How many orders the slot has placed: the end of the name of the one it waits for.
    generation: u64,
    /// Whether it waits for the cancel.
    is_canceling: bool,
}

/// One session.
pub struct OrderLane {
    session: Session,
    encoder: ClientEncoder,
    /// Names are this, the slot, `-`, the generation.
    name_prefix: String,
    slots: Vec<Slot>,
}

impl OrderLane {
    /// Connects and logs on, as the connection of this number.
    pub fn log_on(options: &Options, connection: usize, name_prefix: &str) -> Result<Self, LoadError> {
        let slots = (0..options.window).map(|_| Slot { sent: Instant::now(), generation: 0, is_canceling: false });
        Ok(Self {
            session: Session::log_on(options, connection)?,
            encoder: ClientEncoder::new(),
            name_prefix: name_prefix.to_owned(),
            slots: slots.collect(),
        })
    }

    fn place(&mut self, index: usize) {
        let slot = &mut self.slots[index];
        slot.generation += 1;
        slot.is_canceling = false;
        let name = order_name(&format!("{}{index}-{}", self.name_prefix, slot.generation));
        self.session.socket.queue(self.encoder.new_order(&self.session.trading.new_order(name)));
        slot.sent = Instant::now();
    }

    fn cancel(&mut self, index: usize, order_id: u64) {
        self.session.socket.queue(self.encoder.cancel(&self.session.trading.cancel(order_id)));
        self.slots[index].is_canceling = true;
        self.slots[index].sent = Instant::now();
    }
}

impl Lane for OrderLane {
    fn socket(&mut self) -> &mut Socket {
        &mut self.session.socket
    }

    fn start(&mut self) {
        for index in 0..self.slots.len() {
            self.place(index);
        }
    }

    fn take_answer(&mut self) -> Result<Option<u64>, LoadError> {
        while let Some(frame) = self.session.socket.received()? {
            let Some(report) = self.session.sequence.read(frame)? else { continue };
            // Sessions of one account hear of each other's orders.
            let Some(name) = report.cl_ord_id().and_then(|name| name.strip_prefix(&self.name_prefix)) else { continue };
            let Some(index) = slot_named(&self.slots, name) else {
                return Err(LoadError::Wrong(format!("nothing waits for {report:?}")));
            };
            let (slot, order_id) = (&self.slots[index], report.order_id());
            let is_right = if slot.is_canceling { Trading::is_canceled(&report) } else { self.session.trading.is_new(&report) };
            if !is_right {
                return Err(LoadError::Wrong(format!("a request was answered by {report:?}")));
            }
            let latency_ns = ns_since(slot.sent);
            if slot.is_canceling {
                self.place(index);
            } else {
                self.cancel(index, order_id);
            }
            return Ok(Some(latency_ns));
        }
        Ok(None)
    }
}

/// The slot that waits for the order of this name (without the lane's prefix).
fn slot_named(slots: &[Slot], name: &str) -> Option<usize> {
    let (index, generation) = name.split_once('-')?;
    let (index, generation) = (index.parse::<usize>().ok()?, generation.parse::<u64>().ok()?);
    slots.get(index).filter(|slot| slot.generation == generation).map(|_| index)
}
