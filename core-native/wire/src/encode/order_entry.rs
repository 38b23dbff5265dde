//! Private frames: executions, positions, money, account state.

// HOT: `execution`, `position` and `balance` run for every order. No allocation, no formatting.

use jware_core::command::{AccountKind, PositionMode, Scope, TradingState};
use jware_core::event::{BalanceChange, Execution, PositionChange, TradeAdjustment};
use jware_core::order::{ClOrdId, Trail};
use jware_core::refusal::Refusal;
use jware_core::units::{AccountId, InstrumentId, PriceTicks, QtyLots, SelfTradeGroup, Seq, StrategyId, TsNs};

use super::frame::{FrameWriter, Reference, Table};
use super::session::{REFUSAL_SLOTS, refusal_table};
use super::{Encoder, text};
use crate::generated::{self as wire, ServerBody};
use crate::inbound::FrameRefusal;

/// What an account's snapshot is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountHead {
    /// The account.
    pub account: AccountId,
    /// Its sequence: private frames that follow carry the next ones.
    pub account_seq: u64,
    /// Its state.
    pub state: TradingState,
    /// Its kind.
    pub kind: AccountKind,
    /// Its position mode.
    pub position_mode: PositionMode,
    /// Its self-trade group; 0 = none.
    pub group: SelfTradeGroup,
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
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::ExecutionReport, EXECUTION_SLOTS);
        execution_report(frame, &mut table, execution, None, currency_code, seq, ts);
        frame.finish()
    }

    /// `ExecutionReport` of a trade that was bust or corrected.
    pub fn trade_adjusted(&mut self, told: &TradeAdjustment, seq: Seq, ts: TsNs) -> &[u8] {
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::ExecutionReport, ADJUSTMENT_SLOTS);
        execution_report(frame, &mut table, &told.execution, Some(told), "", seq, ts);
        frame.finish()
    }

    /// The same, with what is ahead of the order in its queue; none where it is in none.
    pub fn status(
        &mut self,
        execution: &Execution,
        queue_ahead: Option<QtyLots>,
        currency_code: &str,
        seq: Seq,
        ts: TsNs,
    ) -> &[u8] {
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::ExecutionReport, STATUS_SLOTS);
        queue_ahead_of(&mut table, queue_ahead);
        execution_report(frame, &mut table, execution, None, currency_code, seq, ts);
        frame.finish()
    }

    /// `PositionReport`.
    pub fn position(&mut self, position: &PositionChange, ts: TsNs) -> &[u8] {
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::PositionReport, POSITION_SLOTS);
        position_report(frame, &mut table, position, ts);
        frame.finish()
    }

    /// `BalanceReport`. `currency_code` is the code of `balance.currency`.
    pub fn balance(&mut self, balance: &BalanceChange, currency_code: &str, ts: TsNs) -> &[u8] {
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::BalanceReport, BALANCE_SLOTS);
        balance_report(frame, &mut table, balance, currency_code, ts);
        frame.finish()
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

    /// `OrderValidation`: refusals, and rules that the order passes, in precedence, each with the code of its currency or an empty text.
    pub fn order_validation<'c>(
        &mut self,
        answer: &ValidationAnswer<'_>,
        refusals: impl IntoIterator<Item = (Refusal, &'c str)>,
        passed: impl IntoIterator<Item = (Refusal, &'c str)>,
    ) -> &[u8] {
        type Slots = wire::OrderValidation<'static>;
        let refusals: Vec<_> = refusals.into_iter().collect();
        let passed: Vec<_> = passed.into_iter().collect();
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::OrderValidation, Slots::VT_PASSED + 2);
        table.i64(Slots::VT_PRICE_TICKS, answer.price.map_or(0, |price| price.0));
        table.u64(Slots::VT_TS_NS, answer.ts.0);
        table.u32(Slots::VT_ACCOUNT, answer.account.0);
        table.u32(Slots::VT_INSTRUMENT, answer.instrument.0);
        let cl_ord_id = table.reference(Slots::VT_CL_ORD_ID, !answer.cl_ord_id.is_empty());
        let refusals_at = table.reference(Slots::VT_REFUSALS, true);
        let fills_at = table.reference(Slots::VT_FILLS, true);
        let passed_at = table.reference(Slots::VT_PASSED, true);
        frame.end(&mut table);
        frame.name(cl_ord_id, answer.cl_ord_id);
        for (at, rules) in [(refusals_at, &refusals), (passed_at, &passed)] {
            frame.tables(at, rules, |frame, from, (rule, currency)| late_refusal(frame, from, rule, currency));
        }
        frame.structs(fills_at, answer.fills.iter().map(|&(price, qty)| wire::ExpectedFill::new(price.0, qty.0).0));
        frame.finish()
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
        type Slots = wire::AccountSnapshot<'static>;
        let executions: Vec<_> = executions.into_iter().collect();
        let positions: Vec<_> = positions.into_iter().collect();
        let balances: Vec<_> = balances.into_iter().collect();
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::AccountSnapshot, Slots::VT_POSITION_MODE + 2);
        table.u64(Slots::VT_ACCOUNT_SEQ, head.account_seq);
        table.u64(Slots::VT_TS_NS, head.ts.0);
        table.u32(Slots::VT_ACCOUNT, head.account.0);
        table.u32(Slots::VT_SELF_TRADE_GROUP, head.group.0);
        let orders_at = table.reference(Slots::VT_ORDERS, true);
        let positions_at = table.reference(Slots::VT_POSITIONS, true);
        let balances_at = table.reference(Slots::VT_BALANCES, true);
        table.u8(Slots::VT_STATE, head.state as u8);
        table.u8(Slots::VT_KIND, head.kind as u8);
        table.u8(Slots::VT_POSITION_MODE, head.position_mode as u8);
        frame.end(&mut table);
        frame.tables(orders_at, &executions, |frame, from, (execution, queue_ahead)| {
            let mut table = frame.table(from, STATUS_SLOTS);
            queue_ahead_of(&mut table, *queue_ahead);
            execution_report(frame, &mut table, execution, None, "", Seq(0), head.ts);
        });
        frame.tables(positions_at, &positions, |frame, from, position| {
            let mut table = frame.table(from, POSITION_SLOTS);
            position_report(frame, &mut table, position, head.ts);
        });
        frame.tables(balances_at, &balances, |frame, from, (balance, code)| {
            let mut table = frame.table(from, BALANCE_SLOTS);
            balance_report(frame, &mut table, balance, code, head.ts);
        });
        frame.finish()
    }
}

const EXECUTION_SLOTS: u16 = wire::ExecutionReport::VT_REFUSAL + 2;
const ADJUSTMENT_SLOTS: u16 = wire::ExecutionReport::VT_TEXT + 2;
const STATUS_SLOTS: u16 = wire::ExecutionReport::VT_QUEUE_AHEAD_LOTS + 2;
const POSITION_SLOTS: u16 = wire::PositionReport::VT_LEG + 2;
const BALANCE_SLOTS: u16 = wire::BalanceReport::VT_TS_NS + 2;

/// Nothing ahead is something to tell: the field's default is that it is not told.
fn queue_ahead_of(table: &mut Table, queue_ahead: Option<QtyLots>) {
    if let Some(ahead) = queue_ahead {
        table.fixed(wire::ExecutionReport::VT_QUEUE_AHEAD_LOTS, ahead.0.to_le_bytes());
    }
}

/// Its slots end at `EXECUTION_SLOTS`, with an adjustment at `ADJUSTMENT_SLOTS`, with what is ahead of it at `STATUS_SLOTS`.
#[inline]
fn execution_report(
    frame: &mut FrameWriter,
    table: &mut Table,
    execution: &Execution,
    adjustment: Option<&TradeAdjustment>,
    currency_code: &str,
    seq: Seq,
    ts: TsNs,
) {
    type Slots = wire::ExecutionReport<'static>;
    let terms = &execution.terms;
    let (trail_ticks, trail_bps) = match terms.trigger.trail {
        Trail::None => (0, 0),
        Trail::Ticks(ticks) => (ticks, 0),
        Trail::Bps(bps) => (0, bps),
    };
    let has_trigger = terms.ord_type.has_trigger();
    table.u64(Slots::VT_ACCOUNT_SEQ, execution.account_seq);
    table.u64(Slots::VT_SEQ, seq.0);
    table.u64(Slots::VT_TS_NS, ts.0);
    table.u64(Slots::VT_ORDER_ID, execution.order_id.0);
    table.u64(Slots::VT_EXEC_ID, execution.exec_id);
    table.i64(Slots::VT_ORDER_QTY_LOTS, terms.order_qty.0);
    table.i64(Slots::VT_PRICE_TICKS, terms.price.0);
    table.i64(Slots::VT_CUM_QTY_LOTS, execution.cum_qty.0);
    table.i64(Slots::VT_LEAVES_QTY_LOTS, execution.leaves_qty.0);
    table.i64(Slots::VT_CUM_LOT_TICKS, execution.cum_lot_ticks);
    table.i64(Slots::VT_LAST_QTY_LOTS, execution.last_qty.0);
    table.i64(Slots::VT_LAST_PX_TICKS, execution.last_px.0);
    table.i64(Slots::VT_LAST_FEE_MINOR, execution.last_fee.0);
    table.u64(Slots::VT_TRADE_ID, execution.trade_id.0);
    table.u64(Slots::VT_CREATED_TS_NS, execution.created.0);
    table.i64(Slots::VT_TRIGGER_PRICE_TICKS, terms.trigger.price.0);
    table.i64(Slots::VT_TRAIL_TICKS, trail_ticks);
    table.i64(Slots::VT_DISPLAY_QTY_LOTS, terms.display_qty.0);
    table.i64(Slots::VT_CASH_QTY_MINOR, terms.cash_qty.0);
    table.u64(Slots::VT_EXPIRE_TS_NS, terms.expire_ts.0);
    table.u64(Slots::VT_DEADLINE_TS_NS, terms.deadline.0);
    table.u64(Slots::VT_LIST_ID, execution.list.0);
    if let Some(told) = adjustment {
        table.u64(Slots::VT_EXEC_REF_ID, told.exec_ref_id);
    }
    table.u32(Slots::VT_ACCOUNT, execution.account.0);
    table.u32(Slots::VT_INSTRUMENT, execution.instrument.0);
    table.u32(Slots::VT_TRAIL_BPS, trail_bps);
    table.u32(Slots::VT_STRATEGY, terms.strategy.0);
    let cl_ord_id = table.reference(Slots::VT_CL_ORD_ID, !execution.cl_ord_id.is_empty());
    let orig_cl_ord_id = table.reference(Slots::VT_ORIG_CL_ORD_ID, !execution.orig_cl_ord_id.is_empty());
    let refusal = table.reference(Slots::VT_REFUSAL, execution.refusal.is_some());
    let why = adjustment.map(|told| (table.reference(Slots::VT_TEXT, !told.reason.is_empty()), told.reason.as_bytes()));
    table.u8(Slots::VT_EXEC_TYPE, execution.exec_type as u8);
    table.u8(Slots::VT_ORD_STATUS, execution.ord_status as u8);
    table.u8(Slots::VT_REASON, execution.reason as u8);
    table.u8(Slots::VT_SIDE, terms.side as u8);
    table.u8(Slots::VT_ORD_TYPE, terms.ord_type as u8);
    table.u8(Slots::VT_TIME_IN_FORCE, terms.time_in_force as u8);
    table.u8(Slots::VT_LIQUIDITY, execution.liquidity as u8);
    table.bool(Slots::VT_PRIORITY_KEPT, execution.priority_kept);
    table.u8(Slots::VT_TRIGGER_SOURCE, if has_trigger { terms.trigger.source as u8 } else { 0 });
    table.u8(Slots::VT_POST_ONLY, terms.post_only as u8);
    table.bool(Slots::VT_REDUCE_ONLY, terms.reduce_only);
    table.u8(Slots::VT_SELF_TRADE_PREVENTION, terms.self_trade_prevention as u8);
    table.bool(Slots::VT_WORKING, execution.working);
    table.u8(Slots::VT_CONTINGENCY, execution.contingency.map_or(0, |linked| linked as u8));
    frame.end(table);
    frame.name(cl_ord_id, &execution.cl_ord_id);
    frame.name(orig_cl_ord_id, &execution.orig_cl_ord_id);
    if let Some(late) = &execution.refusal {
        late_refusal(frame, refusal, late, currency_code);
    }
    if let Some((from, why)) = why {
        frame.text(from, why);
    }
}

/// A refusal inside another frame, which says what it is about.
fn late_refusal(frame: &mut FrameWriter, from: Reference, refusal: &Refusal, currency_code: &str) {
    let about = FrameRefusal::plain(jware_core::refusal::RequestKind::Frame, *refusal);
    let mut table = frame.table(from, REFUSAL_SLOTS);
    refusal_table(frame, &mut table, wire::RequestKind::None, &about, currency_code, TsNs(0));
}

fn position_report(frame: &mut FrameWriter, table: &mut Table, position: &PositionChange, ts: TsNs) {
    type Slots = wire::PositionReport<'static>;
    table.u64(Slots::VT_ACCOUNT_SEQ, position.account_seq);
    table.i64(Slots::VT_QTY_LOTS, position.qty.0);
    table.i64(Slots::VT_COST_MINOR, position.cost.0);
    table.i64(Slots::VT_REALISED_MINOR, position.realised.0);
    table.i64(Slots::VT_FEES_MINOR, position.fees.0);
    table.u64(Slots::VT_TS_NS, ts.0);
    table.u32(Slots::VT_ACCOUNT, position.account.0);
    table.u32(Slots::VT_INSTRUMENT, position.instrument.0);
    table.u8(Slots::VT_LEG, position.leg as u8);
    frame.end(table);
}

fn balance_report(frame: &mut FrameWriter, table: &mut Table, balance: &BalanceChange, currency_code: &str, ts: TsNs) {
    type Slots = wire::BalanceReport<'static>;
    table.u64(Slots::VT_ACCOUNT_SEQ, balance.account_seq);
    table.i64(Slots::VT_CASH_MINOR, balance.cash.0);
    table.i64(Slots::VT_USED_MINOR, balance.used.0);
    table.i64(Slots::VT_HELD_MINOR, balance.held.0);
    table.i64(Slots::VT_AVAILABLE_MINOR, balance.available());
    table.u64(Slots::VT_TS_NS, ts.0);
    table.u32(Slots::VT_ACCOUNT, balance.account.0);
    let currency = table.reference(Slots::VT_CURRENCY, !currency_code.is_empty());
    frame.end(table);
    frame.text(currency, currency_code.as_bytes());
}
