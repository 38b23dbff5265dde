//! Every server frame, read back the way a client does: verified, then field by field.

use jware_core::account::Leg;
use jware_core::bar::{Bar, BarInterval};
use jware_core::command::{AccountKind, Actor, BookState, PositionMode, Scope, TradingState};
use jware_core::event::{BalanceChange, Execution, FillFigures, PositionChange, TradeAdjustment};
use jware_core::fee::FeeTier;
use jware_core::instrument::{CollarReference, CollarRules, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::order::{
    ClOrdId, Contingency, ExecReason, ExecType, LiquidityInd, OrdStatus, OrdType, OrderTerms, PostOnly, SelfTradePrevention,
    Side, TimeInForce, Trail, Trigger, TriggerSource,
};
use jware_core::refusal::{LimitUnit, Refusal, RefusalCode, RequestKind};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, OrderId, PriceTicks, QtyLots, SelfTradeGroup, Seq, SessionId,
    StrategyId, TradeId, TsNs, UserId,
};
use jware_wire::encode::{
    AccountGrant, AccountHead, BookHead, ConfigurationNotice, FeeScheduleNotice, LimitNotice, LogonAnswer, QuoteRow, TraceAnswer,
    TraceStages, TradeRow, ValidationAnswer,
};
use jware_wire::generated::{self as wire, ServerFrame, root_as_server_frame};
use jware_wire::{AckMode, Encoder, FrameRefusal, Permission};

const ACCOUNT: AccountId = AccountId(1001);
const INSTRUMENT: InstrumentId = InstrumentId(101);
const TS: TsNs = TsNs(1_700_000_000_123_456_789);

fn read(bytes: &[u8]) -> ServerFrame<'_> {
    root_as_server_frame(bytes).expect("a valid frame")
}

fn name(text: &str) -> ClOrdId {
    ClOrdId::new(text.as_bytes()).expect("a valid name")
}

/// Every field has a value of its own, so that a swapped pair shows.
fn execution() -> Execution {
    Execution {
        account_seq: 1,
        exec_id: 2,
        account: ACCOUNT,
        instrument: INSTRUMENT,
        order_id: OrderId(3),
        cl_ord_id: name("new-name"),
        orig_cl_ord_id: name("old-name"),
        exec_type: ExecType::Replaced,
        ord_status: OrdStatus::PartiallyFilled,
        reason: ExecReason::ReplaceBelowCum,
        terms: OrderTerms {
            side: Side::Sell,
            ord_type: OrdType::StopLimit,
            time_in_force: TimeInForce::Gtd,
            order_qty: QtyLots(4),
            price: PriceTicks(5),
            trigger: Trigger { price: PriceTicks(15), source: TriggerSource::Quote, trail: Trail::Ticks(16) },
            display_qty: QtyLots(17),
            cash_qty: AmountMinor(18),
            expire_ts: TsNs(19),
            post_only: PostOnly::Reject,
            reduce_only: true,
            self_trade_prevention: SelfTradePrevention::CancelBoth,
            strategy: StrategyId(20),
            deadline: TsNs(21),
        },
        working: true,
        list: OrderId(22),
        contingency: Some(Contingency::Bracket),
        refusal: Some(Refusal {
            code: RefusalCode::PriceCollar,
            unit: LimitUnit::Ticks,
            limit: 23,
            value: 24,
            headroom: 25,
            currency: CurrencyId(0),
            scope: Some(LimitScope::Strategy(AccountId(26), StrategyId(27))),
        }),
        cum_qty: QtyLots(6),
        leaves_qty: QtyLots(7),
        cum_lot_ticks: 8,
        last_qty: QtyLots(9),
        last_px: PriceTicks(10),
        last_fee: AmountMinor(-11),
        liquidity: LiquidityInd::Maker,
        trade_id: TradeId(12),
        priority_kept: true,
        created: TsNs(13),
        session: SessionId(14),
    }
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
fn every_enum_has_the_wires_number() {
    let mut encoder = Encoder::new();
    let mut seen = |change: &dyn Fn(&mut Execution)| {
        let mut execution = execution();
        change(&mut execution);
        let frame = read(encoder.execution(&execution, "", Seq(1), TS));
        let report = frame.body_as_execution_report().expect("an ExecutionReport");
        (report.exec_type(), report.ord_status(), report.reason(), report.side(), report.ord_type(), report.liquidity())
    };
    for (ours, theirs) in [
        (ExecType::New, wire::ExecType::New),
        (ExecType::Trade, wire::ExecType::Trade),
        (ExecType::Replaced, wire::ExecType::Replaced),
        (ExecType::Canceled, wire::ExecType::Canceled),
        (ExecType::Expired, wire::ExecType::Expired),
        (ExecType::Status, wire::ExecType::Status),
        (ExecType::Triggered, wire::ExecType::Triggered),
        (ExecType::Restated, wire::ExecType::Restated),
        (ExecType::Rejected, wire::ExecType::Rejected),
        (ExecType::PendingNew, wire::ExecType::PendingNew),
        (ExecType::PendingCancel, wire::ExecType::PendingCancel),
        (ExecType::PendingReplace, wire::ExecType::PendingReplace),
        (ExecType::Unknown, wire::ExecType::Unknown),
    ] {
        assert_eq!(seen(&|execution| execution.exec_type = ours).0, theirs);
    }
    for (ours, theirs) in [
        (OrdStatus::New, wire::OrdStatus::New),
        (OrdStatus::PartiallyFilled, wire::OrdStatus::PartiallyFilled),
        (OrdStatus::Filled, wire::OrdStatus::Filled),
        (OrdStatus::Canceled, wire::OrdStatus::Canceled),
        (OrdStatus::Expired, wire::OrdStatus::Expired),
        (OrdStatus::Denied, wire::OrdStatus::Denied),
        (OrdStatus::Held, wire::OrdStatus::Held),
        (OrdStatus::Rejected, wire::OrdStatus::Rejected),
        (OrdStatus::PendingNew, wire::OrdStatus::PendingNew),
        (OrdStatus::PendingCancel, wire::OrdStatus::PendingCancel),
        (OrdStatus::PendingReplace, wire::OrdStatus::PendingReplace),
        (OrdStatus::Unknown, wire::OrdStatus::Unknown),
    ] {
        assert_eq!(seen(&|execution| execution.ord_status = ours).1, theirs);
    }
    for (ours, theirs) in [
        (ExecReason::None, wire::ExecReason::None),
        (ExecReason::Requested, wire::ExecReason::Requested),
        (ExecReason::MassCancel, wire::ExecReason::MassCancel),
        (ExecReason::Halted, wire::ExecReason::Halted),
        (ExecReason::IocRemainder, wire::ExecReason::IocRemainder),
        (ExecReason::FokUnfillable, wire::ExecReason::FokUnfillable),
        (ExecReason::MarketRemainder, wire::ExecReason::MarketRemainder),
        (ExecReason::Disconnect, wire::ExecReason::Disconnect),
        (ExecReason::ReplaceBelowCum, wire::ExecReason::ReplaceBelowCum),
        (ExecReason::SelfTrade, wire::ExecReason::SelfTrade),
        (ExecReason::TimeReached, wire::ExecReason::TimeReached),
        (ExecReason::SessionClosed, wire::ExecReason::SessionClosed),
        (ExecReason::Linked, wire::ExecReason::Linked),
        (ExecReason::ReduceOnly, wire::ExecReason::ReduceOnly),
        (ExecReason::PostOnly, wire::ExecReason::PostOnly),
        (ExecReason::Refused, wire::ExecReason::Refused),
        (ExecReason::Flatten, wire::ExecReason::Flatten),
        (ExecReason::Liquidation, wire::ExecReason::Liquidation),
    ] {
        assert_eq!(seen(&|execution| execution.reason = ours).2, theirs);
    }
    assert_eq!(seen(&|execution| execution.terms.side = Side::Buy).3, wire::Side::Buy);
    for (ours, theirs) in [
        (OrdType::Market, wire::OrdType::Market),
        (OrdType::Limit, wire::OrdType::Limit),
        (OrdType::Stop, wire::OrdType::Stop),
        (OrdType::StopLimit, wire::OrdType::StopLimit),
        (OrdType::TrailingStop, wire::OrdType::TrailingStop),
        (OrdType::MarketIfTouched, wire::OrdType::MarketIfTouched),
        (OrdType::LimitIfTouched, wire::OrdType::LimitIfTouched),
    ] {
        assert_eq!(seen(&|execution| execution.terms.ord_type = ours).4, theirs);
    }
    for (ours, theirs) in [
        (TimeInForce::Gtc, wire::TimeInForce::Gtc),
        (TimeInForce::Day, wire::TimeInForce::Day),
        (TimeInForce::Ioc, wire::TimeInForce::Ioc),
        (TimeInForce::Fok, wire::TimeInForce::Fok),
        (TimeInForce::Gtd, wire::TimeInForce::Gtd),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (TriggerSource::Last, wire::TriggerSource::Last),
        (TriggerSource::Mark, wire::TriggerSource::Mark),
        (TriggerSource::Quote, wire::TriggerSource::Quote),
        (TriggerSource::Mid, wire::TriggerSource::Mid),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (PostOnly::No, wire::PostOnly::None),
        (PostOnly::Reject, wire::PostOnly::Reject),
        (PostOnly::Reprice, wire::PostOnly::Reprice),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (SelfTradePrevention::None, wire::SelfTradePrevention::Allow),
        (SelfTradePrevention::CancelNewest, wire::SelfTradePrevention::CancelNewest),
        (SelfTradePrevention::CancelOldest, wire::SelfTradePrevention::CancelOldest),
        (SelfTradePrevention::CancelBoth, wire::SelfTradePrevention::CancelBoth),
        (SelfTradePrevention::Decrement, wire::SelfTradePrevention::Decrement),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (Contingency::Oco, wire::Contingency::Oco),
        (Contingency::Oto, wire::Contingency::Oto),
        (Contingency::Bracket, wire::Contingency::Bracket),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (TradingState::Active, wire::TradingState::Active),
        (TradingState::Halted, wire::TradingState::Halted),
        (TradingState::Reducing, wire::TradingState::Reducing),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    assert_eq!(seen(&|execution| execution.liquidity = LiquidityInd::None).5, wire::LiquidityInd::None);
    assert_eq!(seen(&|execution| execution.liquidity = LiquidityInd::Taker).5, wire::LiquidityInd::Taker);
    for (ours, theirs) in [
        (LimitUnit::None, wire::LimitUnit::None),
        (LimitUnit::Ticks, wire::LimitUnit::Ticks),
        (LimitUnit::Lots, wire::LimitUnit::Lots),
        (LimitUnit::Minor, wire::LimitUnit::Minor),
        (LimitUnit::Count, wire::LimitUnit::Count),
        (LimitUnit::Bytes, wire::LimitUnit::Bytes),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (RequestKind::Frame, wire::RequestKind::Frame),
        (RequestKind::Logon, wire::RequestKind::Logon),
        (RequestKind::NewOrder, wire::RequestKind::NewOrder),
        (RequestKind::Cancel, wire::RequestKind::Cancel),
        (RequestKind::Replace, wire::RequestKind::Replace),
        (RequestKind::MassCancel, wire::RequestKind::MassCancel),
        (RequestKind::Control, wire::RequestKind::Control),
        (RequestKind::Subscribe, wire::RequestKind::Subscribe),
        (RequestKind::NewOrderList, wire::RequestKind::NewOrderList),
        (RequestKind::Batch, wire::RequestKind::Batch),
        (RequestKind::Validate, wire::RequestKind::Validate),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (BookState::Synced, wire::BookState::Synced),
        (BookState::Stale, wire::BookState::Stale),
        (BookState::Resyncing, wire::BookState::Resyncing),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in
        [(Venue::Internal, wire::Venue::Internal), (Venue::Simulated, wire::Venue::Simulated), (Venue::Paper, wire::Venue::Paper)]
    {
        assert_eq!(ours as u8, theirs.0);
    }
}

#[test]
fn an_empty_name_is_left_out() {
    let mut encoder = Encoder::new();
    let plain = Execution { orig_cl_ord_id: ClOrdId::EMPTY, ..execution() };
    let frame = read(encoder.execution(&plain, "", Seq(1), TS));
    assert_eq!(frame.body_as_execution_report().expect("an ExecutionReport").orig_cl_ord_id(), None);
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

#[test]
fn every_refusal_has_its_number_name_and_words() {
    let mut encoder = Encoder::new();
    for code in RefusalCode::ALL {
        let refused = FrameRefusal {
            request: RequestKind::Replace,
            refusal: Refusal::money(code, CurrencyId(1), 1, 2, -3),
            account: ACCOUNT,
            instrument: INSTRUMENT,
            cl_ord_id: name("r-1"),
            orig_cl_ord_id: name("o-1"),
        };
        let frame = read(encoder.refusal(&refused, "USD", TS));
        let refusal = frame.body_as_refusal().expect("a Refusal");
        assert_eq!(refusal.response_to(), wire::RequestKind::Replace);
        assert_eq!((refusal.code(), refusal.transient()), (code.number(), code.is_transient()));
        assert_eq!((refusal.rule(), refusal.text()), (Some(code.name()), Some(code.text())));
        assert_eq!((refusal.account(), refusal.instrument(), refusal.ts_ns()), (1001, 101, TS.0));
        assert_eq!((refusal.cl_ord_id(), refusal.orig_cl_ord_id()), (Some("r-1"), Some("o-1")));
        assert_eq!((refusal.unit(), refusal.currency()), (wire::LimitUnit::Minor, Some("USD")));
        assert_eq!((refusal.limit(), refusal.value(), refusal.headroom()), (1, 2, -3));
    }
    let refused = FrameRefusal::plain(RequestKind::Frame, Refusal::plain(RefusalCode::FrameInvalid));
    let frame = read(encoder.refusal(&refused, "", TS));
    let refusal = frame.body_as_refusal().expect("a Refusal");
    assert_eq!((refusal.account(), refusal.cl_ord_id(), refusal.currency()), (0, None, None));
    assert_eq!((refusal.scope(), refusal.scope_account(), refusal.scope_id()), (wire::LimitScope::None, 0, 0));
}

#[test]
fn session_frames() {
    let mut encoder = Encoder::new();
    let accounts = [
        AccountGrant { account: ACCOUNT, name: "PAPER-1", permissions: Permission::Read | Permission::Trade },
        AccountGrant { account: AccountId(1002), name: "PAPER-2", permissions: Permission::Read },
    ];
    let answer = LogonAnswer {
        user: "trader",
        session: SessionId(9),
        ack_mode: AckMode::Durable,
        server_ts: TS,
        heartbeat_ms: 5_000,
        accounts: &accounts,
        key: KeyId(6),
    };
    let frame = read(encoder.logon_ack(&answer));
    let ack = frame.body_as_logon_ack().expect("a LogonAck");
    assert_eq!((ack.user(), ack.session(), ack.ack_mode()), (Some("trader"), 9, AckMode::Durable));
    assert_eq!((ack.server_ts_ns(), ack.heartbeat_ms(), ack.key()), (TS.0, 5_000, 6));
    let granted: Vec<_> = ack
        .accounts()
        .expect("accounts")
        .iter()
        .map(|account| {
            (account.account(), account.name().map(str::to_owned), Permission::from_bits_retain(account.permissions()))
        })
        .collect();
    assert_eq!(
        granted,
        [
            (1001, Some("PAPER-1".to_owned()), Permission::Read | Permission::Trade),
            (1002, Some("PAPER-2".to_owned()), Permission::Read)
        ]
    );

    let frame = read(encoder.heartbeat(123, TS));
    let heartbeat = frame.body_as_heartbeat().expect("a Heartbeat");
    assert_eq!((heartbeat.client_ts_ns(), heartbeat.server_ts_ns()), (123, TS.0));

    let frame = read(encoder.logout(4008, "slow consumer"));
    let logout = frame.body_as_logout().expect("a Logout");
    assert_eq!((logout.code(), logout.text()), (4008, Some("slow consumer")));
}

#[test]
fn a_trace_has_a_place_for_every_stage() {
    let answer = TraceAnswer {
        request: RequestKind::Replace,
        account: ACCOUNT,
        cl_ord_id: &name("traced"),
        sent_ts_ns: 1,
        read_ts: TS,
        stages: TraceStages {
            decoded_ns: 2,
            checked_ns: 3,
            matched_ns: 4,
            journalled_ns: 5,
            encoded_ns: 6,
            durable_ns: 7,
            written_ns: u32::MAX,
        },
    };
    let mut encoder = Encoder::new();
    let frame = read(encoder.latency_trace(&answer));
    let trace = frame.body_as_latency_trace().expect("a trace");
    assert_eq!((trace.response_to(), trace.account()), (wire::RequestKind::Replace, ACCOUNT.0));
    assert_eq!((trace.cl_ord_id(), trace.sent_ts_ns(), trace.read_ts_ns()), (Some("traced"), 1, TS.0));
    let stages = [trace.decoded_ns(), trace.checked_ns(), trace.matched_ns(), trace.journalled_ns(), trace.encoded_ns()];
    assert_eq!((stages, trace.durable_ns(), trace.written_ns()), ([2, 3, 4, 5, 6], 7, u32::MAX));
    let nameless = TraceAnswer { cl_ord_id: &ClOrdId::EMPTY, ..answer };
    assert_eq!(read(encoder.latency_trace(&nameless)).body_as_latency_trace().expect("a trace").cl_ord_id(), None);
}

#[test]
fn instruments() {
    let definition = InstrumentDefinition {
        instrument: INSTRUMENT,
        symbol: "BTCUSDT".to_owned(),
        name: "Bitcoin / Tether".to_owned(),
        asset_class: "crypto".to_owned(),
        venue: Venue::Paper,
        base_currency: "BTC".to_owned(),
        quote_currency: CurrencyId(2),
        price_decimals: 2,
        tick_mantissa: 1,
        qty_decimals: 5,
        lot_mantissa: 3,
        tick_lot_minor: 10,
        qty_lots_min: QtyLots(4),
        qty_lots_max: QtyLots(900_000),
        notional_minor_max: AmountMinor(i64::MAX),
        collar_bps: 500,
        maker_fee_ppm: -20,
        taker_fee_ppm: 350,
        session: TradingSession { open_minute: 870, close_minute: 1_260, weekdays: 0b001_1111 },
        collar: CollarRules { reference: CollarReference::Last, ticks: 31, window_bps: 32, window_ns: 33 },
        margin: MarginRules { initial_ppm: 34, maintenance_ppm: 35 },
        mark_stale_ns: 0,
        paper: jware_core::paper::PaperRules::default(),
    };
    let mut encoder = Encoder::new();
    let frame = read(encoder.instrument_list([(&definition, "USDT", 8)]));
    let list = frame.body_as_instrument_list().expect("an InstrumentList").instruments().expect("instruments");
    assert_eq!(list.len(), 1);
    let read = list.get(0);
    assert_eq!((read.instrument(), read.symbol(), read.name()), (101, Some("BTCUSDT"), Some("Bitcoin / Tether")));
    assert_eq!((read.asset_class(), read.venue()), (Some("crypto"), wire::Venue::Paper));
    assert_eq!((read.base_currency(), read.quote_currency()), (Some("BTC"), Some("USDT")));
    assert_eq!((read.price_decimals(), read.tick_mantissa()), (2, 1));
    assert_eq!((read.qty_decimals(), read.lot_mantissa()), (5, 3));
    assert_eq!((read.currency_decimals(), read.tick_lot_minor()), (8, 10));
    assert_eq!((read.qty_lots_min(), read.qty_lots_max()), (4, 900_000));
    assert_eq!((read.notional_minor_max(), read.collar_bps()), (i64::MAX, 500));
    assert_eq!((read.maker_fee_ppm(), read.taker_fee_ppm()), (-20, 350));
    assert_eq!((read.session_open_minute(), read.session_close_minute(), read.session_weekdays()), (870, 1_260, 31));
    assert_eq!((read.collar_reference(), read.collar_ticks()), (wire::CollarReference::Last, 31));
    assert_eq!((read.collar_window_bps(), read.collar_window_ns()), (32, 33));
    assert_eq!((read.initial_margin_ppm(), read.maintenance_margin_ppm()), (34, 35));
}

#[test]
fn limits_say_whose_they_are_and_who_set_them() {
    let mut encoder = Encoder::new();
    let actor = Actor { user: UserId(1), session: SessionId(2), key: KeyId(3) };
    for (scope, told) in [
        (LimitScope::Firm, (wire::LimitScope::Firm, 0, 0)),
        (LimitScope::Account(ACCOUNT), (wire::LimitScope::Account, 1001, 0)),
        (LimitScope::Strategy(ACCOUNT, StrategyId(4)), (wire::LimitScope::Strategy, 1001, 4)),
        (LimitScope::User(UserId(5)), (wire::LimitScope::User, 0, 5)),
        (LimitScope::Key(KeyId(6)), (wire::LimitScope::Key, 0, 6)),
    ] {
        let name = LimitName { kind: LimitKind::WindowNotional, instrument: INSTRUMENT, currency: CurrencyId(1) };
        let set = LimitNotice { scope, name, currency_code: "USD", max: Some(7), window_ns: 8, actor, reason: "review" };
        let frame = read(encoder.limit_status(&set, TS));
        let status = frame.body_as_limit_status().expect("a LimitStatus");
        assert_eq!((status.scope(), status.scope_account(), status.scope_id()), told);
        assert_eq!((status.kind(), status.instrument()), (wire::LimitKind::WindowNotional, 101));
        assert_eq!((status.currency(), status.is_set(), status.max(), status.window_ns()), (Some("USD"), true, 7, 8));
        let who = status.actor().expect("an actor");
        assert_eq!((who.user(), who.session(), who.key()), (1, 2, 3));
        assert_eq!((status.reason(), status.ts_ns()), (Some("review"), TS.0));
        let frame = read(encoder.limit_status(&LimitNotice { max: None, ..set }, TS));
        let status = frame.body_as_limit_status().expect("a LimitStatus");
        assert_eq!((status.is_set(), status.max()), (false, 0));
    }
    for kind in LimitKind::ALL {
        let frame = read(encoder.loss_limit(ACCOUNT, kind, "USD", 9, 10, TS));
        let report = frame.body_as_loss_limit_report().expect("a LossLimitReport");
        assert_eq!(report.kind().variant_name().map(str::to_owned), Some(format!("{kind:?}")));
        assert_eq!((report.account(), report.currency(), report.max_minor()), (1001, Some("USD"), 9));
        assert_eq!((report.loss_minor(), report.ts_ns()), (10, TS.0));
    }
    let frame = read(encoder.liquidation(ACCOUNT, "USD", -11, 12, TS));
    let report = frame.body_as_liquidation_report().expect("a LiquidationReport");
    assert_eq!((report.account(), report.currency(), report.ts_ns()), (1001, Some("USD"), TS.0));
    assert_eq!((report.equity_minor(), report.maintenance_minor()), (-11, 12));

    for (kind, theirs) in [
        (AccountKind::Standard, wire::AccountKind::Standard),
        (AccountKind::Cash, wire::AccountKind::Cash),
        (AccountKind::Margin, wire::AccountKind::Margin),
    ] {
        let made = ConfigurationNotice {
            account: ACCOUNT,
            kind,
            position_mode: PositionMode::Hedging,
            group: SelfTradeGroup(13),
            base_currency: "EUR",
            actor,
            reason: "asked",
        };
        let frame = read(encoder.account_configuration(&made, TS));
        let told = frame.body_as_account_configuration().expect("an AccountConfiguration");
        assert_eq!((told.account(), told.kind(), told.self_trade_group()), (1001, theirs, 13));
        assert_eq!((told.base_currency(), told.position_mode()), (Some("EUR"), wire::PositionMode::Hedging));
        assert_eq!((told.actor().map(wire::Actor::user), told.reason(), told.ts_ns()), (Some(1), Some("asked"), TS.0));
    }
}

#[test]
fn fee_schedules() {
    let mut encoder = Encoder::new();
    let actor = Actor { user: UserId(1), session: SessionId(2), key: KeyId(3) };
    let tiers = [
        FeeTier { notional_min: AmountMinor(0), maker_fee_ppm: 4, taker_fee_ppm: 5 },
        FeeTier { notional_min: AmountMinor(i64::MAX), maker_fee_ppm: -6, taker_fee_ppm: 7 },
    ];
    let set = FeeScheduleNotice { account: ACCOUNT, currency_code: "USD", tiers: &tiers, actor, reason: "review" };
    let frame = read(encoder.fee_schedule(&set, TS));
    let told = frame.body_as_fee_schedule_status().expect("a FeeScheduleStatus");
    assert_eq!((told.account(), told.currency(), told.reason(), told.ts_ns()), (1001, Some("USD"), Some("review"), TS.0));
    let who = told.actor().expect("an actor");
    assert_eq!((who.user(), who.session(), who.key()), (1, 2, 3));
    let rows =
        told.tiers().expect("a list").iter().map(|tier| (tier.notional_min_minor(), tier.maker_fee_ppm(), tier.taker_fee_ppm()));
    assert_eq!(rows.collect::<Vec<_>>(), [(0, 4, 5), (i64::MAX, -6, 7)]);

    let frame = read(encoder.fee_schedule(&FeeScheduleNotice { account: AccountId(0), tiers: &[], ..set }, TS));
    let told = frame.body_as_fee_schedule_status().expect("a FeeScheduleStatus");
    assert_eq!((told.account(), told.tiers().map(|tiers| tiers.len())), (0, Some(0)));
}

fn pairs(levels: Option<flatbuffers::Vector<'_, wire::BookLevel>>) -> Vec<(i64, i64)> {
    levels.expect("a list").iter().map(|level| (level.price_ticks(), level.qty_lots())).collect()
}

#[test]
fn books() {
    let mut encoder = Encoder::new();
    let head = BookHead { instrument: INSTRUMENT, seq: 6, state: BookState::Resyncing, ts_event: TsNs(1), ts_recv: TsNs(2) };
    let bids = [(PriceTicks(100), QtyLots(5)), (PriceTicks(99), QtyLots(i64::MAX))];
    let asks = [(PriceTicks(101), QtyLots(0))];

    let frame = read(encoder.book_snapshot(&head, &bids, &asks));
    let book = frame.body_as_book_snapshot().expect("a BookSnapshot");
    assert_eq!((book.instrument(), book.seq(), book.state()), (101, 6, wire::BookState::Resyncing));
    assert_eq!((book.ts_event_ns(), book.ts_recv_ns()), (1, 2));
    assert_eq!(pairs(book.bids()), [(100, 5), (99, i64::MAX)]);
    assert_eq!(pairs(book.asks()), [(101, 0)]);

    let frame = read(encoder.book_delta(&head, &bids, &[]));
    let delta = frame.body_as_book_delta().expect("a BookDelta");
    assert_eq!((delta.instrument(), delta.seq(), delta.state()), (101, 6, wire::BookState::Resyncing));
    assert_eq!((delta.ts_event_ns(), delta.ts_recv_ns()), (1, 2));
    assert_eq!(pairs(delta.bids()), [(100, 5), (99, i64::MAX)]);
    assert_eq!(pairs(delta.asks()), []);

    // Far more levels than the encoder has room for at first, then a small frame in the grown buffer.
    let deep: Vec<_> = (1..=20_000).map(|price| (PriceTicks(price), QtyLots(price * 2))).collect();
    let frame = read(encoder.book_snapshot(&head, &deep, &deep));
    let book = frame.body_as_book_snapshot().expect("a BookSnapshot");
    assert_eq!(pairs(book.asks())[19_999], (20_000, 40_000));
    let frame = read(encoder.book_delta(&head, &[], &asks));
    assert_eq!(pairs(frame.body_as_book_delta().expect("a BookDelta").bids()), []);
}

#[test]
fn quotes_trades_and_bars() {
    let mut encoder = Encoder::new();
    let quote = QuoteRow {
        instrument: INSTRUMENT,
        seq: 3,
        ts_event: TsNs(4),
        ts_recv: TsNs(5),
        bid: Some((PriceTicks(6), QtyLots(7))),
        ask: None,
        state: BookState::Synced,
        last: PriceTicks(8),
        reference: PriceTicks(9),
        day_volume: QtyLots(10),
    };
    let frame = read(encoder.quote(&quote));
    let read_quote = frame.body_as_quote().expect("a Quote");
    assert_eq!((read_quote.instrument(), read_quote.seq(), read_quote.state()), (101, 3, wire::BookState::Synced));
    assert_eq!((read_quote.ts_event_ns(), read_quote.ts_recv_ns()), (4, 5));
    let bid = read_quote.bid().expect("a bid");
    assert_eq!((bid.price_ticks(), bid.qty_lots()), (6, 7));
    assert_eq!(read_quote.ask().expect("an ask").qty_lots(), 0, "an empty side has quantity 0");
    assert_eq!((read_quote.last_ticks(), read_quote.reference_ticks(), read_quote.day_volume_lots()), (8, 9, 10));

    let rows = [
        TradeRow { ts_event: TsNs(1), trade_id: TradeId(2), price: PriceTicks(3), qty: QtyLots(4), aggressor: Side::Sell },
        TradeRow { ts_event: TsNs(5), trade_id: TradeId(6), price: PriceTicks(7), qty: QtyLots(8), aggressor: Side::Buy },
    ];
    let frame = read(encoder.trades(INSTRUMENT, 9, TS, &rows));
    let trades = frame.body_as_trades().expect("Trades");
    assert_eq!((trades.instrument(), trades.seq(), trades.ts_recv_ns()), (101, 9, TS.0));
    let list: Vec<_> = trades
        .trades()
        .expect("a list")
        .iter()
        .map(|row| (row.ts_event_ns(), row.trade_id(), row.price_ticks(), row.qty_lots(), row.aggressor()))
        .collect();
    assert_eq!(list, [(1, 2, 3, 4, wire::Side::Sell), (5, 6, 7, 8, wire::Side::Buy)]);

    let bar = Bar {
        open_ts: TsNs(60),
        open: PriceTicks(1),
        high: PriceTicks(4),
        low: PriceTicks(-2),
        close: PriceTicks(3),
        volume: QtyLots(5),
        trade_count: 6,
    };
    let frame = read(encoder.bar_update(INSTRUMENT, BarInterval::M15, true, &bar));
    let update = frame.body_as_bar_update().expect("a BarUpdate");
    assert_eq!((update.instrument(), update.interval_s(), update.closed()), (101, 900, true));
    let read_bar = update.bar().expect("a bar");
    assert_eq!((read_bar.open_ts_ns(), read_bar.trade_count()), (60, 6));
    assert_eq!((read_bar.open_ticks(), read_bar.high_ticks(), read_bar.low_ticks()), (1, 4, -2));
    assert_eq!((read_bar.close_ticks(), read_bar.volume_lots()), (3, 5));
}
