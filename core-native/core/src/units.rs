//! The integers that everything inside is counted in.
//!
//! Prices are ticks and quantities lots of an instrument, money is in minor units of a currency. Products go through
//! `i128` and are narrowed with a check; nothing here wraps, rounds or floats.

use serde::{Deserialize, Serialize};

macro_rules! integer_newtype {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);
    };
}

integer_newtype!(
    /// A price in ticks of its instrument.
    PriceTicks(i64)
);
integer_newtype!(
    /// A quantity in lots of its instrument; signed only in positions.
    QtyLots(i64)
);
integer_newtype!(
    /// Money in minor units of its currency.
    AmountMinor(i64)
);
integer_newtype!(
    /// Nanoseconds since the UNIX epoch.
    TsNs(u64)
);
integer_newtype!(
    /// Position of a command in the one order of all commands; the first is 1.
    Seq(u64)
);
integer_newtype!(
    /// A currency; its index in the core's list plus 1, 0 = none.
    CurrencyId(u16)
);
integer_newtype!(
    /// An account; 0 = none.
    AccountId(u32)
);
integer_newtype!(
    /// A user, who acts on accounts; 0 = the engine itself.
    UserId(u32)
);
integer_newtype!(
    /// An API key, as the gateway numbers them; 0 = none: a person who signed in, or the engine itself.
    KeyId(u32)
);
integer_newtype!(
    /// A strategy of an account, as its owner numbers them; 0 = none.
    StrategyId(u32)
);
integer_newtype!(
    /// Accounts whose orders do not trade with each other, as administrators number them; 0 = none.
    SelfTradeGroup(u32)
);
integer_newtype!(
    /// A session: what an order came in on; 0 = none.
    SessionId(u32)
);
integer_newtype!(
    /// An instrument; 0 = none.
    InstrumentId(u32)
);
integer_newtype!(
    /// An order, by order of acceptance; 0 = none. One command may accept several.
    OrderId(u64)
);
integer_newtype!(
    /// A trade between two orders, or an order and house liquidity; 0 = none.
    TradeId(u64)
);

/// The product of three; `None` where it does not fit. Nearly always no step is longer than 64 bits, and then it costs a tenth.
#[must_use]
#[inline]
pub fn checked_product(a: i64, b: i64, c: i64) -> Option<i64> {
    a.checked_mul(b).and_then(|product| product.checked_mul(c)).or_else(|| checked_long_product(a, b, c))
}

/// A step may be too long, and the product fit: where a factor is 0.
#[cold]
fn checked_long_product(a: i64, b: i64, c: i64) -> Option<i64> {
    let product = i128::from(a) * i128::from(b);
    product.checked_mul(i128::from(c)).and_then(|wide| i64::try_from(wide).ok())
}

/// Divides and rounds down; `divisor` must be positive. Most numbers have 64 bits, and a division of those costs a tenth.
#[must_use]
#[inline]
pub fn div_floor(dividend: i128, divisor: i128) -> i128 {
    match (i64::try_from(dividend), i64::try_from(divisor)) {
        (Ok(dividend), Ok(divisor)) => i128::from(dividend.div_euclid(divisor)),
        _ => dividend.div_euclid(divisor),
    }
}

/// Divides and rounds half to even, the one rounding used for money.
///
/// `divisor` must be positive.
#[must_use]
pub fn div_half_even(dividend: i128, divisor: i128) -> i128 {
    assert!(divisor > 0, "a rounding divisor is positive");
    let quotient = div_floor(dividend, divisor);
    let twice_remainder = (dividend - quotient * divisor) * 2;
    match twice_remainder.cmp(&divisor) {
        core::cmp::Ordering::Less => quotient,
        core::cmp::Ordering::Greater => quotient + 1,
        core::cmp::Ordering::Equal => quotient + (quotient & 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_to_even_on_both_sides_of_zero() {
        let rounded: Vec<i128> = [-5, -3, -1, 1, 3, 5].iter().map(|&x| div_half_even(x, 2)).collect();
        assert_eq!(rounded, [-2, -2, 0, 0, 2, 2]);
        assert_eq!(div_half_even(7, 3), 2);
        assert_eq!(div_half_even(8, 3), 3);
        assert_eq!(div_half_even(-7, 3), -2);
        assert_eq!(div_half_even(-8, 3), -3);
    }

    #[test]
    fn short_and_long_divisions_agree() {
        let long = 1_i128 << 80;
        for dividend in [-7, -6, -1, 0, 1, 6, 7] {
            assert_eq!(div_floor(dividend, 3), dividend.div_euclid(3));
            assert_eq!(div_floor(dividend * long, 3 * long), dividend.div_euclid(3));
        }
    }

    #[test]
    fn a_product_that_does_not_fit_is_none() {
        assert_eq!(checked_product(i64::MAX, 1, 1), Some(i64::MAX));
        assert_eq!(checked_product(i64::MAX, 2, 1), None);
        assert_eq!(checked_product(i64::MAX, 2, 0), Some(0));
        assert_eq!(checked_product(i64::MAX, i64::MAX, i64::MAX), None);
        assert_eq!(checked_product(-3, 5, 7), Some(-105));
    }
}
