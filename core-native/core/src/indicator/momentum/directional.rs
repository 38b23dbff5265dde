//! Wilder's directional movement: how far each bar reaches beyond the one before it, up and down. TA-Lib `PLUS_DM`,
//! `MINUS_DM` (warm-up `period - 1`, at least 1), `PLUS_DI`, `MINUS_DI`, `DX` (`period`), `ADX` (`2 period - 1`), `ADXR`
//! (`3 period - 2`).
//!
//! As in TA-Lib the sums begin with those of the first `period - 1` movements. For a period of 1 the movements are those
//! of the bar itself, and its indicators are shares, not per cent. Where nothing moves an indicator is 0, and an index
//! stays what it was.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::{HighLow, HighLowClose};
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Ring, WilderAverage, WilderSum, is_zero, quotient};

/// The movement of one bar: only the larger of the two counts, and only if it is beyond the bar before.
#[inline(always)]
fn movement(before: HighLow, bar: HighLow) -> (f64, f64) {
    let (up, down) = (bar.high - before.high, before.low - bar.low);
    (if up > 0.0 && up > down { up } else { 0.0 }, if down > 0.0 && down > up { down } else { 0.0 })
}

/// Smoothed movements.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Movements {
    previous: Option<HighLow>,
    plus: WilderSum,
    minus: WilderSum,
}

impl Movements {
    fn over(period: usize) -> Self {
        let sum = WilderSum::over(period);
        Self { previous: None, plus: sum, minus: sum }
    }

    #[inline(always)]
    fn push(&mut self, bar: HighLow) -> Option<(f64, f64)> {
        let (plus, minus) = movement(self.previous.replace(bar)?, bar);
        let plus = self.plus.push(plus);
        let minus = self.minus.push(minus);
        Some((plus?, minus?))
    }

    fn warm_up(&self) -> usize {
        (self.plus.period() - 1).max(1)
    }
}

/// Smoothed movements and true range, from the first bar on that is smoothed and not only summed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Direction {
    movements: Movements,
    previous_close: f64,
    range: WilderSum,
    has_sums: bool,
}

impl Direction {
    fn over(period: usize) -> Self {
        let range = WilderSum::over(period);
        Self { movements: Movements::over(period), previous_close: 0.0, range, has_sums: period == 1 }
    }

    /// Plus, minus, true range.
    #[inline(always)]
    fn push(&mut self, bar: HighLowClose) -> Option<(f64, f64, f64)> {
        let is_first = self.movements.previous.is_none();
        let previous_close = core::mem::replace(&mut self.previous_close, bar.close);
        let moved = self.movements.push(HighLow { high: bar.high, low: bar.low });
        let range = if is_first { None } else { self.range.push(bar.true_range(previous_close)) };
        let ((plus, minus), range) = (moved?, range?);
        core::mem::replace(&mut self.has_sums, true).then_some((plus, minus, range))
    }

    fn warm_up(&self) -> usize {
        self.range.period()
    }

    /// A movement against the true range.
    fn share(&self, movement: f64, range: f64) -> f64 {
        let share = quotient(movement, range);
        if self.range.period() == 1 { share } else { 100.0 * share }
    }
}

/// What a bar says of the directional index.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reading {
    /// Nothing moved.
    Still,
    /// The index.
    Moved(f64),
}

/// The directional index, which stays what it was where nothing moves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Index {
    direction: Direction,
    value: f64,
}

impl Index {
    fn over(period: usize) -> Self {
        Self { direction: Direction::over(period), value: 0.0 }
    }

    #[inline(always)]
    fn push(&mut self, bar: HighLowClose) -> Option<Reading> {
        let (plus, minus, range) = self.direction.push(bar)?;
        let (plus, minus) = (quotient(plus, range), quotient(minus, range));
        let sum = plus + minus;
        Some(if is_zero(sum) { Reading::Still } else { Reading::Moved(100.0 * ((minus - plus).abs() / sum)) })
    }
}

macro_rules! movements {
    ($($name:ident, $call:literal, $title:literal, $source:literal, $side:tt;)+) => {$(
        #[doc = concat!($title, ". TA-Lib `", $source, "`.")]
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name(Movements);

        impl Window for $name {
            type Input = HighLow;
            type Output = f64;

            fn push(&mut self, bar: HighLow) -> Option<f64> {
                self.0.push(bar).map(|sides| sides.$side)
            }

            fn warm_up(&self) -> usize {
                self.0.warm_up()
            }
        }

        impl Indicator for $name {
            const ABOUT: About = About {
                name: $call,
                title: $title,
                source: concat!("TA-Lib ", $source),
                parameters: &[period(1, 14)],
                outputs: &[$call],
            };

            fn of(values: &Values) -> Self {
                Self(Movements::over(values.count(0)))
            }
        }
    )+};
}

macro_rules! directions {
    ($($name:ident, $call:literal, $title:literal, $source:literal, $side:tt;)+) => {$(
        #[doc = concat!($title, ". TA-Lib `", $source, "`.")]
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name(Direction);

        impl Window for $name {
            type Input = HighLowClose;
            type Output = f64;

            fn push(&mut self, bar: HighLowClose) -> Option<f64> {
                let sums = self.0.push(bar)?;
                Some(self.0.share(sums.$side, sums.2))
            }

            fn warm_up(&self) -> usize {
                self.0.warm_up()
            }
        }

        impl Indicator for $name {
            const ABOUT: About = About {
                name: $call,
                title: $title,
                source: concat!("TA-Lib ", $source),
                parameters: &[period(1, 14)],
                outputs: &[$call],
            };

            fn of(values: &Values) -> Self {
                Self(Direction::over(values.count(0)))
            }
        }
    )+};
}

movements! {
    PlusDm, "plus_dm", "Movement up, smoothed", "PLUS_DM", 0;
    MinusDm, "minus_dm", "Movement down, smoothed", "MINUS_DM", 1;
}

directions! {
    PlusDi, "plus_di", "Movement up against the true range", "PLUS_DI", 0;
    MinusDi, "minus_di", "Movement down against the true range", "MINUS_DI", 1;
}

/// Directional index: difference of the two indicators against their sum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dx(Index);

impl Window for Dx {
    type Input = HighLowClose;
    type Output = f64;

    #[inline(always)]
    fn push(&mut self, bar: HighLowClose) -> Option<f64> {
        if let Reading::Moved(index) = self.0.push(bar)? {
            self.0.value = index;
        }
        Some(self.0.value)
    }

    fn warm_up(&self) -> usize {
        self.0.direction.warm_up()
    }
}

impl Indicator for Dx {
    const ABOUT: About = About {
        name: "dx",
        title: "Directional movement index",
        source: "TA-Lib DX",
        parameters: &[period(2, 14)],
        outputs: &["dx"],
    };

    fn of(values: &Values) -> Self {
        Self(Index::over(values.count(0)))
    }
}

/// Average directional index: Wilder's average of the index. A bar where nothing moves leaves it as it was; among the
/// first `period` such a bar counts 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adx {
    index: Index,
    average: WilderAverage,
    value: Option<f64>,
}

impl Adx {
    fn over(period: usize) -> Self {
        Self { index: Index::over(period), average: WilderAverage::over(period), value: None }
    }
}

impl Window for Adx {
    type Input = HighLowClose;
    type Output = f64;

    #[inline(always)]
    fn push(&mut self, bar: HighLowClose) -> Option<f64> {
        match self.index.push(bar)? {
            Reading::Moved(index) => self.value = self.average.push(index),
            Reading::Still if self.value.is_none() => self.value = self.average.push(0.0),
            Reading::Still => {}
        }
        self.value
    }

    fn warm_up(&self) -> usize {
        2 * self.average.period() - 1
    }
}

impl Indicator for Adx {
    const ABOUT: About = About {
        name: "adx",
        title: "Average directional movement index",
        source: "TA-Lib ADX",
        parameters: &[period(2, 14)],
        outputs: &["adx"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}

/// Mean of the average index and of that `period - 1` bars earlier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adxr {
    adx: Adx,
    before: Ring<f64>,
}

impl Window for Adxr {
    type Input = HighLowClose;
    type Output = f64;

    #[inline(always)]
    fn push(&mut self, bar: HighLowClose) -> Option<f64> {
        let adx = self.adx.push(bar)?;
        self.before.push(adx).map(|before| f64::midpoint(adx, before))
    }

    fn warm_up(&self) -> usize {
        self.adx.warm_up() + self.before.length()
    }
}

impl Indicator for Adxr {
    const ABOUT: About = About {
        name: "adxr",
        title: "Average directional movement rating",
        source: "TA-Lib ADXR",
        parameters: &[period(2, 14)],
        outputs: &["adxr"],
    };

    fn of(values: &Values) -> Self {
        let period = values.count(0);
        Self { adx: Adx::over(period), before: Ring::of_length(period - 1) }
    }
}
