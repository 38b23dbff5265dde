//! Fills: the reports of both sides first, then what each leads to: linked orders, then reduce-only orders that no longer fit.

use jware_core::order::{ExecReason, ExecType, LiquidityInd};
use jware_core::units::{AmountMinor, OrderId, PriceTicks, QtyLots, TradeId};

use super::{Closed, Naive, Order, Place, Role, narrow};

impl Naive {
    /// One trade of one or two of our orders, the maker's told first.
    pub(super) fn trade(&mut self, maker: Option<OrderId>, taker: Option<OrderId>, qty: i128, price: i128) {
        self.filling = maker;
        let with_house = maker.is_none() || taker.is_none();
        let maker = maker.map(|id| self.fill(id, qty, price, LiquidityInd::Maker, with_house));
        let taker = taker.map(|id| self.fill(id, qty, price, LiquidityInd::Taker, with_house));
        let sides: Vec<Order> = maker.into_iter().chain(taker).collect();
        for order in &sides {
            self.pass_on(order, qty);
        }
        for order in &sides {
            self.enforce_reduce_only(order.account, order.instrument);
        }
    }

    /// One side: position, money and report. An order that is filled whole is done, unless its parent may fill it up again.
    fn fill(&mut self, id: OrderId, qty: i128, price: i128, liquidity: LiquidityInd, with_house: bool) -> Order {
        let order = *self.live(id).expect("a live order");
        let ppm = self.fee_ppm(order.account, order.instrument, liquidity);
        self.count_traded(order.account, order.instrument, self.minor(order.instrument, qty * price));
        let fee = self.book(order.holding(), order.terms.side, qty, price, ppm);
        let order = self.live_mut(id);
        order.cum += qty;
        order.lot_ticks += qty * price;
        order.shown -= if order.place == Place::Book { qty } else { 0 };
        let order = *order;
        let done = order.leaves() == 0 && !self.is_kept_by_parent(&order);
        let trade_id = TradeId(self.trade_id);
        let mut execution = super::tell::report(&order, ExecType::Trade, order.status(!done), ExecReason::None);
        (execution.last_qty, execution.last_px) = (QtyLots(narrow(qty)), PriceTicks(narrow(price)));
        (execution.last_fee, execution.liquidity, execution.trade_id) = (AmountMinor(narrow(fee)), liquidity, trade_id);
        self.push(&execution);
        self.fills.push(super::corrections::Fill {
            exec_id: self.exec_id,
            trade: self.trade_id,
            order: id,
            account: order.account,
            instrument: order.instrument,
            leg: order.leg,
            side: order.terms.side,
            qty,
            price,
            fee,
            ppm,
            liquidity,
            with_house,
            bust: false,
        });
        if done {
            self.forget(&order);
            self.closed.push(Closed { order, status: order.status(false), reason: ExecReason::None });
            self.pass_name(order.account, order.name);
        } else if order.leaves() == 0 {
            self.set_aside(id);
        } else if order.place == Place::Book && order.shown == 0 {
            self.join_the_back(id);
        }
        order
    }

    /// What a fill does to the others of its list, and its end where that was the last of it.
    fn pass_on(&mut self, order: &Order, qty: i128) {
        if order.role == Role::Parent {
            for child in self.children(order) {
                self.release(child, qty);
            }
        }
        if let Some(sibling) = self.sibling(order) {
            self.reduce(sibling, qty, ExecReason::Linked, true);
        }
        // Up to here a parent that was filled whole counted as live: its children were to have this fill, too.
        self.filling = self.filling.filter(|id| *id != order.id);
        if order.leaves() == 0 && self.live(order.id).is_none() {
            self.follow_end(order);
        }
    }
}
