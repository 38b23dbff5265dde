//! Times as people write them: the Gregorian calendar, in UTC.

const NS_PER_S: u64 = 1_000_000_000;
const S_PER_DAY: u64 = 86_400;

/// A moment, in the parts that any notation is made of.
#[derive(Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: u64,
    /// From 1.
    pub month: u64,
    /// From 1.
    pub day: u64,
    pub hour: u64,
    pub minute: u64,
    pub second: u64,
    /// Of the second.
    pub ns: u64,
}

/// A date and a time of day from nanoseconds since the UNIX epoch.
pub fn civil(ts_ns: u64) -> Civil {
    let (seconds, ns) = (ts_ns / NS_PER_S, ts_ns % NS_PER_S);
    let (year, month, day) = date_of(seconds / S_PER_DAY);
    let second = seconds % S_PER_DAY;
    Civil { year, month, day, hour: second / 3600, minute: second / 60 % 60, second: second % 60, ns }
}

/// Year, month and day of a day since 1970-01-01.
///
/// Counts by eras of 400 years that begin in March, so that the leap day is a year's last (Howard Hinnant, "chrono-compatible
/// low-level date algorithms").
fn date_of(days: u64) -> (u64, u64, u64) {
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

    #[test]
    fn times_are_those_of_the_calendar() {
        // Checked with `date -u -d @...`.
        for (seconds, expected) in [
            (0, [1970, 1, 1, 0, 0, 0]),
            (951_782_400, [2000, 2, 29, 0, 0, 0]),
            (1_709_164_799, [2024, 2, 28, 23, 59, 59]),
            (4_107_542_400, [2100, 3, 1, 0, 0, 0]),
            (1_798_761_599, [2026, 12, 31, 23, 59, 59]),
        ] {
            let Civil { year, month, day, hour, minute, second, ns } = civil(seconds * NS_PER_S + 7);
            assert_eq!(([year, month, day, hour, minute, second], ns), (expected, 7));
        }
    }

    #[test]
    fn days_are_counted_without_a_gap() {
        let mut previous = (1969, 12, 31);
        for day in 0..200_000 {
            let (year, month, day) = date_of(day);
            let follows = (year, month, day) == (previous.0, previous.1, previous.2 + 1)
                || (year, month, day) == (previous.0, previous.1 + 1, 1)
                || (year, month, day) == (previous.0 + 1, 1, 1);
            assert!(follows && (day > 1 || (28..=31).contains(&previous.2)), "{previous:?} then {year}-{month}-{day}");
            previous = (year, month, day);
        }
        assert_eq!(date_of(199_999), (2517, 7, 31));
    }
}
