//! Cumulative volume delta: what buyers took less what sellers took, added up. No warm-up.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::TakerVolume;
use crate::indicator::definition::{About, Indicator, Values};
use crate::indicator::window::Total;

/// Outputs `cvd` since the first bar, and `delta` of this bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cvd(Total);

impl Window for Cvd {
    type Input = TakerVolume;
    type Output = [f64; 2];

    fn push(&mut self, bar: TakerVolume) -> Option<[f64; 2]> {
        let delta = bar.buy_volume - (bar.volume - bar.buy_volume);
        Some([self.0.add(delta), delta])
    }

    fn warm_up(&self) -> usize {
        0
    }
}

impl Indicator for Cvd {
    const ABOUT: About =
        About { name: "cvd", title: "Cumulative volume delta", source: "common", parameters: &[], outputs: &["cvd", "delta"] };

    fn of(_: &Values) -> Self {
        Self::default()
    }
}
