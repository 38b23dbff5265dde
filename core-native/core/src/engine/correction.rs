//! Trades that are bust or corrected: both sides, whatever has become of their orders and positions since.
//!
//! The reverse fill is booked at the trade's own price, so `realised - cost` of each side is to the minor unit what it would be
//! without the trade. What was taken back is not worked again: an order loses it from its quantity as well.

use super::late::Late;
use super::report::{RequestNames, execution_of_ended};
use super::{Core, Holding};
use crate::account::{HOUSE_INDEX, Leg, fee_of};
use crate::command::{CorrectedFill, PositionMode, TradeCorrection};
use crate::event::{Event, Execution, FillFigures, TradeAdjustment};
use crate::limits::{CORRECTED_MINOR_MAX, TEXT_BYTES_MAX, UNITS_MAX};
use crate::order::{ExecReason, ExecType, OnTheWay, Progress};
use crate::refusal::{Refusal, RefusalCode};
use crate::trade::FillRecord;
use crate::units::{AccountId, AmountMinor, InstrumentId, OrderId, checked_product};

impl Core {
    pub(super) fn correct_trade(&mut self, request: &TradeCorrection, events: &mut Vec<Event>) {
        let sides = match self.check_correction(request) {
            Ok(sides) => sides,
            Err(refusal) => {
                events.push(RequestNames::control(AccountId(0), InstrumentId(0)).refused(refusal));
                return;
            }
        };
        for at in sides.clone() {
            self.correct_side(at, request, events);
        }
        let mut fitted = None;
        for at in sides {
            let FillRecord { account, instrument, .. } = self.trades.fill(at);
            if fitted.replace(account) != Some(account) {
                self.fit_exits(self.account_index[&account], self.instrument_index[&instrument], events);
            }
        }
        self.settle(events);
    }

    fn check_correction(&self, request: &TradeCorrection) -> Result<std::ops::Range<usize>, Refusal> {
        let refused = |code| Err(Refusal::plain(code));
        let is_unit = |value: i64| (1..=UNITS_MAX).contains(&value);
        let fits = request.corrected.is_none_or(|to| is_unit(to.qty.0) && is_unit(to.price.0));
        if !fits || request.reason.len() > TEXT_BYTES_MAX {
            return refused(RefusalCode::FieldInvalid);
        }
        let Some(sides) = self.trades.sides_of(request.exec_ref_id) else { return refused(RefusalCode::UnknownExecution) };
        if !sides.clone().all(|at| self.is_of_mode(&self.trades.fill(at))) {
            return refused(RefusalCode::UnknownExecution);
        }
        if self.trades.fill(sides.start).is_bust {
            return refused(RefusalCode::TradeBusted);
        }
        let is_known = |id: OrderId| self.orders.find(id).is_some() || self.trades.ended_order(id).is_some();
        if !sides.clone().all(|at| is_known(self.trades.fill(at).order_id)) {
            return refused(RefusalCode::UnknownExecution);
        }
        if sides.clone().all(|at| self.has_room_for(&self.trades.fill(at), request.corrected)) {
            Ok(sides)
        } else {
            refused(RefusalCode::NumberOverflow)
        }
    }

    /// Whether its account still has the positions that it was booked in.
    fn is_of_mode(&self, fill: &FillRecord) -> bool {
        let mode = self.accounts[self.account_index[&fill.account]].position_mode;
        (mode == PositionMode::Netting) == (fill.leg == Leg::Net)
    }

    /// Whether every number that a side's correction changes stays far from its end.
    fn has_room_for(&self, fill: &FillRecord, corrected: Option<CorrectedFill>) -> bool {
        let instrument = self.instrument_index[&fill.instrument];
        let tick_lot_minor = self.instruments[instrument].tick_lot_minor();
        let after = corrected.map_or(Some(0), |to| checked_product(to.qty.0, to.price.0, tick_lot_minor));
        let before = checked_product(fill.qty.0, fill.price.0, tick_lot_minor).expect("it was checked before it filled");
        let Some(after) = after else { return false };
        let moved = 2 * (i128::from(before) + i128::from(after));
        let has_room = |value: i64| i128::from(value).abs() + moved <= i128::from(CORRECTED_MINOR_MAX);
        let account = self.account_index[&fill.account];
        let own = Holding { account, instrument, leg: fill.leg };
        let holdings = [Some(own), fill.with_house.then_some(Holding::net(HOUSE_INDEX, instrument))];
        let money = holdings.into_iter().flatten().all(|holding| {
            let currency = self.instruments[instrument].definition.quote_currency;
            let position = self.position_at(holding);
            [self.accounts[holding.account].balance(currency).cash, position.cost, position.realised].into_iter().all(has_room)
        });
        let live = self.orders.find(fill.order_id).map(|order| (order.terms.order_qty.0, order.cum_lot_ticks));
        let ended = || self.trades.ended_order(fill.order_id).map(|order| (order.terms.order_qty.0, order.cum_lot_ticks));
        let (order_qty, lot_ticks) = live.or_else(ended).expect("checked to be known");
        let grown = corrected.map_or(0, |to| to.qty.0 - fill.qty.0);
        money && order_qty + grown <= UNITS_MAX && has_room(lot_ticks)
    }

    /// One side's money, position, order and report.
    fn correct_side(&mut self, at: usize, request: &TradeCorrection, events: &mut Vec<Event>) {
        let fill = self.trades.fill(at);
        let (account, instrument) = (self.account_index[&fill.account], self.instrument_index[&fill.instrument]);
        let (side, opposite) = (fill.side, fill.side.opposite());
        let (own, house) = (Holding { account, instrument, leg: fill.leg }, Holding::net(HOUSE_INDEX, instrument));
        self.fill_account(own, opposite, fill.price, fill.qty.0, -fill.fee.0);
        if fill.with_house {
            self.fill_account(house, side, fill.price, fill.qty.0, 0);
        }
        self.count_correction(&fill, request.corrected);
        let before = FillFigures { qty: fill.qty, price: fill.price, fee: fill.fee };
        let after = request.corrected.map(|CorrectedFill { qty, price }| {
            let value = checked_product(qty.0, price.0, self.instruments[instrument].tick_lot_minor()).expect("just checked");
            let fee = AmountMinor(fee_of(value, fill.fee_ppm));
            self.fill_account(own, side, price, qty.0, fee.0);
            if fill.with_house {
                self.fill_account(house, opposite, price, qty.0, 0);
            }
            FillFigures { qty, price, fee }
        });
        let record = self.trades.fill_mut(at);
        match after {
            Some(FillFigures { qty, price, fee }) => (record.qty, record.price, record.fee) = (qty, price, fee),
            None => record.is_bust = true,
        }
        let mut execution = self.correct_order(&fill, after);
        self.last_exec_id += 1;
        execution.exec_id = self.last_exec_id;
        let told = after.unwrap_or(before);
        (execution.last_qty, execution.last_px, execution.last_fee) = (told.qty, told.price, told.fee);
        (execution.liquidity, execution.trade_id) = (fill.liquidity, fill.trade_id);
        let (actor, reason) = (request.actor, request.reason.clone());
        let mut adjustment = Box::new(TradeAdjustment { execution, exec_ref_id: fill.exec_id, before, actor, reason });
        if self.tells_late(instrument) {
            self.tell_later(instrument, Late::Adjusted(adjustment));
        } else {
            adjustment.execution.account_seq = self.accounts[account].next_seq();
            events.push(Event::TradeAdjusted(adjustment));
        }
    }

    /// Gives the order of a fill its new numbers, live or ended, and tells them.
    fn correct_order(&mut self, fill: &FillRecord, after: Option<FillFigures>) -> Execution {
        let exec_type = if after.is_some() { ExecType::TradeCorrect } else { ExecType::TradeCancel };
        let qty = after.map_or(0, |after| after.qty.0) - fill.qty.0;
        let lot_ticks = after.map_or(0, |after| after.qty.0 * after.price.0) - fill.qty.0 * fill.price.0;
        if let Some(slot) = self.orders.slot_of(fill.order_id) {
            let awaits_parent = self.has_live_parent(slot);
            let on_the_way = self.transit.of(fill.order_id);
            let order = self.orders.get_mut(slot);
            order.terms.order_qty.0 += qty;
            order.cum_qty.0 += qty;
            order.cum_lot_ticks += lot_ticks;
            order.transit(exec_type, awaits_parent, on_the_way);
            return self.execution_of(slot, exec_type, ExecReason::None, 0, 0);
        }
        let order = self.trades.ended_order_mut(fill.order_id).expect("checked to be known");
        order.terms.order_qty.0 += qty;
        order.cum_qty.0 += qty;
        order.cum_lot_ticks += lot_ticks;
        let progress = Progress { on_the_way: OnTheWay::Nothing, any_filled: order.cum_qty.0 > 0, none_left: true, waits: false };
        order.status = order.status.after(exec_type, progress).expect("an order that ended stays ended");
        let order = *order;
        self.names.correct(&self.orders, fill.account, &order);
        execution_of_ended(&order, fill.account, fill.instrument, exec_type)
    }
}
