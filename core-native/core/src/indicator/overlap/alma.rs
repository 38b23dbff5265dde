//! Arnaud Legoux moving average: weights of a bell whose top lies at a share `offset` of the window. Legoux and
//! Kouzis-Loukas 2009. Warm-up: `period - 1`. Cost: `period` products a value.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, FACTOR_MAX, Indicator, Values, number, period};
use crate::indicator::window::{Ring, as_float};

/// Average with Gaussian weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alma {
    values: Ring<f64>,
    /// Oldest first; their sum is 1.
    weights: Vec<f64>,
}

impl Window for Alma {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        self.values.push(value);
        self.values.is_full().then(|| self.values.iter().zip(&self.weights).map(|(value, weight)| value * weight).sum())
    }

    fn warm_up(&self) -> usize {
        self.weights.len() - 1
    }
}

impl Indicator for Alma {
    const ABOUT: About = About {
        name: "alma",
        title: "Arnaud Legoux moving average",
        source: "Legoux 2009",
        parameters: &[period(1, 9), number("offset", 0.0, 1.0, 0.85), number("sigma", 0.1, FACTOR_MAX, 6.0)],
        outputs: &["alma"],
    };

    fn of(values: &Values) -> Self {
        let length = values.count(0);
        let top = values.number(1) * (as_float(length) - 1.0);
        let width = as_float(length) / values.number(2);
        let bell = |place: usize| (-(as_float(place) - top).powi(2) / (2.0 * width * width)).exp();
        let weights: Vec<f64> = (0..length).map(bell).collect();
        let sum: f64 = weights.iter().sum();
        // A bell so narrow that it rounds to nothing everywhere is a single value: the one nearest to its top.
        let nearest = |place: usize| f64::from((as_float(place) - top).abs() <= 0.5);
        let weights =
            if sum > 0.0 { weights.iter().map(|weight| weight / sum).collect() } else { (0..length).map(nearest).collect() };
        Self { values: Ring::of_length(length), weights }
    }
}
