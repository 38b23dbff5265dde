//! Double and triple exponential averages, which take the lag of one average off again. TA-Lib `DEMA`, `TEMA`.
//! Warm-up: `2 (period - 1)` and `3 (period - 1)`, as each average begins with the mean of `period` of the one before it.

use serde::{Deserialize, Serialize};

use super::Ema;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::{Window, by_blocks};

/// `2 e1 - e2`, where `e2` is the average of the average `e1`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dema {
    first: Ema,
    second: Ema,
}

impl Dema {
    pub(crate) fn over(period: usize) -> Self {
        Self { first: Ema::over(period), second: Ema::over(period) }
    }
}

impl Window for Dema {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) -> Option<()> {
        let mut first = [0.0; N];
        self.first.push_block(values, &mut first)?;
        self.second.push_block(&first, averages)?;
        averages.iter_mut().zip(first).for_each(|(average, first)| *average = 2.0 * first - *average);
        Some(())
    }

    fn warm_up(&self) -> usize {
        2 * self.first.warm_up()
    }
}

impl Indicator for Dema {
    const ABOUT: About = About {
        name: "dema",
        title: "Double exponential moving average",
        source: "TA-Lib DEMA",
        parameters: &[period(1, 30)],
        outputs: &["dema"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}

/// `3 e1 - 3 e2 + e3`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tema {
    first: Ema,
    second: Ema,
    third: Ema,
}

impl Tema {
    pub(crate) fn over(period: usize) -> Self {
        let average = Ema::over(period);
        Self { first: average, second: average, third: average }
    }
}

impl Window for Tema {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) -> Option<()> {
        let (mut first, mut second) = ([0.0; N], [0.0; N]);
        self.first.push_block(values, &mut first)?;
        self.second.push_block(&first, &mut second)?;
        self.third.push_block(&second, averages)?;
        (0..N).for_each(|place| averages[place] += 3.0 * (first[place] - second[place]));
        Some(())
    }

    fn warm_up(&self) -> usize {
        3 * self.first.warm_up()
    }
}

impl Indicator for Tema {
    const ABOUT: About = About {
        name: "tema",
        title: "Triple exponential moving average",
        source: "TA-Lib TEMA",
        parameters: &[period(1, 30)],
        outputs: &["tema"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}
