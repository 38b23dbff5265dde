//! Aroon: how lately the highest high and the lowest low of the last `period` bars and the one before them were. TA-Lib
//! `AROON`, `AROONOSC` (Chande). Warm-up: `period`. Among equals the newest counts.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, Indicator, Values, period};
use crate::indicator::window::{Extremes, Sliding};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Lately {
    extremes: Sliding<Extremes>,
    seen: u64,
    /// Per cent for each bar.
    share: f64,
}

impl Lately {
    fn over(period: usize) -> Self {
        let share = 100.0 / crate::indicator::window::as_float(period);
        Self { extremes: Sliding::of_length(period + 1), seen: 0, share }
    }

    /// Down and up, 0 where the extreme is the oldest bar, 100 where it is the newest.
    fn push(&mut self, bar: HighLow) -> Option<[f64; 2]> {
        self.seen += 1;
        let at = self.seen;
        let found = self.extremes.push(Extremes::of(bar.high, bar.low, at))?;
        let oldest = at + 1 - self.extremes.length() as u64;
        Some([found.low.at, found.high.at].map(|extreme| {
            let bars = u32::try_from(extreme - oldest).expect("a place within the window");
            f64::from(bars) * self.share
        }))
    }

    fn warm_up(&self) -> usize {
        self.extremes.length() - 1
    }
}

/// Outputs `down`, `up`, in per cent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aroon(Lately);

impl Window for Aroon {
    type Input = HighLow;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLow) -> Option<[f64; 2]> {
        self.0.push(bar)
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for Aroon {
    const ABOUT: About =
        About { name: "aroon", title: "Aroon", source: "TA-Lib AROON", parameters: &[period(2, 14)], outputs: &["down", "up"] };

    fn of(values: &Values) -> Self {
        Self(Lately::over(values.count(0)))
    }
}

/// Up less down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AroonOscillator(Lately);

impl Window for AroonOscillator {
    type Input = HighLow;
    type Output = f64;

    fn push(&mut self, bar: HighLow) -> Option<f64> {
        self.0.push(bar).map(|[down, up]| up - down)
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for AroonOscillator {
    const ABOUT: About = About {
        name: "aroonosc",
        title: "Aroon oscillator",
        source: "TA-Lib AROONOSC",
        parameters: &[period(2, 14)],
        outputs: &["aroonosc"],
    };

    fn of(values: &Values) -> Self {
        Self(Lately::over(values.count(0)))
    }
}
