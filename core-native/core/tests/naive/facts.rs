//! Facts about the outside market, and what they do to the house's rows and our resting orders.

use jware_core::command::{BookState, MarketFact, MarketUpdate};
use jware_core::limits::UNITS_MAX;
use jware_core::order::Side;
use jware_core::paper::QueueModel;
use jware_core::units::{InstrumentId, OrderId};

use super::book::better;
use super::{House, Naive, Order, Place};

impl Naive {
    pub(super) fn market(&mut self, updates: &[MarketUpdate]) {
        for (index, update) in updates.iter().enumerate() {
            let id = update.instrument;
            if self.known_instrument(id).is_none() {
                continue;
            }
            let now = self.ts;
            self.instrument_mut(id).told_ts = now;
            self.fact(id, update.fact);
            if updates.get(index + 1).is_none_or(|next| next.instrument != id) {
                self.uncross(id);
                self.drop_anchor(id);
                self.look_and_trigger(id);
                self.touch_holders(id);
            }
        }
    }

    fn fact(&mut self, id: InstrumentId, fact: MarketFact) {
        let units = 1..=UNITS_MAX;
        match fact {
            MarketFact::Level { side, price, qty } if units.contains(&price.0) && (qty.0 == 0 || units.contains(&qty.0)) => {
                self.show(id, side, i128::from(price.0), i128::from(qty.0));
            }
            MarketFact::Trade { price, qty, aggressor, .. } if units.contains(&price.0) && units.contains(&qty.0) => {
                self.instrument_mut(id).last = i128::from(price.0);
                if self.instrument(id).state == BookState::Synced {
                    let (side, price, qty) = (aggressor.opposite(), i128::from(price.0), i128::from(qty.0));
                    let before = self.traded.iter().find(|row| (row.0, row.1, row.2) == (id, side, price)).map_or(0, |row| row.3);
                    self.traded.retain(|row| (row.0, row.1, row.2) != (id, side, price));
                    self.traded.push((id, side, price, before + qty));
                }
                if self.instrument(id).state == BookState::Synced {
                    self.outside_trade(id, i128::from(price.0), i128::from(qty.0), aggressor.opposite());
                }
                self.look_and_trigger(id);
            }
            MarketFact::Level { .. } | MarketFact::Trade { .. } => {}
            MarketFact::Reset => {
                self.house.retain(|row| row.instrument != id);
                self.traded.retain(|row| row.0 != id);
            }
            MarketFact::State(state) => {
                self.instrument_mut(id).state = state;
                if state == BookState::Synced {
                    self.clamp_queues(|order| order.instrument == id);
                }
            }
        }
    }

    /// The outside market displays another size: more of it is new, less takes away.
    fn show(&mut self, id: InstrumentId, side: Side, price: i128, qty: i128) {
        let here = |row: &House| (row.instrument, row.side, row.price) == (id, side, price);
        let old = self.house.iter().find(|row| here(row)).map_or((0, 0), |row| (row.shown, row.available));
        let available = if qty > old.0 { old.1 + qty - old.0 } else { old.1.min(qty) };
        self.house.retain(|row| !here(row));
        if qty > 0 {
            self.house.push(House { instrument: id, side, price, shown: qty, available });
        }
        let traded = self.traded.iter().find(|row| (row.0, row.1, row.2) == (id, side, price)).map_or(0, |row| row.3);
        self.traded.retain(|row| (row.0, row.1, row.2) != (id, side, price));
        if self.instrument(id).state == BookState::Synced {
            // What traded has left the front already; the others of the loss canceled, ahead of us or behind.
            let lost = old.1 - traded - available;
            if let QueueModel::Probabilistic { power } = self.instrument(id).definition.paper.queue
                && lost > 0
            {
                self.lose(id, side, price, available + lost, lost, u32::from(power));
            }
            self.clamp_queues(|order| (order.instrument, order.terms.side, order.price) == (id, side, price));
        }
    }

    /// Of `whole` lots at a price `lost` canceled: of each order's queue a part did that grows with a power of its length.
    fn lose(&mut self, id: InstrumentId, side: Side, price: i128, whole: i128, lost: i128, power: u32) {
        let queue: Vec<OrderId> = self.queue_of(id, side).iter().filter(|o| o.price == price).map(|o| o.id).collect();
        let mut in_front = 0;
        for order in queue {
            let ahead = self.live(order).expect("a live order").ahead.clamp(0, whole);
            let behind = whole - ahead;
            // Powers of numbers of 24 bits: all of them fit.
            let mut unit = 1;
            while ahead.max(behind) / unit >= 1 << 24 {
                unit *= 2;
            }
            let (front, back) = ((ahead / unit).pow(power), (behind / unit).pow(power));
            let gone = if front + back > 0 { lost * front / (front + back) } else { 0 };
            let gone = gone.clamp((lost - behind).max(0), ahead);
            in_front = in_front.max(ahead - gone);
            self.live_mut(order).ahead = in_front;
        }
    }

    /// Nobody has more house ahead than there is.
    fn clamp_queues(&mut self, wanted: impl Fn(&Order) -> bool) {
        for index in 0..self.orders.len() {
            if wanted(&self.orders[index]) {
                self.orders[index].ahead = self.ahead(&self.orders[index]);
            }
        }
    }

    /// Others traded at a price: what of ours is better fills, and what is at it after the house ahead.
    fn outside_trade(&mut self, id: InstrumentId, price: i128, qty: i128, side: Side) {
        let mut left = qty;
        while left > 0 {
            let Some(front) = self.front(id, side).copied().filter(|front| !better(side, price, front.price)) else { return };
            if front.price == price {
                let passed = self.ahead(&front).min(left);
                self.house_passes(id, side, price, passed, false);
                left -= passed;
            }
            let fill = front.shown.min(left);
            if fill > 0 {
                self.fill_from_house(front.id, fill);
            }
            left -= fill;
        }
    }

    /// A resting order trades with the house at its own price.
    fn fill_from_house(&mut self, id: OrderId, qty: i128) {
        let order = *self.live(id).expect("a live order");
        self.trade_id += 1;
        self.book_house(order.instrument, order.terms.side.opposite(), qty, order.price);
        self.trade(Some(id), None, qty, order.price);
    }

    /// The house came to our resting orders: they fill, best first.
    fn uncross(&mut self, id: InstrumentId) {
        for side in [Side::Buy, Side::Sell] {
            while self.instrument(id).state == BookState::Synced {
                let Some(front) = self.front(id, side).copied() else { break };
                let Some((price, available)) = self.house_rows(id, side.opposite()).first().copied() else { break };
                if better(side, price, front.price) {
                    break;
                }
                let qty = available.min(front.shown);
                assert!(front.place == Place::Book && qty > 0, "both sides have something");
                self.house_passes(id, side.opposite(), price, qty, true);
                self.fill_from_house(front.id, qty);
            }
        }
    }
}
