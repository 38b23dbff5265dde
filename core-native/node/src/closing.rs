//! Having a connection closed by the thread that owns it: when, with which code and words.

use crate::hub::State;
use crate::outbox::Route;
use crate::session::Origin;

/// Close code of a connection that breaks the protocol.
pub const CLOSE_PROTOCOL: u32 = 4009;
/// Close code of a logon that failed or did not come.
pub const CLOSE_LOGON: u32 = 4003;
/// Close code of a session that ended by agreement.
pub const CLOSE_NORMAL: u32 = 1000;

/// Has a session's connection closed by the thread that owns it.
pub fn close(state: &mut State, origin: Origin, code: u32, why: &str) {
    close_at(state, origin, 0, code, why);
}

/// The same, once everything up to the command `gate` may leave.
pub fn close_at(state: &mut State, origin: Origin, gate: u64, code: u32, why: &str) {
    if let Some(Some(outbox)) = state.outboxes.get_mut(origin.outbox) {
        outbox.push(gate, Route::Close, origin.session, code, why.as_bytes());
    }
}
