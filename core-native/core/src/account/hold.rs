//! What an account's working orders may still need, per instrument.
//!
//! The part of a side that would only close the position needs nothing: what closing frees pays its fee, and whoever is all in
//! must be able to get out. The rest needs its full value (leverage 1, long or short alike) and the fee on it. Where a side
//! partly closes, its opening part is valued at the side's average price.

use serde::{Deserialize, Serialize};

use crate::instrument::WHOLE_PPM;
use crate::units::{div_floor, div_half_even};

/// Working orders of one account, instrument and side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingSide {
    /// Sum of leaves quantity, lots.
    pub qty: i64,
    /// Sum of leaves quantity times price times the value of a lot-tick, minor units.
    pub notional: i64,
}

const PPM: i128 = 1_000_000;

/// Minor units that must be held, at `initial_ppm` of what would open, for a position of `position_qty` and these working orders.
///
/// Fees are held at `fee_ppm` on what would open. Saturates at `i64::MAX`, which no account has.
pub fn requirement(position_qty: i64, buys: WorkingSide, sells: WorkingSide, fee_ppm: i32, initial_ppm: u32) -> i64 {
    let total = opening(buys, (-position_qty).max(0)) + opening(sells, position_qty.max(0));
    requirement_of(total, fee_ppm, initial_ppm)
}

/// The same, of what working orders would open.
pub(crate) fn requirement_of(total: i128, fee_ppm: i32, initial_ppm: u32) -> i64 {
    i64::try_from(part_ceiling(total, initial_ppm) + fee_ceiling(total, fee_ppm)).unwrap_or(i64::MAX)
}

/// What of a side's working orders would open a position, minor units: what is beyond `closable_qty`, at the side's average price.
#[inline]
pub(crate) fn opening(working: WorkingSide, closable_qty: i64) -> i128 {
    let opening_qty = (working.qty - closable_qty).max(0);
    if opening_qty == 0 {
        return 0;
    }
    if opening_qty == working.qty {
        return i128::from(working.notional);
    }
    let value = i128::from(working.notional) * i128::from(opening_qty);
    div_floor(value + i128::from(working.qty) - 1, i128::from(working.qty))
}

/// A part of a value, rounded up.
pub(crate) fn part_ceiling(value: i128, ppm: u32) -> i128 {
    if ppm == WHOLE_PPM { value } else { div_floor(value * i128::from(ppm) + PPM - 1, PPM) }
}

fn fee_ceiling(notional: i128, fee_ppm: i32) -> i128 {
    div_floor(notional * i128::from(fee_ppm.max(0)) + PPM - 1, PPM)
}

/// The fee of a fill, half-even to the minor unit; negative is a rebate.
pub fn fee_of(notional: i64, fee_ppm: i32) -> i64 {
    i64::try_from(div_half_even(i128::from(notional) * i128::from(fee_ppm), PPM)).expect("a fee is below its notional")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_orders_need_nothing_and_opening_ones_their_value_and_fee() {
        let none = WorkingSide::default();
        let sells = WorkingSide { qty: 10, notional: 1000 };
        assert_eq!(requirement(10, none, sells, 0, WHOLE_PPM), 0);
        assert_eq!(requirement(10, none, sells, 1000, WHOLE_PPM), 0);
        assert_eq!(requirement(4, none, sells, 1000, WHOLE_PPM), 601);
        assert_eq!(requirement(4, none, sells, 0, WHOLE_PPM), 600, "six of ten would open a short");
        assert_eq!(requirement(-5, none, sells, 0, WHOLE_PPM), 1000, "more of the same side closes nothing");
        assert_eq!(requirement(0, sells, sells, 0, WHOLE_PPM), 2000);
        assert_eq!(requirement(0, sells, none, 0, 333_333), 334, "a third, rounded up");
    }
}
