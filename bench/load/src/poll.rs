//! Waiting for many connections at once.

use std::os::fd::RawFd;

use crate::load_error::LoadError;

/// A wait for what a connection brings.
pub fn readable(descriptor: RawFd) -> libc::pollfd {
    libc::pollfd { fd: descriptor, events: libc::POLLIN, revents: 0 }
}

/// Whether something came, or the connection ended.
pub fn has_come(wait: libc::pollfd) -> bool {
    wait.revents & !libc::POLLOUT != 0
}

/// Also waits until what is queued can be sent, or no longer.
pub fn expect_room(wait: &mut libc::pollfd, is_sent: bool) {
    wait.events = if is_sent { libc::POLLIN } else { libc::POLLIN | libc::POLLOUT };
}

/// Waits so long at most, 0 for a look; whether anything came.
pub fn poll(waits: &mut [libc::pollfd], timeout_ms: i32) -> Result<bool, LoadError> {
    let count = libc::nfds_t::try_from(waits.len()).map_err(|_| LoadError::Usage("too many connections".to_owned()))?;
    // SAFETY: the pointer and count are of one slice that nobody else touches during the call.
    let ready = unsafe { libc::poll(waits.as_mut_ptr(), count, timeout_ms) };
    if ready >= 0 {
        return Ok(ready > 0);
    }
    match std::io::Error::last_os_error() {
        error if error.kind() == std::io::ErrorKind::Interrupted => Ok(true),
        error => Err(LoadError::io("polling")(error)),
    }
}
