//! A WebSocket client (RFC 6455) on one plain socket.
//!
//! Blocking for round trips: on a shared processor the kernel then hands over to the server in the read itself. Non-blocking
//! for many connections. It masks with zeros, which is valid and leaves the payload as it is; the server unmasks all the
//! same. Messages of several fragments are not taken: the servers measured send none.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::ops::Range;
use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

use crate::load_error::LoadError;

/// An answer that takes longer is taken for none.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Room for what arrives in one read, and for the largest message.
const INCOMING_BYTES: usize = 4 << 20;

/// Any 16 bytes do; with these the right answer is known (RFC 6455, section 1.3).
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;
const OPCODE: u8 = 0x0f;
/// In place of a length: it follows in two, or eight, bytes.
const LENGTH_IN_TWO: u8 = 0x7e;
const LENGTH_IN_EIGHT: u8 = 0x7f;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// One connection.
pub struct Socket {
    stream: TcpStream,
    incoming: Vec<u8>,
    /// What was read and not yet taken.
    unread: Range<usize>,
    outgoing: Vec<u8>,
}

impl Socket {
    /// Connects and shakes hands.
    pub fn connect(port: u16, path: &str) -> Result<Self, LoadError> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map_err(LoadError::io("connecting"))?;
        stream.set_nodelay(true).map_err(LoadError::io("TCP_NODELAY"))?;
        stream.set_read_timeout(Some(ANSWER_TIMEOUT)).map_err(LoadError::io("setting the timeout"))?;
        let mut socket = Self { stream, incoming: vec![0; INCOMING_BYTES], unread: 0..0, outgoing: Vec::new() };
        socket.shake_hands(port, path)?;
        Ok(socket)
    }

    fn shake_hands(&mut self, port: u16, path: &str) -> Result<(), LoadError> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes()).map_err(LoadError::io("asking for a WebSocket"))?;
        let end = loop {
            if let Some(at) = self.incoming[self.unread.clone()].windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
            self.read_more()?;
        };
        let head = String::from_utf8_lossy(&self.incoming[..end]).into_owned();
        self.unread.start = end;
        if !head.starts_with("HTTP/1.1 101 ") || !head.contains(ACCEPT) {
            let status = head.lines().next().unwrap_or_default();
            return Err(LoadError::Wrong(format!("{path} is not a WebSocket route: {status}")));
        }
        Ok(())
    }

    /// From here on reads and writes do not wait.
    pub fn set_nonblocking(&self) -> Result<(), LoadError> {
        self.stream.set_nonblocking(true).map_err(LoadError::io("setting non-blocking"))
    }

    /// For `poll`.
    pub fn descriptor(&self) -> RawFd {
        self.stream.as_raw_fd()
    }

    /// Puts a binary message into the send buffer.
    pub fn queue(&mut self, payload: &[u8]) {
        self.queue_frame(BINARY, payload);
    }

    fn queue_frame(&mut self, opcode: u8, payload: &[u8]) {
        self.outgoing.push(FINAL | opcode);
        match payload.len() {
            length @ 0..=125 => self.outgoing.push(MASKED | length.to_le_bytes()[0]),
            length @ 126..=0xffff => {
                self.outgoing.push(MASKED | LENGTH_IN_TWO);
                self.outgoing.extend_from_slice(&length.to_be_bytes()[size_of::<usize>() - 2..]);
            }
            length => {
                self.outgoing.push(MASKED | LENGTH_IN_EIGHT);
                self.outgoing.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        self.outgoing.extend_from_slice(&[0; 4]);
        self.outgoing.extend_from_slice(payload);
    }

    /// Sends what was queued; true once all of it has gone.
    pub fn flush(&mut self) -> Result<bool, LoadError> {
        let mut sent = 0;
        while sent < self.outgoing.len() {
            match self.stream.write(&self.outgoing[sent..]) {
                Ok(count) => sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(LoadError::io("sending")(error)),
            }
        }
        self.outgoing.drain(..sent);
        Ok(self.outgoing.is_empty())
    }

    /// Queues and sends one message on a blocking socket.
    pub fn send(&mut self, payload: &[u8]) -> Result<(), LoadError> {
        self.queue(payload);
        self.flush().map(|_| ())
    }

    /// The next binary message; waits for it.
    pub fn receive(&mut self) -> Result<&[u8], LoadError> {
        loop {
            if let Some(message) = self.take_message()? {
                return Ok(&self.incoming[message]);
            }
            self.read_more()?;
        }
    }

    /// The next binary message that has been read already.
    pub fn received(&mut self) -> Result<Option<&[u8]>, LoadError> {
        Ok(self.take_message()?.map(|message| &self.incoming[message]))
    }

    /// Reads what has arrived; false where nothing has.
    pub fn read_available(&mut self) -> Result<bool, LoadError> {
        match self.read_more() {
            Ok(()) => Ok(true),
            Err(LoadError::Io(_, error)) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn read_more(&mut self) -> Result<(), LoadError> {
        if self.unread.is_empty() {
            self.unread = 0..0;
        } else if self.unread.end == self.incoming.len() {
            self.incoming.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
        }
        if self.unread.end == self.incoming.len() {
            return Err(LoadError::Wrong(format!("a message of more than {INCOMING_BYTES} bytes")));
        }
        loop {
            match self.stream.read(&mut self.incoming[self.unread.end..]) {
                Ok(0) => return Err(LoadError::Closed("without a close frame".to_owned())),
                Ok(count) => {
                    self.unread.end += count;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(LoadError::io("waiting for an answer")(error)),
            }
        }
    }

    /// Takes frames until a binary one; `None` where the next one is not complete.
    fn take_message(&mut self) -> Result<Option<Range<usize>>, LoadError> {
        loop {
            let bytes = &self.incoming[self.unread.clone()];
            let Some((header_bytes, payload_bytes)) = frame_lengths(bytes) else { return Ok(None) };
            if bytes.len() < header_bytes + payload_bytes {
                return Ok(None);
            }
            let (first, second) = (bytes[0], bytes[1]);
            let payload_start = self.unread.start + header_bytes;
            let payload = payload_start..payload_start + payload_bytes;
            self.unread.start = payload.end;
            if first & FINAL == 0 || second & MASKED != 0 {
                return Err(LoadError::Wrong(format!("a frame that starts with {first:#04x} {second:#04x}")));
            }
            match first & OPCODE {
                BINARY => return Ok(Some(payload)),
                PING => {
                    let payload = self.incoming[payload].to_vec();
                    self.queue_frame(PONG, &payload);
                    self.flush()?;
                }
                PONG => {}
                CLOSE => return Err(LoadError::Closed(close_text(&self.incoming[payload]))),
                opcode => return Err(LoadError::Wrong(format!("a frame of kind {opcode}"))),
            }
        }
    }
}

/// Bytes of a server frame's header and payload; `None` where the header is not complete.
fn frame_lengths(bytes: &[u8]) -> Option<(usize, usize)> {
    match bytes.get(1)? & !MASKED {
        LENGTH_IN_TWO => Some((4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)))),
        LENGTH_IN_EIGHT => Some((10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?)),
        length => Some((2, usize::from(length))),
    }
}

fn close_text(payload: &[u8]) -> String {
    match payload {
        [high, low, reason @ ..] => {
            format!("{} {}", u16::from_be_bytes([*high, *low]), String::from_utf8_lossy(reason))
        }
        _ => "without a code".to_owned(),
    }
}
