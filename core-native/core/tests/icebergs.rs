//! Icebergs by example: what is displayed trades first come, first served; the next part waits at the back of the queue.
#![allow(missing_docs)]

mod scene;

use jware_core::command::Command;
use jware_core::order::{OrderTerms, Side, TimeInForce};
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, PriceTicks, QtyLots};
use scene::{ALICE, BOB, INTERNAL, Scene, fills, refusal};

use Side::{Buy, Sell};

fn iceberg(scene: &mut Scene, account: AccountId, name: &str, qty: i64, display: i64) -> Option<RefusalCode> {
    let mut order = scene.order(account, INTERNAL, name, Sell, qty, 100);
    order.terms = OrderTerms { display_qty: QtyLots(display), ..order.terms };
    refusal(&scene.apply(Command::NewOrder(order))).map(|refusal| refusal.code)
}

fn displayed(scene: &Scene) -> Vec<(PriceTicks, i64)> {
    scene.core.instrument(INTERNAL).expect("defined").book.depth(Sell, 9)
}

/// The makers of a taker's fills, in order.
fn makers(scene: &mut Scene, qty: i64) -> Vec<(String, i64)> {
    let events = scene.limit(BOB, INTERNAL, &format!("t{}", scene.now), Buy, qty, 100);
    fills(&events).into_iter().filter(|fill| !fill.0.starts_with('t')).map(|(name, qty, _)| (name, qty)).collect()
}

fn some(fills: &[(&str, i64)]) -> Vec<(String, i64)> {
    fills.iter().map(|&(name, qty)| (name.to_owned(), qty)).collect()
}

#[test]
fn the_next_part_is_displayed_at_the_back_of_the_queue() {
    let mut scene = Scene::new();
    iceberg(&mut scene, ALICE, "ice", 10, 3);
    scene.limit(ALICE, INTERNAL, "plain", Sell, 4, 100);
    assert_eq!(displayed(&scene), [(PriceTicks(100), 7)], "three of ten, and four");
    assert_eq!(makers(&mut scene, 5), some(&[("ice", 3), ("plain", 2)]), "the next part stands behind");
    assert_eq!(displayed(&scene), [(PriceTicks(100), 5)]);
    assert_eq!(makers(&mut scene, 9), some(&[("plain", 2), ("ice", 3), ("ice", 3), ("ice", 1)]), "the last part is what is left");
    assert_eq!(displayed(&scene), []);
}

#[test]
fn a_part_that_is_not_used_up_keeps_its_place() {
    let mut scene = Scene::new();
    iceberg(&mut scene, ALICE, "ice", 10, 3);
    scene.limit(ALICE, INTERNAL, "plain", Sell, 4, 100);
    assert_eq!(makers(&mut scene, 2), some(&[("ice", 2)]));
    assert_eq!(makers(&mut scene, 2), some(&[("ice", 1), ("plain", 1)]));
}

#[test]
fn a_replace_to_less_takes_hidden_quantity_first_and_keeps_the_place() {
    let mut scene = Scene::new();
    iceberg(&mut scene, ALICE, "ice", 10, 3);
    scene.limit(ALICE, INTERNAL, "plain", Sell, 4, 100);
    scene.replace(ALICE, "ice", "less", 4, 100);
    assert_eq!(displayed(&scene), [(PriceTicks(100), 7)], "one is hidden still");
    scene.replace(ALICE, "less", "least", 2, 100);
    assert_eq!(displayed(&scene), [(PriceTicks(100), 6)], "a display above the new quantity is cut to it");
    assert_eq!(makers(&mut scene, 3), some(&[("least", 2), ("plain", 1)]));
}

#[test]
fn what_is_hidden_trades_with_who_takes_all_and_counts_for_fok() {
    let mut scene = Scene::new();
    iceberg(&mut scene, ALICE, "ice", 10, 3);
    let mut fok = scene.order(BOB, INTERNAL, "fok", Buy, 10, 100);
    fok.terms.time_in_force = TimeInForce::Fok;
    let filled: i64 = fills(&scene.apply(Command::NewOrder(fok))).iter().filter(|fill| fill.0 == "fok").map(|fill| fill.1).sum();
    assert_eq!(filled, 10);
}

#[test]
fn a_display_is_no_less_than_the_smallest_order_and_no_more_than_the_order() {
    let mut scene = Scene::new();
    assert_eq!(iceberg(&mut scene, ALICE, "a", 10, 11), Some(RefusalCode::DisplayQtyInvalid));
    assert_eq!(iceberg(&mut scene, ALICE, "a", 10, -1), Some(RefusalCode::DisplayQtyInvalid));
    assert_eq!(iceberg(&mut scene, ALICE, "a", 10, 10), None);
}
