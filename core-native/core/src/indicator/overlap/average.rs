//! Any of the averages by number, for indicators that let one choose. TA-Lib `MA` and its `MAType`. Warm-up: that of the
//! chosen one.

use serde::{Deserialize, Serialize};

use super::{Dema, Ema, Kama, Mama, Sma, T3, Tema, Trima, Wma};
use crate::indicator::definition::{About, Indicator, Parameter, Values, period, whole};
use crate::indicator::{Window, by_blocks};

/// Names of the averages, by TA-Lib's number.
pub const AVERAGE_NAMES: [&str; 9] = ["sma", "ema", "wma", "dema", "tema", "trima", "kama", "mama", "t3"];

/// The number of an average, as a parameter: see [`AVERAGE_NAMES`].
pub(crate) const fn average(name: &'static str, default: u32) -> Parameter {
    whole(name, 0, 8, default)
}

/// One of the averages. Over one value it is that value, whichever it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AnyAverage {
    /// Of one value.
    Same,
    /// 0.
    Sma(Sma),
    /// 1.
    Ema(Ema),
    /// 2.
    Wma(Wma),
    /// 3.
    Dema(Dema),
    /// 4.
    Tema(Tema),
    /// 5.
    Trima(Trima),
    /// 6, with the usual speeds.
    Kama(Box<Kama>),
    /// 7, with the usual limits; the period has no meaning for it.
    Mama(Box<Mama>),
    /// 8, with the usual factor.
    T3(Box<T3>),
}

impl AnyAverage {
    /// The average of that number over `period` values.
    pub(crate) fn over(number: usize, period: usize) -> Self {
        match (number, period) {
            (_, 1) => Self::Same,
            (0, _) => Self::Sma(Sma::over(period)),
            (1, _) => Self::Ema(Ema::over(period)),
            (2, _) => Self::Wma(Wma::over(period)),
            (3, _) => Self::Dema(Dema::over(period)),
            (4, _) => Self::Tema(Tema::over(period)),
            (5, _) => Self::Trima(Trima::over(period)),
            (6, _) => Self::Kama(Box::new(Kama::over(period, 2, 30))),
            (7, _) => Self::Mama(Box::new(Mama::within(0.5, 0.05))),
            _ => Self::T3(Box::new(T3::over(period, 0.7))),
        }
    }
}

impl Window for AnyAverage {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) -> Option<()> {
        match self {
            Self::Same => {
                *averages = *values;
                Some(())
            }
            Self::Sma(window) => window.push_block(values, averages),
            Self::Ema(window) => window.push_block(values, averages),
            Self::Wma(window) => window.push_block(values, averages),
            Self::Dema(window) => window.push_block(values, averages),
            Self::Tema(window) => window.push_block(values, averages),
            Self::Trima(window) => window.push_block(values, averages),
            Self::Kama(window) => window.push_block(values, averages),
            Self::Mama(window) => window.push_block(values, [averages, &mut [0.0; N]]),
            Self::T3(window) => window.push_block(values, averages),
        }
    }

    fn warm_up(&self) -> usize {
        match self {
            Self::Same => 0,
            Self::Sma(window) => window.warm_up(),
            Self::Ema(window) => window.warm_up(),
            Self::Wma(window) => window.warm_up(),
            Self::Dema(window) => window.warm_up(),
            Self::Tema(window) => window.warm_up(),
            Self::Trima(window) => window.warm_up(),
            Self::Kama(window) => window.warm_up(),
            Self::Mama(window) => window.warm_up(),
            Self::T3(window) => window.warm_up(),
        }
    }
}

/// Any average, as an indicator of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Average(AnyAverage);

impl Window for Average {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) -> Option<()> {
        self.0.push_block(values, averages)
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for Average {
    const ABOUT: About = About {
        name: "ma",
        title: "Moving average of a chosen kind",
        source: "TA-Lib MA",
        parameters: &[period(1, 30), average("average", 0)],
        outputs: &["ma"],
    };

    fn of(values: &Values) -> Self {
        Self(AnyAverage::over(values.count(1), values.count(0)))
    }
}
