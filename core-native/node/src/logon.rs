//! The first frame of a session: who it is, and all that it is told to begin with.

use jware_core::command::{Actor, Scope, TradingState};
use jware_core::event::{BalanceChange, PositionChange};
use jware_core::refusal::{RefusalCode, RequestKind};
use jware_core::units::{AccountId, AmountMinor, QtyLots, SessionId, TsNs};
use jware_wire::encode::{AccountGrant, AccountHead, LogonAnswer};
use jware_wire::{LogonRequest, Permission};

use crate::closing::{CLOSE_LOGON, close};
use crate::hub::{AckMode, Hub, State};
use crate::refuse::refuse_plain;
use crate::routing::{currency_code, push};
use crate::session::Origin;
use crate::session::{Grant, SessionRoute};

/// What a client is told to send a heartbeat at.
const HEARTBEAT_MS: u32 = 10_000;

impl Hub {
    /// Opens a session by its credential, and tells it what holds for it; a wrong one closes the connection.
    pub fn logon(&self, state: &mut State, origin: Origin, logon: &LogonRequest<'_>, now: u64) {
        let secret = logon.ticket.or(logon.api_key).unwrap_or_default();
        let Some((hash, credential)) = state.credentials.open(secret, now) else {
            refuse_plain(state, origin, RequestKind::Logon, RefusalCode::LogonRefused);
            close(state, origin, CLOSE_LOGON, "the ticket or API key is unknown, used or expired");
            return;
        };
        let Some(session) = state.sessions.get_mut(&origin.session) else { return };
        session.live = true;
        session.user = credential.user;
        session.key = credential.key;
        // Also of a ticket that is used up: who signs out ends the sockets that his session opened.
        session.credential = Some(hash);
        session.heartbeat_ms = logon.heartbeat_ms;
        session.grants = credential.grants.into_iter().filter(|grant| state.core.account(grant.account).is_some()).collect();
        let grants = session.grants.clone();
        let route = session.route;
        if logon.cancel_on_disconnect && route == SessionRoute::Orders {
            let actor = Actor { user: session.user, session: SessionId(origin.session), key: session.key };
            for grant in grants.iter().filter(|grant| grant.permissions.contains(Permission::Trade)) {
                self.set_cancel_on_disconnect(state, actor, grant.account, true);
            }
        }
        let rows: Vec<AccountGrant<'_>> = grants
            .iter()
            .filter_map(|grant| {
                let account = state.core.account(grant.account)?;
                Some(AccountGrant { account: account.id, name: &account.name, permissions: grant.permissions })
            })
            .collect();
        let ack_mode = match self.ack_mode {
            AckMode::Durable => jware_wire::AckMode::Durable,
            AckMode::Memory => jware_wire::AckMode::Memory,
        };
        let heartbeat_ms = if logon.heartbeat_ms == 0 { HEARTBEAT_MS } else { logon.heartbeat_ms };
        let answer = LogonAnswer {
            user: &credential.user_name,
            session: SessionId(origin.session),
            ack_mode,
            server_ts: TsNs(now),
            heartbeat_ms,
            accounts: &rows,
            key: credential.key,
        };
        let gate = state.urgent_seq;
        let frame = state.encoder.logon_ack(&answer);
        push(&mut state.outboxes, origin, gate, frame);
        let list = state.core.instruments().iter().map(|instrument| {
            let currency = state.core.currency(instrument.definition.quote_currency).expect("checked when it was defined");
            (&instrument.definition, currency.code.as_str(), currency.decimals)
        });
        let frame = state.encoder.instrument_list(list);
        push(&mut state.outboxes, origin, gate, frame);
        if route == SessionRoute::Orders {
            push_scopes(state, origin, &grants, gate);
            for grant in &grants {
                if grant.permissions.contains(Permission::Read) {
                    state.account_sessions.entry(grant.account.0).or_default().push(origin.session);
                    push_account(state, origin, grant.account, gate);
                }
            }
        }
    }
}

/// The scopes that are not active, so that a session knows why it would be refused.
fn push_scopes(state: &mut State, origin: Origin, grants: &[Grant], gate: u64) {
    let core = &state.core;
    let firm = Some((Scope::Firm, core.firm_state())).filter(|&(_, state)| state != TradingState::Active);
    let instruments = core.instruments().iter().filter(|instrument| instrument.trading_state != TradingState::Active);
    let instruments = instruments.map(|each| (Scope::Instrument(each.definition.instrument), each.trading_state));
    let readable = |id| grants.iter().any(|grant| grant.account == id && grant.permissions.contains(Permission::Read));
    let strategies = core.strategy_states().filter(|&(account, _, state)| state != TradingState::Active && readable(account));
    let strategies = strategies.map(|(account, strategy, state)| (Scope::Strategy(account, strategy), state));
    let ts = core.ts();
    for (scope, trading) in firm.into_iter().chain(instruments).chain(strategies) {
        let frame = state.encoder.scope_status(scope, trading, 0, "", ts);
        push(&mut state.outboxes, origin, gate, frame);
    }
}

/// The whole of an account, as of its last event.
fn push_account(state: &mut State, origin: Origin, id: AccountId, gate: u64) {
    let Some(account) = state.core.account(id) else { return };
    let head = AccountHead {
        account: id,
        account_seq: account.account_seq,
        state: account.state,
        kind: account.kind,
        position_mode: account.position_mode,
        group: account.self_trade_group,
        ts: state.core.ts(),
    };
    let orders: Vec<_> = state
        .core
        .open_orders_in_queue(id)
        .into_iter()
        .map(|(order, ahead)| (state.core.status_of(order, account.account_seq), ahead))
        .collect();
    let positions =
        account.positions.iter().filter(|(_, p)| p.qty != 0 || p.realised != 0 || p.fees != 0).map(|((instrument, leg), p)| {
            PositionChange {
                account_seq: account.account_seq,
                account: id,
                instrument,
                qty: QtyLots(p.qty),
                cost: AmountMinor(p.cost),
                realised: AmountMinor(p.realised),
                fees: AmountMinor(p.fees),
                leg,
            }
        });
    let balances = account.balances.iter().map(|(currency, b)| {
        let change = BalanceChange {
            account_seq: account.account_seq,
            account: id,
            currency,
            cash: AmountMinor(b.cash),
            used: AmountMinor(b.used),
            held: AmountMinor(b.held),
        };
        (change, currency_code(&state.core, currency))
    });
    let frame = state.encoder.account_snapshot(&head, orders, positions, balances);
    push(&mut state.outboxes, origin, gate, frame);
}
