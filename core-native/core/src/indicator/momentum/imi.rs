//! Intraday momentum index: the share of rising bodies in all bodies. TA-Lib `IMI` (Chande). Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::OpenClose;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Sliding, quotient};

/// `100 x sum of rising bodies / sum of all bodies`; 0 where no bar has a body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imi(Sliding<[f64; 2]>);

impl Window for Imi {
    type Input = OpenClose;
    type Output = f64;

    fn push(&mut self, bar: OpenClose) -> Option<f64> {
        let body = bar.close - bar.open;
        let [risen, fallen] = self.0.push([body.max(0.0), (-body).max(0.0)])?;
        Some(quotient(risen, risen + fallen) * 100.0)
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for Imi {
    const ABOUT: About = About {
        name: "imi",
        title: "Intraday momentum index",
        source: "TA-Lib IMI",
        parameters: &[period(2, 14)],
        outputs: &["imi"],
    };

    fn of(values: &Values) -> Self {
        Self(Sliding::of_length(values.count(0)))
    }
}
