//! The thread that makes snapshots, beside the core and without its lock.
//!
//! It makes one of what is durable (`making.rs`), removes those that are not kept, and moves segments to the archive; nobody waits.
//! Cost: another core in memory while it works, and every command applied once more, at low priority.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jware_core::Core;
use jware_journal::{DirStorage, SnapshotHeader, archive_segments, prune_snapshots};
use parking_lot::Mutex;

use crate::folders::Folders;
use crate::making::Making;
use crate::saved::{KIND_LIVE, newest_replayed, save};
use crate::yielding::yield_thread;

/// How many snapshots are kept.
pub const KEPT: usize = 3;
/// A stop with a shorter tail writes none: so many commands are replayed before a snapshot would be written.
const STOP_TAIL_RECORDS: u64 = 10_000;
/// Commands between two looks at whether to stop, and two offers of the processor.
const SLICE_COMMANDS: usize = 256;
const LOOK: Duration = Duration::from_millis(250);
/// After a failure, the next attempt waits.
const RETRY: Duration = Duration::from_secs(10);
/// How long a stop waits for a snapshot that is being made.
const STOP_WAIT: Duration = Duration::from_secs(1);

/// When snapshots are made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// After so many records.
    pub every_records: u64,
    /// After this time, if there was any record.
    pub every: Duration,
}

impl Default for Plan {
    fn default() -> Self {
        Self { every_records: 1_000_000, every: Duration::from_secs(600) }
    }
}

/// What is known of the newest snapshot and of the last attempt.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What the newest says of itself.
    pub newest: Option<SnapshotHeader>,
    /// Its size, bytes; 0 where it was there before the start.
    pub bytes: u64,
    /// How long it took, ms; 0 where it was there before the start.
    pub duration_ms: u64,
    /// Why the last attempt failed.
    pub failure: Option<String>,
    /// Failures since the start.
    pub failure_count: u64,
    /// Why segments that nothing needs stay in the journal; none where they go to the archive, or there is no archive.
    pub archive_failure: Option<String>,
}

/// The snapshots of a journal.
#[derive(Debug)]
pub struct Snapshots {
    folders: Folders,
    engine_id: u128,
    plan: Plan,
    told: Mutex<Told>,
    /// What the database has on disk; 0 until it said so.
    projected_seq: AtomicU64,
    /// The last that this life has made; 0 before the first.
    made_seq: AtomicU64,
    stopping: AtomicBool,
    /// Whether the journal came to another state than a core that ran.
    differs: AtomicBool,
    thread: Mutex<Option<JoinHandle<()>>>,
}

enum Made {
    Snapshot { header: SnapshotHeader, bytes: u64 },
    Stopped,
}

impl Snapshots {
    /// Those of a journal that has just been opened.
    pub fn new(folders: Folders, engine_id: u128, plan: Plan, newest: Option<SnapshotHeader>, failure: Option<String>) -> Self {
        let told = Told { newest, failure_count: u64::from(failure.is_some()), failure, ..Told::default() };
        Self {
            folders,
            engine_id,
            plan,
            told: Mutex::new(told),
            projected_seq: AtomicU64::new(0),
            made_seq: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            differs: AtomicBool::new(false),
            thread: Mutex::new(None),
        }
    }

    /// What is known now.
    pub fn told(&self) -> Told {
        self.told.lock().clone()
    }

    /// Where journal and archive are.
    pub fn folders(&self) -> &Folders {
        &self.folders
    }

    /// The identity of the journal's engine.
    pub fn engine_id(&self) -> u128 {
        self.engine_id
    }

    /// Says how far the database is on disk.
    pub fn confirm_projected(&self, seq: u64) {
        self.projected_seq.fetch_max(seq, Ordering::AcqRel);
    }

    /// Starts the thread, which asks how far the journal is durable.
    pub fn start(&'static self, durable_seq: impl Fn() -> u64 + Send + 'static) -> Result<(), String> {
        let thread = std::thread::Builder::new().name("jware-snapshots".to_owned()).spawn(move || self.run(&durable_seq));
        *self.thread.lock() = Some(thread.map_err(|error| format!("ENG_ERR_THREAD: no thread for snapshots ({error})"))?);
        Ok(())
    }

    /// Ends the thread. `false` where it is still busy with a snapshot; it ends after that one.
    pub fn stop(&self) -> bool {
        self.stopping.store(true, Ordering::Release);
        let Some(thread) = self.thread.lock().take() else { return true };
        thread.thread().unpark();
        let due = Instant::now() + STOP_WAIT;
        while !thread.is_finished() && Instant::now() < due {
            std::thread::sleep(Duration::from_millis(1));
        }
        thread.is_finished() && thread.join().is_ok()
    }

    /// Writes the state of the live core, which nobody changes any more, where the tail is long enough to be worth it. Its commands
    /// must be durable, and the journal's lock held: the next process may begin with whatever is in the folder.
    ///
    /// Errors: it cannot be written; the state of a core that ran was seen to be wrong, and this one may come from there.
    pub fn save_live(&self, core: &Core, last_session: u32) -> Result<(), String> {
        let last = self.told.lock().newest.map_or(0, |header| header.seq);
        if core.seq().0 < last + STOP_TAIL_RECORDS {
            return Ok(());
        }
        if self.differs.load(Ordering::Acquire) {
            return Err(
                "ENG_ERR_SNAPSHOT_DIFFERS was told: a start from this state would go on with what may be wrong".to_owned()
            );
        }
        let storage = self.folders.storage();
        save(&*storage, core, last_session, KIND_LIVE, self.engine_id).map_err(|error| error.to_string())?;
        self.prune().map(|_| ())
    }

    fn run(&self, durable_seq: &dyn Fn() -> u64) {
        yield_thread();
        let mut looked_at = Instant::now();
        while !self.stopping.load(Ordering::Acquire) {
            std::thread::park_timeout(LOOK);
            let durable_seq = durable_seq();
            let told = self.told();
            let waiting = durable_seq - told.newest.map_or(0, |header| header.seq).min(durable_seq);
            let wait = if told.failure.is_some() { RETRY.min(self.plan.every) } else { self.plan.every };
            let is_time = looked_at.elapsed() >= wait;
            let is_due = waiting > 0 && (is_time || (told.failure.is_none() && waiting >= self.plan.every_records));
            if !is_due || self.stopping.load(Ordering::Acquire) {
                continue;
            }
            looked_at = Instant::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| self.make_up_to(durable_seq)));
            if !matches!(outcome, Ok(Ok(_)))
                && let Ok(oldest) = self.prune()
            {
                // It may be room that a snapshot lacked.
                self.archive(oldest);
            }
            self.tell(outcome.unwrap_or_else(|_| Err("ENG_ERR_SNAPSHOT: a command could not be applied".to_owned())), looked_at);
        }
    }

    fn tell(&self, outcome: Result<Made, String>, began: Instant) {
        let mut told = self.told.lock();
        match outcome {
            Ok(Made::Snapshot { header, bytes }) => {
                let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                told.newest = Some(header);
                (told.bytes, told.duration_ms, told.failure) = (bytes, duration_ms, None);
            }
            Ok(Made::Stopped) => {}
            Err(failure) => {
                let is_news = told.failure.as_ref() != Some(&failure);
                told.failure = Some(failure.clone());
                told.failure_count += 1;
                // Others ask for this lock, and who yields may have to wait while it prints.
                drop(told);
                if is_news {
                    eprintln!("no snapshot: {failure}");
                }
            }
        }
    }

    /// Makes the snapshot of everything up to `target`, which must be durable; none where it was told to stop.
    pub fn make(&self, target: u64) -> Result<Option<SnapshotHeader>, String> {
        Ok(match self.make_up_to(target)? {
            Made::Snapshot { header, .. } => Some(header),
            Made::Stopped => None,
        })
    }

    fn make_up_to(&self, target: u64) -> Result<Made, String> {
        let mut making = Making::begin(&self.folders, self.engine_id, target)?;
        while !making.is_at_end() {
            if self.stopping.load(Ordering::Acquire) {
                return Ok(Made::Stopped);
            }
            let stepped = making.step(SLICE_COMMANDS);
            if making.differs() {
                self.differs.store(true, Ordering::Release);
            }
            stepped?;
            std::thread::yield_now();
        }
        let (header, bytes) = making.save()?;
        self.made_seq.store(header.seq, Ordering::Release);
        let oldest = self.prune()?;
        self.archive(oldest);
        Ok(Made::Snapshot { header, bytes })
    }

    /// Removes what is older than what is kept; gives the oldest that is left.
    fn prune(&self) -> Result<u64, String> {
        let watermark = Some(self.projected_seq.load(Ordering::Acquire)).filter(|seq| *seq > 0);
        let storage = self.folders.storage();
        // Else those of some stops, which nothing has proved yet, could push out what proves them. Found in the files, which are read
        // to their ends, only until this life has made one.
        let made = Some(self.made_seq.load(Ordering::Acquire)).filter(|seq| *seq > 0);
        let kept = made
            .map_or_else(|| newest_replayed(&*storage, self.engine_id), |seq| Ok(Some(seq)))
            .and_then(|replayed| prune_snapshots(&*storage, KEPT, replayed, watermark))
            .map_err(|error| error.to_string())?;
        Ok(kept.first().copied().unwrap_or(0))
    }

    /// Moves the segments that neither the oldest snapshot nor the database needs.
    fn archive(&self, oldest_snapshot: u64) {
        let Some(archive) = &self.folders.archive else { return };
        let up_to_seq = oldest_snapshot.min(self.projected_seq.load(Ordering::Acquire));
        let moved = DirStorage::create(archive)
            .map_err(|error| format!("{}: {error}", archive.display()))
            .and_then(|to| archive_segments(&*self.folders.storage(), &to, up_to_seq).map_err(|error| error.to_string()));
        self.told.lock().archive_failure = moved.err().map(|error| format!("no segments go to the archive: {error}"));
    }
}

impl Told {
    /// How old the state of the newest is at a time in nanoseconds, ms.
    pub fn age_ms(&self, now_ns: u64) -> Option<u64> {
        self.newest.map(|header| now_ns.saturating_sub(header.ts_ns) / 1_000_000)
    }
}
