//! A row of a table as it is written: its columns in order, whatever text form they take.
//!
//! Cost: this is most of what projecting costs the processor, so nothing here goes by way of `core::fmt`.

use crate::calendar::{Civil, civil};

/// The last nanosecond that a bigint holds, in the year 2262.
const TS_NS_MAX: u64 = i64::MAX as u64;

/// Writes one row at the end of a text, column by column. A row whose first column was written ends with [`Row::end`].
pub trait Row: Sized {
    /// Begins the next column and gives the text that it goes to: for what no form has to escape.
    fn plain(&mut self) -> &mut String;

    /// A text. A zero byte, which PostgreSQL cannot hold, becomes U+FFFD.
    fn text(self, value: &str) -> Self;

    /// Ends the row.
    fn end(self);

    /// A whole number.
    fn int(mut self, value: impl itoa::Integer) -> Self {
        self.plain().push_str(itoa::Buffer::new().format(value));
        self
    }

    /// A truth.
    fn bool(mut self, value: bool) -> Self {
        self.plain().push(if value { 't' } else { 'f' });
        self
    }

    /// Nanoseconds since the epoch, as a whole number; cut to what a bigint holds.
    fn ns(self, ts_ns: u64) -> Self {
        self.int(ts_ns.min(TS_NS_MAX))
    }

    /// The same as a timestamptz, cut to microseconds.
    fn time(mut self, ts_ns: u64) -> Self {
        push_time(self.plain(), ts_ns.min(TS_NS_MAX));
        self
    }
}

/// `2024-08-08 07:04:05.123456+00`.
fn push_time(text: &mut String, ts_ns: u64) {
    let Civil { year, month, day, hour, minute, second, ns } = civil(ts_ns);
    let mut time = *b"0000-00-00 00:00:00.000000+00";
    put_digits(&mut time[0..4], year);
    put_digits(&mut time[5..7], month);
    put_digits(&mut time[8..10], day);
    put_digits(&mut time[11..13], hour);
    put_digits(&mut time[14..16], minute);
    put_digits(&mut time[17..19], second);
    put_digits(&mut time[20..26], ns / 1000);
    text.push_str(std::str::from_utf8(&time).expect("digits are ASCII"));
}

/// The last digits of a number, as many as there is room for.
fn put_digits(digits: &mut [u8], mut value: u64) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// A text, with something else in place of some of its characters, all of which are ASCII. Most texts hold none and go whole.
pub fn push_escaped(text: &mut String, value: &str, instead_of: impl Fn(u8) -> Option<&'static str>) {
    let mut from = 0;
    for (at, byte) in value.bytes().enumerate() {
        let Some(instead) = instead_of(byte) else { continue };
        text.push_str(&value[from..at]);
        text.push_str(instead);
        from = at + 1;
    }
    text.push_str(&value[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(ts_ns: u64) -> String {
        let mut text = String::new();
        push_time(&mut text, ts_ns);
        text
    }

    #[test]
    fn times_are_utc_and_cut_to_microseconds() {
        assert_eq!(time(0), "1970-01-01 00:00:00.000000+00");
        assert_eq!(time(951_782_399_999_999_999), "2000-02-28 23:59:59.999999+00");
        assert_eq!(time(951_782_400_000_000_000), "2000-02-29 00:00:00.000000+00");
        assert_eq!(time(1_723_100_645_123_456_789), "2024-08-08 07:04:05.123456+00");
        assert_eq!(time(4_107_542_400_000_000_000), "2100-03-01 00:00:00.000000+00");
        assert_eq!(time(TS_NS_MAX), "2262-04-11 23:47:16.854775+00");
    }
}
