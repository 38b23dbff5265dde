//! Relative strength index and Chande's momentum oscillator, both by Wilder's smoothing. TA-Lib `RSI` and `CMO`, default
//! compatibility. Warm-up: `period`, of which the first value only starts the changes.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Previous, WilderAverage, each, larger, quotient};
use crate::indicator::{Window, by_blocks};

/// Average gain and loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Moves {
    previous: Previous,
    gain: WilderAverage,
    loss: WilderAverage,
}

impl Moves {
    fn over(period: usize) -> Self {
        let average = WilderAverage::over(period);
        Self { previous: Previous::default(), gain: average, loss: average }
    }

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], gains: &mut [f64; N], losses: &mut [f64; N]) -> Option<()> {
        let (mut rises, mut falls) = ([0.0; N], [0.0; N]);
        self.previous.push_block(values, &mut rises, |place, before| values[place] - before)?;
        each(&mut falls, |place| larger(-rises[place], 0.0));
        for rise in &mut rises {
            *rise = larger(*rise, 0.0);
        }
        let gains = self.gain.push_block(&rises, gains);
        self.loss.push_block(&falls, losses)?;
        gains
    }
}

/// A part of what moved, in per cent; 0 where nothing moved.
#[inline(always)]
fn share(part: f64, moved: f64) -> f64 {
    100.0 * quotient(part, moved)
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

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], indices: &mut [f64; N]) -> Option<()> {
        let (mut gains, mut losses) = ([0.0; N], [0.0; N]);
        self.0.push_block(values, &mut gains, &mut losses)?;
        each(indices, |place| share(gains[place], gains[place] + losses[place]));
        Some(())
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

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], oscillations: &mut [f64; N]) -> Option<()> {
        let (mut gains, mut losses) = ([0.0; N], [0.0; N]);
        self.0.push_block(values, &mut gains, &mut losses)?;
        each(oscillations, |place| share(gains[place] - losses[place], gains[place] + losses[place]));
        Some(())
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
