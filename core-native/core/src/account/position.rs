//! A position at average cost: how fills change it, and what they realise.
//!
//! Invariant: `cash flow = realised - change of cost` for every fill, to the minor unit, whatever is rounded; so money is
//! conserved exactly. Cost is signed like the quantity and zero when flat.

use serde::{Deserialize, Serialize};

use super::hold::WorkingSide;
use crate::order::Side;
use crate::units::{checked_product, div_half_even};

/// One account's position in one instrument, or one leg of it, and its working orders there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Signed quantity, lots.
    pub qty: i64,
    /// Signed cost of the open quantity, minor units.
    pub cost: i64,
    /// Realised so far, before fees, minor units.
    pub realised: i64,
    /// Fees so far, minor units.
    pub fees: i64,
    /// Working buys.
    pub buys: WorkingSide,
    /// Working sells.
    pub sells: WorkingSide,
    /// What is held for the working orders, minor units.
    pub held: i64,
    /// What the account's money pays for it, minor units: its cost, or its initial margin.
    pub used: i64,
    /// What the working buys would open, minor units.
    pub opening_buys: i64,
    /// What the working sells would open.
    pub opening_sells: i64,
    /// Live reduce-only orders, waiting ones included.
    pub exit_count: u32,
}

/// What an account has of an instrument that it never traded or ordered.
pub(crate) static NO_POSITION: Position = Position {
    qty: 0,
    cost: 0,
    realised: 0,
    fees: 0,
    buys: WorkingSide { qty: 0, notional: 0 },
    sells: WorkingSide { qty: 0, notional: 0 },
    held: 0,
    used: 0,
    opening_buys: 0,
    opening_sells: 0,
    exit_count: 0,
};

impl Position {
    /// Working orders of a side.
    #[inline]
    pub(crate) const fn working(&self, side: Side) -> WorkingSide {
        match side {
            Side::Buy => self.buys,
            Side::Sell => self.sells,
        }
    }

    /// The side that makes the position smaller; none where there is no position.
    pub(crate) const fn closing_side(&self) -> Option<Side> {
        match self.qty {
            0 => None,
            1.. => Some(Side::Sell),
            _ => Some(Side::Buy),
        }
    }

    /// Working orders of a side.
    pub(crate) fn working_mut(&mut self, side: Side) -> &mut WorkingSide {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }

    /// Takes a fill in; returns what it realised. `notional = qty * price * tick_lot_minor` must fit, which the pre-trade
    /// checks make sure of.
    pub(crate) fn fill(&mut self, side: Side, qty: i64, price: i64, tick_lot_minor: i64) -> i64 {
        let sign = side.sign();
        let closing = if self.qty.signum() == -sign { qty.min(self.qty.abs()) } else { 0 };
        let mut realised = 0;
        if closing > 0 {
            let cost_closed =
                i64::try_from(div_half_even(i128::from(self.cost) * i128::from(closing), i128::from(self.qty.abs())))
                    .expect("a part of the cost is no more than the cost");
            realised = -sign * notional(closing, price, tick_lot_minor) - cost_closed;
            self.cost -= cost_closed;
            self.qty += sign * closing;
        }
        let opening = qty - closing;
        if opening > 0 {
            self.cost += sign * notional(opening, price, tick_lot_minor);
            self.qty += sign * opening;
        }
        self.realised += realised;
        realised
    }
}

fn notional(qty: i64, price: i64, tick_lot_minor: i64) -> i64 {
    checked_product(qty, price, tick_lot_minor).expect("an order's value was checked before it could fill")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_closes_and_turns_round() {
        let mut position = Position::default();
        assert_eq!(position.fill(Side::Buy, 10, 100, 1), 0);
        assert_eq!(position.fill(Side::Buy, 10, 110, 1), 0);
        assert_eq!((position.qty, position.cost), (20, 2100));
        assert_eq!(position.fill(Side::Sell, 5, 120, 1), 600 - 525);
        assert_eq!((position.qty, position.cost), (15, 1575));
        assert_eq!(position.fill(Side::Sell, 20, 100, 1), 1500 - 1575);
        assert_eq!((position.qty, position.cost), (-5, -500));
        assert_eq!(position.fill(Side::Buy, 5, 90, 1), 50);
        assert_eq!((position.qty, position.cost, position.realised), (0, 0, 50));
    }

    #[test]
    fn rounding_never_makes_or_loses_money() {
        let mut position = Position::default();
        let mut cash = 0;
        for (side, qty, price) in [
            (Side::Buy, 3, 100),
            (Side::Buy, 4, 101),
            (Side::Sell, 2, 99),
            (Side::Sell, 3, 97),
            (Side::Sell, 9, 103),
            (Side::Buy, 7, 1),
        ] {
            let before = position.cost;
            let realised = position.fill(side, qty, price, 1);
            cash += realised - (position.cost - before);
            assert_eq!(realised - (position.cost - before), -side.sign() * qty * price, "cash flow is exact");
        }
        assert_eq!(position.qty, 0);
        assert_eq!(position.cost, 0);
        assert_eq!(cash, position.realised);
    }
}
