//! Highest and lowest of the last `period` values, and which they were. TA-Lib `MAX`, `MIN`, `MINMAX`, `MAXINDEX`,
//! `MININDEX`, `MINMAXINDEX`. Warm-up: `period - 1`.
//!
//! An index counts from the first value that the window was given, 0; among equals it is that of the newest.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Extremes, Sliding, Span};
use crate::indicator::{Output, Window, by_blocks};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Places {
    ends: Sliding<Extremes>,
    seen: u64,
}

impl Places {
    /// Index of the lowest and of the highest.
    fn push(&mut self, value: f64) -> Option<[f64; 2]> {
        let at = self.seen;
        self.seen += 1;
        let ends = self.ends.push(Extremes::of(value, value, at))?;
        #[allow(clippy::cast_precision_loss, reason = "exact for the first 2^53 values")]
        Some([ends.low.at as f64, ends.high.at as f64])
    }
}

macro_rules! values {
    ($($name:ident, $call:literal, $title:literal, $source:literal, $output:ty, $outputs:expr, $slots:expr, $of:expr;)+) => {$(
        #[doc = concat!($title, ". TA-Lib `", $source, "`.")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name(Sliding<Span>);

        impl Window for $name {
            type Input = f64;
            type Output = $output;

            by_blocks!();

            #[inline(always)]
            fn push_block<const N: usize>(
                &mut self,
                values: &[f64; N],
                slots: <$output as Output>::Slots<'_, N>,
            ) -> Option<()> {
                let of: fn(Span) -> [f64; <$output as Output>::WIDTH] = $of;
                self.0.push_block(&values.map(Span::of), ($slots)(slots), |span, _| of(span))
            }

            fn warm_up(&self) -> usize {
                self.0.length() - 1
            }
        }

        impl Indicator for $name {
            const ABOUT: About = About {
                name: $call,
                title: $title,
                source: concat!("TA-Lib ", $source),
                parameters: &[period(2, 30)],
                outputs: $outputs,
            };

            fn of(values: &Values) -> Self {
                Self(Sliding::of_length(values.count(0)))
            }
        }
    )+};
}

macro_rules! places {
    ($($name:ident, $call:literal, $title:literal, $source:literal, $output:ty, $outputs:expr, $of:expr;)+) => {$(
        #[doc = concat!($title, ". TA-Lib `", $source, "`.")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name(Places);

        impl Window for $name {
            type Input = f64;
            type Output = $output;

            fn push(&mut self, value: f64) -> Option<$output> {
                let of: fn([f64; 2]) -> $output = $of;
                self.0.push(value).map(of)
            }

            fn warm_up(&self) -> usize {
                self.0.ends.length() - 1
            }
        }

        impl Indicator for $name {
            const ABOUT: About = About {
                name: $call,
                title: $title,
                source: concat!("TA-Lib ", $source),
                parameters: &[period(2, 30)],
                outputs: $outputs,
            };

            fn of(values: &Values) -> Self {
                Self(Places { ends: Sliding::of_length(values.count(0)), seen: 0 })
            }
        }
    )+};
}

values! {
    Max, "max", "Highest value", "MAX", f64, &["max"], |slots| [slots], |span| [span.high];
    Min, "min", "Lowest value", "MIN", f64, &["min"], |slots| [slots], |span| [span.low];
    MinMax, "minmax", "Lowest and highest value", "MINMAX", [f64; 2], &["min", "max"], |slots| slots, |span| [span.low, span.high];
}

places! {
    MaxIndex, "maxindex", "Index of the highest value", "MAXINDEX", f64, &["index"], |[_, highest]| highest;
    MinIndex, "minindex", "Index of the lowest value", "MININDEX", f64, &["index"], |[lowest, _]| lowest;
    MinMaxIndex, "minmaxindex", "Indices of the lowest and highest value", "MINMAXINDEX", [f64; 2],
        &["min_index", "max_index"], |indices| indices;
}
