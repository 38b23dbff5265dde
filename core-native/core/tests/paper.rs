//! What a venue that we only watch would have made of our orders, by example.
#![allow(missing_docs)]

mod scene;

use jware_core::command::{BookState, Command, MarketFact};
use jware_core::event::Event;
use jware_core::instrument::Venue;
use jware_core::order::Side;
use jware_core::paper::{PaperRules, QueueModel};
use jware_core::refusal::RefusalCode;
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, definition, fills, refusal};

use Side::{Buy, Sell};

fn with_rules(rules: PaperRules) -> Scene {
    let mut scene = Scene::new();
    let mut paper = definition(PAPER, "PAP", Venue::Paper);
    paper.paper = rules;
    assert!(refusal(&scene.apply(Command::DefineInstrument(paper))).is_none());
    scene
}

fn probabilistic(power: u8) -> Scene {
    with_rules(PaperRules { queue: QueueModel::Probabilistic { power }, ..PaperRules::default() })
}

fn ahead(scene: &Scene) -> Vec<i64> {
    [ALICE, BOB].iter().flat_map(|&who| scene.core.open_orders(who)).map(|order| scene.core.house_ahead(order)).collect()
}

#[test]
fn of_what_cancels_a_part_stood_ahead() {
    for (power, expected) in [(1, 24), (2, 27), (3, 29)] {
        let mut scene = probabilistic(power);
        scene.house(&[(Buy, 99, 30), (Sell, 101, 10)]);
        scene.limit(ALICE, PAPER, "r", Buy, 4, 99);
        scene.house(&[(Buy, 99, 100)]);
        assert_eq!(ahead(&scene), [30], "new size joins behind");
        // Of the 20 that leave, 30 of 100 stood ahead: 6, or 900 of 5,800 of them, or 27,000 of 370,000.
        scene.house(&[(Buy, 99, 80)]);
        assert_eq!(ahead(&scene), [expected]);
    }
}

#[test]
fn what_traded_is_not_taken_for_canceled() {
    let mut scene = probabilistic(1);
    scene.house(&[(Buy, 99, 30), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "r", Buy, 4, 99);
    scene.house(&[(Buy, 99, 60)]);
    scene.outside_trade(Sell, 99, 10);
    assert_eq!(ahead(&scene), [20], "a trade takes from the front");
    scene.house(&[(Buy, 99, 50)]);
    assert_eq!(ahead(&scene), [20], "the level shows what traded");
    scene.house(&[(Buy, 99, 40)]);
    assert_eq!(ahead(&scene), [16], "and then 10 of 50 cancel, of which 20 are ahead");
}

#[test]
fn nobody_is_passed_by_an_order_behind() {
    let mut scene = probabilistic(3);
    scene.house(&[(Buy, 99, 45), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "front", Buy, 1, 99);
    scene.house(&[(Buy, 99, 55)]);
    scene.limit(BOB, PAPER, "back", Buy, 1, 99);
    scene.house(&[(Buy, 99, 100)]);
    // For itself the order behind would have 55 - 49 ahead, the one before it 45 - 27.
    scene.house(&[(Buy, 99, 23)]);
    assert_eq!(ahead(&scene), [18, 18]);
}

#[test]
fn conservative_means_that_those_behind_leave_first() {
    let mut scene = with_rules(PaperRules::default());
    scene.house(&[(Buy, 99, 30), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "r", Buy, 4, 99);
    scene.house(&[(Buy, 99, 100)]);
    scene.house(&[(Buy, 99, 31)]);
    assert_eq!(ahead(&scene), [30]);
    scene.house(&[(Buy, 99, 29)]);
    assert_eq!(ahead(&scene), [29]);
}

#[test]
fn while_a_book_is_rebuilt_nothing_is_taken_for_canceled() {
    let mut scene = probabilistic(1);
    scene.house(&[(Buy, 99, 30), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "r", Buy, 4, 99);
    let level =
        |qty| MarketFact::Level { side: Buy, price: jware_core::units::PriceTicks(99), qty: jware_core::units::QtyLots(qty) };
    scene.facts(&[
        MarketFact::State(BookState::Resyncing),
        MarketFact::Reset,
        level(60),
        level(40),
        MarketFact::State(BookState::Synced),
    ]);
    assert_eq!(ahead(&scene), [30]);
}

#[test]
fn a_queue_that_canceled_fills_sooner() {
    let mut scene = probabilistic(2);
    scene.house(&[(Buy, 99, 80), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "r", Buy, 4, 99);
    scene.house(&[(Buy, 99, 100)]);
    // 6,400 of 6,800 of the 50 that leave, less than one: 47.
    scene.house(&[(Buy, 99, 50)]);
    assert_eq!(ahead(&scene), [33]);
    assert!(fills(&scene.outside_trade(Sell, 99, 33)).is_empty());
    assert_eq!(fills(&scene.outside_trade(Sell, 99, 3)), [("r".to_owned(), 3, 99)]);
    scene.assert_conserved();
}

#[test]
fn rules_of_a_venue_are_refused_where_they_make_no_sense() {
    let mut scene = Scene::new();
    let queue = |power| PaperRules { queue: QueueModel::Probabilistic { power }, ..PaperRules::default() };
    for (instrument, symbol, venue, rules) in [
        (PAPER, "PAP", Venue::Paper, queue(0)),
        (PAPER, "PAP", Venue::Paper, queue(4)),
        (INTERNAL, "INT", Venue::Internal, queue(1)),
    ] {
        let mut odd = definition(instrument, symbol, venue);
        odd.paper = rules;
        let events = scene.apply(Command::DefineInstrument(odd));
        assert_eq!(refusal(&events).map(|refusal| refusal.code), Some(RefusalCode::FieldInvalid));
        assert!(!events.iter().any(|event| matches!(event, Event::InstrumentDefined { .. })));
    }
}
