//! NewOrderSingle: check, match, and rest or expire what is left.

use super::{Core, RequestNames};
use crate::command::NewOrder;
use crate::event::Event;
use crate::order::{ExecReason, ExecType, NIL, OrdStatus, OrdType, Order, TimeInForce};
use crate::refusal::{Refusal, RefusalCode, RequestKind};
use crate::risk::{self, Terms};
use crate::units::{OrderId, QtyLots};

impl Core {
    pub(super) fn new_order(&mut self, request: &NewOrder, events: &mut Vec<Event>) {
        let names = RequestNames {
            kind: RequestKind::NewOrder,
            account: request.account,
            instrument: request.instrument,
            cl_ord_id: request.cl_ord_id,
            orig_cl_ord_id: crate::order::ClOrdId::EMPTY,
        };
        let (account, instrument, price) = match self.check_new_order(request) {
            Ok(found) => found,
            Err(refusal) => {
                events.push(names.refused(refusal));
                return;
            }
        };
        let mut order = Order {
            order_id: OrderId(self.seq.0),
            account: request.account,
            instrument: request.instrument,
            cl_ord_id: request.cl_ord_id,
            side: request.side,
            ord_type: request.ord_type,
            time_in_force: request.time_in_force,
            order_qty: request.order_qty,
            price,
            cum_qty: QtyLots(0),
            cum_lot_ticks: 0,
            created: self.ts,
            session: request.actor.session,
            house_mark: 0,
            queue_next: NIL,
            queue_prev: NIL,
            account_next: NIL,
            account_prev: NIL,
        };
        self.accounts[account].remember_name(request.cl_ord_id, order.order_id, &self.orders);
        self.touch_holding(account, instrument, false);
        self.report(account, &order, ExecType::New, ExecReason::None, events, |_| {});
        self.work(account, instrument, &mut order, events);
        self.settle(events);
    }

    fn check_new_order(&self, request: &NewOrder) -> Result<(usize, usize, crate::units::PriceTicks), Refusal> {
        let account = self.user_account(request.account).ok_or(Refusal::plain(RefusalCode::AccountNotPermitted))?;
        risk::check_trading_state(&self.accounts[account])?;
        let instrument = *self.instrument_index.get(&request.instrument).ok_or(Refusal::plain(RefusalCode::UnknownInstrument))?;
        let terms = Terms {
            cl_ord_id: request.cl_ord_id,
            side: request.side,
            ord_type: request.ord_type,
            order_qty: request.order_qty,
            cum_qty: QtyLots(0),
            price: request.price,
            replaced: None,
        };
        let price = risk::check(&self.accounts[account], &self.instruments[instrument], &terms)?;
        Ok((account, instrument, price))
    }

    /// Lets an order that is not in the book trade, then rests it or ends it, as its time in force says.
    pub(super) fn work(&mut self, account: usize, instrument: usize, order: &mut Order, events: &mut Vec<Event>) {
        let leaves = order.leaves_qty().0;
        let whole_or_nothing = order.time_in_force == TimeInForce::Fok;
        if whole_or_nothing && self.instruments[instrument].book.fillable(order.side, order.price, leaves) < leaves {
            self.expire(account, order, ExecReason::FokUnfillable, events);
            return;
        }
        self.match_incoming(account, instrument, order, events);
        if order.leaves_qty().0 == 0 {
            return;
        }
        match (order.ord_type, order.time_in_force) {
            (OrdType::Limit, TimeInForce::Gtc) => self.rest(account, instrument, order.clone()),
            (OrdType::Market, _) => self.expire(account, order, ExecReason::MarketRemainder, events),
            (OrdType::Limit, TimeInForce::Ioc | TimeInForce::Fok) => {
                self.expire(account, order, ExecReason::IocRemainder, events);
            }
        }
    }

    fn expire(&mut self, account: usize, order: &Order, reason: ExecReason, events: &mut Vec<Event>) {
        self.report(account, order, ExecType::Expired, reason, events, |execution| {
            execution.ord_status = OrdStatus::Expired;
            execution.leaves_qty = QtyLots(0);
        });
    }
}
