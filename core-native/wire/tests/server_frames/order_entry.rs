//! What happened to orders, positions and balances, and the state of their account.

use jware_core::account::Leg;
use jware_core::command::{AccountKind, Actor, PositionMode, Scope, TradingState};
use jware_core::event::{BalanceChange, Execution, FillFigures, PositionChange, TradeAdjustment};
use jware_core::order::{ClOrdId, OrderTerms, Side, Trail, Trigger};
use jware_core::refusal::{LimitUnit, Refusal, RefusalCode};
use jware_core::units::{AmountMinor, CurrencyId, OrderId, PriceTicks, QtyLots, SelfTradeGroup, Seq, StrategyId};
use jware_wire::Encoder;
use jware_wire::encode::{AccountHead, ValidationAnswer};
use jware_wire::generated::{self as wire};

use crate::{ACCOUNT, INSTRUMENT, TS, execution, name, read};

#[test]
fn a_corrected_trade_names_its_fill_and_the_reason() {
    let before = FillFigures { qty: QtyLots(1), price: PriceTicks(2), fee: AmountMinor(3) };
    let (actor, reason) = (Actor::default(), "fat finger".to_owned());
    let told = TradeAdjustment { execution: execution(), exec_ref_id: 77, before, actor, reason };
    let mut encoder = Encoder::new();
    let frame = wire::root_as_server_frame(encoder.trade_adjusted(&told, Seq(9), TS)).expect("a valid frame");
    let report = frame.body_as_execution_report().expect("a report");
    assert_eq!((report.exec_ref_id(), report.text()), (77, Some("fat finger")));
    let plain = wire::root_as_server_frame(encoder.execution(&execution(), "", Seq(9), TS)).expect("a valid frame");
    let plain = plain.body_as_execution_report().expect("a report");
    assert_eq!((plain.exec_ref_id(), plain.text()), (0, None), "an ordinary report has neither");
}

#[test]
fn execution_position_and_balance() {
    let mut encoder = Encoder::new();
    let frame = read(encoder.execution(&execution(), "", Seq(77), TS));
    check_execution(&frame.body_as_execution_report().expect("an ExecutionReport"), 77);
    let frame = read(encoder.position(&POSITION, TS));
    check_position(&frame.body_as_position_report().expect("a PositionReport"));
    let frame = read(encoder.balance(&BALANCE, "USDT", TS));
    check_balance(&frame.body_as_balance_report().expect("a BalanceReport"));
}

#[test]
fn an_empty_name_is_left_out() {
    let mut encoder = Encoder::new();
    let plain = Execution { orig_cl_ord_id: ClOrdId::EMPTY, ..execution() };
    let frame = read(encoder.execution(&plain, "", Seq(1), TS));
    assert_eq!(frame.body_as_execution_report().expect("an ExecutionReport").orig_cl_ord_id(), None);
}

#[test]
fn a_plain_order_says_nothing_of_triggers_lists_or_refusals() {
    let mut encoder = Encoder::new();
    let terms = OrderTerms::limit(Side::Buy, QtyLots(1), PriceTicks(2));
    let plain = Execution { terms, list: OrderId(0), contingency: None, refusal: None, ..execution() };
    let frame = read(encoder.execution(&plain, "", Seq(1), TS));
    let report = frame.body_as_execution_report().expect("an ExecutionReport");
    assert_eq!((report.trigger_price_ticks(), report.trigger_source()), (0, wire::TriggerSource::None));
    assert_eq!((report.trail_ticks(), report.trail_bps()), (0, 0));
    assert_eq!((report.list_id(), report.contingency(), report.refusal()), (0, wire::Contingency::None, None));
    let terms = OrderTerms { trigger: Trigger { trail: Trail::Bps(50), ..Trigger::default() }, ..terms };
    let frame = read(encoder.execution(&Execution { terms, ..plain }, "", Seq(1), TS));
    let report = frame.body_as_execution_report().expect("an ExecutionReport");
    assert_eq!((report.trail_ticks(), report.trail_bps()), (0, 50));
}

#[test]
fn account_status_mass_cancel_and_snapshot() {
    let mut encoder = Encoder::new();
    let frame = read(encoder.account_status(5, ACCOUNT, TradingState::Halted, "the desk asked", TS));
    let status = frame.body_as_account_status().expect("an AccountStatus");
    assert_eq!((status.account_seq(), status.account(), status.state()), (5, 1001, wire::TradingState::Halted));
    assert_eq!((status.reason(), status.ts_ns()), (Some("the desk asked"), TS.0));

    let frame = read(encoder.mass_canceled(ACCOUNT, &name("m-1"), 17, TS));
    let report = frame.body_as_mass_cancel_report().expect("a MassCancelReport");
    assert_eq!((report.account(), report.cl_ord_id(), report.canceled_count()), (1001, Some("m-1"), 17));
    assert_eq!(report.ts_ns(), TS.0);

    let head = AccountHead {
        account: ACCOUNT,
        account_seq: 40,
        state: TradingState::Active,
        kind: AccountKind::Margin,
        position_mode: PositionMode::Hedging,
        group: SelfTradeGroup(41),
        ts: TS,
    };
    let orders = [(execution(), Some(QtyLots(0))), (Execution { exec_id: 3, ..execution() }, None)];
    let frame = read(encoder.account_snapshot(&head, orders, [POSITION], [(BALANCE, "USDT")]));
    let snapshot = frame.body_as_account_snapshot().expect("an AccountSnapshot");
    assert_eq!((snapshot.account_seq(), snapshot.account(), snapshot.ts_ns()), (40, 1001, TS.0));
    assert_eq!(snapshot.state(), wire::TradingState::Active);
    assert_eq!((snapshot.kind(), snapshot.self_trade_group()), (wire::AccountKind::Margin, 41));
    assert_eq!(snapshot.position_mode(), wire::PositionMode::Hedging);
    let orders = snapshot.orders().expect("orders");
    assert_eq!(orders.len(), 2);
    check_execution(&orders.get(0), 0);
    assert_eq!(orders.get(1).exec_id(), 3);
    let ahead: Vec<i64> = orders.iter().map(|order| order.queue_ahead_lots()).collect();
    assert_eq!(ahead, [0, -1], "first in its queue, and in none");
    check_position(&snapshot.positions().expect("positions").get(0));
    check_balance(&snapshot.balances().expect("balances").get(0));

    let frame = read(encoder.account_snapshot(&head, [], [], []));
    let snapshot = frame.body_as_account_snapshot().expect("an AccountSnapshot");
    assert_eq!(snapshot.orders().map(|list| list.len()), Some(0), "nothing is told as nothing, not left out");
}

#[test]
fn scopes_have_a_state_and_a_validation_its_refusals_and_fills() {
    let mut encoder = Encoder::new();
    for (scope, kind, ids) in [
        (Scope::Firm, wire::ScopeKind::Firm, (0, 0, 0)),
        (Scope::Instrument(INSTRUMENT), wire::ScopeKind::Instrument, (0, 101, 0)),
        (Scope::Strategy(ACCOUNT, StrategyId(7)), wire::ScopeKind::Strategy, (1001, 0, 7)),
    ] {
        let frame = read(encoder.scope_status(scope, TradingState::Reducing, 9, "a reason", TS));
        let status = frame.body_as_scope_status().expect("a ScopeStatus");
        assert_eq!((status.scope(), status.state()), (kind, wire::TradingState::Reducing));
        assert_eq!((status.account(), status.instrument(), status.strategy()), ids);
        assert_eq!((status.canceled_count(), status.reason(), status.ts_ns()), (9, Some("a reason"), TS.0));
    }

    let (fills, cl_ord_id) = ([(PriceTicks(1), QtyLots(2)), (PriceTicks(3), QtyLots(4))], name("v-1"));
    let answer = ValidationAnswer {
        account: ACCOUNT,
        instrument: INSTRUMENT,
        cl_ord_id: &cl_ord_id,
        fills: &fills,
        price: Some(PriceTicks(5)),
        ts: TS,
    };
    let funds = Refusal::money(RefusalCode::InsufficientFunds, CurrencyId(1), 10, 11, 12);
    let qty = Refusal::limit(RefusalCode::OrderQtyLimit, LimitUnit::Lots, 7, 2, 7);
    let refusals = [(Refusal::plain(RefusalCode::FirmHalted), ""), (funds, "USD")];
    let frame = read(encoder.order_validation(&answer, refusals, [(qty, "")]));
    let validation = frame.body_as_order_validation().expect("an OrderValidation");
    assert_eq!((validation.account(), validation.instrument(), validation.cl_ord_id()), (1001, 101, Some("v-1")));
    assert_eq!((validation.price_ticks(), validation.ts_ns()), (5, TS.0));
    let told: Vec<_> = validation.fills().expect("fills").iter().map(|fill| (fill.price_ticks(), fill.qty_lots())).collect();
    assert_eq!(told, [(1, 2), (3, 4)]);
    let refusals = validation.refusals().expect("refusals");
    assert_eq!((refusals.len(), refusals.get(0).rule()), (2, Some("FIRM_HALTED")));
    let funds = refusals.get(1);
    assert_eq!((funds.currency(), funds.limit(), funds.value(), funds.headroom()), (Some("USD"), 10, 11, 12));
    let passed = validation.passed().expect("what it passes");
    let qty = passed.get(0);
    assert_eq!((passed.len(), qty.rule(), qty.limit(), qty.value(), qty.headroom()), (1, Some("ORDER_QTY_LIMIT"), 7, 2, 7));

    let nothing = ValidationAnswer { fills: &[], price: None, ..answer };
    let frame = read(encoder.order_validation(&nothing, [], []));
    let validation = frame.body_as_order_validation().expect("an OrderValidation");
    assert_eq!(validation.refusals().map(|list| list.len()), Some(0), "nothing is told as nothing, not left out");
    assert_eq!(validation.passed().map(|list| list.len()), Some(0));
    assert_eq!((validation.fills().map(|list| list.len()), validation.price_ticks()), (Some(0), 0));
}

fn check_execution(report: &wire::ExecutionReport<'_>, seq: u64) {
    assert_eq!((report.account_seq(), report.seq(), report.ts_ns()), (1, seq, TS.0));
    assert_eq!((report.account(), report.instrument()), (1001, 101));
    assert_eq!((report.order_id(), report.exec_id()), (3, 2));
    assert_eq!((report.cl_ord_id(), report.orig_cl_ord_id()), (Some("new-name"), Some("old-name")));
    assert_eq!(report.exec_type(), wire::ExecType::Replaced);
    assert_eq!(report.ord_status(), wire::OrdStatus::PartiallyFilled);
    assert_eq!(report.reason(), wire::ExecReason::ReplaceBelowCum);
    assert_eq!(report.side(), wire::Side::Sell);
    assert_eq!(report.ord_type(), wire::OrdType::StopLimit);
    assert_eq!(report.time_in_force(), wire::TimeInForce::Gtd);
    assert_eq!((report.order_qty_lots(), report.price_ticks()), (4, 5));
    assert_eq!((report.cum_qty_lots(), report.leaves_qty_lots(), report.cum_lot_ticks()), (6, 7, 8));
    assert_eq!((report.last_qty_lots(), report.last_px_ticks(), report.last_fee_minor()), (9, 10, -11));
    assert_eq!(report.liquidity(), wire::LiquidityInd::Maker);
    assert_eq!((report.trade_id(), report.priority_kept(), report.created_ts_ns()), (12, true, 13));
    assert_eq!((report.trigger_price_ticks(), report.trigger_source()), (15, wire::TriggerSource::Quote));
    assert_eq!((report.trail_ticks(), report.trail_bps(), report.display_qty_lots()), (16, 0, 17));
    assert_eq!((report.cash_qty_minor(), report.expire_ts_ns(), report.deadline_ts_ns()), (18, 19, 21));
    assert_eq!((report.post_only(), report.reduce_only()), (wire::PostOnly::Reject, true));
    assert_eq!(report.self_trade_prevention(), wire::SelfTradePrevention::CancelBoth);
    assert_eq!((report.strategy(), report.working(), report.list_id()), (20, true, 22));
    assert_eq!(report.contingency(), wire::Contingency::Bracket);
    let refusal = report.refusal().expect("a refusal");
    assert_eq!((refusal.code(), refusal.rule()), (RefusalCode::PriceCollar.number(), Some("PRICE_COLLAR")));
    assert_eq!((refusal.text(), refusal.transient()), (Some(RefusalCode::PriceCollar.text()), false));
    assert_eq!((refusal.unit(), refusal.limit(), refusal.value(), refusal.headroom()), (wire::LimitUnit::Ticks, 23, 24, 25));
    assert_eq!((refusal.response_to(), refusal.account(), refusal.cl_ord_id()), (wire::RequestKind::None, 0, None));
    assert_eq!((refusal.scope(), refusal.scope_account(), refusal.scope_id()), (wire::LimitScope::Strategy, 26, 27));
}

const POSITION: PositionChange = PositionChange {
    account_seq: 21,
    account: ACCOUNT,
    instrument: INSTRUMENT,
    qty: QtyLots(-22),
    cost: AmountMinor(-23),
    realised: AmountMinor(24),
    fees: AmountMinor(25),
    leg: Leg::Short,
};

fn check_position(report: &wire::PositionReport<'_>) {
    assert_eq!((report.account_seq(), report.account(), report.instrument()), (21, 1001, 101));
    assert_eq!((report.qty_lots(), report.cost_minor(), report.leg()), (-22, -23, wire::PositionLeg::Short));
    assert_eq!((report.realised_minor(), report.fees_minor(), report.ts_ns()), (24, 25, TS.0));
}

const BALANCE: BalanceChange = BalanceChange {
    account_seq: 31,
    account: ACCOUNT,
    currency: CurrencyId(1),
    cash: AmountMinor(1_000),
    used: AmountMinor(300),
    held: AmountMinor(50),
};

fn check_balance(report: &wire::BalanceReport<'_>) {
    assert_eq!((report.account_seq(), report.account(), report.currency()), (31, 1001, Some("USDT")));
    assert_eq!((report.cash_minor(), report.used_minor(), report.held_minor()), (1_000, 300, 50));
    assert_eq!((report.available_minor(), report.ts_ns()), (650, TS.0));
}
