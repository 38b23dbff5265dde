//! What a window gives back: one number, or an array of them, and how a run over a series writes them into columns.

use super::Window;

/// One output of a window.
pub trait Output: Copy {
    /// How many columns it has.
    const WIDTH: usize;

    /// Writes it into a row of at least [`WIDTH`](Self::WIDTH) numbers.
    fn put(self, row: &mut [f64]);

    /// Pushes inputs through a copy of a window, into the columns; NaN during the warm-up.
    ///
    /// The copy is a local of the loop, so that its state can be in registers.
    fn run<W: Window<Output = Self> + Clone>(window: &W, inputs: impl Iterator<Item = W::Input>, columns: &mut [&mut [f64]]);
}

impl Output for f64 {
    const WIDTH: usize = 1;

    fn put(self, row: &mut [f64]) {
        row[0] = self;
    }

    fn run<W: Window<Output = Self> + Clone>(window: &W, inputs: impl Iterator<Item = W::Input>, columns: &mut [&mut [f64]]) {
        let mut window = window.clone();
        for (slot, input) in columns[0].iter_mut().zip(inputs) {
            *slot = window.push(input).unwrap_or(f64::NAN);
        }
    }
}

impl<const N: usize> Output for [f64; N] {
    const WIDTH: usize = N;

    fn put(self, row: &mut [f64]) {
        row[..N].copy_from_slice(&self);
    }

    fn run<W: Window<Output = Self> + Clone>(window: &W, inputs: impl Iterator<Item = W::Input>, columns: &mut [&mut [f64]]) {
        let mut window = window.clone();
        let mut columns = columns.iter_mut().map(|column| &mut **column);
        let mut columns: [&mut [f64]; N] = core::array::from_fn(|_| columns.next().expect("a column for each output"));
        for (index, input) in inputs.enumerate() {
            // Number by number: an array that is built here and read whole there waits for its own stores.
            match window.push(input) {
                Some(row) => (0..N).for_each(|place| columns[place][index] = row[place]),
                None => columns.iter_mut().for_each(|column| column[index] = f64::NAN),
            }
        }
    }
}
