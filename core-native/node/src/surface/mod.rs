//! What JavaScript calls, but for the hot functions of [`crate::hot`]. Each function is thin; the work is in the module that its name
//! points to.

pub mod administration;
pub mod journal;
pub mod lifecycle;
pub mod query;
pub mod series;
pub mod session;

use napi::Error;

pub(crate) fn told(message: String) -> Error {
    Error::from_reason(message)
}

/// A count that JavaScript keeps as a number; negative and absurd ones become 0.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be an exact, non-negative integer")]
pub(crate) fn to_u64(number: f64) -> u64 {
    const EXACT_MAX: f64 = 9_007_199_254_740_991.0;
    if (0.0..=EXACT_MAX).contains(&number) { number as u64 } else { 0 }
}
