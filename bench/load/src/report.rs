//! What a run found, as one line of JSON.

use std::fmt::Write;

use hdrhistogram::Histogram;

use crate::meter::Stretch;

/// Decimal digits that a bucket of the histogram keeps.
const HISTOGRAM_DIGITS: u8 = 2;

/// Figures of one run, in the order they are printed.
pub struct Report {
    mode: &'static str,
    fields: Vec<(String, String)>,
}

impl Report {
    /// An empty report.
    pub fn new(mode: &'static str) -> Self {
        Self { mode, fields: Vec::new() }
    }

    /// Adds a whole number.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<u128>) -> Self {
        self.fields.push((name.to_owned(), value.into().to_string()));
        self
    }

    /// Adds `n`, the percentiles and mean of samples in nanoseconds, and their HDR histogram (pairs of a bucket's highest value and its
    /// count), the names begun with `prefix`. The percentiles are of the samples themselves.
    #[must_use]
    pub fn with_latencies(self, prefix: &str, mut samples: Vec<u64>) -> Self {
        samples.sort_unstable();
        let count = samples.len();
        // The nearest rank: the smallest sample that at least this many of a thousand do not exceed.
        let at = |per_myriad: usize| samples[(count * per_myriad).div_ceil(10_000).max(1) - 1];
        let sum: u128 = samples.iter().copied().map(u128::from).sum();
        self.with(&format!("{prefix}n"), count as u128)
            .with(&format!("{prefix}p50_ns"), at(5_000))
            .with(&format!("{prefix}p90_ns"), at(9_000))
            .with(&format!("{prefix}p99_ns"), at(9_900))
            .with(&format!("{prefix}p999_ns"), at(9_990))
            .with(&format!("{prefix}p9999_ns"), at(9_999))
            .with(&format!("{prefix}max_ns"), at(10_000))
            .with(&format!("{prefix}mean_ns"), sum / count as u128)
            .with_text(&format!("{prefix}histogram"), histogram_json(&samples))
    }

    fn with_text(mut self, name: &str, json: String) -> Self {
        self.fields.push((name.to_owned(), json));
        self
    }

    /// Adds how many answers came per second, and the server's processor time where it was asked for.
    #[must_use]
    pub fn with_stretch(self, count: usize, stretch: Stretch) -> Self {
        let report = self.with_throughput(count, stretch.elapsed_ns);
        match stretch.server_ns {
            Some(server_ns) => report.with("server_ns", server_ns),
            None => report,
        }
    }

    /// Adds how many answers came per second.
    #[must_use]
    pub fn with_throughput(self, count: usize, elapsed_ns: u64) -> Self {
        self.with("elapsed_ns", elapsed_ns).with("per_second", count as u128 * 1_000_000_000 / u128::from(elapsed_ns.max(1)))
    }

    /// One line.
    pub fn to_json(&self) -> String {
        let mut line = format!("{{\"mode\":\"{}\"", self.mode);
        for (name, value) in &self.fields {
            // Writing to a string does not fail.
            let _ = write!(line, ",\"{name}\":{value}");
        }
        line.push('}');
        line
    }
}

fn histogram_json(samples: &[u64]) -> String {
    let mut histogram = Histogram::<u64>::new(HISTOGRAM_DIGITS).expect("two digits are allowed");
    for &sample in samples {
        histogram.record(sample.max(1)).expect("it grows with what is recorded");
    }
    let pairs: Vec<String> = histogram
        .iter_recorded()
        .map(|bucket| format!("[{},{}]", bucket.value_iterated_to(), bucket.count_since_last_iteration()))
        .collect();
    format!("[{}]", pairs.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks_of_all_samples() {
        let line = Report::new("echo").with_latencies("", (1..=1000).rev().collect()).to_json();
        assert!(line.contains(
            r#""n":1000,"p50_ns":500,"p90_ns":900,"p99_ns":990,"p999_ns":999,"p9999_ns":1000,"max_ns":1000,"mean_ns":500"#
        ));
        let one = Report::new("echo").with_latencies("cancel_", vec![7]).to_json();
        assert!(one.contains(r#""cancel_p50_ns":7"#) && one.contains(r#""cancel_p999_ns":7"#), "{one}");
    }

    #[test]
    fn the_histogram_counts_every_sample() {
        let line = Report::new("echo").with_latencies("", vec![5, 5, 7, 100_000]).to_json();
        assert!(line.ends_with(r#""histogram":[[5,2],[7,1],[100351,1]]}"#), "{line}");
    }
}
