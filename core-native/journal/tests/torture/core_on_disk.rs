//! The real core over the journal, on the same disk: whatever a crash leaves, the commands that come back lead to the state that
//! they led to when nothing was in between.

use super::{Tally, fuzzing};
use fuzzing::{Mode, Step};
use jware_core::record::{RecordEncoder, decode_record};
use jware_core::units::{Seq, TsNs};
use jware_core::{CORE_VERSION, Core};
use jware_journal::sim_disk::{SimCrash, SimDisk, SimFault, SimLie, SimRng};
use jware_journal::{Callbacks, Journal, JournalError, Options};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const KIND_COMMAND: u16 = 1;
const LIVES: u64 = 6;

/// A stream of commands of the core, and the hash of the state after each: `hashes[n]` after `n` commands.
struct Truth {
    steps: Vec<Step>,
    times: Vec<u64>,
    hashes: Vec<u64>,
}

impl Truth {
    fn new(seed: u64) -> Self {
        let steps = fuzzing::stream(Mode::Commands, seed);
        let mut core = Core::new();
        let (mut hashes, mut times) = (vec![core.state_hash()], Vec::new());
        for step in &steps {
            fuzzing::apply(&mut core, step, &mut Vec::new());
            times.push(core.ts().0);
            hashes.push(core.state_hash());
        }
        Self { steps, times, hashes }
    }
}

/// Lives and crashes over one stream of commands.
pub fn run_seed(seed: u64, lie: SimLie) -> Result<Tally, String> {
    let truth = Truth::new(seed);
    let mut rng = SimRng::new(seed);
    let mut disk = SimDisk::new();
    disk.set_lie(lie);
    let options = Options { segment_bytes: 4096 * (2 + rng.below(16)), ..Options::new(CORE_VERSION) };
    let mut tally = Tally::new();
    let mut promised = 0;
    for life in 1..=LIVES {
        let calls = if life == LIVES { u64::MAX >> 1 } else { 1 + rng.below(150) };
        disk.set_fault(calls, SimFault::Crash);
        let committed = Arc::new(AtomicU64::new(0));
        match live(&disk, &options, &truth, promised, &committed, &mut rng) {
            Ok(Ok(count)) => *tally.entry("core_commands").or_default() += count,
            Ok(Err(_)) if disk.has_crashed() => {}
            Ok(Err(error)) => return Err(format!("life {life}: VIOLATION: {error}")),
            Err(what) => return Err(format!("life {life}: VIOLATION: {what}")),
        }
        promised = promised.max(committed.load(Ordering::SeqCst));
        let crash = [SimCrash::KeepAll, SimCrash::LoseAll, SimCrash::Prefix, SimCrash::Tear][rng.index(4)];
        disk = disk.after_crash(crash, &mut rng);
    }
    *tally.entry("core_seeds").or_default() += 1;
    Ok(tally)
}

/// Recovers, compares, goes on. The outer error is a broken promise, the inner one the disk's.
fn live(
    disk: &SimDisk,
    options: &Options,
    truth: &Truth,
    promised: u64,
    committed: &Arc<AtomicU64>,
    rng: &mut SimRng,
) -> Result<Result<u64, JournalError>, String> {
    let mut recovery = match Journal::open_on(Arc::new(disk.clone()), options.clone()) {
        Ok(recovery) => recovery,
        Err(error) => return Ok(Err(error)),
    };
    let (mut core, mut unread) = (Core::new(), None);
    let replayed = recovery.replay(|record| match decode_record(record.payload) {
        Ok(command) => core.apply(Seq(record.seq), TsNs(record.ts_ns), &command, &mut Vec::new()),
        Err(error) => unread = Some((record.seq, error)),
    });
    if let Err(error) = replayed {
        return Ok(Err(error));
    }
    if let Some((seq, error)) = unread {
        return Err(format!("record {seq} is no command: {error}"));
    }
    let count = core.seq().0;
    if count < promised {
        return Err(format!("{count} commands came back, {promised} were acknowledged"));
    }
    let at = usize::try_from(count).expect("a short stream");
    if truth.hashes.get(at) != Some(&core.state_hash()) {
        return Err(format!("after {count} commands the state is another"));
    }
    let seen = Arc::clone(committed);
    let started = recovery.start_stepped(Callbacks::new(move |seq| seen.store(seq, Ordering::SeqCst)));
    let (journal, mut stepper, _) = match started {
        Ok(started) => started,
        Err(error) => return Ok(Err(error)),
    };
    let mut encoder = RecordEncoder::default();
    for (seq, (_, command)) in (1..).zip(&truth.steps).skip(at) {
        let ts_ns = truth.times[usize::try_from(seq - 1).expect("a short stream")];
        let step = journal.append(seq, ts_ns, KIND_COMMAND, encoder.encode(command), true).and_then(|()| {
            while rng.one_in(3) && stepper.step()? {}
            Ok(())
        });
        if let Err(error) = step {
            return Ok(Err(error));
        }
    }
    loop {
        match stepper.step() {
            Ok(true) => {}
            Ok(false) => return Ok(Ok(truth.steps.len() as u64)),
            Err(error) => return Ok(Err(error)),
        }
    }
}
