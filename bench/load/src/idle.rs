//! Connections that do nothing: logged on, and answering the server's pings. Prints one line once all are there, and stays until it
//! is ended.

use crate::load_error::LoadError;
use crate::market;
use crate::options::Options;
use crate::poll::{has_come, poll, readable};
use crate::report::Report;

const LOOK_MS: i32 = 1_000;

/// Opens `connections` of them. Returns only with an error: one of them was closed.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    allow_files()?;
    let mut sockets = Vec::with_capacity(options.connections);
    for connection in options.first..options.first + options.connections {
        let mut socket = market::log_on(options, connection)?;
        socket.stream().set_nonblocking()?;
        sockets.push(socket);
    }
    println!("{}", Report::new("idle").with("connections", sockets.len() as u128).to_json());
    let mut waits: Vec<libc::pollfd> = sockets.iter_mut().map(|socket| readable(socket.stream().descriptor())).collect();
    loop {
        poll(&mut waits, LOOK_MS)?;
        for (socket, wait) in sockets.iter_mut().zip(&mut waits) {
            if has_come(*wait) {
                while socket.stream().read_available()? {}
                // Pings are answered below; everything else is let go.
                while socket.received()?.is_some() {}
            }
        }
    }
}

/// Takes as many open files as the system lets this process have.
fn allow_files() -> Result<(), LoadError> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls are given one limit, which lives until they return.
    let status = unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit);
        limit.rlim_cur = limit.rlim_max;
        libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit)
    };
    if status == 0 { Ok(()) } else { Err(LoadError::io("asking for more open files")(std::io::Error::last_os_error())) }
}
