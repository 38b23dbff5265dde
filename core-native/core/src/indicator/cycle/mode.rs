//! Whether the market trends (1) or cycles (0). TA-Lib `HT_TRENDMODE` (Ehlers). Warm-up: 63.

use serde::{Deserialize, Serialize};

use super::hilbert::Start;
use super::phase::{Phase, sine_and_lead};
use super::trend::TrendLine;
use crate::indicator::Window;
use crate::indicator::definition::{About, Indicator, Values};

/// The smoothed price this far from the trend line is a trend whatever the phase says.
const TREND_DISTANCE: f64 = 0.015;

/// Trend or cycle. A crossing of the sine lines, or a phase that turns at the cycle's pace, means a cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HtTrendMode {
    phase: Phase,
    line: TrendLine,
    degrees: f64,
    /// Sine and lead sine of the bar before.
    sines: [f64; 2],
    bars_in_trend: u32,
}

impl Window for HtTrendMode {
    type Input = f64;
    type Output = f64;

    fn push(&mut self, value: f64) -> Option<f64> {
        self.line.see(value);
        let (cycle, degrees) = self.phase.push(value)?;
        let turned = degrees - core::mem::replace(&mut self.degrees, degrees);
        let [sine, lead] = sine_and_lead(degrees);
        let [sine_before, lead_before] = core::mem::replace(&mut self.sines, [sine, lead]);
        let trend_line = self.line.over(cycle.smooth_period);

        let mut is_trend = true;
        if (sine > lead && sine_before <= lead_before) || (sine < lead && sine_before >= lead_before) {
            self.bars_in_trend = 0;
            is_trend = false;
        }
        self.bars_in_trend = self.bars_in_trend.saturating_add(1);
        if f64::from(self.bars_in_trend) < 0.5 * cycle.smooth_period {
            is_trend = false;
        }
        let pace = 360.0 / cycle.smooth_period;
        if turned > 0.67 * pace && turned < 1.5 * pace {
            is_trend = false;
        }
        if trend_line != 0.0 && ((cycle.smooth - trend_line) / trend_line).abs() >= TREND_DISTANCE {
            is_trend = true;
        }
        self.phase.is_warm().then_some(f64::from(u8::from(is_trend)))
    }

    fn warm_up(&self) -> usize {
        Start::Late.warm_up()
    }
}

impl Indicator for HtTrendMode {
    const ABOUT: About = About {
        name: "ht_trendmode",
        title: "Hilbert transform: trend (1) or cycle (0)",
        source: "TA-Lib HT_TRENDMODE",
        parameters: &[],
        outputs: &["is_trend"],
    };

    fn of(_: &Values) -> Self {
        Self { phase: Phase::new(), line: TrendLine::new(), degrees: 0.0, sines: [0.0; 2], bars_in_trend: 0 }
    }
}
