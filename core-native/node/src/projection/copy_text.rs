//! PostgreSQL's COPY text form: columns between tabs, a line per row, backslash before what would be misread.

use std::fmt::Write;

const NS_PER_S: u64 = 1_000_000_000;
const S_PER_DAY: u64 = 86_400;
/// The last nanosecond that a bigint holds, in the year 2262.
const TS_NS_MAX: u64 = i64::MAX as u64;

/// Writes one row at the end of a text. Every row ends with [`Row::end`].
pub struct Row<'a> {
    text: &'a mut String,
    is_first: bool,
}

impl<'a> Row<'a> {
    /// Begins a row.
    pub fn new(text: &'a mut String) -> Self {
        Self { text, is_first: true }
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.text.push('\t');
        }
    }

    /// A whole number.
    pub fn int(mut self, value: impl Into<i128>) -> Self {
        self.separate();
        write!(self.text, "{}", value.into()).expect("writing to a string does not fail");
        self
    }

    /// A text. A zero byte, which PostgreSQL cannot hold, becomes U+FFFD.
    pub fn text(mut self, value: &str) -> Self {
        self.separate();
        for character in value.chars() {
            match character {
                '\\' => self.text.push_str("\\\\"),
                '\t' => self.text.push_str("\\t"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\0' => self.text.push('\u{fffd}'),
                other => self.text.push(other),
            }
        }
        self
    }

    /// A truth.
    pub fn bool(mut self, value: bool) -> Self {
        self.separate();
        self.text.push(if value { 't' } else { 'f' });
        self
    }

    /// Nanoseconds since the epoch, as a whole number; cut to what a bigint holds.
    pub fn ns(self, ts_ns: u64) -> Self {
        self.int(ts_ns.min(TS_NS_MAX))
    }

    /// The same as a timestamptz, cut to microseconds.
    pub fn time(mut self, ts_ns: u64) -> Self {
        self.separate();
        let ts_ns = ts_ns.min(TS_NS_MAX);
        let (seconds, micros) = (ts_ns / NS_PER_S, ts_ns % NS_PER_S / 1000);
        let (days, second) = (seconds / S_PER_DAY, seconds % S_PER_DAY);
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(self.text, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micros:06}+00")
            .expect("writing to a string does not fail");
        self
    }

    /// Ends the row.
    pub fn end(self) {
        self.text.push('\n');
    }
}

/// Year, month and day of a day since 1970-01-01, in the Gregorian calendar.
///
/// Counts in years that begin in March, so that the leap day is a year's last.
fn civil(days: u64) -> (u64, u64, u64) {
    // Days since 0000-03-01.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(ts_ns: u64) -> String {
        let mut text = String::new();
        Row::new(&mut text).time(ts_ns).end();
        text.trim_end().to_owned()
    }

    #[test]
    fn times_are_utc_and_cut_to_microseconds() {
        assert_eq!(time(0), "1970-01-01 00:00:00.000000+00");
        assert_eq!(time(951_782_399_999_999_999), "2000-02-28 23:59:59.999999+00");
        assert_eq!(time(951_782_400_000_000_000), "2000-02-29 00:00:00.000000+00");
        assert_eq!(time(1_723_100_645_123_456_789), "2024-08-08 07:04:05.123456+00");
        assert_eq!(time(4_107_542_400_000_000_000), "2100-03-01 00:00:00.000000+00");
        assert_eq!(time(u64::MAX), "2262-04-11 23:47:16.854775+00");
    }

    #[test]
    fn days_are_counted_without_a_gap() {
        let mut previous = (1969, 12, 31);
        for day in 0..200_000 {
            let (year, month, day) = civil(day);
            let follows = (year, month, day) == (previous.0, previous.1, previous.2 + 1)
                || (year, month, day) == (previous.0, previous.1 + 1, 1)
                || (year, month, day) == (previous.0 + 1, 1, 1);
            assert!(follows && (day > 1 || (28..=31).contains(&previous.2)), "{previous:?} then {year}-{month}-{day}");
            previous = (year, month, day);
        }
        assert_eq!(civil(199_999), (2517, 7, 31));
    }

    #[test]
    fn what_copy_would_misread_is_escaped() {
        let mut text = String::new();
        Row::new(&mut text).text("a\\b\tc\nd\re\0f").text("").int(-1).bool(true).bool(false).ns(u64::MAX).end();
        assert_eq!(text, "a\\\\b\\tc\\nd\\re\u{fffd}f\t\t-1\tt\tf\t9223372036854775807\n");
    }
}
