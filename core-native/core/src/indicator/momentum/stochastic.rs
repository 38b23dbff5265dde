//! Stochastic oscillator: where the close lies in the range of the last bars. TA-Lib `STOCH`, `STOCHF`, `STOCHRSI` (Lane).
//! Warm-up: `fast_k - 1` and that of each average; of `stochrsi` also `period`.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLowClose;
use crate::indicator::definition::{About, Indicator, Values, length, period};
use crate::indicator::momentum::Rsi;
use crate::indicator::overlap::AnyAverage;
use crate::indicator::overlap::average::average;
use crate::indicator::window::Sliding;
use crate::indicator::window::Span;

/// The place of a value in a range, in per cent, and its average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Fast {
    span: Sliding<Span>,
    average: AnyAverage,
}

impl Fast {
    fn over(period: usize, average: AnyAverage) -> Self {
        Self { span: Sliding::of_length(period), average }
    }

    #[inline]
    fn push(&mut self, bar: Span, value: f64) -> Option<[f64; 2]> {
        let place = self.span.push(bar)?.place_of(value) * 100.0;
        self.average.push(place).map(|average| [place, average])
    }

    fn warm_up(&self) -> usize {
        self.span.length() - 1 + self.average.warm_up()
    }
}

fn chosen(values: &Values, place: usize) -> AnyAverage {
    AnyAverage::over(values.count(place + 1), values.count(place))
}

/// Outputs `k`, `d`: the place in the range, and its average. A range without height counts 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StochFast(Fast);

impl Window for StochFast {
    type Input = HighLowClose;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 2]> {
        self.0.push(Span { high: bar.high, low: bar.low }, bar.close)
    }

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }
}

impl Indicator for StochFast {
    const ABOUT: About = About {
        name: "stochf",
        title: "Fast stochastic",
        source: "TA-Lib STOCHF",
        parameters: &[length("fast_k", 1, 5), length("fast_d", 1, 3), average("fast_d_average", 0)],
        outputs: &["k", "d"],
    };

    fn of(values: &Values) -> Self {
        Self(Fast::over(values.count(0), chosen(values, 1)))
    }
}

/// Outputs `k`, `d`: the average of the place in the range, and the average of that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stoch {
    fast: Fast,
    slow: AnyAverage,
}

impl Window for Stoch {
    type Input = HighLowClose;
    type Output = [f64; 2];

    fn push(&mut self, bar: HighLowClose) -> Option<[f64; 2]> {
        let [_, slow_k] = self.fast.push(Span { high: bar.high, low: bar.low }, bar.close)?;
        self.slow.push(slow_k).map(|slow_d| [slow_k, slow_d])
    }

    fn warm_up(&self) -> usize {
        self.fast.warm_up() + self.slow.warm_up()
    }
}

impl Indicator for Stoch {
    const ABOUT: About = About {
        name: "stoch",
        title: "Slow stochastic",
        source: "TA-Lib STOCH",
        parameters: &[
            length("fast_k", 1, 5),
            length("slow_k", 1, 3),
            average("slow_k_average", 0),
            length("slow_d", 1, 3),
            average("slow_d_average", 0),
        ],
        outputs: &["k", "d"],
    };

    fn of(values: &Values) -> Self {
        Self { fast: Fast::over(values.count(0), chosen(values, 1)), slow: chosen(values, 3) }
    }
}

/// Outputs `k`, `d`: the fast stochastic of the relative strength index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StochRsi {
    rsi: Rsi,
    fast: Fast,
}

impl Window for StochRsi {
    type Input = f64;
    type Output = [f64; 2];

    fn push(&mut self, value: f64) -> Option<[f64; 2]> {
        let strength = self.rsi.push(value)?;
        self.fast.push(Span::of(strength), strength)
    }

    fn warm_up(&self) -> usize {
        self.rsi.warm_up() + self.fast.warm_up()
    }
}

impl Indicator for StochRsi {
    const ABOUT: About = About {
        name: "stochrsi",
        title: "Stochastic of the relative strength index",
        source: "TA-Lib STOCHRSI",
        parameters: &[period(2, 14), length("fast_k", 1, 5), length("fast_d", 1, 3), average("fast_d_average", 0)],
        outputs: &["k", "d"],
    };

    fn of(values: &Values) -> Self {
        Self { rsi: Rsi::over(values.count(0)), fast: Fast::over(values.count(1), chosen(values, 2)) }
    }
}
