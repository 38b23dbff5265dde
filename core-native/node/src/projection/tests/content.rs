//! What the rows say.

use jware_core::command::{
    AccountKind, Actor, Command, CorrectedFill, NewOrder, PositionMode, Scope, SetFeeSchedule, SetLimit, TradeCorrection,
    TradingState,
};
use jware_core::fee::FeeTier;
use jware_core::instrument::CurrencyDefinition;
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::order::{ClOrdId, OrdType, OrderTerms, SelfTradePrevention, Side, TimeInForce, Trail, Trigger, TriggerSource};
use jware_core::refusal::RefusalCode;
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, PriceTicks, QtyLots, SelfTradeGroup, SessionId, StrategyId, TsNs,
    UserId,
};

use super::{Fixture, START_NS, column, new_order, order, order_of};
use crate::projection::Batch;

#[test]
fn executions_are_kept_each_and_orders_by_their_last_state() {
    let mut fixture = Fixture::new("executions");
    fixture.fill();
    let batch = fixture.next(&mut fixture.open(0).unwrap(), 1000).unwrap();
    assert_eq!(column(&batch, "executions", "seq"), ["6", "6"]);
    assert_eq!(column(&batch, "executions", "exec_type"), ["1", "2"]);
    assert_eq!(column(&batch, "executions", "last_qty_lots"), ["0", "3"]);
    assert_eq!(column(&batch, "executions", "ts"), ["2024-08-08 07:04:11.123456+00"; 2]);
    assert_eq!(column(&batch, "orders", "ord_status"), ["3"]);
    assert_eq!(column(&batch, "orders", "cl_ord_id"), ["back\\\\slash"]);
    assert_eq!(column(&batch, "refusals", "cl_ord_id"), ["too-much"]);
    assert_eq!(column(&batch, "instruments", "name"), ["Acme\tInc\\\\"]);
    assert_eq!(column(&batch, "positions", "qty_lots").last(), Some(&"3"));
    assert_eq!(column(&batch, "positions", "leg").last(), Some(&"1"));
    assert!(column(&batch, "ticks", "trade_id").contains(&"9223372036854775807"));
    assert!(column(&batch, "bars", "interval_s").contains(&"86400"));
}

#[test]
fn a_waiting_order_is_a_row_with_its_terms() {
    let mut fixture = Fixture::new("waiting");
    fixture.fill();
    let trigger = Trigger { price: PriceTicks(0), source: TriggerSource::Mid, trail: Trail::Bps(250) };
    let terms = OrderTerms {
        ord_type: OrdType::TrailingStop,
        time_in_force: TimeInForce::Gtd,
        price: PriceTicks(0),
        trigger,
        expire_ts: TsNs(START_NS * 2),
        reduce_only: true,
        self_trade_prevention: SelfTradePrevention::CancelBoth,
        strategy: StrategyId(9),
        ..OrderTerms::limit(Side::Sell, QtyLots(2), PriceTicks(0))
    };
    fixture.append(&order_of("trailing", terms));
    let batch = fixture.next(&mut fixture.open(7).unwrap(), 1000).unwrap();
    for table in ["orders", "executions"] {
        for (name, value) in [
            ("ord_status", "7"),
            ("ord_type", "5"),
            ("time_in_force", "6"),
            ("trigger_source", "4"),
            ("trail_ticks", "0"),
            ("trail_bps", "250"),
            ("expire_ts_ns", "3446201290246913578"),
            ("reduce_only", "t"),
            ("self_trade_prevention", "4"),
            ("strategy", "9"),
            ("working", "f"),
            ("list_id", "0"),
            ("refusal_code", "0"),
        ] {
            assert_eq!(column(&batch, table, name), [value], "{table} {name}");
        }
    }
}

#[test]
fn refusals_have_the_number_that_clients_see() {
    let mut fixture = Fixture::new("refusals");
    fixture.fill();
    let batch = fixture.next(&mut fixture.open(0).unwrap(), 1000).unwrap();
    assert_eq!(column(&batch, "refusals", "code"), [RefusalCode::QtyAboveMax.number().to_string()]);
}

#[test]
fn each_leg_of_a_hedging_account_is_a_row() {
    let mut fixture = Fixture::new("legs");
    fixture.fill();
    let (actor, account) = (Actor::default(), AccountId(1002));
    fixture.append(&Command::OpenAccount { account, name: "HEDGE".into() });
    let (kind, position_mode) = (AccountKind::Standard, PositionMode::Hedging);
    fixture.append(&Command::ConfigureAccount { actor, account, kind, reason: "two legs".into(), position_mode });
    let (currency, amount) = (CurrencyId(1), AmountMinor(1_000_000_000_000));
    fixture.append(&Command::Deposit { actor, account, currency, amount, reference: None, reason: String::new() });
    for (name, side, qty, price) in [("long", Side::Buy, 1, 1000), ("short", Side::Sell, 2, 999)] {
        let Command::NewOrder(order) = order_of(name, OrderTerms::limit(side, QtyLots(qty), PriceTicks(price))) else {
            unreachable!("it makes an order")
        };
        fixture.append(&Command::NewOrder(NewOrder { account, ..order }));
    }
    let batch = fixture.next(&mut fixture.open(8).unwrap(), 1000).unwrap();
    let row = |name| column(&batch, "positions", name);
    assert_eq!((row("account_id"), row("leg"), row("qty_lots")), (vec!["1002"; 2], vec!["2", "3"], vec!["1", "-2"]));
    assert_eq!(column(&batch, "risk_events", "position_mode"), ["2"]);
}

#[test]
fn every_amount_in_the_ledger_has_two_legs_and_the_account_sums_to_what_it_has() {
    let mut fixture = Fixture::new("ledger");
    fixture.fill();
    let sums = |batch: &Batch, of: Option<&str>| -> i64 {
        let rows = column(batch, "ledger", "account_id").into_iter().zip(column(batch, "ledger", "amount_minor"));
        rows.filter(|(account, _)| of.is_none_or(|of| of == *account)).map(|(_, amount)| amount.parse::<i64>().unwrap()).sum()
    };
    let batch = fixture.next(&mut fixture.open(0).unwrap(), 1000).unwrap();
    assert_eq!(column(&batch, "ledger", "kind"), ["3", "3", "1", "1", "2", "2"]);
    assert_eq!(column(&batch, "ledger", "contra_account_id"), ["1001", "3", "1", "1001", "2", "1001"]);
    assert_eq!(sums(&batch, None), 0);
    // Three lots at 1000 cost 30,000,000 and their fee 3,000.
    assert_eq!((sums(&batch, Some("1001")), sums(&batch, Some("2"))), (1_000_000_000_000 - 30_003_000, 3_000));
    let exec_ref_id = column(&batch, "executions", "exec_id")[1].parse().unwrap();

    let corrected = Some(CorrectedFill { qty: QtyLots(2), price: PriceTicks(500) });
    for corrected in [corrected, None] {
        let (actor, reason) = (Actor { user: UserId(9), ..Actor::default() }, "why".to_owned());
        fixture.append(&Command::CorrectTrade(TradeCorrection { actor, exec_ref_id, corrected, reason }));
    }
    let batch = fixture.next(&mut fixture.open(7).unwrap(), 1).unwrap();
    assert_eq!(column(&batch, "ledger", "kind"), ["5", "5", "6", "6", "1", "1", "2", "2"]);
    assert_eq!((sums(&batch, None), sums(&batch, Some("1001"))), (0, 30_003_000 - 10_001_000));
    assert_eq!(column(&batch, "executions", "exec_ref_id"), [exec_ref_id.to_string()]);
    assert_eq!((column(&batch, "executions", "by_user_id"), column(&batch, "executions", "text")), (vec!["9"], vec!["why"]));
    let batch = fixture.next(&mut fixture.open(8).unwrap(), 1).unwrap();
    assert_eq!((sums(&batch, None), sums(&batch, Some("1001"))), (0, 10_001_000));
    assert_eq!(column(&batch, "orders", "ord_status"), ["4"], "nothing of it is left");
}

#[test]
fn a_deposit_that_comes_again_under_its_name_is_in_the_ledger_once() {
    let mut fixture = Fixture::new("transfers");
    fixture.append(&Command::DefineCurrency(CurrencyDefinition { code: "USD".into(), decimals: 6 }));
    fixture.append(&Command::OpenAccount { account: AccountId(1001), name: "PAPER-1".into() });
    for (amount, name) in
        [(700, Some("wire-1")), (700, Some("wire-1")), (800, Some("wire-1")), (-200, Some("out-1")), (1, None), (1, None)]
    {
        fixture.append(&Command::Deposit {
            actor: Actor::default(),
            account: AccountId(1001),
            currency: CurrencyId(1),
            amount: AmountMinor(amount),
            reference: name.map(|name| ClOrdId::new(name.as_bytes()).unwrap()),
            reason: String::new(),
        });
    }
    let batch = fixture.next(&mut fixture.open(0).unwrap(), 1000).unwrap();
    assert_eq!(column(&batch, "ledger", "amount_minor"), ["-700", "700", "200", "-200", "-1", "1", "-1", "1"]);
    assert_eq!(column(&batch, "ledger", "kind"), ["3", "3", "4", "4", "3", "3", "3", "3"]);
}

#[test]
fn what_may_be_done_is_kept_with_who_and_why() {
    let mut fixture = Fixture::new("risk");
    fixture.fill();
    fixture.append(&order("resting", 5));
    let actor = Actor { user: UserId(3), session: SessionId(0), key: KeyId(8) };
    let name = LimitName { kind: LimitKind::OrderQty, instrument: InstrumentId(7), currency: CurrencyId(0) };
    let scope = LimitScope::Key(KeyId(8));
    let set = |max| SetLimit { actor, scope, name, max, window_ns: 0, reason: "review".into() };
    fixture.append(&Command::SetLimit(set(Some(5))));
    let keyed = NewOrder { actor, ..new_order("keyed", OrderTerms::limit(Side::Buy, QtyLots(6), PriceTicks(1000))) };
    fixture.append(&Command::NewOrder(keyed));
    fixture.append(&Command::SetLimit(set(None)));
    let (account, group) = (AccountId(1001), SelfTradeGroup(4));
    fixture.append(&Command::SetSelfTradeGroup { actor, account, group, reason: "one desk".into() });
    let tier =
        |notional_min, maker_fee_ppm| FeeTier { notional_min: AmountMinor(notional_min), maker_fee_ppm, taker_fee_ppm: 100 };
    let tiers = vec![tier(0, 0), tier(5_000, -20)];
    let fees = |account, tiers| SetFeeSchedule { actor, account, currency: CurrencyId(1), tiers, reason: "new desk".into() };
    fixture.append(&Command::SetFeeSchedule(fees(account, tiers)));
    fixture.append(&Command::SetFeeSchedule(fees(AccountId(0), Vec::new())));
    let (scope, state) = (Scope::Account(account), TradingState::Halted);
    fixture.append(&Command::SetTradingState { actor, scope, state, flatten: false, reason: "too fast".into() });
    let batch = fixture.next(&mut fixture.open(7).unwrap(), 1000).unwrap();
    let row = |name| column(&batch, "risk_events", name);
    assert_eq!(row("kind"), ["2", "2", "3", "6", "6", "1"]);
    assert_eq!(row("user_id"), ["3"; 6]);
    assert_eq!(row("key_id"), ["8"; 6]);
    assert_eq!(row("scope"), ["5", "5", "2", "2", "1", "2"]);
    assert_eq!(row("scope_id"), ["8", "8", "0", "0", "0", "0"]);
    assert_eq!(row("account_id"), ["0", "0", "1001", "1001", "0", "1001"]);
    assert_eq!(row("is_set"), ["t", "f", "f", "t", "f", "f"]);
    assert_eq!(row("limit_value"), ["5", "0", "0", "0", "0", "0"]);
    assert_eq!(row("currency_id"), ["0", "0", "0", "1", "1", "0"]);
    assert_eq!(row("instrument_id"), ["7", "7", "0", "0", "0", "0"]);
    assert_eq!(row("self_trade_group"), ["0", "0", "4", "0", "0", "0"]);
    assert_eq!(row("account_kind"), ["0", "0", "1", "0", "0", "0"]);
    assert_eq!(row("position_mode"), ["0", "0", "1", "0", "0", "0"]);
    assert_eq!(row("state"), ["0", "0", "0", "0", "0", "2"]);
    assert_eq!(row("canceled_count"), ["0", "0", "0", "0", "0", "1"]);
    assert_eq!(row("fee_tiers"), ["", "", "", "0:0:100 5000:-20:100", "", ""]);
    assert_eq!(row("reason"), ["review", "review", "one desk", "new desk", "new desk", "too fast"]);
    for (name, value) in [("scope", "5"), ("scope_account_id", "0"), ("scope_id", "8")] {
        assert_eq!(column(&batch, "refusals", name), [value], "{name}");
    }
}
