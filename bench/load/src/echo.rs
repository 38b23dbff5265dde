//! Round trips of one message at a time through an echo server.

use std::time::Instant;

use crate::clock::ns_since;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::report::Report;
use crate::socket::Socket;

/// Bytes of the counter at the head of a message.
const TAG_BYTES: usize = 8;

/// A message that tells its number; shorter ones are the low end of it.
pub fn fill(message: &mut [u8], number: u64) {
    let tag = number.to_le_bytes();
    let length = message.len().min(TAG_BYTES);
    message[..length].copy_from_slice(&tag[..length]);
}

/// Measures `count` round trips; every answer must be the message.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    let mut socket = Socket::connect(options.port, &options.path)?;
    let mut message = vec![0x11; options.bytes];
    let mut samples = Vec::with_capacity(options.count);
    let mut measured_from = Instant::now();
    for number in 0..options.warm_up + options.count {
        if number == options.warm_up {
            measured_from = Instant::now();
        }
        fill(&mut message, number as u64);
        socket.queue(&message);
        let sent = Instant::now();
        socket.flush()?;
        let answer = socket.receive()?;
        let latency_ns = ns_since(sent);
        if answer != message {
            return Err(LoadError::Wrong(format!("message {number} came back as {} other bytes", answer.len())));
        }
        if number >= options.warm_up {
            samples.push(latency_ns);
        }
    }
    let elapsed_ns = ns_since(measured_from);
    Ok(Report::new("echo")
        .with("bytes", options.bytes as u128)
        .with_latencies("", samples)
        .with_throughput(options.count, elapsed_ns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread::JoinHandle;

    const HANDSHAKE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                             Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    /// A server of one connection: shakes hands, then gives every frame it reads to `answer`, which says what to write.
    fn serve(mut answer: impl FnMut(usize, &[u8]) -> Vec<u8> + Send + 'static) -> (u16, JoinHandle<()>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(read_bytes(&mut stream, 1).unwrap()[0]);
            }
            stream.write_all(HANDSHAKE.as_bytes()).unwrap();
            let mut number = 0;
            // Two bytes of header, four of mask, which are zeros; the messages of these tests are short.
            while let Some(head) = read_bytes(&mut stream, 6) {
                let payload = read_bytes(&mut stream, usize::from(head[1] & 0x7f)).unwrap();
                if head[0] == 0x82 {
                    // Byte by byte, so that frames arrive in pieces.
                    for byte in answer(number, &payload) {
                        if stream.write_all(&[byte]).is_err() {
                            return;
                        }
                    }
                    number += 1;
                }
            }
        });
        (port, server)
    }

    fn read_bytes(stream: &mut TcpStream, count: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; count];
        stream.read_exact(&mut bytes).ok().map(|()| bytes)
    }

    fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
        [&[0x80 | opcode, u8::try_from(payload.len()).unwrap()], payload].concat()
    }

    fn measured(answer: impl FnMut(usize, &[u8]) -> Vec<u8> + Send + 'static) -> Result<String, String> {
        let (port, server) = serve(answer);
        let options = Options { port, count: 20, warm_up: 2, bytes: 20, ..Options::default() };
        let result = run(&options).map(|report| report.to_json()).map_err(|error| error.to_string());
        server.join().unwrap();
        result
    }

    #[test]
    fn a_faithful_echo_is_measured_also_with_pings_and_frames_in_pieces() {
        let line = measured(|_, payload| [frame(0x9, b"hi"), frame(0x2, payload), frame(0xa, b"")].concat()).unwrap();
        assert!(line.starts_with(r#"{"mode":"echo","bytes":20,"n":20,"p50_ns":"#), "{line}");
    }

    #[test]
    fn one_wrong_byte_is_no_figure() {
        let error = measured(|number, payload| {
            let mut payload = payload.to_vec();
            payload[19] ^= u8::from(number == 11);
            frame(0x2, &payload)
        });
        assert_eq!(error.unwrap_err(), "wrong answer: message 11 came back as 20 other bytes");
    }

    #[test]
    fn the_answer_to_an_earlier_message_is_no_figure() {
        let mut earlier = vec![0x11; 20];
        let error = measured(move |_, payload| frame(0x2, &std::mem::replace(&mut earlier, payload.to_vec())));
        assert!(error.unwrap_err().starts_with("wrong answer: message "), "an echo that is one behind");
    }

    #[test]
    fn a_close_is_told_with_its_code_and_reason() {
        let error = measured(|_, _| frame(0x8, &[&4008_u16.to_be_bytes()[..], b"slow consumer"].concat()));
        assert_eq!(error.unwrap_err(), "the server closed the connection: 4008 slow consumer");
    }
}
