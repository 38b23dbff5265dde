//! How sessions end, whoever ends them, and what becomes of their orders then.

use jware_core::command::{Actor, Command, MassCancel};
use jware_core::units::{AccountId, SessionId};

use crate::clock::monotonic_ns;
use crate::closing::{CLOSE_LOGON, CLOSE_PROTOCOL, close};
use crate::hub::{Hub, State};
use crate::session::{Origin, Session, SessionRoute};
use crate::subscription::count_topic;

/// A connection that has not logged on by then is closed.
const LOGON_NS_MAX: u64 = 3_000_000_000;

impl Hub {
    /// Closes sessions of an outbox that did not log on in time, or went silent.
    pub fn sweep(&self, state: &mut State, outbox: usize) {
        let now = monotonic_ns();
        let due: Vec<(u32, u32, &'static str)> = state
            .sessions
            .iter()
            .filter(|(_, session)| session.outbox == outbox && session.route != SessionRoute::Gateway)
            .filter_map(|(&id, session)| overdue(session, now).map(|(code, why)| (id, code, why)))
            .collect();
        for (session, code, why) in due {
            close(state, Origin { session, outbox, token: 0, gateway: false }, code, why);
        }
    }

    /// Ends a session, and the orders of one that asked for cancel-on-disconnect.
    pub fn close_session(&self, state: &mut State, session_id: u32) {
        let Some(session) = state.sessions.remove(&session_id) else { return };
        for topic in &session.topics {
            count_topic(state, *topic, session.outbox, false);
        }
        for grant in &session.grants {
            if let Some(sessions) = state.account_sessions.get_mut(&grant.account.0) {
                sessions.retain(|&other| other != session_id);
            }
        }
        let asked = state.core.to_cancel_on_disconnect_of(SessionId(session_id)).collect();
        self.cancel_on_disconnect(state, asked);
    }

    /// Ends the orders of sessions of an earlier life that asked for it: their connections ended with the process. A start that
    /// is killed on the way leaves the rest to the next one.
    pub fn end_earlier_sessions(&self, state: &mut State) {
        let asked = state.core.to_cancel_on_disconnect().collect();
        self.cancel_on_disconnect(state, asked);
    }

    fn cancel_on_disconnect(&self, state: &mut State, asked: Vec<(Actor, AccountId)>) {
        for (actor, account) in asked {
            let command = Command::MassCancel(MassCancel::of_lost_session(actor, account));
            let (seq, ts) = self.execute(state, &command);
            self.route(state, None, seq, ts);
        }
    }

    /// Says to the core whether a session's orders on an account end with it.
    pub fn set_cancel_on_disconnect(&self, state: &mut State, actor: Actor, account: AccountId, is_on: bool) {
        let (seq, ts) = self.execute(state, &Command::SetCancelOnDisconnect { actor, account, is_on });
        self.route(state, None, seq, ts);
    }
}

fn overdue(session: &Session, now: u64) -> Option<(u32, &'static str)> {
    if !session.live {
        return (now.saturating_sub(session.opened_ns) > LOGON_NS_MAX).then_some((CLOSE_LOGON, "no logon within 3 s"));
    }
    let silence_ns_max = u64::from(session.heartbeat_ms) * 2_000_000;
    (silence_ns_max > 0 && now.saturating_sub(session.heard_ns) > silence_ns_max)
        .then_some((CLOSE_PROTOCOL, "nothing heard for twice the heartbeat"))
}
