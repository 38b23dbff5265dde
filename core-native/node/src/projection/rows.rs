//! Events as rows of schemas/sql. Executions, refusals and ticks are kept each; of all else, the last state per key.

use std::collections::BTreeMap;

use jware_core::Core;
use jware_core::account::Leg;
use jware_core::bar::{Bar, BarInterval};
use jware_core::command::Command;
use jware_core::event::{BalanceChange, Event, Execution, PositionChange, TradeAdjustment};
use jware_core::order::ExecType;
use jware_core::units::{AccountId, CurrencyId, InstrumentId, OrderId, TsNs};

use super::copy_text::CopyRow;
use super::last_state::{AccountRow, LastState, write_terms};
use super::ledger::Ledger;
use super::risk_row::{RiskRow, write_scope};
use super::row::Row;
use super::table_rows::TableRows;

/// The columns of each table, in the order that rows have them. A test compares them with the database.
pub const COLUMNS: [(&str, &str); 12] = [
    ("currencies", "currency_id code decimals seq"),
    (
        "instruments",
        "instrument_id symbol name asset_class venue base_currency quote_currency_id price_decimals tick_mantissa qty_decimals \
         lot_mantissa tick_lot_minor qty_lots_min qty_lots_max notional_minor_max collar_bps maker_fee_ppm taker_fee_ppm seq \
         session_open_minute session_close_minute session_weekdays collar_reference collar_ticks collar_window_bps \
         collar_window_ns initial_margin_ppm maintenance_margin_ppm",
    ),
    ("accounts", "account_id name state reason account_seq updated_ts_ns seq"),
    (
        "orders",
        "order_id account_id instrument_id cl_ord_id side ord_type time_in_force ord_status reason order_qty_lots price_ticks \
         cum_qty_lots leaves_qty_lots cum_lot_ticks session_id created_ts_ns updated_ts_ns seq trigger_price_ticks trigger_source \
         trail_ticks trail_bps display_qty_lots cash_qty_minor expire_ts_ns post_only reduce_only self_trade_prevention strategy \
         deadline_ts_ns working list_id contingency refusal_code refusal_unit refusal_limit refusal_value refusal_headroom \
         refusal_currency_id refusal_scope refusal_scope_account_id refusal_scope_id",
    ),
    (
        "executions",
        "seq idx ts_ns ts account_id account_seq exec_id order_id instrument_id cl_ord_id orig_cl_ord_id exec_type ord_status \
         reason side ord_type time_in_force order_qty_lots price_ticks cum_qty_lots leaves_qty_lots cum_lot_ticks last_qty_lots \
         last_px_ticks last_fee_minor liquidity trade_id priority_kept session_id created_ts_ns trigger_price_ticks \
         trigger_source trail_ticks trail_bps display_qty_lots cash_qty_minor expire_ts_ns post_only reduce_only \
         self_trade_prevention strategy deadline_ts_ns working list_id contingency refusal_code refusal_unit refusal_limit \
         refusal_value refusal_headroom refusal_currency_id refusal_scope refusal_scope_account_id refusal_scope_id \
         exec_ref_id by_user_id text",
    ),
    ("ledger", "seq idx leg ts_ns ts account_id contra_account_id currency_id amount_minor kind instrument_id exec_id trade_id"),
    ("positions", "account_id instrument_id qty_lots cost_minor realised_minor fees_minor account_seq updated_ts_ns seq leg"),
    ("balances", "account_id currency_id cash_minor used_minor held_minor account_seq updated_ts_ns seq"),
    (
        "refusals",
        "seq idx ts_ns ts account_id instrument_id request_kind code limit_unit limit_value found_value headroom currency_id \
         cl_ord_id orig_cl_ord_id scope scope_account_id scope_id",
    ),
    (
        "risk_events",
        "seq idx ts_ns kind user_id session_id key_id scope account_id scope_id instrument_id state canceled_count limit_kind \
         is_set currency_id limit_value found_value window_ns account_kind self_trade_group reason fee_tiers position_mode",
    ),
    ("ticks", "seq idx ts_event_ns ts_recv_ns ts instrument_id price_ticks qty_lots aggressor trade_id own"),
    (
        "bars",
        "instrument_id interval_s open_ts_ns open_ts open_ticks high_ticks low_ticks close_ticks volume_lots trade_count closed seq",
    ),
];

/// Where and when a row's event was.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) seq: u64,
    pub(super) idx: usize,
    pub(super) ts: TsNs,
}

/// Which rows of a batch go in by COPY.
#[derive(Clone, Copy, Debug)]
pub struct Copied {
    /// The last order that there was before the batch: those above it cannot be in the table.
    pub order_before: OrderId,
    /// Whether all do: for one who replaces nothing.
    pub is_all: bool,
}

/// The rows of a batch.
#[derive(Debug, Default)]
pub struct Rows {
    executions: String,
    ledger: Ledger,
    refusals: String,
    risk_events: String,
    ticks: String,
    appended_count: usize,
    currencies: BTreeMap<CurrencyId, At>,
    instruments: BTreeMap<InstrumentId, At>,
    accounts: BTreeMap<AccountId, (AccountRow, At)>,
    orders: BTreeMap<OrderId, (Execution, At)>,
    positions: BTreeMap<(AccountId, InstrumentId, Leg), (PositionChange, At)>,
    balances: BTreeMap<(AccountId, CurrencyId), (BalanceChange, At)>,
    bars: BTreeMap<(InstrumentId, u32, TsNs), (Bar, bool, At)>,
}

impl Rows {
    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.appended_count
            + self.ledger.row_count
            + self.currencies.len()
            + self.instruments.len()
            + self.accounts.len()
            + self.orders.len()
            + self.positions.len()
            + self.balances.len()
            + self.bars.len()
    }

    /// Takes the consequences of a command that `core` has just applied.
    pub fn take(&mut self, core: &Core, command: &Command, events: &[Event]) {
        let at = |idx| At { seq: core.seq().0, idx, ts: core.ts() };
        if let Command::DefineCurrency(definition) = command
            && events.is_empty()
            && let Some(id) = core.currency_coded(&definition.code)
        {
            self.currencies.insert(id, at(0));
        }
        self.ledger.take(core, command, events);
        for (idx, event) in events.iter().enumerate() {
            self.take_event(core, event, at(idx));
            if let Some(row) = RiskRow::of(event, command, events) {
                row.write(&mut self.risk_events, at(idx));
                self.appended_count += 1;
            }
        }
    }

    fn take_event(&mut self, core: &Core, event: &Event, at: At) {
        match event {
            Event::Execution(execution) if execution.exec_type != ExecType::Status => {
                write_execution(&mut self.executions, execution, None, at);
                self.appended_count += 1;
                self.orders.insert(execution.order_id, (*execution, at));
            }
            Event::TradeAdjusted(told) => {
                write_execution(&mut self.executions, &told.execution, Some(told), at);
                self.appended_count += 1;
                self.orders.insert(told.execution.order_id, (told.execution, at));
            }
            Event::Refused { .. } => {
                write_refusal(&mut self.refusals, event, at);
                self.appended_count += 1;
            }
            Event::Trade { instrument, .. } => {
                write_tick(&mut self.ticks, event, at);
                self.appended_count += 1;
                for (interval, bar) in growing_bars(core, *instrument) {
                    self.bars.insert((*instrument, interval as u32, bar.open_ts), (bar, false, at));
                }
            }
            Event::Position(change) => {
                self.positions.insert((change.account, change.instrument, change.leg), (*change, at));
            }
            Event::Balance(change) => {
                self.balances.insert((change.account, change.currency), (*change, at));
            }
            Event::AccountState { account_seq, account, state, reason } => {
                let row = AccountRow { account_seq: *account_seq, state: *state, reason: reason.clone() };
                self.accounts.insert(*account, (row, at));
            }
            Event::BarClosed { instrument, interval, bar } => {
                self.bars.insert((*instrument, *interval as u32, bar.open_ts), (*bar, true, at));
            }
            Event::InstrumentDefined { instrument } => {
                self.instruments.insert(*instrument, at);
            }
            // What a book looks like between trades is nobody's history.
            Event::Execution(_)
            | Event::MassCanceled { .. }
            // These are risk events, and nothing else.
            | Event::ScopeState { .. }
            | Event::LimitSet { .. }
            | Event::AccountConfigured { .. }
            | Event::FeeScheduleSet { .. }
            | Event::LossLimitPassed { .. }
            | Event::Liquidation { .. }
            | Event::Level { .. }
            | Event::BookState { .. }
            | Event::BookReset { .. } => {}
        }
    }

    /// The rows by table; tables without any are absent. `core` is as it was after the last command taken.
    pub fn into_tables(self, core: &Core, copied: Copied) -> BTreeMap<&'static str, TableRows> {
        let tables = [
            ("currencies", states(core, copied, &self.currencies)),
            ("instruments", states(core, copied, &self.instruments)),
            ("accounts", states(core, copied, &self.accounts)),
            ("orders", states(core, copied, &self.orders)),
            ("positions", states(core, copied, &self.positions)),
            ("balances", states(core, copied, &self.balances)),
            ("bars", states(core, copied, &self.bars)),
            ("executions", TableRows::of_copied(self.executions)),
            ("ledger", TableRows::of_copied(self.ledger.text)),
            ("refusals", TableRows::of_copied(self.refusals)),
            ("risk_events", TableRows::of_copied(self.risk_events)),
            ("ticks", TableRows::of_copied(self.ticks)),
        ];
        tables.into_iter().filter(|(_, rows)| !rows.is_empty()).collect()
    }
}

/// The rows of one table of last states.
fn states<S: LastState>(core: &Core, copied: Copied, states: impl IntoIterator<Item = S>) -> TableRows {
    let mut rows = TableRows::default();
    for state in states {
        if copied.is_all || state.is_new(copied.order_before) {
            state.write(core, rows.copied_row());
        } else {
            state.write(core, rows.replaced_row());
        }
    }
    rows.end();
    rows
}

/// The bars of an instrument that its next trade may change.
fn growing_bars(core: &Core, id: InstrumentId) -> impl Iterator<Item = (BarInterval, Bar)> + '_ {
    let bars = core.instrument(id).map(|instrument| &instrument.bars);
    BarInterval::ALL.into_iter().filter_map(move |interval| Some((interval, *bars?.series(interval).current()?)))
}

pub(super) fn begin(text: &mut String, at: At) -> CopyRow<'_> {
    CopyRow::new(text).int(at.seq).int(at.idx as u64)
}

fn write_execution(text: &mut String, execution: &Execution, adjustment: Option<&TradeAdjustment>, at: At) {
    let row = begin(text, at)
        .ns(at.ts.0)
        .time(at.ts.0)
        .int(execution.account.0)
        .int(execution.account_seq)
        .int(execution.exec_id)
        .int(execution.order_id.0)
        .int(execution.instrument.0)
        .text(execution.cl_ord_id.as_str())
        .text(execution.orig_cl_ord_id.as_str())
        .int(execution.exec_type as u8)
        .int(execution.ord_status as u8)
        .int(execution.reason as u8)
        .int(execution.terms.side as u8)
        .int(execution.terms.ord_type as u8)
        .int(execution.terms.time_in_force as u8)
        .int(execution.terms.order_qty.0)
        .int(execution.terms.price.0)
        .int(execution.cum_qty.0)
        .int(execution.leaves_qty.0)
        .int(execution.cum_lot_ticks)
        .int(execution.last_qty.0)
        .int(execution.last_px.0)
        .int(execution.last_fee.0)
        .int(execution.liquidity as u8)
        .int(execution.trade_id.0)
        .bool(execution.priority_kept)
        .int(execution.session.0)
        .ns(execution.created.0);
    write_terms(row, execution)
        .int(adjustment.map_or(0, |told| told.exec_ref_id))
        .int(adjustment.map_or(0, |told| told.actor.user.0))
        .text(adjustment.map_or("", |told| &told.reason))
        .end();
}

fn write_refusal(text: &mut String, event: &Event, at: At) {
    let Event::Refused { request, refusal, account, instrument, cl_ord_id, orig_cl_ord_id, .. } = event else { return };
    let row = begin(text, at)
        .ns(at.ts.0)
        .time(at.ts.0)
        .int(account.0)
        .int(instrument.0)
        .int(*request as u8)
        .int(refusal.code.number())
        .int(refusal.unit as u8)
        .int(refusal.limit)
        .int(refusal.value)
        .int(refusal.headroom)
        .int(refusal.currency.0)
        .text(cl_ord_id.as_str())
        .text(orig_cl_ord_id.as_str());
    write_scope(row, refusal.scope).end();
}

fn write_tick(text: &mut String, event: &Event, at: At) {
    let Event::Trade { instrument, ts_event, price, qty, aggressor, trade_id, own } = event else { return };
    begin(text, at)
        .ns(ts_event.0)
        .ns(at.ts.0)
        .time(ts_event.0)
        .int(instrument.0)
        .int(price.0)
        .int(qty.0)
        .int(*aggressor as u8)
        // A venue's id may use all 64 bits; a bigint has 63.
        .int(trade_id.0.min(i64::MAX as u64))
        .bool(*own)
        .end();
}
