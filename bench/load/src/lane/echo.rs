//! A connection to an echo server.

use std::collections::VecDeque;
use std::time::Instant;

use super::Lane;
use crate::clock::ns_since;
use crate::echo::fill;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::socket::Socket;
use crate::stream::Stream;

/// Outstanding messages, oldest first.
pub struct EchoLane {
    socket: Socket,
    message: Vec<u8>,
    next_number: u64,
    sent: VecDeque<(u64, Instant)>,
}

impl EchoLane {
    /// Connects.
    pub fn connect(options: &Options) -> Result<Self, LoadError> {
        let socket = Socket::connect(options.port, &options.path)?;
        Ok(Self { socket, message: vec![0x11; options.bytes], next_number: 0, sent: VecDeque::new() })
    }
}

impl Lane for EchoLane {
    fn stream(&mut self) -> &mut Stream {
        self.socket.stream()
    }

    fn send(&mut self, intended: Instant) -> bool {
        fill(&mut self.message, self.next_number);
        self.socket.queue(&self.message);
        self.sent.push_back((self.next_number, intended));
        self.next_number += 1;
        true
    }

    fn take_answer(&mut self) -> Result<Option<u64>, LoadError> {
        let Some(answer) = self.socket.received()? else { return Ok(None) };
        let Some((number, intended)) = self.sent.pop_front() else {
            return Err(LoadError::Wrong("an echo of nothing".to_owned()));
        };
        fill(&mut self.message, number);
        if answer != self.message {
            return Err(LoadError::Wrong(format!("message {number} came back as {} other bytes", answer.len())));
        }
        Ok(Some(ns_since(intended)))
    }
}
