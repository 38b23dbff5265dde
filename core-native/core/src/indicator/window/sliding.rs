//! Anything that can be joined over the last values: sums, highest and lowest, sums of distances for variances and regressions.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a run of values is joined into, oldest first; joining is associative but for rounding.
pub trait Run: Copy + Serialize + DeserializeOwned {
    /// One of the values.
    type Value: Copy + Default + Serialize + DeserializeOwned;

    /// Of no values: joined with it a run stays what it is.
    fn none() -> Self;

    /// Of one value, by its distance to a pivot where that matters.
    fn of(value: Self::Value, pivot: Self::Value) -> Self;

    /// This run, followed by a newer one.
    #[must_use]
    fn join(self, newer: Self) -> Self;
}

/// A run whose values are runs already.
pub trait Join: Copy + Default + Serialize + DeserializeOwned {
    /// Of no values.
    fn none() -> Self;

    /// This run, followed by a newer one.
    #[must_use]
    fn join(self, newer: Self) -> Self;
}

impl<T: Join> Run for T {
    type Value = Self;

    #[inline(always)]
    fn none() -> Self {
        Join::none()
    }

    #[inline(always)]
    fn of(value: Self, _: Self) -> Self {
        value
    }

    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        Join::join(self, newer)
    }
}

/// The join of the last `length` values.
///
/// A running sum that adds the new and takes off the old value drifts, and keeps a huge value's error after the value has
/// left. This one only ever joins: the window is the end of the previous block of `length` values, joined from each place to
/// its end when the block ended, and the current block up to now. Three joins per value on average, one pass over the window
/// every `length` values.
///
/// **The pivot.** A variance is a difference of two sums, and far from zero that difference would have no digits left, so its
/// sums are of distances to a pivot: the newest value when the block began. It leaves the window when the next block begins,
/// so it is always one of the window's values, and then the sum of squares is at most `length` times what the difference
/// leaves: four digits of sixteen are the most that can be lost. A flat window has sums of exactly zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "R: Run")]
pub struct Sliding<R: Run> {
    /// Before `filled`: this block's values.
    values: Vec<R::Value>,
    /// The previous block joined from each place to its end, and of nothing at its end.
    suffixes: Vec<R>,
    filled: usize,
    /// This block up to now.
    prefix: R,
    pivot: R::Value,
    /// Whether a block has ended: from then on every push has a whole window.
    is_warm: bool,
}

/// Sum of the last values.
pub type SlidingSum = Sliding<f64>;

impl<R: Run> Sliding<R> {
    /// Over `length` > 0 values.
    #[must_use]
    pub fn of_length(length: usize) -> Self {
        Self {
            values: vec![R::Value::default(); length],
            suffixes: vec![R::none(); length + 1],
            filled: 0,
            prefix: R::none(),
            pivot: R::Value::default(),
            is_warm: false,
        }
    }

    /// How many values it joins.
    #[must_use]
    pub fn length(&self) -> usize {
        self.values.len()
    }

    /// What the distances of the last join are to.
    #[must_use]
    pub fn pivot(&self) -> R::Value {
        self.pivot
    }

    /// Adds a value; the join once there are enough.
    #[inline(always)]
    pub fn push(&mut self, value: R::Value) -> Option<R> {
        self.values[self.filled] = value;
        self.filled += 1;
        self.prefix = self.prefix.join(R::of(value, self.pivot));
        if self.filled == self.values.len() {
            self.end_block();
        }
        if self.is_warm { Some(self.suffixes[self.filled].join(self.prefix)) } else { None }
    }

    /// The same for `N` values in a row: puts down what `of` makes of each join and its pivot. More than one value only after
    /// the first join.
    #[inline(always)]
    pub fn push_block<const N: usize, const WIDTH: usize>(
        &mut self,
        values: &[R::Value; N],
        mut outputs: [&mut [f64; N]; WIDTH],
        of: impl Fn(R, R::Value) -> [f64; WIDTH],
    ) -> Option<()> {
        if N == 1 {
            let run = self.push(values[0])?;
            put(&mut outputs.map(<[f64; N]>::as_mut_slice), 0, of(run, self.pivot));
            return Some(());
        }
        let mut done = 0;
        while done < N {
            let count = (self.values.len() - self.filled).min(N - done);
            let mut outputs = outputs.each_mut().map(|output| &mut output[done..done + count]);
            let values = &values[done..done + count];
            let kept = &mut self.values[self.filled..][..count];
            let suffixes = &self.suffixes[self.filled + 1..][..count];
            let (mut prefix, pivot) = (self.prefix, self.pivot);
            for place in 0..count {
                kept[place] = values[place];
                prefix = prefix.join(R::of(values[place], pivot));
                put(&mut outputs, place, of(suffixes[place].join(prefix), pivot));
            }
            self.prefix = prefix;
            self.filled += count;
            done += count;
            if self.filled == self.values.len() {
                self.end_block();
                put(&mut outputs, count - 1, of(self.suffixes[0].join(self.prefix), self.pivot));
            }
        }
        Some(())
    }

    /// Joins the block's values about the newest of them, from each place to the end, and begins the next one.
    #[inline(always)]
    fn end_block(&mut self) {
        self.pivot = self.values[self.values.len() - 1];
        join_to_end(&self.values, self.pivot, &mut self.suffixes);
        (self.filled, self.prefix, self.is_warm) = (0, R::none(), true);
    }
}

/// Puts down the numbers that were made for a place.
#[inline(always)]
fn put<const WIDTH: usize>(outputs: &mut [&mut [f64]; WIDTH], place: usize, made: [f64; WIDTH]) {
    (0..WIDTH).for_each(|output| outputs[output][place] = made[output]);
}

/// Not of the window itself: whose state would have to be in memory then.
fn join_to_end<R: Run>(values: &[R::Value], pivot: R::Value, suffixes: &mut [R]) {
    let mut run = R::none();
    for (value, suffix) in values.iter().zip(&mut suffixes[..values.len()]).rev() {
        run = R::of(*value, pivot).join(run);
        *suffix = run;
    }
}
