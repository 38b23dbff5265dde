//! What positions and working orders come to, in lots and in money, as they are and as one more order would make them.

use jware_core::order::Side;
use jware_core::units::{AccountId, CurrencyId, InstrumentId, OrderId};

use super::money::ceiling;
use super::{Holding, Naive};

/// An order more (or in place of another): of which position, side, lots and lot-ticks.
pub(super) type Change = (Holding, Option<OrderId>, (Side, i128, i128));

impl Naive {
    /// Lots and money of a side that works.
    fn working(&self, holding: Holding, side: Side, change: Option<Change>) -> (i128, i128) {
        let change = change.filter(|change| change.0 == holding);
        let replaced = change.and_then(|change| change.1);
        let rows = self.orders.iter().filter(|o| o.holds() && (o.holding(), o.terms.side) == (holding, side));
        let rows = rows.filter(|o| Some(o.id) != replaced).map(|o| (o.leaves(), o.leaves() * o.price));
        let more = change.filter(|change| change.2.0 == side).map(|change| (change.2.1, change.2.2));
        let (lots, lot_ticks) = rows.chain(more).fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
        (lots, self.minor(holding.1, lot_ticks))
    }

    /// What of a side's working orders would open, at the side's average price.
    pub(super) fn opening_value(&self, holding: Holding, side: Side, change: Option<Change>) -> i128 {
        let (lots, value) = self.working(holding, side, change);
        let closing = (-i128::from(side.sign()) * self.position(holding).qty).max(0);
        if lots > closing { ceiling(value * (lots - closing), lots) } else { 0 }
    }

    pub(super) fn exposed_lots(&self, of: &[Holding], side: Side, change: Option<Change>) -> i128 {
        let lots =
            |holding: &Holding| i128::from(side.sign()) * self.position(*holding).qty + self.working(*holding, side, change).0;
        of.iter().map(lots).sum()
    }

    fn instruments_in(&self, currency: CurrencyId) -> Vec<InstrumentId> {
        let known = self.instruments.iter().map(|known| &known.definition);
        known.filter(|definition| definition.quote_currency == currency).map(|definition| definition.instrument).collect()
    }

    pub(super) fn gross(&self, who: &[AccountId], currency: CurrencyId, change: Option<Change>) -> i128 {
        let mut sum = 0;
        for account in who {
            for instrument in self.instruments_in(currency) {
                for holding in Self::holdings(*account, instrument) {
                    sum += self.position(holding).cost.abs();
                    sum += self.opening_value(holding, Side::Buy, change);
                    sum += self.opening_value(holding, Side::Sell, change);
                }
            }
        }
        sum
    }

    pub(super) fn net(&self, who: &[AccountId], currency: CurrencyId, change: Option<Change>) -> i128 {
        let (mut cost, mut buys, mut sells) = (0, 0, 0);
        for account in who {
            for instrument in self.instruments_in(currency) {
                for holding in Self::holdings(*account, instrument) {
                    cost += self.position(holding).cost;
                    buys += self.opening_value(holding, Side::Buy, change);
                    sells += self.opening_value(holding, Side::Sell, change);
                }
            }
        }
        (cost + buys).abs().max((cost - sells).abs())
    }
}
