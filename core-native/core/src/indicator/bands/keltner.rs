//! Keltner channel and STARC bands: an average, and bands at a number of average true ranges. Raschke's Keltner has the
//! exponential average, Stoller's STARC the simple one. Warm-up: the longer of `period - 1` and `atr_period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, FACTOR_MAX, Indicator, Values, length, number, period};
use crate::indicator::overlap::{Ema, Sma};
use crate::indicator::volatility::Atr;

/// An average of closes with bands about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Channel<A> {
    middle: A,
    atr: Atr,
    factor: f64,
}

impl<A: Window<Input = f64, Output = f64>> Channel<A> {
    fn of(middle: A, values: &Values) -> Self {
        Self { middle, atr: Atr::over(values.count(2)), factor: values.number(1) }
    }

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 3]> {
        let middle = self.middle.push(bar.close);
        let range = self.atr.push(bar);
        let (middle, width) = (middle?, range? * self.factor);
        Some([middle + width, middle, middle - width])
    }

    fn warm_up(&self) -> usize {
        self.middle.warm_up().max(self.atr.warm_up())
    }
}

/// Outputs `upper`, `middle`, `lower` about the exponential average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keltner(Channel<Ema>);

impl Window for Keltner {
    type Input = HighLowClose;
    type Output = [f64; 3];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 3]> {
        self.0.push(bar)
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for Keltner {
    const ABOUT: About = About {
        name: "keltner",
        title: "Keltner channel",
        source: "Raschke",
        parameters: &[period(1, 20), number("factor", 0.001, FACTOR_MAX, 2.0), length("atr_period", 1, 10)],
        outputs: &["upper", "middle", "lower"],
    };

    fn of(values: &Values) -> Self {
        Self(Channel::of(Ema::over(values.count(0)), values))
    }
}

/// Outputs `upper`, `middle`, `lower` about the simple average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Starc(Channel<Sma>);

impl Window for Starc {
    type Input = HighLowClose;
    type Output = [f64; 3];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 3]> {
        self.0.push(bar)
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for Starc {
    const ABOUT: About = About {
        name: "starc",
        title: "STARC bands",
        source: "Stoller",
        parameters: &[period(1, 5), number("factor", 0.001, FACTOR_MAX, 2.0), length("atr_period", 1, 10)],
        outputs: &["upper", "middle", "lower"],
    };

    fn of(values: &Values) -> Self {
        Self(Channel::of(Sma::over(values.count(0)), values))
    }
}
