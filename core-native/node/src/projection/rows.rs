//! Events as rows of schemas/sql. Executions, refusals and ticks are kept each; of all else, the last state per key.

use std::collections::BTreeMap;

use jware_core::Core;
use jware_core::account::Leg;
use jware_core::bar::{Bar, BarInterval};
use jware_core::command::{Command, TradingState};
use jware_core::event::{BalanceChange, Event, Execution, PositionChange, TradeAdjustment};
use jware_core::instrument::CollarReference;
use jware_core::order::{ExecType, Trail};
use jware_core::refusal::Refusal;
use jware_core::units::{AccountId, CurrencyId, InstrumentId, OrderId, TsNs};

use super::copy_text::Row;
use super::ledger::Ledger;
use super::risk_row::{RiskRow, write_scope};

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

#[derive(Debug)]
struct AccountRow {
    account_seq: u64,
    state: TradingState,
    reason: String,
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
    currencies: BTreeMap<u16, At>,
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
            self.currencies.insert(id.0, at(0));
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

    /// The rows as COPY text. `core` is as it was after the last command taken.
    pub fn into_tables(self, core: &Core) -> BTreeMap<&'static str, String> {
        let tables = [
            ("currencies", self.currency_rows(core)),
            ("instruments", self.instrument_rows(core)),
            ("accounts", self.account_rows(core)),
            ("orders", self.order_rows()),
            ("positions", self.position_rows()),
            ("balances", self.balance_rows()),
            ("bars", self.bar_rows()),
            ("executions", self.executions),
            ("ledger", self.ledger.text),
            ("refusals", self.refusals),
            ("risk_events", self.risk_events),
            ("ticks", self.ticks),
        ];
        tables.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }

    fn currency_rows(&self, core: &Core) -> String {
        let mut text = String::new();
        for (&id, at) in &self.currencies {
            let Some(currency) = core.currency(CurrencyId(id)) else { continue };
            Row::new(&mut text).int(id).text(&currency.code).int(currency.decimals).int(at.seq).end();
        }
        text
    }

    fn instrument_rows(&self, core: &Core) -> String {
        let mut text = String::new();
        for (&id, at) in &self.instruments {
            let Some(instrument) = core.instrument(id) else { continue };
            let definition = &instrument.definition;
            Row::new(&mut text)
                .int(id.0)
                .text(&definition.symbol)
                .text(&definition.name)
                .text(&definition.asset_class)
                .int(definition.venue as u8)
                .text(&definition.base_currency)
                .int(definition.quote_currency.0)
                .int(definition.price_decimals)
                .int(definition.tick_mantissa)
                .int(definition.qty_decimals)
                .int(definition.lot_mantissa)
                .int(definition.tick_lot_minor)
                .int(definition.qty_lots_min.0)
                .int(definition.qty_lots_max.0)
                .int(definition.notional_minor_max.0)
                .int(definition.collar_bps)
                .int(definition.maker_fee_ppm)
                .int(definition.taker_fee_ppm)
                .int(at.seq)
                .int(definition.session.open_minute)
                .int(definition.session.close_minute)
                .int(definition.session.weekdays)
                .int(match definition.collar.reference {
                    CollarReference::Mark => 1,
                    CollarReference::Last => 2,
                    CollarReference::Mid => 3,
                })
                .int(definition.collar.ticks)
                .int(definition.collar.window_bps)
                .ns(definition.collar.window_ns)
                .int(definition.margin.initial_ppm)
                .int(definition.margin.maintenance_ppm)
                .end();
        }
        text
    }

    fn account_rows(&self, core: &Core) -> String {
        let mut text = String::new();
        for (&id, (row, at)) in &self.accounts {
            Row::new(&mut text)
                .int(id.0)
                .text(core.account(id).map_or("", |account| &account.name))
                .int(row.state as u8)
                .text(&row.reason)
                .int(row.account_seq)
                .ns(at.ts.0)
                .int(at.seq)
                .end();
        }
        text
    }

    fn order_rows(&self) -> String {
        let mut text = String::new();
        for (execution, at) in self.orders.values() {
            let row = Row::new(&mut text)
                .int(execution.order_id.0)
                .int(execution.account.0)
                .int(execution.instrument.0)
                .text(execution.cl_ord_id.as_str())
                .int(execution.terms.side as u8)
                .int(execution.terms.ord_type as u8)
                .int(execution.terms.time_in_force as u8)
                .int(execution.ord_status as u8)
                .int(execution.reason as u8)
                .int(execution.terms.order_qty.0)
                .int(execution.terms.price.0)
                .int(execution.cum_qty.0)
                .int(execution.leaves_qty.0)
                .int(execution.cum_lot_ticks)
                .int(execution.session.0)
                .ns(execution.created.0)
                .ns(at.ts.0)
                .int(at.seq);
            write_terms(row, execution).end();
        }
        text
    }

    fn position_rows(&self) -> String {
        let mut text = String::new();
        for (change, at) in self.positions.values() {
            Row::new(&mut text)
                .int(change.account.0)
                .int(change.instrument.0)
                .int(change.qty.0)
                .int(change.cost.0)
                .int(change.realised.0)
                .int(change.fees.0)
                .int(change.account_seq)
                .ns(at.ts.0)
                .int(at.seq)
                .int(change.leg as u8)
                .end();
        }
        text
    }

    fn balance_rows(&self) -> String {
        let mut text = String::new();
        for (change, at) in self.balances.values() {
            Row::new(&mut text)
                .int(change.account.0)
                .int(change.currency.0)
                .int(change.cash.0)
                .int(change.used.0)
                .int(change.held.0)
                .int(change.account_seq)
                .ns(at.ts.0)
                .int(at.seq)
                .end();
        }
        text
    }

    fn bar_rows(&self) -> String {
        let mut text = String::new();
        for (&(instrument, interval_s, open_ts), (bar, closed, at)) in &self.bars {
            Row::new(&mut text)
                .int(instrument.0)
                .int(interval_s)
                .ns(open_ts.0)
                .time(open_ts.0)
                .int(bar.open.0)
                .int(bar.high.0)
                .int(bar.low.0)
                .int(bar.close.0)
                .int(bar.volume.0)
                .int(bar.trade_count)
                .bool(*closed)
                .int(at.seq)
                .end();
        }
        text
    }
}

/// The bars of an instrument that its next trade may change.
fn growing_bars(core: &Core, id: InstrumentId) -> impl Iterator<Item = (BarInterval, Bar)> + '_ {
    let bars = core.instrument(id).map(|instrument| &instrument.bars);
    BarInterval::ALL.into_iter().filter_map(move |interval| Some((interval, *bars?.series(interval).current()?)))
}

pub(super) fn begin(text: &mut String, at: At) -> Row<'_> {
    Row::new(text).int(at.seq).int(at.idx as u64)
}

/// What both orders and executions have at their end: the terms beyond side, type and price, and what came of them.
fn write_terms<'a>(row: Row<'a>, execution: &Execution) -> Row<'a> {
    let terms = &execution.terms;
    let (trail_ticks, trail_bps) = match terms.trigger.trail {
        Trail::None => (0, 0),
        Trail::Ticks(ticks) => (ticks, 0),
        Trail::Bps(bps) => (0, bps),
    };
    let refusal = execution.refusal;
    let figure = |of: fn(&Refusal) -> i64| refusal.as_ref().map_or(0, of);
    let row = row
        .int(terms.trigger.price.0)
        .int(if terms.ord_type.has_trigger() { terms.trigger.source as u8 } else { 0 })
        .int(trail_ticks)
        .int(trail_bps)
        .int(terms.display_qty.0)
        .int(terms.cash_qty.0)
        .ns(terms.expire_ts.0)
        .int(terms.post_only as u8)
        .bool(terms.reduce_only)
        .int(terms.self_trade_prevention as u8)
        .int(terms.strategy.0)
        .ns(terms.deadline.0)
        .bool(execution.working)
        .int(execution.list.0)
        .int(execution.contingency.map_or(0, |linked| linked as u8))
        .int(refusal.map_or(0, |refusal| refusal.code.number()))
        .int(refusal.map_or(0, |refusal| refusal.unit as u8))
        .int(figure(|refusal| refusal.limit))
        .int(figure(|refusal| refusal.value))
        .int(figure(|refusal| refusal.headroom))
        .int(refusal.map_or(0, |refusal| refusal.currency.0));
    write_scope(row, refusal.and_then(|refusal| refusal.scope))
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
