//! Why an indicator was not made or not restored, in words.

use core::fmt;

use super::definition::Parameter;

/// Why an indicator was not made.
#[derive(Clone, Debug, PartialEq)]
pub enum IndicatorError {
    /// There is no indicator of that name.
    UnknownName {
        /// What was asked for.
        name: String,
        /// Names that begin with the same letter, joined by commas.
        alike: String,
    },
    /// It takes another number of parameters.
    ParameterCount {
        /// How many it takes.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// A parameter is out of its range, or not a whole number where one is meant.
    OutOfRange {
        /// Which one, and its range.
        parameter: Parameter,
        /// What was given.
        found: f64,
    },
    /// A saved state is not one of this indicator.
    State,
}

impl fmt::Display for IndicatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName { name, alike } if alike.is_empty() => {
                write!(f, "there is no indicator {name:?}, and none that begins alike")
            }
            Self::UnknownName { name, alike } => write!(f, "there is no indicator {name:?}; those that begin alike: {alike}"),
            Self::ParameterCount { expected, found } => write!(f, "{expected} parameters are needed, {found} were given"),
            Self::OutOfRange { parameter: Parameter { name, is_whole, min, max, .. }, found } => {
                let kind = if *is_whole { "whole number" } else { "number" };
                write!(f, "{name} is a {kind} from {min} to {max}, not {found}")
            }
            Self::State => write!(f, "the saved state is not one of this indicator"),
        }
    }
}

impl core::error::Error for IndicatorError {}
