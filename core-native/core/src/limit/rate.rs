//! So much within a window, spread evenly: the generic cell rate algorithm (ITU-T I.371), in integers.

use serde::{Deserialize, Serialize};

use crate::units::TsNs;

/// The state of one rate: when what was taken will have drained.
///
/// Of `max` units per `window_ns`, a burst may take all at once; each unit then comes back after `window_ns / max`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Nanoseconds since the epoch times `max`, so that nothing is rounded.
    drained: u128,
}

impl Rate {
    /// What could be taken at `now`.
    #[must_use]
    pub fn remaining(&self, now: TsNs, max: i64, window_ns: u64) -> i64 {
        let (max_wide, window) = (u128::from(max.unsigned_abs()), u128::from(window_ns));
        let debt = self.drained.saturating_sub(u128::from(now.0) * max_wide);
        // Each unit costs a window's length on the scale of `drained`.
        let full = window * max_wide;
        i64::try_from(full.saturating_sub(debt) / window.max(1)).unwrap_or(i64::MAX)
    }

    /// Takes `units`, which must be there.
    pub fn take(&mut self, now: TsNs, units: i64, max: i64, window_ns: u64) {
        let max_wide = u128::from(max.unsigned_abs());
        let from = self.drained.max(u128::from(now.0) * max_wide);
        self.drained = from + u128::from(units.unsigned_abs()) * u128::from(window_ns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_takes_all_and_it_comes_back_evenly() {
        let mut rate = Rate::default();
        let start = 1_000_000;
        for left in (0..10).rev() {
            assert_eq!(rate.remaining(TsNs(start), 10, 1_000), left + 1);
            rate.take(TsNs(start), 1, 10, 1_000);
        }
        assert_eq!(rate.remaining(TsNs(start), 10, 1_000), 0);
        assert_eq!(rate.remaining(TsNs(start + 99), 10, 1_000), 0);
        assert_eq!(rate.remaining(TsNs(start + 100), 10, 1_000), 1);
        assert_eq!(rate.remaining(TsNs(start + 999), 10, 1_000), 9);
        assert_eq!(rate.remaining(TsNs(start + 1_000_000), 10, 1_000), 10);
    }

    #[test]
    fn nothing_is_lost_where_the_window_is_no_multiple() {
        let mut rate = Rate::default();
        for _ in 0..3 {
            rate.take(TsNs(10), 1, 3, 10);
        }
        let back: Vec<i64> = (10..=20).map(|now| rate.remaining(TsNs(now), 3, 10)).collect();
        assert_eq!(back, [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
    }
}
