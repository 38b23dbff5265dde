//! Price-time matching of one incoming order against house liquidity and our resting orders.
// HOT: no allocation beyond the event list's growth.

use super::{Core, Holding, TouchedHolding};
use crate::account::{FEES_INDEX, FIRST_USER_INDEX, HOUSE_INDEX, Leg, fee_of, part_ceiling};
use crate::book::{Candidate, Maker};
use crate::event::Event;
use crate::instrument::Venue;
use crate::order::{ExecReason, ExecType, LiquidityInd, Place, SelfTradePrevention, Side};
use crate::trade::FillRecord;
use crate::units::{AmountMinor, PriceTicks, QtyLots, TradeId, checked_product};

/// One fill of one order.
#[derive(Clone, Copy)]
struct Fill {
    price: PriceTicks,
    qty: i64,
    liquidity: LiquidityInd,
    trade_id: TradeId,
    with_house: bool,
}

impl Core {
    /// Fills an order that is in no queue as far as its price allows. It may end on the way.
    pub(super) fn match_incoming(&mut self, slot: u32, events: &mut Vec<Event>) {
        let (account, instrument) = self.home_of(slot);
        let own = self.owner_of(account);
        let (id, side, limit, prevention) = {
            let order = self.orders.get(slot);
            (order.order_id, order.side(), order.work_price, order.terms.self_trade_prevention)
        };
        while self.is_live(slot, id) {
            let leaves = self.orders.get(slot).leaves_qty().0;
            if leaves == 0 {
                return;
            }
            let book = &self.instruments[instrument].book;
            let Some(candidate) = book.candidate(&self.orders.resting, side, limit) else { return };
            match candidate.maker {
                Maker::Order(maker) if self.may_not_meet(slot, maker, own, prevention) => {
                    self.prevent_self_trade(slot, maker, prevention, events);
                }
                _ => self.trade(slot, candidate, leaves.min(candidate.qty), events),
            }
        }
    }

    /// Whether an order can fill whole at once within its price. An order of its own owner stops it short, unless they may trade.
    pub(super) fn can_fill_whole(&self, slot: u32) -> bool {
        let (account, instrument) = self.home_of(slot);
        let own = self.owner_of(account);
        let order = self.orders.get(slot);
        let book = &self.instruments[instrument].book;
        let maker_side = order.side().opposite();
        let meets_own = |price| {
            order.terms.self_trade_prevention != SelfTradePrevention::None
                && book.queue_at(&self.orders.resting, maker_side, price).any(|maker| self.is_own(own, maker))
        };
        let mut missing = order.leaves_qty().0;
        for (price, qty) in book.tradable(order.side(), order.work_price) {
            if meets_own(price) {
                return false;
            }
            missing = missing.saturating_sub(qty);
            if missing <= 0 {
                return true;
            }
        }
        false
    }

    /// One trade between an incoming order and a maker: both sides' positions, money and reports, then what they lead to.
    fn trade(&mut self, slot: u32, candidate: Candidate, qty: i64, events: &mut Vec<Event>) {
        let (account, instrument) = self.home_of(slot);
        let (id, side) = {
            let order = self.orders.get(slot);
            (order.order_id, order.side())
        };
        let price = candidate.price;
        self.last_trade_id += 1;
        let trade_id = TradeId(self.last_trade_id);
        self.touch_level(instrument, side.opposite(), price);
        self.instruments[instrument].book.fill(&mut self.orders.resting, side, candidate, qty);
        let maker = match candidate.maker {
            Maker::House => {
                self.fill_house(instrument, side.opposite(), price, qty);
                None
            }
            Maker::Order(maker) => {
                self.fill_maker(maker, Fill { price, qty, liquidity: LiquidityInd::Maker, trade_id, with_house: false }, events);
                Some(maker)
            }
        };
        let with_house = maker.is_none();
        self.fill_order(slot, Fill { price, qty, liquidity: LiquidityInd::Taker, trade_id, with_house }, events);
        let maker_account = maker.map(|maker| self.home_of(maker).0);
        if let Some(maker) = maker {
            self.after_fill(maker, qty, events);
        }
        // The two may be linked to each other: then the maker's fill may have ended the taker.
        if self.is_live(slot, id) {
            self.after_fill(slot, qty, events);
        }
        if let Some(maker_account) = maker_account.filter(|&other| other != account) {
            self.fit_exits(maker_account, instrument, events);
        }
        self.fit_exits(account, instrument, events);
        if self.instruments[instrument].definition.venue == Venue::Internal {
            self.print_trade(instrument, self.ts, price, qty, side, trade_id, true, events);
        }
    }

    /// Fills a resting order against the house, which traded through it or at its turn.
    pub(super) fn fill_resting_from_house(&mut self, slot: u32, qty: i64, events: &mut Vec<Event>) {
        let (account, instrument) = self.home_of(slot);
        self.last_trade_id += 1;
        let trade_id = TradeId(self.last_trade_id);
        let (side, price) = {
            let order = self.orders.get(slot);
            (order.side(), order.work_price)
        };
        self.touch_level(instrument, side, price);
        self.instruments[instrument].book.fill_resting(&mut self.orders.resting, slot, qty);
        self.fill_house(instrument, side.opposite(), price, qty);
        self.fill_maker(slot, Fill { price, qty, liquidity: LiquidityInd::Maker, trade_id, with_house: true }, events);
        self.after_fill(slot, qty, events);
        self.fit_exits(account, instrument, events);
    }

    /// The maker's side of a trade; its queue has already moved on.
    fn fill_maker(&mut self, slot: u32, fill: Fill, events: &mut Vec<Event>) {
        let holding = self.holding_of(slot);
        let order = self.orders.get_mut(slot);
        let side = order.side();
        if order.leaves_qty().0 == fill.qty {
            order.place = Place::Nowhere;
        }
        self.add_working(holding, side, -fill.qty, fill.price);
        self.fill_order(slot, fill, events);
    }

    /// One order's side of a trade: position, money, report.
    fn fill_order(&mut self, slot: u32, fill: Fill, events: &mut Vec<Event>) {
        let holding = self.holding_of(slot);
        let Holding { account, instrument, leg } = holding;
        let side = self.orders.get(slot).side();
        let value = self.value_of(instrument, fill.qty, fill.price);
        let fee_ppm = if self.fees.is_empty() {
            self.listed_fee_ppm(instrument, fill.liquidity)
        } else {
            self.scheduled_fee_ppm(account, instrument, fill.liquidity, value)
        };
        let fee = fee_of(value, fee_ppm);
        self.fill_account(holding, side, fill.price, fill.qty, fee);
        let order = self.orders.get_mut(slot);
        order.cum_qty.0 += fill.qty;
        order.cum_lot_ticks += fill.qty * fill.price.0;
        self.report(slot, ExecType::Trade, ExecReason::None, events, |execution| {
            execution.last_qty = QtyLots(fill.qty);
            execution.last_px = fill.price;
            execution.last_fee = AmountMinor(fee);
            execution.liquidity = fill.liquidity;
            execution.trade_id = fill.trade_id;
        });
        let order = self.orders.get(slot);
        self.trades.remember_fill(FillRecord {
            exec_id: self.last_exec_id,
            trade_id: fill.trade_id,
            order_id: order.order_id,
            account: order.account,
            instrument: order.instrument,
            qty: QtyLots(fill.qty),
            price: fill.price,
            fee: AmountMinor(fee),
            fee_ppm,
            side,
            liquidity: fill.liquidity,
            with_house: fill.with_house,
            is_bust: false,
            leg,
        });
    }

    fn fill_house(&mut self, instrument: usize, side: Side, price: PriceTicks, qty: i64) {
        self.fill_account(Holding::net(HOUSE_INDEX, instrument), side, price, qty, 0);
    }

    /// What a fill of our order pays where no schedule says, parts per million of its value.
    pub(super) fn listed_fee_ppm(&self, instrument: usize, liquidity: LiquidityInd) -> i32 {
        let definition = &self.instruments[instrument].definition;
        match liquidity {
            LiquidityInd::Maker => definition.maker_fee_ppm,
            LiquidityInd::Taker => definition.taker_fee_ppm,
            LiquidityInd::None => 0,
        }
    }

    fn value_of(&self, instrument: usize, qty: i64, price: PriceTicks) -> i64 {
        let tick_lot_minor = self.instruments[instrument].definition.tick_lot_minor;
        checked_product(qty, price.0, tick_lot_minor).expect("an order's value was checked before it could fill")
    }

    /// Changes a position and its money by one fill and its fee, minor units. The engine's own accounts pay none.
    pub(super) fn fill_account(&mut self, holding: Holding, side: Side, price: PriceTicks, qty: i64, fee: i64) {
        let Holding { account, instrument, leg } = holding;
        let definition = &self.instruments[instrument].definition;
        let (id, currency, tick_lot_minor) = (definition.instrument, definition.quote_currency, definition.tick_lot_minor);
        let margin = definition.margin;
        let owner = &mut self.accounts[account];
        let initial_ppm = owner.initial_ppm(margin);
        let is_watched = owner.is_watched;
        let position = owner.positions.get_or_default((id, leg));
        let (cost_before, net_before) = (position.cost.abs(), position.cost);
        let realised = position.fill(side, qty, price.0, tick_lot_minor);
        position.fees += fee;
        let (cost_change, net_change) = (position.cost.abs() - cost_before, position.cost - net_before);
        let used = i64::try_from(part_ceiling(position.cost.abs().into(), initial_ppm)).expect("no more than the cost");
        let used_change = used - std::mem::replace(&mut position.used, used);
        let is_flat = position.qty == 0;
        let balance = owner.balances.get_or_default(currency);
        balance.cash += realised - fee;
        balance.used += used_change;
        let is_exposed = account >= FIRST_USER_INDEX && (cost_change != 0 || net_change != 0);
        if is_exposed {
            balance.exposure.cost_more(cost_change.into(), net_change.into());
            self.firm_exposure_mut(currency).cost_more(cost_change.into(), net_change.into());
        }
        if is_watched {
            // Flat on this leg, it may be not on the other.
            let is_holder = !is_flat || (leg != Leg::Net && self.has_position(account, instrument));
            self.instruments[instrument].watch(account, is_holder);
            self.scratch.watched.push(account);
        }
        if account >= FIRST_USER_INDEX {
            self.instruments[instrument].users.qty += side.sign() * qty;
        }
        if fee != 0 {
            self.accounts[FEES_INDEX].balances.get_or_default(currency).cash += fee;
        }
        self.touch_holding(holding, true);
    }

    pub(super) fn touch_level(&mut self, instrument: usize, side: Side, price: PriceTicks) {
        // Consecutive touches of one level are the common case; the rest is sorted out when they are told.
        if self.scratch.levels.last() != Some(&(instrument, side, price)) {
            self.scratch.levels.push((instrument, side, price));
        }
    }

    pub(super) fn touch_holding(&mut self, holding: Holding, filled: bool) {
        let known = self.scratch.holdings.iter_mut().rev();
        match known.into_iter().find(|touched| touched.holding == holding) {
            Some(touched) => touched.filled |= filled,
            None => self.scratch.holdings.push(TouchedHolding { holding, filled }),
        }
    }
}
