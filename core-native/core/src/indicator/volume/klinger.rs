//! Klinger volume oscillator: two averages of a volume force that measures each range against the whole move it is part
//! of. Klinger. Warm-up: `2 + slow - 1`, and the signal's.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowCloseVolume;
use crate::indicator::definition::{About, Indicator, Values, length};
use crate::indicator::overlap::Ema;
use crate::indicator::window::is_zero;

/// The move that a bar belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    price_sum: f64,
    range: f64,
    /// Whether the price rises; unknown for the first bar.
    is_rising: Option<bool>,
    /// Ranges of the move, added up.
    moved: f64,
}

/// Outputs `kvo` and `signal`. A bar that is the whole of its move has no force.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Klinger {
    course: Option<Course>,
    fast: Ema,
    slow: Ema,
    signal: Ema,
}

impl Klinger {
    /// The force of a bar, from the third one on.
    fn force(&mut self, bar: HighLowCloseVolume) -> Option<f64> {
        let price_sum = bar.high + bar.low + bar.close;
        let range = bar.high - bar.low;
        let Some(before) = self.course else {
            self.course = Some(Course { price_sum, range, is_rising: None, moved: 0.0 });
            return None;
        };
        let is_rising = price_sum > before.price_sum;
        let (moved, force_is_known) = match before.is_rising {
            None => (0.0, false),
            Some(was_rising) if was_rising == is_rising => (before.moved + range, true),
            Some(_) => (before.range + range, true),
        };
        self.course = Some(Course { price_sum, range, is_rising: Some(is_rising), moved });
        if !force_is_known {
            return None;
        }
        let trend = if is_rising { 1.0 } else { -1.0 };
        let share = if is_zero(moved) { 1.0 } else { range / moved };
        Some(bar.volume * (2.0 * (share - 1.0)).abs() * trend * 100.0)
    }
}

impl Window for Klinger {
    type Input = HighLowCloseVolume;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLowCloseVolume) -> Option<[f64; 2]> {
        let force = self.force(bar)?;
        let fast = self.fast.push(force);
        let slow = self.slow.push(force);
        let line = fast? - slow?;
        self.signal.push(line).map(|signal| [line, signal])
    }

    fn warm_up(&self) -> usize {
        2 + self.fast.warm_up().max(self.slow.warm_up()) + self.signal.warm_up()
    }
}

impl Indicator for Klinger {
    const ABOUT: About = About {
        name: "kvo",
        title: "Klinger volume oscillator",
        source: "Klinger",
        parameters: &[length("fast", 1, 34), length("slow", 1, 55), length("signal", 1, 13)],
        outputs: &["kvo", "signal"],
    };

    fn of(values: &Values) -> Self {
        let [fast, slow, signal] = [0, 1, 2].map(|place| Ema::over(values.count(place)));
        Self { course: None, fast, slow, signal }
    }
}
