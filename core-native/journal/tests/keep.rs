//! Crashes anywhere while records, segments, snapshots and an archive come and go: the state of the next start is one that was
//! written, and never behind what was acknowledged. A state here is a sum over all records; a snapshot is its number.

use jware_journal::sim_disk::{SimCrash, SimDisk, SimFault, SimLie, SimRng};
use jware_journal::{
    Callbacks, Journal, JournalError, Options, Reader, SnapshotHeader, archive_segments, list_snapshots, prune_snapshots,
    read_snapshot, write_snapshot,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const LIVES: usize = 5;

struct World {
    rng: SimRng,
    disk: SimDisk,
    archive: SimDisk,
    options: Options,
    /// The state after each record; the first is before all.
    states: Vec<u64>,
    promised: u64,
    committed: Arc<AtomicU64>,
    from_snapshot_count: u64,
    archived_count: usize,
}

fn state_after(state: u64, seq: u64, payload: &[u8]) -> u64 {
    payload.iter().fold(state.rotate_left(5) ^ seq, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)))
}

fn text(error: &JournalError) -> String {
    error.to_string()
}

impl World {
    fn new(seed: u64, lie: SimLie) -> Self {
        let mut rng = SimRng::new(seed);
        let (disk, archive) = (SimDisk::new(), SimDisk::new());
        disk.set_lie(lie);
        archive.set_lie(lie);
        let segment_bytes = 4096 + 512 * (1 + rng.below(12));
        let options = Options { segment_bytes, reserve_bytes: segment_bytes, engine_id: Some(3), ..Options::new(1) };
        let (promised, committed) = (0, Arc::default());
        let states = vec![0];
        Self { rng, disk, archive, options, states, promised, committed, from_snapshot_count: 0, archived_count: 0 }
    }

    fn live(&mut self) -> Result<(), String> {
        let calls = 1 + self.rng.below(250);
        let faulty = if self.rng.one_in(4) { &self.archive } else { &self.disk };
        faulty.set_fault(calls, SimFault::Crash);
        if let Err(error) = self.run()
            && (error.starts_with("VIOLATION") || !(self.disk.has_crashed() || self.archive.has_crashed()))
        {
            return Err(error);
        }
        // One machine has both disks.
        let crash = [SimCrash::KeepAll, SimCrash::LoseAll, SimCrash::Prefix, SimCrash::Tear, SimCrash::Tear][self.rng.index(5)];
        self.promised = self.promised.max(self.committed.load(Ordering::SeqCst));
        self.disk = self.disk.after_crash(crash, &mut self.rng);
        self.archive = self.archive.after_crash(crash, &mut self.rng);
        Ok(())
    }

    fn run(&mut self) -> Result<(), String> {
        let mut recovery = Journal::open_on(Arc::new(self.disk.clone()), self.options.clone()).map_err(|error| text(&error))?;
        let (mut seq, mut state) = self.newest_snapshot()?;
        self.from_snapshot_count += u64::from(seq > 0);
        recovery.must_reach(seq.max(self.promised));
        recovery.skip_to(seq);
        let replayed = recovery.replay(|record| {
            state = state_after(state, record.seq, record.payload);
            seq = record.seq;
        });
        let replayed = replayed.map_err(|error| text(&error));
        self.judge(&replayed)?;
        replayed?;
        if self.states.get(usize::try_from(seq).unwrap()) != Some(&state) {
            return Err(format!("VIOLATION: the state at {seq} is none that was there"));
        }
        self.states.truncate(usize::try_from(seq).unwrap() + 1);
        let told = Arc::clone(&self.committed);
        let on_commit = move |seq| told.store(seq, Ordering::SeqCst);
        let started = recovery.start_stepped(Callbacks::new(on_commit)).map_err(|error| text(&error));
        self.judge(&started.as_ref().map(|_| ()).map_err(Clone::clone))?;
        let (journal, mut stepper, _) = started?;
        for _ in 0..80 {
            match self.rng.below(20) {
                0..11 => {
                    let payload: Vec<u8> = (0..self.rng.index(200)).map(|_| self.rng.next_u64().to_le_bytes()[0]).collect();
                    let seq = self.states.len() as u64;
                    journal.append(seq, seq, 1, &payload, true).map_err(|error| text(&error))?;
                    self.states.push(state_after(self.states[self.states.len() - 1], seq, &payload));
                }
                11..16 => _ = stepper.step().map_err(|error| text(&error))?,
                16 => stepper.make_reserve().map_err(|error| text(&error))?,
                17 => self.snapshot(journal.durable_seq())?,
                18 => {
                    _ = prune_snapshots(&self.disk, 2, None, Some(self.rng.below(1 + journal.durable_seq())))
                        .map_err(|error| text(&error))?;
                }
                _ => {
                    let oldest = list_snapshots(&self.disk).map_err(|error| text(&error))?.first().copied().unwrap_or(0);
                    let moved = archive_segments(&self.disk, &self.archive, oldest);
                    self.archived_count += moved.map_err(|error| text(&error))?;
                }
            }
        }
        Ok(())
    }

    /// A refusal to start is a broken promise, unless the machine stopped in the middle.
    fn judge(&self, outcome: &Result<(), String>) -> Result<(), String> {
        match outcome {
            Err(error) if !(self.disk.has_crashed() || self.archive.has_crashed()) => Err(format!("VIOLATION: {error}")),
            _ => Ok(()),
        }
    }

    fn newest_snapshot(&self) -> Result<(u64, u64), String> {
        let seqs = list_snapshots(&self.disk).map_err(|error| text(&error))?;
        let Some(&seq) = seqs.last() else { return Ok((0, 0)) };
        // A snapshot's name stands for a whole one: nothing but a lying disk breaks that.
        let snapshot = read_snapshot(&self.disk, seq).map_err(|error| text(&error));
        self.judge(&snapshot.as_ref().map(|_| ()).map_err(Clone::clone))?;
        Ok((seq, u64::from_le_bytes(snapshot?.content[..8].try_into().unwrap())))
    }

    /// As the thread makes it: from the newest before, by the files.
    fn snapshot(&self, target: u64) -> Result<(), String> {
        let (mut seq, mut state) = self.newest_snapshot()?;
        let storages: Vec<Arc<dyn jware_journal::Storage>> = vec![Arc::new(self.disk.clone()), Arc::new(self.archive.clone())];
        let mut reader = match Reader::open_over(storages, seq + 1) {
            Err(JournalError::NoSuchSeq { .. }) if target == 0 => return Ok(()),
            opened => opened.map_err(|error| text(&error))?,
        };
        let given = reader.next_batch(target, usize::MAX, |record| {
            state = state_after(state, record.seq, record.payload);
            seq = record.seq;
        });
        given.map_err(|error| text(&error))?;
        if self.states[usize::try_from(seq).unwrap()] != state {
            return Err(format!("VIOLATION: the reader comes to another state at {seq}"));
        }
        let header = SnapshotHeader { kind: 1, core_version: 1, engine_id: 3, seq, ts_ns: seq, state_hash: state };
        write_snapshot(&self.disk, &header, &state.to_le_bytes().repeat(80)).map(|_| ()).map_err(|error| text(&error))
    }
}

fn run_seed(seed: u64, lie: SimLie) -> Result<World, String> {
    let mut world = World::new(seed, lie);
    for _ in 0..LIVES {
        world.live()?;
    }
    world.disk.set_fault(u64::MAX >> 1, SimFault::Crash);
    world.run()?;
    // Nothing of all that was ever durable is missing between archive and journal.
    let storages: Vec<Arc<dyn jware_journal::Storage>> = vec![Arc::new(world.disk.clone()), Arc::new(world.archive.clone())];
    let mut state = 0;
    let mut reader = Reader::open_over(storages, 1).map_err(|error| text(&error))?;
    let count = reader.next_batch(u64::MAX, usize::MAX, |record| state = state_after(state, record.seq, record.payload));
    let count = count.map_err(|error| text(&error))?;
    if world.states.get(count) == Some(&state) {
        Ok(world)
    } else {
        Err(format!("VIOLATION: {count} records do not come to their state"))
    }
}

#[test]
fn the_newest_state_is_never_behind_what_was_acknowledged() {
    let (mut from_snapshot_count, mut archived_count) = (0, 0);
    for seed in 0..2000 {
        let world = run_seed(seed, SimLie::None).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        from_snapshot_count += world.from_snapshot_count;
        archived_count += world.archived_count;
    }
    assert!(
        from_snapshot_count > 1000 && archived_count > 300,
        "{from_snapshot_count} starts from one, {archived_count} archived"
    );
}

#[test]
fn a_disk_that_lies_is_noticed() {
    for lie in [SimLie::SyncData, SimLie::SyncDir] {
        let seed = (0..500).find(|seed| run_seed(*seed, lie).is_err());
        assert!(seed.is_some(), "500 seeds did not notice {lie:?}");
    }
}
