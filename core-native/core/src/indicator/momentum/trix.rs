//! TRIX: the change of a triple exponential average from bar to bar, per cent. TA-Lib `TRIX` (Hutson).
//! Warm-up: `3 (period - 1) + 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::overlap::Ema;
use crate::indicator::window::Previous;
use crate::indicator::{Window, by_blocks};

/// Rate of change of the average of an average of an average; 0 after an average of 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trix {
    chain: [Ema; 3],
    previous: Previous,
}

impl Window for Trix {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], changes: &mut [f64; N]) -> Option<()> {
        let (mut averages, mut third) = ([0.0; N], [0.0; N]);
        let [one, two, three] = &mut self.chain;
        one.push_block(values, &mut third)?;
        two.push_block(&third, &mut averages)?;
        three.push_block(&averages, &mut third)?;
        self.previous.push_block(&third, changes, |place, previous| {
            if previous == 0.0 { 0.0 } else { (third[place] - previous) / previous * 100.0 }
        })
    }

    fn warm_up(&self) -> usize {
        3 * self.chain[0].warm_up() + 1
    }
}

impl Indicator for Trix {
    const ABOUT: About = About {
        name: "trix",
        title: "Rate of change of a triple exponential average",
        source: "TA-Lib TRIX",
        parameters: &[period(1, 30)],
        outputs: &["trix"],
    };

    fn of(values: &Values) -> Self {
        Self { chain: [Ema::over(values.count(0)); 3], previous: Previous::default() }
    }
}
