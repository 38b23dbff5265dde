//! Force index: the close's change times the volume, smoothed. Elder 1993. Warm-up: `period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::CloseVolume;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::overlap::Ema;

/// Exponential average of change times volume.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForceIndex {
    previous_close: Option<f64>,
    average: Ema,
}

impl Window for ForceIndex {
    type Input = CloseVolume;
    type Output = f64;

    fn push(&mut self, bar: CloseVolume) -> Option<f64> {
        let change = bar.close - self.previous_close.replace(bar.close)?;
        self.average.push(change * bar.volume)
    }

    fn warm_up(&self) -> usize {
        self.average.warm_up() + 1
    }
}

impl Indicator for ForceIndex {
    const ABOUT: About =
        About { name: "force", title: "Force index", source: "Elder 1993", parameters: &[period(1, 13)], outputs: &["force"] };

    fn of(values: &Values) -> Self {
        Self { previous_close: None, average: Ema::over(values.count(0)) }
    }
}
