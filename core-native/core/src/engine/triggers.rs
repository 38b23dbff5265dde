//! Orders that wait: what they wait for, who is due, and how they go to work.

use super::Core;
use crate::book::{TriggerSources, Wait};
use crate::command::BookState;
use crate::event::Event;
use crate::order::{ExecReason, ExecType, OrdType, Order, Place, Side, Trail};
use crate::risk::{Beside, Check, Purpose};
use crate::units::PriceTicks;

const BPS: i128 = 10_000;

/// Where an order with a trigger waits.
fn wait_of(order: &Order) -> Wait {
    let terms = &order.terms;
    let is_touched = matches!(terms.ord_type, OrdType::MarketIfTouched | OrdType::LimitIfTouched);
    // Stops wait for the market to go against them, touched orders for it to come to them.
    Wait { source: terms.trigger.source, side: terms.side, rising: (terms.side == Side::Buy) != is_touched }
}

/// Where a trailing stop's trigger stands, given the best price it has seen; below 1 it is never due.
fn trailing_trigger(order: &Order) -> PriceTicks {
    let distance = match order.terms.trigger.trail {
        Trail::None => 0,
        Trail::Ticks(ticks) => ticks,
        Trail::Bps(bps) => {
            let part = i128::from(order.extreme.0) * i128::from(bps) / BPS;
            i64::try_from(part).unwrap_or(i64::MAX).max(1)
        }
    };
    PriceTicks(match order.terms.side {
        Side::Buy => order.extreme.0.saturating_add(distance),
        Side::Sell => order.extreme.0 - distance,
    })
}

impl Core {
    /// Puts an order among its instrument's triggers. A trailing stop gets its trigger from the next look.
    pub(super) fn await_trigger(&mut self, slot: u32) {
        let (_, instrument) = self.home_of(slot);
        let order = self.orders.get_mut(slot);
        let triggers = self.instruments[instrument].triggers.get_or_insert_with(Box::default);
        if order.terms.ord_type == OrdType::TrailingStop {
            if !triggers.trailing.contains(&slot) {
                triggers.trailing.push(slot);
            }
            return;
        }
        order.place = Place::Triggers;
        self.enter_triggers(slot);
    }

    /// Puts an order among the sorted triggers, at where its trigger stands.
    pub(super) fn enter_triggers(&mut self, slot: u32) {
        let (_, instrument) = self.home_of(slot);
        let order = self.orders.get(slot);
        let (wait, trigger) = (wait_of(order), order.terms.trigger.price);
        let triggers = self.instruments[instrument].triggers.get_or_insert_with(Box::default);
        triggers.insert(&mut self.orders.resting, slot, wait, trigger);
    }

    /// Takes an order out of the sorted triggers; its place is written by the caller.
    pub(super) fn leave_triggers(&mut self, slot: u32) {
        let (_, instrument) = self.home_of(slot);
        let wait = wait_of(self.orders.get(slot));
        let triggers = self.instruments[instrument].triggers.as_mut().expect("an order that waits has a place to wait in");
        triggers.remove(&mut self.orders.resting, slot, wait);
    }

    /// An order that ends trails no more.
    pub(super) fn forget_trailing(&mut self, slot: u32) {
        let order = self.orders.get(slot);
        if order.terms.ord_type != OrdType::TrailingStop {
            return;
        }
        let (_, instrument) = self.home_of(slot);
        if let Some(triggers) = &mut self.instruments[instrument].triggers {
            triggers.trailing.retain(|&other| other != slot);
        }
    }

    /// Compares every waiting order of an instrument with the market, and elects those that are due.
    pub(super) fn look(&mut self, instrument: usize) {
        let place = &self.instruments[instrument];
        let Some(triggers) = &place.triggers else { return };
        if place.state != BookState::Synced || (triggers.is_empty() && triggers.trailing.is_empty()) {
            return;
        }
        let sources = self.trigger_sources(instrument);
        self.follow(instrument, &sources);
        let triggers = self.instruments[instrument].triggers.as_mut().expect("looked at above");
        let from = self.scratch.elected.len();
        triggers.elect(&mut self.orders.resting, &sources, &mut self.scratch.elected);
        for at in from..self.scratch.elected.len() {
            let slot = self.scratch.elected[at].1;
            let order = self.orders.get_mut(slot);
            order.place = Place::Nowhere;
            order.queued = true;
            self.forget_trailing(slot);
        }
    }

    /// Lets trailing stops follow the market.
    fn follow(&mut self, instrument: usize, sources: &TriggerSources) {
        let count = self.instruments[instrument].triggers.as_ref().map_or(0, |triggers| triggers.trailing.len());
        for at in 0..count {
            let triggers = self.instruments[instrument].triggers.as_mut().expect("it has trailing stops");
            let slot = triggers.trailing[at];
            let order = self.orders.get_mut(slot);
            let Some(twice) = sources.twice(order.terms.trigger.source, order.terms.side) else { continue };
            let seen = PriceTicks(twice.div_euclid(2));
            let extreme = match (order.extreme.0, order.terms.side) {
                (0, _) => seen,
                (_, Side::Buy) => order.extreme.min(seen),
                (_, Side::Sell) => order.extreme.max(seen),
            };
            if extreme == order.extreme && order.place == Place::Triggers {
                continue;
            }
            let wait = wait_of(order);
            order.extreme = extreme;
            let trigger = trailing_trigger(order);
            order.terms.trigger.price = trigger;
            let place = if trigger.0 >= 1 { Place::Triggers } else { Place::Nowhere };
            let was = std::mem::replace(&mut order.place, place);
            if was == Place::Triggers {
                triggers.remove(&mut self.orders.resting, slot, wait);
            }
            if place == Place::Triggers {
                triggers.insert(&mut self.orders.resting, slot, wait, trigger);
            }
        }
    }

    /// Puts an order at the end of those that go to work next, once.
    pub(super) fn elect(&mut self, slot: u32) {
        let order = self.orders.get_mut(slot);
        if !std::mem::replace(&mut order.queued, true) {
            self.scratch.elected.push((order.order_id, slot));
        }
    }

    /// Lets every elected order go to work, and those that this elects.
    pub(super) fn work_elected(&mut self, events: &mut Vec<Event>) {
        while let Some(&(id, slot)) = self.scratch.elected.get(self.scratch.elected_from) {
            self.scratch.elected_from += 1;
            if self.is_live(slot, id) {
                self.orders.get_mut(slot).queued = false;
                self.go_to_work(slot, events);
            }
        }
        self.scratch.elected.clear();
        self.scratch.elected_from = 0;
    }

    /// A waiting order's time has come: its checks, then its work.
    fn go_to_work(&mut self, slot: u32, events: &mut Vec<Event>) {
        let (account, instrument) = self.home_of(slot);
        let order = self.orders.get_mut(slot);
        if !std::mem::replace(&mut order.triggered, true) {
            self.report(slot, ExecType::Triggered, ExecReason::None, events, |_| {});
        }
        // A child that was being matched when its parent filled has come to rest meanwhile.
        self.leave_queue(slot);
        let order = self.orders.get(slot);
        let (name, terms) = (order.cl_ord_id, order.terms);
        let beside = Beside::default();
        // Funds and exposures are those of the moment, whoever changed them.
        self.refresh_holdings();
        match Check::new(self, account, instrument, name, terms, Purpose::Release(slot), &beside).first() {
            Ok(passed) => {
                let order = self.orders.get_mut(slot);
                order.terms.price = passed.terms.price;
                order.work_price = passed.work_price;
                self.work(slot, events);
            }
            Err(refusal) => self.end_refused(slot, refusal, events),
        }
        self.look(instrument);
    }
}
