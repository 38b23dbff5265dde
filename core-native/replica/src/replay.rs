//! A replay on two threads: one reads, checks and decodes records, the other applies their commands, in order.
//!
//! Invariant: what was applied is a beginning of the journal without a gap, also where its reading ends in an error.

use std::hint::black_box;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;

use jware_core::command::Command;
use jware_core::name::LOOKED_AT_ONCE;
use jware_core::units::{Seq, TsNs};
use jware_journal::{JournalError, Recovery};

use crate::replica::{Replica, command_of};

/// Commands that change hands at once: few enough to stay in a processor's cache between the two.
const PART: usize = 1_024;
/// Parts that may wait to be applied.
const PARTS_AHEAD: usize = 4;

/// A command with its place.
pub(crate) struct Placed {
    seq: Seq,
    ts: TsNs,
    command: Command,
}

/// Why a replay ended early.
pub(crate) enum ReplayError {
    /// The journal cannot be read further.
    Journal(JournalError),
    /// As a sentence: a record holds no command, or there is no thread to apply on.
    Other(String),
}

/// Applies all records that are left and says how many were commands.
pub(crate) fn replay(recovery: &mut Recovery, replica: &mut Replica) -> Result<u64, ReplayError> {
    thread::scope(|scope| {
        let (parts, coming) = sync_channel(PARTS_AHEAD);
        let (used, empty) = channel();
        let applying = thread::Builder::new()
            .name("jware-replay".to_owned())
            .spawn_scoped(scope, move || apply(&coming, &used, replica))
            .map_err(|error| ReplayError::Other(format!("ENG_ERR_THREAD: no thread to replay the journal on ({error})")))?;
        let mut part = Vec::with_capacity(PART);
        let mut unread = None;
        let read = recovery.replay(|record| {
            if unread.is_some() {
                return;
            }
            match command_of(&record) {
                Ok(Some(command)) => part.push(Placed { seq: Seq(record.seq), ts: TsNs(record.ts_ns), command }),
                Ok(None) => {}
                Err(error) => unread = Some(error),
            }
            if part.len() == PART {
                let next = empty.try_recv().unwrap_or_else(|_| Vec::with_capacity(PART));
                // Nobody takes it only where applying has panicked, which is passed on below.
                let _ = parts.send(std::mem::replace(&mut part, next));
            }
        });
        let _ = parts.send(part);
        drop(parts);
        let count = applying.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        read.map_err(ReplayError::Journal)?;
        unread.map_or(Ok(count), |error| Err(ReplayError::Other(error)))
    })
}

fn apply(coming: &Receiver<Vec<Placed>>, used: &Sender<Vec<Placed>>, replica: &mut Replica) -> u64 {
    let mut count = 0;
    for mut part in coming {
        for rows in part.chunks(LOOKED_AT_ONCE) {
            black_box(rows.iter().fold(0, |sum, row| sum ^ replica.core.look_ahead(&row.command)));
            black_box(rows.iter().fold(0, |sum, row| sum ^ replica.core.look_further(&row.command)));
            for Placed { seq, ts, command } in rows {
                replica.apply_quietly(*seq, *ts, command);
            }
        }
        count += part.len() as u64;
        part.clear();
        // Whoever reads may be done.
        let _ = used.send(part);
    }
    count
}
