//! Money flow index: the share of the money that flowed at rising typical prices. TA-Lib `MFI` (Quong and Soudack).
//! Warm-up: `period`.
//!
//! TA-Lib gives 0 where all the flow of the window is below 1. Here only no flow at all gives 0: the unit of the volume
//! does not matter.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowCloseVolume;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::Sliding;

/// `100 x flow at rising prices / flow`; flow at an unchanged typical price counts on neither side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mfi {
    previous: Option<f64>,
    flows: Sliding<[f64; 2]>,
}

impl Window for Mfi {
    type Input = HighLowCloseVolume;
    type Output = f64;

    fn push(&mut self, bar: HighLowCloseVolume) -> Option<f64> {
        let typical = bar.prices().typical();
        let previous = self.previous.replace(typical)?;
        let flow = typical * bar.volume;
        let side = |is_it: bool| if is_it { flow } else { 0.0 };
        let [inflow, outflow] = self.flows.push([side(typical > previous), side(typical < previous)])?;
        let all = inflow + outflow;
        Some(if all > 0.0 { 100.0 * (inflow / all) } else { 0.0 })
    }

    fn warm_up(&self) -> usize {
        self.flows.length()
    }
}

impl Indicator for Mfi {
    const ABOUT: About =
        About { name: "mfi", title: "Money flow index", source: "TA-Lib MFI", parameters: &[period(2, 14)], outputs: &["mfi"] };

    fn of(values: &Values) -> Self {
        Self { previous: None, flows: Sliding::of_length(values.count(0)) }
    }
}
