//! The journal on a disk that forgets, tears, fails and rots. Everything follows from a seed.
#![allow(dead_code, missing_docs, reason = "tests and the long run use different parts")]

pub mod core_on_disk;
pub mod crash;
pub mod cut;
pub mod golden;
pub mod rot;
pub mod storage_error;

#[path = "../../../core/tests/fuzzing/mod.rs"]
mod fuzzing;

/// What a proof did: how often, and what it saw, so that one that saw nothing can be told.
pub type Tally = std::collections::BTreeMap<&'static str, u64>;

pub fn add(tally: &mut Tally, more: &Tally) {
    for (name, count) in more {
        *tally.entry(name).or_default() += count;
    }
}
