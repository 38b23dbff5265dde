//! Moving average convergence divergence (TA-Lib `MACD`, default compatibility).

use serde::{Deserialize, Serialize};

use super::Window;
use super::ema::Ema;
use super::period::{IndicatorError, checked};

/// One output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MacdOutput {
    /// Fast average less slow average.
    pub line: f64,
    /// Average of the line.
    pub signal: f64,
    /// Line less signal.
    pub histogram: f64,
}

/// Difference of two exponential averages, and its own average. Warm-up: `slow + signal - 2` values.
///
/// As in TA-Lib, the fast average starts late enough for both to have their first value at the same bar, a line
/// without a signal is not given out, and the shorter of the two periods is the fast one whichever way they are named.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Macd {
    /// Values that the fast average still has to leave out.
    fast_wait: usize,
    fast: Ema,
    slow: Ema,
    signal: Ema,
}

impl Macd {
    /// Windows of `fast` and `slow` values, 2 to 10,000, and `signal` lines, 1 to 10,000.
    pub fn new(fast: u32, slow: u32, signal: u32) -> Result<Self, IndicatorError> {
        let (one, other) = (checked("fast", 2, fast)?, checked("slow", 2, slow)?);
        let signal = checked("signal", 1, signal)?;
        let (fast, slow) = (one.min(other), one.max(other));
        Ok(Self {
            fast_wait: slow - fast,
            fast: Ema::of_checked(fast),
            slow: Ema::of_checked(slow),
            signal: Ema::of_checked(signal),
        })
    }
}

impl Window for Macd {
    type Input = f64;
    type Output = MacdOutput;

    fn push(&mut self, value: f64) -> Option<MacdOutput> {
        let slow = self.slow.push(value);
        if self.fast_wait > 0 {
            self.fast_wait -= 1;
            return None;
        }
        let line = self.fast.push(value)? - slow?;
        let signal = self.signal.push(line)?;
        Some(MacdOutput { line, signal, histogram: line - signal })
    }

    fn warm_up(&self) -> usize {
        self.slow.warm_up() + self.signal.warm_up()
    }
}
