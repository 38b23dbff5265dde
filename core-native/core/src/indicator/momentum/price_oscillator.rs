//! Difference of a fast and a slow average, absolute or in per cent of the slow one. TA-Lib `APO`, `PPO`; the latter over
//! volume with a signal line is the percentage volume oscillator. Warm-up: that of the slower average, for `pvo` also that
//! of the signal.

use serde::{Deserialize, Serialize};

use crate::indicator::column::VolumeOnly;
use crate::indicator::definition::{About, Indicator, Values, length};
use crate::indicator::overlap::average::average;
use crate::indicator::overlap::{AnyAverage, Ema};
use crate::indicator::window::{each, quotient};
use crate::indicator::{Window, by_blocks};

/// A fast and a slow average. As in TA-Lib the fast one begins late enough for both to have their first value at the same
/// bar, and the shorter of the two is the fast one whichever way they are named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Pair<A> {
    /// Values that the fast average still has to leave out.
    fast_wait: usize,
    /// The same of the slow one, which may be the quicker to its first value where the two are of different kinds.
    slow_wait: usize,
    fast: A,
    slow: A,
}

impl<A: Window<Input = f64, Output = f64>> Pair<A> {
    pub(super) fn of(fast: A, slow: A) -> Self {
        let warm_up = slow.warm_up().max(fast.warm_up());
        Self { fast_wait: warm_up - fast.warm_up(), slow_wait: warm_up - slow.warm_up(), fast, slow }
    }

    /// Fast and slow averages.
    #[inline(always)]
    pub(super) fn push_block<const N: usize>(
        &mut self,
        values: &[f64; N],
        fast: &mut [f64; N],
        slow: &mut [f64; N],
    ) -> Option<()> {
        let slow = late(&mut self.slow_wait, &mut self.slow, values, slow);
        late(&mut self.fast_wait, &mut self.fast, values, fast)?;
        slow
    }

    pub(super) fn warm_up(&self) -> usize {
        self.slow.warm_up().max(self.fast.warm_up())
    }
}

#[inline(always)]
fn late<const N: usize>(
    wait: &mut usize,
    average: &mut impl Window<Input = f64, Output = f64>,
    values: &[f64; N],
    averages: &mut [f64; N],
) -> Option<()> {
    if *wait > 0 {
        *wait -= N;
        return None;
    }
    average.push_block(values, averages)
}

impl Pair<AnyAverage> {
    fn chosen(values: &Values) -> Self {
        let (one, other) = (values.count(0), values.count(1));
        let average = |period| AnyAverage::over(values.count(2), period);
        Self::of(average(one.min(other)), average(one.max(other)))
    }
}

impl Pair<Ema> {
    pub(super) fn exponential(one: usize, other: usize) -> Self {
        Self::of(Ema::over(one.min(other)), Ema::over(one.max(other)))
    }
}

fn per_cent((fast, slow): (f64, f64)) -> f64 {
    quotient(fast - slow, slow) * 100.0
}

/// Fast average less slow average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Apo(Pair<AnyAverage>);

impl Window for Apo {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    fn push_block<const N: usize>(&mut self, values: &[f64; N], lines: &mut [f64; N]) -> Option<()> {
        let (mut fast, mut slow) = ([0.0; N], [0.0; N]);
        self.0.push_block(values, &mut fast, &mut slow)?;
        each(lines, |place| fast[place] - slow[place]);
        Some(())
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for Apo {
    const ABOUT: About = About {
        name: "apo",
        title: "Absolute price oscillator",
        source: "TA-Lib APO",
        parameters: &[length("fast", 2, 12), length("slow", 2, 26), average("average", 0)],
        outputs: &["apo"],
    };

    fn of(values: &Values) -> Self {
        Self(Pair::chosen(values))
    }
}

/// Fast average less slow average, in per cent of the slow one; 0 where that is 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ppo(Pair<AnyAverage>);

impl Window for Ppo {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    fn push_block<const N: usize>(&mut self, values: &[f64; N], lines: &mut [f64; N]) -> Option<()> {
        let (mut fast, mut slow) = ([0.0; N], [0.0; N]);
        self.0.push_block(values, &mut fast, &mut slow)?;
        each(lines, |place| per_cent((fast[place], slow[place])));
        Some(())
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for Ppo {
    const ABOUT: About = About {
        name: "ppo",
        title: "Percentage price oscillator",
        source: "TA-Lib PPO",
        parameters: &[length("fast", 2, 12), length("slow", 2, 26), average("average", 0)],
        outputs: &["ppo"],
    };

    fn of(values: &Values) -> Self {
        Self(Pair::chosen(values))
    }
}

/// Outputs `pvo`, `signal`, `histogram` over volumes, by exponential averages that both begin with the first bar.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pvo {
    fast: Ema,
    slow: Ema,
    signal: Ema,
}

impl Window for Pvo {
    type Input = VolumeOnly;
    type Output = [f64; 3];

    fn push(&mut self, bar: VolumeOnly) -> Option<[f64; 3]> {
        let fast = self.fast.push(bar.volume);
        let slow = self.slow.push(bar.volume);
        let line = per_cent((fast?, slow?));
        let signal = self.signal.push(line)?;
        Some([line, signal, line - signal])
    }

    fn warm_up(&self) -> usize {
        self.fast.warm_up().max(self.slow.warm_up()) + self.signal.warm_up()
    }
}

impl Indicator for Pvo {
    const ABOUT: About = About {
        name: "pvo",
        title: "Percentage volume oscillator",
        source: "common",
        parameters: &[length("fast", 1, 12), length("slow", 1, 26), length("signal", 1, 9)],
        outputs: &["pvo", "signal", "histogram"],
    };

    fn of(values: &Values) -> Self {
        let [fast, slow, signal] = [0, 1, 2].map(|place| Ema::over(values.count(place)));
        Self { fast, slow, signal }
    }
}
