//! Watching a command tells when its checks are done, and changes nothing.
#![allow(missing_docs)]

mod scene;

use std::cell::Cell;

use jware_core::command::{
    Actor, Batch, BatchRequest, CancelOrder, Command, ListedOrder, MassCancel, NewOrderList, OrderChange, OrderRef, ReplaceOrder,
};
use jware_core::event::Event;
use jware_core::order::{ClOrdId, Contingency, OrderTerms, Side};
use jware_core::units::{AccountId, OrderId, PriceTicks, QtyLots, Seq, TsNs};
use scene::{ALICE, BOB, INTERNAL, Scene, id};

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

fn count() {
    COUNT.set(COUNT.get() + 1);
}

/// What a request is, the request, and how often it is told that checks are done.
fn cases(scene: &Scene) -> Vec<(&'static str, Command, u32)> {
    let order = |name: &str, qty, price| scene.order(ALICE, INTERNAL, name, Side::Buy, qty, price);
    let listed = |name: &str, price| ListedOrder {
        cl_ord_id: id(name),
        terms: OrderTerms::limit(Side::Buy, QtyLots(2), PriceTicks(price)),
    };
    let actor = Actor::default();
    let target = |name: &str| OrderRef { order_id: OrderId(0), orig_cl_ord_id: id(name) };
    let replace = |old: &str, new: &str| {
        let change = OrderChange { order_qty: QtyLots(3), price: PriceTicks(99), trigger_price: PriceTicks(0) };
        Command::Replace(ReplaceOrder { actor, account: ALICE, cl_ord_id: id(new), target: target(old), change })
    };
    let cancel =
        |name: &str| Command::Cancel(CancelOrder { actor, account: ALICE, cl_ord_id: ClOrdId::EMPTY, target: target(name) });
    let batch = |atomic, names: [&str; 2]| {
        let requests = names.map(|name| BatchRequest::New { instrument: INTERNAL, order: listed(name, 90) }).to_vec();
        Command::Batch(Batch { actor, account: ALICE, atomic, requests })
    };
    let orders = vec![listed("l-1", 90), listed("l-2", 91)];
    vec![
        ("an order that fills", Command::NewOrder(order("fills", 1, 100)), 1),
        ("an order that rests", Command::NewOrder(order("rests", 2, 98)), 1),
        ("the same again", Command::NewOrder(order("rests", 2, 98)), 0),
        ("an order that is refused", Command::NewOrder(order("large", 20_000, 98)), 1),
        ("a replace", replace("rests", "replaced"), 1),
        ("a replace of nothing", replace("nothing", "never"), 0),
        ("a cancel", cancel("replaced"), 1),
        ("a cancel of nothing", cancel("nothing"), 1),
        (
            "a list",
            Command::NewOrderList(NewOrderList {
                actor,
                account: ALICE,
                instrument: INTERNAL,
                contingency: Contingency::Oco,
                orders,
            }),
            1,
        ),
        ("an atomic batch", batch(true, ["a-1", "a-2"]), 1),
        ("a batch", batch(false, ["b-1", "b-2"]), 2),
        ("a mass cancel", Command::MassCancel(MassCancel::of_lost_session(actor, ALICE)), 0),
    ]
}

#[test]
fn a_quiet_core_tells_less_and_comes_to_the_same() {
    let (mut quiet, mut plain) = (Scene::new(), Scene::new());
    for scene in [&mut quiet, &mut plain] {
        scene.limit(BOB, INTERNAL, "offer", Side::Sell, 5, 100);
    }
    for (what, command, _) in cases(&plain) {
        quiet.now += 1_000;
        let (seq, mut told) = (Seq(quiet.core.seq().0 + 1), Vec::new());
        quiet.core.apply_quietly(seq, TsNs(quiet.now), &command, &mut told);
        let is_left_out = |event: &Event| {
            use Event::{Balance, Execution, Level, Position, Trade};
            matches!(event, Execution(_) | Position(_) | Balance(_) | Level { .. } | Trade { .. })
        };
        assert!(!told.iter().any(is_left_out) || what == "the same again", "{what}: {told:?}");
        plain.apply(command);
        assert_eq!(quiet.core.state_hash(), plain.core.state_hash(), "{what}");
        // What no hash covers is in the bytes.
        assert_eq!(quiet.core.snapshot(), plain.core.snapshot(), "{what}");
    }
    let seq = Seq(quiet.core.seq().0 + 1);
    let order = Command::NewOrder(quiet.order(ALICE, INTERNAL, "after", Side::Buy, 1, 90));
    let mut told = Vec::new();
    quiet.core.apply(seq, TsNs(quiet.now + 1), &order, &mut told);
    assert!(matches!(told.first(), Some(Event::Execution(_))), "it is quiet for one command: {told:?}");
}

/// It is given nothing that it could change: what is left to see is that it goes nowhere where nothing is.
#[test]
fn looking_ahead_takes_any_command_about_any_order() {
    let mut scene = Scene::new();
    let actor = Actor::default();
    let by_name =
        |name: &str| OrderRef { order_id: OrderId(0), orig_cl_ord_id: if name.is_empty() { ClOrdId::EMPTY } else { id(name) } };
    let look = |scene: &Scene| {
        let mut commands: Vec<Command> = cases(scene).into_iter().map(|(_, command, _)| command).collect();
        for name in ["first", "mid", "last", "alone", "gone", "nobody's", ""] {
            let (target, cl_ord_id) = (by_name(name), ClOrdId::EMPTY);
            let change = OrderChange { order_qty: QtyLots(3), price: PriceTicks(99), trigger_price: PriceTicks(0) };
            for account in [ALICE, BOB, AccountId(0)] {
                commands.push(Command::Cancel(CancelOrder { actor, account, cl_ord_id, target }));
                commands.push(Command::Replace(ReplaceOrder { actor, account, cl_ord_id: id("other"), target, change }));
            }
        }
        for command in &commands {
            scene.core.look_ahead(command);
            scene.core.look_further(command);
        }
    };
    // Before there is any order; with one by itself; with neighbours in queue and list, and names that are past.
    look(&scene);
    scene.limit(BOB, INTERNAL, "alone", Side::Sell, 5, 100);
    look(&scene);
    for name in ["first", "mid", "last", "gone"] {
        scene.limit(ALICE, INTERNAL, name, Side::Buy, 5, 90);
    }
    let cl_ord_id = ClOrdId::EMPTY;
    scene.apply(Command::Cancel(CancelOrder { actor, account: ALICE, cl_ord_id, target: by_name("gone") }));
    look(&scene);
}

#[test]
fn a_watched_core_says_once_for_each_request_that_it_was_checked_and_comes_to_the_same() {
    let (mut watched, mut plain) = (Scene::new(), Scene::new());
    for scene in [&mut watched, &mut plain] {
        scene.limit(BOB, INTERNAL, "offer", Side::Sell, 5, 100);
    }
    for (what, command, expected) in cases(&plain) {
        COUNT.set(0);
        watched.now += 1_000;
        let (seq, mut told) = (Seq(watched.core.seq().0 + 1), Vec::new());
        watched.core.apply_watched(seq, TsNs(watched.now), &command, &mut told, count);
        assert_eq!(COUNT.get(), expected, "{what}: {told:?}");
        assert_eq!(told, plain.apply(command), "{what}");
        assert_eq!(COUNT.get(), expected, "{what}: who does not watch hears nothing");
        assert_eq!(watched.core.state_hash(), plain.core.state_hash(), "{what}");
    }
    COUNT.set(0);
    watched.limit(ALICE, INTERNAL, "after", Side::Buy, 1, 90);
    assert_eq!(COUNT.get(), 0, "a watch ends with its command");
}
