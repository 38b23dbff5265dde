//! Questions, answered in JSON.

use napi::bindgen_prelude::Result;
use napi_derive::napi;

use super::{to_u64, told};
use crate::hub::hub;
use crate::query;

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
