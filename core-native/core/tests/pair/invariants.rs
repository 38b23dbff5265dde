//! What must hold whatever the model says: nothing is made or lost, no own order crosses a book that is in step, exits never
//! exceed a position, icebergs stay below the water.

use std::collections::BTreeMap;

use jware_core::command::BookState;
use jware_core::event::Execution;
use jware_core::order::{OrdStatus, Side};
use jware_core::units::{CurrencyId, InstrumentId, PriceTicks};

use super::{Check, Difference, Pair};

impl Pair {
    pub(super) fn check_invariants(&self, all_told: bool) -> Check {
        self.check_conserved()?;
        self.check_uncrossed()?;
        // The others look at what was told.
        if !all_told {
            return Ok(());
        }
        self.check_reduce_only()?;
        self.check_siblings()?;
        self.check_displayed()
    }

    /// Positions sum to zero, and cash less cost does too, since deposits have a giver.
    fn check_conserved(&self) -> Check {
        let mut positions: BTreeMap<InstrumentId, i128> = BTreeMap::new();
        let mut money: BTreeMap<CurrencyId, i128> = BTreeMap::new();
        for account in self.core.accounts() {
            for (currency, balance) in account.balances.iter() {
                *money.entry(currency).or_default() += i128::from(balance.cash);
            }
            for ((instrument, _), position) in account.positions.iter() {
                let definition = &self.core.instrument(instrument).expect("a known instrument").definition;
                *money.entry(definition.quote_currency).or_default() -= i128::from(position.cost);
                *positions.entry(instrument).or_default() += i128::from(position.qty);
            }
        }
        ensure!(positions.values().all(|sum| *sum == 0), "positions sum to zero: {positions:?}");
        ensure!(money.values().all(|sum| *sum == 0), "money is conserved: {money:?}");
        Ok(())
    }

    fn check_uncrossed(&self) -> Check {
        for instrument in self.core.instruments().iter().filter(|instrument| instrument.state == BookState::Synced) {
            let apart = |own: Option<PriceTicks>, other: Option<PriceTicks>| own.zip(other).is_none_or(|(a, b)| a < b);
            let book = &instrument.book;
            let (bid, ask) = (book.best(Side::Buy), book.best(Side::Sell));
            let apart = apart(book.best_own(Side::Buy), ask) && apart(bid, book.best_own(Side::Sell));
            ensure!(apart, "{:?} is crossed: {bid:?} {ask:?}", instrument.definition.instrument);
        }
        Ok(())
    }

    /// Rule 10: what live reduce-only orders have left, pairs once, is no more than there is to close.
    fn check_reduce_only(&self) -> Check {
        let mut left: BTreeMap<_, i128> = BTreeMap::new();
        for order in self.known.live.values().filter(|order| order.terms.reduce_only && order.leaves_qty.0 > 0) {
            let sibling = self.sibling(order).filter(|other| other.leaves_qty.0 > 0 && other.terms.reduce_only);
            let sibling = sibling.filter(|other| other.terms.side == order.terms.side);
            if sibling.is_none_or(|other| other.order_id < order.order_id) {
                let qty = order.leaves_qty.0.max(sibling.map_or(0, |other| other.leaves_qty.0));
                *left.entry((order.account, order.instrument, order.terms.side)).or_default() += i128::from(qty);
            }
        }
        for ((account, instrument, side), left) in left {
            let closable = self.naive.allowed(account, instrument, side);
            ensure!(left <= closable, "{account:?} has {left} left to close {closable} with {side:?} in {instrument:?}");
        }
        Ok(())
    }

    /// Legs, and exits, have the same left.
    fn check_siblings(&self) -> Check {
        for order in self.known.live.values() {
            if let Some(other) = self.sibling(order) {
                ensure!(order.leaves_qty == other.leaves_qty, "siblings differ: {order:?} {other:?}");
            }
        }
        Ok(())
    }

    /// The other leg of an OCO or exit of a bracket, by what was told.
    fn sibling(&self, order: &Execution) -> Option<&Execution> {
        use jware_core::order::Contingency as C;
        let (list, id) = (order.list.0, order.order_id.0);
        let other = match (order.contingency?, id - list) {
            (C::Oco, 0) | (C::Bracket, 1) => id + 1,
            (C::Oco, 1) | (C::Bracket, 2) => id - 1,
            _ => return None,
        };
        self.known.live.get(&jware_core::units::OrderId(other))
    }

    /// No level shows more of ours than its orders may show.
    fn check_displayed(&self) -> Check {
        let mut most: BTreeMap<(InstrumentId, u8, PriceTicks), i64> = BTreeMap::new();
        for order in self.known.live.values().filter(|order| order.working && order.ord_status != OrdStatus::Held) {
            let (display, leaves) = (order.terms.display_qty.0, order.leaves_qty.0);
            let shown = if display > 0 { display.min(leaves) } else { leaves };
            // A repriced order that was triggered tells its price with its next report.
            let price = self.naive.live(order.order_id).map_or(0, |model| model.price);
            let price = PriceTicks(i64::try_from(price).expect("a price"));
            *most.entry((order.instrument, order.terms.side as u8, price)).or_default() += shown;
        }
        for instrument in self.core.instruments() {
            for side in [Side::Buy, Side::Sell] {
                for (price, total) in instrument.book.depth(side, usize::MAX) {
                    let ours = total - self.naive.house_shown(instrument.definition.instrument, side, price.0);
                    let most = most.get(&(instrument.definition.instrument, side as u8, price)).copied().unwrap_or(0);
                    ensure!(ours <= most, "{ours} of ours are shown at {price:?}, and may be {most}");
                }
            }
        }
        Ok(())
    }
}
