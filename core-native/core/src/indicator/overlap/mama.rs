//! MESA adaptive moving average and the average that follows it: as quick as the measured cycle's phase turns. TA-Lib
//! `MAMA` (Ehlers). Warm-up: 32.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::cycle::hilbert::{Hilbert, Start};
use crate::indicator::definition::{About, Indicator, Values, number};

/// Outputs `mama`, `fama`. Both grow from zero during the warm-up, as in TA-Lib.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mama {
    hilbert: Hilbert,
    fast_limit: f64,
    slow_limit: f64,
    phase: f64,
    mama: f64,
    fama: f64,
}

impl Mama {
    pub(crate) fn within(fast_limit: f64, slow_limit: f64) -> Self {
        Self { hilbert: Hilbert::new(Start::Early), fast_limit, slow_limit, phase: 0.0, mama: 0.0, fama: 0.0 }
    }
}

impl Window for Mama {
    type Input = f64;
    type Output = [f64; 2];

    fn push(&mut self, value: f64) -> Option<[f64; 2]> {
        let cycle = self.hilbert.push(value)?;
        let phase = if cycle.in_phase == 0.0 { 0.0 } else { (cycle.quadrature / cycle.in_phase).atan().to_degrees() };
        let turned = (self.phase - phase).max(1.0);
        self.phase = phase;
        let weight = if turned > 1.0 { (self.fast_limit / turned).max(self.slow_limit) } else { self.fast_limit };
        self.mama = weight * value + (1.0 - weight) * self.mama;
        let half = weight * 0.5;
        self.fama = half * self.mama + (1.0 - half) * self.fama;
        self.hilbert.is_warm().then_some([self.mama, self.fama])
    }

    fn warm_up(&self) -> usize {
        Start::Early.warm_up()
    }
}

impl Indicator for Mama {
    const ABOUT: About = About {
        name: "mama",
        title: "MESA adaptive moving average",
        source: "TA-Lib MAMA",
        parameters: &[number("fast_limit", 0.01, 0.99, 0.5), number("slow_limit", 0.01, 0.99, 0.05)],
        outputs: &["mama", "fama"],
    };

    fn of(values: &Values) -> Self {
        Self::within(values.number(0), values.number(1))
    }
}
