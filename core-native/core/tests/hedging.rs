//! Hedging accounts by example: a long and a short leg side by side, each with its own orders, money and end.
#![allow(missing_docs)]

mod scene;

use jware_core::Core;
use jware_core::account::Leg;
use jware_core::command::{
    AccountKind, Actor, Command, ListedOrder, NewOrderList, PositionMode, Scope, SetLimit, TradeCorrection, TradingState,
};
use jware_core::event::{Event, Execution};
use jware_core::instrument::{MarginRules, Venue};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::order::{Contingency, ExecReason, OrdType, OrderTerms, Side};
use jware_core::paper::{LatencyRow, LatencyRules, PaperRules};
use jware_core::refusal::RefusalCode;
use jware_core::units::{AmountMinor, CurrencyId, PriceTicks, QtyLots, TsNs};
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, USD, definition, executions, fills, id, refusal};

use Side::{Buy, Sell};

/// Alice hedges; there is an outside market.
fn stage() -> Scene {
    let mut scene = Scene::new();
    scene.configure(ALICE, AccountKind::Standard, PositionMode::Hedging);
    scene.house(&[(Buy, 99, 1_000), (Sell, 101, 1_000)]);
    scene
}

/// The same, long ten and short four.
fn both_legs() -> Scene {
    let mut scene = stage();
    scene.limit(ALICE, PAPER, "long", Buy, 10, 101);
    scene.limit(ALICE, PAPER, "short", Sell, 4, 99);
    scene
}

fn close(scene: &mut Scene, name: &str, side: Side, qty: i64, price: i64) -> Vec<Event> {
    let mut order = scene.order(ALICE, PAPER, name, side, qty, price);
    order.terms.reduce_only = true;
    let events = scene.apply(Command::NewOrder(order));
    scene.assert_conserved();
    events
}

/// Quantity and cost of both.
fn legs(scene: &Scene) -> [(i64, i64); 2] {
    assert_eq!(scene.leg(ALICE, PAPER, Leg::Net), (0, 0), "who hedges has nothing net");
    [Leg::Long, Leg::Short].map(|leg| scene.leg(ALICE, PAPER, leg))
}

fn code(events: &[Event]) -> Option<RefusalCode> {
    refusal(events).map(|refusal| refusal.code)
}

/// Which legs were told, with their quantities.
fn told(events: &[Event]) -> Vec<(Leg, i64)> {
    let of = |event: &Event| if let Event::Position(told) = event { Some((told.leg, told.qty.0)) } else { None };
    events.iter().filter_map(of).collect()
}

fn trades(events: &[Event]) -> Vec<Execution> {
    executions(events).into_iter().filter(|told| told.last_qty.0 > 0).collect()
}

fn set_state(scene: &mut Scene, state: TradingState, flatten: bool) -> Vec<Event> {
    let (actor, scope, reason) = (Actor::default(), Scope::Account(ALICE), String::new());
    scene.apply(Command::SetTradingState { actor, scope, state, flatten, reason })
}

fn bust(scene: &mut Scene, exec_ref_id: u64) -> Vec<Event> {
    let (actor, reason) = (Actor::default(), String::new());
    let events = scene.apply(Command::CorrectTrade(TradeCorrection { actor, exec_ref_id, corrected: None, reason }));
    scene.assert_conserved();
    events
}

#[test]
fn buys_and_sells_stand_side_by_side() {
    let mut scene = stage();
    assert_eq!(told(&scene.limit(ALICE, PAPER, "long", Buy, 10, 101)), [(Leg::Long, 10)]);
    assert_eq!(told(&scene.limit(ALICE, PAPER, "short", Sell, 4, 99)), [(Leg::Short, -4)]);
    assert_eq!(legs(&scene), [(10, 1_010), (-4, -396)]);
    let balance = scene.core.account(ALICE).expect("open").balance(USD);
    assert_eq!(balance.used, 1_010 + 396, "each leg is paid for");
    assert_eq!((balance.exposure.cost, balance.exposure.net_cost), (1_406, 614), "gross counts both, net is long less short");
    assert_eq!(scene.core.instrument(PAPER).expect("defined").users.qty, 6, "the firm nets");
    scene.assert_conserved();
}

#[test]
fn what_only_reduces_closes_the_other_sides_leg() {
    let mut scene = both_legs();
    assert_eq!(told(&close(&mut scene, "out", Sell, 6, 99)), [(Leg::Long, 4)]);
    assert_eq!(told(&close(&mut scene, "back", Buy, 4, 101)), [(Leg::Short, 0)]);
    assert_eq!(legs(&scene), [(4, 404), (0, 0)]);
    let account = scene.core.account(ALICE).expect("open");
    let realised = [Leg::Long, Leg::Short].map(|leg| account.positions[(PAPER, leg)].realised);
    assert_eq!(realised, [-12, -8]);
    assert_eq!(account.balance(USD).used, 404);
}

#[test]
fn what_only_reduces_is_bound_by_its_leg() {
    let mut scene = both_legs();
    let of = |events: &[Event]| refusal(events).map(|refusal| (refusal.code, refusal.limit));
    assert_eq!(of(&close(&mut scene, "much", Sell, 11, 105)), Some((RefusalCode::ReduceOnly, 10)));
    assert_eq!(of(&close(&mut scene, "more", Buy, 5, 95)), Some((RefusalCode::ReduceOnly, 4)));
    assert_eq!(of(&close(&mut scene, "six", Sell, 6, 105)), None);
    assert_eq!(of(&close(&mut scene, "five", Sell, 5, 105)), Some((RefusalCode::ReduceOnly, 4)));
    assert_eq!(of(&close(&mut scene, "four", Buy, 4, 95)), None, "the long leg's exits leave the short one alone");
    let held = scene.core.account(ALICE).expect("open").balance(USD).held;
    assert_eq!(held, 0, "what closes needs nothing");
    // What opens needs all of its value, however much of the other leg there is.
    scene.limit(ALICE, PAPER, "deeper", Sell, 3, 105);
    assert_eq!(scene.core.account(ALICE).expect("open").balance(USD).held, 315 + 1);
}

#[test]
fn exits_shrink_with_their_leg_alone() {
    exits_shrink(&[]);
    exits_shrink(&[(Buy, 4)]);
}

/// An exit of the long leg is reduced, and what the other leg has is not.
fn exits_shrink(of_short: &[(Side, i64)]) {
    let mut scene = both_legs();
    close(&mut scene, "of-long", Sell, 10, 105);
    for (side, qty) in of_short {
        close(&mut scene, "of-short", *side, *qty, 95);
    }
    let mut out = scene.order(ALICE, PAPER, "out", Sell, 3, 99);
    out.terms.reduce_only = true;
    assert_eq!(code(&scene.apply(Command::NewOrder(out))), Some(RefusalCode::ReduceOnly), "the exit has all of it");
    let exec_id = trades(&scene.limit(ALICE, PAPER, "again", Buy, 5, 101))[0].exec_id;
    close(&mut scene, "rest", Sell, 5, 106);
    let events = bust(&mut scene, exec_id);
    let reduced: Vec<_> = executions(&events).iter().map(|told| (told.cl_ord_id, told.reason)).collect();
    assert_eq!(reduced, [(id("rest"), ExecReason::ReduceOnly)]);
    let left: Vec<_> = scene.core.open_orders(ALICE).map(|order| (order.side(), order.leaves_qty().0)).collect();
    assert_eq!((left[0], &left[1..]), ((Sell, 10), of_short));
}

#[test]
fn an_account_that_only_reduces_takes_what_says_so() {
    let mut scene = both_legs();
    set_state(&mut scene, TradingState::Reducing, false);
    assert_eq!(
        code(&scene.limit(ALICE, PAPER, "sell", Sell, 1, 99)),
        Some(RefusalCode::ReducingOnly),
        "it would open the short leg"
    );
    assert_eq!(code(&scene.limit(ALICE, PAPER, "buy", Buy, 1, 101)), Some(RefusalCode::ReducingOnly));
    assert_eq!(code(&close(&mut scene, "much", Sell, 11, 99)), Some(RefusalCode::ReducingOnly));
    assert_eq!(code(&close(&mut scene, "out", Sell, 10, 99)), None);
    assert_eq!(code(&close(&mut scene, "back", Buy, 4, 101)), None);
    assert_eq!(legs(&scene), [(0, 0), (0, 0)]);
}

#[test]
fn flatten_closes_each_leg_the_long_one_first() {
    let mut scene = both_legs();
    let events = set_state(&mut scene, TradingState::Halted, true);
    assert_eq!(told(&events), [(Leg::Long, 0), (Leg::Short, 0)]);
    assert_eq!(fills(&events), [(String::new(), 10, 99), (String::new(), 4, 101)]);
    scene.assert_conserved();
}

#[test]
fn own_orders_of_both_legs_trade_with_each_other_where_they_may() {
    let mut scene = stage();
    scene.limit(ALICE, INTERNAL, "bid", Buy, 5, 100);
    let mut order = scene.order(ALICE, INTERNAL, "offer", Sell, 5, 100);
    order.terms.self_trade_prevention = jware_core::order::SelfTradePrevention::None;
    let events = scene.apply(Command::NewOrder(order));
    assert_eq!(told(&events), [(Leg::Short, -5), (Leg::Long, 5)]);
    scene.assert_conserved();
}

/// Alice on a tenth's margin with both legs of a hundred, and little else.
fn leveraged() -> Scene {
    let mut scene = Scene::new();
    let mut leveraged = definition(PAPER, "PAP", Venue::Paper);
    leveraged.margin = MarginRules { initial_ppm: 100_000, maintenance_ppm: 50_000 };
    leveraged.taker_fee_ppm = 0;
    scene.apply(Command::DefineInstrument(leveraged));
    scene.house(&[(Buy, 99, 1_000), (Sell, 101, 1_000)]);
    scene.configure(ALICE, AccountKind::Margin, PositionMode::Hedging);
    let amount = AmountMinor(3_000 - 1_000_000);
    let (actor, reason) = (Actor::default(), String::new());
    scene.apply(Command::Deposit { actor, account: ALICE, currency: USD, amount, reference: None, reason });
    scene.limit(ALICE, PAPER, "long", Buy, 100, 101);
    scene.limit(ALICE, PAPER, "short", Sell, 100, 99);
    scene
}

#[test]
fn margin_is_of_each_leg_and_equity_of_both() {
    let mut scene = leveraged();
    let index = scene.core.accounts().iter().position(|account| account.id == ALICE).expect("open");
    assert_eq!(scene.core.account(ALICE).expect("open").balance(USD).used, 1_010 + 990);
    assert_eq!(scene.core.equity(index, USD), 3_000 - 100 - 100);
    let events = scene.house(&[(Buy, 99, 0), (Sell, 101, 0), (Buy, 79, 1_000), (Sell, 81, 1_000)]);
    assert!(
        !events.iter().any(|event| matches!(event, Event::Liquidation { .. })),
        "what one leg loses the other wins: {events:?}"
    );
    assert_eq!(scene.core.equity(index, USD), 2_800);
}

#[test]
fn liquidation_closes_both_legs() {
    let mut scene = leveraged();
    let (actor, reason) = (Actor::default(), String::new());
    // Maintenance is of both legs, 5 % of 20,000 in all, and more where the price is higher.
    scene.apply(Command::Deposit {
        actor,
        account: ALICE,
        currency: USD,
        amount: AmountMinor(-800),
        reference: None,
        reason: reason.clone(),
    });
    let events = scene.house(&[(Buy, 99, 0), (Sell, 101, 0), (Sell, 211, 1_000), (Buy, 209, 1_000)]);
    let told_of = events.iter().find(|event| matches!(event, Event::Liquidation { .. }));
    assert!(matches!(told_of, Some(Event::Liquidation { equity: 2_000, maintenance: 2_100, .. })), "{events:?}");
    assert_eq!(told(&events), [(Leg::Long, 0), (Leg::Short, 0)]);
    assert_eq!(legs(&scene), [(0, 0), (0, 0)]);
    scene.assert_conserved();
}

#[test]
fn an_account_is_watched_until_both_legs_are_closed() {
    let mut scene = leveraged();
    close(&mut scene, "back", Buy, 100, 101);
    let events = scene.house(&[(Buy, 99, 0), (Sell, 101, 0), (Buy, 71, 1_000), (Sell, 73, 1_000)]);
    assert!(events.iter().any(|event| matches!(event, Event::Liquidation { .. })), "the long leg has lost 2,900: {events:?}");
    assert_eq!(legs(&scene), [(0, 0), (0, 0)]);
}

#[test]
fn a_position_limit_is_of_each_leg_for_the_account_and_of_the_difference_for_the_firm() {
    let limit = |scope| {
        let name = LimitName { kind: LimitKind::Position, instrument: PAPER, currency: CurrencyId(0) };
        let (actor, reason) = (Actor::default(), String::new());
        Command::SetLimit(SetLimit { actor, scope, name, max: Some(10), window_ns: 0, reason })
    };
    let mut scene = both_legs();
    scene.apply(limit(LimitScope::Account(ALICE)));
    assert_eq!(code(&scene.limit(ALICE, PAPER, "a", Buy, 1, 95)), Some(RefusalCode::PositionLimit));
    assert_eq!(code(&scene.limit(ALICE, PAPER, "b", Sell, 7, 105)), Some(RefusalCode::PositionLimit));
    assert_eq!(code(&scene.limit(ALICE, PAPER, "c", Sell, 6, 105)), None);
    let mut scene = both_legs();
    scene.apply(limit(LimitScope::Firm));
    assert_eq!(code(&scene.limit(ALICE, PAPER, "a", Buy, 5, 95)), Some(RefusalCode::PositionLimit));
    assert_eq!(code(&scene.limit(ALICE, PAPER, "b", Buy, 4, 95)), None, "ten less four and four");
}

#[test]
fn lists_close_what_they_open() {
    let list = |contingency, orders: &[OrderTerms]| {
        let orders: Vec<ListedOrder> =
            (0..).zip(orders).map(|(index, terms)| ListedOrder { cl_ord_id: id(&format!("o{index}")), terms: *terms }).collect();
        Command::NewOrderList(NewOrderList { actor: Actor::default(), account: ALICE, instrument: PAPER, contingency, orders })
    };
    let limit = |side, price| OrderTerms::limit(side, QtyLots(2), PriceTicks(price));
    let only = |terms| OrderTerms { reduce_only: true, ..terms };
    let mut stop = OrderTerms { ord_type: OrdType::Stop, ..limit(Sell, 0) };
    stop.trigger.price = PriceTicks(90);
    let cases = [
        (Contingency::Oto, vec![limit(Buy, 98), limit(Sell, 105)], Some(RefusalCode::ListInvalid)),
        (Contingency::Oto, vec![limit(Buy, 98), only(limit(Sell, 105))], None),
        (Contingency::Oto, vec![limit(Buy, 98), limit(Buy, 97)], None),
        // Out of the long leg, and in again.
        (Contingency::Oto, vec![only(limit(Sell, 105)), limit(Buy, 98)], None),
        (Contingency::Bracket, vec![limit(Buy, 98), limit(Sell, 105), stop], None),
        (Contingency::Bracket, vec![only(limit(Buy, 98)), limit(Sell, 105), stop], Some(RefusalCode::ListInvalid)),
    ];
    for (contingency, orders, expected) in cases {
        let mut scene = both_legs();
        assert_eq!(code(&scene.apply(list(contingency, &orders))), expected, "{contingency:?} of {orders:?}");
    }
    let mut scene = both_legs();
    scene.apply(list(Contingency::Bracket, &[limit(Buy, 101), limit(Sell, 105), stop]));
    assert_eq!(legs(&scene), [(12, 1_212), (-4, -396)]);
    scene.house(&[(Buy, 105, 2)]);
    assert_eq!(legs(&scene), [(10, 1_010), (-4, -396)], "the exit closed what the parent opened");
}

#[test]
fn a_bust_books_on_the_leg_of_its_fill_and_may_turn_it() {
    let mut scene = stage();
    let opened = trades(&scene.limit(ALICE, PAPER, "long", Buy, 10, 101))[0].exec_id;
    scene.limit(ALICE, PAPER, "short", Sell, 4, 99);
    close(&mut scene, "out", Sell, 10, 99);
    assert_eq!(told(&bust(&mut scene, opened)), [(Leg::Long, -10)]);
    assert_eq!(legs(&scene), [(-10, -1_010), (-4, -396)]);
    // Nothing of it can be closed by what closes a long leg, and buys of the short leg's exits are not about it.
    assert_eq!(code(&close(&mut scene, "a", Sell, 1, 99)), Some(RefusalCode::ReduceOnly));
    assert_eq!(code(&close(&mut scene, "b", Buy, 5, 101)), Some(RefusalCode::ReduceOnly), "four are short");
    scene.limit(ALICE, PAPER, "c", Buy, 3, 101);
    assert_eq!(scene.leg(ALICE, PAPER, Leg::Long).0, -7);
    let events = set_state(&mut scene, TradingState::Reducing, true);
    let terms: Vec<_> = trades(&events).iter().map(|told| (told.last_qty.0, told.terms.reduce_only)).collect();
    assert_eq!((terms, legs(&scene)), (vec![(7, false), (4, true)], [(0, 0), (0, 0)]));
    scene.assert_conserved();
}

#[test]
fn a_trade_of_the_other_mode_cannot_be_bust() {
    let mut scene = stage();
    let opened = trades(&scene.limit(ALICE, PAPER, "long", Buy, 10, 101))[0].exec_id;
    close(&mut scene, "out", Sell, 10, 99);
    scene.configure(ALICE, AccountKind::Standard, PositionMode::Netting);
    assert_eq!(code(&bust(&mut scene, opened)), Some(RefusalCode::UnknownExecution));
    scene.configure(ALICE, AccountKind::Standard, PositionMode::Hedging);
    assert_eq!(code(&bust(&mut scene, opened)), None);
}

#[test]
fn the_mode_changes_only_while_there_is_nothing() {
    let mut scene = Scene::new();
    let configured = scene.configure(BOB, AccountKind::Margin, PositionMode::Hedging);
    assert!(matches!(configured[..], [Event::AccountConfigured { position_mode: PositionMode::Hedging, .. }]));
    let refused = scene.configure(BOB, AccountKind::Cash, PositionMode::Hedging);
    assert_eq!(code(&refused), Some(RefusalCode::FieldInvalid), "a cash account has no shorts");
    scene.limit(BOB, INTERNAL, "rests", Buy, 1, 90);
    assert_eq!(code(&scene.configure(BOB, AccountKind::Margin, PositionMode::Netting)), Some(RefusalCode::AccountInUse));
    scene.cancel(BOB, "rests");
    assert_eq!(code(&scene.configure(BOB, AccountKind::Margin, PositionMode::Netting)), None);

    let mut scene = both_legs();
    close(&mut scene, "out", Sell, 10, 99);
    assert_eq!(code(&scene.configure(ALICE, AccountKind::Standard, PositionMode::Netting)), Some(RefusalCode::AccountInUse));
    close(&mut scene, "back", Buy, 4, 101);
    assert_eq!(code(&scene.configure(ALICE, AccountKind::Standard, PositionMode::Netting)), None);
}

#[test]
fn the_mode_stays_while_reports_are_on_their_way() {
    let mut scene = Scene::new();
    let mut slow = definition(PAPER, "PAP", Venue::Paper);
    let outbound = vec![LatencyRow { upper_ns: 1_000_000, weight: 1 }];
    slow.paper = PaperRules { latency: LatencyRules { seed: 1, inbound: Vec::new(), outbound }, ..PaperRules::default() };
    scene.apply(Command::DefineInstrument(slow));
    scene.configure(ALICE, AccountKind::Standard, PositionMode::Hedging);
    scene.house(&[(Buy, 99, 1_000), (Sell, 101, 1_000)]);
    scene.limit(ALICE, PAPER, "long", Buy, 10, 101);
    scene.apply(Command::Tick);
    scene.now += 5_000_000;
    assert_eq!(told(&scene.apply(Command::Tick)), [(Leg::Long, 10)]);
    close(&mut scene, "out", Sell, 10, 99);
    scene.apply(Command::Tick);
    assert_eq!(legs(&scene), [(0, 0), (0, 0)], "it arrived, and nobody was told");
    assert_eq!(code(&scene.configure(ALICE, AccountKind::Standard, PositionMode::Netting)), Some(RefusalCode::AccountInUse));
    scene.now += 5_000_000;
    assert_eq!(told(&scene.apply(Command::Tick)), [(Leg::Long, 0)]);
    assert_eq!(code(&scene.configure(ALICE, AccountKind::Standard, PositionMode::Netting)), None);
}

#[test]
fn a_snapshot_keeps_both_legs_and_the_mode() {
    let mut scene = both_legs();
    close(&mut scene, "exit", Sell, 10, 105);
    let bytes = scene.core.snapshot();
    let mut copy = Core::restore(&bytes).expect("our own snapshot");
    assert_eq!(copy.state_hash(), scene.core.state_hash());
    let (mut one, mut other) = (Vec::new(), Vec::new());
    let order = scene.order(ALICE, PAPER, "more", Sell, 1, 99);
    let (seq, ts) = (jware_core::units::Seq(scene.core.seq().0 + 1), TsNs(scene.now + 1));
    scene.core.apply(seq, ts, &Command::NewOrder(order), &mut one);
    copy.apply(seq, ts, &Command::NewOrder(order), &mut other);
    assert_eq!((&one, told(&one)), (&other, vec![(Leg::Short, -5)]));

    let hash_of = |mode| {
        let mut scene = Scene::new();
        scene.configure(BOB, AccountKind::Standard, mode);
        scene.core.state_hash()
    };
    assert_ne!(hash_of(PositionMode::Netting), hash_of(PositionMode::Hedging), "the mode is part of the state");
}
