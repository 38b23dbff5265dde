//! Chaikin's accumulation line: volume, signed by where the close lies in the bar's range. TA-Lib `AD` (no warm-up) and
//! `ADOSC` (warm-up: the longer period less one).

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowCloseVolume;
use crate::indicator::definition::{About, Indicator, Values, length};
use crate::indicator::window::{Total, as_float};

/// The line, from 0 before the first bar. A bar without a range adds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ad(Total);

impl Window for Ad {
    type Input = HighLowCloseVolume;
    type Output = f64;

    #[inline]
    fn push(&mut self, bar: HighLowCloseVolume) -> Option<f64> {
        Some(self.0.add(bar.money_flow()))
    }

    fn warm_up(&self) -> usize {
        0
    }
}

impl Indicator for Ad {
    const ABOUT: About =
        About { name: "ad", title: "Accumulation/distribution line", source: "TA-Lib AD", parameters: &[], outputs: &["ad"] };

    fn of(_: &Values) -> Self {
        Self::default()
    }
}

/// Fast less slow exponential average of the line; as in TA-Lib both begin with the line's first value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdOscillator {
    line: Ad,
    /// Fast and slow.
    averages: Option<[f64; 2]>,
    weights: [f64; 2],
    wait: usize,
    warm_up: usize,
}

impl Window for AdOscillator {
    type Input = HighLowCloseVolume;
    type Output = f64;

    fn push(&mut self, bar: HighLowCloseVolume) -> Option<f64> {
        let line = self.line.push(bar)?;
        let [fast, slow] = self.averages.unwrap_or([line; 2]);
        let [fast, slow] = [fast + (line - fast) * self.weights[0], slow + (line - slow) * self.weights[1]];
        self.averages = Some([fast, slow]);
        if self.wait > 0 {
            self.wait -= 1;
            return None;
        }
        Some(fast - slow)
    }

    fn warm_up(&self) -> usize {
        self.warm_up
    }
}

impl Indicator for AdOscillator {
    const ABOUT: About = About {
        name: "adosc",
        title: "Chaikin oscillator",
        source: "TA-Lib ADOSC",
        parameters: &[length("fast", 2, 3), length("slow", 2, 10)],
        outputs: &["adosc"],
    };

    fn of(values: &Values) -> Self {
        let periods = [values.count(0), values.count(1)];
        let warm_up = periods[0].max(periods[1]) - 1;
        let weights = periods.map(|period| 2.0 / (as_float(period) + 1.0));
        Self { line: Ad::default(), averages: None, weights, wait: warm_up, warm_up }
    }
}
