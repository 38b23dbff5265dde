//! What windows are built from. None of it takes a value out of a sum again: that is where drift comes from.

pub mod previous;
pub mod ring;
pub mod runs;
pub mod sliding;
pub mod smoother;
pub mod spread;
pub mod total;
pub mod true_range;
pub mod wilder;

pub use previous::Previous;
pub use ring::Ring;
pub use runs::{Extremes, Span};
pub use sliding::{Join, Run, Sliding, SlidingSum};
pub use smoother::{SeededSmoother, Smoother};
pub use spread::MeanVariance;
pub use total::Total;
pub use true_range::TrueRange;
pub use wilder::{WilderAverage, WilderSum};

/// Below this a denominator counts as zero (TA-Lib has the same).
pub const ZERO: f64 = 1e-14;

/// Whether a number counts as zero.
#[must_use]
pub fn is_zero(value: f64) -> bool {
    value.abs() < ZERO
}

/// The larger of two finite numbers: one instruction, where `f64::max` also looks for NaN.
#[must_use]
#[inline(always)]
pub fn larger(one: f64, other: f64) -> f64 {
    if one > other { one } else { other }
}

/// The smaller of two finite numbers.
#[must_use]
#[inline(always)]
pub fn smaller(one: f64, other: f64) -> f64 {
    if one < other { one } else { other }
}

/// Puts down what `of` makes of each place: the loops that the compiler does side by side.
#[inline(always)]
pub fn each<const N: usize>(slots: &mut [f64; N], of: impl Fn(usize) -> f64) {
    (0..N).for_each(|place| slots[place] = of(place));
}

/// A quotient; 0 where the denominator counts as zero.
#[must_use]
pub fn quotient(numerator: f64, denominator: f64) -> f64 {
    if is_zero(denominator) { 0.0 } else { numerator / denominator }
}

/// A count as a float. Exact: counts are lengths of windows.
#[must_use]
pub fn as_float(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a window's length is at most a few times PERIOD_MAX"))
}
