//! The phase of the dominant cycle: where the smoothed price stands in a sine wave of the measured length.

use core::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use super::hilbert::{Cycle, Hilbert, Start};
use crate::indicator::window::{Ring, as_float};

/// Longest cycle that is measured, in bars.
pub(super) const CYCLE_MAX: usize = 50;

/// The bars of a cycle, as a whole number up to [`CYCLE_MAX`].
pub(super) fn whole_bars(smooth_period: f64) -> usize {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive length of at most 50 bars, rounded on purpose"
    )]
    let bars = (smooth_period + 0.5) as usize;
    bars.min(CYCLE_MAX)
}

/// Transform and phase. Cost: one sine and one cosine for each bar of the cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Phase {
    pub(super) hilbert: Hilbert,
    smooth: Ring<f64>,
    degrees: f64,
}

impl Phase {
    pub(super) fn new() -> Self {
        Self { hilbert: Hilbert::new(Start::Late), smooth: Ring::of_length(CYCLE_MAX), degrees: 0.0 }
    }

    /// The cycle and its phase in degrees, -45 to 315.
    pub(super) fn push(&mut self, price: f64) -> Option<(Cycle, f64)> {
        let cycle = self.hilbert.push(price)?;
        self.smooth.push(cycle.smooth);
        let bars = whole_bars(cycle.smooth_period);
        let (mut real, mut imaginary) = (0.0, 0.0);
        for age in 0..bars {
            let (sine, cosine) = (as_float(age) * TAU / as_float(bars)).sin_cos();
            real += sine * self.smooth.ago(age);
            imaginary += cosine * self.smooth.ago(age);
        }
        if imaginary != 0.0 {
            self.degrees = (real / imaginary).atan().to_degrees();
        } else if real != 0.0 {
            self.degrees += 90.0 * real.signum();
        }
        self.degrees += 90.0;
        // The smoothed price lags by about one bar.
        self.degrees += 360.0 / cycle.smooth_period;
        if imaginary < 0.0 {
            self.degrees += 180.0;
        }
        if self.degrees > 315.0 {
            self.degrees -= 360.0;
        }
        Some((cycle, self.degrees))
    }

    pub(super) fn is_warm(&self) -> bool {
        self.hilbert.is_warm()
    }
}

/// The sine of the phase, and of the phase an eighth of a cycle later.
pub(super) fn sine_and_lead(degrees: f64) -> [f64; 2] {
    [degrees.to_radians().sin(), (degrees + 45.0).to_radians().sin()]
}
