//! Requests on their way to a venue, and their arrival there.
//!
//! Where an instrument has latency, a request that passed its checks is told as pending and travels; what it asks for happens when
//! it arrives. Invariant: `orders` holds exactly the orders of which something is on its way in. Nothing here is touched while
//! nothing is on its way.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::Core;
use super::report::RequestNames;
use super::time_queue::TimeQueue;
use crate::command::{CancelOrder, ReplaceOrder};
use crate::event::Event;
use crate::name::Named;
use crate::order::{ExecReason, ExecType, OnTheWay, Place};
use crate::paper::draw_ns;
use crate::refusal::{Refusal, RefusalCode, RequestKind};
use crate::risk::{Beside, Check, Purpose};
use crate::units::{InstrumentId, OrderId, TsNs};

/// A request on its way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Sent {
    /// A new order, or the `count` orders of a list.
    Orders {
        first: OrderId,
        count: u64,
    },
    Cancel {
        order: OrderId,
        instrument: InstrumentId,
        request: CancelOrder,
    },
    Replace {
        order: OrderId,
        instrument: InstrumentId,
        request: ReplaceOrder,
    },
}

impl Sent {
    /// The orders it is about, by id.
    fn orders(&self) -> std::ops::Range<u64> {
        match *self {
            Self::Orders { first, count } => first.0..first.0 + count,
            Self::Cancel { order, .. } | Self::Replace { order, .. } => order.0..order.0 + 1,
        }
    }

    const fn kind(&self) -> OnTheWay {
        match self {
            Self::Orders { .. } => OnTheWay::Order,
            Self::Cancel { .. } => OnTheWay::Cancel,
            Self::Replace { .. } => OnTheWay::Replace,
        }
    }
}

/// What of one order is on its way in.
#[derive(Clone, Copy, Debug, Default)]
struct Pending {
    orders: u32,
    replaces: u32,
    cancels: u32,
    /// When the last of it arrives.
    last: TsNs,
}

/// All requests on their way in.
#[derive(Debug, Default)]
pub(super) struct Transit {
    requests: TimeQueue<Sent>,
    orders: FxHashMap<OrderId, Pending>,
}

impl Transit {
    pub(super) fn next_due(&self) -> Option<TsNs> {
        self.requests.next_due()
    }

    /// What of an order is on its way; of several things the one that its status tells.
    #[inline]
    pub(super) fn of(&self, order: OrderId) -> OnTheWay {
        if self.orders.is_empty() {
            return OnTheWay::Nothing;
        }
        match self.orders.get(&order) {
            None => OnTheWay::Nothing,
            Some(Pending { cancels: 1.., .. }) => OnTheWay::Cancel,
            Some(Pending { replaces: 1.., .. }) => OnTheWay::Replace,
            Some(_) => OnTheWay::Order,
        }
    }

    fn push(&mut self, due: TsNs, sent: Sent) {
        self.note(due, &sent);
        self.requests.push(due, sent);
    }

    fn note(&mut self, due: TsNs, sent: &Sent) {
        for id in sent.orders() {
            let pending = self.orders.entry(OrderId(id)).or_default();
            *pending.count_mut(sent.kind()) += 1;
            pending.last = pending.last.max(due);
        }
    }

    fn pop(&mut self) -> Option<Sent> {
        let sent = self.requests.pop()?;
        for id in sent.orders().map(OrderId) {
            let pending = self.orders.get_mut(&id).expect("noted when it was sent");
            *pending.count_mut(sent.kind()) -= 1;
            if pending.orders + pending.replaces + pending.cancels == 0 {
                self.orders.remove(&id);
            }
        }
        Some(sent)
    }

    pub(super) const fn requests(&self) -> &TimeQueue<Sent> {
        &self.requests
    }

    /// As it was.
    pub(super) fn restore(requests: TimeQueue<Sent>) -> Self {
        let mut transit = Self::default();
        for (due, _, sent) in requests.in_order() {
            transit.note(due, sent);
        }
        transit.requests = requests;
        transit
    }
}

impl Pending {
    const fn count_mut(&mut self, kind: OnTheWay) -> &mut u32 {
        match kind {
            OnTheWay::Cancel => &mut self.cancels,
            OnTheWay::Replace => &mut self.replaces,
            OnTheWay::Nothing | OnTheWay::Order => &mut self.orders,
        }
    }
}

impl Core {
    /// Whether requests in an instrument travel, even if it is for no time: what they lead to may be told late, and whoever asked
    /// hears at once that it was sent.
    #[inline]
    pub(super) fn is_far(&self, instrument: usize) -> bool {
        let place = &self.instruments[instrument];
        place.paper.is_some() && (!place.definition.paper.latency.inbound.is_empty() || self.tells_late(instrument))
    }

    /// Whether a request about a live order takes time to arrive.
    pub(super) fn travels(&self, slot: u32) -> bool {
        let (_, instrument) = self.home_of(slot);
        self.is_far(instrument) || self.transit.of(self.orders.get(slot).order_id) != OnTheWay::Nothing
    }

    /// Sends `count` new orders that were accepted one after the other, and told as pending.
    pub(super) fn send_orders(&mut self, first: OrderId, count: u64, events: &mut Vec<Event>) {
        let slot_of = |core: &Self, id| core.orders.slot_of(OrderId(id)).expect("it was just accepted");
        let (account, instrument) = self.home_of(slot_of(self, first.0));
        for id in first.0..first.0 + count {
            let slot = slot_of(self, id);
            let order = self.orders.get_mut(slot);
            if order.triggered && order.leaves_qty().0 > 0 {
                // It may fill as soon as it arrives: it holds what it would hold in the book.
                order.place = Place::OnTheWay;
                let (side, leaves, price) = (order.side(), order.leaves_qty().0, order.work_price);
                let holding = self.holding_of(slot);
                self.add_working(holding, side, leaves, price);
            }
        }
        self.send(instrument, Sent::Orders { first, count });
        self.settle_sent(account, instrument, events);
    }

    pub(super) fn send_cancel(&mut self, slot: u32, request: &CancelOrder, events: &mut Vec<Event>) {
        let (_, instrument) = self.home_of(slot);
        let (order, id) = (self.orders.get(slot).order_id, self.orders.get(slot).instrument);
        self.send(instrument, Sent::Cancel { order, instrument: id, request: *request });
        let name = request.cl_ord_id;
        self.report(slot, ExecType::PendingCancel, ExecReason::None, events, |execution| {
            if !name.is_empty() {
                execution.orig_cl_ord_id = execution.cl_ord_id;
                execution.cl_ord_id = name;
            }
        });
    }

    pub(super) fn send_replace(&mut self, slot: u32, request: &ReplaceOrder, events: &mut Vec<Event>) {
        let (_, instrument) = self.home_of(slot);
        let (order, id) = (self.orders.get(slot).order_id, self.orders.get(slot).instrument);
        self.send(instrument, Sent::Replace { order, instrument: id, request: *request });
        self.report(slot, ExecType::PendingReplace, ExecReason::None, events, |execution| {
            execution.orig_cl_ord_id = execution.cl_ord_id;
            execution.cl_ord_id = request.cl_ord_id;
        });
    }

    /// Puts a request on its way: it arrives after what was drawn, and after what is on its way of the same order.
    fn send(&mut self, instrument: usize, sent: Sent) {
        let drawn = self.draw(instrument, |latency| &latency.inbound);
        let before = sent.orders().filter_map(|id| self.transit.orders.get(&OrderId(id))).map(|pending| pending.last).max();
        let due = TsNs(self.ts.0.saturating_add(drawn)).max(before.unwrap_or_default());
        self.transit.push(due, sent);
    }

    /// The duration of the next draw of an instrument; 0, and nothing is drawn, where its way has no rows.
    pub(super) fn draw(
        &mut self,
        instrument: usize,
        way: impl Fn(&crate::paper::LatencyRules) -> &Vec<crate::paper::LatencyRow>,
    ) -> u64 {
        let place = &mut self.instruments[instrument];
        let latency = &place.definition.paper.latency;
        let (rows, Some(paper)) = (way(latency), &mut place.paper) else { return 0 };
        if rows.is_empty() {
            return 0;
        }
        let number = paper.draw_count;
        paper.draw_count += 1;
        draw_ns(rows, latency.seed, number)
    }

    /// Carries out the next request that has arrived.
    pub(super) fn arrive(&mut self, events: &mut Vec<Event>) {
        match self.transit.pop().expect("something is due") {
            Sent::Orders { first, count: 1 } => self.order_arrives(first, events),
            Sent::Orders { first, count } => self.list_arrives(first, count, events),
            Sent::Cancel { order, instrument, request } => {
                if let Some(slot) = self.orders.slot_of(order) {
                    self.cancel_one(slot, ExecReason::Requested, request.cl_ord_id, events);
                } else {
                    let names = RequestNames {
                        orig_cl_ord_id: request.target.orig_cl_ord_id,
                        ..RequestNames::of(RequestKind::Cancel, request.account, instrument, request.cl_ord_id)
                    };
                    self.tell_refused(names, Refusal::plain(RefusalCode::OrderClosed), events);
                }
            }
            Sent::Replace { order, instrument, request } => {
                let mut names = RequestNames {
                    orig_cl_ord_id: request.target.orig_cl_ord_id,
                    ..RequestNames::of(RequestKind::Replace, request.account, instrument, request.cl_ord_id)
                };
                match self.orders.slot_of(order) {
                    Some(slot) => self.replace_arrives(slot, &request, &mut names, events),
                    None => self.tell_refused(names, Refusal::plain(RefusalCode::OrderClosed), events),
                }
            }
        }
        self.work_elected(events);
        self.settle(events);
    }

    fn order_arrives(&mut self, id: OrderId, events: &mut Vec<Event>) {
        let Some(slot) = self.orders.slot_of(id) else { return };
        self.leave_queue(slot);
        match self.admit(slot) {
            Ok(()) => {
                self.report(slot, ExecType::New, ExecReason::None, events, |_| {});
                self.begin(slot, events);
            }
            Err(refusal) => self.end_refused(slot, refusal, events),
        }
    }

    /// All are there first; then those that are no children go to work in turn.
    fn list_arrives(&mut self, first: OrderId, count: u64, events: &mut Vec<Event>) {
        let ids = (first.0..first.0 + count).map(OrderId);
        for id in ids.clone() {
            if let Some(slot) = self.orders.slot_of(id) {
                self.leave_queue(slot);
                self.report(slot, ExecType::New, ExecReason::None, events, |_| {});
            }
        }
        for id in ids {
            let Some(slot) = self.orders.slot_of(id).filter(|&slot| !self.is_child(slot)) else { continue };
            match self.admit(slot) {
                Ok(()) => self.begin(slot, events),
                Err(refusal) => self.end_refused(slot, refusal, events),
            }
            self.work_elected(events);
        }
    }

    /// The checks of an order at the venue's door: what the venue would look at, then (where it goes to work now) what a triggered
    /// order is checked for.
    fn admit(&mut self, slot: u32) -> Result<(), Refusal> {
        // Funds and exposures are those of the moment.
        self.refresh_holdings();
        let (account, instrument) = self.home_of(slot);
        let order = self.orders.get(slot);
        let (name, terms, goes_to_work) = (order.cl_ord_id, order.terms, order.triggered);
        let beside = Beside::default();
        let check = Check::new(self, account, instrument, name, terms, Purpose::Release(slot), &beside);
        if let Some(refusal) = check.at_the_door() {
            return Err(refusal);
        }
        if goes_to_work {
            let passed = check.first()?;
            let order = self.orders.get_mut(slot);
            (order.terms.price, order.work_price) = (passed.terms.price, passed.work_price);
        }
        Ok(())
    }

    fn replace_arrives(&mut self, slot: u32, request: &ReplaceOrder, names: &mut RequestNames, events: &mut Vec<Event>) {
        self.refresh_holdings();
        // Its name was taken when it was sent; it may have been forgotten since, and be another's.
        let order = self.orders.get(slot).order_id;
        let (account, _) = self.home_of(slot);
        let is_named = matches!(self.named(account, &request.cl_ord_id), Some(Named::Past(past)) if past.order_id == order);
        match self.check_replace_of(slot, request, names, is_named) {
            Ok(passed) => self.carry_out_replace(slot, request, &passed, events),
            Err(refusal) => {
                self.tell_refused(*names, refusal, events);
                // It is no longer pending, and nothing else tells that.
                self.report(slot, ExecType::Restated, ExecReason::Refused, events, |execution| execution.refusal = Some(refusal));
            }
        }
    }
}
