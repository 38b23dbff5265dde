//! Orders that lose quantity without a fill, and reduce-only orders, which never have more left than there is to close.

use jware_core::order::{ClOrdId, ExecReason, ExecType, Side};
use jware_core::units::{AccountId, InstrumentId, OrderId};

use super::{Holding, Naive, Order};

impl Naive {
    /// An order loses `qty`. `alone`: its sibling does not follow, because the cause has seen to it.
    pub(super) fn reduce(&mut self, id: OrderId, qty: i128, reason: ExecReason, alone: bool) {
        let order = self.live_mut(id);
        assert!(qty > 0 && qty <= order.leaves(), "an order loses no more than it has: {qty} of {order:?}");
        order.qty -= qty;
        // What is hidden goes first.
        order.shown = order.shown.min(order.leaves());
        let order = *order;
        let sibling = self.sibling(&order).filter(|_| !alone);
        let ends = order.leaves() == 0 && !self.is_kept_by_parent(&order);
        if ends {
            self.end_alone(id, ExecType::Canceled, reason, None, ClOrdId::EMPTY);
        } else {
            if order.leaves() == 0 {
                self.set_aside(id);
            }
            self.tell(id, ExecType::Restated, reason);
        }
        if let Some(sibling) = sibling {
            self.reduce(sibling, qty, ExecReason::Linked, true);
        }
        if ends {
            self.follow_end(&order);
        }
    }

    /// The side that makes a position smaller.
    pub(super) fn closing_side(&self, holding: Holding) -> Option<Side> {
        match self.position(holding).qty {
            0 => None,
            qty => Some(if qty > 0 { Side::Sell } else { Side::Buy }),
        }
    }

    /// Live reduce-only orders with something left, buys first, newest first; of a pair the newest.
    fn reducers(&self, account: AccountId, instrument: InstrumentId) -> Vec<(OrderId, Side, i128)> {
        let mine = |o: &&Order| (o.account, o.instrument) == (account, instrument) && o.terms.reduce_only && o.leaves() > 0;
        let mut found = Vec::new();
        for order in self.orders.iter().filter(mine) {
            let sibling = self.sibling(order).and_then(|id| self.live(id));
            // One leg of a pair may have become reduce-only by a replace while only that was allowed, and those on two sides close two
            // positions.
            let sibling = sibling.filter(|other| other.leaves() > 0 && other.terms.reduce_only);
            let sibling = sibling.filter(|other| other.terms.side == order.terms.side);
            if sibling.is_none_or(|other| other.id < order.id) {
                found.push((order.id, order.terms.side, order.leaves().max(sibling.map_or(0, Order::leaves))));
            }
        }
        found.sort_by_key(|row| (row.1, std::cmp::Reverse(row.0)));
        found
    }

    /// What reduce-only orders of a side may have left together.
    pub fn allowed(&self, account: AccountId, instrument: InstrumentId, side: Side) -> i128 {
        let holding = self.closed_by(account, instrument, side);
        if self.closing_side(holding) == Some(side) { self.position(holding).qty.abs() } else { 0 }
    }

    /// What a side may still close: the position, less what live reduce-only orders have left. A replaced order and its pair do not
    /// count.
    pub(super) fn closable(&self, account: AccountId, instrument: InstrumentId, side: Side, replaced: Option<&Order>) -> i128 {
        let of_replaced = |id: OrderId| replaced.is_some_and(|order| order.id == id || self.sibling(order) == Some(id));
        let counted = |row: &&(OrderId, Side, i128)| row.1 == side && !of_replaced(row.0);
        let left: i128 = self.reducers(account, instrument).iter().filter(counted).map(|row| row.2).sum();
        self.allowed(account, instrument, side) - left
    }

    /// After a position changed: what no longer fits is taken off the newest.
    pub(super) fn enforce_reduce_only(&mut self, account: AccountId, instrument: InstrumentId) {
        loop {
            let rows = self.reducers(account, instrument);
            let left = |side: Side| rows.iter().filter(|row| row.1 == side).map(|row| row.2).sum::<i128>();
            let excess = |side: Side| left(side) - self.allowed(account, instrument, side);
            let surplus = |row: &(OrderId, Side, i128)| excess(row.1).min(row.2);
            let Some(row) = rows.iter().find(|row| surplus(row) > 0) else { return };
            self.reduce(row.0, surplus(row), ExecReason::ReduceOnly, false);
        }
    }

    /// Live orders of an account, those that wait included.
    pub(super) fn open_count(&self, account: AccountId) -> usize {
        self.orders.iter().filter(|order| order.account == account).count()
    }
}
