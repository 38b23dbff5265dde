//! Change over `period` bars, in five forms. TA-Lib `MOM`, `ROC`, `ROCP`, `ROCR`, `ROCR100`. Warm-up: `period`.
//!
//! A quotient by a price of exactly 0 is 0.

use serde::{Deserialize, Serialize};

use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::Ring;
use crate::indicator::{Window, by_blocks};

#[inline(always)]
fn over(numerator: f64, denominator: f64) -> f64 {
    if denominator == 0.0 { 0.0 } else { numerator / denominator }
}

macro_rules! changes {
    ($($name:ident, $call:literal, $title:literal, $source:literal, $change:expr;)+) => {$(
        #[doc = concat!($title, ". TA-Lib `", $source, "`.")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name(Ring<f64>);

        impl Window for $name {
            type Input = f64;
            type Output = f64;

            by_blocks!();

            #[inline(always)]
            fn push_block<const N: usize>(&mut self, values: &[f64; N], changes: &mut [f64; N]) -> Option<()> {
                let change: fn(f64, f64) -> f64 = $change;
                self.0.push_block(values, changes)?;
                changes.iter_mut().zip(values).for_each(|(slot, &value)| *slot = change(value, *slot));
                Some(())
            }

            fn warm_up(&self) -> usize {
                self.0.length()
            }
        }

        impl Indicator for $name {
            const ABOUT: About = About {
                name: $call,
                title: $title,
                source: concat!("TA-Lib ", $source),
                parameters: &[period(1, 10)],
                outputs: &[$call],
            };

            fn of(values: &Values) -> Self {
                Self(Ring::of_length(values.count(0)))
            }
        }
    )+};
}

changes! {
    Mom, "mom", "Momentum: difference to the earlier price", "MOM", |now, before| now - before;
    Roc, "roc", "Rate of change, per cent", "ROC", |now, before| over(now - before, before) * 100.0;
    Rocp, "rocp", "Rate of change, share", "ROCP", |now, before| over(now - before, before);
    Rocr, "rocr", "Rate of change, ratio", "ROCR", over;
    Rocr100, "rocr100", "Rate of change, ratio times 100", "ROCR100", |now, before| over(now, before) * 100.0;
}

impl Roc {
    pub(crate) fn over(period: usize) -> Self {
        Self(Ring::of_length(period))
    }
}
