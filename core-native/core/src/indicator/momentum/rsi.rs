//! Relative strength index and Chande's momentum oscillator, both by Wilder's smoothing. TA-Lib `RSI` and `CMO`, default
//! compatibility. Warm-up: `period`, of which the first value only starts the changes.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{WilderAverage, ZERO, larger};

/// Average gain and loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Moves {
    previous: Option<f64>,
    gain: WilderAverage,
    loss: WilderAverage,
}

impl Moves {
    fn over(period: usize) -> Self {
        let average = WilderAverage::over(period);
        Self { previous: None, gain: average, loss: average }
    }

    #[inline(always)]
    fn push(&mut self, value: f64) -> Option<(f64, f64)> {
        let change = value - self.previous.replace(value)?;
        let gain = self.gain.push(larger(change, 0.0));
        let loss = self.loss.push(larger(-change, 0.0));
        Some((gain?, loss?))
    }
}

/// `100 x average gain / (average gain + average loss)`; 0 where nothing moves, as TA-Lib has it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rsi(Moves);

impl Rsi {
    pub(crate) fn over(period: usize) -> Self {
        Self(Moves::over(period))
    }
}

impl Window for Rsi {
    type Input = f64;
    type Output = f64;

    #[inline(always)]
    fn push(&mut self, value: f64) -> Option<f64> {
        let (gain, loss) = self.0.push(value)?;
        let moved = gain + loss;
        Some(if moved < ZERO { 0.0 } else { 100.0 * (gain / moved) })
    }

    fn warm_up(&self) -> usize {
        self.0.gain.period()
    }
}

impl Indicator for Rsi {
    const ABOUT: About = About {
        name: "rsi",
        title: "Relative strength index",
        source: "TA-Lib RSI",
        parameters: &[period(2, 14)],
        outputs: &["rsi"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}

/// `100 x (average gain - average loss) / (average gain + average loss)`; 0 where nothing moves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cmo(Moves);

impl Window for Cmo {
    type Input = f64;
    type Output = f64;

    #[inline(always)]
    fn push(&mut self, value: f64) -> Option<f64> {
        let (gain, loss) = self.0.push(value)?;
        let moved = gain + loss;
        Some(if moved < ZERO { 0.0 } else { 100.0 * ((gain - loss) / moved) })
    }

    fn warm_up(&self) -> usize {
        self.0.gain.period()
    }
}

impl Indicator for Cmo {
    const ABOUT: About = About {
        name: "cmo",
        title: "Chande momentum oscillator",
        source: "TA-Lib CMO",
        parameters: &[period(2, 14)],
        outputs: &["cmo"],
    };

    fn of(values: &Values) -> Self {
        Self(Moves::over(values.count(0)))
    }
}
