//! When an instrument's sessions are, found by trying every day around.

use jware_core::instrument::TradingSession;
use jware_core::units::TsNs;

const NS_PER_MINUTE: i128 = 60_000_000_000;
const MINUTES_PER_DAY: i128 = 24 * 60;

/// Every session that may matter at `ts`, as first moment and first moment after it, in order.
fn sessions(session: TradingSession, ts: TsNs) -> Vec<(i128, i128)> {
    let today = i128::from(ts.0) / (NS_PER_MINUTE * MINUTES_PER_DAY);
    let (open, close) = (i128::from(session.open_minute), i128::from(session.close_minute));
    let length = if close > open { close - open } else { close + MINUTES_PER_DAY - open };
    (today - 2..today + 10)
        // Day 0 was a Thursday, and bit 0 is Monday.
        .filter(|day| *day >= 0 && session.weekdays & (1 << ((day + 3) % 7)) != 0)
        .map(|day| day * MINUTES_PER_DAY + open)
        .map(|minute| (minute * NS_PER_MINUTE, (minute + length) * NS_PER_MINUTE))
        .collect()
}

pub(super) fn is_open(session: TradingSession, ts: TsNs) -> bool {
    sessions(session, ts).iter().any(|&(first, after)| first <= i128::from(ts.0) && i128::from(ts.0) < after)
}

/// When the session that is open closes, or else the next one.
pub(super) fn close(session: TradingSession, ts: TsNs) -> TsNs {
    let next = sessions(session, ts).into_iter().map(|(_, after)| after).find(|&after| after > i128::from(ts.0));
    TsNs(next.and_then(|after| u64::try_from(after).ok()).unwrap_or(u64::MAX))
}
