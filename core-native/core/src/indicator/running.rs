//! A streaming indicator whose kind is known at run time only: what [`IndicatorSpec::start`](super::IndicatorSpec::start)
//! gives. The same windows as in a batch, so the same bits.

use super::column::{BarRow, Input};
use super::definition::Indicator;
use super::error::IndicatorError;
use super::output::Output;

/// A window behind a pointer.
pub trait Running: Send {
    /// Takes the next bar; writes the outputs and says true, or says false during the warm-up.
    ///
    /// `outputs` has a place for each output.
    fn push(&mut self, bar: &BarRow, outputs: &mut [f64]) -> bool;

    /// How many bars give nothing before the first output.
    fn warm_up(&self) -> usize;

    /// A copy that goes its own way.
    fn copy(&self) -> Box<dyn Running>;

    /// The whole state as bytes, for [`IndicatorSpec::restore`](super::IndicatorSpec::restore).
    fn save(&self) -> Vec<u8>;
}

impl<W: Indicator> Running for W {
    fn push(&mut self, bar: &BarRow, outputs: &mut [f64]) -> bool {
        let Some(output) = super::Window::push(self, W::Input::of(bar)) else { return false };
        output.put(outputs);
        true
    }

    fn warm_up(&self) -> usize {
        super::Window::warm_up(self)
    }

    fn copy(&self) -> Box<dyn Running> {
        Box::new(self.clone())
    }

    fn save(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a window is numbers and lists, which always have bytes")
    }
}

/// A window from saved bytes, or that they are none.
pub(super) type Restored = Result<Box<dyn Running>, IndicatorError>;

/// Makes a window from saved bytes. They are trusted to be what [`Running::save`] gave for the same indicator.
pub(super) fn restored<W: Indicator>(bytes: &[u8]) -> Restored {
    let window: W = postcard::from_bytes(bytes).map_err(|_| IndicatorError::State)?;
    Ok(Box::new(window))
}
