//! True range and its average by Wilder's smoothing. TA-Lib `TRANGE` (warm-up 1), `ATR`, `NATR` (warm-up `period`: the
//! first bar has no close before it and gives no true range).

use serde::{Deserialize, Serialize};

use crate::indicator::column::{HighLowClose, HighLowCloseBlock};
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{TrueRange, WilderAverage, quotient};
use crate::indicator::{Window, by_blocks};

/// The bar's range, stretched to the close before it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrueRangeOf(TrueRange);

impl Window for TrueRangeOf {
    type Input = HighLowClose;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, bars: HighLowCloseBlock<'_, N>, ranges: &mut [f64; N]) -> Option<()> {
        self.0.push_block(bars, ranges)
    }

    fn warm_up(&self) -> usize {
        1
    }
}

impl Indicator for TrueRangeOf {
    const ABOUT: About =
        About { name: "trange", title: "True range", source: "TA-Lib TRANGE", parameters: &[], outputs: &["trange"] };

    fn of(_: &Values) -> Self {
        Self(TrueRange::default())
    }
}

/// Wilder's average of the true range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Atr {
    range: TrueRange,
    average: WilderAverage,
}

impl Atr {
    pub(crate) fn over(period: usize) -> Self {
        Self { range: TrueRange::default(), average: WilderAverage::over(period) }
    }
}

impl Window for Atr {
    type Input = HighLowClose;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, bars: HighLowCloseBlock<'_, N>, averages: &mut [f64; N]) -> Option<()> {
        let mut ranges = [0.0; N];
        self.range.push_block(bars, &mut ranges)?;
        self.average.push_block(&ranges, averages)
    }

    fn warm_up(&self) -> usize {
        self.average.period()
    }
}

impl Indicator for Atr {
    const ABOUT: About =
        About { name: "atr", title: "Average true range", source: "TA-Lib ATR", parameters: &[period(1, 14)], outputs: &["atr"] };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0))
    }
}

/// The average true range in per cent of the close; 0 where the close is 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Natr(Atr);

impl Window for Natr {
    type Input = HighLowClose;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, bars: HighLowCloseBlock<'_, N>, shares: &mut [f64; N]) -> Option<()> {
        self.0.push_block(bars, shares)?;
        shares.iter_mut().zip(bars.close).for_each(|(share, close)| *share = quotient(*share, *close) * 100.0);
        Some(())
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for Natr {
    const ABOUT: About = About {
        name: "natr",
        title: "Average true range in per cent of the close",
        source: "TA-Lib NATR",
        parameters: &[period(1, 14)],
        outputs: &["natr"],
    };

    fn of(values: &Values) -> Self {
        Self(Atr::over(values.count(0)))
    }
}
