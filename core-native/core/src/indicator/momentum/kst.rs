//! Sums of rates of change over several lengths: Pring's know sure thing, and Coppock's curve. Warm-up: the longest change
//! with its average, and the signal.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, length, period};
use crate::indicator::momentum::Roc;
use crate::indicator::overlap::{Sma, Wma};

/// One rate of change, averaged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Part {
    change: Roc,
    average: Sma,
}

impl Part {
    fn push(&mut self, value: f64) -> Option<f64> {
        let change = self.change.push(value)?;
        self.average.push(change)
    }

    fn warm_up(&self) -> usize {
        self.change.warm_up() + self.average.warm_up()
    }
}

/// Outputs `kst` and `signal`: four changes with the weights 1 to 4, and the simple average of their sum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kst {
    parts: [Part; 4],
    signal: Sma,
}

impl Window for Kst {
    type Input = f64;
    type Output = [f64; 2];

    fn push(&mut self, value: f64) -> Option<[f64; 2]> {
        let [one, two, three, four] = self.parts.each_mut().map(|part| part.push(value));
        let sum = one? + 2.0 * two? + 3.0 * three? + 4.0 * four?;
        self.signal.push(sum).map(|signal| [sum, signal])
    }

    fn warm_up(&self) -> usize {
        self.parts.iter().map(Part::warm_up).max().unwrap_or(0) + self.signal.warm_up()
    }
}

impl Indicator for Kst {
    const ABOUT: About = About {
        name: "kst",
        title: "Know sure thing",
        source: "Pring 1992",
        parameters: &[
            length("change_1", 1, 10),
            length("change_2", 1, 15),
            length("change_3", 1, 20),
            length("change_4", 1, 30),
            length("average_1", 1, 10),
            length("average_2", 1, 10),
            length("average_3", 1, 10),
            length("average_4", 1, 15),
            length("signal", 1, 9),
        ],
        outputs: &["kst", "signal"],
    };

    fn of(values: &Values) -> Self {
        let part = |place: usize| Part { change: Roc::over(values.count(place)), average: Sma::over(values.count(place + 4)) };
        Self { parts: [0, 1, 2, 3].map(part), signal: Sma::over(values.count(8)) }
    }
}

/// Weighted average of the sum of two changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coppock {
    short: Roc,
    long: Roc,
    average: Wma,
}

impl Window for Coppock {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let short = self.short.push(value);
        let long = self.long.push(value);
        self.average.push(short? + long?)
    }

    fn warm_up(&self) -> usize {
        self.short.warm_up().max(self.long.warm_up()) + self.average.warm_up()
    }
}

impl Indicator for Coppock {
    const ABOUT: About = About {
        name: "coppock",
        title: "Coppock curve",
        source: "Coppock 1962",
        parameters: &[period(1, 10), length("short", 1, 11), length("long", 1, 14)],
        outputs: &["coppock"],
    };

    fn of(values: &Values) -> Self {
        Self { short: Roc::over(values.count(1)), long: Roc::over(values.count(2)), average: Wma::over(values.count(0)) }
    }
}
