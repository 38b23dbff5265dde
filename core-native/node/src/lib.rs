//! The addon: what JavaScript calls. Each function is thin; the work is in the module that its name points to.
//!
//! Hot calls take numbers and views of the caller's buffers and return a number; they make no JavaScript object. Cold calls
//! speak JSON. A panic is a broken invariant: it ends the process, and replay brings it back.

#![allow(
    clippy::needless_pass_by_value,
    clippy::missing_safety_doc,
    reason = "arguments that JavaScript gives are owned by the call"
)]

pub mod admin;
mod alarm;
pub mod book;
mod calendar;
pub mod clock;
pub mod credential;
pub mod hot;
pub mod hot_call;
pub mod hub;
pub mod instrument_input;
pub mod journal_walk;
mod logon;
pub mod market;
pub mod market_view;
pub mod metrics;
pub mod outbox;
pub mod projection;
pub mod query;
mod refuse;
mod rights;
pub mod routing;
pub mod series;
pub mod session;
mod session_end;
pub mod submit;
mod subscription;
pub mod trace;
mod validation;

use jware_core::indicator::{Column, Columns};
use jware_core::units::{KeyId, UserId};
use jware_journal::{DirStorage, snapshot_name};
use jware_replica::{Folders, LargePages, Making, Plan};
use napi::JsValue;
use napi::bindgen_prelude::{AsyncTask, Buffer, Float64Array, Function, Object, Result};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi::{Env, Error, Task};
use napi_derive::napi;
use serde::Deserialize;
use std::time::Duration;

use crate::hub::{AckMode, hub};
use crate::session::{Session, SessionRoute};
use crate::trace::Traces;

#[global_allocator]
static ALLOCATOR: LargePages = LargePages;

/// What is kept for cancels where the disk is full, unless it is said otherwise.
const RESERVE_BYTES: u64 = 64 << 20;

pub(crate) fn told(message: String) -> Error {
    Error::from_reason(message)
}

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

/// Lets every other thread go before the calling one.
#[napi]
pub fn yield_thread() {
    jware_replica::yield_thread();
}

/// Carries out an administrative command; gives `ExecuteResult` as JSON.
#[napi]
pub fn execute(command_json: String) -> Result<String> {
    let result = admin::execute(hub().map_err(told)?, &command_json).map_err(told)?;
    serde_json::to_string(&result).map_err(|error| told(error.to_string()))
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

/// Adds a credential.
#[napi]
pub fn put_credential(credential_json: String) -> Result<()> {
    credential::put_credential(hub().map_err(told)?, &credential_json).map_err(told)
}

/// Forgets a credential and ends its sessions; gives their number.
#[napi]
pub fn remove_credential(sha256: String) -> Result<u32> {
    credential::remove_credential(hub().map_err(told)?, &sha256).map_err(told)
}

/// Forgets every ticket and key of a user and ends his sockets; gives how many ended.
#[napi]
pub fn remove_user_credentials(user: u32) -> Result<u32> {
    credential::remove_user_credentials(hub().map_err(told)?, user).map_err(told)
}

/// `AccountView` as JSON, or null.
#[napi]
pub fn query_account(account: u32) -> Result<Option<String>> {
    Ok(query::account(hub().map_err(told)?, account).map(|value| value.to_string()))
}

/// An account's id by its name, or null.
#[napi]
pub fn account_named(name: String) -> Result<Option<u32>> {
    Ok(query::account_named(hub().map_err(told)?, &name))
}

/// How many new orders and replaces would pass every message rate now; null where no rate holds for them.
#[napi]
pub fn messages_left(account: u32, strategy: u32, user: u32, key: u32) -> Result<Option<i64>> {
    Ok(query::messages_left(hub().map_err(told)?, account, strategy, user, key))
}

/// `BookView` as JSON, or null.
#[napi]
pub fn query_book(instrument: u32, depth: u32) -> Result<Option<String>> {
    Ok(query::book(hub().map_err(told)?, instrument, depth).map(|value| value.to_string()))
}

/// `BarView[]` as JSON.
#[napi]
pub fn query_bars(instrument: u32, interval_s: u32, from_ts_ms: f64, to_ts_ms: f64) -> Result<String> {
    let bars = query::bars(hub().map_err(told)?, instrument, interval_s, to_u64(from_ts_ms), to_u64(to_ts_ms)).map_err(told)?;
    Ok(bars.to_string())
}

/// `LimitView[]` as JSON.
#[napi]
pub fn query_limits() -> Result<String> {
    Ok(query::limits(hub().map_err(told)?).to_string())
}

/// `FeeScheduleView[]` as JSON.
#[napi]
pub fn query_fee_schedules() -> Result<String> {
    Ok(query::fee_schedules(hub().map_err(told)?).to_string())
}

/// `AccountFeesView[]` as JSON, or null.
#[napi]
pub fn query_account_fees(account: u32) -> Result<Option<String>> {
    Ok(query::account_fees(hub().map_err(told)?, account).map(|rows| rows.to_string()))
}

/// `TradeSideView[]` as JSON.
#[napi]
pub fn query_trade(exec_id: String) -> Result<String> {
    Ok(query::trade(hub().map_err(told)?, &exec_id).to_string())
}

/// `AccountEntry[]` as JSON.
#[napi]
pub fn query_accounts() -> Result<String> {
    Ok(query::accounts(hub().map_err(told)?).to_string())
}

/// `CurrencyEntry[]` as JSON.
#[napi]
pub fn query_currencies() -> Result<String> {
    Ok(query::currencies(hub().map_err(told)?).to_string())
}

/// `TransferView` as JSON, or null.
#[napi]
pub fn query_transfer(account: u32, reference: String) -> Result<Option<String>> {
    Ok(query::transfer(hub().map_err(told)?, account, &reference).map(|view| view.to_string()))
}

/// `InstrumentView[]` as JSON.
#[napi]
pub fn query_instruments() -> Result<String> {
    Ok(query::instruments(hub().map_err(told)?).to_string())
}

/// Adds an outbox of the calling thread; gives its id.
#[napi]
pub fn open_outbox(on_wake: Function<'_, (), ()>) -> Result<u32> {
    let hub = hub().map_err(told)?;
    let wake = on_wake.build_threadsafe_function().callee_handled::<false>().build()?;
    let index = hub.open_outbox(Box::new(move || {
        // The call fails only where the thread is on its way out, and then nobody is left to wake.
        let _ = wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }));
    u32::try_from(index).map_err(|error| told(error.to_string()))
}

/// Puts the hot functions on the module: `submit`, `drain` and `market`, of `hot`.
#[napi(module_exports)]
#[allow(unsafe_code, reason = "the environment and the module are those that Node gives")]
pub fn export_hot(exports: Object<'_>, env: Env) -> Result<()> {
    // SAFETY: both are live for this call, on the thread that runs it.
    unsafe { hot::export_all(env.raw(), exports.raw()) };
    Ok(())
}

/// Drops an outbox.
#[napi]
pub fn close_outbox(outbox: u32) -> Result<()> {
    hub().map_err(told)?.close_outbox(outbox as usize);
    Ok(())
}

/// Opens a session; gives its id.
#[napi]
pub fn open_session(outbox: u32, route: String, grant_json: Option<String>) -> Result<u32> {
    let hub = hub().map_err(told)?;
    let (route, user, key, grants) = match (route.as_str(), grant_json) {
        ("orders", None) => (SessionRoute::Orders, UserId(0), KeyId(0), Vec::new()),
        ("market", None) => (SessionRoute::Market, UserId(0), KeyId(0), Vec::new()),
        ("gateway", Some(json)) => {
            let (user, key, grants) = credential::GatewayGrant::read(&json).map_err(told)?;
            (SessionRoute::Gateway, user, key, grants)
        }
        (other, _) => return Err(told(format!("no session has the route {other}, or it needs a grant"))),
    };
    let now = clock::monotonic_ns();
    let mut state = hub.state.lock();
    let id = state.next_session();
    state.sessions.insert(
        id,
        Session {
            outbox: outbox as usize,
            route,
            live: route == SessionRoute::Gateway,
            user,
            key,
            grants,
            credential: None,
            topics: Vec::new(),
            opened_ns: now,
            heard_ns: now,
            traces: Traces::default(),
            heartbeat_ms: 0,
        },
    );
    Ok(id)
}

/// Ends a session.
#[napi]
pub fn close_session(session: u32) -> Result<()> {
    let hub = hub().map_err(told)?;
    let mut state = hub.state.lock();
    hub.close_session(&mut state, session);
    drop(state);
    hub.wake_others(None);
    Ok(())
}

/// Queues fresh snapshots for a market session that fell behind.
#[napi]
pub fn resync_market(session: u32) -> Result<()> {
    let hub = hub().map_err(told)?;
    let mut state = hub.state.lock();
    hub.resync(&mut state, session);
    drop(state);
    hub.wake_others(None);
    Ok(())
}

/// Queues closes for sessions of an outbox that did not log on in time or went silent.
#[napi]
pub fn sweep_sessions(outbox: u32) -> Result<()> {
    let hub = hub().map_err(told)?;
    let mut state = hub.state.lock();
    hub.sweep(&mut state, outbox as usize);
    drop(state);
    hub.wake_others(None);
    Ok(())
}

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

/// Computes an indicator over whole columns.
#[napi]
#[allow(clippy::too_many_arguments, reason = "a column each")]
pub fn compute_indicator(
    name: String,
    parameters: Vec<f64>,
    open_ts_ms: &[f64],
    open: &[f64],
    high: &[f64],
    low: &[f64],
    close: &[f64],
    volume: &[f64],
    buy_volume: &[f64],
    benchmark: &[f64],
) -> Result<Vec<Float64Array>> {
    let columns = Columns::default()
        .with(Column::OpenTsMs, open_ts_ms)
        .with(Column::Open, open)
        .with(Column::High, high)
        .with(Column::Low, low)
        .with(Column::Close, close)
        .with(Column::Volume, volume)
        .with(Column::BuyVolume, buy_volume)
        .with(Column::Benchmark, benchmark);
    let outputs = series::compute_indicator(&name, &parameters, &columns).map_err(told)?;
    Ok(outputs.into_iter().map(Float64Array::new).collect())
}

/// The table of indicators, as JSON.
#[napi]
pub fn indicator_catalogue() -> String {
    series::indicator_catalogue()
}

/// Joins bars into longer ones.
#[napi]
pub fn aggregate_bars(
    open_ts_ms: &[f64],
    open: &[f64],
    high: &[f64],
    low: &[f64],
    close: &[f64],
    volume: &[f64],
    interval_s: f64,
) -> Result<Vec<Float64Array>> {
    let columns = series::aggregate_bars(open_ts_ms, open, high, low, close, volume, interval_s).map_err(told)?;
    Ok(columns.into_iter().map(Float64Array::new).collect())
}

/// A count that JavaScript keeps as a number; negative and absurd ones become 0.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be an exact, non-negative integer")]
fn to_u64(number: f64) -> u64 {
    const EXACT_MAX: f64 = 9_007_199_254_740_991.0;
    if (0.0..=EXACT_MAX).contains(&number) { number as u64 } else { 0 }
}
