//! Price-time matching of one incoming order against house liquidity and our resting orders.
// HOT: no allocation beyond the event list's growth.

use super::{Core, TouchedHolding};
use crate::account::{FEES_ACCOUNT, HOUSE_ACCOUNT, fee_of};
use crate::event::Event;
use crate::instrument::Venue;
use crate::order::{ExecReason, ExecType, LiquidityInd, NIL, Order, Side};
use crate::units::{AmountMinor, PriceTicks, QtyLots, TradeId, checked_product};

/// Who an order trades with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Maker {
    House,
    Resting(u32),
}

impl Core {
    /// Fills an incoming order as far as its price allows. It is not in the book.
    pub(super) fn match_incoming(&mut self, account: usize, instrument: usize, order: &mut Order, events: &mut Vec<Event>) {
        let maker_side = order.side.opposite();
        while order.leaves_qty().0 > 0 {
            let Some(price) = self.instruments[instrument].book.best(maker_side) else { return };
            let too_far = match order.side {
                Side::Buy => price > order.price,
                Side::Sell => price < order.price,
            };
            if too_far {
                return;
            }
            self.match_level(account, instrument, order, price, events);
        }
    }

    /// Trades at one price until the order is filled or the level is gone.
    fn match_level(&mut self, account: usize, instrument: usize, order: &mut Order, price: PriceTicks, events: &mut Vec<Event>) {
        let maker_side = order.side.opposite();
        self.touch_level(maker_side, price);
        loop {
            let left = order.leaves_qty().0;
            let book = self.instruments[instrument].book.side_mut(maker_side);
            let available = book.house.available(price);
            let front = book.queue.level(price).map_or(NIL, |level| level.head);
            // House liquidity goes first as far as it stands ahead of our first order, and wholly where we have none.
            let house_turn = if front == NIL { available } else { book.queue.house_ahead(&self.orders, front, available) };
            if left == 0 || (house_turn == 0 && front == NIL) {
                return;
            }
            if house_turn > 0 {
                let qty = left.min(house_turn);
                book.house.take(price, qty);
                book.queue.pass_house(price, qty);
                self.trade(account, instrument, order, Maker::House, price, qty, events);
            } else {
                let qty = left.min(self.orders.get(front).leaves_qty().0);
                self.trade(account, instrument, order, Maker::Resting(front), price, qty, events);
            }
        }
    }

    /// One trade between an incoming order and a maker: both sides' executions, positions and money.
    #[allow(clippy::too_many_arguments, reason = "the parties, the place and the terms of a trade are seven things")]
    fn trade(
        &mut self,
        account: usize,
        instrument: usize,
        order: &mut Order,
        maker: Maker,
        price: PriceTicks,
        qty: i64,
        events: &mut Vec<Event>,
    ) {
        self.last_trade_id += 1;
        let trade_id = TradeId(self.last_trade_id);
        match maker {
            Maker::House => self.fill_house(instrument, order.side.opposite(), price, qty),
            Maker::Resting(slot) => self.fill_resting(instrument, slot, price, qty, trade_id, events),
        }
        let fee = self.fill_account(account, instrument, order.side, price, qty, LiquidityInd::Taker);
        order.cum_qty.0 += qty;
        order.cum_lot_ticks += qty * price.0;
        self.report(account, order, ExecType::Trade, ExecReason::None, events, |execution| {
            execution.last_qty = QtyLots(qty);
            execution.last_px = price;
            execution.last_fee = AmountMinor(fee);
            execution.liquidity = LiquidityInd::Taker;
            execution.trade_id = trade_id;
        });
        if self.instruments[instrument].definition.venue == Venue::Internal {
            self.print_trade(instrument, self.ts, price, qty, order.side, trade_id, true, events);
        }
    }

    /// Fills a resting order against the house, which traded through it or at its turn.
    pub(super) fn fill_resting_from_house(&mut self, instrument: usize, slot: u32, qty: i64, events: &mut Vec<Event>) {
        self.last_trade_id += 1;
        let trade_id = TradeId(self.last_trade_id);
        let (side, price) = {
            let order = self.orders.get(slot);
            (order.side, order.price)
        };
        self.touch_level(side, price);
        self.fill_house(instrument, side.opposite(), price, qty);
        self.fill_resting(instrument, slot, price, qty, trade_id, events);
    }

    /// The maker's side of a trade: report, position, money, and out of the book when filled.
    fn fill_resting(
        &mut self,
        instrument: usize,
        slot: u32,
        price: PriceTicks,
        qty: i64,
        trade_id: TradeId,
        events: &mut Vec<Event>,
    ) {
        let side = self.orders.get(slot).side;
        let account = self.account_index[&self.orders.get(slot).account];
        let fee = self.fill_account(account, instrument, side, price, qty, LiquidityInd::Maker);
        self.add_working(account, instrument, side, -qty, price);
        // The queue's total follows the order's leaves quantity.
        self.instruments[instrument]
            .book
            .side_mut(side)
            .queue
            .levels
            .get_mut(&price)
            .expect("a resting order has a level")
            .qty -= qty;
        let order = self.orders.get_mut(slot);
        order.cum_qty.0 += qty;
        order.cum_lot_ticks += qty * price.0;
        let filled = order.leaves_qty().0 == 0;
        let order = order.clone();
        self.report(account, &order, ExecType::Trade, ExecReason::None, events, |execution| {
            execution.last_qty = QtyLots(qty);
            execution.last_px = price;
            execution.last_fee = AmountMinor(fee);
            execution.liquidity = LiquidityInd::Maker;
            execution.trade_id = trade_id;
        });
        if filled {
            self.unlink(account, slot);
        }
    }

    fn fill_house(&mut self, instrument: usize, side: Side, price: PriceTicks, qty: i64) {
        let house = self.account_index[&HOUSE_ACCOUNT];
        self.fill_account(house, instrument, side, price, qty, LiquidityInd::None);
    }

    /// Changes a position and its money by one fill; returns the fee. The engine's own accounts pay none.
    fn fill_account(
        &mut self,
        account: usize,
        instrument: usize,
        side: Side,
        price: PriceTicks,
        qty: i64,
        liquidity: LiquidityInd,
    ) -> i64 {
        let definition = &self.instruments[instrument].definition;
        let (id, currency, tick_lot_minor) = (definition.instrument, definition.quote_currency, definition.tick_lot_minor);
        let fee_ppm = match liquidity {
            LiquidityInd::Maker => definition.maker_fee_ppm,
            LiquidityInd::Taker => definition.taker_fee_ppm,
            LiquidityInd::None => 0,
        };
        let notional = checked_product(qty, price.0, tick_lot_minor).expect("an order's value was checked before it could fill");
        let fee = fee_of(notional, fee_ppm);
        let owner = &mut self.accounts[account];
        let position = owner.positions.entry(id).or_default();
        let cost_before = position.cost.abs();
        let realised = position.fill(side, qty, price.0, tick_lot_minor);
        position.fees += fee;
        let cost_change = position.cost.abs() - cost_before;
        let balance = owner.balances.entry(currency).or_default();
        balance.cash += realised - fee;
        balance.used += cost_change;
        if fee != 0 {
            let fees = self.account_index[&FEES_ACCOUNT];
            self.accounts[fees].balances.entry(currency).or_default().cash += fee;
        }
        self.touch_holding(account, instrument, true);
        fee
    }

    pub(super) fn touch_level(&mut self, side: Side, price: PriceTicks) {
        // Consecutive touches of one level are the common case; the rest is sorted out when they are told.
        if self.scratch.levels.last() != Some(&(side, price)) {
            self.scratch.levels.push((side, price));
        }
    }

    pub(super) fn touch_holding(&mut self, account: usize, instrument: usize, filled: bool) {
        match self.scratch.holdings.iter_mut().find(|touched| touched.account == account && touched.instrument == instrument) {
            Some(touched) => touched.filled |= filled,
            None => self.scratch.holdings.push(TouchedHolding { account, instrument, filled }),
        }
    }
}
