//! Which market topics a session receives, and a fresh start of each.

use jware_core::refusal::{RefusalCode, RequestKind};
use jware_wire::SubscriptionRequest;

use crate::hub::{Hub, State};
use crate::market_view::{push_quote, push_snapshot};
use crate::outbox::Route;
use crate::refuse::refuse_plain;
use crate::session::Origin;
use crate::session::Topic;

/// Subscriptions per session.
const TOPICS_MAX: usize = 4_096;

/// Adds topics, all of them or none, each with a fresh start.
pub fn subscribe(state: &mut State, origin: Origin, request: &SubscriptionRequest<'_>) {
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
        push_fresh(state, (origin.session, origin.outbox), topic, gate);
    }
}

/// Takes topics away; one that it does not receive is passed over.
pub fn unsubscribe(state: &mut State, origin: Origin, request: &SubscriptionRequest<'_>) {
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

impl Hub {
    /// Queues fresh snapshots and quotes of everything a session receives, after it fell behind.
    pub fn resync(&self, state: &mut State, session_id: u32) {
        let Some(session) = state.sessions.get(&session_id) else { return };
        let (outbox, topics, gate) = (session.outbox, session.topics.clone(), state.urgent_seq);
        for topic in topics {
            push_fresh(state, (session_id, outbox), topic, gate);
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
}

/// What a topic stands at, where it stands at something: a book or a quote. Bars and trades begin with the next one.
fn push_fresh(state: &mut State, (session, outbox): (u32, usize), topic: Topic, gate: u64) {
    if topic.is_book() {
        push_snapshot(state, session, outbox, topic.instrument(), gate);
    } else if topic == Topic::quote(topic.instrument()) {
        push_quote(state, session, outbox, topic.instrument(), gate);
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

/// Keeps how many sessions of an outbox receive a topic: only who has any is sent its frames.
pub fn count_topic(state: &mut State, topic: Topic, outbox: usize, more: bool) {
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
