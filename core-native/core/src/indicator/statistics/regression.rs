//! The straight line through the last `period` values, by least squares. TA-Lib `LINEARREG`, `LINEARREG_ANGLE`,
//! `LINEARREG_INTERCEPT`, `LINEARREG_SLOPE`, `TSF`. Warm-up: `period - 1`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::overlap::wma::WeightedRun;
use crate::indicator::window::{Join, Moments, Pivoted, as_float};

impl Moments for WeightedRun {
    type Value = f64;

    #[inline]
    fn of(value: f64, pivot: f64) -> Self {
        Self::of(value - pivot)
    }

    #[inline]
    fn join(self, newer: Self) -> Self {
        Join::join(self, newer)
    }
}

/// The line at each push: `intercept` at the oldest value, `slope` per bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    runs: Pivoted<WeightedRun>,
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
            runs: Pivoted::of_length(period),
            length,
            place_sum: length * (length - 1.0) / 2.0,
            divisor: length * length * (length * length - 1.0) / 12.0,
        }
    }

    #[inline]
    fn push(&mut self, value: f64) -> Option<Fit> {
        let (run, pivot) = self.runs.push(value)?;
        // The run's weights begin with 1, the places with 0.
        let product = run.weighted - run.sum;
        let slope = (self.length * product - self.place_sum * run.sum) / self.divisor;
        let intercept = pivot + (run.sum - slope * self.place_sum) / self.length;
        Some(Fit { slope, intercept, length: self.length })
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

            fn push(&mut self, value: f64) -> Option<f64> {
                let of: fn(Fit) -> f64 = $of;
                self.0.push(value).map(of)
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
