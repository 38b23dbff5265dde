//! Stochastic momentum index: the distance of the close from the middle of its range, smoothed twice. Blau 1993.
//! Warm-up: `period - 1` and that of each average.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, Indicator, Values, length, period};
use crate::indicator::overlap::Ema;
use crate::indicator::window::Span;
use crate::indicator::window::{Sliding, quotient};

/// Outputs `smi` and `signal`; 0 where the smoothed range is 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Smi {
    span: Sliding<Span>,
    distance: [Ema; 2],
    height: [Ema; 2],
    signal: Ema,
}

impl Window for Smi {
    type Input = HighLowClose;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 2]> {
        let span = self.span.push(Span { high: bar.high, low: bar.low })?;
        let twice = |averages: &mut [Ema; 2], value| averages.iter_mut().try_fold(value, |value, average| average.push(value));
        let distance = twice(&mut self.distance, bar.close - span.middle());
        let height = twice(&mut self.height, span.high - span.low);
        let index = 100.0 * quotient(distance?, 0.5 * height?);
        self.signal.push(index).map(|signal| [index, signal])
    }

    fn warm_up(&self) -> usize {
        self.span.length() - 1 + self.distance.iter().map(Window::warm_up).sum::<usize>() + self.signal.warm_up()
    }
}

impl Indicator for Smi {
    const ABOUT: About = About {
        name: "smi",
        title: "Stochastic momentum index",
        source: "Blau 1993",
        parameters: &[period(1, 13), length("first", 1, 25), length("second", 1, 2), length("signal", 1, 3)],
        outputs: &["smi", "signal"],
    };

    fn of(values: &Values) -> Self {
        let averages = [Ema::over(values.count(1)), Ema::over(values.count(2))];
        Self {
            span: Sliding::of_length(values.count(0)),
            distance: averages,
            height: averages,
            signal: Ema::over(values.count(3)),
        }
    }
}
