//! Reduce-only by example: an account's exits never have more left than its position.
#![allow(missing_docs)]

mod scene;

use jware_core::command::{Actor, Command, Scope, TradingState};
use jware_core::event::Event;
use jware_core::order::{ExecReason, ExecType, OrderTerms, Side};
use jware_core::refusal::RefusalCode;
use scene::{ALICE, BOB, INTERNAL, Scene, executions, refusal};

use Side::{Buy, Sell};

/// Alice is long ten, bought at 100.
fn stage() -> Scene {
    let mut scene = Scene::new();
    scene.limit(BOB, INTERNAL, "s", Sell, 10, 100);
    scene.limit(ALICE, INTERNAL, "b", Buy, 10, 100);
    assert_eq!(scene.position(ALICE, INTERNAL), (10, 1_000));
    scene
}

fn exit(scene: &mut Scene, name: &str, side: Side, qty: i64, price: i64) -> Vec<Event> {
    let mut order = scene.order(ALICE, INTERNAL, name, side, qty, price);
    order.terms = OrderTerms { reduce_only: true, ..order.terms };
    scene.apply(Command::NewOrder(order))
}

fn code(events: &[Event]) -> Option<(RefusalCode, i64)> {
    refusal(events).map(|refusal| (refusal.code, refusal.limit))
}

#[test]
fn exits_together_close_no_more_than_there_is() {
    let mut scene = stage();
    assert_eq!(code(&exit(&mut scene, "wrong", Buy, 1, 90)), Some((RefusalCode::ReduceOnly, 0)), "buys close nothing of a long");
    assert_eq!(code(&exit(&mut scene, "much", Sell, 11, 105)), Some((RefusalCode::ReduceOnly, 10)));
    assert_eq!(code(&exit(&mut scene, "six", Sell, 6, 105)), None);
    assert_eq!(code(&exit(&mut scene, "five", Sell, 5, 106)), Some((RefusalCode::ReduceOnly, 4)));
    assert_eq!(code(&exit(&mut scene, "four", Sell, 4, 106)), None);
    assert_eq!(code(&scene.replace(ALICE, "six", "seven", 7, 105)), Some((RefusalCode::ReduceOnly, 6)), "its own is not counted");
}

#[test]
fn the_newest_exits_are_reduced_when_the_position_shrinks() {
    let mut scene = stage();
    exit(&mut scene, "old", Sell, 6, 105);
    exit(&mut scene, "new", Sell, 4, 106);
    scene.limit(BOB, INTERNAL, "bid", Buy, 9, 99);
    let events = scene.limit(ALICE, INTERNAL, "out", Sell, 5, 99);
    let told: Vec<_> = executions(&events)
        .into_iter()
        .filter(|execution| execution.reason == ExecReason::ReduceOnly)
        .map(|execution| (execution.cl_ord_id.as_str().to_owned(), execution.exec_type, execution.terms.order_qty.0))
        .collect();
    assert_eq!(told, [("new".to_owned(), ExecType::Canceled, 0), ("old".to_owned(), ExecType::Restated, 5)]);
    // Four more out: only one is left to close.
    scene.limit(ALICE, INTERNAL, "out2", Sell, 4, 99);
    let left: Vec<_> = scene.core.open_orders(ALICE).map(|order| order.leaves_qty().0).collect();
    assert_eq!((scene.position(ALICE, INTERNAL).0, left), (1, vec![1]));
    scene.assert_conserved();
}

#[test]
fn in_a_reducing_account_only_closing_orders_are_taken() {
    let mut scene = stage();
    scene.apply(Command::SetTradingState {
        actor: Actor::default(),
        scope: Scope::Account(ALICE),
        state: TradingState::Reducing,
        flatten: false,
        reason: "review".to_owned(),
    });
    assert_eq!(code(&scene.limit(ALICE, INTERNAL, "more", Buy, 1, 99)), Some((RefusalCode::ReducingOnly, 0)));
    assert_eq!(code(&scene.limit(ALICE, INTERNAL, "all", Sell, 10, 105)), None);
    assert_eq!(code(&scene.limit(ALICE, INTERNAL, "again", Sell, 1, 105)), Some((RefusalCode::ReducingOnly, 0)));
}

#[test]
fn a_kill_with_flatten_closes_what_it_can() {
    let mut scene = stage();
    exit(&mut scene, "exit", Sell, 6, 105);
    scene.limit(BOB, INTERNAL, "bid", Buy, 7, 99);
    let events = scene.apply(Command::SetTradingState {
        actor: Actor::default(),
        scope: Scope::Account(ALICE),
        state: TradingState::Halted,
        flatten: true,
        reason: "kill".to_owned(),
    });
    let told: Vec<_> = executions(&events)
        .into_iter()
        .filter(|execution| execution.account == ALICE)
        .map(|execution| (execution.exec_type, execution.reason, execution.last_qty.0))
        .collect();
    assert_eq!(
        told,
        [
            (ExecType::Canceled, ExecReason::Halted, 0),
            (ExecType::New, ExecReason::Flatten, 0),
            (ExecType::Trade, ExecReason::None, 7),
            (ExecType::Expired, ExecReason::MarketRemainder, 0),
        ]
    );
    assert_eq!(scene.position(ALICE, INTERNAL).0, 3);
    scene.assert_conserved();
}

#[test]
fn a_brackets_exits_count_once_where_only_reducing_is_allowed() {
    use jware_core::command::{ListedOrder, NewOrderList};
    use jware_core::order::{Contingency, OrdType, Trigger};
    use jware_core::units::{PriceTicks, QtyLots, StrategyId};
    use scene::{PAPER, id};

    let mut scene = Scene::new();
    scene.house(&[(Side::Buy, 99, 100), (Side::Sell, 101, 100)]);
    scene.limit(ALICE, PAPER, "long", Side::Buy, 9, 101);
    let strategy = StrategyId(2);
    scene.apply(Command::SetTradingState {
        actor: Actor::default(),
        scope: Scope::Strategy(ALICE, strategy),
        state: TradingState::Reducing,
        flatten: false,
        reason: String::new(),
    });
    let listed = |name: &str, terms| ListedOrder { cl_ord_id: id(name), terms };
    let entry = OrderTerms::limit(Side::Buy, QtyLots(8), PriceTicks(98));
    let profit = OrderTerms::limit(Side::Sell, QtyLots(8), PriceTicks(106));
    let stop = OrderTerms {
        ord_type: OrdType::Stop,
        price: PriceTicks(0),
        trigger: Trigger { price: PriceTicks(90), ..Trigger::default() },
        strategy,
        ..profit
    };
    let events = scene.apply(Command::NewOrderList(NewOrderList {
        actor: Actor::default(),
        account: ALICE,
        instrument: PAPER,
        contingency: Contingency::Bracket,
        orders: vec![listed("e", entry), listed("p", profit), listed("s", stop)],
    }));
    assert_eq!(refusal(&events), None, "9 are there to close, and the two exits close 8 together");
}
