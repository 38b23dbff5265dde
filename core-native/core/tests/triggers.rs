//! Waiting orders by example: who is due when, in which order they go to work, and what is told.
#![allow(missing_docs)]

mod scene;

use jware_core::command::{Actor, BookState, Command, MarketFact, OrderChange, OrderRef, ReplaceOrder};
use jware_core::event::Event;
use jware_core::order::{ExecReason, ExecType, OrdStatus, OrdType, Side, TimeInForce, Trail, TriggerSource};
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, OrderId, PriceTicks, QtyLots};
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, executions, fills};

use Side::{Buy, Sell};

/// A book from 90 to 110 with ten lots at 98, 99, 101 and 102, and a last trade at 100.
fn stage() -> Scene {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 90, 100), (Buy, 98, 10), (Buy, 99, 10), (Sell, 101, 10), (Sell, 102, 10), (Sell, 110, 100)]);
    scene.outside_trade(Buy, 100, 1);
    scene
}

fn wait(
    scene: &mut Scene,
    account: AccountId,
    name: &str,
    side: Side,
    ord_type: OrdType,
    trigger: i64,
    source: TriggerSource,
) -> Vec<Event> {
    let mut order = scene.order(account, PAPER, name, side, 2, 100);
    order.terms.ord_type = ord_type;
    if !ord_type.has_price() {
        order.terms.price = PriceTicks(0);
    }
    (order.terms.trigger.price, order.terms.trigger.source) = (PriceTicks(trigger), source);
    scene.apply(Command::NewOrder(order))
}

fn trail(scene: &mut Scene, name: &str, side: Side, trail: Trail, source: TriggerSource) -> Vec<Event> {
    let mut order = scene.order(ALICE, PAPER, name, side, 2, 0);
    order.terms.ord_type = OrdType::TrailingStop;
    order.terms.time_in_force = TimeInForce::Gtc;
    (order.terms.trigger.trail, order.terms.trigger.source) = (trail, source);
    scene.apply(Command::NewOrder(order))
}

fn triggered(events: &[Event]) -> Vec<String> {
    let executions = executions(events).into_iter().filter(|execution| execution.exec_type == ExecType::Triggered);
    executions.map(|execution| execution.cl_ord_id.as_str().to_owned()).collect()
}

fn trigger_of(scene: &Scene, name: &str) -> i64 {
    let order = scene.core.open_orders(ALICE).find(|order| order.cl_ord_id.as_str() == name).expect("it waits");
    order.terms.trigger.price.0
}

#[test]
fn stops_wait_for_the_market_to_go_against_them_and_touched_orders_for_it_to_come() {
    let mut scene = stage();
    for (name, side, ord_type, trigger) in [
        ("stop-buy", Buy, OrdType::Stop, 103),
        ("stop-sell", Sell, OrdType::Stop, 97),
        ("touched-buy", Buy, OrdType::MarketIfTouched, 96),
        ("touched-sell", Sell, OrdType::MarketIfTouched, 104),
    ] {
        let told = executions(&wait(&mut scene, ALICE, name, side, ord_type, trigger, TriggerSource::Last));
        assert_eq!((told.len(), told[0].ord_status, told[0].working), (1, OrdStatus::Held, false), "{name} waits");
    }
    assert!(triggered(&scene.outside_trade(Buy, 102, 1)).is_empty());
    assert_eq!(triggered(&scene.outside_trade(Buy, 103, 1)), ["stop-buy"]);
    assert_eq!(triggered(&scene.outside_trade(Buy, 105, 1)), ["touched-sell"]);
    assert!(triggered(&scene.outside_trade(Buy, 98, 1)).is_empty());
    assert_eq!(triggered(&scene.outside_trade(Buy, 97, 1)), ["stop-sell"]);
    assert_eq!(triggered(&scene.outside_trade(Buy, 96, 1)), ["touched-buy"]);
    scene.assert_conserved();
}

#[test]
fn each_source_is_its_own() {
    let mut scene = stage();
    wait(&mut scene, ALICE, "last", Buy, OrdType::Stop, 103, TriggerSource::Last);
    wait(&mut scene, ALICE, "quote", Buy, OrdType::Stop, 103, TriggerSource::Quote);
    wait(&mut scene, ALICE, "mid", Buy, OrdType::Stop, 103, TriggerSource::Mid);
    wait(&mut scene, ALICE, "mark", Buy, OrdType::Stop, 102, TriggerSource::Mark);
    // Best ask 103: the quote of buys. The middle is 101, the last trade 100.
    let events = scene.house(&[(Sell, 101, 0), (Sell, 102, 0), (Sell, 103, 50)]);
    assert_eq!(triggered(&events), ["quote"]);
    // The middle is 102 and a half: enough for the mark, not for the mid.
    assert_eq!(triggered(&scene.house(&[(Buy, 102, 5)])), ["mark"]);
    assert_eq!(triggered(&scene.house(&[(Sell, 103, 0), (Sell, 104, 50)])), ["mid"]);
    assert_eq!(triggered(&scene.outside_trade(Buy, 104, 1)), ["last"]);
}

#[test]
fn an_order_that_is_due_already_goes_to_work_at_once() {
    let mut scene = stage();
    let events = wait(&mut scene, ALICE, "due", Buy, OrdType::Stop, 100, TriggerSource::Last);
    let types: Vec<_> = executions(&events).iter().map(|execution| execution.exec_type).collect();
    assert_eq!(types, [ExecType::New, ExecType::Triggered, ExecType::Trade]);
    assert_eq!(fills(&events), [("due".to_owned(), 2, 101)]);
}

#[test]
fn all_that_one_look_finds_due_go_to_work_by_id() {
    let mut scene = stage();
    wait(&mut scene, ALICE, "first", Buy, OrdType::Stop, 105, TriggerSource::Last);
    wait(&mut scene, BOB, "second", Buy, OrdType::Stop, 104, TriggerSource::Last);
    wait(&mut scene, ALICE, "third", Buy, OrdType::Stop, 106, TriggerSource::Last);
    assert_eq!(triggered(&scene.outside_trade(Buy, 105, 1)), ["first", "second"]);
    assert_eq!(triggered(&scene.outside_trade(Buy, 106, 1)), ["third"]);
}

#[test]
fn nothing_is_due_while_the_book_is_not_synced() {
    let mut scene = stage();
    wait(&mut scene, ALICE, "stop", Buy, OrdType::Stop, 103, TriggerSource::Last);
    scene.facts(&[MarketFact::State(BookState::Stale)]);
    assert!(triggered(&scene.outside_trade(Buy, 104, 1)).is_empty());
    assert_eq!(triggered(&scene.facts(&[MarketFact::State(BookState::Synced)])), ["stop"]);
}

#[test]
fn a_stop_limit_rests_at_its_price_once_triggered() {
    let mut scene = stage();
    wait(&mut scene, ALICE, "stop-limit", Buy, OrdType::StopLimit, 103, TriggerSource::Last);
    let events = scene.outside_trade(Buy, 103, 1);
    assert_eq!((triggered(&events).len(), fills(&events).len()), (1, 0), "its limit of 100 is below the ask");
    assert_eq!(scene.core.instrument(PAPER).expect("defined").book.best(Buy), Some(PriceTicks(100)));
}

#[test]
fn a_trailing_stop_follows_the_market_its_way_only() {
    let mut scene = stage();
    trail(&mut scene, "sell", Sell, Trail::Ticks(3), TriggerSource::Last);
    assert_eq!(trigger_of(&scene, "sell"), 97);
    scene.outside_trade(Buy, 104, 1);
    assert_eq!(trigger_of(&scene, "sell"), 101);
    assert!(triggered(&scene.outside_trade(Buy, 102, 1)).is_empty());
    assert_eq!(trigger_of(&scene, "sell"), 101, "it does not follow down");
    let events = scene.outside_trade(Buy, 101, 1);
    assert_eq!(triggered(&events), ["sell"]);
    assert_eq!(fills(&events), [("sell".to_owned(), 2, 99)]);
    trail(&mut scene, "buy", Buy, Trail::Bps(200), TriggerSource::Last);
    assert_eq!(trigger_of(&scene, "buy"), 103, "2% of 101, rounded down");
    scene.outside_trade(Buy, 95, 1);
    assert_eq!(trigger_of(&scene, "buy"), 96, "2% of 95 is one tick");
    scene.outside_trade(Buy, 30, 1);
    assert_eq!(trigger_of(&scene, "buy"), 31, "and never less than one");
}

#[test]
fn a_replace_of_the_trigger_waits_for_the_new_one() {
    let mut scene = stage();
    wait(&mut scene, ALICE, "old", Buy, OrdType::Stop, 103, TriggerSource::Last);
    let target = OrderRef { order_id: OrderId(0), orig_cl_ord_id: scene::id("old") };
    let change = OrderChange { order_qty: QtyLots(2), price: PriceTicks(0), trigger_price: PriceTicks(105) };
    let replaced = executions(&scene.apply(Command::Replace(ReplaceOrder {
        actor: Actor::default(),
        account: ALICE,
        cl_ord_id: scene::id("new"),
        target,
        change,
    })));
    assert!(!replaced[0].priority_kept);
    assert!(triggered(&scene.outside_trade(Buy, 104, 1)).is_empty());
    assert_eq!(triggered(&scene.outside_trade(Buy, 105, 1)), ["new"]);
}

#[test]
fn checks_come_when_an_order_is_triggered_and_it_holds_nothing_before() {
    let mut scene = stage();
    let mut order = scene.order(ALICE, PAPER, "dear", Buy, 10_000, 0);
    order.terms.ord_type = OrdType::Stop;
    order.terms.time_in_force = TimeInForce::Gtc;
    order.terms.trigger.price = PriceTicks(103);
    scene.apply(Command::NewOrder(order));
    assert_eq!(scene.core.account(ALICE).map(|account| account.balance(scene::USD).held), Some(0));
    let last = *executions(&scene.outside_trade(Buy, 103, 1)).last().expect("it ends");
    assert_eq!((last.exec_type, last.reason), (ExecType::Rejected, ExecReason::Refused));
    assert_eq!(last.refusal.map(|refusal| refusal.code), Some(RefusalCode::InsufficientFunds));
}

#[test]
fn a_triggered_order_may_trigger_others_of_the_same_command() {
    let mut scene = Scene::new();
    scene.limit(BOB, INTERNAL, "at-100", Sell, 1, 100);
    scene.limit(ALICE, INTERNAL, "take-100", Buy, 1, 100);
    scene.limit(BOB, INTERNAL, "at-101", Sell, 2, 101);
    scene.limit(BOB, INTERNAL, "at-103", Sell, 9, 103);
    for (name, trigger) in [("one", 101), ("two", 103)] {
        let mut order = scene.order(ALICE, INTERNAL, name, Buy, 2, 0);
        order.terms.ord_type = OrdType::Stop;
        order.terms.time_in_force = TimeInForce::Gtc;
        order.terms.trigger.price = PriceTicks(trigger);
        scene.apply(Command::NewOrder(order));
    }
    // One lot at 101 triggers "one", whose second lot trades at 103 and triggers "two".
    let events = scene.limit(ALICE, INTERNAL, "spark", Buy, 1, 101);
    assert_eq!(triggered(&events), ["one", "two"]);
    scene.assert_conserved();
}
