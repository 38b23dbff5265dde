//! Indicator windows: SMA, EMA, RSI, MACD, Bollinger bands, ATR by TA-Lib's definition, one value at a time.
//!
//! The one place of the core where floats are: nothing that holds money reads them. A window is plain state; `push`
//! gives `None` during the warm-up, then one output per input. The functions over whole series ([`batch`]) push
//! through the same windows, so they give the same bits.
//!
//! Invariant: rounding errors do not grow with the number of pushes. Sliding sums are never taken out of again
//! (`sma.rs`), variances are taken about a nearby value (`bollinger.rs`), and the recursive averages forget.
//!
//! Inputs are finite. A value that is not stays in a recursive average for good, so callers keep them out.

#![allow(clippy::float_arithmetic, reason = "indicators are the one place for floats")]

pub mod atr;
pub mod batch;
pub mod bollinger;
pub mod ema;
pub mod macd;
pub mod period;
pub mod rsi;
pub mod sma;
pub mod spec;
mod wilder;

pub use atr::{Atr, PriceRange};
pub use bollinger::{Bollinger, BollingerOutput};
pub use ema::Ema;
pub use macd::{Macd, MacdOutput};
pub use period::{IndicatorError, PERIOD_MAX};
pub use rsi::Rsi;
pub use sma::Sma;
pub use spec::IndicatorSpec;

/// A streaming indicator.
pub trait Window {
    /// What one bar gives it.
    type Input: Copy;
    /// What it gives back.
    type Output;

    /// Takes the next value; `None` during the warm-up.
    fn push(&mut self, input: Self::Input) -> Option<Self::Output>;

    /// How many pushes give `None` before the first output.
    fn warm_up(&self) -> usize;
}
