//! What the journal thread counts. One writer, so relaxed stores are enough.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counters since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Batches written, empty ones counted.
    pub batch_count: u64,
    /// Records written.
    pub record_count: u64,
    /// Bytes written, headers and padding counted.
    pub byte_count: u64,
    /// Syncs of segments on the commit path.
    pub sync_count: u64,
    /// Their time together, nanoseconds.
    pub sync_ns_total: u64,
    /// The longest, nanoseconds.
    pub sync_ns_max: u64,
    /// Segments begun after the first one open at the start.
    pub rotation_count: u64,
    /// Bytes that wait for the disk now.
    pub backlog_bytes: u64,
}

#[derive(Default)]
pub(crate) struct Counters {
    batch_count: AtomicU64,
    record_count: AtomicU64,
    byte_count: AtomicU64,
    sync_count: AtomicU64,
    sync_ns_total: AtomicU64,
    sync_ns_max: AtomicU64,
    rotation_count: AtomicU64,
}

impl Counters {
    pub(crate) fn batch(&self, record_count: usize, byte_count: usize, rotation_count: u64) {
        self.batch_count.fetch_add(1, Relaxed);
        self.record_count.fetch_add(record_count as u64, Relaxed);
        self.byte_count.fetch_add(byte_count as u64, Relaxed);
        self.rotation_count.store(rotation_count, Relaxed);
    }

    pub(crate) fn sync(&self, ns: u64) {
        self.sync_count.fetch_add(1, Relaxed);
        self.sync_ns_total.fetch_add(ns, Relaxed);
        self.sync_ns_max.fetch_max(ns, Relaxed);
    }

    pub(crate) fn read(&self, backlog_bytes: usize) -> Metrics {
        Metrics {
            batch_count: self.batch_count.load(Relaxed),
            record_count: self.record_count.load(Relaxed),
            byte_count: self.byte_count.load(Relaxed),
            sync_count: self.sync_count.load(Relaxed),
            sync_ns_total: self.sync_ns_total.load(Relaxed),
            sync_ns_max: self.sync_ns_max.load(Relaxed),
            rotation_count: self.rotation_count.load(Relaxed),
            backlog_bytes: backlog_bytes as u64,
        }
    }
}
