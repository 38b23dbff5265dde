//! A TCP connection with what was read and not yet taken, and what is queued and not yet sent.
//!
//! Blocking until `set_nonblocking`: on a shared processor the kernel then hands over to the server in the read itself.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::ops::Range;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

use crate::load_error::LoadError;

/// An answer that takes longer is taken for none.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// Room for what arrives in one read, to begin with ...
const INCOMING_BYTES_FIRST: usize = 256 << 10;
/// ... and for the largest message.
const INCOMING_BYTES_MAX: usize = 4 << 20;
/// The server takes so many connections of one address; the others come from the next addresses of the loopback.
const CONNECTIONS_PER_ADDRESS: usize = 900;

/// One connection.
pub struct Stream {
    tcp: TcpStream,
    incoming: Vec<u8>,
    unread: Range<usize>,
    outgoing: Vec<u8>,
}

impl Stream {
    /// Connects to a port of the loopback.
    pub fn connect(port: u16) -> Result<Self, LoadError> {
        let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map_err(LoadError::io("connecting"))?;
        Self::over(tcp)
    }

    /// Connects as one of very many: from 127.0.0.1, and after 900 connections from 127.0.0.2, and so on.
    #[cfg(target_os = "linux")]
    pub fn connect_as(port: u16, connection: usize) -> Result<Self, LoadError> {
        let last = u8::try_from(1 + connection / CONNECTIONS_PER_ADDRESS)
            .map_err(|_| LoadError::Usage("too many connections".to_owned()))?;
        let own = address(Ipv4Addr::new(127, 0, 0, last), 0);
        let peer = address(Ipv4Addr::LOCALHOST, port);
        let length = libc::socklen_t::try_from(size_of::<libc::sockaddr_in>()).expect("an address is small");
        // SAFETY: the descriptor is checked before it is owned, and both calls read one address of the length that is given.
        let (descriptor, status) = unsafe {
            let raw = libc::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0);
            if raw < 0 {
                return Err(LoadError::io("making a socket")(std::io::Error::last_os_error()));
            }
            let descriptor = OwnedFd::from_raw_fd(raw);
            let bound = libc::bind(raw, (&raw const own).cast(), length);
            (descriptor, if bound == 0 { libc::connect(raw, (&raw const peer).cast(), length) } else { bound })
        };
        if status != 0 {
            return Err(LoadError::io("connecting from an address of the loopback")(std::io::Error::last_os_error()));
        }
        Self::over(TcpStream::from(descriptor))
    }

    /// Connects as one of many.
    #[cfg(not(target_os = "linux"))]
    pub fn connect_as(port: u16, connection: usize) -> Result<Self, LoadError> {
        if connection >= CONNECTIONS_PER_ADDRESS {
            return Err(LoadError::Usage(format!("more than {CONNECTIONS_PER_ADDRESS} connections need Linux")));
        }
        Self::connect(port)
    }

    fn over(tcp: TcpStream) -> Result<Self, LoadError> {
        tcp.set_nodelay(true).map_err(LoadError::io("TCP_NODELAY"))?;
        tcp.set_read_timeout(Some(ANSWER_TIMEOUT)).map_err(LoadError::io("setting the timeout"))?;
        Ok(Self { tcp, incoming: vec![0; INCOMING_BYTES_FIRST], unread: 0..0, outgoing: Vec::new() })
    }

    /// From here on reads and writes do not wait.
    pub fn set_nonblocking(&self) -> Result<(), LoadError> {
        self.tcp.set_nonblocking(true).map_err(LoadError::io("setting non-blocking"))
    }

    /// Makes the kernel hold as little for this connection as it can: what is not read then waits at the server, and soon.
    pub fn hold_little(&self) -> Result<(), LoadError> {
        let bytes: libc::c_int = 1;
        let length = libc::socklen_t::try_from(size_of::<libc::c_int>()).expect("a number is small");
        // SAFETY: the call reads one number of the length that is given.
        let status =
            unsafe { libc::setsockopt(self.descriptor(), libc::SOL_SOCKET, libc::SO_RCVBUF, (&raw const bytes).cast(), length) };
        if status == 0 { Ok(()) } else { Err(LoadError::io("setting SO_RCVBUF")(std::io::Error::last_os_error())) }
    }

    /// For `poll`.
    pub fn descriptor(&self) -> RawFd {
        self.tcp.as_raw_fd()
    }

    /// What is sent with the next `flush`.
    pub fn outgoing(&mut self) -> &mut Vec<u8> {
        &mut self.outgoing
    }

    /// Sends what was queued; true once all of it has gone.
    pub fn flush(&mut self) -> Result<bool, LoadError> {
        let mut sent = 0;
        while sent < self.outgoing.len() {
            match self.tcp.write(&self.outgoing[sent..]) {
                Ok(count) => sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(LoadError::io("sending")(error)),
            }
        }
        self.outgoing.drain(..sent);
        Ok(self.outgoing.is_empty())
    }

    /// What was read and not yet taken.
    pub fn unread(&self) -> &[u8] {
        &self.incoming[self.unread.clone()]
    }

    /// Takes the next bytes of it.
    pub fn take(&mut self, count: usize) -> Range<usize> {
        let taken = self.unread.start..self.unread.start + count;
        self.unread.start = taken.end;
        taken
    }

    /// Bytes that were taken; until the next read.
    pub fn taken(&self, range: Range<usize>) -> &[u8] {
        &self.incoming[range]
    }

    /// Reads once, without waiting where the connection does not; false where nothing has arrived.
    pub fn read_available(&mut self) -> Result<bool, LoadError> {
        match self.read_more() {
            Ok(()) => Ok(true),
            Err(LoadError::Io(_, error)) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads once.
    pub fn read_more(&mut self) -> Result<(), LoadError> {
        self.make_room()?;
        loop {
            match self.tcp.read(&mut self.incoming[self.unread.end..]) {
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

    fn make_room(&mut self) -> Result<(), LoadError> {
        if self.unread.is_empty() {
            self.unread = 0..0;
        } else if self.unread.end == self.incoming.len() {
            self.incoming.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
        }
        if self.unread.end < self.incoming.len() {
            return Ok(());
        }
        if self.incoming.len() >= INCOMING_BYTES_MAX {
            return Err(LoadError::Wrong(format!("a message of more than {INCOMING_BYTES_MAX} bytes")));
        }
        self.incoming.resize(self.incoming.len() * 2, 0);
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn address(ip: Ipv4Addr, port: u16) -> libc::sockaddr_in {
    let family = libc::sa_family_t::try_from(libc::AF_INET).expect("a family is a small number");
    let sin_addr = libc::in_addr { s_addr: u32::from_ne_bytes(ip.octets()) };
    libc::sockaddr_in { sin_family: family, sin_port: port.to_be(), sin_addr, sin_zero: [0; 8] }
}
