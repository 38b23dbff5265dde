//! Facts about the outside market: house levels, prints, health; and what they do to our resting orders.
//!
//! A resting order fills when the market trades through its price, when the market trades at its price and the house quantity
//! ahead of it is used up, or when the other side of the house comes to its price. It fills at its own price. While a book is
//! not synced it fills nothing.
// HOT: one call per venue message.

use super::Core;
use crate::book::{NIL, key_of};
use crate::command::{BookState, MarketFact, MarketUpdate};
use crate::event::Event;
use crate::limits::UNITS_MAX;
use crate::order::Side;
use crate::paper::QueueModel;
use crate::units::{PriceTicks, QtyLots, TradeId, TsNs};

impl Core {
    pub(super) fn market(&mut self, updates: &[MarketUpdate], events: &mut Vec<Event>) {
        let mut at = 0;
        while at < updates.len() {
            // One run per instrument, so that its levels are told together.
            let id = updates[at].instrument;
            let length = updates[at..].iter().take_while(|update| update.instrument == id).count();
            if let Some(&instrument) = self.instrument_index.get(&id) {
                self.instruments[instrument].marked_ts = self.ts;
                for update in &updates[at..at + length] {
                    self.market_fact(instrument, update, events);
                }
                self.uncross(instrument, events);
                self.keep_anchor(instrument);
                self.look(instrument);
                self.work_elected(events);
                self.settle(events);
                self.scratch.watched.extend(&self.instruments[instrument].watchers);
            }
            at += length;
        }
    }

    fn market_fact(&mut self, instrument: usize, update: &MarketUpdate, events: &mut Vec<Event>) {
        match update.fact {
            MarketFact::Level { side, price, qty } if is_price(price) && (0..=UNITS_MAX).contains(&qty.0) => {
                self.show_level(instrument, side, price, qty);
            }
            MarketFact::Trade { price, qty, aggressor, venue_trade_id }
                if is_price(price) && (1..=UNITS_MAX).contains(&qty.0) =>
            {
                self.outside_trade(instrument, update.ts_event, price, qty, aggressor, venue_trade_id, events);
                self.look(instrument);
                self.work_elected(events);
            }
            MarketFact::Level { .. } | MarketFact::Trade { .. } => {}
            MarketFact::Reset => {
                let book = &mut self.instruments[instrument].book;
                book.bids.house.clear();
                book.asks.house.clear();
                if let Some(paper) = &mut self.instruments[instrument].paper {
                    paper.traded.clear();
                }
                self.scratch.levels.retain(|&(touched, ..)| touched != instrument);
                events.push(Event::BookReset { instrument: update.instrument });
                for side in [Side::Buy, Side::Sell] {
                    let own = self.instruments[instrument].book.own_prices(side);
                    self.scratch.levels.extend(own.map(|price| (instrument, side, price)));
                }
            }
            MarketFact::State(state) => self.set_book_state(instrument, state, events),
        }
    }

    fn show_level(&mut self, instrument: usize, side: Side, price: PriceTicks, qty: QtyLots) {
        let place = &mut self.instruments[instrument];
        let synced = place.state == BookState::Synced;
        let book = place.book.side_mut(side);
        let key = key_of(side, price);
        let before = book.house.available(key);
        let available = book.house.show(key, qty.0);
        let traded = place.paper.as_mut().map_or(0, |paper| paper.traded.remove(&key).unwrap_or(0));
        // While resyncing the level is being rebuilt: the queue ahead is settled when it is whole.
        if synced {
            let lost = before - available - traded;
            match place.definition.paper.queue {
                QueueModel::Probabilistic { power } if lost > 0 => {
                    book.queue.lose_house(&mut self.orders.resting, key, available, lost, power);
                }
                _ => book.queue.clamp_house_ahead(&mut self.orders.resting, key, available),
            }
        }
        self.touch_level(instrument, side, price);
    }

    fn set_book_state(&mut self, instrument: usize, state: BookState, events: &mut Vec<Event>) {
        let id = self.instruments[instrument].definition.instrument;
        if state == BookState::Synced {
            for side in [Side::Buy, Side::Sell] {
                let mut prices = std::mem::take(&mut self.scratch.prices);
                prices.extend(self.instruments[instrument].book.own_prices(side));
                let book = self.instruments[instrument].book.side_mut(side);
                for key in prices.drain(..).map(|price| key_of(side, price)) {
                    let available = book.house.available(key);
                    book.queue.clamp_house_ahead(&mut self.orders.resting, key, available);
                }
                self.scratch.prices = prices;
            }
        }
        if self.instruments[instrument].state != state {
            self.instruments[instrument].state = state;
            events.push(Event::BookState { instrument: id, state });
        }
    }

    /// Others traded: print it, and fill what stood in the way.
    #[allow(clippy::too_many_arguments, reason = "a print has this many facts")]
    fn outside_trade(
        &mut self,
        instrument: usize,
        ts_event: TsNs,
        price: PriceTicks,
        qty: QtyLots,
        aggressor: Side,
        venue_trade_id: TradeId,
        events: &mut Vec<Event>,
    ) {
        self.print_trade(instrument, ts_event, price, qty.0, aggressor, venue_trade_id, false, events);
        if self.instruments[instrument].state != BookState::Synced {
            return;
        }
        let side = aggressor.opposite();
        if let Some(paper) = &mut self.instruments[instrument].paper {
            let traded = paper.traded.entry(key_of(side, price)).or_default();
            *traded = (*traded + qty.0).min(UNITS_MAX);
        }
        let mut left = qty.0;
        while left > 0 {
            let Some(best) = self.instruments[instrument].book.best_own(side) else { return };
            let through = match side {
                Side::Buy => best > price,
                Side::Sell => best < price,
            };
            if !through && best != price {
                return;
            }
            let key = key_of(side, best);
            let book = self.instruments[instrument].book.side_mut(side);
            let front = book.queue.level(key).map_or(NIL, |level| level.head);
            if !through {
                let ahead = book.queue.house_ahead(&self.orders.resting, front, book.house.available(key));
                let passed = ahead.min(left);
                book.queue.pass_house(key, passed);
                left -= passed;
                if left == 0 {
                    return;
                }
            }
            let fill = left.min(self.orders.resting.get(front).shown);
            self.fill_resting_from_house(front, fill, events);
            left -= fill;
        }
    }

    /// Fills our resting orders that the other side of the house has come to, at their own prices.
    fn uncross(&mut self, instrument: usize, events: &mut Vec<Event>) {
        if self.instruments[instrument].state != BookState::Synced {
            return;
        }
        for side in [Side::Buy, Side::Sell] {
            while let Some((slot, house_price, qty)) = self.crossing(instrument, side) {
                let house = &mut self.instruments[instrument].book.side_mut(side.opposite()).house;
                house.take(key_of(side.opposite(), house_price), qty);
                self.touch_level(instrument, side.opposite(), house_price);
                self.fill_resting_from_house(slot, qty, events);
            }
        }
    }

    /// Our best order of a side that house liquidity crosses: its slot, the house's price, and how much they trade.
    fn crossing(&self, instrument: usize, side: Side) -> Option<(u32, PriceTicks, i64)> {
        let book = &self.instruments[instrument].book;
        let own = book.best_own(side)?;
        let (house_key, available) = book.side(side.opposite()).house.iter_available().next()?;
        if house_key < key_of(side.opposite(), own) {
            return None;
        }
        let slot = book.side(side).queue.level(key_of(side, own))?.head;
        Some((slot, PriceTicks(house_key.abs()), available.min(self.orders.resting.get(slot).shown)))
    }
}

fn is_price(price: PriceTicks) -> bool {
    (1..=UNITS_MAX).contains(&price.0)
}
