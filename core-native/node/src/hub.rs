//! The process's one core, and everything around it that is shared by threads: lock, journal, sessions, outboxes.
//!
//! Invariant: commands are stamped, applied, journalled and routed under one lock, so that sequence, journal and frames agree.
//! Whatever follows from a command that is not yet durable waits in the outboxes (durable mode). Whoever
//! commits, the journal thread or the end of a thread's turn, does so without the lock: it publishes the durable sequence and wakes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jware_core::command::Command;
use jware_core::event::Event;
use jware_core::record::RecordEncoder;
use jware_core::units::TsNs;
use jware_core::{CORE_VERSION, Core};
use jware_journal::failpoint::{self, failpoint};
use jware_journal::{Callbacks, Journal, Options, TurnEnd};
use jware_replica::{Folders, KIND_COMMAND, Opened, Plan, Replica, Snapshots, Started};
use jware_wire::Encoder;
use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;

use crate::alarm::Alarm;
use crate::clock::{engine_time, now_ns};
use crate::market_view::MarketViews;
use crate::metrics::Metrics;
use crate::outbox::{Outbox, WakeSlot};
use crate::session::{Credentials, Session, Topic};
use crate::trace::{Commits, Trace, note_checked};

/// In memory mode nobody waits for the disk, so no record is urgent: waking the journal thread for each order would cost more
/// than the order. This bounds what a killed process can lose.
const MEMORY_FLUSH: Duration = Duration::from_millis(5);

/// The wall clock is looked at this often at least while something waits for a time.
const CLOCK_LOOK_MAX: Duration = Duration::from_secs(1);

/// When acknowledgements leave.
pub use jware_journal::AckMode;

/// Everything under the lock.
pub struct State {
    /// The core.
    pub core: Core,
    /// Consequences of the current command.
    pub events: Vec<Event>,
    /// Builds frames.
    pub encoder: Encoder,
    /// Sessions by id.
    pub sessions: FxHashMap<u32, Session>,
    /// Sessions that hear of an account.
    pub account_sessions: FxHashMap<u32, Vec<u32>>,
    /// Subscribers of each topic, by outbox.
    pub topic_counts: FxHashMap<Topic, Vec<u32>>,
    /// Outboxes by index; closed ones are `None`.
    pub outboxes: Vec<Option<Outbox>>,
    /// What market subscribers were told last.
    pub markets: MarketViews,
    /// Who may log on.
    pub credentials: Credentials,
    /// The last command that someone waits for.
    pub urgent_seq: u64,
    /// Counters.
    pub metrics: Metrics,
    /// Records are encoded here on their way to the journal.
    pub records: RecordEncoder,
    /// Whether a thread's turn brought the command, which ends with [`Hub::end_turn`].
    pub is_turn: bool,
    /// The request that is being carried out, where it asked for a trace.
    pub trace: Option<Trace>,
    last_session: u32,
}

impl State {
    /// Adds a session under an id that no earlier one had, in this life of the journal or another; gives that.
    pub fn add_session(&mut self, session: Session) -> u32 {
        self.last_session += 1;
        self.sessions.insert(self.last_session, session);
        self.last_session
    }
}

/// The hub of the process.
pub struct Hub {
    /// The lock.
    pub state: Mutex<State>,
    /// The journal; `append` is called under the lock.
    pub journal: Journal,
    /// Its snapshots.
    pub snapshots: Snapshots,
    /// When acknowledgements leave.
    pub ack_mode: AckMode,
    /// Commands replayed at the start.
    pub replayed_count: u64,
    /// What the start did not have to replay, from a snapshot; 0 where there was none.
    pub snapshot_seq: u64,
    /// Traced requests that wait for the disk.
    pub commits: Arc<Commits>,
    wakes: Arc<RwLock<Vec<Option<Arc<WakeSlot>>>>>,
    alarm: Alarm,
    stopped: AtomicBool,
}

static HUB: OnceLock<Hub> = OnceLock::new();

/// The process's hub.
///
/// Errors: not started, or stopped.
pub fn hub() -> Result<&'static Hub, String> {
    match HUB.get() {
        Some(hub) if !hub.stopped.load(Ordering::Acquire) => Ok(hub),
        Some(_) => Err("ENG_ERR_CORE_STOPPED: the core was stopped".to_owned()),
        None => Err("ENG_ERR_CORE_NOT_STARTED: call startCore first".to_owned()),
    }
}

/// How the core is started.
#[derive(Clone, Debug)]
pub struct StartOptions {
    /// Where the journal is.
    pub folders: Folders,
    /// When acknowledgements leave.
    pub ack_mode: AckMode,
    /// Size of a segment, where it is not the usual one.
    pub segment_bytes: Option<u64>,
    /// Size of the reserve for a full disk; 0: there is none.
    pub reserve_bytes: u64,
    /// When snapshots are made.
    pub plan: Plan,
}

/// A journal that was read and is not written yet, and how it is going to be.
static OPENED: Mutex<Option<(Opened, StartOptions)>> = Mutex::new(None);

/// Locks the journal, reads it and brings a core to its end. Changes no file and takes no command.
pub fn open(options: StartOptions) -> Result<(), String> {
    let mut opened = OPENED.lock();
    if HUB.get().is_some() || opened.is_some() {
        return Err("ENG_ERR_CORE_STARTED: the core was started before in this process".to_owned());
    }
    if let Ok(point) = std::env::var("JWARE_FAILPOINT") {
        failpoint::arm(&point, kill_process).map_err(|error| format!("ENG_ERR_FAILPOINT: {error}"))?;
    }
    let mut journal = Options::new(CORE_VERSION);
    journal.ack = options.ack_mode;
    journal.reserve_bytes = options.reserve_bytes;
    if options.ack_mode == AckMode::Memory {
        journal.lazy_flush = MEMORY_FLUSH;
    }
    if let Some(bytes) = options.segment_bytes {
        journal.segment_bytes = bytes;
    }
    failpoint("start.replay.before");
    *opened = Some((jware_replica::open(&options.folders, journal)?, options));
    failpoint("start.replay.after");
    Ok(())
}

/// Starts the threads of journal, clock and snapshots on what [`open`] read. `witness_seq` is what the database knows to have
/// been durable; 0 where it knows nothing.
pub fn start(witness_seq: u64) -> Result<&'static Hub, String> {
    let Some((opened, options)) = OPENED.lock().take() else {
        return Err("ENG_ERR_CORE_NOT_OPENED: call openCore first".to_owned());
    };
    let hub = start_journal(opened, options, witness_seq)?;
    hub.end_earlier_sessions(&mut hub.state.lock());
    let hub = HUB.get_or_init(|| hub);
    let clock = std::thread::Builder::new().name("jware-clock".to_owned()).spawn(|| hub.keep_time());
    hub.alarm.is_kept_by(clock.map_err(|error| format!("ENG_ERR_THREAD: no thread for the clock ({error})"))?.thread().clone());
    hub.snapshots.start(|| hub.journal.durable_seq())?;
    Ok(hub)
}

/// Ends the process as `kill -9` does.
#[allow(unsafe_code, reason = "a signal to oneself has no safe form in the standard library")]
fn kill_process() {
    // SAFETY: takes no pointer, and does not return.
    unsafe { libc::raise(libc::SIGKILL) };
}

fn start_journal(
    opened: Opened,
    StartOptions { folders, ack_mode, plan, .. }: StartOptions,
    witness_seq: u64,
) -> Result<Hub, String> {
    let wakes: Arc<RwLock<Vec<Option<Arc<WakeSlot>>>>> = Arc::default();
    let woken = Arc::clone(&wakes);
    let commits: Arc<Commits> = Arc::default();
    let told = Arc::clone(&commits);
    let callbacks = Callbacks {
        on_commit: Box::new(move |durable_seq| {
            told.tell(durable_seq);
            for slot in woken.read().iter().flatten() {
                slot.wake_if_due(durable_seq);
            }
            failpoint("hub.wake");
        }),
        on_fatal: Box::new(|error| {
            // Nothing after this point could be acknowledged truthfully; replay at the next start is the way back.
            eprintln!("{error}; the process ends so that nothing undurable is acknowledged");
            std::process::abort();
        }),
    };
    let Started { journal, engine_id, replica, snapshot, replayed_count, failure } = opened.start(witness_seq, callbacks)?;
    let Replica { core, last_session, events } = replica;
    let urgent_seq = core.seq().0;
    let markets = MarketViews::of(&core);
    Ok(Hub {
        state: Mutex::new(State {
            core,
            events,
            encoder: Encoder::new(),
            sessions: FxHashMap::default(),
            account_sessions: FxHashMap::default(),
            topic_counts: FxHashMap::default(),
            outboxes: Vec::new(),
            markets,
            credentials: Credentials::default(),
            urgent_seq,
            metrics: Metrics::default(),
            records: RecordEncoder::default(),
            is_turn: false,
            trace: None,
            last_session,
        }),
        journal,
        snapshots: Snapshots::new(folders, engine_id, plan, snapshot, failure),
        ack_mode,
        replayed_count,
        snapshot_seq: snapshot.map_or(0, |header| header.seq),
        commits,
        wakes,
        alarm: Alarm::default(),
        stopped: AtomicBool::new(false),
    })
}

impl Hub {
    /// The sequence up to which frames may leave.
    pub fn released_seq(&self) -> u64 {
        match self.ack_mode {
            AckMode::Durable => self.journal.durable_seq(),
            AckMode::Memory => u64::MAX - 1,
        }
    }

    /// Stamps, applies and journals one command; its events are in `state.events` afterwards, to be routed.
    ///
    /// Returns its sequence and time.
    pub fn execute(&self, state: &mut State, command: &Command) -> (u64, TsNs) {
        let seq = jware_core::units::Seq(state.core.seq().0 + 1);
        let ts = engine_time(now_ns(), state.core.ts());
        state.events.clear();
        if let Some(trace) = &mut state.trace {
            state.core.apply_watched(seq, ts, command, &mut state.events, note_checked);
            trace.matched(|| state.events.iter().any(|event| matches!(event, Event::Refused { .. })));
        } else {
            state.core.apply(seq, ts, command, &mut state.events);
        }
        let urgent = !matches!(command, Command::Market(_) | Command::Tick) || state.events.iter().any(is_private);
        if urgent {
            state.urgent_seq = seq.0;
        }
        let record = state.records.encode(command);
        failpoint("hub.applied");
        let is_urgent = urgent && self.ack_mode == AckMode::Durable;
        let appended = if is_urgent && state.is_turn {
            self.journal.append_in_turn(seq.0, ts.0, KIND_COMMAND, record)
        } else {
            self.journal.append(seq.0, ts.0, KIND_COMMAND, record, is_urgent)
        };
        if let Err(error) = appended {
            // Applied but not journalled: going on would acknowledge what a restart forgets.
            eprintln!("{error}; the process ends so that nothing undurable is acknowledged");
            std::process::abort();
        }
        if let Some(trace) = &mut state.trace {
            trace.journalled(state.urgent_seq);
        }
        failpoint("hub.appended");
        state.metrics.count(command, &state.events);
        self.alarm.set(state.core.next_due_ts());
        (seq.0, ts)
    }

    /// Adds an outbox; returns its index.
    pub fn open_outbox(&self, wake: Box<dyn Fn() + Send + Sync>) -> usize {
        let mut state = self.state.lock();
        let outbox = Outbox::new(wake);
        let slot = outbox.slot();
        state.outboxes.push(Some(outbox));
        self.wakes.write().push(Some(slot));
        state.outboxes.len() - 1
    }

    /// Drops an outbox and what waits in it.
    pub fn close_outbox(&self, index: usize) {
        let mut state = self.state.lock();
        if let Some(outbox) = state.outboxes.get_mut(index) {
            *outbox = None;
        }
        if let Some(slot) = self.wakes.write().get_mut(index) {
            *slot = None;
        }
    }

    /// Ends the turn of a thread that submitted frames; gives whether what it brought is durable by now, so that its own outbox is
    /// worth draining. Where it is not, the outbox is woken when it is.
    pub fn end_turn(&self, outbox: usize) -> bool {
        let slot = self.wakes.read().get(outbox).cloned().flatten();
        // Whoever ends a turn looks by himself.
        if let Some(slot) = &slot {
            slot.hold();
        }
        if self.journal.end_turn() == TurnEnd::Committed {
            return true;
        }
        if let Some(slot) = &slot {
            slot.let_go(|| self.released_seq());
        }
        false
    }

    /// Wakes every outbox that has something that may leave, except the caller's own, which drains by itself.
    pub fn wake_others(&self, own: Option<usize>) {
        let released = self.released_seq();
        for (index, slot) in self.wakes.read().iter().enumerate() {
            if let Some(slot) = slot
                && Some(index) != own
            {
                slot.wake_if_due(released);
            }
        }
    }

    /// Lets time pass whenever something is due in the core, until the hub is stopped.
    fn keep_time(&self) {
        loop {
            let mut state = self.state.lock();
            // Looked at under the lock: whoever stops the hub closes the journal under it.
            if self.stopped.load(Ordering::Acquire) {
                return;
            }
            self.let_pass(&mut state, now_ns());
            let next = state.core.next_due_ts();
            self.alarm.reset(next);
            drop(state);
            self.wake_others(None);
            match next {
                // The wall clock may jump while this sleeps.
                Some(due) => std::thread::park_timeout(Duration::from_nanos(due.0.saturating_sub(now_ns())).min(CLOCK_LOOK_MAX)),
                None => std::thread::park(),
            }
        }
    }

    /// Lets time pass in the core where something is due there (an order's end, an arrival, a report) and no other command told it.
    fn let_pass(&self, state: &mut State, now: u64) {
        if state.core.next_due_ts().is_some_and(|due| due.0 <= now) {
            let (seq, ts) = self.execute(state, &Command::Tick);
            self.route(state, None, seq, ts);
        }
    }

    /// Makes everything durable and refuses all later calls.
    pub fn stop(&self) -> Result<(), String> {
        if self.stopped.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.alarm.ring();
        let snapshots_are_still = self.snapshots.stop();
        // Taken so that no command is half way.
        let state = self.state.lock();
        self.wakes.write().clear();
        self.journal.sync_all().map_err(|error| error.to_string())?;
        // While the folder is still ours: another process may start as soon as the journal is closed.
        if snapshots_are_still && let Err(error) = self.snapshots.save_live(&state.core, state.last_session) {
            // The next start replays instead.
            eprintln!("no snapshot at the stop: {error}");
        }
        failpoint("hub.stop.saved");
        self.journal.close().map_err(|error| error.to_string())
    }
}

/// Whether someone waits to hear of it: such a command is synced at once.
fn is_private(event: &Event) -> bool {
    matches!(
        event,
        Event::Execution(_)
            | Event::TradeAdjusted(_)
            | Event::Position(_)
            | Event::Balance(_)
            | Event::AccountState { .. }
            | Event::Refused { travelled: true, .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jware_journal::{DirStorage, Storage, list_snapshots};
    use std::io::ErrorKind;
    use std::path::PathBuf;
    use std::sync::mpsc::{Sender, channel};

    fn dir() -> PathBuf {
        std::env::temp_dir().join(format!("jware-hub-{}", std::process::id()))
    }

    /// What the folder is like to another process.
    #[derive(Debug, PartialEq)]
    struct Seen {
        snapshots: Vec<u64>,
        is_free: bool,
    }

    /// Who is told of it at the failpoint.
    static TOLD: Mutex<Option<Sender<Seen>>> = Mutex::new(None);

    fn look() {
        let storage = DirStorage::existing(dir());
        let is_free = !storage.lock().is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
        let seen = Seen { snapshots: list_snapshots(&storage).expect("the folder is there"), is_free };
        TOLD.lock().take().expect("once").send(seen).expect("the test waits");
    }

    /// One test: the hub is the process's, and so is the failpoint. The thread that stops is held there, and ends with the process.
    #[test]
    fn a_stop_saves_its_state_while_the_folder_is_locked() {
        let _ = std::fs::remove_dir_all(dir());
        let folders = Folders { journal: dir(), archive: None };
        let plan = Plan { every_records: u64::MAX, every: Duration::MAX };
        let ack_mode = AckMode::Memory;
        open(StartOptions { folders, ack_mode, segment_bytes: Some(4 << 20), reserve_bytes: 0, plan }).expect("an empty folder");
        let hub = start(0).expect("a new journal");
        let mut last_seq = 0;
        for _ in 0..10_000 {
            last_seq = hub.execute(&mut hub.state.lock(), &Command::Tick).0;
        }
        let (sender, seen) = channel();
        *TOLD.lock() = Some(sender);
        failpoint::arm("hub.stop.saved:1", look).expect("a good text");
        std::thread::spawn(|| hub.stop());
        assert_eq!(seen.recv().expect("it is passed"), Seen { snapshots: vec![last_seq], is_free: false });
        std::fs::remove_dir_all(dir()).expect("nobody uses it any more");
    }
}
