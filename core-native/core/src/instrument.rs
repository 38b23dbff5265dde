//! What can be traded, and the static limits of each instrument.
//!
//! A definition is checked once, when the instrument is created: from then on `tick x lot` is a whole number of minor
//! units, so every notional is exact.

use serde::{Deserialize, Serialize};

use crate::paper::PaperRules;
use crate::units::{AmountMinor, CurrencyId, InstrumentId, QtyLots, TsNs};

/// A currency and how finely it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyDefinition {
    /// Code such as `USD`.
    pub code: String,
    /// One unit is `10^decimals` minor units.
    pub decimals: u8,
}

/// Where house liquidity comes from. Numbers are the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Venue {
    /// None: users trade with each other.
    Internal = 1,
    /// A seeded generator.
    Simulated = 2,
    /// The displayed book and trades of a real venue.
    Paper = 3,
}

/// Everything static about an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstrumentDefinition {
    /// Its id, given by whoever defines it; not 0.
    pub instrument: InstrumentId,
    /// Symbol that people type, such as `BTCUSDT`; unique.
    pub symbol: String,
    /// Full name.
    pub name: String,
    /// `crypto`, `equity`, `fx`, `future`.
    pub asset_class: String,
    /// Source of house liquidity.
    pub venue: Venue,
    /// What a lot is of, such as `BTC`.
    pub base_currency: String,
    /// Currency of the price and of all money.
    pub quote_currency: CurrencyId,
    /// Decimals that prices are shown with.
    pub price_decimals: u8,
    /// One tick is `tick_mantissa / 10^price_decimals`.
    pub tick_mantissa: i64,
    /// Decimals that quantities are shown with.
    pub qty_decimals: u8,
    /// One lot is `lot_mantissa / 10^qty_decimals`.
    pub lot_mantissa: i64,
    /// Value of one tick on one lot, minor units.
    pub tick_lot_minor: i64,
    /// Smallest order.
    pub qty_lots_min: QtyLots,
    /// Largest order.
    pub qty_lots_max: QtyLots,
    /// Largest order value.
    pub notional_minor_max: AmountMinor,
    /// How far from the reference price an order may be priced, basis points, 1 or more.
    pub collar_bps: u32,
    /// Fee of a resting order, parts per million of the notional; negative is a rebate.
    pub maker_fee_ppm: i32,
    /// Fee of an incoming order, parts per million of the notional.
    pub taker_fee_ppm: i32,
    /// When it trades.
    pub session: TradingSession,
    /// More about its collar.
    pub collar: CollarRules,
    /// What margin accounts need for it.
    pub margin: MarginRules,
    /// How old its mark may be, nanoseconds; 0 = as old as it likes.
    pub mark_stale_ns: u64,
    /// How an outside venue treats our orders; the default where users trade with each other.
    pub paper: PaperRules,
}

/// What a position needs in a margin account, in parts per million of its value. Leverage is one million over `initial_ppm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarginRules {
    /// To be opened, of its cost; 1 to 1,000,000.
    pub initial_ppm: u32,
    /// To be kept, of its value at the mark; no more than `initial_ppm`.
    pub maintenance_ppm: u32,
}

/// The whole of a value, in parts per million.
pub const WHOLE_PPM: u32 = 1_000_000;

impl Default for MarginRules {
    /// No leverage, and closed when half is lost.
    fn default() -> Self {
        Self { initial_ppm: WHOLE_PPM, maintenance_ppm: WHOLE_PPM / 2 }
    }
}

impl MarginRules {
    /// Whether its fields make sense.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        self.initial_ppm >= 1 && self.initial_ppm <= WHOLE_PPM && self.maintenance_ppm <= self.initial_ppm
    }
}

/// What the price collar compares with, and its narrower forms. All zero: the middle of the book, by `collar_bps` alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollarRules {
    /// The reference.
    pub reference: CollarReference,
    /// How far from the reference an order may be priced, ticks; the narrower of this and `collar_bps` holds. 0 = no such rule.
    pub ticks: i64,
    /// How far from where the reference stood when the window began an order may be priced, basis points; 0 = no such rule.
    pub window_bps: u32,
    /// Length of that window, nanoseconds.
    pub window_ns: u64,
}

/// What prices are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum CollarReference {
    /// The mark: the middle of the book, else the last trade.
    #[default]
    Mark = 0,
    /// The last trade, else the mark.
    Last = 1,
    /// The middle of the book; none while a side is empty.
    Mid = 2,
}

/// The weekly calendar of an instrument, in UTC. A session that closes at or before the minute it opens ends on the next day;
/// one that closes when it opens lasts a day, and with all days in it the instrument never closes.
///
/// Holidays and changes of clocks are not known here: whoever runs the instrument defines it again, or halts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradingSession {
    /// Minute of the day when a session opens, 0 to 1,439.
    pub open_minute: u16,
    /// Minute of the day when it closes.
    pub close_minute: u16,
    /// Days on which a session opens: bit 0 is Monday.
    pub weekdays: u8,
}

const MINUTES_PER_DAY: u16 = 1_440;
const NS_PER_MINUTE: u64 = 60_000_000_000;
const NS_PER_DAY: u64 = NS_PER_MINUTE * MINUTES_PER_DAY as u64;
/// 1 January 1970 was a Thursday.
const EPOCH_WEEKDAY: u64 = 3;
const ALL_WEEKDAYS: u8 = 0b111_1111;

impl TradingSession {
    /// Never closed; the trading day ends at midnight.
    pub const ROUND_THE_CLOCK: Self = Self { open_minute: 0, close_minute: 0, weekdays: ALL_WEEKDAYS };

    /// Whether its fields make sense.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        self.open_minute < MINUTES_PER_DAY
            && self.close_minute < MINUTES_PER_DAY
            && self.weekdays > 0
            && self.weekdays <= ALL_WEEKDAYS
    }

    /// Whether a session is open at `ts`; the closing moment is outside.
    #[must_use]
    pub fn is_open(self, ts: TsNs) -> bool {
        // The common case, and asked for each order.
        if self == Self::ROUND_THE_CLOCK {
            return true;
        }
        let day = ts.0 / NS_PER_DAY;
        [day.checked_sub(1), Some(day)].into_iter().flatten().any(|day| {
            self.opens_on(day) && {
                let open = self.open_of(day);
                (open..open.saturating_add(self.length_ns())).contains(&ts.0)
            }
        })
    }

    /// When the session that is open at `ts` closes, or the next one. Saturates at the end of time.
    #[must_use]
    pub fn close_after(self, ts: TsNs) -> TsNs {
        let day = ts.0 / NS_PER_DAY;
        let close = (day.saturating_sub(1)..day.saturating_add(9))
            .filter(|&day| self.opens_on(day))
            .map(|day| self.open_of(day).saturating_add(self.length_ns()))
            .find(|&close| close > ts.0);
        TsNs(close.unwrap_or(u64::MAX))
    }

    const fn opens_on(self, day: u64) -> bool {
        self.weekdays >> ((day + EPOCH_WEEKDAY) % 7) & 1 == 1
    }

    const fn open_of(self, day: u64) -> u64 {
        day.saturating_mul(NS_PER_DAY).saturating_add(self.open_minute as u64 * NS_PER_MINUTE)
    }

    const fn length_ns(self) -> u64 {
        let minutes = (MINUTES_PER_DAY + self.close_minute - self.open_minute) % MINUTES_PER_DAY;
        (if minutes == 0 { MINUTES_PER_DAY } else { minutes }) as u64 * NS_PER_MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thursday, 1 January 1970, as the days after it.
    const fn at(day: u64, hour: u64, minute: u64) -> TsNs {
        TsNs((day * 24 * 60 + hour * 60 + minute) * NS_PER_MINUTE)
    }

    #[test]
    fn a_stock_exchange_opens_on_weekdays_and_closes_in_the_afternoon() {
        let session = TradingSession { open_minute: 14 * 60 + 30, close_minute: 21 * 60, weekdays: 0b001_1111 };
        assert!(!session.is_open(at(0, 14, 29)) && session.is_open(at(0, 14, 30)));
        assert!(session.is_open(at(1, 20, 59)) && !session.is_open(at(1, 21, 0)));
        assert!(!session.is_open(at(2, 15, 0)), "a Saturday");
        assert_eq!(session.close_after(at(0, 9, 0)), at(0, 21, 0));
        assert_eq!(session.close_after(at(1, 21, 0)), at(4, 21, 0), "from Friday's close to Monday's");
    }

    #[test]
    fn a_session_may_span_midnight() {
        let session = TradingSession { open_minute: 22 * 60, close_minute: 21 * 60, weekdays: 0b100_1111 };
        assert!(session.is_open(at(4, 0, 0)), "Monday at midnight is in Sunday's session");
        assert!(!session.is_open(at(1, 21, 30)) && !session.is_open(at(2, 3, 0)), "closed from Friday's close on");
        assert_eq!(session.close_after(at(3, 22, 0)), at(4, 21, 0));
    }

    #[test]
    fn round_the_clock_never_closes_and_its_day_ends_at_midnight() {
        let session = TradingSession::ROUND_THE_CLOCK;
        assert!((0..7 * 24).all(|hour| session.is_open(at(0, hour, 0))));
        assert_eq!(session.close_after(at(3, 5, 0)), at(4, 0, 0));
        assert_eq!(session.close_after(at(4, 0, 0)), at(5, 0, 0));
        assert!(session.close_after(TsNs(u64::MAX)) == TsNs(u64::MAX));
    }
}
