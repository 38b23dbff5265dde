//! Bars from trades: of equal time ([`time`]), and of equal activity or movement beside them.
//!
//! | builder | a bar ends | late trades |
//! |---|---|---|
//! | [`BarSet`] | with its time | left out of the intervals that have gone on, and counted |
//! | [`ThresholdBars`] by ticks, volume or value | when it has as much | in the bar that is open: order of arrival |
//! | [`RangeBars`] | before it would be higher than the range | the same |
//! | [`RenkoBricks`] | when the price has moved a brick | the same |
//!
//! Only bars of time have times to be late for. The others are in order of arrival, as the venue's trades are, and say by
//! [`TradeBar::open_ts`] and `close_ts` the earliest and latest event they hold; a trade with an earlier time than the one
//! before it is counted (`unordered_count`), so that a feed that mixes its order is seen.
//!
//! All of it is integers: ticks, lots, nanoseconds. Invariant: the volumes of all bars, open one included, add up to those
//! of the trades that were not late.

pub mod range;
pub mod renko;
pub mod threshold;
pub mod time;
mod trade_bar;

pub use range::RangeBars;
pub use renko::{Brick, RenkoBricks};
pub use threshold::{Measure, ThresholdBars};
pub use time::{BARS_KEPT, BARS_KEPT_S1, Bar, BarInterval, BarSeries, BarSet, UnorderedBar, aggregate};
pub use trade_bar::{BarError, Trade, TradeBar};
