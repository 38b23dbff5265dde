//! Time between two moments.

use std::time::Instant;

/// Nanoseconds since `start`. A run is far shorter than the 584 years that fit.
pub fn ns_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
