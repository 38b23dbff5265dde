//! One fault at the k-th call of a fixed history, for every k: an error ends the journal and loses nothing, a short or interrupted
//! write goes on.

use super::Tally;
use jware_journal::sim_disk::{SimCrash, SimDisk, SimFault, SimRng};
use jware_journal::{Callbacks, Journal, JournalError, Options};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Records that one life of the fixed history appends.
const RECORDS: u64 = 40;

/// A fixed workload that rotates; `Ok` where no error came up.
fn workload(disk: &SimDisk, committed: &Arc<AtomicU64>) -> Result<(), JournalError> {
    let options = Options { segment_bytes: 4096 + 4096, ..Options::new(1) };
    let mut recovery = Journal::open_on(Arc::new(disk.clone()), options)?;
    let mut next = 0;
    recovery.replay(|record| next = record.seq)?;
    let seen = Arc::clone(committed);
    let (journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(move |seq| seen.store(seq, Ordering::SeqCst)))?;
    for seq in next + 1..=next + RECORDS {
        journal.append(seq, seq, 1, &vec![7; usize::try_from(seq * 37 % 500).expect("below 500")], true)?;
        if seq % 3 == 0 {
            while stepper.step()? {}
        }
        if seq % 10 == 0 {
            stepper.seal()?;
        }
    }
    while stepper.step()? {}
    Ok(())
}

/// Fails each call in turn, with each kind of error, and looks at the disk after each way to end.
pub fn at_every_call(seed: u64) -> Result<Tally, String> {
    let mut rng = SimRng::new(seed);
    let mut tally = Tally::new();
    for kind in [ErrorKind::Other, ErrorKind::StorageFull] {
        for call in 1.. {
            let at = |what: &str| format!("{kind:?} at call {call}: {what}");
            let disk = SimDisk::new();
            let committed = Arc::new(AtomicU64::new(0));
            // A first life without faults, so that the second one also fails inside recovery.
            workload(&disk, &committed).map_err(|error| at(&error.to_string()))?;
            disk.set_fault(call, SimFault::Error(kind));
            let outcome = workload(&disk, &committed);
            if disk.fault_is_ahead() {
                break;
            }
            match outcome {
                Ok(()) => return Err(at("nobody noticed")),
                Err(JournalError::Io { .. }) => {}
                Err(error) => return Err(at(&error.to_string())),
            }
            let promised = committed.load(Ordering::SeqCst);
            for crash in [SimCrash::KeepAll, SimCrash::LoseAll, SimCrash::Prefix, SimCrash::Tear] {
                let options = Options { witness_seq: promised, ..Options::new(1) };
                let (_journal, _stepper, summary) = Journal::open_on(Arc::new(disk.after_crash(crash, &mut rng)), options)
                    .and_then(|recovery| recovery.start_stepped(Callbacks::new(|_| {})))
                    .map_err(|error| at(&format!("after {crash:?}: {error}")))?;
                if summary.last_seq < promised || summary.last_seq > 2 * RECORDS {
                    return Err(at(&format!("after {crash:?}: {promised} were promised, {summary:?}")));
                }
            }
            *tally.entry("failed_calls").or_default() += 1;
        }
    }
    Ok(tally)
}

/// Shortens or interrupts each call in turn. Only calls other than writes may end the journal, when interrupted.
pub fn goes_on_at_every_call() -> Result<Tally, String> {
    let mut tally = Tally::new();
    for fault in [SimFault::ShortWrite, SimFault::Error(ErrorKind::Interrupted)] {
        for call in 1.. {
            let disk = SimDisk::new();
            let committed = Arc::new(AtomicU64::new(0));
            disk.set_fault(call, fault);
            let outcome = workload(&disk, &committed);
            if disk.fault_is_ahead() {
                break;
            }
            if outcome.is_err() {
                if fault == SimFault::ShortWrite {
                    return Err(format!("call {call} was short, and that ended the journal"));
                }
                continue;
            }
            let inspected = Journal::open_on(Arc::new(disk.copy()), Options::new(1)).and_then(jware_journal::Recovery::inspect);
            let is_whole = inspected.as_ref().is_ok_and(|found| found.last_seq == RECORDS && found.torn_tail.is_none());
            if !is_whole || committed.load(Ordering::SeqCst) != RECORDS {
                return Err(format!("{fault:?} at call {call}: {inspected:?}"));
            }
            *tally.entry("went_on").or_default() += 1;
        }
    }
    Ok(tally)
}
