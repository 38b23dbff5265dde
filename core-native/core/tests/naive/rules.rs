//! Why a request is refused: everything that applies, of which the list's first is told.

use jware_core::command::{BookState, OrderRef, TradingState};
use jware_core::instrument::Venue;
use jware_core::limits::{OPEN_ORDERS_MAX, UNITS_MAX};
use jware_core::order::{ClOrdId, OrdType, Side};
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, InstrumentId, OrderId};

use super::book::better;
use super::money::ceiling;
use super::{Naive, Order, Terms};

impl Naive {
    /// Twice the reference: the middle of the book, else the last trade.
    pub(super) fn reference_twice(&self, instrument: InstrumentId) -> Option<i128> {
        match (self.best(instrument, Side::Buy), self.best(instrument, Side::Sell)) {
            (Some(bid), Some(ask)) => Some(bid + ask),
            _ => Some(self.instrument(instrument).last * 2).filter(|twice| *twice > 0),
        }
    }

    pub(super) fn collar(&self, instrument: InstrumentId, side: Side) -> Option<i128> {
        let twice = self.reference_twice(instrument)?;
        let bps = i128::from(self.instrument(instrument).definition.collar_bps);
        Some(match side {
            Side::Buy => (twice * (10_000 + bps)).div_euclid(20_000).min(i128::from(UNITS_MAX)),
            Side::Sell => ceiling(twice * (10_000 - bps), 20_000).clamp(1, i128::from(UNITS_MAX)),
        })
    }

    /// Every refusal that applies, so that the list's order decides.
    pub(super) fn refusals(&self, account: AccountId, instrument: InstrumentId, terms: &Terms) -> Vec<RefusalCode> {
        use RefusalCode as Code;
        let mut found = Vec::new();
        let mut rule = |broken: bool, code: RefusalCode| {
            if broken {
                found.push(code);
            }
        };
        let Some((_, trading_state)) = self.accounts.iter().find(|(id, _)| *id == account) else {
            return vec![Code::AccountNotPermitted];
        };
        rule(*trading_state == TradingState::Halted, Code::AccountHalted);
        if !self.instruments.iter().any(|known| known.definition.instrument == instrument) {
            rule(true, Code::UnknownInstrument);
            return found;
        }
        let definition = &self.instrument(instrument).definition;
        let market = terms.ord_type == OrdType::Market;
        rule(self.instrument(instrument).state != BookState::Synced, Code::BookNotSynced);
        rule(terms.name.is_empty(), Code::ClordidInvalid);
        let priced = (1..=i128::from(UNITS_MAX)).contains(&terms.price);
        rule(if market { terms.price != 0 } else { !priced }, Code::PriceInvalid);
        rule(terms.qty < i128::from(definition.qty_lots_min.0), Code::QtyBelowMin);
        rule(terms.qty > i128::from(definition.qty_lots_max.0), Code::QtyAboveMax);
        rule(self.order_named(account, terms.name).is_some(), Code::DuplicateClordid);
        let collar = self.collar(instrument, terms.side);
        rule(collar.is_none() && (market || definition.venue != Venue::Internal), Code::NoReferencePrice);
        rule(!market && collar.is_some_and(|bound| better(terms.side, terms.price, bound)), Code::PriceCollar);
        let open = self.orders.iter().filter(|order| order.account == account).count();
        rule(terms.replaced.is_none() && open >= OPEN_ORDERS_MAX as usize, Code::OpenOrderLimit);
        rule(market && self.best(instrument, terms.side.opposite()).is_none(), Code::NoLiquidity);
        if let Some(price) = if market { collar } else { Some(terms.price) } {
            // A sell may fill at the best bid, above its own price.
            let bid = self.best(instrument, Side::Buy).filter(|_| terms.side == Side::Sell);
            let price = bid.map_or(price, |bid| bid.max(price));
            let times = |qty: i128| price.saturating_mul(qty).saturating_mul(i128::from(definition.tick_lot_minor));
            let replaced = terms.replaced.map(|order| order.id);
            let leaves = (terms.qty - terms.replaced.map_or(0, |order| order.cum)).max(0);
            let beside =
                |o: &&Order| (o.account, o.instrument, o.side) == (account, instrument, terms.side) && Some(o.id) != replaced;
            let working: i128 = self.orders.iter().filter(beside).map(|o| self.minor(instrument, o.leaves() * o.price)).sum();
            let (whole, fits) = (times(terms.qty), i128::from(i64::MAX));
            rule(whole > fits || working.saturating_add(times(leaves)) > fits, Code::NumberOverflow);
            rule(whole > i128::from(definition.notional_minor_max.0), Code::NotionalAboveMax);
            // Worse numbers have been refused for themselves.
            if (1..=fits).contains(&whole) {
                let after = self.held_for(account, instrument, replaced, Some((terms.side, leaves, leaves * price)));
                let needed = after - self.held_for(account, instrument, None, None);
                let available = self.available(account, definition.quote_currency);
                rule(needed > 0 && needed > available, Code::InsufficientFunds);
            }
        }
        found
    }

    pub(super) fn order_named(&self, account: AccountId, name: ClOrdId) -> Option<OrderId> {
        self.names.iter().find(|row| (row.0, row.1) == (account, name)).map(|row| row.2)
    }

    pub(super) fn find(&self, account: AccountId, target: &OrderRef) -> Result<Order, RefusalCode> {
        if !self.accounts.iter().any(|(id, _)| *id == account) {
            return Err(RefusalCode::AccountNotPermitted);
        }
        let named = self.order_named(account, target.orig_cl_ord_id);
        let id = if target.order_id.0 > 0 { Some(target.order_id) } else { named };
        let found = self.orders.iter().find(|order| order.account == account && Some(order.id) == id);
        found.copied().ok_or(if named.is_some() { RefusalCode::OrderClosed } else { RefusalCode::UnknownOrder })
    }
}
