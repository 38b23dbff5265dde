//! The window of names: what is answered again, until when, and that a snapshot changes nothing of it.
#![allow(missing_docs)]

mod scene;

use jware_core::Core;
use jware_core::event::Event;
use jware_core::limits::CL_ORD_ID_WINDOW;
use jware_core::order::{ExecType, OrdStatus, Side};
use jware_core::refusal::RefusalCode;
use scene::{ALICE, INTERNAL, Scene, executions, refusal};

use Side::Buy;

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
fn a_closed_order_is_answered_until_its_name_leaves_the_window() {
    let mut scene = Scene::new();
    use_names(&mut scene, "first", 1);
    use_names(&mut scene, "n", CL_ORD_ID_WINDOW - 1);
    assert_eq!(status(&send(&mut scene, "first0")), ANSWERED);
    scene.core = restored(&scene);
    assert_eq!(status(&send(&mut scene, "first0")), ANSWERED);
    assert_eq!(status(&send(&mut scene, "n77")), ANSWERED);
    use_names(&mut scene, "last", 1);
    assert_eq!(status(&send(&mut scene, "first0")), NEW, "its name is free again");
    assert_eq!(status(&send(&mut scene, "n1")), ANSWERED);
}

#[test]
fn an_order_of_several_names_is_forgotten_with_the_first() {
    let mut scene = Scene::new();
    send(&mut scene, "old");
    scene.replace(ALICE, "old", "new", 1, 99);
    scene.cancel(ALICE, "new");
    use_names(&mut scene, "n", CL_ORD_ID_WINDOW - 2);
    scene.core = restored(&scene);
    assert_eq!(status(&send(&mut scene, "old")), ANSWERED);
    assert_eq!(code(&scene.replace(ALICE, "old", "new", 1, 99)), Some(RefusalCode::OrderClosed), "known, and no terms to tell");
    use_names(&mut scene, "last", 1);
    assert_eq!(status(&send(&mut scene, "old")), NEW);
    scene.cancel(ALICE, "old");
    // The second name went with that one's place; the next in line is the oldest of the others.
    assert_eq!(status(&send(&mut scene, "n0")), ANSWERED);
}

#[test]
fn a_live_order_keeps_its_name_while_the_window_slides_past_it() {
    let mut scene = Scene::new();
    send(&mut scene, "live");
    use_names(&mut scene, "n", CL_ORD_ID_WINDOW + 5);
    scene.core = restored(&scene);
    assert_eq!(status(&send(&mut scene, "live")), Some((ExecType::Status, OrdStatus::New)));
    assert_eq!(executions(&scene.cancel(ALICE, "live")).len(), 1);
    assert_eq!(status(&send(&mut scene, "live")), ANSWERED, "as the newest it stays longest");
    assert_eq!(status(&send(&mut scene, "n5")), NEW, "seven had to make room for it and those after");
}
