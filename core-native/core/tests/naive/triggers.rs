//! Looks at waiting orders, and the queue of those elected.

use jware_core::command::BookState;
use jware_core::order::{ExecReason, ExecType, OrdType, Side, Trail, TriggerSource};
use jware_core::units::{InstrumentId, OrderId};

use jware_core::order::ClOrdId;

use super::{Naive, Order, Place};

impl Naive {
    /// Twice the price that a trigger of a side looks at.
    pub(super) fn source_twice(&self, instrument: InstrumentId, source: TriggerSource, side: Side) -> Option<i128> {
        let last = Some(self.instrument(instrument).last * 2).filter(|twice| *twice > 0);
        let middle = self.best(instrument, Side::Buy).zip(self.best(instrument, Side::Sell)).map(|(bid, ask)| bid + ask);
        match source {
            TriggerSource::Last => last,
            TriggerSource::Mark => middle.or(last),
            TriggerSource::Quote => self.best(instrument, side.opposite()).map(|price| price * 2),
            TriggerSource::Mid => middle,
        }
    }

    /// Compares every waiting order of an instrument with its source, and elects those that are due.
    pub(super) fn look(&mut self, instrument: InstrumentId) {
        if self.instrument(instrument).state != BookState::Synced {
            return;
        }
        let waiting = |o: &&Order| o.instrument == instrument && o.place == Place::Triggers;
        let mut ids: Vec<OrderId> = self.orders.iter().filter(waiting).map(|order| order.id).collect();
        ids.sort();
        for id in ids {
            let order = *self.live(id).expect("a live order");
            let side = order.terms.side;
            let Some(twice) = self.source_twice(instrument, order.terms.trigger.source, side) else { continue };
            if order.terms.ord_type == OrdType::TrailingStop {
                let order = self.live_mut(id);
                let (seen, far) = (twice.div_euclid(2), order.extreme);
                let extreme = far.map_or(seen, |far| if side == Side::Sell { far.max(seen) } else { far.min(seen) });
                let trail = match order.terms.trigger.trail {
                    Trail::Ticks(ticks) => i128::from(ticks),
                    Trail::Bps(bps) => (extreme * i128::from(bps)).div_euclid(10_000).max(1),
                    Trail::None => unreachable!("a trailing stop has a trail"),
                };
                order.extreme = Some(extreme);
                order.trigger = if side == Side::Sell { extreme - trail } else { extreme + trail };
            }
            if is_due(self.live(id).expect("a live order"), twice) {
                self.elect(id);
            }
        }
    }

    /// Joins the queue, from the trigger book or the book, unless it is in it.
    pub(super) fn elect(&mut self, id: OrderId) {
        if !self.queue.contains(&id) {
            self.queue.push(id);
        }
        self.live_mut(id).place = Place::Elected;
    }

    /// The end of every action: a look, and then the turn of each elected order, with its own look.
    pub(super) fn look_and_trigger(&mut self, instrument: InstrumentId) {
        self.look(instrument);
        while !self.queue.is_empty() {
            let id = self.queue.remove(0);
            self.take_turn(id);
        }
    }

    fn take_turn(&mut self, id: OrderId) {
        let order = self.live_mut(id);
        order.place = Place::Aside;
        if order.untriggered() {
            order.triggered = true;
            self.tell(id, ExecType::Triggered, ExecReason::None);
        }
        let order = *self.live(id).expect("a live order");
        match self.check_at_work(&order) {
            Err(refusal) => self.end_with(id, ExecType::Rejected, ExecReason::Refused, Some(refusal), ClOrdId::EMPTY),
            Ok(price) => {
                self.live_mut(id).price = price;
                self.work(id);
            }
        }
        // A refusal may have ended others with it, whose places in the book are gone.
        self.look(order.instrument);
    }
}

fn is_due(order: &Order, source_twice: i128) -> bool {
    let buys = order.terms.side == Side::Buy;
    let trigger_twice = order.trigger * 2;
    match order.terms.ord_type {
        OrdType::Stop | OrdType::StopLimit | OrdType::TrailingStop => {
            if buys {
                source_twice >= trigger_twice
            } else {
                source_twice <= trigger_twice
            }
        }
        OrdType::MarketIfTouched | OrdType::LimitIfTouched => {
            if buys {
                source_twice <= trigger_twice
            } else {
                source_twice >= trigger_twice
            }
        }
        OrdType::Market | OrdType::Limit => unreachable!("it waits for a trigger"),
    }
}
