//! Which sessions asked that their orders end with their connection. It is state, so that a start knows what ended with the process.
//!
//! The core does not see connections: whoever does sends the mass cancel (`MassCancel::on_disconnect`), which also forgets the request.

use super::Core;
use super::report::RequestNames;
use crate::command::Actor;
use crate::event::Event;
use crate::order::ClOrdId;
use crate::refusal::{Refusal, RefusalCode, RequestKind};
use crate::units::{AccountId, InstrumentId, SessionId};

impl Core {
    pub(super) fn set_cancel_on_disconnect(&mut self, actor: Actor, account: AccountId, is_on: bool, events: &mut Vec<Event>) {
        if self.user_account(account).is_none() {
            let names = RequestNames::of(RequestKind::Logon, account, InstrumentId(0), ClOrdId::EMPTY);
            events.push(names.refused(Refusal::plain(RefusalCode::AccountNotPermitted)));
        } else if is_on {
            self.cancel_on_disconnect.insert((actor.session, account), actor);
        } else {
            self.cancel_on_disconnect.remove(&(actor.session, account));
        }
    }

    /// The accounts whose orders of a session are canceled when its connection ends, and who asked for it.
    pub fn to_cancel_on_disconnect_of(&self, session: SessionId) -> impl Iterator<Item = (Actor, AccountId)> + '_ {
        let all = (session, AccountId(0))..=(session, AccountId(u32::MAX));
        self.cancel_on_disconnect.range(all).map(|(&(_, account), &actor)| (actor, account))
    }

    /// The same of every session, by session and account.
    pub fn to_cancel_on_disconnect(&self) -> impl Iterator<Item = (Actor, AccountId)> + '_ {
        self.cancel_on_disconnect.iter().map(|(&(_, account), &actor)| (actor, account))
    }
}
