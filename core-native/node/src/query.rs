//! What is, as JSON: cold reads under the lock. Money and 64-bit times are decimal strings.

use jware_core::account::Leg;
use jware_core::bar::BarInterval;
use jware_core::command::{AccountKind, Actor, BookState, PositionMode, TradingState};
use jware_core::engine::MarkSource;
use jware_core::event::Execution;
use jware_core::fee::FeeTier;
use jware_core::limit::{LimitKind, LimitScope};
use jware_core::order::{ClOrdId, Side, Trail};
use jware_core::units::{
    AccountId, CurrencyId, InstrumentId, KeyId, QtyLots, SessionId, StrategyId, TsNs, UserId, div_half_even,
};
use jware_core::{Core, Instrument};
use serde_json::{Value, json};

use crate::admin::limit_kind_name;
use crate::clock::now_ns;
use crate::hub::{AckMode, Hub};
use crate::instrument_input::InstrumentInput;

const NS_PER_MS: u64 = 1_000_000;

/// `CoreStatus`.
pub fn status(hub: &Hub) -> Value {
    let snapshots = hub.snapshots.told();
    let state = hub.state.lock();
    json!({
        "seq": state.core.seq().0,
        "durableSeq": hub.journal.durable_seq(),
        "snapshotSeq": hub.snapshot_seq,
        "replayedCount": hub.replayed_count,
        "newestSnapshot": snapshots.newest.map(|header| json!({
            "seq": header.seq,
            "stateHash": format!("{:016x}", header.state_hash),
            "ageMs": snapshots.age_ms(now_ns()),
            "bytes": snapshots.bytes,
            "durationMs": snapshots.duration_ms,
        })),
        "snapshotFailure": snapshots.failure,
        "storageFull": hub.journal.is_storage_full(),
        "archiveFailure": snapshots.archive_failure,
        "ackMode": match hub.ack_mode { AckMode::Durable => "durable", AckMode::Memory => "memory" },
        "sessionCount": state.sessions.len(),
        "openOrderCount": state.core.orders().len(),
        "firmState": state_name(state.core.firm_state()),
    })
}

/// The state's hash as 16 hex digits. Walks the whole state under the lock.
pub fn state_hash(hub: &Hub) -> String {
    format!("{:016x}", hub.state.lock().core.state_hash())
}

/// Counters of hub and journal.
pub fn metrics(hub: &Hub) -> Value {
    let mut rows = hub.state.lock().metrics.rows();
    let journal = hub.journal.metrics();
    let snapshots = hub.snapshots.told();
    for (name, value) in [
        ("journal_storage_full", u64::from(hub.journal.is_storage_full())),
        ("snapshot_seq", snapshots.newest.map_or(0, |header| header.seq)),
        ("snapshot_age_ms", snapshots.age_ms(now_ns()).unwrap_or(0)),
        ("snapshot_bytes", snapshots.bytes),
        ("snapshot_duration_ms", snapshots.duration_ms),
        ("snapshot_failures_total", snapshots.failure_count),
        ("journal_durable_seq", hub.journal.durable_seq()),
        ("journal_batches_total", journal.batch_count),
        ("journal_records_total", journal.record_count),
        ("journal_bytes_total", journal.byte_count),
        ("journal_syncs_total", journal.sync_count),
        ("journal_sync_ns_total", journal.sync_ns_total),
        ("journal_sync_ns_max", journal.sync_ns_max),
    ] {
        rows.insert(name.to_owned(), value);
    }
    json!(rows)
}

/// `AccountView`, or null.
pub fn account(hub: &Hub, id: u32) -> Option<Value> {
    let state = hub.state.lock();
    // A mark ages while nothing happens, too.
    account_of(&state.core, id, TsNs(now_ns().max(state.core.ts().0)))
}

/// [`account`] of any core, at a time.
pub fn account_of(core: &Core, id: u32, now: TsNs) -> Option<Value> {
    let account = core.account(AccountId(id)).filter(|account| !account.is_engines())?;
    let positions: Vec<Value> = account
        .positions
        .iter()
        .filter(|(_, position)| position.qty != 0 || position.realised != 0 || position.fees != 0)
        .filter_map(|((instrument, leg), position)| {
            let mut row = json!({
                "instrument": instrument.0,
                "leg": leg_name(leg),
                "qtyLots": position.qty,
                "costMinor": position.cost.to_string(),
                "realisedMinor": position.realised.to_string(),
                "feesMinor": position.fees.to_string(),
            });
            let instrument = core.instrument(instrument)?;
            if let Some(mark) = instrument.mark(now) {
                let value_twice =
                    i128::from(mark.twice) * i128::from(position.qty) * i128::from(instrument.definition.tick_lot_minor);
                row["unrealisedMinor"] = json!((div_half_even(value_twice, 2) - i128::from(position.cost)).to_string());
                row["markTicks"] = json!(mark.twice / 2);
                row["markSource"] = json!(match mark.source {
                    MarkSource::Middle => "middle",
                    MarkSource::Last => "last",
                });
                row["isMarkStale"] = json!(mark.is_stale);
            }
            Some(row)
        })
        .collect();
    let balances: Vec<Value> = account
        .balances
        .iter()
        .filter_map(|(id, balance)| {
            let currency = core.currency(id)?;
            Some(json!({
                "currency": currency.code,
                "currencyDecimals": currency.decimals,
                "cashMinor": balance.cash.to_string(),
                "usedMinor": balance.used.to_string(),
                "heldMinor": balance.held.to_string(),
                "availableMinor": balance.available().to_string(),
            }))
        })
        .collect();
    Some(json!({
        "account": id,
        "name": account.name,
        "state": state_name(account.state),
        "strategyStates": core.strategy_states().filter(|&(owner, _, _)| owner == account.id).map(|(_, strategy, state)| {
            json!({ "strategy": strategy.0, "state": state_name(state) })
        }).collect::<Vec<_>>(),
        "kind": kind_name(account.kind),
        "positionMode": mode_name(account.position_mode),
        "selfTradeGroup": account.self_trade_group.0,
        "baseEquity": core.base_equity_of(account.id, now).map(|base| json!({
            "currency": code_of(core, base.currency),
            "currencyDecimals": core.currency(base.currency).map_or(0, |currency| currency.decimals),
            "equityMinor": base.equity.map(|equity| equity.to_string()),
            "isStale": base.is_stale,
            "unconverted": base.unconverted.iter().map(|&id| code_of(core, id)).collect::<Vec<_>>(),
        })),
        "accountSeq": account.account_seq,
        "orders": core.open_orders_in_queue(account.id).into_iter().map(|(order, ahead)| {
            order_view(&core.status_of(order, account.account_seq), ahead)
        }).collect::<Vec<_>>(),
        "positions": positions,
        "balances": balances,
    }))
}

fn code_of(core: &Core, id: CurrencyId) -> &str {
    core.currency(id).map_or("", |currency| currency.code.as_str())
}

/// The sides of the trade that a report was one of, as `TradeSideView`s, the maker's first; empty where none is remembered.
pub fn trade(hub: &Hub, exec_id: &str) -> Value {
    let Ok(exec_id) = exec_id.parse() else { return json!([]) };
    let state = hub.state.lock();
    let sides = state.core.trades().trade_of(exec_id).map(|fill| {
        json!({
            "execId": fill.exec_id.to_string(),
            "tradeId": fill.trade_id.0.to_string(),
            "orderId": fill.order_id.0,
            "account": fill.account.0,
            "instrument": fill.instrument.0,
            "side": fill.side as u8,
            "qtyLots": fill.qty.0,
            "priceTicks": fill.price.0,
            "feeMinor": fill.fee.0.to_string(),
            "liquidity": fill.liquidity as u8,
            "withHouse": fill.with_house,
            "isBust": fill.is_bust,
        })
    });
    sides.collect()
}

const fn kind_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Standard => "standard",
        AccountKind::Cash => "cash",
        AccountKind::Margin => "margin",
    }
}

const fn mode_name(mode: PositionMode) -> &'static str {
    match mode {
        PositionMode::Netting => "netting",
        PositionMode::Hedging => "hedging",
    }
}

const fn leg_name(leg: Leg) -> &'static str {
    match leg {
        Leg::Net => "net",
        Leg::Long => "long",
        Leg::Short => "short",
    }
}

const fn state_name(state: TradingState) -> &'static str {
    match state {
        TradingState::Active => "active",
        TradingState::Reducing => "reducing",
        TradingState::Halted => "halted",
    }
}

/// `OrderView`: enumerations are the numbers of the wire.
pub fn order_view(order: &Execution, queue_ahead: Option<QtyLots>) -> Value {
    let terms = &order.terms;
    let (trail_ticks, trail_bps) = match terms.trigger.trail {
        Trail::None => (0, 0),
        Trail::Ticks(ticks) => (ticks, 0),
        Trail::Bps(bps) => (0, bps),
    };
    json!({
        "orderId": order.order_id.0,
        "clOrdId": order.cl_ord_id.as_str(),
        "account": order.account.0,
        "instrument": order.instrument.0,
        "side": terms.side as u8,
        "ordType": terms.ord_type as u8,
        "timeInForce": terms.time_in_force as u8,
        "ordStatus": order.ord_status as u8,
        "reason": order.reason as u8,
        "orderQtyLots": terms.order_qty.0,
        "priceTicks": terms.price.0,
        "cumQtyLots": order.cum_qty.0,
        "leavesQtyLots": order.leaves_qty.0,
        "cumLotTicks": order.cum_lot_ticks.to_string(),
        "createdTsNs": order.created.0.to_string(),
        "triggerPriceTicks": terms.trigger.price.0,
        "triggerSource": if terms.ord_type.has_trigger() { terms.trigger.source as u8 } else { 0 },
        "trailTicks": trail_ticks,
        "trailBps": trail_bps,
        "displayQtyLots": terms.display_qty.0,
        "cashQtyMinor": terms.cash_qty.0.to_string(),
        "expireTsNs": terms.expire_ts.0.to_string(),
        "postOnly": terms.post_only as u8,
        "reduceOnly": terms.reduce_only,
        "selfTradePrevention": terms.self_trade_prevention as u8,
        "strategy": terms.strategy.0,
        "deadlineTsNs": terms.deadline.0.to_string(),
        "working": order.working,
        "listId": order.list.0,
        "contingency": order.contingency.map_or(0, |linked| linked as u8),
        "queueAheadLots": queue_ahead.map(|ahead| ahead.0),
    })
}

/// `LimitView[]`: every limit that is set and how much of it is left, where it is a rate.
pub fn limits(hub: &Hub) -> Value {
    let state = hub.state.lock();
    let core = &state.core;
    let now = TsNs(crate::clock::now_ns().max(core.ts().0));
    let rows: Vec<Value> = core
        .limits()
        .iter()
        .map(|(scope, name, rule)| {
            let scope = match scope {
                LimitScope::Firm => json!({ "of": "firm" }),
                LimitScope::Account(account) => json!({ "of": "account", "account": account.0 }),
                LimitScope::Strategy(account, strategy) => {
                    json!({ "of": "strategy", "account": account.0, "strategy": strategy.0 })
                }
                LimitScope::User(user) => json!({ "of": "user", "user": user.0 }),
                LimitScope::Key(key) => json!({ "of": "key", "key": key.0 }),
            };
            let is_rate = name.kind.has_window() && name.kind != LimitKind::DuplicateOrder;
            json!({
                "scope": scope,
                "limit": limit_kind_name(name.kind),
                "instrument": name.instrument.0,
                "currency": core.currency(name.currency).map(|currency| currency.code.as_str()),
                "max": rule.max.to_string(),
                "windowMs": rule.window_ns / NS_PER_MS,
                "remaining": is_rate.then(|| rule.rate.remaining(now, rule.max, rule.window_ns).to_string()),
                "isTripped": rule.tripped,
            })
        })
        .collect();
    json!(rows)
}

/// `FeeScheduleView[]`: every fee schedule that is set.
pub fn fee_schedules(hub: &Hub) -> Value {
    let state = hub.state.lock();
    let core = &state.core;
    let schedules = core.fees().schedules().map(|(account, currency, tiers)| {
        json!({
            "account": (account != AccountId(0)).then_some(account.0),
            "currency": code_of(core, currency),
            "currencyDecimals": core.currency(currency).map_or(0, |currency| currency.decimals),
            "tiers": fee_tiers(tiers),
        })
    });
    schedules.collect()
}

/// `AccountFeesView[]`: where an account stands in each currency in which a schedule holds for it. Null for an unknown account.
pub fn account_fees(hub: &Hub, id: u32) -> Option<Value> {
    let state = hub.state.lock();
    let core = &state.core;
    let account = core.account(AccountId(id)).filter(|account| !account.is_engines())?;
    // A day may have begun since the last command.
    let now = TsNs(now_ns().max(core.ts().0));
    let rows = core.currencies().iter().filter_map(|currency| {
        let standing = core.fee_standing(account.id, core.currency_coded(&currency.code)?, now);
        (!standing.tiers.is_empty()).then(|| {
            json!({
                "currency": currency.code,
                "currencyDecimals": currency.decimals,
                "isOwn": standing.is_own,
                "volumeMinor": standing.volume.to_string(),
                "todayMinor": standing.today.to_string(),
                "tier": standing.tier,
                "tiers": fee_tiers(standing.tiers),
            })
        })
    });
    Some(rows.collect())
}

fn fee_tiers(tiers: &[FeeTier]) -> Value {
    let rows = tiers.iter().map(|tier| {
        json!({
            "notionalMinMinor": tier.notional_min.0.to_string(),
            "makerFeePpm": tier.maker_fee_ppm,
            "takerFeePpm": tier.taker_fee_ppm,
        })
    });
    rows.collect()
}

/// `AccountEntry[]`: the users' accounts, by id.
pub fn accounts(hub: &Hub) -> Value {
    let state = hub.state.lock();
    let mut users: Vec<_> = state.core.accounts().iter().filter(|account| !account.is_engines()).collect();
    users.sort_unstable_by_key(|account| account.id);
    users
        .into_iter()
        .map(|account| {
            json!({
                "account": account.id.0,
                "name": account.name,
                "state": state_name(account.state),
                "kind": kind_name(account.kind),
                "positionMode": mode_name(account.position_mode),
            })
        })
        .collect()
}

/// `CurrencyEntry[]`: the currencies, in the order of their definition.
pub fn currencies(hub: &Hub) -> Value {
    let state = hub.state.lock();
    let coded = state.core.currencies().iter();
    coded.map(|currency| json!({ "code": currency.code, "decimals": currency.decimals })).collect()
}

/// `TransferView`, or null: what was paid in or out of an account under a name.
pub fn transfer(hub: &Hub, account: u32, reference: &str) -> Option<Value> {
    let reference = ClOrdId::new(reference.as_bytes())?;
    let state = hub.state.lock();
    let transfer = state.core.transfer(AccountId(account), reference)?;
    Some(json!({
        "seq": transfer.seq.0,
        "currency": code_of(&state.core, transfer.currency),
        "amountMinor": transfer.amount.0.to_string(),
    }))
}

/// An account's id by its name. Cost: every account is looked at.
pub fn account_named(hub: &Hub, name: &str) -> Option<u32> {
    account_named_of(&hub.state.lock().core, name)
}

/// [`account_named`] of any core.
pub fn account_named_of(core: &Core, name: &str) -> Option<u32> {
    let accounts = core.accounts().iter();
    accounts.filter(|account| !account.is_engines()).find(|account| account.name == name).map(|account| account.id.0)
}

/// How many new orders and replaces would pass every message rate now; none where no rate holds for them.
pub fn messages_left(hub: &Hub, account: u32, strategy: u32, user: u32, key: u32) -> Option<i64> {
    let state = hub.state.lock();
    let now = TsNs(crate::clock::now_ns().max(state.core.ts().0));
    let actor = Actor { user: UserId(user), session: SessionId(0), key: KeyId(key) };
    state.core.messages_left(AccountId(account), StrategyId(strategy), actor, now)
}

/// `BookView`, or null.
pub fn book(hub: &Hub, id: u32, depth: u32) -> Option<Value> {
    let mut state = hub.state.lock();
    let seq = state.markets.get(InstrumentId(id)).seq;
    let mut view = book_of(&state.core, id, depth)?;
    view["seq"] = json!(seq);
    Some(view)
}

/// [`book`] of any core, without the sequence of its subscribers.
pub fn book_of(core: &Core, id: u32, depth: u32) -> Option<Value> {
    let instrument = core.instrument(InstrumentId(id))?;
    let levels = |side| {
        let rows = instrument.book.depth(side, depth as usize);
        rows.into_iter().map(|(price, qty)| json!([price.0, qty])).collect::<Vec<_>>()
    };
    Some(json!({
        "state": book_state(instrument),
        "bids": levels(Side::Buy),
        "asks": levels(Side::Sell),
        "bidLevelCount": instrument.book.depth(Side::Buy, usize::MAX).len(),
        "askLevelCount": instrument.book.depth(Side::Sell, usize::MAX).len(),
    }))
}

fn book_state(instrument: &Instrument) -> &'static str {
    match instrument.state {
        BookState::Synced => "synced",
        BookState::Stale => "stale",
        BookState::Resyncing => "resyncing",
    }
}

/// Bars of `[from, to)`, oldest first.
///
/// Errors: no such bar interval. An unknown instrument has no bars.
pub fn bars(hub: &Hub, id: u32, interval_s: u32, from_ts_ms: u64, to_ts_ms: u64) -> Result<Value, String> {
    let interval = BarInterval::from_seconds(interval_s).ok_or_else(|| format!("no bars of {interval_s} s are built"))?;
    let state = hub.state.lock();
    let Some(instrument) = state.core.instrument(InstrumentId(id)) else { return Ok(json!([])) };
    let (from, to) = (TsNs(from_ts_ms.saturating_mul(NS_PER_MS)), TsNs(to_ts_ms.saturating_mul(NS_PER_MS)));
    let rows: Vec<Value> = instrument
        .bars
        .series(interval)
        .range(from, to)
        .map(|bar| {
            json!({
                "openTsMs": bar.open_ts.0 / NS_PER_MS,
                "openTicks": bar.open.0,
                "highTicks": bar.high.0,
                "lowTicks": bar.low.0,
                "closeTicks": bar.close.0,
                "volumeLots": bar.volume.0,
                "tradeCount": bar.trade_count,
            })
        })
        .collect();
    Ok(json!(rows))
}

/// Every instrument.
pub fn instruments(hub: &Hub) -> Value {
    let state = hub.state.lock();
    let rows: Vec<Value> = state
        .core
        .instruments()
        .iter()
        .filter_map(|instrument| {
            let currency = state.core.currency(instrument.definition.quote_currency)?;
            let mut row = serde_json::to_value(InstrumentInput::of(&instrument.definition, &currency.code)).ok()?;
            row["currencyDecimals"] = json!(currency.decimals);
            row["tradingState"] = json!(state_name(instrument.trading_state));
            row["bookState"] = json!(book_state(instrument));
            row["lastTicks"] = json!(instrument.last_price.0);
            Some(row)
        })
        .collect();
    json!(rows)
}
