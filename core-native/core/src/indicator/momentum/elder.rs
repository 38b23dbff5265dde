//! Elder ray: how far buyers and sellers push the bar from its average. Elder 1989. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::overlap::Ema;

/// Outputs `bull` and `bear`: high and low less the exponential average of the closes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElderRay(Ema);

impl Window for ElderRay {
    type Input = HighLowClose;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 2]> {
        self.0.push(bar.close).map(|average| [bar.high - average, bar.low - average])
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for ElderRay {
    const ABOUT: About = About {
        name: "elder_ray",
        title: "Elder ray: bull and bear power",
        source: "Elder 1989",
        parameters: &[period(1, 13)],
        outputs: &["bull", "bear"],
    };

    fn of(values: &Values) -> Self {
        Self(Ema::over(values.count(0)))
    }
}
