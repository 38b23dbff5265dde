//! The Hilbert transform that all of Ehlers' indicators share: the price's component in phase and a quarter of a cycle
//! later, and from how these turn the length of the cycle. By what TA-Lib computes.
//!
//! The first bars only fill the smoothing filter: the transform starts after 12 of them, or after 37 for the indicators
//! that TA-Lib lets settle longer. All of its state is zero at the start. Cost: a dozen products and one arc tangent a bar.

use serde::{Deserialize, Serialize};

use crate::indicator::window::Ring;

/// How long an indicator lets the filters settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Start {
    /// 12 bars of smoothing, 32 without output.
    Early,
    /// 37 bars of smoothing, 63 without output.
    Late,
}

impl Start {
    /// Bars without output.
    #[must_use]
    pub const fn warm_up(self) -> usize {
        match self {
            Self::Early => 32,
            Self::Late => 63,
        }
    }

    /// Bars that only fill the smoothing filter.
    const fn skipped(self) -> usize {
        match self {
            Self::Early => 12,
            Self::Late => 37,
        }
    }
}

/// One seven-tap transformer: a quarter of a cycle later, for cycles near the one that it is tuned to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Transformer {
    /// The last six inputs, newest first.
    before: [f64; 6],
}

impl Transformer {
    const OUTER: f64 = 0.0962;
    const INNER: f64 = 0.5769;

    fn push(&mut self, input: f64, tuning: f64) -> f64 {
        let [one, two, three, four, five, six] = self.before;
        self.before = [input, one, two, three, four, five];
        (Self::OUTER * input - Self::OUTER * six - Self::INNER * four + Self::INNER * two) * tuning
    }
}

/// What one bar tells of the cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cycle {
    /// The price, smoothed over four bars.
    pub smooth: f64,
    /// Component in phase.
    pub in_phase: f64,
    /// Component a quarter of a cycle later.
    pub quadrature: f64,
    /// Length of the cycle in bars, smoothed.
    pub smooth_period: f64,
}

/// The transform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hilbert {
    start: Start,
    seen: usize,
    prices: Ring<f64>,
    detrend: Transformer,
    quadrature: Transformer,
    in_phase_ahead: Transformer,
    quadrature_ahead: Transformer,
    /// The detrended price of the last three bars, newest first.
    detrended: [f64; 3],
    /// In phase and quadrature of the bar before, smoothed.
    i2: f64,
    q2: f64,
    real: f64,
    imaginary: f64,
    period: f64,
    smooth_period: f64,
}

impl Hilbert {
    /// At rest.
    #[must_use]
    pub fn new(start: Start) -> Self {
        Self {
            start,
            seen: 0,
            prices: Ring::of_length(4),
            detrend: Transformer::default(),
            quadrature: Transformer::default(),
            in_phase_ahead: Transformer::default(),
            quadrature_ahead: Transformer::default(),
            detrended: [0.0; 3],
            i2: 0.0,
            q2: 0.0,
            real: 0.0,
            imaginary: 0.0,
            period: 0.0,
            smooth_period: 0.0,
        }
    }

    /// Whether the bar that was pushed last is beyond the warm-up.
    #[must_use]
    pub const fn is_warm(&self) -> bool {
        self.seen > self.start.warm_up()
    }

    /// Takes the next price; nothing while the smoothing filter fills.
    pub fn push(&mut self, price: f64) -> Option<Cycle> {
        self.prices.push(price);
        // It need not count beyond the warm-up.
        self.seen = (self.seen + 1).min(self.start.warm_up() + 1);
        if self.seen <= self.start.skipped() {
            return None;
        }
        let [newest, one, two, three] = [0, 1, 2, 3].map(|age| self.prices.ago(age));
        let smooth = (4.0 * newest + 3.0 * one + 2.0 * two + three) / 10.0;
        let tuning = 0.075 * self.period + 0.54;
        let detrended = self.detrend.push(smooth, tuning);
        let quadrature = self.quadrature.push(detrended, tuning);
        let [last, before, in_phase] = self.detrended;
        self.detrended = [detrended, last, before];
        let in_phase_ahead = self.in_phase_ahead.push(in_phase, tuning);
        let quadrature_ahead = self.quadrature_ahead.push(quadrature, tuning);
        self.measure(in_phase - quadrature_ahead, quadrature + in_phase_ahead);
        Some(Cycle { smooth, in_phase, quadrature, smooth_period: self.smooth_period })
    }

    /// The length of the cycle, from how far the phasor turned since the bar before.
    fn measure(&mut self, in_phase: f64, quadrature: f64) {
        let i2 = 0.2 * in_phase + 0.8 * self.i2;
        let q2 = 0.2 * quadrature + 0.8 * self.q2;
        self.real = 0.2 * (i2 * self.i2 + q2 * self.q2) + 0.8 * self.real;
        self.imaginary = 0.2 * (i2 * self.q2 - q2 * self.i2) + 0.8 * self.imaginary;
        (self.i2, self.q2) = (i2, q2);
        let before = self.period;
        if self.imaginary != 0.0 && self.real != 0.0 {
            self.period = 360.0 / (self.imaginary / self.real).atan().to_degrees();
        }
        // Not `clamp`: at the start both ends are zero, and TA-Lib looks at the upper end first.
        self.period = self.period.min(1.5 * before).max(0.67 * before).clamp(6.0, 50.0);
        self.period = 0.2 * self.period + 0.8 * before;
        self.smooth_period = 0.33 * self.period + 0.67 * self.smooth_period;
    }
}
