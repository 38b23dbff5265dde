//! A state that follows the journal.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::panic::resume_unwind;
use std::thread;

use jware_core::Core;
use jware_core::command::Command;
use jware_core::event::Event;
use jware_core::record::decode_record;
use jware_core::units::{Seq, SessionId, TsNs};
use jware_journal::{Reader, Record, SnapshotHeader};

/// Kind of a journal record that holds a `Command`.
pub const KIND_COMMAND: u16 = 1;

/// The state after some command.
#[derive(Debug)]
pub struct Replica {
    /// The core.
    pub core: Core,
    /// The highest session that any command came in on.
    pub last_session: u32,
    /// Consequences of the last command.
    pub events: Vec<Event>,
}

impl Default for Replica {
    fn default() -> Self {
        Self { core: Core::with_name_key(name_key()), last_session: 0, events: Vec::new() }
    }
}

impl Replica {
    /// Applies the command of one record, where it holds one, and gives it; its events are in `events`.
    ///
    /// Errors: those of [`command_of`].
    pub fn apply(&mut self, record: &Record<'_>) -> Result<Option<Command>, String> {
        let command = command_of(record)?;
        if let Some(command) = &command {
            self.apply_command(Seq(record.seq), TsNs(record.ts_ns), command);
        }
        Ok(command)
    }

    /// Applies the next command; its events are in `events`.
    fn apply_command(&mut self, seq: Seq, ts: TsNs, command: &Command) {
        self.last_session = self.last_session.max(session_of(command).0);
        self.events.clear();
        self.core.apply(seq, ts, command, &mut self.events);
    }

    /// Applies the next command, of which nobody wants the events.
    pub(crate) fn apply_quietly(&mut self, seq: Seq, ts: TsNs, command: &Command) {
        self.last_session = self.last_session.max(session_of(command).0);
        self.core.apply_quietly(seq, ts, command, &mut self.events);
        self.events.clear();
    }

    /// Applies the commands of a reader up to one sequence, at most `count_max`, and says how many. `show` sees each.
    pub fn follow(
        &mut self,
        reader: &mut Reader,
        up_to_seq: u64,
        count_max: usize,
        mut show: impl FnMut(&Core, &Command, &[Event]),
    ) -> Result<usize, String> {
        walk(reader, up_to_seq, count_max, |record| {
            if let Some(command) = self.apply(record)? {
                show(&self.core, &command, &self.events);
            }
            Ok(())
        })
    }

    /// The same for whoever only wants the state.
    pub fn pass(&mut self, reader: &mut Reader, up_to_seq: u64, count_max: usize) -> Result<usize, String> {
        walk(reader, up_to_seq, count_max, |record| {
            if let Some(command) = command_of(record)? {
                self.apply_quietly(Seq(record.seq), TsNs(record.ts_ns), &command);
            }
            Ok(())
        })
    }

    /// Sequence of the last command.
    pub fn seq(&self) -> u64 {
        self.core.seq().0
    }

    /// What [`crate::save`] wrote.
    pub(crate) fn of_snapshot(header: &SnapshotHeader, content: &[u8]) -> Result<Self, String> {
        let (session, state) = content.split_first_chunk::<4>().ok_or("it has no content")?;
        let core = Core::restore_with(state, name_key(), side_by_side).map_err(|error| error.to_string())?;
        if (core.seq().0, core.ts().0) != (header.seq, header.ts_ns) {
            return Err("its content is of another sequence than its header".to_owned());
        }
        Ok(Self { core, last_session: u32::from_le_bytes(*session), events: Vec::new() })
    }
}

/// Takes the records of a reader until one cannot be taken, and says how many there were.
fn walk(
    reader: &mut Reader,
    up_to_seq: u64,
    count_max: usize,
    mut take: impl FnMut(&Record<'_>) -> Result<(), String>,
) -> Result<usize, String> {
    let mut unread = None;
    let read = reader.next_batch(up_to_seq, count_max, |record| {
        if unread.is_none() {
            unread = take(&record).err();
        }
    });
    let count = read.map_err(|error| error.to_string())?;
    unread.map_or(Ok(count), Err)
}

/// Asks two questions on two threads, where there is another to be had: both walk a whole state, and a start waits for them.
fn side_by_side(one: &(dyn Fn() -> bool + Sync), other: &(dyn Fn() -> bool + Sync)) -> (bool, bool) {
    thread::scope(|scope| match thread::Builder::new().name("jware-verify".to_owned()).spawn_scoped(scope, one) {
        Ok(beside) => {
            let answer = other();
            (beside.join().unwrap_or_else(|panic| resume_unwind(panic)), answer)
        }
        Err(_) => (one(), other()),
    })
}

/// A number that only this process has: the standard library's tables are keyed by the same.
fn name_key() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// The command of a record; none where it is of another kind.
///
/// Errors: it holds no command of this version.
pub fn command_of(record: &Record<'_>) -> Result<Option<Command>, String> {
    if record.kind != KIND_COMMAND {
        return Ok(None);
    }
    let seq = record.seq;
    decode_record(record.payload)
        .map(Some)
        .map_err(|error| format!("ENG_ERR_JOURNAL_COMMAND: record {seq} holds no command of this version ({error})"))
}

/// The session that a command came in on; 0 for what the platform itself brings.
fn session_of(command: &Command) -> SessionId {
    match command {
        Command::NewOrder(request) => request.actor.session,
        Command::Cancel(request) => request.actor.session,
        Command::Replace(request) => request.actor.session,
        Command::MassCancel(request) => request.actor.session,
        Command::NewOrderList(request) => request.actor.session,
        Command::Batch(request) => request.actor.session,
        Command::SetLimit(request) => request.actor.session,
        Command::CorrectTrade(request) => request.actor.session,
        Command::SetFeeSchedule(request) => request.actor.session,
        Command::SetTradingState { actor, .. }
        | Command::Deposit { actor, .. }
        | Command::ConfigureAccount { actor, .. }
        | Command::SetSelfTradeGroup { actor, .. }
        | Command::SetBaseCurrency { actor, .. }
        | Command::SetCancelOnDisconnect { actor, .. } => actor.session,
        Command::Tick
        | Command::DefineCurrency(_)
        | Command::DefineInstrument(_)
        | Command::OpenAccount { .. }
        | Command::Market(_) => SessionId(0),
    }
}
