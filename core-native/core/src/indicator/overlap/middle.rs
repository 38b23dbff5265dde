//! Middle of the highest and lowest of the last `period` values. TA-Lib `MIDPOINT` (of closes) and `MIDPRICE` (of highs
//! and lows). Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::column::{HighLow, HighLowBlock};
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::Sliding;
use crate::indicator::window::Span;
use crate::indicator::{Window, by_blocks};

/// Middle of the closes' range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Midpoint(Sliding<Span>);

impl Window for Midpoint {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], middles: &mut [f64; N]) -> Option<()> {
        self.0.push_block(&values.map(Span::of), [middles], |span, _| [span.middle()])
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Midpoint {
    const ABOUT: About = About {
        name: "midpoint",
        title: "Middle of the highest and lowest close",
        source: "TA-Lib MIDPOINT",
        parameters: &[period(1, 14)],
        outputs: &["midpoint"],
    };

    fn of(values: &Values) -> Self {
        Self(Sliding::of_length(values.count(0)))
    }
}

/// Middle of the bars' range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Midprice(Sliding<Span>);

impl Midprice {
    pub(crate) fn over(period: usize) -> Self {
        Self(Sliding::of_length(period))
    }
}

impl Window for Midprice {
    type Input = HighLow;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, bars: HighLowBlock<'_, N>, middles: &mut [f64; N]) -> Option<()> {
        self.0.push_block(&Span::of_block(bars.high, bars.low), [middles], |span, _| [span.middle()])
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Midprice {
    const ABOUT: About = About {
        name: "midprice",
        title: "Middle of the highest high and lowest low",
        source: "TA-Lib MIDPRICE",
        parameters: &[period(1, 14)],
        outputs: &["midprice"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}
