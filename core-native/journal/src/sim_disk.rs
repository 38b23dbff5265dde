//! A disk for tests: it forgets what was not synced, tears sectors, loses names, and fails at the call it is told to.
