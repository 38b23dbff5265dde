//! Who hears of an event: its account's sessions, the requester, all who trade, or who receives the market; each frame encoded once.
// HOT: `route_event` runs for every event of an order. No allocation.

use jware_core::Core;
use jware_core::command::Scope;
use jware_core::event::{Event, Execution};
use jware_core::limit::LimitScope;
use jware_core::order::ExecType;
use jware_core::units::{AccountId, CurrencyId, Seq, TsNs};
use jware_wire::encode::{ConfigurationNotice, FeeScheduleNotice, LimitNotice};
use jware_wire::{FrameRefusal, Permission};

use crate::hub::{Hub, State};
use crate::market_view::{publish, publish_bar};
use crate::outbox::Route;
use crate::session::{Origin, Session, SessionRoute};

impl Hub {
    /// Sends the events of the command just executed to everyone they concern.
    pub fn route(&self, state: &mut State, origin: Option<Origin>, seq: u64, ts: TsNs) {
        let gate = state.urgent_seq;
        let events = std::mem::take(&mut state.events);
        for event in &events {
            route_event(state, event, origin, seq, ts, gate);
        }
        state.events = events;
        publish(state, ts, gate);
    }
}

/// A currency's code; empty for none.
pub fn currency_code(core: &Core, id: CurrencyId) -> &str {
    core.currency(id).map_or("", |currency| currency.code.as_str())
}

/// Pushes the frame of an event to everyone it concerns, to leave when `gate` is durable.
fn route_event(state: &mut State, event: &Event, origin: Option<Origin>, seq: u64, ts: TsNs, gate: u64) {
    match event {
        Event::Refused { request, refusal, account, instrument, cl_ord_id, orig_cl_ord_id, travelled } => {
            if origin.is_none() && !travelled {
                return;
            }
            let refused = FrameRefusal {
                request: *request,
                refusal: *refusal,
                account: *account,
                instrument: *instrument,
                cl_ord_id: *cl_ord_id,
                orig_cl_ord_id: *orig_cl_ord_id,
            };
            let frame = state.encoder.refusal(&refused, currency_code(&state.core, refusal.currency), ts);
            if *travelled {
                push_private(&mut state.outboxes, (&state.account_sessions, &state.sessions), *account, None, gate, frame);
            } else if let Some(origin) = origin {
                push(&mut state.outboxes, origin, gate, frame);
            }
        }
        Event::Execution(execution) => route_execution(state, execution, origin, seq, ts, gate),
        Event::TradeAdjusted(told) => {
            let frame = state.encoder.trade_adjusted(told, Seq(seq), ts);
            state.metrics.private_frames += 1;
            let to = (&state.account_sessions, &state.sessions);
            push_private(&mut state.outboxes, to, told.execution.account, origin, gate, frame);
        }
        Event::Position(position) => {
            let frame = state.encoder.position(position, ts);
            push_private(&mut state.outboxes, (&state.account_sessions, &state.sessions), position.account, origin, gate, frame);
        }
        Event::Balance(balance) => {
            let frame = state.encoder.balance(balance, currency_code(&state.core, balance.currency), ts);
            push_private(&mut state.outboxes, (&state.account_sessions, &state.sessions), balance.account, origin, gate, frame);
        }
        Event::AccountState { account_seq, account, state: trading, reason } => {
            let frame = state.encoder.account_status(*account_seq, *account, *trading, reason, ts);
            push_private(&mut state.outboxes, (&state.account_sessions, &state.sessions), *account, origin, gate, frame);
        }
        Event::ScopeState { scope, state: trading, canceled_count, reason } => {
            let frame = state.encoder.scope_status(*scope, *trading, *canceled_count, reason, ts);
            let to = (&state.account_sessions, &state.sessions);
            match *scope {
                Scope::Account(id) | Scope::Strategy(id, _) => {
                    push_private(&mut state.outboxes, to, id, origin, gate, frame);
                }
                Scope::Firm | Scope::Instrument(_) => {
                    // It concerns all who trade.
                    push_to_traders(&mut state.outboxes, &state.sessions, gate, frame, |_| true);
                }
            }
        }
        Event::MassCanceled { account, cl_ord_id, canceled_count } => {
            let Some(origin) = origin else { return };
            let frame = state.encoder.mass_canceled(*account, cl_ord_id, *canceled_count, ts);
            push(&mut state.outboxes, origin, gate, frame);
        }
        Event::BarClosed { instrument, interval, bar } => publish_bar(state, *instrument, *interval, bar, true, gate),
        Event::Level { .. } | Event::Trade { .. } | Event::BookState { .. } | Event::BookReset { .. } => {
            state.markets.collect(event);
        }
        Event::LimitSet { .. } => route_limit(state, event, ts, gate),
        Event::AccountConfigured { account, kind, position_mode, group, base_currency, actor, reason } => {
            let notice = ConfigurationNotice {
                account: *account,
                kind: *kind,
                position_mode: *position_mode,
                group: *group,
                base_currency: currency_code(&state.core, *base_currency),
                actor: *actor,
                reason,
            };
            let frame = state.encoder.account_configuration(&notice, ts);
            push_private(&mut state.outboxes, (&state.account_sessions, &state.sessions), *account, origin, gate, frame);
        }
        Event::LossLimitPassed { account, currency, kind, max, loss } => {
            let code = currency_code(&state.core, *currency);
            let frame = state.encoder.loss_limit(*account, *kind, code, *max, *loss, ts);
            push_private(&mut state.outboxes, (&state.account_sessions, &state.sessions), *account, origin, gate, frame);
        }
        Event::Liquidation { account, currency, equity, maintenance } => {
            let frame = state.encoder.liquidation(*account, currency_code(&state.core, *currency), *equity, *maintenance, ts);
            push_private(&mut state.outboxes, (&state.account_sessions, &state.sessions), *account, origin, gate, frame);
        }
        Event::FeeScheduleSet { account, currency, tiers, actor, reason } => {
            let currency_code = currency_code(&state.core, *currency);
            let notice = FeeScheduleNotice { account: *account, currency_code, tiers, actor: *actor, reason };
            let frame = state.encoder.fee_schedule(&notice, ts);
            let hears = |session: &Session| {
                let granted = || session.permissions(*account);
                account.0 == 0 || granted().is_some_and(|granted| granted.intersects(Permission::Read | Permission::Risk))
            };
            push_to_traders(&mut state.outboxes, &state.sessions, gate, frame, hears);
        }
        Event::InstrumentDefined { instrument } => {
            state.markets.get(*instrument);
        }
    }
}

/// A limit is told to those it binds, and to those who see to risk.
fn route_limit(state: &mut State, event: &Event, ts: TsNs, gate: u64) {
    let Event::LimitSet { scope, name, max, window_ns, actor, reason } = event else { return };
    let notice = LimitNotice {
        scope: *scope,
        name: *name,
        currency_code: currency_code(&state.core, name.currency),
        max: *max,
        window_ns: *window_ns,
        actor: *actor,
        reason,
    };
    let frame = state.encoder.limit_status(&notice, ts);
    let hears = |session: &Session| match *scope {
        LimitScope::Firm => session.sees_risk(),
        LimitScope::Account(account) | LimitScope::Strategy(account, _) => {
            session.permissions(account).is_some_and(|granted| granted.intersects(Permission::Read | Permission::Risk))
        }
        LimitScope::User(user) => session.user == user || session.sees_risk(),
        LimitScope::Key(key) => session.key == key || session.sees_risk(),
    };
    push_to_traders(&mut state.outboxes, &state.sessions, gate, frame, hears);
}

/// An execution is everyone's who hears of the account. A state that is told again answers one request, and goes to it alone.
fn route_execution(state: &mut State, execution: &Execution, origin: Option<Origin>, seq: u64, ts: TsNs, gate: u64) {
    let currency = execution.refusal.map_or("", |refusal| currency_code(&state.core, refusal.currency));
    state.metrics.private_frames += 1;
    if execution.exec_type == ExecType::Status {
        if let Some(origin) = origin {
            let ahead = state.core.orders().find(execution.order_id).and_then(|order| state.core.queue_ahead(order));
            let frame = state.encoder.status(execution, ahead, currency, Seq(seq), ts);
            push(&mut state.outboxes, origin, gate, frame);
        }
        return;
    }
    let frame = state.encoder.execution(execution, currency, Seq(seq), ts);
    let to = (&state.account_sessions, &state.sessions);
    push_private(&mut state.outboxes, to, execution.account, origin, gate, frame);
}

type Listeners<'a> = (&'a rustc_hash::FxHashMap<u32, Vec<u32>>, &'a rustc_hash::FxHashMap<u32, Session>);

/// To every session that hears of an account, and to the gateway session that asked.
fn push_private(
    outboxes: &mut [Option<crate::outbox::Outbox>],
    (account_sessions, sessions): Listeners<'_>,
    account: AccountId,
    origin: Option<Origin>,
    gate: u64,
    frame: &[u8],
) {
    for &id in account_sessions.get(&account.0).into_iter().flatten() {
        let Some(session) = sessions.get(&id) else { continue };
        let token = origin.filter(|origin| origin.session == id).map_or(0, |origin| origin.token);
        if let Some(Some(outbox)) = outboxes.get_mut(session.outbox) {
            outbox.push(gate, Route::Session, id, token, frame);
        }
    }
    if let Some(origin) = origin.filter(|origin| origin.gateway) {
        let granted = sessions.get(&origin.session).is_some_and(|session| session.permissions(account).is_some());
        if granted {
            push(outboxes, origin, gate, frame);
        }
    }
}

/// To every session of the orders route that hears of it.
fn push_to_traders(
    outboxes: &mut [Option<crate::outbox::Outbox>],
    sessions: &rustc_hash::FxHashMap<u32, Session>,
    gate: u64,
    frame: &[u8],
    hears: impl Fn(&Session) -> bool,
) {
    let of_route = |session: &Session| session.live && session.route == SessionRoute::Orders;
    for (&id, session) in sessions.iter().filter(|(_, session)| of_route(session) && hears(session)) {
        if let Some(Some(outbox)) = outboxes.get_mut(session.outbox) {
            outbox.push(gate, Route::Session, id, 0, frame);
        }
    }
}

/// Pushes a frame to the session that asked.
pub fn push(outboxes: &mut [Option<crate::outbox::Outbox>], origin: Origin, gate: u64, frame: &[u8]) {
    if let Some(Some(outbox)) = outboxes.get_mut(origin.outbox) {
        outbox.push(gate, Route::Session, origin.session, origin.token, frame);
    }
}
