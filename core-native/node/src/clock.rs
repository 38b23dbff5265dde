//! The only clock: everything that has a time takes it from here, once, at the boundary.

use std::time::{SystemTime, UNIX_EPOCH};

/// Nanoseconds since the UNIX epoch, by the wall clock.
pub fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
