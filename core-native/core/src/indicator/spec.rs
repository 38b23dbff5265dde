//! An indicator by name and parameters, as a chart or a program asks for it.

use super::batch;
use super::period::{IndicatorError, PERIOD_MAX};

/// One of the indicators, with its parameters not yet checked against their ranges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IndicatorSpec {
    /// `sma [period]`
    Sma {
        /// In bars.
        period: u32,
    },
    /// `ema [period]`
    Ema {
        /// In bars.
        period: u32,
    },
    /// `rsi [period]`
    Rsi {
        /// In bars.
        period: u32,
    },
    /// `macd [fast, slow, signal]`
    Macd {
        /// Shorter average, in bars.
        fast: u32,
        /// Longer average, in bars.
        slow: u32,
        /// Average of the line, in bars.
        signal: u32,
    },
    /// `bollinger [period, deviations]`
    Bollinger {
        /// In bars.
        period: u32,
        /// Distance of the bands.
        deviations: f64,
    },
    /// `atr [period]`
    Atr {
        /// In bars.
        period: u32,
    },
}

impl IndicatorSpec {
    /// Reads a name and its parameters; whole numbers where a period is meant.
    pub fn parse(name: &str, parameters: &[f64]) -> Result<Self, IndicatorError> {
        match name {
            "sma" => take(parameters).and_then(|[length]| Ok(Self::Sma { period: whole("period", length)? })),
            "ema" => take(parameters).and_then(|[length]| Ok(Self::Ema { period: whole("period", length)? })),
            "rsi" => take(parameters).and_then(|[length]| Ok(Self::Rsi { period: whole("period", length)? })),
            "atr" => take(parameters).and_then(|[length]| Ok(Self::Atr { period: whole("period", length)? })),
            "macd" => take(parameters).and_then(|[fast, slow, signal]| {
                Ok(Self::Macd { fast: whole("fast", fast)?, slow: whole("slow", slow)?, signal: whole("signal", signal)? })
            }),
            "bollinger" => take(parameters)
                .and_then(|[length, deviations]| Ok(Self::Bollinger { period: whole("period", length)?, deviations })),
            _ => Err(IndicatorError::UnknownName(name.to_owned())),
        }
    }

    /// Whether it reads the high and low of each bar, and not the close alone.
    #[must_use]
    pub const fn reads_range(&self) -> bool {
        matches!(self, Self::Atr { .. })
    }

    /// Computes it over a series: its columns, each as long as `close`, NaN during the warm-up. Only where
    /// [`reads_range`](Self::reads_range) do `high` and `low` matter, and must be as long as `close`.
    pub fn compute(&self, high: &[f64], low: &[f64], close: &[f64]) -> Result<Vec<Vec<f64>>, IndicatorError> {
        match *self {
            Self::Sma { period } => batch::sma(period, close).map(|column| vec![column]),
            Self::Ema { period } => batch::ema(period, close).map(|column| vec![column]),
            Self::Rsi { period } => batch::rsi(period, close).map(|column| vec![column]),
            Self::Atr { period } => batch::atr(period, high, low, close).map(|column| vec![column]),
            Self::Macd { fast, slow, signal } => batch::macd(fast, slow, signal, close).map(Vec::from),
            Self::Bollinger { period, deviations } => batch::bollinger(period, deviations, close).map(Vec::from),
        }
    }
}

fn take<const N: usize>(parameters: &[f64]) -> Result<[f64; N], IndicatorError> {
    parameters.try_into().map_err(|_| IndicatorError::ParameterCount { expected: N, found: parameters.len() })
}

/// A whole number from 1 to [`PERIOD_MAX`]; the window's own minimum is checked where it is made.
fn whole(name: &'static str, value: f64) -> Result<u32, IndicatorError> {
    if !(value >= 1.0 && value <= f64::from(PERIOD_MAX) && value.fract() == 0.0) {
        return Err(IndicatorError::Period { name, min: 1, found: value });
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number within 1..=PERIOD_MAX, checked above"
    )]
    let period = value as u32;
    Ok(period)
}
