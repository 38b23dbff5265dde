//! A connection to an echo server: answers come back in the order they were sent.

use std::collections::VecDeque;
use std::time::Instant;

use super::Lane;
use crate::clock::ns_since;
use crate::echo::fill;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::socket::Socket;

/// Outstanding messages, oldest first.
pub struct EchoLane {
    socket: Socket,
    window: usize,
    message: Vec<u8>,
    next_number: u64,
    sent: VecDeque<(u64, Instant)>,
}

impl EchoLane {
    /// Connects.
    pub fn connect(options: &Options) -> Result<Self, LoadError> {
        Ok(Self {
            socket: Socket::connect(options.port, &options.path)?,
            window: options.window,
            message: vec![0x11; options.bytes],
            next_number: 0,
            sent: VecDeque::with_capacity(options.window),
        })
    }

    fn queue_next(&mut self) {
        fill(&mut self.message, self.next_number);
        self.socket.queue(&self.message);
        self.sent.push_back((self.next_number, Instant::now()));
        self.next_number += 1;
    }
}

impl Lane for EchoLane {
    fn socket(&mut self) -> &mut Socket {
        &mut self.socket
    }

    fn start(&mut self) {
        for _ in 0..self.window {
            self.queue_next();
        }
    }

    fn take_answer(&mut self) -> Result<Option<u64>, LoadError> {
        let Some(answer) = self.socket.received()? else { return Ok(None) };
        let Some((number, sent)) = self.sent.pop_front() else {
            return Err(LoadError::Wrong("an echo of nothing".to_owned()));
        };
        fill(&mut self.message, number);
        if answer != self.message {
            return Err(LoadError::Wrong(format!("message {number} came back as {} other bytes", answer.len())));
        }
        let latency_ns = ns_since(sent);
        self.queue_next();
        Ok(Some(latency_ns))
    }
}
