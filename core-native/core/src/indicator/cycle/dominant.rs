//! The dominant cycle's length, phasor, phase and sine. TA-Lib `HT_DCPERIOD`, `HT_PHASOR` (warm-up 32), `HT_DCPHASE`,
//! `HT_SINE` (warm-up 63).

use serde::{Deserialize, Serialize};

use super::hilbert::{Hilbert, Start};
use super::phase::{Phase, sine_and_lead};
use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values};

/// Length of the dominant cycle, in bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HtDcPeriod(Hilbert);

impl Window for HtDcPeriod {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let cycle = self.0.push(value)?;
        self.0.is_warm().then_some(cycle.smooth_period)
    }

    fn warm_up(&self) -> usize {
        Start::Early.warm_up()
    }
}

impl Indicator for HtDcPeriod {
    const ABOUT: About = About {
        name: "ht_dcperiod",
        title: "Hilbert transform: length of the dominant cycle",
        source: "TA-Lib HT_DCPERIOD",
        parameters: &[],
        outputs: &["period"],
    };

    fn of(_: &Values) -> Self {
        Self(Hilbert::new(Start::Early))
    }
}

/// Components of the cycle, in phase and a quarter later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HtPhasor(Hilbert);

impl Window for HtPhasor {
    type Input = f64;
    type Output = [f64; 2];

    fn push(&mut self, value: f64) -> Option<[f64; 2]> {
        let cycle = self.0.push(value)?;
        self.0.is_warm().then_some([cycle.in_phase, cycle.quadrature])
    }

    fn warm_up(&self) -> usize {
        Start::Early.warm_up()
    }
}

impl Indicator for HtPhasor {
    const ABOUT: About = About {
        name: "ht_phasor",
        title: "Hilbert transform: phasor components",
        source: "TA-Lib HT_PHASOR",
        parameters: &[],
        outputs: &["in_phase", "quadrature"],
    };

    fn of(_: &Values) -> Self {
        Self(Hilbert::new(Start::Early))
    }
}

/// Phase of the dominant cycle, in degrees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HtDcPhase(Phase);

impl Window for HtDcPhase {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let (_, degrees) = self.0.push(value)?;
        self.0.is_warm().then_some(degrees)
    }

    fn warm_up(&self) -> usize {
        Start::Late.warm_up()
    }
}

impl Indicator for HtDcPhase {
    const ABOUT: About = About {
        name: "ht_dcphase",
        title: "Hilbert transform: phase of the dominant cycle",
        source: "TA-Lib HT_DCPHASE",
        parameters: &[],
        outputs: &["degrees"],
    };

    fn of(_: &Values) -> Self {
        Self(Phase::new())
    }
}

/// Sine of the phase, and of the phase 45 degrees on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HtSine(Phase);

impl Window for HtSine {
    type Input = f64;
    type Output = [f64; 2];

    fn push(&mut self, value: f64) -> Option<[f64; 2]> {
        let (_, degrees) = self.0.push(value)?;
        self.0.is_warm().then(|| sine_and_lead(degrees))
    }

    fn warm_up(&self) -> usize {
        Start::Late.warm_up()
    }
}

impl Indicator for HtSine {
    const ABOUT: About = About {
        name: "ht_sine",
        title: "Hilbert transform: sine wave",
        source: "TA-Lib HT_SINE",
        parameters: &[],
        outputs: &["sine", "lead_sine"],
    };

    fn of(_: &Values) -> Self {
        Self(Phase::new())
    }
}
