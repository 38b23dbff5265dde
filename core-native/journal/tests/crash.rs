//! Thousands of seeded crashes on a simulated disk: what was acknowledged is there, what is there is a prefix of what was
//! appended. And the other way round: with a promise of the disk broken, the same check must fail.

use jware_journal::sim_disk::{SimCrash, SimDisk, SimFault, SimLie, SimRng};
use jware_journal::{AckMode, Callbacks, Journal, Options};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    torn_count: u64,
    rotation_count: u64,
}

impl World {
    fn new(seed: u64, ack: AckMode, lie: SimLie) -> Self {
        let mut rng = SimRng::new(seed);
        let disk = SimDisk::new();
        disk.set_lie(lie);
        let segment_bytes = 4096 + 512 * (1 + rng.below(40));
        let options = Options { segment_bytes, ack, ..Options::new(1) };
        Self {
            rng,
            disk,
            options,
            appended: Vec::new(),
            promised: 0,
            promised_without_power_cut: 0,
            committed: Arc::default(),
            torn_count: 0,
            rotation_count: 0,
        }
    }

    /// One life of the process, from opening to its end, and the crash after it.
    fn live(&mut self, gate_is_believed: bool) -> Result<(), String> {
        let calls = 1 + self.rng.below(120);
        self.disk.set_fault(calls, SimFault::Crash);
        match self.run() {
            Ok(()) => {}
            Err(error) if self.disk.has_crashed() && !error.starts_with("VIOLATION") => {}
            Err(error) => return Err(error),
        }
        let crash = match self.rng.below(8) {
            0 => SimCrash::KeepAll,
            1 => SimCrash::LoseAll,
            2 => SimCrash::Prefix,
            _ => SimCrash::Tear,
        };
        let committed = self.committed.load(Ordering::SeqCst);
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

    fn run(&mut self) -> Result<(), String> {
        // What an earlier life acknowledged was counted at its end.
        self.committed.store(0, Ordering::SeqCst);
        let mut found = Vec::new();
        let mut recovery =
            Journal::open_on(Arc::new(self.disk.clone()), self.options.clone()).map_err(|error| error.to_string())?;
        let replayed = recovery.replay(|record| {
            let (seq, ts_ns, kind) = (record.seq, record.ts_ns, record.kind);
            found.push(Entry { seq, ts_ns, kind, payload: record.payload.to_vec() });
        });
        replayed.map_err(|error| error.to_string())?;
        self.check(&found)?;
        self.appended = found;
        let last = self.committed.clone();
        let on_commit = move |seq| assert!(last.swap(seq, Ordering::SeqCst) < seq, "on_commit({seq}) does not rise");
        let (journal, mut stepper, summary) =
            recovery.start_stepped(Callbacks::new(on_commit)).map_err(|error| error.to_string())?;
        self.promised = self.appended.len() as u64;
        self.torn_count += u64::from(summary.torn_tail.is_some());
        for _ in 0..200 {
            match self.rng.below(10) {
                0..6 => self.append(&journal)?,
                6..9 => _ = stepper.step().map_err(|error| error.to_string())?,
                _ if self.rng.one_in(2) => stepper.seal().map_err(|error| error.to_string())?,
                _ => stepper.sync().map_err(|error| error.to_string())?,
            }
            self.promised = self.promised.max(journal.durable_seq());
            self.rotation_count = self.rotation_count.max(journal.metrics().rotation_count);
        }
        Ok(())
    }

    fn append(&mut self, journal: &Journal) -> Result<(), String> {
        let seq = self.appended.len() as u64 + 1;
        let longest = journal.payload_bytes_max().min(if self.rng.one_in(8) { 3000 } else { 200 });
        let len = self.rng.index(longest + 1);
        let payload = (0..len).map(|_| self.rng.next_u64().to_le_bytes()[0]).collect();
        let ts_ns = self.appended.last().map_or(0, |last| last.ts_ns) + self.rng.below(3);
        let kind = u16::try_from(self.rng.below(20)).unwrap();
        let entry = Entry { seq, ts_ns, kind, payload };
        journal.append(seq, ts_ns, kind, &entry.payload, self.rng.one_in(2)).map_err(|error| error.to_string())?;
        self.appended.push(entry);
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
}

/// Lives and crashes; `Err` tells a broken promise.
fn run_seed(seed: u64, ack: AckMode, lie: SimLie, gate_is_believed: bool) -> Result<World, String> {
    let mut world = World::new(seed, ack, lie);
    for _ in 0..5 {
        world.live(gate_is_believed)?;
    }
    // The last look: no crash is planned any more.
    let calls = u64::MAX >> 1;
    world.disk.set_fault(calls, SimFault::Crash);
    world.run()?;
    Ok(world)
}

fn assert_no_violation(seeds: std::ops::Range<u64>, ack: AckMode) {
    let (mut torn_count, mut rotation_count) = (0, 0);
    for seed in seeds {
        match run_seed(seed, ack, SimLie::None, ack == AckMode::Durable) {
            Ok(world) => {
                torn_count += world.torn_count;
                rotation_count += world.rotation_count;
            }
            Err(error) => panic!("seed {seed}, {ack:?}: {error}"),
        }
    }
    assert!(torn_count > 100, "only {torn_count} torn tails: the crashes miss the writes");
    assert!(rotation_count > 100, "only {rotation_count} rotations");
}

fn first_violation(seeds: std::ops::Range<u64>, ack: AckMode, lie: SimLie) -> Option<u64> {
    seeds.into_iter().find(|seed| run_seed(*seed, ack, lie, true).is_err())
}

#[test]
fn no_acknowledged_record_is_lost_in_durable_mode() {
    assert_no_violation(0..2500, AckMode::Durable);
}

#[test]
fn what_was_synced_survives_power_and_what_was_committed_survives_the_process_in_memory_mode() {
    assert_no_violation(100_000..101_500, AckMode::Memory);
}

#[test]
fn a_missing_fdatasync_is_noticed() {
    let seed = first_violation(0..500, AckMode::Durable, SimLie::SyncData);
    assert!(seed.is_some(), "500 seeds did not notice that nothing is synced");
}

#[test]
fn a_missing_sync_of_the_folder_is_noticed() {
    let seed = first_violation(0..500, AckMode::Durable, SimLie::SyncDir);
    assert!(seed.is_some(), "500 seeds did not notice that names are not synced");
}

#[test]
fn a_missing_gate_is_noticed() {
    let seed = first_violation(0..500, AckMode::Memory, SimLie::None);
    assert!(seed.is_some(), "500 seeds did not notice that acknowledgements run ahead of the disk");
}

/// A fixed workload that rotates; `Ok` where no error came up.
fn workload(disk: &SimDisk, committed: &Arc<AtomicU64>) -> Result<(), jware_journal::JournalError> {
    let options = Options { segment_bytes: 4096 + 4096, ..Options::new(1) };
    let mut recovery = Journal::open_on(Arc::new(disk.clone()), options)?;
    let mut next = 0;
    recovery.replay(|record| next = record.seq)?;
    let seen = Arc::clone(committed);
    let (journal, mut stepper, _) = recovery.start_stepped(Callbacks::new(move |seq| seen.store(seq, Ordering::SeqCst)))?;
    for seq in next + 1..=next + 40 {
        journal.append(seq, seq, 1, &vec![7; usize::try_from(seq * 37 % 500).unwrap()], true)?;
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

#[test]
fn an_error_at_any_call_stops_the_journal_and_loses_nothing() {
    let mut rng = SimRng::new(77);
    let kinds = [std::io::ErrorKind::Other, std::io::ErrorKind::StorageFull];
    for kind in kinds {
        for call in 1.. {
            let disk = SimDisk::new();
            let committed = Arc::new(AtomicU64::new(0));
            // A first life without faults, so that the second one also fails inside recovery.
            workload(&disk, &committed).unwrap();
            disk.set_fault(call, SimFault::Error(kind));
            let outcome = workload(&disk, &committed);
            if disk.fault_is_ahead() {
                assert!(call > 60, "the workload makes only {call} calls");
                break;
            }
            let error = outcome.expect_err(&format!("call {call} failed and nobody noticed"));
            assert_eq!(error.code(), "JRN_ERR_IO", "call {call}");
            let promised = committed.load(Ordering::SeqCst);
            for crash in [SimCrash::KeepAll, SimCrash::LoseAll, SimCrash::Prefix, SimCrash::Tear] {
                let after = disk.after_crash(crash, &mut rng);
                let options = Options { witness_seq: promised, ..Options::new(1) };
                let (_journal, _stepper, summary) =
                    Journal::open_on(Arc::new(after), options).unwrap().start_stepped(Callbacks::new(|_| {})).unwrap();
                assert!(summary.last_seq >= promised && summary.last_seq <= 80, "call {call}, {crash:?}: {summary:?}");
            }
        }
    }
}

#[test]
fn a_short_or_interrupted_write_goes_on() {
    for fault in [SimFault::ShortWrite, SimFault::Error(std::io::ErrorKind::Interrupted)] {
        let (mut survived, mut call) = (0, 1);
        loop {
            let disk = SimDisk::new();
            let committed = Arc::new(AtomicU64::new(0));
            disk.set_fault(call, fault);
            let outcome = workload(&disk, &committed);
            if disk.fault_is_ahead() {
                break;
            }
            if outcome.is_ok() {
                survived += 1;
                assert_eq!(committed.load(Ordering::SeqCst), 40);
                let inspected = Journal::open_on(Arc::new(disk.copy()), Options::new(1)).unwrap().inspect().unwrap();
                assert_eq!((inspected.last_seq, inspected.torn_tail), (40, None), "call {call}");
            }
            call += 1;
        }
        assert!(survived > 20, "{fault:?}: only {survived}");
    }
}
