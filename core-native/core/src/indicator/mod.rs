//! Indicators, one bar at a time: by TA-Lib's definition where it has one.
//!
//! The one place of the core where floats are: nothing that holds money reads them. A window is plain state; `push`
//! gives `None` during the warm-up, then one output per bar. The functions over whole series ([`batch`]) push through
//! the same windows, so they give the same bits. [`spec`] is the table of all of them.
//!
//! Invariant: rounding errors do not grow with the number of pushes. Sliding sums are never taken out of again and
//! variances are taken about a nearby value ([`window::sliding`]), totals carry their rounding along
//! ([`window::total`]), and the recursive averages forget.
//!
//! Inputs are finite. A value that is not stays in a recursive average for good, so callers keep them out.

#![allow(clippy::float_arithmetic, reason = "indicators are the one place for floats")]
#![allow(clippy::inline_always, reason = "a window that is not inlined has its state in memory: three times the time, measured")]

pub mod bands;
pub mod batch;
pub mod column;
pub mod cycle;
pub mod definition;
pub mod error;
pub mod momentum;
pub mod output;
pub mod overlap;
pub mod price;
pub mod running;
pub mod spec;
pub mod statistics;
pub mod volatility;
pub mod volume;
pub mod window;

pub use column::{BarRow, Column, Columns, Input};
pub use definition::{About, Indicator, PERIOD_MAX, Parameter, Values};
pub use error::IndicatorError;
pub use output::Output;
pub use running::Running;
pub use spec::{IndicatorSpec, Row};

/// The `push` of a window that is written as [`Window::push_block`].
macro_rules! by_blocks {
    () => {
        #[inline(always)]
        fn push(&mut self, input: Self::Input) -> Option<Self::Output> {
            let mut output = <Self::Output as crate::indicator::Output>::zero();
            let slots = crate::indicator::Output::one(&mut output);
            self.push_block::<1>(crate::indicator::Input::one(&input), slots).map(|()| output)
        }
    };
}
pub(crate) use by_blocks;

/// A streaming indicator.
pub trait Window {
    /// What one bar gives it.
    type Input: Input;
    /// What it gives back.
    type Output: Output;

    /// Takes the next bar; `None` during the warm-up.
    fn push(&mut self, input: Self::Input) -> Option<Self::Output>;

    /// Takes the next `N` bars and puts down their outputs, with the bits of `N` pushes; `None` during the warm-up. More than
    /// one bar only after the first output.
    ///
    /// Where values do not wait for one another this is quicker than pushes; a window that says how writes
    /// `by_blocks!` for its `push`, which is then a block of one.
    #[inline(always)]
    fn push_block<const N: usize>(
        &mut self,
        inputs: <Self::Input as Input>::Block<'_, N>,
        mut outputs: <Self::Output as Output>::Slots<'_, N>,
    ) -> Option<()> {
        for place in 0..N {
            self.push(Self::Input::at::<N>(inputs, place))?.set::<N>(&mut outputs, place);
        }
        Some(())
    }

    /// How many pushes give `None` before the first output.
    fn warm_up(&self) -> usize;
}
