//! Seeded lives of a process on a simulated disk, each ended by a crash or an error: what was acknowledged is there, in order and
//! once; what is there is a prefix of what was appended; a second recovery changes no byte.

use super::Tally;
use jware_journal::sim_disk::{SimCrash, SimDisk, SimFault, SimLie, SimRng};
use jware_journal::{AckMode, Callbacks, Journal, Options};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const LIVES: u64 = 5;
const STEPS: u64 = 200;
/// A recovery on a copy takes as long as the life itself.
const RECOVERED_TWICE_ONE_IN: u64 = 3;

/// A disk, an acknowledgement mode, and what is to be broken on purpose.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub ack: AckMode,
    pub lie: SimLie,
    /// Whether what `on_commit` named must survive the loss of power. In memory mode it need not.
    pub gate_is_believed: bool,
}

impl Terms {
    pub fn of(ack: AckMode) -> Self {
        Self { ack, lie: SimLie::None, gate_is_believed: ack == AckMode::Durable }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    seq: u64,
    ts_ns: u64,
    kind: u16,
    payload: Vec<u8>,
}

/// What an outside witness knows.
struct World {
    rng: SimRng,
    disk: SimDisk,
    options: Options,
    appended: Vec<Entry>,
    /// Every later start must give back at least this much.
    promised: u64,
    /// What is promised as long as only processes end.
    promised_without_power_cut: u64,
    /// The last sequence `on_commit` named.
    committed: Arc<AtomicU64>,
    seen: Tally,
    /// What happened, for whoever reads of a violation.
    told: Vec<String>,
}

/// How a life ended.
enum End {
    /// All its steps were done.
    Whole,
    /// By the fault that was planned.
    Fault(String),
}

/// Lives and crashes of one seed; `Err` tells a broken promise, and the lives before it.
pub fn run_seed(seed: u64, terms: Terms) -> Result<Tally, String> {
    let mut world = World::new(seed, terms);
    world.lives(terms.gate_is_believed).map_err(|what| format!("{what}\n  {}", world.told.join("\n  ")))?;
    Ok(world.seen)
}

impl World {
    fn new(seed: u64, terms: Terms) -> Self {
        let mut rng = SimRng::new(seed);
        let disk = SimDisk::new();
        disk.set_lie(terms.lie);
        let segment_bytes = 4096 + 512 * (1 + rng.below(40));
        let options = Options { segment_bytes, ack: terms.ack, ..Options::new(1) };
        Self {
            rng,
            disk,
            options,
            appended: Vec::new(),
            promised: 0,
            promised_without_power_cut: 0,
            committed: Arc::default(),
            seen: Tally::new(),
            told: Vec::new(),
        }
    }

    fn lives(&mut self, gate_is_believed: bool) -> Result<(), String> {
        for _ in 0..LIVES {
            self.live(gate_is_believed)?;
        }
        // The last look: nothing is planned any more.
        self.disk.set_fault(u64::MAX >> 1, SimFault::Crash);
        match self.run()? {
            End::Whole => Ok(()),
            End::Fault(error) => Err(format!("VIOLATION: no fault was planned, and it says {error}")),
        }
    }

    /// One life of the process, from opening to its end, and the crash after it.
    fn live(&mut self, gate_is_believed: bool) -> Result<(), String> {
        let calls = 1 + self.rng.below(120);
        let fault = match self.rng.below(10) {
            0 => SimFault::Error(ErrorKind::Other),
            1 => SimFault::Error(ErrorKind::StorageFull),
            2 => SimFault::Error(ErrorKind::Interrupted),
            3 => SimFault::ShortWrite,
            _ => SimFault::Crash,
        };
        self.disk.set_fault(calls, fault);
        self.told.push(format!("{} records; {fault:?} at call {calls}", self.appended.len()));
        if let End::Fault(error) = self.run()? {
            self.told.push(error.clone());
            let is_told = self.disk.has_crashed() || error.starts_with("JRN_ERR_IO");
            if !is_told || fault == SimFault::ShortWrite || self.disk.fault_is_ahead() {
                return Err(format!("VIOLATION: {fault:?} was planned, and it says {error}"));
            }
            self.count(if self.disk.has_crashed() { "crashes" } else { "errors" });
        }
        let crash = match self.rng.below(8) {
            0 => SimCrash::KeepAll,
            1 => SimCrash::LoseAll,
            2 => SimCrash::Prefix,
            _ => SimCrash::Tear,
        };
        let committed = self.committed.load(Ordering::SeqCst);
        self.told.push(format!("{committed} committed, then {crash:?}"));
        if gate_is_believed {
            self.promised = self.promised.max(committed);
        }
        self.promised_without_power_cut = match crash {
            SimCrash::KeepAll => self.promised_without_power_cut.max(committed),
            _ => 0,
        };
        self.disk = self.disk.after_crash(crash, &mut self.rng);
        Ok(())
    }

    /// `Err` is a broken promise; whatever the disk did ends the life.
    fn run(&mut self) -> Result<End, String> {
        // What an earlier life acknowledged was counted at its end.
        self.committed.store(0, Ordering::SeqCst);
        if self.rng.one_in(RECOVERED_TWICE_ONE_IN) {
            self.recover_twice()?;
        }
        let mut found = Vec::new();
        let opened = Journal::open_on(Arc::new(self.disk.clone()), self.options.clone());
        let mut recovery = match opened {
            Ok(recovery) => recovery,
            Err(error) => return Ok(End::Fault(error.to_string())),
        };
        let replayed = recovery.replay(|record| {
            let (seq, ts_ns, kind) = (record.seq, record.ts_ns, record.kind);
            found.push(Entry { seq, ts_ns, kind, payload: record.payload.to_vec() });
        });
        if let Err(error) = replayed {
            return Ok(End::Fault(error.to_string()));
        }
        self.check(&found)?;
        self.appended = found;
        let last = Arc::clone(&self.committed);
        let on_commit = move |seq| assert!(last.swap(seq, Ordering::SeqCst) < seq, "on_commit({seq}) does not rise");
        let (journal, mut stepper, summary) = match recovery.start_stepped(Callbacks::new(on_commit)) {
            Ok(started) => started,
            Err(error) => return Ok(End::Fault(error.to_string())),
        };
        self.promised = self.appended.len() as u64;
        if summary.torn_tail.is_some() {
            self.count("torn_tails");
        }
        let mut rotation_count = 0;
        for _ in 0..STEPS {
            let outcome = match self.rng.below(10) {
                0..6 => self.append(&journal),
                6..9 => stepper.step().map(|_| ()),
                _ if self.rng.one_in(2) => stepper.seal(),
                _ => stepper.sync(),
            };
            self.promised = self.promised.max(journal.durable_seq());
            let rotated = journal.metrics().rotation_count;
            *self.seen.entry("rotations").or_default() += rotated - rotation_count;
            rotation_count = rotated;
            if let Err(error) = outcome {
                return Ok(End::Fault(error.to_string()));
            }
        }
        Ok(End::Whole)
    }

    /// On a copy, so that the faults planned for this life meet a disk that is still to be repaired.
    fn recover_twice(&mut self) -> Result<(), String> {
        let disk = self.disk.copy();
        let mut images = Vec::new();
        for time in ["first", "second"] {
            let recovered = Journal::open_on(Arc::new(disk.clone()), self.options.clone())
                .and_then(|recovery| recovery.start_stepped(Callbacks::new(|_| {})));
            if let Err(error) = recovered {
                return Err(format!("VIOLATION: the {time} recovery says {error}"));
            }
            images.push(disk.images());
        }
        if images[0] == images[1] { Ok(()) } else { Err("VIOLATION: the second recovery changes bytes".to_owned()) }
    }

    fn append(&mut self, journal: &Journal) -> Result<(), jware_journal::JournalError> {
        let seq = self.appended.len() as u64 + 1;
        let longest = journal.payload_bytes_max().min(if self.rng.one_in(8) { 3000 } else { 200 });
        let len = self.rng.index(longest + 1);
        let payload = (0..len).map(|_| self.rng.next_u64().to_le_bytes()[0]).collect();
        let ts_ns = self.appended.last().map_or(0, |last| last.ts_ns) + self.rng.below(3);
        let kind = u16::try_from(self.rng.below(20)).expect("below 20");
        let entry = Entry { seq, ts_ns, kind, payload };
        journal.append(seq, ts_ns, kind, &entry.payload, self.rng.one_in(2))?;
        self.appended.push(entry);
        self.count("records");
        Ok(())
    }

    fn check(&self, found: &[Entry]) -> Result<(), String> {
        let count = found.len();
        let promised = self.promised.max(self.promised_without_power_cut);
        if (count as u64) < promised {
            return Err(format!("VIOLATION: {count} records came back, {promised} were promised"));
        }
        if self.appended.get(..count) != Some(found) {
            return Err(format!("VIOLATION: the {count} records that came back are not what was appended"));
        }
        Ok(())
    }

    fn count(&mut self, name: &'static str) {
        *self.seen.entry(name).or_default() += 1;
    }
}
