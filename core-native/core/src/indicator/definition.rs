//! What an indicator says of itself: name, parameters with their ranges, outputs. Everything that lists, parses or
//! documents indicators reads these, so nothing of it is written a second time.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Window;
use super::error::IndicatorError;

/// Longest period of any window, in bars. It bounds a window's memory to a few hundred kB.
pub const PERIOD_MAX: u32 = 10_000;

/// Largest multiple of a deviation or of a range that bands may be away, and largest weight or factor.
pub const FACTOR_MAX: f64 = 1_000.0;

/// One parameter and its range, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// In `snake_case`.
    pub name: &'static str,
    /// Whether only whole numbers are meant.
    pub is_whole: bool,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// What is usual.
    pub default: f64,
}

impl Parameter {
    /// The value, if it is in range.
    fn check(self, found: f64) -> Result<(), IndicatorError> {
        let is_good = found >= self.min && found <= self.max && (!self.is_whole || found.fract() == 0.0);
        if is_good { Ok(()) } else { Err(IndicatorError::OutOfRange { parameter: self, found }) }
    }
}

/// A length in bars, from `min` to [`PERIOD_MAX`].
pub(crate) const fn length(name: &'static str, min: u32, default: u32) -> Parameter {
    whole(name, min, PERIOD_MAX, default)
}

/// The length named `period`.
pub(crate) const fn period(min: u32, default: u32) -> Parameter {
    length("period", min, default)
}

/// A whole number.
pub(crate) const fn whole(name: &'static str, min: u32, max: u32, default: u32) -> Parameter {
    Parameter { name, is_whole: true, min: min as f64, max: max as f64, default: default as f64 }
}

/// A number.
pub(crate) const fn number(name: &'static str, min: f64, max: f64, default: f64) -> Parameter {
    Parameter { name, is_whole: false, min, max, default }
}

/// What an indicator is called, takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Its name in calls, `snake_case`.
    pub name: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// Whose definition it follows.
    pub source: &'static str,
    /// In the order in which values are given.
    pub parameters: &'static [Parameter],
    /// Names of the output columns, in order.
    pub outputs: &'static [&'static str],
}

/// Values of an indicator's parameters, all within their ranges.
#[derive(Clone, Debug, PartialEq)]
pub struct Values(Vec<f64>);

impl Values {
    /// Checks values against the parameters that they are for.
    pub fn checked(parameters: &[Parameter], values: &[f64]) -> Result<Self, IndicatorError> {
        if parameters.len() != values.len() {
            return Err(IndicatorError::ParameterCount { expected: parameters.len(), found: values.len() });
        }
        parameters.iter().zip(values).try_for_each(|(parameter, &value)| parameter.check(value))?;
        Ok(Self(values.to_vec()))
    }

    /// The usual values.
    #[must_use]
    pub fn defaults(parameters: &[Parameter]) -> Self {
        Self(parameters.iter().map(|parameter| parameter.default).collect())
    }

    /// The whole number at that place.
    pub(crate) fn count(&self, place: usize) -> usize {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole numbers are checked against a range of u32"
        )]
        let count = self.0[place] as usize;
        count
    }

    /// The number at that place.
    pub(crate) fn number(&self, place: usize) -> f64 {
        self.0[place]
    }
}

/// A window that can be asked for by name.
pub trait Indicator: Window + Clone + core::fmt::Debug + Serialize + DeserializeOwned + Send + 'static {
    /// What it says of itself.
    const ABOUT: About;

    /// A fresh window.
    fn of(values: &Values) -> Self;

    /// A fresh window of unchecked values.
    fn with(values: &[f64]) -> Result<Self, IndicatorError> {
        Values::checked(Self::ABOUT.parameters, values).map(|values| Self::of(&values))
    }
}
