//! The way to a venue and back: what travels, what has arrived, what is told later.

use jware_core::command::{CancelOrder, ReplaceOrder};
use jware_core::event::Execution;
use jware_core::order::{ClOrdId, ExecReason, ExecType};
use jware_core::paper::LatencyRow;
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, InstrumentId, OrderId};

use super::{Naive, Order, Place, Refused, calendar};

/// What is on its way in.
#[derive(Clone)]
pub(super) enum Sent {
    Orders(Vec<OrderId>),
    Cancel(OrderId, CancelOrder),
    Replace(OrderId, ReplaceOrder),
}

/// What is on its way out.
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "a model is not fast")]
pub(super) enum Said {
    Report(Execution),
    Refused(InstrumentId, Refused),
}

/// What comes with time; at one time in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    End,
    Arrival,
    Report,
}

impl Naive {
    /// Whether new orders travel, if only for no time.
    pub(super) fn is_far_away(&self, id: InstrumentId) -> bool {
        !self.instrument(id).definition.paper.latency.inbound.is_empty() || self.tells_late(id)
    }

    /// Whether requests about an order do.
    pub(super) fn is_far(&self, order: &Order) -> bool {
        self.is_far_away(order.instrument) || order.travels || order.cancels + order.replaces > 0
    }

    pub(super) fn tells_late(&self, id: InstrumentId) -> bool {
        let outbound = &self.instrument(id).definition.paper.latency.outbound;
        !outbound.is_empty() || self.said.iter().any(|(_, said)| said.instrument() == id)
    }

    /// Whether a report for an account is on its way.
    pub(super) fn awaits_reports(&self, account: AccountId) -> bool {
        self.said.iter().any(|(_, said)| matches!(said, Said::Report(report) if report.account == account))
    }

    /// Whether anything that an account has to hear is still on its way.
    pub fn has_unheard(&self) -> bool {
        !self.said.is_empty()
    }

    pub(super) fn send_orders(&mut self, ids: Vec<OrderId>) {
        for id in &ids {
            self.live_mut(*id).place = Place::OnTheWay;
        }
        let instrument = self.live(ids[0]).expect("just accepted").instrument;
        self.send(instrument, Sent::Orders(ids));
    }

    pub(super) fn send_cancel(&mut self, order: &Order, request: &CancelOrder) {
        self.send(order.instrument, Sent::Cancel(order.id, *request));
        self.live_mut(order.id).cancels += 1;
        let told = self.tell(order.id, ExecType::PendingCancel, ExecReason::None);
        if !request.cl_ord_id.is_empty() {
            (told.cl_ord_id, told.orig_cl_ord_id) = (request.cl_ord_id, order.name);
        }
    }

    pub(super) fn send_replace(&mut self, order: &Order, request: &ReplaceOrder) {
        self.send(order.instrument, Sent::Replace(order.id, *request));
        self.live_mut(order.id).replaces += 1;
        let told = self.tell(order.id, ExecType::PendingReplace, ExecReason::None);
        (told.cl_ord_id, told.orig_cl_ord_id) = (request.cl_ord_id, order.name);
    }

    fn send(&mut self, instrument: InstrumentId, sent: Sent) {
        let rows = self.instrument(instrument).definition.paper.latency.inbound.clone();
        let drawn = self.ts.0 + self.draw(instrument, &rows);
        let earlier = self.sent.iter().filter(|(_, other)| sent.orders().iter().any(|id| other.orders().contains(id)));
        let due = earlier.map(|(due, _)| *due).chain([drawn]).max().expect("at least its own");
        self.sent.push((due, sent));
    }

    /// The next duration of an instrument, nanoseconds.
    fn draw(&mut self, instrument: InstrumentId, rows: &[LatencyRow]) -> u64 {
        if rows.is_empty() {
            return 0;
        }
        let seed = self.instrument(instrument).definition.paper.latency.seed;
        let number = self.draws.iter().filter(|drawn| **drawn == instrument).count() as u64;
        self.draws.push(instrument);
        let part = |output: u64, count: u64| {
            let part = (u128::from(split_mix(seed, output)) * u128::from(count)) / (1 << 64);
            u64::try_from(part).expect("less than the count")
        };
        let ticket = part(2 * number, rows.iter().map(|row| u64::from(row.weight)).sum());
        let reached = |upto: usize| rows[..=upto].iter().map(|row| u64::from(row.weight)).sum::<u64>() > ticket;
        let row = (0..rows.len()).find(|row| reached(*row)).expect("the last row reaches the total");
        let low = if row == 0 { 0 } else { rows[row - 1].upper_ns + 1 };
        low + part(2 * number + 1, rows[row].upper_ns - low + 1)
    }

    /// Everything that is due, in its order.
    pub(super) fn pass_time(&mut self) {
        loop {
            let end = self.orders.iter().filter_map(|o| o.ends.map(|ends| (ends.0, Next::End, o.id.0))).min();
            let at = |list: Vec<u64>, next: Next| {
                list.into_iter().enumerate().map(move |(index, due)| (due, next, index as u64)).min()
            };
            let arrival = at(self.sent.iter().map(|row| row.0).collect(), Next::Arrival);
            let report = at(self.said.iter().map(|row| row.0).collect(), Next::Report);
            let due = [end, arrival, report].into_iter().flatten().min().filter(|due| due.0 <= self.ts.0);
            let Some((_, next, which)) = due else { return };
            let index = usize::try_from(which).expect("few");
            match next {
                Next::End => self.end_by_time(OrderId(which)),
                Next::Arrival => {
                    let (_, sent) = self.sent.remove(index);
                    self.arrive(sent);
                }
                Next::Report => match self.said.remove(index).1 {
                    Said::Report(execution) => self.told.executions.push(execution),
                    Said::Refused(_, refused) => self.told.refused.push(refused),
                },
            }
        }
    }

    fn arrive(&mut self, sent: Sent) {
        match sent {
            Sent::Orders(ids) => {
                let ids: Vec<OrderId> = ids.into_iter().filter(|id| self.live(*id).is_some()).collect();
                for id in &ids {
                    let order = self.live_mut(*id);
                    (order.travels, order.place) = (false, Place::Aside);
                }
                // A list is there as a whole before the first of it goes to work.
                let of_list = ids.first().is_some_and(|id| self.live(*id).expect("live").list.0 > 0);
                if of_list {
                    for id in &ids {
                        self.tell(*id, ExecType::New, ExecReason::None);
                    }
                }
                for id in ids {
                    self.enter_venue(id, of_list);
                }
            }
            Sent::Cancel(id, request) => {
                if self.live(id).is_none() {
                    return self.refuse_late(id, RequestKind::Cancel, request.cl_ord_id, Refusal::plain(Code::OrderClosed));
                }
                self.live_mut(id).cancels -= 1;
                self.end_with(id, ExecType::Canceled, ExecReason::Requested, None, request.cl_ord_id);
            }
            Sent::Replace(id, request) => {
                if self.live(id).is_none() {
                    return self.refuse_late(id, RequestKind::Replace, request.cl_ord_id, Refusal::plain(Code::OrderClosed));
                }
                self.live_mut(id).replaces -= 1;
                let order = *self.live(id).expect("live");
                let is_named = self.is_sent_under(&order, request.cl_ord_id);
                match self.check_replace(&order, &request, is_named) {
                    Ok((terms, passed)) => self.carry_out_replace(&order, &request, &terms, passed),
                    Err(refusal) => {
                        self.refuse_late(id, RequestKind::Replace, request.cl_ord_id, refusal);
                        self.tell(id, ExecType::Restated, ExecReason::Refused).refusal = Some(refusal);
                    }
                }
            }
        }
    }

    /// One order's turn at the venue: what the venue would refuse, then what an order is checked for that goes to work.
    fn enter_venue(&mut self, id: OrderId, is_told: bool) {
        let Some(order) = self.live(id).copied().filter(|order| !order.is_child()) else { return };
        let known = self.instrument(order.instrument);
        let door = [
            (!calendar::is_open(known.definition.session, self.ts), Code::InstrumentClosed),
            (known.state != jware_core::command::BookState::Synced, Code::BookNotSynced),
            (order.terms.deadline.0 > 0 && self.ts > order.terms.deadline, Code::DeadlinePassed),
        ];
        let refused = door.into_iter().find(|row| row.0).map(|row| Refusal::plain(row.1));
        let checked = match refused {
            Some(refusal) => Err(refusal),
            None if order.untriggered() => Ok(order.price),
            None => self.check_at_work(&order),
        };
        match checked {
            Err(refusal) => self.end_with(id, ExecType::Rejected, ExecReason::Refused, Some(refusal), ClOrdId::EMPTY),
            Ok(price) => {
                let order = self.live_mut(id);
                (order.price, order.judged_late) = (price, false);
                if !is_told {
                    self.tell(id, ExecType::New, ExecReason::None);
                }
                self.put_to_work(id);
            }
        }
    }

    /// Refuses a request that has arrived, for an order that may have ended.
    fn refuse_late(&mut self, id: OrderId, kind: RequestKind, name: ClOrdId, refusal: Refusal) {
        let ended = self.closed.iter().find(|closed| closed.order.id == id).map(|closed| closed.order.instrument);
        let instrument = self.live(id).map(|order| order.instrument).or(ended).expect("it was there when it was sent");
        let refused = Refused { kind, name, refusal };
        if self.tells_late(instrument) {
            self.say(instrument, Said::Refused(instrument, refused));
        } else {
            self.told.refused.push(refused);
        }
    }

    /// Sends something on its way out, behind all that the instrument's venue has said before.
    pub(super) fn say(&mut self, instrument: InstrumentId, said: Said) {
        let rows = self.instrument(instrument).definition.paper.latency.outbound.clone();
        let drawn = self.ts.0 + self.draw(instrument, &rows);
        let before = self.said.iter().filter(|(_, other)| other.instrument() == instrument).map(|(due, _)| *due);
        let due = before.chain([drawn]).max().expect("at least its own");
        self.said.push((due, said));
    }
}

impl Sent {
    fn orders(&self) -> Vec<OrderId> {
        match self {
            Self::Orders(ids) => ids.clone(),
            Self::Cancel(id, _) | Self::Replace(id, _) => vec![*id],
        }
    }
}

impl Said {
    fn instrument(&self) -> InstrumentId {
        match self {
            Self::Report(execution) => execution.instrument,
            Self::Refused(instrument, _) => *instrument,
        }
    }
}

/// Output `index` of `SplitMix64`: its state grows by the golden ratio, and each state is mixed.
fn split_mix(seed: u64, index: u64) -> u64 {
    let mut z = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(index + 1).wrapping_add(seed);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
