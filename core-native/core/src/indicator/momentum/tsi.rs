//! True strength index: the change from bar to bar, smoothed twice, against its size smoothed twice. Blau 1991.
//! Warm-up: 1 and that of each average.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, length};
use crate::indicator::overlap::Ema;
use crate::indicator::window::quotient;

/// Outputs `tsi` and `signal`; 0 where nothing moves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tsi {
    previous: Option<f64>,
    change: [Ema; 2],
    size: [Ema; 2],
    signal: Ema,
}

impl Window for Tsi {
    type Input = f64;
    type Output = [f64; 2];

    fn push(&mut self, value: f64) -> Option<[f64; 2]> {
        let change = value - self.previous.replace(value)?;
        let twice = |averages: &mut [Ema; 2], value| averages.iter_mut().try_fold(value, |value, average| average.push(value));
        let size = twice(&mut self.size, change.abs());
        let change = twice(&mut self.change, change);
        let index = 100.0 * quotient(change?, size?);
        self.signal.push(index).map(|signal| [index, signal])
    }

    fn warm_up(&self) -> usize {
        1 + self.change.iter().map(Window::warm_up).sum::<usize>() + self.signal.warm_up()
    }
}

impl Indicator for Tsi {
    const ABOUT: About = About {
        name: "tsi",
        title: "True strength index",
        source: "Blau 1991",
        parameters: &[length("first", 1, 25), length("second", 1, 13), length("signal", 1, 7)],
        outputs: &["tsi", "signal"],
    };

    fn of(values: &Values) -> Self {
        let averages = [Ema::over(values.count(0)), Ema::over(values.count(1))];
        Self { previous: None, change: averages, size: averages, signal: Ema::over(values.count(2)) }
    }
}
