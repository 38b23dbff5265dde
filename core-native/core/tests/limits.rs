//! Limits by example: each refuses by name, with the value found and what would still pass, and holds for the next command.
#![allow(missing_docs)]

mod scene;

use jware_core::command::{AccountKind, Actor, Command, PositionMode, Scope as StateScope, SetLimit, TradingState};
use jware_core::event::Event;
use jware_core::instrument::{CollarReference, CollarRules, MarginRules, Venue};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::order::{ExecReason, ExecType, OrderTerms, Side};
use jware_core::refusal::{Refusal, RefusalCode};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, PriceTicks, QtyLots, SelfTradeGroup, StrategyId, UserId,
};
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, USD, definition, executions, fills, refusal};

use Side::{Buy, Sell};

const NOTHING: InstrumentId = InstrumentId(0);
const SECOND_NS: u64 = 1_000_000_000;

fn set(scene: &mut Scene, scope: LimitScope, kind: LimitKind, instrument: InstrumentId, max: i64, window_ns: u64) -> Vec<Event> {
    let currency = if kind.is_money() { USD } else { CurrencyId(0) };
    scene.apply(Command::SetLimit(SetLimit {
        actor: Actor { user: UserId(7), ..Actor::default() },
        scope,
        name: LimitName { kind, instrument, currency },
        max: Some(max),
        window_ns,
        reason: "review".to_owned(),
    }))
}

fn stage() -> Scene {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 1_000), (Sell, 101, 1_000)]);
    scene
}

fn figures(refusal: Option<Refusal>) -> Option<(RefusalCode, i64, i64, i64)> {
    refusal.map(|refusal| (refusal.code, refusal.limit, refusal.value, refusal.headroom))
}

#[test]
fn a_limit_holds_for_the_next_order_in_every_scope() {
    let mut scene = stage();
    let mut order = scene.order(ALICE, PAPER, "n", Buy, 11, 100);
    order.actor.user = UserId(3);
    order.actor.key = KeyId(8);
    order.terms.strategy = StrategyId(5);
    for scope in [
        LimitScope::Firm,
        LimitScope::Account(ALICE),
        LimitScope::Strategy(ALICE, StrategyId(5)),
        LimitScope::User(UserId(3)),
        LimitScope::Key(KeyId(8)),
    ] {
        let told = set(&mut scene, scope, LimitKind::OrderQty, NOTHING, 10, 0);
        assert!(matches!(told[..], [Event::LimitSet { max: Some(10), .. }]), "{told:?}");
        let refused = refusal(&scene.apply(Command::NewOrder(order)));
        assert_eq!(figures(refused), Some((RefusalCode::OrderQtyLimit, 10, 11, 10)), "{scope:?}");
        assert_eq!(refused.and_then(|refusal| refusal.scope), Some(scope), "it says whose rule it was");
        let name = LimitName { kind: LimitKind::OrderQty, instrument: NOTHING, currency: CurrencyId(0) };
        let gone = SetLimit { actor: Actor::default(), scope, name, max: None, window_ns: 0, reason: String::new() };
        scene.apply(Command::SetLimit(gone));
    }
    let other = LimitScope::Strategy(ALICE, StrategyId(6));
    set(&mut scene, other, LimitKind::OrderQty, NOTHING, 1, 0);
    assert_eq!(refusal(&scene.apply(Command::NewOrder(order))), None, "another strategy's limit is none of its");
}

#[test]
fn limits_that_do_not_fit_are_refused() {
    let mut scene = stage();
    let mut code = |scope, kind, instrument, max, window_ns| {
        refusal(&set(&mut scene, scope, kind, instrument, max, window_ns)).map(|refusal| refusal.code)
    };
    let alice = LimitScope::Account(ALICE);
    assert_eq!(
        code(LimitScope::Account(AccountId(77)), LimitKind::OrderQty, NOTHING, 1, 0),
        Some(RefusalCode::AccountNotPermitted)
    );
    assert_eq!(code(alice, LimitKind::OrderQty, InstrumentId(99), 1, 0), Some(RefusalCode::UnknownInstrument));
    assert_eq!(code(alice, LimitKind::Position, NOTHING, 1, 0), Some(RefusalCode::FieldInvalid), "needs an instrument");
    assert_eq!(code(alice, LimitKind::MessageRate, NOTHING, 1, 0), Some(RefusalCode::FieldInvalid), "needs a window");
    assert_eq!(code(alice, LimitKind::MessageRate, NOTHING, 0, 5), Some(RefusalCode::FieldInvalid), "a rate of nothing");
    assert_eq!(
        code(LimitScope::Firm, LimitKind::OpenOrders, NOTHING, 1, 0),
        Some(RefusalCode::FieldInvalid),
        "not counted there"
    );
    assert_eq!(code(alice, LimitKind::OrderQty, NOTHING, -1, 0), Some(RefusalCode::FieldInvalid));
}

#[test]
fn of_several_scopes_the_widest_answers_and_a_rule_of_nobody_names_none() {
    let mut scene = stage();
    let mut order = scene.order(ALICE, PAPER, "n", Buy, 11, 100);
    order.actor = Actor { user: UserId(3), key: KeyId(8), ..order.actor };
    for (scope, max) in [(LimitScope::Key(KeyId(8)), 1), (LimitScope::User(UserId(3)), 2), (LimitScope::Account(ALICE), 10)] {
        set(&mut scene, scope, LimitKind::OrderQty, NOTHING, max, 0);
        assert_eq!(refusal(&scene.apply(Command::NewOrder(order))).and_then(|refusal| refusal.scope), Some(scope));
    }
    order.actor.key = KeyId(9);
    order.terms.order_qty = QtyLots(2);
    assert_eq!(refusal(&scene.apply(Command::NewOrder(order))), None, "another key's limit is none of its");
    let collared = refusal(&scene.limit(ALICE, PAPER, "far", Buy, 1, 1_000)).expect("beyond the collar");
    assert_eq!((collared.code, collared.scope), (RefusalCode::PriceCollar, None));
    let told = refusal(&set(&mut scene, LimitScope::Key(KeyId(0)), LimitKind::OrderQty, NOTHING, 1, 0));
    assert_eq!(told.map(|refusal| refusal.code), Some(RefusalCode::FieldInvalid), "0 is no key");
    let told = refusal(&set(&mut scene, LimitScope::Key(KeyId(8)), LimitKind::OpenOrders, NOTHING, 1, 0));
    assert_eq!(told.map(|refusal| refusal.code), Some(RefusalCode::FieldInvalid), "not counted for keys");
}

#[test]
fn a_rate_of_a_key_counts_what_comes_by_that_key_alone() {
    let mut scene = stage();
    set(&mut scene, LimitScope::Key(KeyId(8)), LimitKind::MessageRate, NOTHING, 1, SECOND_NS);
    let mut by = |name: &str, key| {
        let mut order = scene.order(ALICE, PAPER, name, Buy, 1, 99);
        order.actor.key = KeyId(key);
        refusal(&scene.apply(Command::NewOrder(order))).map(|refusal| (refusal.code, refusal.scope))
    };
    assert_eq!(by("a", 8), None);
    assert_eq!(by("b", 0), None, "who signed in has no key");
    assert_eq!(by("c", 8), Some((RefusalCode::RateLimit, Some(LimitScope::Key(KeyId(8))))));
}

#[test]
fn an_account_is_configured_by_someone_for_a_reason() {
    let mut scene = stage();
    let actor = Actor { user: UserId(7), ..Actor::default() };
    let configure = |account, reason: &str| {
        let reason = reason.to_owned();
        let (kind, position_mode) = (AccountKind::Cash, PositionMode::Netting);
        Command::ConfigureAccount { actor, account, kind, reason, position_mode }
    };
    assert_eq!(
        scene.apply(configure(BOB, "pension")),
        [Event::AccountConfigured {
            account: BOB,
            kind: AccountKind::Cash,
            group: SelfTradeGroup(0),
            base_currency: CurrencyId(0),
            actor,
            position_mode: PositionMode::Netting,
            reason: "pension".to_owned()
        }]
    );
    let code = |events: Vec<Event>| refusal(&events).map(|refusal| refusal.code);
    assert_eq!(code(scene.apply(configure(BOB, &"r".repeat(201)))), Some(RefusalCode::FieldInvalid));
    assert_eq!(code(scene.apply(configure(AccountId(77), ""))), Some(RefusalCode::AccountNotPermitted));
}

#[test]
fn a_message_rate_gives_one_back_after_its_share_of_the_window() {
    let mut scene = stage();
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::MessageRate, NOTHING, 2, 2 * SECOND_NS);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "a", Buy, 1, 99)), None);
    assert_eq!(
        refusal(&scene.limit(ALICE, PAPER, "", Buy, 1, 99)).map(|r| r.code),
        Some(RefusalCode::ClordidInvalid),
        "it counts"
    );
    assert_eq!(figures(refusal(&scene.limit(ALICE, PAPER, "c", Buy, 1, 99))), Some((RefusalCode::RateLimit, 2, 3, 0)));
    assert_eq!(refusal(&scene.cancel(ALICE, "a")), None, "cancels always pass");
    assert_eq!(refusal(&scene.limit(BOB, PAPER, "b", Buy, 1, 99)), None, "nobody else is harmed");
    scene.now += SECOND_NS;
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "c", Buy, 1, 99)), None);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "d", Buy, 1, 99)).map(|r| r.code), Some(RefusalCode::RateLimit));
}

#[test]
fn the_worst_case_position_counts_working_orders() {
    let mut scene = stage();
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::Position, PAPER, 10, 0);
    scene.limit(ALICE, PAPER, "long", Buy, 6, 101);
    scene.limit(ALICE, PAPER, "more", Buy, 3, 98);
    let refused = refusal(&scene.limit(ALICE, PAPER, "over", Buy, 2, 98));
    assert_eq!(figures(refused), Some((RefusalCode::PositionLimit, 10, 11, 1)));
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "fits", Buy, 1, 98)), None);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "short", Sell, 16, 103)), None, "6 long less 16 is 10 short");
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "short2", Sell, 1, 103)).map(|r| r.code), Some(RefusalCode::PositionLimit));
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::Position, PAPER, 2, 0);
    assert_eq!(refusal(&scene.replace(ALICE, "more", "less", 2, 98)), None, "what makes it smaller passes");
}

#[test]
fn the_firms_position_is_everyones_together() {
    let mut scene = stage();
    set(&mut scene, LimitScope::Firm, LimitKind::Position, PAPER, 10, 0);
    scene.limit(ALICE, PAPER, "a", Buy, 6, 101);
    assert_eq!(figures(refusal(&scene.limit(BOB, PAPER, "b", Buy, 5, 98))), Some((RefusalCode::PositionLimit, 10, 11, 4)));
    scene.limit(BOB, PAPER, "s", Sell, 4, 99);
    assert_eq!(refusal(&scene.limit(BOB, PAPER, "b", Buy, 8, 98)), None, "6 less 4 and 8 more are 10");
}

#[test]
fn gross_and_net_see_positions_and_what_working_orders_would_open() {
    let mut scene = stage();
    scene.limit(ALICE, PAPER, "long", Buy, 10, 101);
    scene.limit(ALICE, INTERNAL, "short", Sell, 10, 100);
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::GrossNotional, NOTHING, 2_100, 0);
    let refused = refusal(&scene.limit(ALICE, PAPER, "g", Buy, 1, 100));
    assert_eq!(figures(refused), Some((RefusalCode::GrossNotionalLimit, 2_100, 2_110, 90)));
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "close", Sell, 10, 102)), None, "closing opens nothing");
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::GrossNotional, NOTHING, 1_000_000, 0);
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::NetNotional, NOTHING, 1_050, 0);
    let refused = refusal(&scene.limit(ALICE, PAPER, "n", Buy, 1, 100));
    assert_eq!(figures(refused), Some((RefusalCode::NetNotionalLimit, 1_050, 1_110, 40)), "the short may never fill");
}

#[test]
fn windows_of_value_duplicates_and_repetition() {
    let mut scene = stage();
    let alice = LimitScope::Account(ALICE);
    set(&mut scene, alice, LimitKind::WindowNotional, NOTHING, 1_000, SECOND_NS);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "a", Buy, 6, 99)), None);
    assert_eq!(
        figures(refusal(&scene.limit(ALICE, PAPER, "b", Buy, 5, 99))),
        Some((RefusalCode::WindowNotionalLimit, 1_000, 1_089, 406))
    );
    scene.now += SECOND_NS;
    set(&mut scene, alice, LimitKind::DuplicateOrder, NOTHING, 1, SECOND_NS);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "c", Buy, 1, 98)), None);
    assert_eq!(figures(refusal(&scene.limit(ALICE, PAPER, "d", Buy, 1, 98))), Some((RefusalCode::DuplicateOrder, 1, 2, 0)));
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "d", Buy, 1, 97)), None, "another price is another order");
    scene.now += SECOND_NS;
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "e", Buy, 1, 98)), None, "the window is over");
    set(&mut scene, alice, LimitKind::RepeatedExecution, NOTHING, 1, SECOND_NS);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "f", Buy, 1, 96)), None);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "g", Buy, 1, 95)).map(|r| r.code), Some(RefusalCode::RepeatedExecution));
    scene.now += 60 * SECOND_NS;
    assert_eq!(
        refusal(&scene.limit(ALICE, PAPER, "g", Buy, 1, 95)).map(|r| r.code),
        Some(RefusalCode::RepeatedExecution),
        "it stays shut"
    );
    set(&mut scene, alice, LimitKind::RepeatedExecution, NOTHING, 1, SECOND_NS);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "g", Buy, 1, 95)), None, "until someone sets it again");
}

#[test]
fn the_collar_may_be_of_ticks_of_the_last_trade_and_of_a_window() {
    let mut scene = Scene::new();
    let mut narrow = definition(PAPER, "PAP", Venue::Paper);
    narrow.collar = CollarRules { reference: CollarReference::Last, ticks: 5, window_bps: 400, window_ns: 60 * SECOND_NS };
    scene.apply(Command::DefineInstrument(narrow));
    scene.house(&[(Buy, 90, 10), (Sell, 110, 10)]);
    scene.outside_trade(Buy, 104, 1);
    let code = |scene: &mut Scene, name: &str, price| refusal(&scene.limit(ALICE, PAPER, name, Buy, 1, price));
    assert_eq!(figures(code(&mut scene, "a", 110)), Some((RefusalCode::PriceCollar, 109, 110, 5)), "five ticks above the last");
    assert_eq!(
        figures(code(&mut scene, "a", 109)),
        Some((RefusalCode::PriceCollarWindow, 104, 109, 4)),
        "the window began when the middle was 100"
    );
    assert_eq!(code(&mut scene, "a", 104), None);
    scene.now += 60 * SECOND_NS;
    scene.outside_trade(Buy, 104, 1);
    assert_eq!(code(&mut scene, "b", 108), None, "a new window began at 104");
}

#[test]
fn the_loss_ladder_warns_reduces_and_closes() {
    let mut scene = stage();
    let alice = LimitScope::Account(ALICE);
    for (kind, max) in [(LimitKind::LossWarn, 50), (LimitKind::LossReduce, 150), (LimitKind::LossFlatten, 300)] {
        set(&mut scene, alice, kind, NOTHING, max, 0);
    }
    scene.limit(ALICE, PAPER, "long", Buy, 100, 101);
    let passed = |events: &[Event]| -> Vec<LimitKind> {
        events
            .iter()
            .filter_map(|event| if let Event::LossLimitPassed { kind, .. } = event { Some(*kind) } else { None })
            .collect()
    };
    let events = scene.house(&[(Buy, 99, 1_000), (Sell, 101, 1_000)]);
    assert_eq!(passed(&events), [], "told by the fill itself already");
    assert_eq!(scene.core.account(ALICE).map(|account| account.state), Some(TradingState::Active));
    let events = scene.house(&[(Sell, 100, 1_000)]);
    assert_eq!(passed(&events), [LimitKind::LossReduce], "99.5 less 101, a hundred times, and the fee");
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "more", Buy, 1, 99)).map(|r| r.code), Some(RefusalCode::ReducingOnly));
    scene.limit(ALICE, PAPER, "exit", Sell, 10, 105);
    let events = scene.house(&[(Buy, 99, 0), (Buy, 97, 1_000), (Sell, 99, 1_000)]);
    assert_eq!(passed(&events), [LimitKind::LossFlatten]);
    assert_eq!(executions(&events)[0].reason, ExecReason::Halted, "its orders first");
    assert_eq!(fills(&events), [(String::new(), 100, 97)]);
    assert_eq!(scene.position(ALICE, PAPER), (0, 0));
    assert_eq!(scene.core.account(ALICE).map(|account| account.state), Some(TradingState::Halted));
    scene.assert_conserved();
}

#[test]
fn the_last_rung_closes_what_had_no_market_when_there_is_one_until_the_account_is_released() {
    let mut scene = stage();
    let alice = LimitScope::Account(ALICE);
    set(&mut scene, alice, LimitKind::LossFlatten, NOTHING, 300, 0);
    scene.limit(ALICE, PAPER, "long", Buy, 100, 101);
    let events = scene.house(&[(Buy, 99, 0), (Buy, 97, 40), (Sell, 99, 1_000)]);
    assert_eq!(fills(&events), [(String::new(), 40, 97)], "as far as there is a market");
    assert_eq!(scene.position(ALICE, PAPER).0, 60);
    let events = scene.house(&[(Buy, 97, 0), (Buy, 96, 20)]);
    assert_eq!(fills(&events), [(String::new(), 20, 96)], "and what comes later is taken");
    assert!(executions(&events).iter().all(|told| told.reason == ExecReason::Flatten || told.exec_type != ExecType::New));
    let scope = StateScope::Account(ALICE);
    let state = TradingState::Reducing;
    scene.apply(Command::SetTradingState { actor: Actor::default(), scope, state, flatten: false, reason: String::new() });
    let events = scene.house(&[(Buy, 95, 1_000)]);
    assert_eq!(fills(&events), [], "someone has taken over");
    assert_eq!(scene.position(ALICE, PAPER).0, 40);
    scene.assert_conserved();
}

#[test]
fn a_margin_account_has_leverage_and_is_liquidated() {
    let mut scene = Scene::new();
    let mut leveraged = definition(PAPER, "PAP", Venue::Paper);
    leveraged.margin = MarginRules { initial_ppm: 100_000, maintenance_ppm: 50_000 };
    leveraged.taker_fee_ppm = 0;
    scene.apply(Command::DefineInstrument(leveraged));
    scene.house(&[(Buy, 99, 100_000), (Sell, 101, 100_000)]);
    let carol = AccountId(1003);
    scene.apply(Command::OpenAccount { account: carol, name: "CAROL".to_owned() });
    let told = scene.configure(carol, AccountKind::Margin, PositionMode::Netting);
    assert!(matches!(told[..], [Event::AccountConfigured { kind: AccountKind::Margin, .. }]));
    scene.apply(Command::Deposit {
        actor: Actor::default(),
        account: carol,
        currency: USD,
        amount: AmountMinor(10_100),
        reference: None,
        reason: String::new(),
    });
    let refused = refusal(&scene.limit(carol, PAPER, "over", Buy, 1_001, 101));
    assert_eq!(figures(refused), Some((RefusalCode::InsufficientFunds, 10_100, 10_111, 10_100)), "a tenth of the value");
    scene.limit(carol, PAPER, "long", Buy, 1_000, 101);
    assert_eq!(scene.core.account(carol).map(|account| account.balance(USD).used), Some(10_100));
    let again = scene.configure(carol, AccountKind::Cash, PositionMode::Netting);
    assert_eq!(refusal(&again).map(|r| r.code), Some(RefusalCode::AccountInUse));
    let events = scene.house(&[(Buy, 99, 0), (Sell, 101, 0), (Buy, 95, 100_000), (Sell, 97, 100_000)]);
    assert!(!events.iter().any(|event| matches!(event, Event::Liquidation { .. })), "5,100 is above 4,800");
    let events = scene.house(&[(Buy, 95, 0), (Sell, 97, 0), (Buy, 94, 100_000), (Sell, 96, 100_000)]);
    let liquidation = events.iter().find(|event| matches!(event, Event::Liquidation { .. }));
    assert!(
        matches!(liquidation, Some(Event::Liquidation { equity: 4_100, maintenance: 4_750, .. })),
        "10,100 less 6,000 is below a twentieth of 95,000: {events:?}"
    );
    assert_eq!(fills(&events), [(String::new(), 1_000, 94)]);
    assert_eq!(scene.position(carol, PAPER), (0, 0));
    scene.assert_conserved();
}

#[test]
fn a_cash_account_sells_only_what_it_has() {
    let mut scene = stage();
    scene.configure(ALICE, AccountKind::Cash, PositionMode::Netting);
    assert_eq!(figures(refusal(&scene.limit(ALICE, PAPER, "s", Sell, 1, 101))), Some((RefusalCode::ShortSale, 0, 1, 0)));
    scene.limit(ALICE, PAPER, "b", Buy, 5, 101);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "s1", Sell, 3, 105)), None);
    assert_eq!(figures(refusal(&scene.limit(ALICE, PAPER, "s2", Sell, 3, 105))), Some((RefusalCode::ShortSale, 2, 3, 2)));
}

#[test]
fn validation_tells_every_refusal_and_the_fills_to_expect() {
    let mut scene = stage();
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::OrderQty, NOTHING, 10, 0);
    let mut order = scene.order(ALICE, PAPER, "v", Buy, 20_000, 115);
    order.terms = OrderTerms::limit(Buy, QtyLots(20_000), PriceTicks(115));
    let before = scene.core.state_hash();
    let found = scene.core.validate(scene.core.ts(), &order);
    let codes: Vec<RefusalCode> = found.refusals.iter().map(|refusal| refusal.code).collect();
    assert_eq!(
        codes,
        [RefusalCode::QtyAboveMax, RefusalCode::OrderQtyLimit, RefusalCode::PriceCollar, RefusalCode::InsufficientFunds]
    );
    assert_eq!(found.fills, [(PriceTicks(101), QtyLots(1_000))]);
    let found = scene.core.validate(scene.core.ts(), &scene.order(ALICE, PAPER, "w", Buy, 4, 101));
    assert_eq!((found.refusals.len(), found.price), (0, Some(PriceTicks(101))));
    assert_eq!(found.fills, [(PriceTicks(101), QtyLots(4))]);
    assert_eq!(scene.core.state_hash(), before, "asking changes nothing");
}

#[test]
fn validation_takes_any_numbers() {
    let mut scene = stage();
    // Something works on both sides, and everything that sums up what works is asked.
    scene.limit(ALICE, PAPER, "b", Buy, 5, 99);
    scene.limit(ALICE, PAPER, "s", Sell, 5, 120);
    for kind in [LimitKind::GrossNotional, LimitKind::NetNotional] {
        set(&mut scene, LimitScope::Firm, kind, NOTHING, 1 << 60, 0);
        set(&mut scene, LimitScope::Account(ALICE), kind, NOTHING, 1 << 60, 0);
    }
    set(&mut scene, LimitScope::Firm, LimitKind::Position, PAPER, 1 << 60, 0);
    let edges = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    for (side, qty, price) in [Buy, Sell]
        .into_iter()
        .flat_map(|side| edges.into_iter().flat_map(move |qty| edges.into_iter().map(move |price| (side, qty, price))))
    {
        let mut order = scene.order(ALICE, PAPER, "v", side, 1, 100);
        order.terms = OrderTerms::limit(side, QtyLots(qty), PriceTicks(price));
        let found = scene.core.validate(scene.core.ts(), &order);
        assert_eq!(found.refusals.is_empty(), (qty, price) == (1, 1) && side == Buy, "{side:?} {qty} at {price}: {found:?}");
        assert!(found.price.is_none_or(|price| price.0 >= 1));
    }
}

#[test]
fn validation_tells_how_far_every_limit_is() {
    let mut scene = stage();
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::OrderQty, NOTHING, 10, 0);
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::Position, PAPER, 12, 0);
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::OpenOrders, NOTHING, 3, 0);
    set(&mut scene, LimitScope::Account(ALICE), LimitKind::MessageRate, NOTHING, 5, 1_000_000_000);
    scene.limit(ALICE, PAPER, "b", Buy, 5, 99);
    let found = scene.core.validate(scene.core.ts(), &scene.order(ALICE, PAPER, "v", Buy, 8, 100));
    let told = |rules: &[Refusal]| -> Vec<(RefusalCode, i64, i64, i64)> {
        rules.iter().filter_map(|&rule| figures(Some(rule))).collect()
    };
    assert_eq!(told(&found.refusals), [(RefusalCode::PositionLimit, 12, 13, 7)]);
    let passed = told(&found.passed);
    for rule in [
        // One message is spent; this would be the second.
        (RefusalCode::RateLimit, 5, 2, 4),
        (RefusalCode::QtyBelowMin, 1, 8, 0),
        (RefusalCode::OrderQtyLimit, 10, 8, 10),
        (RefusalCode::OpenOrderLimit, 3, 2, 2),
    ] {
        assert!(passed.contains(&rule), "{rule:?} of {passed:?}");
    }
    let scope = found.passed.iter().find(|rule| rule.code == RefusalCode::OrderQtyLimit).map(|rule| rule.scope);
    assert_eq!(scope, Some(Some(LimitScope::Account(ALICE))));
    assert!(
        found
            .passed
            .iter()
            .all(|rule| found.refusals.iter().all(|refusal| (refusal.code, refusal.scope) != (rule.code, rule.scope)))
    );
    // What the last lot of headroom is, the next one is not.
    for (qty, is_refused) in [(7, false), (8, true)] {
        let found = scene.core.validate(scene.core.ts(), &scene.order(ALICE, PAPER, "v", Buy, qty, 100));
        assert_eq!(found.refusals.is_empty(), !is_refused);
    }
}

#[test]
fn losses_are_looked_at_in_the_order_of_the_last_fill() {
    let mut scene = Scene::new();
    let mut dear = definition(PAPER, "PAP", Venue::Paper);
    dear.maker_fee_ppm = 10_000;
    scene.apply(Command::DefineInstrument(dear));
    scene.house(&[(Buy, 99, 1_000), (Sell, 101, 1_000)]);
    for account in [ALICE, BOB] {
        set(&mut scene, LimitScope::Account(account), LimitKind::LossWarn, NOTHING, 0, 0);
    }
    let warned = |events: &[Event]| -> Vec<(AccountId, i64)> {
        let passed = |event: &Event| match event {
            Event::LossLimitPassed { account, loss, .. } => Some((*account, *loss)),
            _ => None,
        };
        events.iter().filter_map(passed).collect()
    };
    scene.limit(ALICE, PAPER, "maker", Sell, 10, 100);
    // Bob's order is accepted before anything fills, and is filled last: five from the house.
    let events = scene.limit(BOB, PAPER, "taker", Buy, 15, 101);
    assert_eq!(warned(&events), [(ALICE, 10), (BOB, 7)], "a maker's fee of a hundredth; a tick on five, and the taker's fee");
}
