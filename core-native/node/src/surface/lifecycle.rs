//! Start and stop, and how the core does.

use jware_replica::{Folders, Plan};
use napi::bindgen_prelude::{AsyncTask, Result};
use napi::{Env, Task};
use napi_derive::napi;
use serde::Deserialize;
use std::time::Duration;

use super::{to_u64, told};
use crate::hub::{AckMode, hub};
use crate::{hub, query};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CoreConfig {
    journal_dir: String,
    ack_mode: AckModeName,
    segment_bytes: Option<u64>,
    reserve_bytes: Option<u64>,
    snapshot_every_records: Option<u64>,
    snapshot_every_ms: Option<u64>,
    journal_archive_dir: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum AckModeName {
    Durable,
    Memory,
}

/// What is kept for cancels where the disk is full, unless it is said otherwise.
const RESERVE_BYTES: u64 = 64 << 20;

/// Locks and reads the journal. Once per process; nothing is written yet.
#[napi]
pub fn open_core(config_json: String) -> Result<()> {
    let config: CoreConfig =
        serde_json::from_str(&config_json).map_err(|error| told(format!("not a core configuration: {error}")))?;
    let ack_mode = match config.ack_mode {
        AckModeName::Durable => AckMode::Durable,
        AckModeName::Memory => AckMode::Memory,
    };
    let mut plan = Plan::default();
    if let Some(records) = config.snapshot_every_records {
        plan.every_records = records;
    }
    if let Some(ms) = config.snapshot_every_ms {
        plan.every = Duration::from_millis(ms);
    }
    let options = hub::StartOptions {
        folders: Folders { journal: config.journal_dir.into(), archive: config.journal_archive_dir.map(Into::into) },
        ack_mode,
        segment_bytes: config.segment_bytes,
        reserve_bytes: config.reserve_bytes.unwrap_or(RESERVE_BYTES),
        plan,
    };
    hub::open(options).map_err(told)
}

/// Starts what `open_core` read, where it reaches what the database knows to have been durable; gives the status.
#[napi]
pub fn start_core(witness_seq: f64) -> Result<String> {
    Ok(query::status(hub::start(to_u64(witness_seq)).map_err(told)?).to_string())
}

/// Makes everything durable and closes the journal.
#[napi]
pub fn stop_core() -> Result<()> {
    hub().map_err(told)?.stop().map_err(told)
}

/// `CoreStatus` as JSON.
#[napi]
pub fn core_status() -> Result<String> {
    Ok(query::status(hub().map_err(told)?).to_string())
}

/// The state's hash.
#[napi]
pub fn core_state_hash() -> Result<String> {
    Ok(query::state_hash(hub().map_err(told)?))
}

/// Counters as JSON.
#[napi]
pub fn core_metrics() -> Result<String> {
    Ok(query::metrics(hub().map_err(told)?).to_string())
}

/// The last command that is on disk. Takes no lock: who yields to others may not hold what they want.
#[napi]
pub fn durable_seq() -> Result<f64> {
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    Ok(hub().map_err(told)?.journal.durable_seq() as f64)
}

/// Waits for a command to be durable, on a pool thread.
pub struct DurableWait {
    seq: u64,
}

impl Task for DurableWait {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> Result<()> {
        hub().map_err(told)?.journal.wait_durable(self.seq).map_err(|error| told(error.to_string()))
    }

    fn resolve(&mut self, _env: Env, (): ()) -> Result<()> {
        Ok(())
    }
}

/// Resolves when the command is on disk.
#[napi(ts_return_type = "Promise<void>")]
pub fn await_durable(seq: f64) -> AsyncTask<DurableWait> {
    AsyncTask::new(DurableWait { seq: to_u64(seq) })
}

/// Lets every other thread go before the calling one.
#[napi]
pub fn yield_thread() {
    jware_replica::yield_thread();
}
