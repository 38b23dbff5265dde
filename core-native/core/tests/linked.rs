//! Linked orders by example: pairs share a quantity, children work with what their parent fills.
#![allow(missing_docs)]

mod scene;

use jware_core::command::{Actor, Command, ListedOrder, NewOrderList, OrderChange, OrderRef, ReplaceOrder, TradeCorrection};
use jware_core::event::{Event, Execution};
use jware_core::order::{
    Contingency, ExecReason, ExecType, OrdStatus, OrdType, OrderTerms, SelfTradePrevention, Side, TriggerSource,
};
use jware_core::refusal::RefusalCode;
use jware_core::units::{OrderId, PriceTicks, QtyLots};
use scene::{ALICE, BOB, INTERNAL, Scene, executions, fills, id, refusal};

use Side::{Buy, Sell};

fn limit(side: Side, qty: i64, price: i64) -> OrderTerms {
    OrderTerms::limit(side, QtyLots(qty), PriceTicks(price))
}

fn stop(side: Side, qty: i64, trigger: i64) -> OrderTerms {
    let mut terms = OrderTerms { ord_type: OrdType::Stop, ..limit(side, qty, 0) };
    terms.trigger.price = PriceTicks(trigger);
    terms
}

fn list(scene: &mut Scene, contingency: Contingency, orders: &[(&str, OrderTerms)]) -> Vec<Event> {
    let orders = orders.iter().map(|&(name, terms)| ListedOrder { cl_ord_id: id(name), terms }).collect();
    let actor = Actor::default();
    scene.apply(Command::NewOrderList(NewOrderList { actor, account: ALICE, instrument: INTERNAL, contingency, orders }))
}

/// A book among users around 100, whose last trade was there.
fn stage() -> Scene {
    let mut scene = Scene::new();
    scene.limit(BOB, INTERNAL, "s", Sell, 1, 100);
    scene.limit(BOB, INTERNAL, "b", Buy, 50, 90);
    let mut taker = scene.order(ALICE, INTERNAL, "t", Buy, 1, 100);
    taker.terms.self_trade_prevention = SelfTradePrevention::None;
    scene.apply(Command::NewOrder(taker));
    scene.limit(ALICE, INTERNAL, "back", Sell, 1, 90);
    assert_eq!(scene.position(ALICE, INTERNAL).0, 0);
    scene
}

fn bracket(scene: &mut Scene, qty: i64) {
    let orders = [("parent", limit(Buy, qty, 98)), ("profit", limit(Sell, qty, 104)), ("loss", stop(Sell, qty, 92))];
    assert_eq!(refusal(&list(scene, Contingency::Bracket, &orders)), None);
}

/// What was told, as `(name, type, reason, quantity, filled)`.
fn told(events: &[Event]) -> Vec<(String, ExecType, ExecReason, i64, i64)> {
    let row = |execution: Execution| {
        let name = execution.cl_ord_id.as_str().to_owned();
        (name, execution.exec_type, execution.reason, execution.terms.order_qty.0, execution.cum_qty.0)
    };
    executions(events).into_iter().filter(|execution| execution.account == ALICE).map(row).collect()
}

fn row(name: &str, exec_type: ExecType, reason: ExecReason, qty: i64, filled: i64) -> (String, ExecType, ExecReason, i64, i64) {
    (name.to_owned(), exec_type, reason, qty, filled)
}

#[test]
fn what_one_leg_fills_the_other_loses() {
    let mut scene = stage();
    list(&mut scene, Contingency::Oco, &[("low", limit(Buy, 5, 95)), ("high", stop(Buy, 5, 105))]);
    let events = scene.limit(BOB, INTERNAL, "x1", Sell, 2, 95);
    assert_eq!(
        told(&events),
        [row("low", ExecType::Trade, ExecReason::None, 5, 2), row("high", ExecType::Restated, ExecReason::Linked, 3, 0)]
    );
    let events = scene.limit(BOB, INTERNAL, "x2", Sell, 3, 95);
    assert_eq!(
        told(&events),
        [row("low", ExecType::Trade, ExecReason::None, 5, 5), row("high", ExecType::Canceled, ExecReason::Linked, 0, 0)]
    );
    scene.assert_conserved();
}

#[test]
fn the_end_of_one_leg_is_the_end_of_both() {
    let mut scene = stage();
    list(&mut scene, Contingency::Oco, &[("low", limit(Buy, 5, 95)), ("high", stop(Buy, 5, 105))]);
    let events = scene.cancel(ALICE, "high");
    assert_eq!(
        told(&events),
        [row("high", ExecType::Canceled, ExecReason::Requested, 5, 0), row("low", ExecType::Canceled, ExecReason::Linked, 5, 0)]
    );
    assert_eq!(scene.core.open_orders(ALICE).count(), 0);
}

#[test]
fn exits_wait_for_the_parent_and_get_what_it_fills() {
    let mut scene = stage();
    bracket(&mut scene, 4);
    let held: Vec<_> = scene.core.open_orders(ALICE).map(|order| (order.status, order.terms.order_qty.0)).collect();
    assert_eq!(held, [(OrdStatus::New, 4), (OrdStatus::Held, 0), (OrdStatus::Held, 0)]);
    let events = scene.limit(BOB, INTERNAL, "x1", Sell, 3, 98);
    assert_eq!(
        told(&events),
        [
            row("parent", ExecType::Trade, ExecReason::None, 4, 3),
            row("profit", ExecType::Restated, ExecReason::Linked, 3, 0),
            row("loss", ExecType::Restated, ExecReason::Linked, 3, 0),
        ]
    );
    assert_eq!(scene.core.instrument(INTERNAL).expect("defined").book.best(Sell), Some(PriceTicks(104)), "it works");
    let events = scene.limit(BOB, INTERNAL, "x2", Buy, 3, 104);
    assert_eq!(
        told(&events),
        [row("profit", ExecType::Trade, ExecReason::None, 3, 3), row("loss", ExecType::Restated, ExecReason::Linked, 0, 0),],
        "both wait for the rest of the parent"
    );
    let events = scene.limit(BOB, INTERNAL, "x3", Sell, 1, 98);
    assert_eq!(
        told(&events),
        [
            row("parent", ExecType::Trade, ExecReason::None, 4, 4),
            row("profit", ExecType::Restated, ExecReason::Linked, 4, 3),
            row("loss", ExecType::Restated, ExecReason::Linked, 1, 0),
        ]
    );
    assert_eq!(scene.position(ALICE, INTERNAL).0, 1);
    let events = scene.limit(BOB, INTERNAL, "x4", Sell, 50, 90);
    assert_eq!(fills(&events).iter().filter(|fill| fill.0 == "loss").map(|fill| fill.1).sum::<i64>(), 0, "nobody bids below");
    scene.assert_conserved();
}

#[test]
fn a_parent_that_ends_unfilled_takes_its_children_along_and_one_that_filled_leaves_them() {
    let mut scene = stage();
    bracket(&mut scene, 4);
    let ended: Vec<_> = told(&scene.cancel(ALICE, "parent")).into_iter().map(|row| (row.0, row.2)).collect();
    assert_eq!(
        ended,
        [
            ("parent".to_owned(), ExecReason::Requested),
            ("profit".to_owned(), ExecReason::Linked),
            ("loss".to_owned(), ExecReason::Linked),
        ]
    );
    let orders = [("p2", limit(Buy, 4, 98)), ("pr2", limit(Sell, 4, 104)), ("l2", stop(Sell, 4, 92))];
    list(&mut scene, Contingency::Bracket, &orders);
    scene.limit(BOB, INTERNAL, "x1", Sell, 1, 98);
    assert_eq!(told(&scene.cancel(ALICE, "p2")).len(), 1);
    let left: Vec<_> = scene.core.open_orders(ALICE).map(|order| order.leaves_qty().0).collect();
    assert_eq!(left, [1, 1]);
    scene.cancel(ALICE, "pr2");
    assert_eq!(scene.core.open_orders(ALICE).count(), 0, "the end of one exit is the end of both");
}

#[test]
fn a_list_is_accepted_whole_or_not_at_all_and_names_the_order_that_was_refused() {
    let mut scene = stage();
    let events = list(&mut scene, Contingency::Oco, &[("ok", limit(Buy, 5, 95)), ("bad", limit(Buy, 5, 0))]);
    let Some(Event::Refused { refusal: found, cl_ord_id, .. }) = events.first() else { panic!("refused") };
    assert_eq!((found.code, cl_ord_id.as_str()), (RefusalCode::PriceInvalid, "bad"));
    assert_eq!(events.len(), 1);
    let unequal = list(&mut scene, Contingency::Oco, &[("ok", limit(Buy, 5, 95)), ("bad", limit(Buy, 6, 94))]);
    assert_eq!(refusal(&unequal).map(|refusal| refusal.code), Some(RefusalCode::ListInvalid));
    assert_eq!(scene.core.open_orders(ALICE).count(), 0);
}

#[test]
fn the_quantity_of_a_leg_is_fixed() {
    let mut scene = stage();
    list(&mut scene, Contingency::Oco, &[("low", limit(Buy, 5, 95)), ("high", stop(Buy, 5, 105))]);
    let refused = refusal(&scene.replace(ALICE, "low", "low2", 4, 95)).expect("refused");
    assert_eq!((refused.code, refused.limit, refused.value), (RefusalCode::LinkedQtyFixed, 5, 4));
    assert_eq!(refusal(&scene.replace(ALICE, "low", "low2", 5, 94)), None);
}

#[test]
fn the_legs_of_a_pair_never_trade_with_each_other() {
    let mut scene = stage();
    let willing = |side| {
        let terms = limit(side, 5, 97);
        OrderTerms { self_trade_prevention: SelfTradePrevention::None, ..terms }
    };
    let events = list(&mut scene, Contingency::Oco, &[("buy", willing(Buy)), ("sell", willing(Sell))]);
    assert_eq!(refusal(&events), None);
    assert!(fills(&events).is_empty());
    let ended: Vec<_> = told(&events).into_iter().filter(|row| row.1 == ExecType::Canceled).map(|row| (row.0, row.2)).collect();
    assert_eq!(ended, [("sell".to_owned(), ExecReason::SelfTrade), ("buy".to_owned(), ExecReason::Linked)]);
}

#[test]
fn a_fed_child_may_be_given_another_trigger_and_waits_for_that() {
    let mut scene = stage();
    bracket(&mut scene, 4);
    scene.limit(BOB, INTERNAL, "x1", Sell, 4, 98);
    let target = OrderRef { order_id: OrderId(0), orig_cl_ord_id: id("loss") };
    let change = OrderChange { order_qty: QtyLots(4), price: PriceTicks(0), trigger_price: PriceTicks(96) };
    let replaced = scene.apply(Command::Replace(ReplaceOrder {
        actor: Actor::default(),
        account: ALICE,
        cl_ord_id: id("loss2"),
        target,
        change,
    }));
    assert_eq!(refusal(&replaced), None);
    scene.limit(BOB, INTERNAL, "at-96", Buy, 1, 96);
    let mut taker = scene.order(BOB, INTERNAL, "x3", Sell, 1, 96);
    taker.terms.self_trade_prevention = SelfTradePrevention::None;
    let events = scene.apply(Command::NewOrder(taker));
    let triggered: Vec<_> = told(&events).into_iter().filter(|row| row.1 == ExecType::Triggered).map(|row| row.0).collect();
    assert_eq!(triggered, ["loss2"], "the trade at 96 is its trigger");
    assert_eq!(scene.position(ALICE, INTERNAL).0, 0, "sold to the bids at 90");
    scene.assert_conserved();
}

#[test]
fn a_child_that_meets_its_parent_may_end_with_it() {
    let mut scene = stage();
    scene.limit(BOB, INTERNAL, "ask", Sell, 1, 100);
    let mut child = stop(Sell, 10, 96);
    (child.trigger.source, child.self_trade_prevention) = (TriggerSource::Mid, SelfTradePrevention::Decrement);
    list(&mut scene, Contingency::Oto, &[("parent", limit(Buy, 10, 95)), ("child", child)]);
    let events = scene.limit(BOB, INTERNAL, "x1", Sell, 5, 95);
    let fill = executions(&events).into_iter().find(|execution| execution.account == ALICE).expect("the parent filled");
    let (actor, reason) = (Actor::default(), String::new());
    scene.apply(Command::CorrectTrade(TradeCorrection { actor, exec_ref_id: fill.exec_id, corrected: None, reason }));
    // The middle comes to 95.5: the child sells, meets the parent, and takes from it all that it has left and never filled.
    let events = scene.limit(BOB, INTERNAL, "x2", Sell, 1, 96);
    assert_eq!(
        told(&events),
        [
            row("child", ExecType::Triggered, ExecReason::None, 5, 0),
            row("parent", ExecType::Canceled, ExecReason::SelfTrade, 0, 0),
            row("child", ExecType::Canceled, ExecReason::Linked, 5, 0),
        ]
    );
    scene.assert_conserved();
}
