//! Williams' %R: how far the close is below the highest high, in per cent of the range, from 0 to -100. TA-Lib `WILLR`.
//! Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::column::{HighLowClose, HighLowCloseBlock};
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Sliding, Span, quotient};
use crate::indicator::{Window, by_blocks};

/// `-100 x (highest high - close) / range`; 0 where the range has no height.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WilliamsR(Sliding<Span>);

impl Window for WilliamsR {
    type Input = HighLowClose;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, bars: HighLowCloseBlock<'_, N>, ranks: &mut [f64; N]) -> Option<()> {
        let mut lows = [0.0; N];
        self.0.push_block(&Span::of_block(bars.high, bars.low), [ranks, &mut lows], |span, _| [span.high, span.low])?;
        for place in 0..N {
            let high = ranks[place];
            ranks[place] = -100.0 * quotient(high - bars.close[place], high - lows[place]);
        }
        Some(())
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for WilliamsR {
    const ABOUT: About =
        About { name: "willr", title: "Williams' %R", source: "TA-Lib WILLR", parameters: &[period(2, 14)], outputs: &["willr"] };

    fn of(values: &Values) -> Self {
        Self(Sliding::of_length(values.count(0)))
    }
}
