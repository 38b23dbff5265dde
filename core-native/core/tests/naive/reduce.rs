//! Orders that lose quantity without a fill, and reduce-only orders, which never have more left than there is to close.

use jware_core::order::{ClOrdId, ExecReason, ExecType, Side};
use jware_core::units::{AccountId, InstrumentId, OrderId};

use super::{Naive, Order};

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
    pub(super) fn closing_side(&self, account: AccountId, instrument: InstrumentId) -> Option<Side> {
        match self.position(account, instrument).qty {
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
            // One leg of a pair may have become reduce-only by a replace while only that was allowed.
            let sibling = sibling.filter(|other| other.leaves() > 0 && other.terms.reduce_only);
            if sibling.is_none_or(|other| other.id < order.id) {
                found.push((order.id, order.terms.side, order.leaves().max(sibling.map_or(0, Order::leaves))));
            }
        }
        found.sort_by_key(|row| (row.1, std::cmp::Reverse(row.0)));
        found
    }

    /// What may still be closed: the position, less what live reduce-only orders have left. A replaced order and its pair do not count.
    pub(super) fn closable(&self, account: AccountId, instrument: InstrumentId, replaced: Option<&Order>) -> i128 {
        let closing = self.closing_side(account, instrument);
        let of_replaced = |id: OrderId| replaced.is_some_and(|order| order.id == id || self.sibling(order) == Some(id));
        let counted = |row: &&(OrderId, Side, i128)| Some(row.1) == closing && !of_replaced(row.0);
        let left: i128 = self.reducers(account, instrument).iter().filter(counted).map(|row| row.2).sum();
        self.position(account, instrument).qty.abs() - left
    }

    /// After a position changed: what no longer fits is taken off the newest.
    pub(super) fn enforce_reduce_only(&mut self, account: AccountId, instrument: InstrumentId) {
        loop {
            let closing = self.closing_side(account, instrument);
            let rows = self.reducers(account, instrument);
            let left: i128 = rows.iter().filter(|row| Some(row.1) == closing).map(|row| row.2).sum();
            let excess = left - self.position(account, instrument).qty.abs();
            let surplus = |row: &(OrderId, Side, i128)| if Some(row.1) == closing { excess.min(row.2) } else { row.2 };
            let Some(row) = rows.iter().find(|row| surplus(row) > 0) else { return };
            self.reduce(row.0, surplus(row), ExecReason::ReduceOnly, false);
        }
    }

    /// Live orders of an account, those that wait included.
    pub(super) fn open_count(&self, account: AccountId) -> usize {
        self.orders.iter().filter(|order| order.account == account).count()
    }
}
