//! The recursive average that all exponential and Wilder's averages are.

use serde::{Deserialize, Serialize};

/// Values of a group.
const GROUP: usize = 4;

/// `average = keep x average + take x value`, after a start, in groups of four values.
///
/// It keeps what it was when the group began and what the group's values have added since, so that only every fourth value
/// waits for the one before it. It forgets, so its rounding error stays below a few units of the last places.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Smoother {
    keep: f64,
    take: f64,
    /// The average when the group began.
    base: f64,
    /// What is left of it after the next value: `keep` to the power of the values in the group.
    decay: f64,
    /// What the group's values are worth by now.
    added: f64,
    in_group: usize,
}

impl Smoother {
    /// At 0.
    #[must_use]
    pub fn new(keep: f64, take: f64) -> Self {
        Self { keep, take, base: 0.0, decay: keep, added: 0.0, in_group: 0 }
    }

    /// Starts from a value.
    #[inline(always)]
    pub fn start(&mut self, value: f64) {
        *self = Self { base: value, decay: self.keep, added: 0.0, in_group: 0, ..*self };
    }

    /// Takes a value; gives the average.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> f64 {
        self.added = self.added * self.keep + value * self.take;
        let average = self.base * self.decay + self.added;
        self.in_group += 1;
        if self.in_group == GROUP {
            self.start(average);
        } else {
            self.decay *= self.keep;
        }
        average
    }

    /// The same for `N` values in a row: whole groups at once.
    #[inline(always)]
    pub fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) {
        let begun = if self.in_group == 0 { 0 } else { (GROUP - self.in_group).min(N) };
        let (first, rest) = values.split_at(begun);
        let (first_averages, rest_averages) = averages.split_at_mut(begun);
        for (average, &value) in first_averages.iter_mut().zip(first) {
            *average = self.push(value);
        }
        let (groups, last) = rest.as_chunks::<GROUP>();
        let (group_averages, last_averages) = rest_averages.as_chunks_mut::<GROUP>();
        let mut decays = [self.keep; GROUP];
        (1..GROUP).for_each(|place| decays[place] = decays[place - 1] * self.keep);
        let mut base = self.base;
        for (averages, values) in group_averages.iter_mut().zip(groups) {
            let mut added = 0.0;
            for place in 0..GROUP {
                added = added * self.keep + values[place] * self.take;
                averages[place] = base * decays[place] + added;
            }
            base = averages[GROUP - 1];
        }
        self.base = base;
        for (average, &value) in last_averages.iter_mut().zip(last) {
            *average = self.push(value);
        }
    }
}

/// A recursive average that starts from the mean of the first values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeededSmoother {
    period: usize,
    /// Values that the mean still lacks.
    missing: usize,
    sum: f64,
    smoother: Smoother,
}

impl SeededSmoother {
    /// From the mean of `period` > 0 values.
    #[must_use]
    pub fn new(period: usize, keep: f64, take: f64) -> Self {
        Self { period, missing: period, sum: 0.0, smoother: Smoother::new(keep, take) }
    }

    /// Values of the mean that it starts from.
    #[must_use]
    pub fn period(&self) -> usize {
        self.period
    }

    /// Takes a value; the average once there are enough.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        if self.missing == 0 {
            return Some(self.smoother.push(value));
        }
        self.missing -= 1;
        self.sum += value;
        if self.missing > 0 {
            return None;
        }
        let mean = self.sum / super::as_float(self.period);
        self.smoother.start(mean);
        Some(mean)
    }
    /// The same for `N` values in a row; for more than one only after the first average.
    #[inline(always)]
    pub fn push_block<const N: usize>(&mut self, values: &[f64; N], averages: &mut [f64; N]) -> Option<()> {
        if N == 1 {
            averages[0] = self.push(values[0])?;
        } else {
            self.smoother.push_block(values, averages);
        }
        Some(())
    }
}
