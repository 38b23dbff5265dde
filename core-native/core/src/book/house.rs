//! House liquidity: what the outside market displays at each price, less what our orders have taken of it.
//!
//! Invariant: `0 <= available <= shown` at every level, and no level has `shown` 0. What was taken stays taken until the
//! venue shows new size: an update from 10 to 12 adds 2, an update from 10 to 7 leaves at most 7.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::units::{PriceTicks, QtyLots};

/// House liquidity at one price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HouseLevel {
    /// What the venue displays.
    pub shown: i64,
    /// What is left of it for us.
    pub available: i64,
}

/// House liquidity of one side.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HouseSide {
    levels: BTreeMap<PriceTicks, HouseLevel>,
}

impl HouseSide {
    /// The venue now displays this much; returns what is available.
    pub fn show(&mut self, price: PriceTicks, qty: QtyLots) -> i64 {
        if qty.0 == 0 {
            self.levels.remove(&price);
            return 0;
        }
        let level = self.levels.entry(price).or_default();
        level.available = if qty.0 > level.shown { level.available + (qty.0 - level.shown) } else { level.available.min(qty.0) };
        level.shown = qty.0;
        level.available
    }

    /// One of our orders takes from a level.
    pub fn take(&mut self, price: PriceTicks, qty: i64) {
        let level = self.levels.get_mut(&price).expect("only displayed liquidity is taken");
        assert!(qty > 0 && qty <= level.available, "no more is taken than is available");
        level.available -= qty;
    }

    /// What is available at a price.
    pub fn available(&self, price: PriceTicks) -> i64 {
        self.levels.get(&price).map_or(0, |level| level.available)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.levels.clear();
    }

    /// Levels with something available, from the lowest price up.
    pub fn iter_available(&self) -> impl DoubleEndedIterator<Item = (PriceTicks, i64)> + '_ {
        self.levels.iter().filter(|(_, level)| level.available > 0).map(|(&price, level)| (price, level.available))
    }

    /// Every level, displayed or used up.
    pub fn levels(&self) -> &BTreeMap<PriceTicks, HouseLevel> {
        &self.levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_liquidity_stays_taken_until_new_size_is_shown() {
        let mut side = HouseSide::default();
        let price = PriceTicks(100);
        assert_eq!(side.show(price, QtyLots(10)), 10);
        side.take(price, 6);
        assert_eq!(side.show(price, QtyLots(10)), 4, "the same size again shows nothing new");
        assert_eq!(side.show(price, QtyLots(12)), 6, "two more are new");
        assert_eq!(side.show(price, QtyLots(3)), 3, "no more than is displayed");
        assert_eq!(side.show(price, QtyLots(0)), 0);
        assert_eq!(side.show(price, QtyLots(5)), 5, "a level that left and came back is new");
    }
}
