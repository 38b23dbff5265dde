//! Numbers and counts at the end of their range: refused or carried, never a stop.
#![allow(missing_docs)]

mod scene;

use jware_core::command::{Actor, Command};
use jware_core::event::Event;
use jware_core::instrument::Venue;
use jware_core::limits::{NOTIONAL_MINOR_MAX, UNITS_MAX};
use jware_core::order::Side;
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, AmountMinor, InstrumentId, QtyLots};
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, USD, definition, refusal};

use Side::{Buy, Sell};

const VAST: InstrumentId = InstrumentId(9);

fn code(events: &[Event]) -> Option<RefusalCode> {
    refusal(events).map(|refusal| refusal.code)
}

fn deposit(scene: &mut Scene, account: AccountId, amount: i64) -> Option<RefusalCode> {
    let amount = AmountMinor(amount);
    code(&scene.apply(Command::Deposit {
        actor: Actor::default(),
        account,
        currency: USD,
        amount,
        reference: None,
        reason: String::new(),
    }))
}

/// An instrument that allows all that any may.
fn vast_scene() -> Scene {
    let mut scene = Scene::new();
    let mut vast = definition(VAST, "VAST", Venue::Internal);
    (vast.qty_lots_max, vast.notional_minor_max) = (QtyLots(UNITS_MAX), AmountMinor(NOTIONAL_MINOR_MAX));
    (vast.collar_bps, vast.maker_fee_ppm, vast.taker_fee_ppm) = (5_000, 0, 0);
    scene.apply(Command::DefineInstrument(vast));
    for account in [ALICE, BOB] {
        assert_eq!(deposit(&mut scene, account, 1 << 59), None);
    }
    scene
}

#[test]
fn deposits_of_any_size_are_answered() {
    let mut scene = Scene::new();
    let empty = AccountId(1003);
    scene.apply(Command::OpenAccount { account: empty, name: "EMPTY".to_owned() });
    for account in [ALICE, empty] {
        for amount in [i64::MIN, i64::MIN + 1, -(1 << 61) - 2_000_000, (1 << 61) + 1, i64::MAX] {
            assert_eq!(deposit(&mut scene, account, amount), Some(RefusalCode::NumberOverflow), "{amount}");
        }
        assert_eq!(deposit(&mut scene, account, -1_000_001), Some(RefusalCode::InsufficientFunds));
        assert_eq!(deposit(&mut scene, account, 0), Some(RefusalCode::FieldInvalid));
    }
    scene.assert_conserved();
}

#[test]
fn a_value_that_does_not_fit_comes_before_a_name_used_twice() {
    let mut scene = vast_scene();
    scene.limit(ALICE, VAST, "n", Buy, 1, 4);
    assert_eq!(code(&scene.limit(ALICE, VAST, "n", Buy, UNITS_MAX, 1 << 20)), Some(RefusalCode::NumberOverflow));
    assert_eq!(code(&scene.limit(ALICE, VAST, "n", Buy, 1 << 50, 1 << 12)), Some(RefusalCode::DuplicateClordid));
    assert_eq!(code(&scene.limit(ALICE, VAST, "m", Buy, 1 << 50, 1 << 12)), Some(RefusalCode::NotionalAboveMax));
}

#[test]
fn closing_orders_worth_more_than_a_number_holds_are_refused() {
    let mut scene = vast_scene();
    // Alice is long a great many lots, bought low.
    scene.limit(ALICE, VAST, "low", Buy, 1 << 50, 4);
    scene.limit(BOB, VAST, "low", Sell, 1 << 50, 4);
    // The price climbs as fast as the collar lets it.
    let mut price = 4;
    for step in 0.. {
        if price >= 1 << 14 {
            break;
        }
        price = (price * 3 / 2).min(1 << 14);
        assert_eq!(code(&scene.limit(ALICE, VAST, &format!("up{step}"), Buy, 1, price)), None);
        assert_eq!(code(&scene.limit(BOB, VAST, &format!("up{step}"), Sell, 1, price)), None);
    }
    // Each order is allowed, and none needs money: it would only close. Together they pass 2^63.
    let outcomes: Vec<_> =
        (0..12).map(|count| code(&scene.limit(ALICE, VAST, &format!("s{count}"), Sell, 1 << 46, price))).collect();
    assert_eq!(outcomes[..7], [None; 7]);
    assert_eq!(outcomes[8..], [Some(RefusalCode::NumberOverflow); 4]);
    scene.assert_conserved();
}

#[test]
fn a_position_bought_with_all_the_money_can_be_sold() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 20_000), (Sell, 100, 20_000)]);
    // 1,000,000 buys 9,990 at 100, with its fee of 999: 1 is left.
    assert_eq!(code(&scene.limit(ALICE, PAPER, "all-in", Buy, 9_990, 100)), None);
    assert_eq!(scene.position(ALICE, PAPER).0, 9_990);
    assert_eq!(code(&scene.limit(ALICE, PAPER, "more", Sell, 9_991, 99)), Some(RefusalCode::InsufficientFunds));
    assert_eq!(code(&scene.limit(ALICE, PAPER, "all-out", Sell, 9_990, 99)), None);
    assert_eq!(scene.position(ALICE, PAPER), (0, 0));
    assert!(scene.core.account(ALICE).is_some_and(|account| account.balance(USD).available() > 0));
    scene.assert_conserved();
}

#[test]
fn money_may_be_spent_and_taken_out_to_the_last_unit() {
    let mut scene = Scene::new();
    assert_eq!(deposit(&mut scene, ALICE, -2), None);
    // 999,000 and a fee of 999, of 999,998 and then of 999,999.
    let refused = refusal(&scene.limit(ALICE, INTERNAL, "a", Buy, 9_990, 100)).expect("one is missing");
    assert_eq!((refused.code, refused.limit, refused.value), (RefusalCode::InsufficientFunds, 999_998, 999_999));
    assert_eq!(deposit(&mut scene, ALICE, 1), None);
    assert_eq!(code(&scene.limit(ALICE, INTERNAL, "a", Buy, 9_990, 100)), None);
    assert_eq!(deposit(&mut scene, ALICE, -1), Some(RefusalCode::InsufficientFunds));
    assert_eq!(deposit(&mut scene, BOB, -1_000_000), None);
    assert_eq!(deposit(&mut scene, BOB, -1), Some(RefusalCode::InsufficientFunds));
    scene.assert_conserved();
}

#[test]
fn a_short_may_be_closed_at_a_loss_that_nothing_covers() {
    let mut scene = Scene::new();
    let carol = AccountId(1003);
    scene.apply(Command::OpenAccount { account: carol, name: "CAROL".to_owned() });
    assert_eq!(deposit(&mut scene, carol, 1_000_000), None);
    scene.limit(ALICE, INTERNAL, "short", Sell, 10, 100);
    scene.limit(BOB, INTERNAL, "long", Buy, 10, 100);
    // All that is not bound goes: 1,000 of cash stands against the short.
    let available = scene.core.account(ALICE).map_or(0, |account| account.balance(USD).available());
    assert_eq!(deposit(&mut scene, ALICE, -available), None);
    let mut price = 100;
    while price < 300 {
        price = price * 11 / 10;
        assert_eq!(code(&scene.limit(BOB, INTERNAL, &format!("s{price}"), Sell, 1, price)), None);
        assert_eq!(code(&scene.limit(carol, INTERNAL, &format!("b{price}"), Buy, 1, price)), None);
    }
    for part in ["first", "second"] {
        scene.limit(BOB, INTERNAL, part, Sell, 5, price);
        assert_eq!(code(&scene.limit(ALICE, INTERNAL, part, Buy, 5, price)), None, "{part}");
        assert!(scene.core.account(ALICE).is_some_and(|account| account.balance(USD).available() < 0), "{part}");
    }
    assert_eq!(scene.position(ALICE, INTERNAL), (0, 0));
    assert_eq!(code(&scene.limit(ALICE, INTERNAL, "again", Buy, 1, price)), Some(RefusalCode::InsufficientFunds));
    scene.assert_conserved();
}
