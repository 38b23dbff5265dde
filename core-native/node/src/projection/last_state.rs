//! The rows of tables of last states: what each key's came to, written the same whether it is added or replaces one.

use jware_core::Core;
use jware_core::account::Leg;
use jware_core::bar::Bar;
use jware_core::command::TradingState;
use jware_core::event::{BalanceChange, Execution, PositionChange};
use jware_core::instrument::CollarReference;
use jware_core::order::Trail;
use jware_core::refusal::Refusal;
use jware_core::units::{AccountId, CurrencyId, InstrumentId, OrderId, TsNs};

use super::risk_row::write_scope;
use super::row::Row;
use super::rows::At;

/// A key and what it came to in a batch.
pub trait LastState {
    /// Writes its row. `core` is as it was after the batch.
    fn write(&self, core: &Core, row: impl Row);

    /// Whether no table can have a row of this key yet. `order_before` is the last order that there was before the batch.
    fn is_new(&self, _order_before: OrderId) -> bool {
        false
    }
}

/// What an account came to; its name is the core's.
#[derive(Debug)]
pub struct AccountRow {
    pub account_seq: u64,
    pub state: TradingState,
    pub reason: String,
}

impl LastState for (&CurrencyId, &At) {
    fn write(&self, core: &Core, row: impl Row) {
        let (id, at) = *self;
        let Some(currency) = core.currency(*id) else { return };
        row.int(id.0).text(&currency.code).int(currency.decimals).int(at.seq).end();
    }
}

impl LastState for (&InstrumentId, &At) {
    fn write(&self, core: &Core, row: impl Row) {
        let (id, at) = *self;
        let Some(instrument) = core.instrument(*id) else { return };
        let definition = &instrument.definition;
        row.int(id.0)
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
}

impl LastState for (&AccountId, &(AccountRow, At)) {
    fn write(&self, core: &Core, row: impl Row) {
        let (id, (change, at)) = *self;
        row.int(id.0)
            .text(core.account(*id).map_or("", |account| &account.name))
            .int(change.state as u8)
            .text(&change.reason)
            .int(change.account_seq)
            .ns(at.ts.0)
            .int(at.seq)
            .end();
    }
}

impl LastState for (&OrderId, &(Execution, At)) {
    fn write(&self, _: &Core, row: impl Row) {
        let (_, (execution, at)) = *self;
        let row = row
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

    fn is_new(&self, order_before: OrderId) -> bool {
        *self.0 > order_before
    }
}

impl LastState for (&(AccountId, InstrumentId, Leg), &(PositionChange, At)) {
    fn write(&self, _: &Core, row: impl Row) {
        let (_, (change, at)) = *self;
        row.int(change.account.0)
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
}

impl LastState for (&(AccountId, CurrencyId), &(BalanceChange, At)) {
    fn write(&self, _: &Core, row: impl Row) {
        let (_, (change, at)) = *self;
        row.int(change.account.0)
            .int(change.currency.0)
            .int(change.cash.0)
            .int(change.used.0)
            .int(change.held.0)
            .int(change.account_seq)
            .ns(at.ts.0)
            .int(at.seq)
            .end();
    }
}

impl LastState for (&(InstrumentId, u32, TsNs), &(Bar, bool, At)) {
    fn write(&self, _: &Core, row: impl Row) {
        let ((instrument, interval_s, open_ts), (bar, closed, at)) = *self;
        row.int(instrument.0)
            .int(*interval_s)
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
}

/// What both orders and executions have at their end: the terms beyond side, type and price, and what came of them.
pub(super) fn write_terms<R: Row>(row: R, execution: &Execution) -> R {
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
