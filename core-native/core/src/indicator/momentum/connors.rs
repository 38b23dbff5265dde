//! Connors RSI: the mean of a short RSI, the RSI of the streak of rises or falls, and the rank of the last return.
//! Connors 2012. Warm-up: the longest of `period`, `streak` and `rank + 1`. Cost: one pass over the last returns a value.

use serde::{Deserialize, Serialize};

use super::Rsi;
use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, length, period};
use crate::indicator::window::{Ring, as_float, quotient};

/// The rank is the share of the `rank` returns before the last one that were lower, in per cent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnorsRsi {
    strength: Rsi,
    previous: Option<f64>,
    /// Bars of rise, or of fall if negative.
    streak: f64,
    streak_strength: Rsi,
    returns: Ring<f64>,
}

impl ConnorsRsi {
    fn rank(&mut self, last: f64) -> Option<f64> {
        let was_full = self.returns.is_full();
        let lower = self.returns.iter().filter(|&earlier| earlier < last).count();
        self.returns.push(last);
        was_full.then(|| 100.0 * as_float(lower) / as_float(self.returns.length()))
    }

    fn next_streak(&self, change: f64) -> f64 {
        if change > 0.0 {
            self.streak.max(0.0) + 1.0
        } else if change < 0.0 {
            self.streak.min(0.0) - 1.0
        } else {
            0.0
        }
    }
}

impl Window for ConnorsRsi {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let strength = self.strength.push(value);
        let previous = self.previous.replace(value);
        if let Some(previous) = previous {
            self.streak = self.next_streak(value - previous);
        }
        let streak = self.streak_strength.push(self.streak);
        let rank = self.rank(quotient(value - previous?, previous?));
        Some((strength? + streak? + rank?) / 3.0)
    }

    fn warm_up(&self) -> usize {
        self.strength.warm_up().max(self.streak_strength.warm_up()).max(self.returns.length() + 1)
    }
}

impl Indicator for ConnorsRsi {
    const ABOUT: About = About {
        name: "connors_rsi",
        title: "Connors RSI",
        source: "Connors 2012",
        parameters: &[period(2, 3), length("streak", 2, 2), length("rank", 2, 100)],
        outputs: &["connors_rsi"],
    };

    fn of(values: &Values) -> Self {
        Self {
            strength: Rsi::over(values.count(0)),
            previous: None,
            streak: 0.0,
            streak_strength: Rsi::over(values.count(1)),
            returns: Ring::of_length(values.count(2)),
        }
    }
}
