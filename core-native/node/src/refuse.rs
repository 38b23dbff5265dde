//! What is answered to a request that did not reach the core.

use jware_core::refusal::{Refusal, RefusalCode, RequestKind};
use jware_core::units::TsNs;
use jware_wire::FrameRefusal;

use crate::clock::now_ns;
use crate::closing::{CLOSE_PROTOCOL, close};
use crate::hub::State;
use crate::routing::push;
use crate::session::Origin;

/// Answers a request that did not reach the core.
pub fn refuse(state: &mut State, origin: Origin, refused: &FrameRefusal) {
    if let Some(trace) = &mut state.trace {
        trace.name(refused);
    }
    *state.metrics.refusals.entry(refused.refusal.code).or_default() += 1;
    let frame = state.encoder.refusal(refused, "", TsNs(now_ns()));
    push(&mut state.outboxes, origin, 0, frame);
}

/// The same where there is nothing to name.
pub fn refuse_plain(state: &mut State, origin: Origin, request: RequestKind, code: RefusalCode) {
    refuse(state, origin, &FrameRefusal::plain(request, Refusal::plain(code)));
}

/// Answers a frame that has no meaning.
pub fn refuse_frame(state: &mut State, origin: Origin, live: bool, refused: &FrameRefusal) {
    refuse(state, origin, refused);
    if !live {
        close(state, origin, CLOSE_PROTOCOL, "the first frame must be a Logon");
    }
}
