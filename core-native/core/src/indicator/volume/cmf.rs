//! Chaikin money flow: volume signed by where the close lies in the bar's range, against all volume. Chaikin.
//! Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowCloseVolume;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Sliding, quotient};

/// -1 to 1; 0 without any volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChaikinMoneyFlow(Sliding<[f64; 2]>);

impl Window for ChaikinMoneyFlow {
    type Input = HighLowCloseVolume;
    type Output = f64;

    fn push(&mut self, bar: HighLowCloseVolume) -> Option<f64> {
        let [flow, volume] = self.0.push([bar.money_flow(), bar.volume])?;
        Some(quotient(flow, volume))
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for ChaikinMoneyFlow {
    const ABOUT: About =
        About { name: "cmf", title: "Chaikin money flow", source: "Chaikin", parameters: &[period(1, 20)], outputs: &["cmf"] };

    fn of(values: &Values) -> Self {
        Self(Sliding::of_length(values.count(0)))
    }
}
