//! How long names are remembered: what is answered again, until when, and that a snapshot changes nothing of it.
#![allow(missing_docs)]

mod scene;

use jware_core::Core;
use jware_core::event::Event;
use jware_core::limits::{NAMES_KEPT, NAMES_KEPT_NS, NAMES_MAX};
use jware_core::name::NameRule;
use jware_core::order::{ExecType, OrdStatus, Side};
use jware_core::refusal::RefusalCode;
use scene::{ALICE, BOB, INTERNAL, Scene, executions, refusal};

use Side::Buy;

const DAY: u64 = 24 * 3_600 * 1_000_000_000;
/// Ten names whatever their age, twenty at the most, and those of a day.
const RULE: NameRule = NameRule { keep_count: 10, keep_ns: DAY, count_max: 20 };

/// An order of Alice's that costs nothing to repeat.
fn send(scene: &mut Scene, name: &str) -> Vec<Event> {
    scene.limit(ALICE, INTERNAL, name, Buy, 1, 100)
}

/// Names that are used and over at once.
fn use_names(scene: &mut Scene, prefix: &str, count: usize) {
    for number in 0..count {
        let name = format!("{prefix}{number}");
        assert_eq!(executions(&send(scene, &name))[0].exec_type, ExecType::New, "{name}");
        scene.cancel(ALICE, &name);
    }
}

fn status(events: &[Event]) -> Option<(ExecType, OrdStatus)> {
    executions(events).first().map(|execution| (execution.exec_type, execution.ord_status))
}

fn code(events: &[Event]) -> Option<RefusalCode> {
    refusal(events).map(|refusal| refusal.code)
}

/// The same core, put down and taken up again.
fn restored(scene: &Scene) -> Core {
    let core = Core::restore(&scene.core.snapshot()).expect("a snapshot of ours");
    assert_eq!(core.state_hash(), scene.core.state_hash());
    core
}

const ANSWERED: Option<(ExecType, OrdStatus)> = Some((ExecType::Status, OrdStatus::Canceled));
const NEW: Option<(ExecType, OrdStatus)> = Some((ExecType::New, OrdStatus::New));

#[test]
fn a_million_names_and_those_of_a_day_are_kept() {
    assert_eq!((NAMES_KEPT, NAMES_KEPT_NS), (1_000_000, DAY));
    assert_eq!(Core::new().names().rule(), NameRule { keep_count: NAMES_KEPT, keep_ns: NAMES_KEPT_NS, count_max: NAMES_MAX });
}

#[test]
fn the_newest_are_kept_whatever_their_age() {
    let mut scene = Scene::with_names(RULE);
    use_names(&mut scene, "first", 1);
    use_names(&mut scene, "n", RULE.keep_count - 1);
    scene.now += 100 * DAY;
    assert_eq!(status(&send(&mut scene, "first0")), ANSWERED);
    scene.core = restored(&scene);
    assert_eq!(status(&send(&mut scene, "first0")), ANSWERED);
    use_names(&mut scene, "last", 1);
    assert_eq!(status(&send(&mut scene, "first0")), NEW, "its name is free again");
    assert_eq!(status(&send(&mut scene, "n0")), ANSWERED);
}

#[test]
fn the_young_are_kept_however_many_they_are() {
    let mut scene = Scene::with_names(RULE);
    use_names(&mut scene, "n", RULE.keep_count + 5);
    assert_eq!(status(&send(&mut scene, "n0")), ANSWERED);
    scene.now += DAY;
    assert_eq!(status(&send(&mut scene, "n0")), ANSWERED, "nothing goes by itself");
    scene.core = restored(&scene);
    use_names(&mut scene, "last", 1);
    assert_eq!(status(&send(&mut scene, "n2")), ANSWERED, "each that comes lets two go");
    assert_eq!(code(&scene.cancel(ALICE, "n1")), Some(RefusalCode::UnknownOrder));
    assert_eq!(status(&send(&mut scene, "n0")), NEW);
}

#[test]
fn there_is_an_end_to_how_many_are_kept() {
    let mut scene = Scene::with_names(RULE);
    use_names(&mut scene, "n", RULE.count_max);
    assert_eq!(status(&send(&mut scene, "n0")), ANSWERED);
    use_names(&mut scene, "last", 1);
    assert_eq!(scene.core.names().past_count(), RULE.count_max);
    assert_eq!(status(&send(&mut scene, "n1")), ANSWERED);
    assert_eq!(status(&send(&mut scene, "n0")), NEW);
}

#[test]
fn a_day_begins_when_an_order_ends_and_not_when_it_came() {
    let mut scene = Scene::with_names(RULE);
    send(&mut scene, "live");
    scene.now += 3 * DAY;
    use_names(&mut scene, "n", RULE.keep_count + 2);
    scene.cancel(ALICE, "live");
    scene.now += DAY - 1_000_000;
    use_names(&mut scene, "m", RULE.count_max - 1);
    assert_eq!(status(&send(&mut scene, "live")), ANSWERED);
    use_names(&mut scene, "last", 1);
    assert_eq!(status(&send(&mut scene, "live")), NEW);
}

#[test]
fn a_live_order_keeps_its_name_whatever_goes_past_it() {
    let mut scene = Scene::with_names(RULE);
    send(&mut scene, "live");
    scene.now += 3 * DAY;
    use_names(&mut scene, "n", 3 * RULE.count_max);
    scene.core = restored(&scene);
    assert_eq!(status(&send(&mut scene, "live")), Some((ExecType::Status, OrdStatus::New)));
    assert_eq!(executions(&scene.cancel(ALICE, "live")).len(), 1);
    assert_eq!(status(&send(&mut scene, "live")), ANSWERED);
}

#[test]
fn an_order_is_told_under_each_of_its_names_until_that_goes() {
    let mut scene = Scene::with_names(RULE);
    send(&mut scene, "old");
    scene.replace(ALICE, "old", "new", 1, 99);
    scene.cancel(ALICE, "new");
    scene.now += DAY;
    use_names(&mut scene, "n", RULE.keep_count - 2);
    scene.core = restored(&scene);
    assert_eq!(status(&send(&mut scene, "old")), ANSWERED);
    assert_eq!(code(&scene.replace(ALICE, "old", "new", 1, 99)), Some(RefusalCode::OrderClosed), "known, and no terms to tell");
    use_names(&mut scene, "last", 1);
    assert_eq!(status(&send(&mut scene, "old")), NEW, "the first is the first to go");
    assert_eq!(code(&send(&mut scene, "new")), Some(RefusalCode::DuplicateClordid), "the last is still known");
}

#[test]
fn an_order_renamed_all_day_does_not_hold_every_name() {
    let mut scene = Scene::with_names(RULE);
    send(&mut scene, "still-here");
    scene.limit(ALICE, INTERNAL, "r0", Buy, 5, 100);
    for round in 1..=RULE.count_max + 1 {
        let (old, new) = (format!("r{}", round - 1), format!("r{round}"));
        assert_eq!(code(&scene.replace(ALICE, &old, &new, 5, 100)), None);
    }
    assert_eq!(status(&send(&mut scene, "r0")), NEW, "the oldest name may be used again");
    assert_eq!(code(&send(&mut scene, "r10")), Some(RefusalCode::DuplicateClordid));
    assert_eq!(executions(&scene.cancel(ALICE, &format!("r{}", RULE.count_max + 1))).len(), 1);
    assert_eq!(executions(&scene.cancel(ALICE, "still-here")).len(), 1);
}

#[test]
fn a_name_belongs_to_an_account() {
    let mut scene = Scene::with_names(RULE);
    send(&mut scene, "mine");
    assert_eq!(status(&scene.limit(BOB, INTERNAL, "mine", Buy, 1, 100)), NEW);
    assert_eq!(code(&scene.cancel(BOB, "nobodys")), Some(RefusalCode::UnknownOrder));
    scene.cancel(ALICE, "mine");
    assert_eq!(status(&send(&mut scene, "mine")), ANSWERED);
    assert_eq!(status(&scene.limit(BOB, INTERNAL, "mine", Buy, 1, 100)), Some((ExecType::Status, OrdStatus::New)));
}
