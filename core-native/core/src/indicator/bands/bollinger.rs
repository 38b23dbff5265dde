//! Bollinger bands: an average, and bands at a number of population standard deviations. TA-Lib `BBANDS`.
//! Warm-up: `period - 1`, or the average's where that is longer.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, FACTOR_MAX, Indicator, Parameter, Values, number, period};
use crate::indicator::overlap::AnyAverage;
use crate::indicator::overlap::average::average;
use crate::indicator::window::MeanVariance;
use crate::indicator::{Window, by_blocks};

const fn deviations(name: &'static str) -> Parameter {
    number(name, 0.001, FACTOR_MAX, 2.0)
}

/// Outputs `upper`, `middle`, `lower` about the simple average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bollinger {
    moments: MeanVariance,
    deviations: f64,
}

impl Window for Bollinger {
    type Input = f64;
    type Output = [f64; 3];

    by_blocks!();

    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], bands: [&mut [f64; N]; 3]) -> Option<()> {
        let deviations = self.deviations;
        self.moments.push_block(values, bands, |mean, variance| {
            let width = deviations * variance.sqrt();
            [mean + width, mean, mean - width]
        })
    }

    fn warm_up(&self) -> usize {
        self.moments.length() - 1
    }
}

impl Indicator for Bollinger {
    const ABOUT: About = About {
        name: "bollinger",
        title: "Bollinger bands",
        source: "TA-Lib BBANDS",
        parameters: &[period(2, 20), deviations("deviations")],
        outputs: &["upper", "middle", "lower"],
    };

    fn of(values: &Values) -> Self {
        Self { moments: MeanVariance::of_length(values.count(0)), deviations: values.number(1) }
    }
}

/// The same about any average, with a distance for each band. The deviation is about the mean of the window, as in TA-Lib.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bbands {
    moments: MeanVariance,
    middle: AnyAverage,
    deviations_up: f64,
    deviations_down: f64,
}

impl Window for Bbands {
    type Input = f64;
    type Output = [f64; 3];

    fn push(&mut self, value: f64) -> Option<[f64; 3]> {
        let moments = self.moments.push(value);
        let middle = self.middle.push(value);
        let ((_, variance), middle) = (moments?, middle?);
        let deviation = variance.sqrt();
        Some([middle + self.deviations_up * deviation, middle, middle - self.deviations_down * deviation])
    }

    fn warm_up(&self) -> usize {
        self.middle.warm_up().max(self.moments.length() - 1)
    }
}

impl Indicator for Bbands {
    const ABOUT: About = About {
        name: "bbands",
        title: "Bollinger bands about a chosen average",
        source: "TA-Lib BBANDS",
        parameters: &[period(2, 20), deviations("deviations_up"), deviations("deviations_down"), average("average", 0)],
        outputs: &["upper", "middle", "lower"],
    };

    fn of(values: &Values) -> Self {
        Self {
            moments: MeanVariance::of_length(values.count(0)),
            middle: AnyAverage::over(values.count(3), values.count(0)),
            deviations_up: values.number(1),
            deviations_down: values.number(2),
        }
    }
}
