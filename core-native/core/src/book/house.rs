//! House liquidity: what the outside market displays at each price, less what our orders have taken of it.
//!
//! Invariant: `0 <= available <= shown` at every level, and no level has `shown` 0. What was taken stays taken until the
//! venue shows new size: an update from 10 to 12 adds 2, an update from 10 to 7 leaves at most 7. `best` is the best key
//! with something available.

use super::price_map::PriceMap;

/// House liquidity at one price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HouseLevel {
    /// What the venue displays.
    pub shown: i64,
    /// What is left of it for us.
    pub available: i64,
}

/// House liquidity of one side, by signed price (see `PriceMap`).
#[derive(Clone, Debug, Default)]
pub struct HouseSide {
    levels: PriceMap<HouseLevel>,
    best: Option<i64>,
}

impl HouseSide {
    /// The venue now displays this much; returns what is available.
    pub fn show(&mut self, key: i64, qty: i64) -> i64 {
        let available = if qty == 0 {
            self.levels.remove(key);
            0
        } else {
            let level = self.levels.get_or_insert(key);
            level.available = if qty > level.shown { level.available + (qty - level.shown) } else { level.available.min(qty) };
            level.shown = qty;
            level.available
        };
        self.follow_best(key, available);
        available
    }

    /// One of our orders takes from a level.
    pub fn take(&mut self, key: i64, qty: i64) {
        let level = self.levels.get_mut(key).expect("only displayed liquidity is taken");
        assert!(qty > 0 && qty <= level.available, "no more is taken than is available");
        level.available -= qty;
        let available = level.available;
        self.follow_best(key, available);
    }

    /// What is available at a price.
    #[inline]
    pub fn available(&self, key: i64) -> i64 {
        if self.best.is_none_or(|best| key > best) {
            return 0;
        }
        self.levels.get(key).map_or(0, |level| level.available)
    }

    /// The best price with something available.
    #[inline]
    pub const fn best(&self) -> Option<i64> {
        self.best
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.levels.clear();
        self.best = None;
    }

    /// Levels with something available, the best first.
    pub fn iter_available(&self) -> impl Iterator<Item = (i64, i64)> + Clone + '_ {
        let from = self.best.unwrap_or(i64::MIN);
        self.levels.iter_down_from(from).filter(|(_, level)| level.available > 0).map(|(key, level)| (key, level.available))
    }

    /// Every level, displayed or used up, the best first.
    pub fn iter(&self) -> impl Iterator<Item = (i64, HouseLevel)> + '_ {
        self.levels.iter_down().map(|(key, level)| (key, *level))
    }

    fn follow_best(&mut self, key: i64, available: i64) {
        if available > 0 {
            self.best = self.best.max(Some(key));
        } else if self.best == Some(key) {
            self.best = self.levels.iter_down_from(key).find(|(_, level)| level.available > 0).map(|(key, _)| key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_liquidity_stays_taken_until_new_size_is_shown() {
        let mut side = HouseSide::default();
        assert_eq!(side.show(100, 10), 10);
        side.take(100, 6);
        assert_eq!(side.show(100, 10), 4, "the same size again shows nothing new");
        assert_eq!(side.show(100, 12), 6, "two more are new");
        assert_eq!(side.show(100, 3), 3, "no more than is displayed");
        assert_eq!(side.show(100, 0), 0);
        assert_eq!(side.show(100, 5), 5, "a level that left and came back is new");
    }

    #[test]
    fn the_best_follows_what_is_available() {
        let mut side = HouseSide::default();
        assert_eq!(side.best(), None);
        for key in [-3, -1, -2] {
            side.show(key, 4);
        }
        assert_eq!(side.best(), Some(-1));
        side.take(-1, 4);
        assert_eq!((side.best(), side.available(-1)), (Some(-2), 0));
        side.show(-2, 0);
        assert_eq!(side.best(), Some(-3));
        side.show(-1, 5);
        assert_eq!((side.best(), side.available(-1)), (Some(-1), 1));
        side.clear();
        assert_eq!(side.best(), None);
    }
}
