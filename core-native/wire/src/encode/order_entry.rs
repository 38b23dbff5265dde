//! Private frames: executions, positions, money, account state.

// HOT: `execution`, `position` and `balance` run for every order. No allocation, no formatting.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use jware_core::command::{Scope, TradingState};
use jware_core::event::{BalanceChange, Execution, PositionChange};
use jware_core::order::{ClOrdId, Trail};
use jware_core::refusal::Refusal;
use jware_core::units::{AccountId, InstrumentId, PriceTicks, QtyLots, Seq, StrategyId, TsNs};

use super::session::refusal_table;
use super::{Encoder, text};
use crate::generated::{self as wire, ServerBody};
use crate::inbound::FrameRefusal;

/// `queue_ahead_lots` of an order that is in no queue, or of which it is not told: the schema's default, so it takes no bytes.
const QUEUE_AHEAD_NONE: i64 = -1;

/// What an account's snapshot is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountHead {
    /// The account.
    pub account: AccountId,
    /// Its sequence: private frames that follow carry the next ones.
    pub account_seq: u64,
    /// Its state.
    pub state: TradingState,
    /// The server's clock.
    pub ts: TsNs,
}

/// What an order would come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValidationAnswer<'a> {
    /// Its account.
    pub account: AccountId,
    /// Its instrument.
    pub instrument: InstrumentId,
    /// Its name.
    pub cl_ord_id: &'a ClOrdId,
    /// What it would fill at once, best first.
    pub fills: &'a [(PriceTicks, QtyLots)],
    /// The price it would work at.
    pub price: Option<PriceTicks>,
    /// The server's clock.
    pub ts: TsNs,
}

impl Encoder {
    /// `ExecutionReport`. `seq` and `ts` are those of the command that caused it; `currency_code` names the money of its refusal,
    /// where that has figures in money, else it is empty.
    pub fn execution(&mut self, execution: &Execution, currency_code: &str, seq: Seq, ts: TsNs) -> &[u8] {
        self.status(execution, None, currency_code, seq, ts)
    }

    /// The same, with what is ahead of the order in its queue; none where it is in none, or is not told.
    pub fn status(
        &mut self,
        execution: &Execution,
        queue_ahead: Option<QtyLots>,
        currency_code: &str,
        seq: Seq,
        ts: TsNs,
    ) -> &[u8] {
        let body = execution_report(self.begin(), execution, queue_ahead, currency_code, seq, ts).as_union_value();
        self.finish(ServerBody::ExecutionReport, body)
    }

    /// `PositionReport`.
    pub fn position(&mut self, position: &PositionChange, ts: TsNs) -> &[u8] {
        let body = position_report(self.begin(), position, ts).as_union_value();
        self.finish(ServerBody::PositionReport, body)
    }

    /// `BalanceReport`. `currency_code` is the code of `balance.currency`.
    pub fn balance(&mut self, balance: &BalanceChange, currency_code: &str, ts: TsNs) -> &[u8] {
        let body = balance_report(self.begin(), balance, currency_code, ts).as_union_value();
        self.finish(ServerBody::BalanceReport, body)
    }

    /// `AccountStatus`.
    pub fn account_status(&mut self, account_seq: u64, account: AccountId, state: TradingState, reason: &str, ts: TsNs) -> &[u8] {
        let builder = self.begin();
        let args = wire::AccountStatusArgs {
            account_seq,
            account: account.0,
            state: wire::TradingState(state as u8),
            reason: text(builder, reason),
            ts_ns: ts.0,
        };
        let body = wire::AccountStatus::create(builder, &args).as_union_value();
        self.finish(ServerBody::AccountStatus, body)
    }

    /// `MassCancelReport`.
    pub fn mass_canceled(&mut self, account: AccountId, cl_ord_id: &ClOrdId, canceled_count: u32, ts: TsNs) -> &[u8] {
        let builder = self.begin();
        let args = wire::MassCancelReportArgs {
            account: account.0,
            cl_ord_id: text(builder, cl_ord_id.as_str()),
            canceled_count,
            ts_ns: ts.0,
        };
        let body = wire::MassCancelReport::create(builder, &args).as_union_value();
        self.finish(ServerBody::MassCancelReport, body)
    }

    /// `ScopeStatus`. A whole account has an `AccountStatus` instead; given one here, the scope is left out.
    pub fn scope_status(&mut self, scope: Scope, state: TradingState, canceled_count: u32, reason: &str, ts: TsNs) -> &[u8] {
        let builder = self.begin();
        let none = (AccountId(0), InstrumentId(0), StrategyId(0));
        let (kind, (account, instrument, strategy)) = match scope {
            Scope::Firm => (wire::ScopeKind::Firm, none),
            Scope::Account(account) => (wire::ScopeKind::None, (account, none.1, none.2)),
            Scope::Instrument(instrument) => (wire::ScopeKind::Instrument, (none.0, instrument, none.2)),
            Scope::Strategy(account, strategy) => (wire::ScopeKind::Strategy, (account, none.1, strategy)),
        };
        let args = wire::ScopeStatusArgs {
            scope: kind,
            account: account.0,
            instrument: instrument.0,
            strategy: strategy.0,
            state: wire::TradingState(state as u8),
            canceled_count,
            reason: text(builder, reason),
            ts_ns: ts.0,
        };
        let body = wire::ScopeStatus::create(builder, &args).as_union_value();
        self.finish(ServerBody::ScopeStatus, body)
    }

    /// `OrderValidation`: refusals in precedence, each with the code of its currency or an empty text.
    pub fn order_validation<'c>(
        &mut self,
        answer: &ValidationAnswer<'_>,
        refusals: impl IntoIterator<Item = (Refusal, &'c str)>,
    ) -> &[u8] {
        let builder = self.begin();
        let refusals: Vec<_> =
            refusals.into_iter().map(|(refusal, currency)| late_refusal(builder, &refusal, currency)).collect();
        let fills = answer.fills.iter().map(|&(price, qty)| wire::ExpectedFill::new(price.0, qty.0));
        let args = wire::OrderValidationArgs {
            account: answer.account.0,
            instrument: answer.instrument.0,
            cl_ord_id: text(builder, answer.cl_ord_id.as_str()),
            refusals: Some(builder.create_vector(&refusals)),
            fills: Some(builder.create_vector_from_iter(fills)),
            price_ticks: answer.price.map_or(0, |price| price.0),
            ts_ns: answer.ts.0,
        };
        let body = wire::OrderValidation::create(builder, &args).as_union_value();
        self.finish(ServerBody::OrderValidation, body)
    }

    /// `AccountSnapshot`. Each part may come from an iterator; orders with what is ahead of them, balances with the code of their
    /// currency.
    pub fn account_snapshot<'c>(
        &mut self,
        head: &AccountHead,
        executions: impl IntoIterator<Item = (Execution, Option<QtyLots>)>,
        positions: impl IntoIterator<Item = PositionChange>,
        balances: impl IntoIterator<Item = (BalanceChange, &'c str)>,
    ) -> &[u8] {
        let builder = self.begin();
        let orders: Vec<_> = executions
            .into_iter()
            .map(|(order, queue_ahead)| execution_report(builder, &order, queue_ahead, "", Seq(0), head.ts))
            .collect();
        let positions: Vec<_> = positions.into_iter().map(|position| position_report(builder, &position, head.ts)).collect();
        let balances: Vec<_> =
            balances.into_iter().map(|(balance, code)| balance_report(builder, &balance, code, head.ts)).collect();
        let args = wire::AccountSnapshotArgs {
            account_seq: head.account_seq,
            account: head.account.0,
            state: wire::TradingState(head.state as u8),
            orders: Some(builder.create_vector(&orders)),
            positions: Some(builder.create_vector(&positions)),
            balances: Some(builder.create_vector(&balances)),
            ts_ns: head.ts.0,
        };
        let body = wire::AccountSnapshot::create(builder, &args).as_union_value();
        self.finish(ServerBody::AccountSnapshot, body)
    }
}

fn execution_report(
    builder: &mut FlatBufferBuilder<'static>,
    execution: &Execution,
    queue_ahead: Option<QtyLots>,
    currency_code: &str,
    seq: Seq,
    ts: TsNs,
) -> WIPOffset<wire::ExecutionReport<'static>> {
    let terms = &execution.terms;
    let (trail_ticks, trail_bps) = match terms.trigger.trail {
        Trail::None => (0, 0),
        Trail::Ticks(ticks) => (ticks, 0),
        Trail::Bps(bps) => (0, bps),
    };
    let has_trigger = terms.ord_type.has_trigger();
    let args = wire::ExecutionReportArgs {
        account_seq: execution.account_seq,
        seq: seq.0,
        ts_ns: ts.0,
        account: execution.account.0,
        instrument: execution.instrument.0,
        order_id: execution.order_id.0,
        exec_id: execution.exec_id,
        cl_ord_id: text(builder, execution.cl_ord_id.as_str()),
        orig_cl_ord_id: text(builder, execution.orig_cl_ord_id.as_str()),
        exec_type: wire::ExecType(execution.exec_type as u8),
        ord_status: wire::OrdStatus(execution.ord_status as u8),
        reason: wire::ExecReason(execution.reason as u8),
        side: wire::Side(terms.side as u8),
        ord_type: wire::OrdType(terms.ord_type as u8),
        time_in_force: wire::TimeInForce(terms.time_in_force as u8),
        order_qty_lots: terms.order_qty.0,
        price_ticks: terms.price.0,
        cum_qty_lots: execution.cum_qty.0,
        leaves_qty_lots: execution.leaves_qty.0,
        cum_lot_ticks: execution.cum_lot_ticks,
        last_qty_lots: execution.last_qty.0,
        last_px_ticks: execution.last_px.0,
        last_fee_minor: execution.last_fee.0,
        liquidity: wire::LiquidityInd(execution.liquidity as u8),
        trade_id: execution.trade_id.0,
        priority_kept: execution.priority_kept,
        created_ts_ns: execution.created.0,
        trigger_price_ticks: terms.trigger.price.0,
        trigger_source: if has_trigger { wire::TriggerSource(terms.trigger.source as u8) } else { wire::TriggerSource::None },
        trail_ticks,
        trail_bps,
        display_qty_lots: terms.display_qty.0,
        cash_qty_minor: terms.cash_qty.0,
        expire_ts_ns: terms.expire_ts.0,
        post_only: wire::PostOnly(terms.post_only as u8),
        reduce_only: terms.reduce_only,
        self_trade_prevention: wire::SelfTradePrevention(terms.self_trade_prevention as u8),
        strategy: terms.strategy.0,
        deadline_ts_ns: terms.deadline.0,
        working: execution.working,
        list_id: execution.list.0,
        contingency: execution.contingency.map_or(wire::Contingency::None, |linked| wire::Contingency(linked as u8)),
        refusal: execution.refusal.map(|refusal| late_refusal(builder, &refusal, currency_code)),
        queue_ahead_lots: queue_ahead.map_or(QUEUE_AHEAD_NONE, |ahead| ahead.0),
    };
    wire::ExecutionReport::create(builder, &args)
}

/// A refusal inside another frame, which says what it is about.
fn late_refusal(
    builder: &mut FlatBufferBuilder<'static>,
    refusal: &Refusal,
    currency_code: &str,
) -> WIPOffset<wire::Refusal<'static>> {
    let frame = FrameRefusal::plain(jware_core::refusal::RequestKind::Frame, *refusal);
    refusal_table(builder, wire::RequestKind::None, &frame, currency_code, TsNs(0))
}

fn position_report(
    builder: &mut FlatBufferBuilder<'static>,
    position: &PositionChange,
    ts: TsNs,
) -> WIPOffset<wire::PositionReport<'static>> {
    let args = wire::PositionReportArgs {
        account_seq: position.account_seq,
        account: position.account.0,
        instrument: position.instrument.0,
        qty_lots: position.qty.0,
        cost_minor: position.cost.0,
        realised_minor: position.realised.0,
        fees_minor: position.fees.0,
        ts_ns: ts.0,
    };
    wire::PositionReport::create(builder, &args)
}

fn balance_report(
    builder: &mut FlatBufferBuilder<'static>,
    balance: &BalanceChange,
    currency_code: &str,
    ts: TsNs,
) -> WIPOffset<wire::BalanceReport<'static>> {
    let args = wire::BalanceReportArgs {
        account_seq: balance.account_seq,
        account: balance.account.0,
        currency: text(builder, currency_code),
        cash_minor: balance.cash.0,
        used_minor: balance.used.0,
        held_minor: balance.held.0,
        available_minor: balance.available(),
        ts_ns: ts.0,
    };
    wire::BalanceReport::create(builder, &args)
}
