//! Volume-weighted average price, of typical prices: since the session began (no warm-up), or over the last `period` bars
//! (warm-up `period - 1`).

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::{HighLowCloseVolume, TimedBar};
use crate::indicator::definition::{About, Indicator, Values, period, whole};
use crate::indicator::window::{Sliding, Total, is_zero};

/// Longest session, in seconds: about a century, for one that never ends.
const SESSION_S_MAX: u32 = 3_155_760_000;

/// Sum of price times volume over the sum of volume; without any volume, the bar's own price.
fn average_price(value: f64, volume: f64, price: f64) -> f64 {
    if is_zero(volume) { price } else { value / volume }
}

/// Since the session began. Sessions are `session_s` seconds long, counted from `offset_s` after the UNIX epoch; a bar
/// belongs to the session that it begins in, and a bar of another session starts anew.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionVwap {
    session_ms: f64,
    offset_ms: f64,
    session: Option<f64>,
    value: Total,
    volume: Total,
}

impl Window for SessionVwap {
    type Input = TimedBar;
    type Output = f64;

    fn push(&mut self, bar: TimedBar) -> Option<f64> {
        let since = bar.open_ts_ms - self.offset_ms;
        // The remainder of two doubles is exact; a quotient rounded down need not be.
        let session = since - since.rem_euclid(self.session_ms);
        if self.session != Some(session) {
            self.session = Some(session);
            self.value = Total::default();
            self.volume = Total::default();
        }
        let price = (bar.high + bar.low + bar.close) / 3.0;
        let value = self.value.add(price * bar.volume);
        Some(average_price(value, self.volume.add(bar.volume), price))
    }

    fn warm_up(&self) -> usize {
        0
    }
}

impl Indicator for SessionVwap {
    const ABOUT: About = About {
        name: "vwap",
        title: "Volume-weighted average price of the session",
        source: "common",
        parameters: &[whole("session_s", 1, SESSION_S_MAX, 86_400), whole("offset_s", 0, SESSION_S_MAX, 0)],
        outputs: &["vwap"],
    };

    fn of(values: &Values) -> Self {
        Self {
            session_ms: values.number(0) * 1_000.0,
            offset_ms: values.number(1) * 1_000.0,
            session: None,
            value: Total::default(),
            volume: Total::default(),
        }
    }
}

/// Over the last bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollingVwap(Sliding<[f64; 2]>);

impl Window for RollingVwap {
    type Input = HighLowCloseVolume;
    type Output = f64;

    fn push(&mut self, bar: HighLowCloseVolume) -> Option<f64> {
        let price = bar.prices().typical();
        let [value, volume] = self.0.push([price * bar.volume, bar.volume])?;
        Some(average_price(value, volume, price))
    }

    fn warm_up(&self) -> usize {
        self.0.length() - 1
    }
}

impl Indicator for RollingVwap {
    const ABOUT: About = About {
        name: "vwap_rolling",
        title: "Volume-weighted average price of the last bars",
        source: "common",
        parameters: &[period(1, 20)],
        outputs: &["vwap"],
    };

    fn of(values: &Values) -> Self {
        Self(Sliding::of_length(values.count(0)))
    }
}
