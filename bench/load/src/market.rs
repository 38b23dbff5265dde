//! A logged-on connection to `/v1/market`.

use jware_wire::generated::root_as_server_frame;
use jware_wire::{ClientEncoder, LogonRequest};

use crate::load_error::LoadError;
use crate::options::Options;
use crate::session::check_goes_on;
use crate::socket::Socket;
use crate::stream::Stream;

/// Connects as the connection of this number and logs on; nothing is subscribed.
pub fn log_on(options: &Options, connection: usize) -> Result<Socket, LoadError> {
    let mut socket = Socket::over(Stream::connect_as(options.port, connection)?, options.port, &options.path)?;
    let logon = LogonRequest {
        ticket: options.ticket.as_deref(),
        api_key: options.api_key_of(connection),
        heartbeat_ms: 0,
        cancel_on_disconnect: false,
        client_name: "jware-load",
    };
    socket.send(ClientEncoder::new().logon(&logon))?;
    loop {
        let bytes = socket.receive()?;
        let frame = root_as_server_frame(bytes).map_err(|error| LoadError::Wrong(format!("a frame: {error}")))?;
        check_goes_on(frame)?;
        // The last of what a logon brings.
        if frame.body_as_instrument_list().is_some() {
            return Ok(socket);
        }
    }
}
