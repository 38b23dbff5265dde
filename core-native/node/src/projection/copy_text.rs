//! PostgreSQL's COPY text form: columns between tabs, a line per row, backslash before what would be misread.

use std::fmt::Write;

use crate::calendar::{Civil, civil};

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
        let Civil { year, month, day, hour, minute, second, ns } = civil(ts_ns);
        write!(self.text, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{:06}+00", ns / 1000)
            .expect("writing to a string does not fail");
        self
    }

    /// Ends the row.
    pub fn end(self) {
        self.text.push('\n');
    }
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
    fn what_copy_would_misread_is_escaped() {
        let mut text = String::new();
        Row::new(&mut text).text("a\\b\tc\nd\re\0f").text("").int(-1).bool(true).bool(false).ns(u64::MAX).end();
        assert_eq!(text, "a\\\\b\\tc\\nd\\re\u{fffd}f\t\t-1\tt\tf\t9223372036854775807\n");
    }
}
