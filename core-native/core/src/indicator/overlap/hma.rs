//! Hull moving average: `WMA(2 WMA(n/2) - WMA(n))` over the square root of `n`. Hull 2005.
//! Warm-up: `period - 1 + floor(sqrt(period)) - 1`.

use serde::{Deserialize, Serialize};

use super::Wma;
use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values, period};

/// Hull's average. Half and root are rounded down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hma {
    half: Wma,
    whole: Wma,
    root: Wma,
}

impl Window for Hma {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        let half = self.half.push(value);
        let whole = self.whole.push(value);
        self.root.push(2.0 * half? - whole?)
    }

    fn warm_up(&self) -> usize {
        self.whole.warm_up() + self.root.warm_up()
    }
}

impl Indicator for Hma {
    const ABOUT: About =
        About { name: "hma", title: "Hull moving average", source: "Hull 2005", parameters: &[period(2, 20)], outputs: &["hma"] };

    fn of(values: &Values) -> Self {
        let period = values.count(0);
        Self { half: Wma::over(period / 2), whole: Wma::over(period), root: Wma::over(period.isqrt()) }
    }
}
