//! A WebSocket client (RFC 6455) on one plain socket.
//!
//! It masks with zeros, which is valid and leaves the payload as it is; the server unmasks all the same. Messages of several
//! fragments are not taken: the servers measured send none.

use std::ops::Range;

use crate::load_error::LoadError;
use crate::stream::Stream;

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
    stream: Stream,
}

impl Socket {
    /// Connects and shakes hands.
    pub fn connect(port: u16, path: &str) -> Result<Self, LoadError> {
        Self::over(Stream::connect(port)?, port, path)
    }

    /// Shakes hands over a connection.
    pub fn over(stream: Stream, port: u16, path: &str) -> Result<Self, LoadError> {
        let mut socket = Self { stream };
        socket.shake_hands(port, path)?;
        Ok(socket)
    }

    fn shake_hands(&mut self, port: u16, path: &str) -> Result<(), LoadError> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        self.stream.outgoing().extend_from_slice(request.as_bytes());
        self.stream.flush()?;
        let end = loop {
            if let Some(at) = self.stream.unread().windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
            self.stream.read_more()?;
        };
        let head = self.stream.take(end);
        let head = String::from_utf8_lossy(self.stream.taken(head)).into_owned();
        if !head.starts_with("HTTP/1.1 101 ") || !head.contains(ACCEPT) {
            let status = head.lines().next().unwrap_or_default();
            return Err(LoadError::Wrong(format!("{path} is not a WebSocket route: {status}")));
        }
        Ok(())
    }

    /// The connection below.
    pub fn stream(&mut self) -> &mut Stream {
        &mut self.stream
    }

    /// Puts a binary message into the send buffer.
    pub fn queue(&mut self, payload: &[u8]) {
        self.queue_frame(BINARY, payload);
    }

    fn queue_frame(&mut self, opcode: u8, payload: &[u8]) {
        let outgoing = self.stream.outgoing();
        outgoing.push(FINAL | opcode);
        match payload.len() {
            length @ 0..=125 => outgoing.push(MASKED | length.to_le_bytes()[0]),
            length @ 126..=0xffff => {
                outgoing.push(MASKED | LENGTH_IN_TWO);
                outgoing.extend_from_slice(&length.to_be_bytes()[size_of::<usize>() - 2..]);
            }
            length => {
                outgoing.push(MASKED | LENGTH_IN_EIGHT);
                outgoing.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        outgoing.extend_from_slice(&[0; 4]);
        outgoing.extend_from_slice(payload);
    }

    /// Sends what was queued; true once all of it has gone.
    pub fn flush(&mut self) -> Result<bool, LoadError> {
        self.stream.flush()
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
                return Ok(self.stream.taken(message));
            }
            self.stream.read_more()?;
        }
    }

    /// The next binary message that has been read already.
    pub fn received(&mut self) -> Result<Option<&[u8]>, LoadError> {
        Ok(self.take_message()?.map(|message| self.stream.taken(message)))
    }

    /// Takes frames until a binary one; `None` where the next one is not complete.
    fn take_message(&mut self) -> Result<Option<Range<usize>>, LoadError> {
        loop {
            let bytes = self.stream.unread();
            let Some((header_bytes, payload_bytes)) = frame_lengths(bytes) else { return Ok(None) };
            if bytes.len() < header_bytes + payload_bytes {
                return Ok(None);
            }
            let (first, second) = (bytes[0], bytes[1]);
            self.stream.take(header_bytes);
            let payload = self.stream.take(payload_bytes);
            if first & FINAL == 0 || second & MASKED != 0 {
                return Err(LoadError::Wrong(format!("a frame that starts with {first:#04x} {second:#04x}")));
            }
            match first & OPCODE {
                BINARY => return Ok(Some(payload)),
                PING => {
                    let payload = self.stream.taken(payload).to_vec();
                    self.queue_frame(PONG, &payload);
                    self.flush()?;
                }
                PONG => {}
                CLOSE => return Err(LoadError::Closed(close_text(self.stream.taken(payload)))),
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
