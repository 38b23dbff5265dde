//! What a window gives back: one number, or an array of them, and where a run over a series puts them.

/// One output of a window.
pub trait Output: Copy {
    /// How many columns it has.
    const WIDTH: usize;

    /// Places for the outputs of `N` bars in a row: an array for each column.
    type Slots<'a, const N: usize>;

    /// Nothing yet.
    fn zero() -> Self;

    /// It as places for the output of one bar.
    fn one(&mut self) -> Self::Slots<'_, 1>;

    /// The places of the `N` bars from `start`. Panics where a column ends before them.
    fn slots<'a, const N: usize>(columns: &'a mut [&mut [f64]], start: usize) -> Self::Slots<'a, N>;

    /// Puts it into one of several places.
    fn set<const N: usize>(self, slots: &mut Self::Slots<'_, N>, place: usize);

    /// Writes it into a row of at least [`WIDTH`](Self::WIDTH) numbers.
    fn put(self, row: &mut [f64]);
}

/// `N` places that begin at `start`.
#[inline(always)]
fn places_at<const N: usize>(column: &mut [f64], start: usize) -> &mut [f64; N] {
    (&mut column[start..start + N]).try_into().expect("as many as were asked for")
}

impl Output for f64 {
    const WIDTH: usize = 1;

    type Slots<'a, const N: usize> = &'a mut [f64; N];

    #[inline(always)]
    fn zero() -> Self {
        0.0
    }

    #[inline(always)]
    fn one(&mut self) -> &mut [f64; 1] {
        core::array::from_mut(self)
    }

    #[inline(always)]
    fn slots<'a, const N: usize>(columns: &'a mut [&mut [f64]], start: usize) -> &'a mut [f64; N] {
        places_at(columns[0], start)
    }

    #[inline(always)]
    fn set<const N: usize>(self, slots: &mut Self::Slots<'_, N>, place: usize) {
        slots[place] = self;
    }

    fn put(self, row: &mut [f64]) {
        row[0] = self;
    }
}

impl<const WIDTH: usize> Output for [f64; WIDTH] {
    const WIDTH: usize = WIDTH;

    type Slots<'a, const N: usize> = [&'a mut [f64; N]; WIDTH];

    #[inline(always)]
    fn zero() -> Self {
        [0.0; WIDTH]
    }

    #[inline(always)]
    fn one(&mut self) -> [&mut [f64; 1]; WIDTH] {
        self.each_mut().map(core::array::from_mut)
    }

    #[inline(always)]
    fn slots<'a, const N: usize>(columns: &'a mut [&mut [f64]], start: usize) -> [&'a mut [f64; N]; WIDTH] {
        let mut columns = columns.iter_mut();
        core::array::from_fn(|_| places_at(columns.next().expect("a column for each output"), start))
    }

    #[inline(always)]
    fn set<const N: usize>(self, slots: &mut [&mut [f64; N]; WIDTH], place: usize) {
        // Number by number: an array that is built here and read whole there waits for its own stores.
        (0..WIDTH).for_each(|column| slots[column][place] = self[column]);
    }

    fn put(self, row: &mut [f64]) {
        row[..WIDTH].copy_from_slice(&self);
    }
}
