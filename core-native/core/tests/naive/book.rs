//! The book and who trades in it: house rows and orders, sorted when asked.

use jware_core::account::HOUSE_ACCOUNT;
use jware_core::command::{BookState, MarketFact};
use jware_core::instrument::Venue;
use jware_core::limits::UNITS_MAX;
use jware_core::order::{ExecReason, ExecType, LiquidityInd, OrdStatus, OrdType, Side, TimeInForce};
use jware_core::units::{AmountMinor, InstrumentId, PriceTicks, QtyLots, TradeId};

use super::{House, Naive, Order, Told, narrow};

/// Whether price `a` is strictly better than `b` for orders resting on `side`.
pub(super) fn better(side: Side, a: i128, b: i128) -> bool {
    if side == Side::Buy { a > b } else { a < b }
}

impl Naive {
    /// Our orders of a side, first to fill first.
    pub(super) fn queue(&self, instrument: InstrumentId, side: Side) -> Vec<&Order> {
        let mut queue: Vec<&Order> = self.orders.iter().filter(|o| (o.instrument, o.side) == (instrument, side)).collect();
        queue.sort_by_key(|order| (if side == Side::Buy { -order.price } else { order.price }, order.stamp));
        queue
    }

    pub(super) fn house_at(&self, instrument: InstrumentId, side: Side, price: i128) -> i128 {
        let here = |row: &&House| (row.instrument, row.side, row.price) == (instrument, side, price);
        self.house.iter().find(here).map_or(0, |row| row.available)
    }

    pub fn ahead(&self, order: &Order) -> i128 {
        order.ahead.min(self.house_at(order.instrument, order.side, order.price))
    }

    /// Displayed levels, best first.
    pub fn depth(&self, instrument: InstrumentId, side: Side) -> Vec<(i128, i128)> {
        let mut rows: Vec<(i128, i128)> = self.queue(instrument, side).iter().map(|o| (o.price, o.leaves())).collect();
        rows.extend(self.house_rows(instrument, side));
        rows.sort_by_key(|row| if side == Side::Buy { -row.0 } else { row.0 });
        let mut levels: Vec<(i128, i128)> = Vec::new();
        for (price, qty) in rows {
            match levels.last_mut() {
                Some(last) if last.0 == price => last.1 += qty,
                _ => levels.push((price, qty)),
            }
        }
        levels
    }

    /// House levels with something available, best first.
    pub(super) fn house_rows(&self, instrument: InstrumentId, side: Side) -> Vec<(i128, i128)> {
        let here = |row: &&House| (row.instrument, row.side) == (instrument, side) && row.available > 0;
        let mut rows: Vec<(i128, i128)> = self.house.iter().filter(here).map(|row| (row.price, row.available)).collect();
        rows.sort_by_key(|row| if side == Side::Buy { -row.0 } else { row.0 });
        rows
    }

    pub(super) fn best(&self, instrument: InstrumentId, side: Side) -> Option<i128> {
        self.depth(instrument, side).first().map(|level| level.0)
    }

    /// House lots leave a queue from its front: by being taken (and gone), or by trading with others.
    pub(super) fn house_passes(&mut self, instrument: InstrumentId, side: Side, price: i128, qty: i128, taken: bool) {
        for order in self.orders.iter_mut().filter(|o| (o.instrument, o.side, o.price) == (instrument, side, price)) {
            order.ahead -= qty;
        }
        for row in self.house.iter_mut().filter(|row| (row.instrument, row.side, row.price) == (instrument, side, price)) {
            row.available -= if taken { qty } else { 0 };
        }
    }

    /// Nobody has more house ahead than there is.
    pub(super) fn settle_queues(&mut self, instrument: InstrumentId) {
        for index in 0..self.orders.len() {
            if self.orders[index].instrument == instrument {
                self.orders[index].ahead = self.ahead(&self.orders[index]);
            }
        }
    }

    pub(super) fn work(&mut self, mut order: Order, told: &mut Told) {
        let makers = order.side.opposite();
        let within = |price: i128| !better(makers, order.price, price);
        let fillable: i128 =
            self.depth(order.instrument, makers).iter().filter(|level| within(level.0)).map(|level| level.1).sum();
        let mut reason = ExecReason::FokUnfillable;
        if order.time_in_force != TimeInForce::Fok || fillable >= order.leaves() {
            reason = if order.ord_type == OrdType::Market { ExecReason::MarketRemainder } else { ExecReason::IocRemainder };
            while order.leaves() > 0 {
                let Some(price) = self.best(order.instrument, makers).filter(|price| !better(makers, order.price, *price)) else {
                    break;
                };
                let first = self.queue(order.instrument, makers).first().filter(|first| first.price == price).map(|o| **o);
                let available = self.house_at(order.instrument, makers, price);
                let house_turn = first.as_ref().map_or(available, |first| self.ahead(first));
                self.trade_id += 1;
                if house_turn > 0 {
                    let qty = order.leaves().min(house_turn);
                    self.house_passes(order.instrument, makers, price, qty, true);
                    self.book(HOUSE_ACCOUNT, order.instrument, makers, qty, price, 0);
                    self.fill(&mut order, qty, price, LiquidityInd::Taker, told);
                } else {
                    let mut maker = first.expect("a best price has someone at it");
                    let qty = order.leaves().min(maker.leaves());
                    self.fill_resting(&mut maker, qty, told);
                    self.fill(&mut order, qty, price, LiquidityInd::Taker, told);
                }
                if self.instrument(order.instrument).definition.venue == Venue::Internal {
                    self.instrument_mut(order.instrument).last = price;
                }
            }
        }
        if order.leaves() == 0 {
        } else if order.ord_type == OrdType::Limit && order.time_in_force == TimeInForce::Gtc {
            self.stamp += 1;
            let level = self.queue(order.instrument, order.side);
            let last = level.iter().rfind(|other| other.price == order.price).map_or(0, |other| other.ahead);
            order.ahead = self.house_at(order.instrument, order.side, order.price).max(last);
            order.stamp = self.stamp;
            self.orders.push(order);
        } else {
            self.tell(&order, ExecType::Expired, told, |execution| {
                (execution.ord_status, execution.leaves_qty, execution.reason) = (OrdStatus::Expired, QtyLots(0), reason);
            });
        }
    }

    pub(super) fn fill_resting(&mut self, maker: &mut Order, qty: i128, told: &mut Told) {
        self.fill(maker, qty, maker.price, LiquidityInd::Maker, told);
        self.orders.retain(|other| other.id != maker.id);
        if maker.leaves() > 0 {
            self.orders.push(*maker);
        }
    }

    pub(super) fn fill(&mut self, order: &mut Order, qty: i128, price: i128, liquidity: LiquidityInd, told: &mut Told) {
        let definition = &self.instrument(order.instrument).definition;
        let maker = liquidity == LiquidityInd::Maker;
        let ppm = if maker { definition.maker_fee_ppm } else { definition.taker_fee_ppm };
        let fee = self.book(order.account, order.instrument, order.side, qty, price, ppm);
        order.cum += qty;
        order.lot_ticks += qty * price;
        let trade_id = TradeId(self.trade_id);
        self.tell(order, ExecType::Trade, told, |execution| {
            (execution.last_qty, execution.last_px) = (QtyLots(narrow(qty)), PriceTicks(narrow(price)));
            (execution.last_fee, execution.liquidity, execution.trade_id) = (AmountMinor(narrow(fee)), liquidity, trade_id);
        });
    }

    pub(super) fn fact(&mut self, id: InstrumentId, fact: MarketFact, told: &mut Told) {
        let units = 1..=UNITS_MAX;
        match fact {
            MarketFact::Level { side, price, qty } if units.contains(&price.0) && (qty.0 == 0 || units.contains(&qty.0)) => {
                let (price, qty) = (i128::from(price.0), i128::from(qty.0));
                let here = |row: &House| (row.instrument, row.side, row.price) == (id, side, price);
                let old = self.house.iter().find(|row| here(row)).map_or((0, 0), |row| (row.shown, row.available));
                let available = if qty > old.0 { old.1 + qty - old.0 } else { old.1.min(qty) };
                self.house.retain(|row| !here(row));
                if qty > 0 {
                    self.house.push(House { instrument: id, side, price, shown: qty, available });
                }
                if self.instrument(id).state == BookState::Synced {
                    let at_price = |o: &Order| (o.instrument, o.side, o.price) == (id, side, price);
                    self.orders.iter_mut().filter(|o| at_price(o)).for_each(|o| o.ahead = o.ahead.min(available));
                }
            }
            MarketFact::Trade { price, qty, aggressor, .. } if units.contains(&price.0) && units.contains(&qty.0) => {
                self.instrument_mut(id).last = i128::from(price.0);
                if self.instrument(id).state == BookState::Synced {
                    self.outside_trade(id, i128::from(price.0), i128::from(qty.0), aggressor.opposite(), told);
                }
            }
            MarketFact::Level { .. } | MarketFact::Trade { .. } => {}
            MarketFact::Reset => self.house.retain(|row| row.instrument != id),
            MarketFact::State(state) => {
                self.instrument_mut(id).state = state;
                if state == BookState::Synced {
                    self.settle_queues(id);
                }
            }
        }
    }

    pub(super) fn outside_trade(&mut self, id: InstrumentId, price: i128, qty: i128, side: Side, told: &mut Told) {
        let mut left = qty;
        while left > 0 {
            let Some(mut front) = self.queue(id, side).first().map(|order| **order) else { return };
            if better(side, price, front.price) {
                return;
            }
            if front.price == price {
                let passed = self.ahead(&front).min(left);
                self.house_passes(id, side, price, passed, false);
                front.ahead -= passed;
                left -= passed;
            }
            let fill = front.leaves().min(left);
            if fill > 0 {
                self.fill_from_house(&mut front, fill, told);
            }
            left -= fill;
        }
    }

    pub(super) fn fill_from_house(&mut self, order: &mut Order, qty: i128, told: &mut Told) {
        self.trade_id += 1;
        self.book(HOUSE_ACCOUNT, order.instrument, order.side.opposite(), qty, order.price, 0);
        self.fill_resting(order, qty, told);
    }

    pub(super) fn uncross(&mut self, id: InstrumentId, told: &mut Told) {
        for side in [Side::Buy, Side::Sell] {
            while self.instrument(id).state == BookState::Synced {
                let Some(mut front) = self.queue(id, side).first().map(|order| **order) else { break };
                let Some((price, available)) = self.house_rows(id, side.opposite()).first().copied() else { break };
                if better(side, price, front.price) {
                    break;
                }
                let qty = available.min(front.leaves());
                self.house_passes(id, side.opposite(), price, qty, true);
                self.fill_from_house(&mut front, qty, told);
            }
        }
    }
}
