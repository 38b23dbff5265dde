//! A connection that sends orders as JSON by HTTP, one request after the other on the same connection, and reads what comes back.
//!
//! The answer must be a 200 with a `content-length` that names the order; nothing else of HTTP is understood here.

use std::collections::VecDeque;
use std::time::Instant;

use super::Lane;
use crate::clock::ns_since;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::stream::Stream;

const HEAD_END: &[u8] = b"\r\n\r\n";
const LENGTH_HEADER: &str = "\r\ncontent-length: ";

/// Outstanding requests, oldest first.
pub struct HttpLane {
    stream: Stream,
    head: String,
    next_number: u64,
    sent: VecDeque<(u64, Instant)>,
}

impl HttpLane {
    /// Connects.
    pub fn connect(options: &Options) -> Result<Self, LoadError> {
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: ",
            options.path, options.port
        );
        Ok(Self { stream: Stream::connect(options.port)?, head, next_number: 0, sent: VecDeque::new() })
    }
}

/// Names have one length, so that every request has.
fn name_of(number: u64) -> String {
    format!("L{number:012}")
}

fn body_of(number: u64) -> String {
    format!(
        r#"{{"account":"PAPER-1","clOrdId":"{}","symbol":"BTC-USD","side":"buy","ordType":"limit","timeInForce":"ioc","orderQty":"0.0001","price":"50000.00"}}"#,
        name_of(number)
    )
}

impl Lane for HttpLane {
    fn stream(&mut self) -> &mut Stream {
        &mut self.stream
    }

    fn send(&mut self, intended: Instant) -> bool {
        let body = body_of(self.next_number);
        let request = format!("{}{}\r\n\r\n{body}", self.head, body.len());
        self.stream.outgoing().extend_from_slice(request.as_bytes());
        self.sent.push_back((self.next_number, intended));
        self.next_number += 1;
        true
    }

    fn take_answer(&mut self) -> Result<Option<u64>, LoadError> {
        let Some((head_bytes, body_bytes)) = answer_lengths(self.stream.unread())? else { return Ok(None) };
        if self.stream.unread().len() < head_bytes + body_bytes {
            return Ok(None);
        }
        let Some((number, intended)) = self.sent.pop_front() else {
            return Err(LoadError::Wrong("an answer to nothing".to_owned()));
        };
        self.stream.take(head_bytes);
        let body = self.stream.take(body_bytes);
        let body = String::from_utf8_lossy(self.stream.taken(body));
        if !body.contains(&name_of(number)) {
            return Err(LoadError::Wrong(format!("order {} was answered by {body}", name_of(number))));
        }
        Ok(Some(ns_since(intended)))
    }
}

/// Bytes of an answer's head and body; `None` where the head is not complete.
fn answer_lengths(bytes: &[u8]) -> Result<Option<(usize, usize)>, LoadError> {
    let Some(head_bytes) = bytes.windows(HEAD_END.len()).position(|window| window == HEAD_END) else { return Ok(None) };
    let head = String::from_utf8_lossy(&bytes[..head_bytes]).to_ascii_lowercase();
    let wrong = || LoadError::Wrong(format!("an answer that starts with {:?}", head.lines().next().unwrap_or_default()));
    if !head.starts_with("http/1.1 200 ") {
        return Err(wrong());
    }
    let length = head.split_once(LENGTH_HEADER).and_then(|(_, rest)| rest.lines().next()).ok_or_else(wrong)?;
    Ok(Some((head_bytes + HEAD_END.len(), length.trim().parse().map_err(|_| wrong())?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_200_with_a_length() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"clOrdId\"";
        assert_eq!(answer_lengths(answer).unwrap(), Some((71, 17)));
        assert_eq!(answer_lengths(&answer[..40]).unwrap(), None);
        let refused = answer_lengths(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}");
        assert_eq!(
            refused.unwrap_err().to_string(),
            r#"wrong answer: an answer that starts with "http/1.1 429 too many requests""#
        );
    }
}
