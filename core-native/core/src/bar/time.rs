//! OHLCV bars of equal time, built from trades by event time. The engine keeps these; they are in its state hash.
//!
//! Invariant: bars of one instrument and interval have strictly growing open times, a multiple of the interval since
//! the UNIX epoch (UTC). A closed bar never changes: a trade older than the current bar's start is left out of that
//! interval's bars and counted, though it may still fall into the current bar of a longer interval.
//!
//! There are no empty bars: a time without trades has none, and a bar is closed by the first trade after it.
//!
//! Limits: each interval keeps its last [`BarInterval::bars_kept`] closed bars. A volume or trade count that would
//! overflow stays at the largest value, where it means "at least this" ([`Bar::is_volume_saturated`]): no market
//! reaches it, and a bar that is honest about its top is better than one that leaves trades out or stops the process.
//!
//! Cost: six comparisons and updates per trade; no allocation once the rings are full.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::units::{PriceTicks, QtyLots, TsNs};

const NS_PER_S: u64 = 1_000_000_000;

/// Closed one-second bars kept: one hour.
pub const BARS_KEPT_S1: usize = 3_600;

/// Closed bars kept of every other interval: 25 hours of minutes, four years of days. Older ones are in the database.
pub const BARS_KEPT: usize = 1_500;

/// A bar's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u32)]
pub enum BarInterval {
    /// One second.
    S1 = 1,
    /// One minute.
    M1 = 60,
    /// Five minutes.
    M5 = 300,
    /// Fifteen minutes.
    M15 = 900,
    /// One hour.
    H1 = 3600,
    /// One day (UTC).
    D1 = 86_400,
}

impl BarInterval {
    /// Every interval, shortest first.
    pub const ALL: [Self; 6] = [Self::S1, Self::M1, Self::M5, Self::M15, Self::H1, Self::D1];

    /// The interval of that many seconds, or `None` where bars of that length are not built.
    #[must_use]
    pub const fn from_seconds(seconds: u32) -> Option<Self> {
        match seconds {
            1 => Some(Self::S1),
            60 => Some(Self::M1),
            300 => Some(Self::M5),
            900 => Some(Self::M15),
            3600 => Some(Self::H1),
            86_400 => Some(Self::D1),
            _ => None,
        }
    }

    /// Its length in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self as u32
    }

    /// Its length in nanoseconds.
    #[must_use]
    pub const fn nanoseconds(self) -> u64 {
        self as u64 * NS_PER_S
    }

    /// Start of the bar that contains `ts`.
    #[must_use]
    pub const fn start_of(self, ts: TsNs) -> TsNs {
        TsNs(ts.0 - ts.0 % self.nanoseconds())
    }

    /// How many closed bars a [`BarSeries`] keeps.
    #[must_use]
    pub const fn bars_kept(self) -> usize {
        match self {
            Self::S1 => BARS_KEPT_S1,
            _ => BARS_KEPT,
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::S1 => 0,
            Self::M1 => 1,
            Self::M5 => 2,
            Self::M15 => 3,
            Self::H1 => 4,
            Self::D1 => 5,
        }
    }
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// Start, inclusive.
    pub open_ts: TsNs,
    /// First price.
    pub open: PriceTicks,
    /// Highest price.
    pub high: PriceTicks,
    /// Lowest price.
    pub low: PriceTicks,
    /// Last price.
    pub close: PriceTicks,
    /// Quantity traded.
    pub volume: QtyLots,
    /// Trades.
    pub trade_count: u32,
}

impl Bar {
    /// Whether the volume has reached the largest number, and so means "at least this".
    #[must_use]
    pub const fn is_volume_saturated(&self) -> bool {
        self.volume.0 == i64::MAX
    }

    const fn of_trade(open_ts: TsNs, price: PriceTicks, qty: QtyLots) -> Self {
        Self { open_ts, open: price, high: price, low: price, close: price, volume: qty, trade_count: 1 }
    }

    fn add_trade(&mut self, price: PriceTicks, qty: QtyLots) {
        self.high = self.high.max(price);
        self.low = self.low.min(price);
        self.close = price;
        self.volume = QtyLots(self.volume.0.saturating_add(qty.0));
        self.trade_count = self.trade_count.saturating_add(1);
    }

    fn add_bar(&mut self, later: &Self) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.volume = QtyLots(self.volume.0.saturating_add(later.volume.0));
        self.trade_count = self.trade_count.saturating_add(later.trade_count);
    }
}

/// Bars of one instrument and interval: the current one and the last closed ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarSeries {
    interval: BarInterval,
    current: Option<Bar>,
    closed: VecDeque<Bar>,
    late_count: u64,
}

impl BarSeries {
    /// An empty series.
    #[must_use]
    pub const fn new(interval: BarInterval) -> Self {
        Self { interval, current: None, closed: VecDeque::new(), late_count: 0 }
    }

    /// Its interval.
    #[must_use]
    pub const fn interval(&self) -> BarInterval {
        self.interval
    }

    /// The bar that is still growing; `None` before the first trade.
    #[must_use]
    pub const fn current(&self) -> Option<&Bar> {
        self.current.as_ref()
    }

    /// The closed bars that are still kept, oldest first.
    pub fn closed(&self) -> impl DoubleEndedIterator<Item = &Bar> + ExactSizeIterator {
        self.closed.iter()
    }

    /// How many trades came too late for their bar and are in none.
    #[must_use]
    pub const fn late_count(&self) -> u64 {
        self.late_count
    }

    /// Bars that open in `from..to`, oldest first, the current one included.
    pub fn range(&self, from: TsNs, to: TsNs) -> impl Iterator<Item = &Bar> {
        let first = self.closed.partition_point(|bar| bar.open_ts < from);
        let end = self.closed.partition_point(|bar| bar.open_ts < to).max(first);
        let current = self.current.as_ref().filter(|bar| from <= bar.open_ts && bar.open_ts < to);
        self.closed.range(first..end).chain(current)
    }

    /// Adds a trade; returns the bar that it closed. `None, None` where the trade is late.
    fn add_trade(&mut self, ts_event: TsNs, price: PriceTicks, qty: QtyLots) -> (Option<Bar>, Option<Bar>) {
        let Some(current) = self.current.as_mut() else {
            self.current = Some(Bar::of_trade(self.interval.start_of(ts_event), price, qty));
            return (None, self.current);
        };
        if ts_event < current.open_ts {
            self.late_count = self.late_count.saturating_add(1);
            return (None, None);
        }
        // A difference, not the end of the bar: the end of the last bar before the end of time does not exist.
        if ts_event.0 - current.open_ts.0 < self.interval.nanoseconds() {
            current.add_trade(price, qty);
            return (None, self.current);
        }
        let ended = *current;
        *current = Bar::of_trade(self.interval.start_of(ts_event), price, qty);
        if self.closed.len() >= self.interval.bars_kept() {
            self.closed.pop_front();
        }
        self.closed.push_back(ended);
        (Some(ended), self.current)
    }
}

/// All bars of one instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarSet {
    series: [BarSeries; 6],
}

impl Default for BarSet {
    fn default() -> Self {
        Self { series: BarInterval::ALL.map(BarSeries::new) }
    }
}

impl BarSet {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bars of one interval.
    #[must_use]
    pub const fn series(&self, interval: BarInterval) -> &BarSeries {
        &self.series[interval.index()]
    }

    /// Adds a trade of `qty` > 0 to every interval, shortest first.
    ///
    /// `emit(interval, bar, closed)` hears of each bar that ended (`closed`), then of the current bar as it is now.
    /// For an interval to which the trade is too late it is not called.
    pub fn on_trade(&mut self, ts_event: TsNs, price: PriceTicks, qty: QtyLots, mut emit: impl FnMut(BarInterval, &Bar, bool)) {
        debug_assert!(qty.0 > 0, "a trade has a quantity");
        for series in &mut self.series {
            let (ended, current) = series.add_trade(ts_event, price, qty);
            if let Some(bar) = ended {
                emit(series.interval, &bar, true);
            }
            if let Some(bar) = current {
                emit(series.interval, &bar, false);
            }
        }
    }
}

/// A bar that does not open later than the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnorderedBar {
    /// Its place in the input.
    pub index: usize,
}

/// Joins bars, oldest first, into bars of a longer `interval`.
///
/// The input's own interval must divide `interval`; each bar goes where its start falls.
pub fn aggregate(bars: impl IntoIterator<Item = Bar>, interval: BarInterval) -> Result<Vec<Bar>, UnorderedBar> {
    let mut joined: Vec<Bar> = Vec::new();
    let mut previous_ts: Option<TsNs> = None;
    for (index, bar) in bars.into_iter().enumerate() {
        if previous_ts.is_some_and(|previous| bar.open_ts <= previous) {
            return Err(UnorderedBar { index });
        }
        previous_ts = Some(bar.open_ts);
        let open_ts = interval.start_of(bar.open_ts);
        match joined.last_mut() {
            Some(last) if last.open_ts == open_ts => last.add_bar(&bar),
            _ => joined.push(Bar { open_ts, ..bar }),
        }
    }
    Ok(joined)
}
