//! What reading the clock costs: it is subtracted from every sample that lies between two readings.

use std::time::Instant;

/// Nanoseconds between two readings with nothing between, the median of many.
pub fn overhead_ns() -> u64 {
    let mut samples: Vec<u128> = (0..10_001)
        .map(|_| {
            let start = Instant::now();
            start.elapsed().as_nanos()
        })
        .collect();
    samples.sort_unstable();
    u64::try_from(samples[samples.len() / 2]).unwrap_or(0)
}
