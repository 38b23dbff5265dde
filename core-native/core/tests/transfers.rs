//! Money in and out by example: a movement has a name, and a name moves money once.
#![allow(missing_docs)]

mod scene;

use jware_core::Core;
use jware_core::command::{Actor, Command};
use jware_core::event::Event;
use jware_core::order::Side::Buy;
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, Seq, TsNs};
use scene::{ALICE, BOB, INTERNAL, Scene, USD, id};

fn transfer(account: AccountId, amount: i64, name: &str) -> Command {
    Command::Deposit {
        actor: Actor::default(),
        account,
        currency: USD,
        amount: AmountMinor(amount),
        reference: Some(id(name)),
        reason: "a wire".to_owned(),
    }
}

fn cash(core: &Core, account: AccountId) -> i64 {
    core.account(account).expect("open").balances[USD].cash
}

fn code(events: &[Event]) -> Option<RefusalCode> {
    events.iter().find_map(|event| if let Event::Refused { refusal, .. } = event { Some(refusal.code) } else { None })
}

#[test]
fn a_reference_moves_money_once_however_often_it_comes() {
    let mut scene = Scene::new();
    let seq = scene.core.seq().0 + 1;
    for _ in 0..3 {
        let told = scene.apply(transfer(ALICE, 500, "wire-1"));
        assert!(matches!(told[..], [Event::Balance(_)]), "the balance is told each time: {told:?}");
        assert_eq!(cash(&scene.core, ALICE), 1_000_500);
    }
    assert_eq!(scene.core.transfer(ALICE, id("wire-1")).expect("remembered").seq, Seq(seq));
    // Names are an account's own.
    scene.apply(transfer(BOB, 500, "wire-1"));
    assert_eq!((cash(&scene.core, ALICE), cash(&scene.core, BOB)), (1_000_500, 1_000_500));
}

#[test]
fn other_money_under_a_reference_that_was_used_is_refused() {
    let mut scene = Scene::new();
    scene.apply(transfer(ALICE, 500, "wire-1"));
    for other in [501, -500] {
        assert_eq!(code(&scene.apply(transfer(ALICE, other, "wire-1"))), Some(RefusalCode::DuplicateReference));
    }
    let Command::Deposit { actor, account, amount, reference, reason, .. } = transfer(ALICE, 500, "wire-1") else {
        unreachable!()
    };
    let elsewhere = Command::Deposit { actor, account, currency: CurrencyId(2), amount, reference, reason };
    assert_eq!(code(&scene.apply(elsewhere)), Some(RefusalCode::DuplicateReference));
    assert_eq!(cash(&scene.core, ALICE), 1_000_500);
}

#[test]
fn what_was_paid_out_is_the_same_request_even_when_nothing_is_left() {
    let mut scene = Scene::new();
    scene.apply(transfer(ALICE, -900_000, "out-1"));
    scene.limit(ALICE, INTERNAL, "a", Buy, 900, 100);
    assert_eq!(code(&scene.apply(transfer(ALICE, -900_000, "out-1"))), None);
    assert_eq!(code(&scene.apply(transfer(ALICE, -900_000, "out-2"))), Some(RefusalCode::InsufficientFunds));
    // What was refused has used up no name.
    assert_eq!(code(&scene.apply(transfer(ALICE, 5, "out-2"))), None);
    assert_eq!(cash(&scene.core, ALICE), 100_005);
}

#[test]
fn a_name_is_remembered_by_a_snapshot() {
    let mut scene = Scene::new();
    scene.apply(transfer(ALICE, 500, "wire-1"));
    let mut copy = Core::restore(&scene.core.snapshot()).expect("a snapshot of ours");
    let mut events = Vec::new();
    copy.apply(Seq(copy.seq().0 + 1), TsNs(scene.now + 1), &transfer(ALICE, 500, "wire-1"), &mut events);
    assert_eq!((cash(&copy, ALICE), code(&events)), (1_000_500, None));
}

#[test]
fn a_reason_is_not_longer_than_the_record_takes_and_no_name_is_no_name() {
    let mut scene = Scene::new();
    for (length, refused) in [(200, None), (201, Some(RefusalCode::FieldInvalid))] {
        let Command::Deposit { actor, account, currency, amount, .. } = transfer(ALICE, 1, "x") else { unreachable!() };
        let told = scene.apply(Command::Deposit {
            actor,
            account,
            currency,
            amount,
            reference: Some(id("")),
            reason: "x".repeat(length),
        });
        assert_eq!(code(&told), refused);
    }
    scene.apply(Command::Deposit {
        actor: Actor::default(),
        account: ALICE,
        currency: USD,
        amount: AmountMinor(1),
        reference: Some(id("")),
        reason: String::new(),
    });
    assert_eq!(cash(&scene.core, ALICE), 1_000_002);
}
