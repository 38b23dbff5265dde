//! The ranges of indicator parameters. Wrong ones are refused when a window is made, so that `push` cannot fail.

use core::fmt;

/// Longest period of any window, in bars. It bounds the memory of a window to 240 kB.
pub const PERIOD_MAX: u32 = 10_000;

/// Largest distance of Bollinger bands, in standard deviations.
pub const DEVIATIONS_MAX: f64 = 1_000.0;

/// Why a window was not made.
#[derive(Clone, Debug, PartialEq)]
pub enum IndicatorError {
    /// There is no indicator of that name.
    UnknownName(String),
    /// It takes another number of parameters.
    ParameterCount {
        /// How many it takes.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// A parameter is not a whole number within its range.
    Period {
        /// Which one.
        name: &'static str,
        /// Smallest.
        min: u32,
        /// What was given.
        found: f64,
    },
    /// The distance of the bands is not a number above zero and within [`DEVIATIONS_MAX`].
    Deviations(f64),
}

impl fmt::Display for IndicatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName(name) => write!(f, "there is no indicator {name:?}: sma, ema, rsi, macd, bollinger, atr"),
            Self::ParameterCount { expected, found } => write!(f, "{expected} parameters are needed, {found} were given"),
            Self::Period { name, min, found } => write!(f, "{name} is a whole number from {min} to {PERIOD_MAX}, not {found}"),
            Self::Deviations(found) => write!(f, "deviations is a number above 0 and up to {DEVIATIONS_MAX}, not {found}"),
        }
    }
}

impl core::error::Error for IndicatorError {}

/// Checks a period against its range.
pub(super) fn checked(name: &'static str, min: u32, period: u32) -> Result<usize, IndicatorError> {
    if (min..=PERIOD_MAX).contains(&period) {
        Ok(period as usize)
    } else {
        Err(IndicatorError::Period { name, min, found: f64::from(period) })
    }
}

/// A period as a float. Exact: periods are at most [`PERIOD_MAX`].
pub(super) fn as_float(period: usize) -> f64 {
    f64::from(u32::try_from(period).expect("a checked period fits"))
}
