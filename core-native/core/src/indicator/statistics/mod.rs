//! Statistics of the last values.

pub mod comparison;
pub mod deviation;
pub mod extremes;
pub mod regression;
pub mod sum;

pub use comparison::{Beta, Correlation, RelativeStrength};
pub use deviation::{MeanAbsoluteDeviation, StandardDeviation, Variance, ZScore};
pub use extremes::{Max, MaxIndex, Min, MinIndex, MinMax, MinMaxIndex};
pub use regression::{Forecast, LinearRegression, RegressionAngle, RegressionIntercept, RegressionSlope};
pub use sum::Sum;
