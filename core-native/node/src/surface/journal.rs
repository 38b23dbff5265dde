//! A journal as rows, copied, walked through, made a snapshot of.

use jware_journal::{DirStorage, snapshot_name};
use jware_replica::{Folders, Making};
use napi::Error;
use napi::bindgen_prelude::{Buffer, Result};
use napi_derive::napi;

use super::{to_u64, told};
use crate::hub::hub;
use crate::{journal_walk, projection};

/// Opens the journal as rows after a command: the running core's, or that in a folder and its archive. Gives `Opened` as JSON.
/// `is_all_copied`: rows of last states are given as COPY text, too.
#[napi]
pub fn open_projection(from_seq: f64, folder: Option<String>, archive: Option<String>, is_all_copied: bool) -> Result<String> {
    let opened = projection::open(folder, archive, to_u64(from_seq), is_all_copied).map_err(told)?;
    serde_json::to_string(&opened).map_err(|error| told(error.to_string()))
}

/// A batch of rows: a header as JSON that says what is where in the bytes, all text in UTF-8.
#[napi(object)]
pub struct PackedProjection {
    /// See `core-native/src/projection.ts`.
    pub header: String,
    /// The text of all tables.
    pub bytes: Buffer,
}

/// The next batch, or null.
#[napi]
pub fn next_projection(reader: u32, command_count_max: u32, up_to_seq: Option<f64>) -> Result<Option<PackedProjection>> {
    let packed = projection::next(reader, command_count_max as usize, up_to_seq.map(to_u64)).map_err(told)?;
    Ok(packed.map(|packed| PackedProjection { header: packed.header, bytes: packed.bytes.into() }))
}

/// Takes the lock of a journal for this process, until it ends; whether it was free.
#[napi]
pub fn hold_journal(folder: String) -> Result<bool> {
    projection::hold(&folder).map_err(told)
}

/// Forgets a projection.
#[napi]
pub fn close_projection(reader: u32) {
    projection::close(reader);
}

/// Says how far the database is on disk: what retention may rely on.
#[napi]
pub fn confirm_projected(seq: f64) -> Result<()> {
    hub().map_err(told)?.snapshots.confirm_projected(to_u64(seq));
    Ok(())
}

/// Copies a journal that may be running into another folder; gives `JournalCopy` as JSON. Needs no core.
#[napi]
pub fn copy_journal(from: String, to: String) -> Result<String> {
    let error = |error: jware_journal::JournalError| told(error.to_string());
    let storage = DirStorage::create(&to).map_err(|error| told(format!("JRN_ERR_IO: {to}: {error}")))?;
    let copied = jware_journal::copy_journal(&DirStorage::existing(from), &storage).map_err(error)?;
    Ok(serde_json::json!({
        "lastSeq": copied.last_seq,
        "snapshotSeq": copied.snapshot_seq,
        "segmentCount": copied.segment_count,
    })
    .to_string())
}

/// A journal's files on the way through, for the command line's tools. It needs no running core.
#[napi]
pub struct JournalWalk {
    walk: journal_walk::Walk,
}

#[napi]
impl JournalWalk {
    /// Opens the journal that a `Plan` (JSON) names.
    #[napi(constructor)]
    pub fn new(plan_json: String) -> Result<Self> {
        Ok(Self { walk: journal_walk::Walk::open(&plan_json).map_err(told)? })
    }

    /// Reads so many records or a few more; gives `WalkStep` as JSON.
    #[napi]
    pub fn step(&mut self, record_count_max: u32) -> Result<String> {
        Ok(self.walk.step(u64::from(record_count_max)).map_err(told)?.to_string())
    }

    /// `WalkReport` as JSON.
    #[napi]
    pub fn report(&self) -> String {
        self.walk.report().to_string()
    }

    /// The state's hash after the last command.
    #[napi]
    pub fn state_hash(&self) -> String {
        self.walk.state_hash()
    }

    /// An account after the last command as JSON, or null.
    #[napi]
    pub fn account(&self, id_or_name: String) -> Option<String> {
        self.walk.account(&id_or_name).map(|view| view.to_string())
    }

    /// A book after the last command as JSON, or null.
    #[napi]
    pub fn book(&self, symbol: String, depth: u32) -> Option<String> {
        self.walk.book(&symbol, depth).map(|view| view.to_string())
    }
}

/// A snapshot of a journal that nobody runs, on the way, for the command line's tool. Holds the journal's lock until it is saved.
#[napi]
pub struct SnapshotMaking {
    making: Option<Making>,
}

#[napi]
impl SnapshotMaking {
    /// Begins the snapshot of everything up to `target_seq` of the journal in a folder, some of which may be in its archive.
    #[napi(constructor)]
    pub fn new(folder: String, archive: Option<String>, target_seq: f64) -> Result<Self> {
        let folders = Folders { journal: folder.into(), archive: archive.map(Into::into) };
        Ok(Self { making: Some(Making::begin_alone(&folders, to_u64(target_seq)).map_err(told)?) })
    }

    /// Applies so many commands; gives `MakingStep` as JSON.
    #[napi]
    pub fn step(&mut self, command_count_max: u32) -> Result<String> {
        let making = self.making.as_mut().ok_or_else(saved)?;
        if !making.is_at_end() {
            making.step(command_count_max as usize).map_err(told)?;
        }
        let view = serde_json::json!({ "fromSeq": making.from_seq(), "seq": making.seq(), "isEnded": making.is_at_end() });
        Ok(view.to_string())
    }

    /// Writes it and reads it back, once all is applied; gives `MadeSnapshot` as JSON.
    #[napi]
    pub fn save(&mut self) -> Result<String> {
        let making = self.making.take().ok_or_else(saved)?;
        let (header, bytes) = making.save().map_err(told)?;
        Ok(serde_json::json!({
            "file": snapshot_name(header.seq),
            "seq": header.seq,
            "tsNs": header.ts_ns.to_string(),
            "stateHash": format!("{:016x}", header.state_hash),
            "bytes": bytes,
        })
        .to_string())
    }
}

fn saved() -> Error {
    told("ENG_ERR_SNAPSHOT: it was saved before".to_owned())
}
