//! Bollinger bands (TA-Lib `BBANDS` about a simple moving average; population deviation).

use serde::{Deserialize, Serialize};

use super::Window;
use super::period::{DEVIATIONS_MAX, IndicatorError, as_float, checked};

/// One output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BollingerOutput {
    /// Middle plus the deviations.
    pub upper: f64,
    /// Mean of the window.
    pub middle: f64,
    /// Middle less the deviations.
    pub lower: f64,
}

/// Sums of a run of values: their distance to the pivot, and its square.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Sums {
    distance: f64,
    square: f64,
}

impl Sums {
    fn with(self, value: f64, pivot: f64) -> Self {
        let distance = value - pivot;
        Self { distance: self.distance + distance, square: self.square + distance * distance }
    }
}

/// Mean of the last `period` values, and bands at a number of standard deviations. Warm-up: `period - 1` values.
///
/// Sums are built as in [`Sma`](super::Sma), never taken out of. They are about a pivot, the newest value when the block
/// began: the variance is a difference of two sums, and far from zero that difference would have no digits left. The
/// pivot leaves the window when the next block begins, so it is always one of the window's values, and then the sum of
/// squares is at most `period` times what the difference leaves: four digits of sixteen are the most that can be lost.
/// A flat window has a width of exactly zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bollinger {
    /// Before `filled`: this block's values.
    values: Vec<f64>,
    /// Over the previous block, from each place to its end.
    suffixes: Vec<Sums>,
    filled: usize,
    prefix: Sums,
    pivot: f64,
    is_warm: bool,
    /// One over the period: a product takes a quarter of a quotient's time, and costs half a unit of the last place.
    share: f64,
    deviations: f64,
}

impl Bollinger {
    /// A window over `period` values, 2 to 10,000, with bands at `deviations` > 0.
    pub fn new(period: u32, deviations: f64) -> Result<Self, IndicatorError> {
        let period = checked("period", 2, period)?;
        if !(deviations > 0.0 && deviations <= DEVIATIONS_MAX) {
            return Err(IndicatorError::Deviations(deviations));
        }
        Ok(Self {
            values: vec![0.0; period],
            suffixes: vec![Sums::default(); period],
            filled: 0,
            prefix: Sums::default(),
            pivot: 0.0,
            is_warm: false,
            share: 1.0 / as_float(period),
            deviations,
        })
    }

    /// Starts a block: sums the window, which is now the whole of the last block, about its newest value.
    fn start_block(&mut self) {
        self.filled = 0;
        self.prefix = Sums::default();
        self.pivot = self.values[self.values.len() - 1];
        let mut sums = Sums::default();
        for (suffix, value) in self.suffixes.iter_mut().zip(&self.values).rev() {
            sums = sums.with(*value, self.pivot);
            *suffix = sums;
        }
        self.is_warm = true;
    }

    /// Sums over the whole window.
    fn window(&self) -> Sums {
        let suffix = self.suffixes[self.filled];
        Sums { distance: suffix.distance + self.prefix.distance, square: suffix.square + self.prefix.square }
    }
}

impl Window for Bollinger {
    type Input = f64;
    type Output = BollingerOutput;

    fn push(&mut self, value: f64) -> Option<BollingerOutput> {
        self.values[self.filled] = value;
        self.prefix = self.prefix.with(value, self.pivot);
        self.filled += 1;
        if self.filled == self.values.len() {
            self.start_block();
        } else if !self.is_warm {
            return None;
        }
        let sums = self.window();
        let middle = self.pivot + sums.distance * self.share;
        let spread = sums.square - sums.distance * sums.distance * self.share;
        let width = self.deviations * (spread.max(0.0) * self.share).sqrt();
        Some(BollingerOutput { upper: middle + width, middle, lower: middle - width })
    }

    fn warm_up(&self) -> usize {
        self.values.len() - 1
    }
}
