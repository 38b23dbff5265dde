//! An order at work: it trades with what is better or equal, then rests or ends.

use jware_core::instrument::Venue;
use jware_core::order::{ExecReason, ExecType, SelfTradePrevention, TimeInForce};
use jware_core::units::{AccountId, OrderId};

use super::book::better;
use super::{Naive, Order, Place};

impl Naive {
    /// Works an order that is nowhere yet; it may end, rest, or (a child) be used up.
    pub(super) fn work(&mut self, id: OrderId) {
        let order = *self.live(id).expect("a live order");
        assert!(order.place == Place::Aside && order.leaves() > 0, "{order:?} is to be worked");
        if order.terms.time_in_force == TimeInForce::Fok && !self.fills_whole(&order) {
            self.end(id, ExecType::Expired, ExecReason::FokUnfillable);
            return;
        }
        while self.live(id).is_some_and(|order| order.leaves() > 0) {
            if !self.meet_next(id) {
                break;
            }
        }
        let Some(order) = self.live(id).copied().filter(|order| order.leaves() > 0) else { return };
        if !order.terms.ord_type.has_price() {
            self.end(id, ExecType::Expired, ExecReason::MarketRemainder);
        } else if order.terms.time_in_force.rests() {
            self.join_the_back(id);
        } else {
            self.end(id, ExecType::Expired, ExecReason::IocRemainder);
        }
    }

    /// Whether a FOK finds all of its quantity before it would meet its owner.
    fn fills_whole(&self, order: &Order) -> bool {
        let makers = order.terms.side.opposite();
        let alone = |price: i128| {
            order.terms.self_trade_prevention == SelfTradePrevention::None
                || !self
                    .queue_of(order.instrument, makers)
                    .iter()
                    .any(|o| o.price == price && self.is_own(order.account, o.account))
        };
        let levels = self.levels(order.instrument, makers, true);
        let reached = levels.iter().take_while(|level| !better(makers, order.price, level.0) && alone(level.0));
        reached.map(|level| level.1).sum::<i128>() >= order.leaves()
    }

    /// One meeting with the next maker within the price; false where there is none.
    fn meet_next(&mut self, id: OrderId) -> bool {
        let order = *self.live(id).expect("a live order");
        let (instrument, makers) = (order.instrument, order.terms.side.opposite());
        let Some(price) = self.best(instrument, makers).filter(|price| !better(makers, order.price, *price)) else {
            return false;
        };
        let first = self.front(instrument, makers).filter(|first| first.price == price).copied();
        let house_turn = first.map_or(self.house_at(instrument, makers, price), |first| self.ahead(&first));
        if house_turn > 0 {
            let qty = order.leaves().min(house_turn);
            self.trade_id += 1;
            self.house_passes(instrument, makers, price, qty, true);
            self.book_house(instrument, makers, qty, price);
            self.trade(None, Some(id), qty, price);
        } else {
            let maker = first.expect("a best price has someone at it");
            let of_one_list = maker.list.0 > 0 && maker.list == order.list;
            let mode = match order.terms.self_trade_prevention {
                _ if !self.is_own(order.account, maker.account) => SelfTradePrevention::None,
                SelfTradePrevention::None if of_one_list => SelfTradePrevention::CancelNewest,
                mode => mode,
            };
            let qty = order.leaves().min(maker.shown);
            if mode != SelfTradePrevention::None {
                self.prevent(id, &maker, mode, qty);
                return true;
            }
            self.trade_id += 1;
            self.trade(Some(maker.id), Some(id), qty, price);
        }
        if self.instrument(instrument).definition.venue == Venue::Internal {
            let now = self.ts;
            let place = self.instrument_mut(instrument);
            (place.last, place.told_ts) = (price, now);
        }
        true
    }

    /// Whether the orders of two accounts count as those of one owner.
    fn is_own(&self, one: AccountId, other: AccountId) -> bool {
        let group = |of: AccountId| self.self_trade_groups.iter().find(|set| set.0 == of).map_or(0, |set| set.1);
        one == other || (group(one) != 0 && group(one) == group(other))
    }

    /// A taker meets an order of its owner.
    fn prevent(&mut self, taker: OrderId, maker: &Order, mode: SelfTradePrevention, qty: i128) {
        use SelfTradePrevention as Mode;
        let siblings = self.sibling(maker) == Some(taker);
        match mode {
            Mode::None => unreachable!("they trade"),
            Mode::CancelNewest => self.end(taker, ExecType::Canceled, ExecReason::SelfTrade),
            Mode::CancelOldest => self.end(maker.id, ExecType::Canceled, ExecReason::SelfTrade),
            Mode::CancelBoth => {
                self.end(maker.id, ExecType::Canceled, ExecReason::SelfTrade);
                if self.live(taker).is_some() {
                    self.end(taker, ExecType::Canceled, ExecReason::SelfTrade);
                }
            }
            Mode::Decrement => {
                // Of two legs the taker is reduced as the maker's sibling.
                self.reduce(maker.id, qty, ExecReason::SelfTrade, false);
                if !siblings && self.live(taker).is_some() {
                    self.reduce(taker, qty, ExecReason::SelfTrade, false);
                }
            }
        }
    }
}
