//! One inbound frame: who sends it, what it asks, whether they may; then the core, and the routing of what it tells.
// HOT: no allocation on the path of an order.

use jware_core::command::{Actor, Command};
use jware_core::refusal::{Refusal, RefusalCode, RequestKind};
use jware_core::units::{SessionId, TsNs};
use jware_wire::{FrameRefusal, Inbound, VerifiedFrame};

use crate::closing::{CLOSE_NORMAL, CLOSE_PROTOCOL, close, close_at};
use crate::hub::{Hub, State};
use crate::refuse::{refuse, refuse_frame, refuse_plain};
use crate::rights::{adds_to_the_market, is_permitted, rights_needed};
use crate::routing::push;
use crate::session::{Origin, SessionRoute};
use crate::subscription::{subscribe, unsubscribe};
use crate::trace::{Arrival, Trace};
use crate::validation::validate;

impl Hub {
    /// Takes one frame of a session. Its consequences are in the outboxes afterwards.
    pub fn submit(&self, state: &mut State, session_id: u32, token: u32, bytes: &[u8], arrival: Arrival) {
        let Some(session) = state.sessions.get_mut(&session_id) else { return };
        session.heard_ns = arrival.at_ns;
        state.metrics.frames_in += 1;
        let origin = session.origin(session_id, token);
        let (live, route) = (session.live, session.route);
        let actor = Actor { user: session.user, session: SessionId(session_id), key: session.key };
        let frame = match VerifiedFrame::of(bytes) {
            Ok(frame) => frame,
            Err(refused) => return refuse_frame(state, origin, live, &refused),
        };
        let meaning = frame.meaning(actor);
        if live && route == SessionRoute::Orders {
            let request = meaning.as_ref().map_or_else(|refused| refused.request, Inbound::request);
            state.trace = Trace::asked_by(frame.trace_sent_ns(), arrival, request);
        }
        match meaning {
            Ok(inbound) => self.answer(state, origin, actor, (live, route), inbound, arrival.ts_ns),
            Err(refused) => refuse_frame(state, origin, live, &refused),
        }
        if let Some(trace) = state.trace.take() {
            self.await_write(state, origin, trace);
        }
    }

    /// Does what a frame asks.
    #[inline]
    fn answer(
        &self,
        state: &mut State,
        origin: Origin,
        actor: Actor,
        (live, route): (bool, SessionRoute),
        inbound: Inbound<'_>,
        now: u64,
    ) {
        match (inbound, live) {
            (Inbound::Logon(logon), false) => self.logon(state, origin, &logon, now),
            (Inbound::Logon(_), true) => refuse_plain(state, origin, RequestKind::Logon, RefusalCode::AlreadyLoggedOn),
            (other, false) => {
                refuse_plain(state, origin, other.request(), RefusalCode::LogonRequired);
                close(state, origin, CLOSE_PROTOCOL, "the first frame must be a Logon");
            }
            (Inbound::Heartbeat { client_ts_ns }, true) => {
                let frame = state.encoder.heartbeat(client_ts_ns, TsNs(now));
                push(&mut state.outboxes, origin, 0, frame);
            }
            (Inbound::Logout { keep_orders }, true) => {
                if keep_orders {
                    let asked: Vec<_> = state.core.to_cancel_on_disconnect_of(actor.session).collect();
                    for (actor, account) in asked {
                        self.set_cancel_on_disconnect(state, actor, account, false);
                    }
                }
                // Whoever hears that it is over may rely on what becomes of his orders.
                let gate = state.urgent_seq;
                close_at(state, origin, gate, CLOSE_NORMAL, "logged out");
            }
            (Inbound::Command(command), true) if route != SessionRoute::Market => self.submit_command(state, origin, &command),
            (Inbound::Validate(order), true) if route != SessionRoute::Market => validate(state, origin, &order, now),
            (Inbound::Subscribe(request), true) if route == SessionRoute::Market => subscribe(state, origin, &request),
            (Inbound::Unsubscribe(request), true) if route == SessionRoute::Market => unsubscribe(state, origin, &request),
            (other, true) => refuse_plain(state, origin, other.request(), RefusalCode::FrameWrongRoute),
        }
    }

    fn submit_command(&self, state: &mut State, origin: Origin, command: &Command) {
        let (needed, names) = rights_needed(state, command);
        if let Some(trace) = &mut state.trace {
            trace.name(&names);
        }
        if self.journal.is_storage_full() && adds_to_the_market(command) {
            refuse(state, origin, &FrameRefusal { refusal: Refusal::plain(RefusalCode::StorageFull), ..names });
            return;
        }
        if !is_permitted(state, origin, needed, &names) {
            return;
        }
        let (seq, ts) = self.execute(state, command);
        self.route(state, Some(origin), seq, ts);
    }
}
