//! One fixed journal of three segments, and where its last batches end.

use jware_journal::sim_disk::SimDisk;
use jware_journal::{Callbacks, Journal, JournalError, Options, RecoverySummary};
use std::sync::Arc;

/// The last segment.
pub const LAST: &str = "000000000003.jwj";
/// Batches of the last segment.
const LAST_BATCHES: usize = 8;

/// Where a batch of the last segment ends, and the last sequence then.
pub type BatchEnd = (usize, u64);

pub fn options() -> Options {
    Options { segment_bytes: 4096 + 16 * 512, ..Options::new(1) }
}

pub fn start(disk: &SimDisk, options: Options) -> Result<RecoverySummary, JournalError> {
    let recovery = Journal::open_on(Arc::new(disk.clone()), options)?;
    let (_journal, _stepper, summary) = recovery.start_stepped(Callbacks::new(|_| {}))?;
    Ok(summary)
}

/// Three segments, some twenty batches of one to six records.
pub fn golden() -> (SimDisk, Vec<BatchEnd>) {
    let disk = SimDisk::new();
    let recovery = Journal::open_on(Arc::new(disk.clone()), options()).expect("an empty disk");
    let (journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(|_| {})).expect("an empty disk");
    let (mut seq, mut ends) = (0, Vec::new());
    while ends.len() < LAST_BATCHES {
        for _ in 0..=seq % 6 {
            seq += 1;
            let payload: Vec<u8> =
                (0..seq * 31 % 190).map(|index| u8::try_from((index * seq) % 251).expect("below 251")).collect();
            journal.append(seq, seq * 1000, 4, &payload, true).expect("in order");
        }
        assert!(stepper.step().expect("a sound disk"));
        if let Some(bytes) = disk.images().get(LAST) {
            let used = 1 + bytes.iter().rposition(|byte| *byte != 0).expect("it has a header");
            ends.push((used.next_multiple_of(512), seq));
        }
    }
    assert!(!disk.images().contains_key("000000000004.jwj"));
    drop(stepper);
    (disk.copy(), ends)
}
