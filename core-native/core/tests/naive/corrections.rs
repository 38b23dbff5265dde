//! Trades taken back or corrected: every side is booked the other way round, then as it should have been.

use jware_core::account::{FEES_ACCOUNT, HOUSE_ACCOUNT, Leg};
use jware_core::command::TradeCorrection;
use jware_core::limits::{CORRECTED_MINOR_MAX, TEXT_BYTES_MAX, UNITS_MAX};
use jware_core::order::{ClOrdId, ExecReason, ExecType, LiquidityInd, OrdStatus, Side};
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, AmountMinor, InstrumentId, OrderId, PriceTicks, QtyLots, TradeId};

use super::{Naive, Order, narrow};

/// One order's side of a trade.
#[derive(Clone, Copy)]
pub(super) struct Fill {
    pub exec_id: u64,
    pub trade: u64,
    pub order: OrderId,
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub leg: Leg,
    pub side: Side,
    pub qty: i128,
    pub price: i128,
    pub fee: i128,
    pub ppm: i32,
    pub liquidity: LiquidityInd,
    pub with_house: bool,
    pub bust: bool,
}

impl Naive {
    pub(super) fn correct_trade(&mut self, request: &TradeCorrection) {
        let to = request.corrected.map(|to| (i128::from(to.qty.0), i128::from(to.price.0)));
        let unit = |value: i128| value >= 1 && value <= i128::from(UNITS_MAX);
        let named = self.fills.iter().find(|fill| fill.exec_id == request.exec_ref_id).map(|fill| fill.trade);
        let sides: Vec<Fill> = self.fills.iter().filter(|fill| Some(fill.trade) == named).copied().collect();
        let refusal = if to.is_some_and(|(qty, price)| !unit(qty) || !unit(price)) || request.reason.len() > TEXT_BYTES_MAX {
            Some(Code::FieldInvalid)
        } else if sides.is_empty() || sides.iter().any(|side| self.hedges(side.account) == (side.leg == Leg::Net)) {
            Some(Code::UnknownExecution)
        } else if sides[0].bust {
            Some(Code::TradeBusted)
        } else if !sides.iter().all(|side| self.has_room(side, to)) {
            Some(Code::NumberOverflow)
        } else {
            None
        };
        if let Some(code) = refusal {
            self.refuse(RequestKind::Control, ClOrdId::EMPTY, Refusal::plain(code));
            return;
        }
        for side in &sides {
            self.correct_side(side, to);
        }
        for side in &sides {
            self.enforce_reduce_only(side.account, side.instrument);
        }
    }

    fn has_room(&self, fill: &Fill, to: Option<(i128, i128)>) -> bool {
        let after = self.minor(fill.instrument, to.map_or(0, |(qty, price)| qty * price));
        let moved = 2 * (self.minor(fill.instrument, fill.qty * fill.price) + after);
        let currency = self.instrument(fill.instrument).definition.quote_currency;
        let own = (fill.account, fill.instrument, fill.leg);
        let house = (HOUSE_ACCOUNT, fill.instrument, Leg::Net);
        let mut numbers = vec![self.corrected(fill.order).lot_ticks];
        for holding in if fill.with_house { vec![own, house] } else { vec![own] } {
            let position = self.position(holding);
            numbers.extend([self.cash(holding.0, currency), position.cost, position.realised]);
        }
        let grown = to.map_or(0, |(qty, _)| qty - fill.qty);
        numbers.iter().all(|number| number.abs() + moved <= i128::from(CORRECTED_MINOR_MAX))
            && self.corrected(fill.order).qty + grown <= i128::from(UNITS_MAX)
    }

    /// The order of a fill, wherever it is.
    fn corrected(&self, id: OrderId) -> Order {
        let closed = self.closed.iter().find(|closed| closed.order.id == id).map(|closed| &closed.order);
        *self.live(id).or(closed).expect("an order that filled is known")
    }

    fn correct_side(&mut self, fill: &Fill, to: Option<(i128, i128)>) {
        let Fill { account, instrument, leg, side, .. } = *fill;
        let own = (account, instrument, leg);
        let currency = self.instrument(instrument).definition.quote_currency;
        self.book(own, side.opposite(), fill.qty, fill.price, 0);
        let position = self.positions.iter_mut().find(|position| position.of == own);
        position.expect("just booked").fees -= fill.fee;
        self.pay(account, currency, fill.fee);
        self.pay(FEES_ACCOUNT, currency, -fill.fee);
        let fee = to.map_or(fill.fee, |(qty, price)| self.book(own, side, qty, price, fill.ppm));
        if fill.with_house {
            self.book_house(instrument, side, fill.qty, fill.price);
            if let Some((qty, price)) = to {
                self.book_house(instrument, side.opposite(), qty, price);
            }
        }
        let change = to.map_or(0, |(qty, price)| qty * price) - fill.qty * fill.price;
        self.count_traded(account, instrument, self.minor(instrument, change));
        let known = self.fills.iter_mut().find(|known| known.exec_id == fill.exec_id).expect("it was found");
        known.bust = to.is_none();
        (known.qty, known.price) = to.unwrap_or((fill.qty, fill.price));
        known.fee = fee;
        let told = *known;

        let (qty, lot_ticks) = to.map_or((0, 0), |(qty, price)| (qty, qty * price));
        let change = |order: &mut Order| {
            order.qty += qty - fill.qty;
            order.cum += qty - fill.qty;
            order.lot_ticks += lot_ticks - fill.qty * fill.price;
        };
        let (order, status, reason) = if let Some(closed) = self.closed.iter_mut().find(|closed| closed.order.id == fill.order) {
            change(&mut closed.order);
            if closed.status == OrdStatus::Filled && closed.order.cum == 0 {
                closed.status = OrdStatus::Canceled;
            }
            (closed.order, closed.status, closed.reason)
        } else {
            change(self.live_mut(fill.order));
            let order = self.corrected(fill.order);
            (order, order.status(true), ExecReason::None)
        };
        let exec_type = if to.is_some() { ExecType::TradeCorrect } else { ExecType::TradeCancel };
        let mut execution = super::tell::report(&order, exec_type, status, reason);
        (execution.last_qty, execution.last_px) = (QtyLots(narrow(told.qty)), PriceTicks(narrow(told.price)));
        (execution.last_fee, execution.liquidity) = (AmountMinor(narrow(fee)), fill.liquidity);
        execution.trade_id = TradeId(fill.trade);
        self.push(&execution);
    }
}
