//! When the clock's thread is to wake next.
//!
//! Invariant: `due` is no later than what is due next in the core; it is written under the hub's lock alone. A command that brings
//! nothing sooner pays one comparison.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::Thread;

use jware_core::units::TsNs;

/// The time that a sleeping thread was told.
#[derive(Debug)]
pub struct Alarm {
    due: AtomicU64,
    keeper: OnceLock<Thread>,
}

impl Default for Alarm {
    fn default() -> Self {
        Self { due: AtomicU64::new(u64::MAX), keeper: OnceLock::new() }
    }
}

impl Alarm {
    /// Whose sleep it ends.
    pub fn is_kept_by(&self, keeper: Thread) {
        // Set once, where the thread is started.
        let _ = self.keeper.set(keeper);
        self.ring();
    }

    /// Wakes the keeper where this is sooner than what it sleeps for.
    #[inline]
    pub fn set(&self, due: Option<TsNs>) {
        if let Some(TsNs(due)) = due
            && due < self.due.load(Ordering::Relaxed)
        {
            self.due.store(due, Ordering::Relaxed);
            self.ring();
        }
    }

    /// The keeper will sleep until then.
    pub fn reset(&self, due: Option<TsNs>) {
        self.due.store(due.map_or(u64::MAX, |due| due.0), Ordering::Relaxed);
    }

    /// Wakes the keeper.
    pub fn ring(&self) {
        if let Some(keeper) = self.keeper.get() {
            keeper.unpark();
        }
    }
}
