//! Tillson's T3: six exponential averages in a row, weighed so that the lag goes and the smoothness stays. TA-Lib `T3`.
//! Warm-up: `6 (period - 1)`.

use serde::{Deserialize, Serialize};

use super::Ema;
use crate::indicator::definition::{About, Indicator, Values, number, period};
use crate::indicator::window::each;
use crate::indicator::{Window, by_blocks};

/// Weighed averages 3 to 6 of a chain of six. A volume factor of 0 is the third average, of 1 the triple `DEMA`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct T3 {
    chain: [Ema; 6],
    /// Of the averages 6, 5, 4, 3.
    weights: [f64; 4],
}

impl T3 {
    pub(crate) fn over(period: usize, factor: f64) -> Self {
        let (square, cube) = (factor * factor, factor * factor * factor);
        Self {
            chain: [Ema::over(period); 6],
            weights: [
                -cube,
                3.0 * (square + cube),
                -6.0 * square - 3.0 * (factor + cube),
                1.0 + 3.0 * factor + cube + 3.0 * square,
            ],
        }
    }
}

impl Window for T3 {
    type Input = f64;
    type Output = f64;

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], smoothed: &mut [f64; N]) -> Option<()> {
        let mut averages = [[0.0; N]; 6];
        let mut newest = values;
        for (average, slots) in self.chain.iter_mut().zip(&mut averages) {
            average.push_block(newest, slots)?;
            newest = slots;
        }
        let [_, _, third, fourth, fifth, sixth] = averages;
        let [w6, w5, w4, w3] = self.weights;
        each(smoothed, |at| w6 * sixth[at] + w5 * fifth[at] + w4 * fourth[at] + w3 * third[at]);
        Some(())
    }

    fn warm_up(&self) -> usize {
        6 * self.chain[0].warm_up()
    }
}

impl Indicator for T3 {
    const ABOUT: About = About {
        name: "t3",
        title: "Tillson's T3 average",
        source: "TA-Lib T3",
        parameters: &[period(1, 5), number("volume_factor", 0.0, 1.0, 0.7)],
        outputs: &["t3"],
    };

    fn of(values: &Values) -> Self {
        Self::over(values.count(0), values.number(1))
    }
}
