//! The value before.

use serde::{Deserialize, Serialize};

/// The value before the newest; none for the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Previous(Option<f64>);

impl Previous {
    /// Takes a value; gives the one before it.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        self.0.replace(value)
    }

    /// Takes `N` values in a row, after the first; gives what `of` makes of each and the one before it.
    #[inline(always)]
    pub fn push_block<const N: usize>(
        &mut self,
        values: &[f64; N],
        slots: &mut [f64; N],
        of: impl Fn(usize, f64) -> f64,
    ) -> Option<()> {
        let before = self.0.replace(values[N - 1])?;
        slots[0] = of(0, before);
        (1..N).for_each(|place| slots[place] = of(place, values[place - 1]));
        Some(())
    }
}
