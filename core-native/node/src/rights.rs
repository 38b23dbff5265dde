//! What a session may ask of the core, and what is taken while the journal's disk is full.
// HOT: no allocation on the path of an order.

use jware_core::command::{Batch, BatchRequest, Command, Scope, TradingState};
use jware_core::order::ClOrdId;
use jware_core::refusal::{Refusal, RefusalCode, RequestKind};
use jware_core::units::AccountId;
use jware_wire::{FrameRefusal, Permission};

use crate::hub::State;
use crate::refuse::refuse;
use crate::session::Origin;

/// Whether the session has one of these rights on the account that the request is for; tells it where not.
pub fn is_permitted(state: &mut State, origin: Origin, needed: Permission, names: &FrameRefusal) -> bool {
    let granted = state.sessions.get(&origin.session).and_then(|session| session.permissions(names.account));
    let code = match granted {
        None => RefusalCode::AccountNotPermitted,
        Some(granted) if !granted.intersects(needed) => RefusalCode::PermissionMissing,
        Some(_) => return true,
    };
    refuse(state, origin, &FrameRefusal { refusal: Refusal::plain(code), ..*names });
    false
}

/// The rights of which a command takes any one, and its names for a refusal: account 0 is nobody's.
pub fn rights_needed(state: &State, command: &Command) -> (Permission, FrameRefusal) {
    let to_cancel = Permission::Cancel | Permission::Trade;
    let about = |request, account, cl_ord_id| FrameRefusal {
        account,
        cl_ord_id,
        ..FrameRefusal::plain(request, Refusal::plain(RefusalCode::AccountNotPermitted))
    };
    match command {
        Command::NewOrder(r) => {
            let names = about(RequestKind::NewOrder, r.account, r.cl_ord_id);
            (Permission::Trade, FrameRefusal { instrument: r.instrument, ..names })
        }
        Command::Replace(r) => {
            let names = about(RequestKind::Replace, r.account, r.cl_ord_id);
            (Permission::Trade, FrameRefusal { orig_cl_ord_id: r.target.orig_cl_ord_id, ..names })
        }
        Command::Cancel(r) => {
            let names = about(RequestKind::Cancel, r.account, r.cl_ord_id);
            (to_cancel, FrameRefusal { orig_cl_ord_id: r.target.orig_cl_ord_id, ..names })
        }
        Command::MassCancel(r) => {
            let names = about(RequestKind::MassCancel, r.account, r.cl_ord_id);
            (to_cancel, FrameRefusal { instrument: r.instrument, ..names })
        }
        Command::NewOrderList(r) => {
            let first = r.orders.first().map_or(ClOrdId::EMPTY, |order| order.cl_ord_id);
            let names = about(RequestKind::NewOrderList, r.account, first);
            (Permission::Trade, FrameRefusal { instrument: r.instrument, ..names })
        }
        Command::Batch(r) => {
            let needed = if only_cancels(r) { to_cancel } else { Permission::Trade };
            (needed, about(RequestKind::Batch, r.account, ClOrdId::EMPTY))
        }
        Command::SetTradingState { scope, state: wanted, .. } => {
            // Everyone and an instrument are the administrator's, who does not come this way.
            let (account, present) = match *scope {
                Scope::Account(id) => (id, state.core.account(id).map_or(TradingState::Active, |account| account.state)),
                Scope::Strategy(id, strategy) => (id, state.core.strategy_state(id, strategy)),
                Scope::Firm | Scope::Instrument(_) => (AccountId(0), TradingState::Active),
            };
            // Stopping is for everyone who trades there; starting again, even a little, is not.
            let is_stricter = *wanted != TradingState::Active && wanted.most_severe(present) == *wanted;
            let needed = if is_stricter { Permission::Trade | Permission::Risk } else { Permission::Risk };
            (needed, about(RequestKind::Control, account, ClOrdId::EMPTY))
        }
        _ => (Permission::Risk, about(RequestKind::Control, AccountId(0), ClOrdId::EMPTY)),
    }
}

/// Whether it is refused while the journal's disk is full. What takes risk away passes: it has the room that is kept for it. The
/// refusal is no command: a record that says so would take of that room, and a replay has nothing to repeat.
pub fn adds_to_the_market(command: &Command) -> bool {
    match command {
        Command::NewOrder(_) | Command::Replace(_) | Command::NewOrderList(_) => true,
        Command::Batch(batch) => !only_cancels(batch),
        _ => false,
    }
}

fn only_cancels(batch: &Batch) -> bool {
    batch.requests.iter().all(|request| matches!(request, BatchRequest::Cancel { .. }))
}
