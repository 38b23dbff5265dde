//! Volume-weighted moving average: what a unit cost on average over the last `period` bars, by their closes. Buff
//! Dormeier. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::CloseVolume;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Sliding, is_zero};

/// Mean close, weighed by volume. Without any volume it is the last close.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vwma {
    sums: Sliding<[f64; 2]>,
}

impl Window for Vwma {
    type Input = CloseVolume;
    type Output = f64;

    fn push(&mut self, bar: CloseVolume) -> Option<f64> {
        let [value, volume] = self.sums.push([bar.close * bar.volume, bar.volume])?;
        Some(if is_zero(volume) { bar.close } else { value / volume })
    }

    fn warm_up(&self) -> usize {
        self.sums.length() - 1
    }
}

impl Indicator for Vwma {
    const ABOUT: About = About {
        name: "vwma",
        title: "Volume-weighted moving average",
        source: "Dormeier",
        parameters: &[period(1, 20)],
        outputs: &["vwma"],
    };

    fn of(values: &Values) -> Self {
        Self { sums: Sliding::of_length(values.count(0)) }
    }
}
