//! One inbound frame: who sends it, what it asks, whether they may; then the core, and the routing of what it tells.
// HOT: no allocation on the path of an order.

use jware_core::command::{Actor, Batch, BatchRequest, Command, MassCancel, NewOrder, Scope, TradingState};
use jware_core::event::{BalanceChange, PositionChange};
use jware_core::order::ClOrdId;
use jware_core::refusal::{Refusal, RefusalCode, RequestKind};
use jware_core::units::{AccountId, AmountMinor, QtyLots, SessionId, TsNs};
use jware_wire::encode::{AccountGrant, AccountHead, LogonAnswer, ValidationAnswer};
use jware_wire::{FrameRefusal, Inbound, LogonRequest, Permission, SubscriptionRequest, VerifiedFrame};

use crate::clock::{monotonic_ns, now_ns};
use crate::hub::{AckMode, Hub, State};
use crate::market_view::{self, push_quote, push_snapshot};
use crate::outbox::Route;
use crate::routing::{currency_code, push, route_event};
use crate::session::{Grant, Session, SessionRoute, Topic};
use crate::trace::{Arrival, Trace, note_checked};

/// Close code of a connection that breaks the protocol.
const CLOSE_PROTOCOL: u32 = 4009;
/// Close code of a logon that failed or did not come.
const CLOSE_LOGON: u32 = 4003;
/// Close code of a session that ended by agreement.
const CLOSE_NORMAL: u32 = 1000;
/// What a client is told to send a heartbeat at.
const HEARTBEAT_MS: u32 = 10_000;
/// A connection that has not logged on by then is closed.
const LOGON_NS_MAX: u64 = 3_000_000_000;
/// Subscriptions per session.
const TOPICS_MAX: usize = 4_096;

/// The session and submit that a command came in on: where its own answers go.
#[derive(Clone, Copy)]
pub struct Origin {
    /// The session.
    pub session: u32,
    /// Its outbox.
    pub outbox: usize,
    /// The caller's mark on its answers.
    pub token: u32,
    /// Whether it is the gateway's, which hears of its own requests only.
    pub gateway: bool,
}

impl Hub {
    /// Takes one frame of a session. Its consequences are in the outboxes afterwards.
    pub fn submit(&self, state: &mut State, session_id: u32, token: u32, bytes: &[u8], arrival: Arrival) {
        let Some(session) = state.sessions.get_mut(&session_id) else { return };
        session.heard_ns = arrival.at_ns;
        state.metrics.frames_in += 1;
        let origin =
            Origin { session: session_id, outbox: session.outbox, token, gateway: session.route == SessionRoute::Gateway };
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

    /// Sends the events of the command just executed to everyone they concern.
    pub fn route(&self, state: &mut State, origin: Option<Origin>, seq: u64, ts: TsNs) {
        let gate = state.urgent_seq;
        let events = std::mem::take(&mut state.events);
        for event in &events {
            route_event(state, event, origin, seq, ts, gate);
        }
        state.events = events;
        market_view::publish(state, ts, gate);
    }

    fn logon(&self, state: &mut State, origin: Origin, logon: &LogonRequest<'_>, now: u64) {
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

    /// Queues fresh snapshots and quotes of everything a session receives, after it fell behind.
    pub fn resync(&self, state: &mut State, session_id: u32) {
        let Some(session) = state.sessions.get(&session_id) else { return };
        let (outbox, topics, gate) = (session.outbox, session.topics.clone(), state.urgent_seq);
        for topic in topics {
            if topic.is_book() {
                push_snapshot(state, session_id, outbox, topic.instrument(), gate);
            } else if topic == Topic::quote(topic.instrument()) {
                push_quote(state, session_id, outbox, topic.instrument(), gate);
            }
        }
    }

    /// The same for every session of an outbox.
    pub fn resync_outbox(&self, state: &mut State, outbox: usize) {
        let sessions: Vec<u32> =
            state.sessions.iter().filter(|(_, session)| session.outbox == outbox).map(|(&id, _)| id).collect();
        for session in sessions {
            self.resync(state, session);
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

    fn set_cancel_on_disconnect(&self, state: &mut State, actor: Actor, account: AccountId, is_on: bool) {
        let (seq, ts) = self.execute(state, &Command::SetCancelOnDisconnect { actor, account, is_on });
        self.route(state, None, seq, ts);
    }

    /// Lets time pass in the core where something is due there (an order's end, an arrival, a report) and no other command told it.
    pub fn let_pass(&self, state: &mut State, now: u64) {
        if state.core.next_due_ts().is_some_and(|due| due.0 <= now) {
            let (seq, ts) = self.execute(state, &Command::Tick);
            self.route(state, None, seq, ts);
        }
    }

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
}

/// Answers a frame that has no meaning.
fn refuse_frame(state: &mut State, origin: Origin, live: bool, refused: &FrameRefusal) {
    refuse(state, origin, refused);
    if !live {
        close(state, origin, CLOSE_PROTOCOL, "the first frame must be a Logon");
    }
}

/// Answers a request that did not reach the core.
fn refuse(state: &mut State, origin: Origin, refused: &FrameRefusal) {
    if let Some(trace) = &mut state.trace {
        trace.name(refused);
    }
    *state.metrics.refusals.entry(refused.refusal.code).or_default() += 1;
    let frame = state.encoder.refusal(refused, "", TsNs(now_ns()));
    push(&mut state.outboxes, origin, 0, frame);
}

fn refuse_plain(state: &mut State, origin: Origin, request: RequestKind, code: RefusalCode) {
    refuse(state, origin, &FrameRefusal::plain(request, Refusal::plain(code)));
}

fn overdue(session: &Session, now: u64) -> Option<(u32, &'static str)> {
    if !session.live {
        return (now.saturating_sub(session.opened_ns) > LOGON_NS_MAX).then_some((CLOSE_LOGON, "no logon within 3 s"));
    }
    let silence_ns_max = u64::from(session.heartbeat_ms) * 2_000_000;
    (silence_ns_max > 0 && now.saturating_sub(session.heard_ns) > silence_ns_max)
        .then_some((CLOSE_PROTOCOL, "nothing heard for twice the heartbeat"))
}

/// Whether the session has one of these rights on the account that the request is for; tells it where not.
fn is_permitted(state: &mut State, origin: Origin, needed: Permission, names: &FrameRefusal) -> bool {
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
fn rights_needed(state: &State, command: &Command) -> (Permission, FrameRefusal) {
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
fn adds_to_the_market(command: &Command) -> bool {
    match command {
        Command::NewOrder(_) | Command::Replace(_) | Command::NewOrderList(_) => true,
        Command::Batch(batch) => !only_cancels(batch),
        _ => false,
    }
}

fn only_cancels(batch: &Batch) -> bool {
    batch.requests.iter().all(|request| matches!(request, BatchRequest::Cancel { .. }))
}

/// Tells what would come of an order. No command: nothing is stamped or journalled, but the answer may show what is not yet
/// durable, and so waits for it.
fn validate(state: &mut State, origin: Origin, order: &NewOrder, now: u64) {
    let names = FrameRefusal {
        account: order.account,
        instrument: order.instrument,
        cl_ord_id: order.cl_ord_id,
        ..FrameRefusal::plain(RequestKind::Validate, Refusal::plain(RefusalCode::AccountNotPermitted))
    };
    if !is_permitted(state, origin, Permission::Read | Permission::Trade, &names) {
        return;
    }
    let ts = TsNs(now.max(state.core.ts().0));
    let found = state.core.validate(ts, order);
    if let Some(trace) = &mut state.trace {
        // All that the core does with it is to check.
        note_checked();
        trace.matched(|| false);
    }
    let answer = ValidationAnswer {
        account: order.account,
        instrument: order.instrument,
        cl_ord_id: &order.cl_ord_id,
        fills: &found.fills,
        price: found.price,
        ts,
    };
    let gate = state.urgent_seq;
    if let Some(trace) = &mut state.trace {
        trace.name(&names);
        trace.wait_for(gate);
    }
    let with_code = |rule: &Refusal| (*rule, currency_code(&state.core, rule.currency));
    let frame = state.encoder.order_validation(&answer, found.refusals.iter().map(with_code), found.passed.iter().map(with_code));
    push(&mut state.outboxes, origin, gate, frame);
}

fn close(state: &mut State, origin: Origin, code: u32, why: &str) {
    close_at(state, origin, 0, code, why);
}

fn close_at(state: &mut State, origin: Origin, gate: u64, code: u32, why: &str) {
    if let Some(Some(outbox)) = state.outboxes.get_mut(origin.outbox) {
        outbox.push(gate, Route::Close, origin.session, code, why.as_bytes());
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

fn topics_of(request: &SubscriptionRequest<'_>) -> Vec<Topic> {
    use jware_core::bar::BarInterval;
    use jware_wire::Channel;
    let bar_index = request.bar_interval.and_then(|interval| BarInterval::ALL.iter().position(|&other| other == interval));
    let mut topics = Vec::new();
    for id in request.instruments.iter() {
        for (channel, topic) in
            [(Channel::Book, Topic::book(id)), (Channel::Quote, Topic::quote(id)), (Channel::Trades, Topic::trades(id))]
        {
            if request.channels.contains(channel) {
                topics.push(topic);
            }
        }
        if let Some(index) = bar_index.filter(|_| request.channels.contains(Channel::Bars)) {
            topics.push(Topic::bars(id, index));
        }
    }
    topics
}

fn subscribe(state: &mut State, origin: Origin, request: &SubscriptionRequest<'_>) {
    let wanted = topics_of(request);
    let held = state.sessions.get(&origin.session).map_or(0, |session| session.topics.len());
    let unknown = request.instruments.iter().any(|id| state.core.instrument(id).is_none());
    if unknown || held + wanted.len() > TOPICS_MAX {
        refuse_plain(state, origin, RequestKind::Subscribe, RefusalCode::SubscriptionInvalid);
        return;
    }
    let gate = state.urgent_seq;
    for topic in wanted {
        add_topic(state, origin, topic, gate);
        // A repeated subscription asks for a fresh start.
        if topic.is_book() {
            push_snapshot(state, origin.session, origin.outbox, topic.instrument(), gate);
        } else if topic == Topic::quote(topic.instrument()) {
            push_quote(state, origin.session, origin.outbox, topic.instrument(), gate);
        }
    }
}

fn unsubscribe(state: &mut State, origin: Origin, request: &SubscriptionRequest<'_>) {
    for topic in topics_of(request) {
        let Some(session) = state.sessions.get_mut(&origin.session) else { return };
        let Some(index) = session.topics.iter().position(|&held| held == topic) else { continue };
        session.topics.swap_remove(index);
        count_topic(state, topic, origin.outbox, false);
        if let Some(Some(outbox)) = state.outboxes.get_mut(origin.outbox) {
            outbox.push(0, Route::Unsubscribe, origin.session, topic.0, &[]);
        }
    }
}

/// Adds a topic to a session, if it does not have it. The record comes before the snapshot, so no delta is missed between.
fn add_topic(state: &mut State, origin: Origin, topic: Topic, gate: u64) {
    let Some(session) = state.sessions.get_mut(&origin.session) else { return };
    if session.topics.contains(&topic) {
        return;
    }
    session.topics.push(topic);
    count_topic(state, topic, origin.outbox, true);
    if let Some(Some(outbox)) = state.outboxes.get_mut(origin.outbox) {
        outbox.push(gate, Route::Subscribe, origin.session, topic.0, &[]);
    }
}

fn count_topic(state: &mut State, topic: Topic, outbox: usize, more: bool) {
    let outbox_count = state.outboxes.len();
    let counts = state.topic_counts.entry(topic).or_default();
    counts.resize(outbox_count.max(counts.len()), 0);
    if more {
        counts[outbox] += 1;
    } else {
        counts[outbox] = counts[outbox].saturating_sub(1);
        if counts.iter().all(|&count| count == 0) {
            state.topic_counts.remove(&topic);
        }
    }
}
