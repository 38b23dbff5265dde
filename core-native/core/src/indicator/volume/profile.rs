//! Volume profile: at which prices the volume of the last `period` bars was traded. Warm-up: `period - 1`.
//!
//! The range of the bars is cut into `rows` of equal height, and each bar's volume is spread evenly over its own range. The
//! point of control is the middle of the fullest row, the lowest among equals; the value area grows from it, each time by
//! the fuller of the rows above and below, until it holds its share of the volume.
//!
//! Cost: one pass over the bars and the rows a bar. Limits: bars know nothing of the prices within them, so neither does
//! the profile.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowVolume;
use crate::indicator::definition::{About, Indicator, Values, number, period, whole};
use crate::indicator::window::Span;
use crate::indicator::window::{Ring, Sliding, as_float, is_zero};

/// Most rows that a profile may have.
const ROWS_MAX: u32 = 1_000;

/// Outputs `poc`, `value_high`, `value_low`. Without any volume the value area is the point of control's row, the lowest;
/// without any range all three are the price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VolumeProfile {
    span: Sliding<Span>,
    bars: Ring<(f64, f64, f64)>,
    row_count: usize,
    share: f64,
}

impl VolumeProfile {
    /// Volume of each row, lowest first.
    fn rows(&self, span: Span) -> Vec<f64> {
        let height = (span.high - span.low) / as_float(self.row_count);
        let mut rows = vec![0.0; self.row_count];
        for (high, low, volume) in self.bars.iter() {
            let (first, last) = (self.row_of(low, span.low, height), self.row_of(high, span.low, height));
            if first == last {
                rows[first] += volume;
                continue;
            }
            for (place, row) in rows.iter_mut().enumerate().take(last + 1).skip(first) {
                let bottom = span.low + as_float(place) * height;
                let covered = high.min(bottom + height) - low.max(bottom);
                *row += volume * (covered / (high - low)).max(0.0);
            }
        }
        rows
    }

    fn row_of(&self, price: f64, lowest: f64, height: f64) -> usize {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of a float stays within the type, and the row within the profile"
        )]
        let row = ((price - lowest) / height) as usize;
        row.min(self.row_count - 1)
    }

    /// First and last row of the value area about `fullest`.
    fn value_area(&self, rows: &[f64], fullest: usize) -> (usize, usize) {
        let wanted = rows.iter().sum::<f64>() * self.share;
        let (mut first, mut last, mut held) = (fullest, fullest, rows[fullest]);
        while held < wanted {
            let below = first.checked_sub(1).map(|row| rows[row]);
            let above = rows.get(last + 1).copied();
            match (below, above) {
                (None, None) => break,
                (Some(below), above) if above.is_none_or(|above| below > above) => {
                    first -= 1;
                    held += below;
                }
                (_, above) => {
                    last += 1;
                    held += above.unwrap_or(0.0);
                }
            }
        }
        (first, last)
    }
}

impl Window for VolumeProfile {
    type Input = HighLowVolume;
    type Output = [f64; 3];

    fn push(&mut self, bar: HighLowVolume) -> Option<[f64; 3]> {
        self.bars.push((bar.high, bar.low, bar.volume));
        let span = self.span.push(Span { high: bar.high, low: bar.low })?;
        if is_zero(span.high - span.low) {
            return Some([span.low; 3]);
        }
        let rows = self.rows(span);
        let fullest = (0..rows.len()).rev().max_by(|&one, &other| rows[one].total_cmp(&rows[other])).unwrap_or(0);
        let (first, last) = self.value_area(&rows, fullest);
        let height = (span.high - span.low) / as_float(self.row_count);
        let edge = |row: usize| span.low + as_float(row) * height;
        Some([edge(fullest) + 0.5 * height, edge(last + 1), edge(first)])
    }

    fn warm_up(&self) -> usize {
        self.bars.length() - 1
    }
}

impl Indicator for VolumeProfile {
    const ABOUT: About = About {
        name: "volume_profile",
        title: "Volume profile: point of control and value area",
        source: "Steidlmayer",
        parameters: &[period(1, 100), whole("rows", 1, ROWS_MAX, 24), number("value_area", 0.01, 1.0, 0.7)],
        outputs: &["poc", "value_high", "value_low"],
    };

    fn of(values: &Values) -> Self {
        let period = values.count(0);
        Self {
            span: Sliding::of_length(period),
            bars: Ring::of_length(period),
            row_count: values.count(1),
            share: values.number(2),
        }
    }
}
