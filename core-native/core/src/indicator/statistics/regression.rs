//! The straight line through the last `period` values, by least squares. TA-Lib `LINEARREG`, `LINEARREG_ANGLE`,
//! `LINEARREG_INTERCEPT`, `LINEARREG_SLOPE`, `TSF`. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::overlap::wma::WeightedRun;
use crate::indicator::window::{Sliding, as_float};
use crate::indicator::{Window, by_blocks};

/// The line at each push: `intercept` at the oldest value, `slope` per bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    runs: Sliding<WeightedRun>,
    length: f64,
    /// Sum of the places 0 to length - 1.
    place_sum: f64,
    /// `length` times the sum of their squares, less the square of their sum.
    divisor: f64,
}

/// Slope and intercept.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fit {
    slope: f64,
    intercept: f64,
    length: f64,
}

impl Line {
    fn over(period: usize) -> Self {
        let length = as_float(period);
        Self {
            runs: Sliding::of_length(period),
            length,
            place_sum: length * (length - 1.0) / 2.0,
            divisor: length * length * (length * length - 1.0) / 12.0,
        }
    }

    /// Puts down what `of` makes of each line.
    #[inline(always)]
    fn push_block<const N: usize>(&mut self, values: &[f64; N], slots: &mut [f64; N], of: fn(Fit) -> f64) -> Option<()> {
        let (length, place_sum, divisor) = (self.length, self.place_sum, self.divisor);
        self.runs.push_block(values, [slots], |run, pivot| {
            // The run's weights begin with 1, the places with 0.
            let product = run.weighted - run.sum;
            let slope = (length * product - place_sum * run.sum) / divisor;
            let intercept = pivot + (run.sum - slope * place_sum) / length;
            [of(Fit { slope, intercept, length })]
        })
    }
}

macro_rules! lines {
    ($($name:ident, $call:literal, $title:literal, $source:literal, $of:expr;)+) => {$(
        #[doc = concat!($title, ". TA-Lib `", $source, "`.")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name(Line);

        impl Window for $name {
            type Input = f64;
            type Output = f64;

            by_blocks!();

            #[inline(always)]
            fn push_block<const N: usize>(&mut self, values: &[f64; N], slots: &mut [f64; N]) -> Option<()> {
                self.0.push_block(values, slots, $of)
            }

            fn warm_up(&self) -> usize {
                self.0.runs.length() - 1
            }
        }

        impl Indicator for $name {
            const ABOUT: About = About {
                name: $call,
                title: $title,
                source: concat!("TA-Lib ", $source),
                parameters: &[period(2, 14)],
                outputs: &[$call],
            };

            fn of(values: &Values) -> Self {
                Self(Line::over(values.count(0)))
            }
        }
    )+};
}

lines! {
    LinearRegression, "linearreg", "Regression line at the newest value", "LINEARREG",
        |fit| fit.intercept + fit.slope * (fit.length - 1.0);
    RegressionAngle, "linearreg_angle", "Angle of the regression line, degrees", "LINEARREG_ANGLE",
        |fit| fit.slope.atan().to_degrees();
    RegressionIntercept, "linearreg_intercept", "Regression line at the oldest value", "LINEARREG_INTERCEPT",
        |fit| fit.intercept;
    RegressionSlope, "linearreg_slope", "Slope of the regression line per bar", "LINEARREG_SLOPE", |fit| fit.slope;
    Forecast, "tsf", "Time series forecast: the regression line one bar on", "TSF",
        |fit| fit.intercept + fit.slope * fit.length;
}
