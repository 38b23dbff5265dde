//! Lines that add up volume by the direction of the close. TA-Lib `OBV` (Granville; no warm-up, begins with the first
//! bar's volume), the price-volume trend (warm-up 1), Fosback's positive and negative volume index (no warm-up, begin at
//! 1,000).

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::CloseVolume;
use crate::indicator::definition::{About, Indicator, Values};
use crate::indicator::window::{Total, quotient};

/// On-balance volume: added where the close rises, taken off where it falls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Obv {
    previous_close: Option<f64>,
    total: Total,
}

impl Window for Obv {
    type Input = CloseVolume;
    type Output = f64;

    #[inline]
    fn push(&mut self, bar: CloseVolume) -> Option<f64> {
        let signed = match self.previous_close.replace(bar.close) {
            Some(previous) if bar.close < previous => -bar.volume,
            Some(previous) if bar.close > previous => bar.volume,
            Some(_) => 0.0,
            None => bar.volume,
        };
        Some(self.total.add(signed))
    }

    fn warm_up(&self) -> usize {
        0
    }
}

impl Indicator for Obv {
    const ABOUT: About =
        About { name: "obv", title: "On-balance volume", source: "TA-Lib OBV", parameters: &[], outputs: &["obv"] };

    fn of(_: &Values) -> Self {
        Self::default()
    }
}

/// Volume times the close's relative change, added up; a change from a close of 0 counts as none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PriceVolumeTrend {
    previous_close: Option<f64>,
    total: Total,
}

impl Window for PriceVolumeTrend {
    type Input = CloseVolume;
    type Output = f64;

    fn push(&mut self, bar: CloseVolume) -> Option<f64> {
        let previous = self.previous_close.replace(bar.close)?;
        Some(self.total.add(quotient(bar.close - previous, previous) * bar.volume))
    }

    fn warm_up(&self) -> usize {
        1
    }
}

impl Indicator for PriceVolumeTrend {
    const ABOUT: About = About { name: "pvt", title: "Price-volume trend", source: "common", parameters: &[], outputs: &["pvt"] };

    fn of(_: &Values) -> Self {
        Self::default()
    }
}

/// An index that follows the close on some bars only.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct VolumeIndex {
    previous: Option<CloseVolume>,
    value: f64,
}

impl VolumeIndex {
    const fn new() -> Self {
        Self { previous: None, value: 1_000.0 }
    }

    /// Moves with the close if `counts` says so of the volume before and now.
    fn push(&mut self, bar: CloseVolume, counts: fn(f64, f64) -> bool) -> f64 {
        if let Some(before) = self.previous.replace(bar)
            && counts(before.volume, bar.volume)
        {
            self.value *= 1.0 + quotient(bar.close - before.close, before.close);
        }
        self.value
    }
}

macro_rules! indices {
    ($($name:ident, $call:literal, $title:literal, $counts:expr;)+) => {$(
        #[doc = concat!($title, ".")]
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name(VolumeIndex);

        impl Window for $name {
            type Input = CloseVolume;
            type Output = f64;

            fn push(&mut self, bar: CloseVolume) -> Option<f64> {
                Some(self.0.push(bar, $counts))
            }

            fn warm_up(&self) -> usize {
                0
            }
        }

        impl Indicator for $name {
            const ABOUT: About =
                About { name: $call, title: $title, source: "Fosback 1976", parameters: &[], outputs: &[$call] };

            fn of(_: &Values) -> Self {
                Self(VolumeIndex::new())
            }
        }
    )+};
}

indices! {
    PositiveVolume, "pvi", "Positive volume index: follows the close where volume rises", |before, now| now > before;
    NegativeVolume, "nvi", "Negative volume index: follows the close where volume falls", |before, now| now < before;
}
