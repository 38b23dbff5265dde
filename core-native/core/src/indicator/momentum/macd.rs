//! Moving average convergence divergence: the difference of a fast and a slow average, and its own average. TA-Lib `MACD`,
//! `MACDFIX`, `MACDEXT`, default compatibility. Warm-up: `slow + signal - 2`, or that of the chosen averages.
//!
//! As in TA-Lib, both averages have their first value at the same bar, and a line without a signal is not given out.

use serde::{Deserialize, Serialize};

use super::price_oscillator::Pair;
use crate::indicator::definition::{About, Indicator, Values, length};
use crate::indicator::overlap::average::average;
use crate::indicator::overlap::{AnyAverage, Ema};
use crate::indicator::window::each;
use crate::indicator::{Window, by_blocks};

const OUTPUTS: &[&str] = &["line", "signal", "histogram"];

/// The line and its average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Lines<A> {
    pair: Pair<A>,
    signal: A,
}

impl<A: Window<Input = f64, Output = f64>> Lines<A> {
    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], lines: [&mut [f64; N]; 3]) -> Option<()> {
        let [line, signal, histogram] = lines;
        let mut slow = [0.0; N];
        self.pair.push_block(values, line, &mut slow)?;
        line.iter_mut().zip(&slow).for_each(|(line, slow)| *line -= slow);
        self.signal.push_block(line, signal)?;
        each(histogram, |place| line[place] - signal[place]);
        Some(())
    }

    fn warm_up(&self) -> usize {
        self.pair.warm_up() + self.signal.warm_up()
    }
}

/// Outputs `line`, `signal`, `histogram` of exponential averages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Macd(Lines<Ema>);

impl Window for Macd {
    type Input = f64;
    type Output = [f64; 3];

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], lines: [&mut [f64; N]; 3]) -> Option<()> {
        self.0.push_block(values, lines)
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for Macd {
    const ABOUT: About = About {
        name: "macd",
        title: "Moving average convergence divergence",
        source: "TA-Lib MACD",
        parameters: &[length("fast", 2, 12), length("slow", 2, 26), length("signal", 1, 9)],
        outputs: OUTPUTS,
    };

    fn of(values: &Values) -> Self {
        Self(Lines { pair: Pair::exponential(values.count(0), values.count(1)), signal: Ema::over(values.count(2)) })
    }
}

/// The same with weights of exactly 0.15 and 0.075, as its inventor rounded those of 12 and 26 bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MacdFixed(Lines<Ema>);

impl Window for MacdFixed {
    type Input = f64;
    type Output = [f64; 3];

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], lines: [&mut [f64; N]; 3]) -> Option<()> {
        self.0.push_block(values, lines)
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for MacdFixed {
    const ABOUT: About = About {
        name: "macdfix",
        title: "MACD with the rounded weights of 12 and 26 bars",
        source: "TA-Lib MACDFIX",
        parameters: &[length("signal", 1, 9)],
        outputs: OUTPUTS,
    };

    fn of(values: &Values) -> Self {
        let pair = Pair::of(Ema::weighing(12, 0.15), Ema::weighing(26, 0.075));
        Self(Lines { pair, signal: Ema::over(values.count(0)) })
    }
}

/// The same with a choice of averages. The one of the shorter period is the fast one, with its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MacdExtended(Lines<AnyAverage>);

impl Window for MacdExtended {
    type Input = f64;
    type Output = [f64; 3];

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], lines: [&mut [f64; N]; 3]) -> Option<()> {
        self.0.push_block(values, lines)
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for MacdExtended {
    const ABOUT: About = About {
        name: "macdext",
        title: "MACD of chosen averages",
        source: "TA-Lib MACDEXT",
        parameters: &[
            length("fast", 2, 12),
            average("fast_average", 0),
            length("slow", 2, 26),
            average("slow_average", 0),
            length("signal", 1, 9),
            average("signal_average", 0),
        ],
        outputs: OUTPUTS,
    };

    fn of(values: &Values) -> Self {
        let chosen = |place: usize| AnyAverage::over(values.count(place + 1), values.count(place));
        let (fast, slow) = if values.count(0) <= values.count(2) { (0, 2) } else { (2, 0) };
        Self(Lines { pair: Pair::of(chosen(fast), chosen(slow)), signal: chosen(4) })
    }
}
