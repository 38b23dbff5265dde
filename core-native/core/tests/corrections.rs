//! Trades bust and corrected, by example: both sides, whatever became of orders and positions since.
#![allow(missing_docs)]

mod scene;

use jware_core::Core;
use jware_core::account::Leg;
use jware_core::command::{Actor, Command, CorrectedFill, TradeCorrection};
use jware_core::event::{Event, Execution, TradeAdjustment};
use jware_core::limits::CORRECTABLE_FILLS;
use jware_core::order::{ExecReason, ExecType, OrdStatus, Side};
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, PriceTicks, QtyLots, Seq, TsNs, UserId};
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, USD, executions, refusal};

use Side::{Buy, Sell};

fn correct(scene: &mut Scene, exec_ref_id: u64, corrected: Option<(i64, i64)>) -> Vec<Event> {
    let corrected = corrected.map(|(qty, price)| CorrectedFill { qty: QtyLots(qty), price: PriceTicks(price) });
    let (actor, reason) = (Actor { user: UserId(7), ..Actor::default() }, "fat finger".to_owned());
    let told = scene.apply(Command::CorrectTrade(TradeCorrection { actor, exec_ref_id, corrected, reason }));
    scene.assert_conserved();
    told
}

fn adjustments(events: &[Event]) -> Vec<TradeAdjustment> {
    let told = |event: &Event| if let Event::TradeAdjusted(told) = event { Some((**told).clone()) } else { None };
    events.iter().filter_map(told).collect()
}

/// The reports of a command's fills.
fn trades(events: &[Event]) -> Vec<Execution> {
    executions(events).into_iter().filter(|told| told.exec_type == ExecType::Trade).collect()
}

fn cash(scene: &Scene, account: AccountId) -> i64 {
    scene.core.account(account).expect("open").balance(USD).cash
}

fn code(events: &[Event]) -> Option<RefusalCode> {
    refusal(events).map(|refusal| refusal.code)
}

#[test]
fn a_bust_takes_both_sides_back_and_returns_the_fees() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Sell, 1_000, 100);
    let [maker, taker] = trades(&scene.limit(BOB, INTERNAL, "b", Buy, 1_000, 100))[..] else { panic!("one trade") };
    assert_eq!((taker.last_fee.0, cash(&scene, BOB)), (100, 999_900));

    let told = correct(&mut scene, maker.exec_id, None);
    let [first, second] = &adjustments(&told)[..] else { panic!("two sides: {told:?}") };
    assert_eq!((first.exec_ref_id, second.exec_ref_id), (maker.exec_id, taker.exec_id));
    assert_eq!((first.execution.account, second.execution.account), (ALICE, BOB));
    assert_eq!((first.execution.exec_id, second.execution.exec_id), (taker.exec_id + 1, taker.exec_id + 2));
    for told in [first, second] {
        let order = told.execution;
        assert_eq!((order.exec_type, order.ord_status), (ExecType::TradeCancel, OrdStatus::Canceled), "nothing is left filled");
        assert_eq!((order.terms.order_qty.0, order.cum_qty.0, order.leaves_qty.0, order.cum_lot_ticks), (0, 0, 0, 0));
        assert_eq!((order.last_qty.0, order.last_px.0, order.trade_id), (1_000, 100, maker.trade_id));
        assert_eq!((told.actor.user, told.reason.as_str()), (UserId(7), "fat finger"));
    }
    assert_eq!(second.execution.last_fee.0, 100, "the fee that is given back");
    for account in [ALICE, BOB] {
        assert_eq!((scene.position(account, INTERNAL), cash(&scene, account)), ((0, 0), 1_000_000));
    }
    assert_eq!(scene.core.account(jware_core::account::FEES_ACCOUNT).expect("ours").balance(USD).cash, 0);
    let last = |kind: fn(&Event) -> bool| told.iter().filter(|event| kind(event)).count();
    assert_eq!(last(|event| matches!(event, Event::Position(_))), 2, "both owners are told");
    assert_eq!(last(|event| matches!(event, Event::Balance(_))), 2);

    for exec_id in [maker.exec_id, taker.exec_id] {
        assert_eq!(code(&correct(&mut scene, exec_id, None)), Some(RefusalCode::TradeBusted), "once, by either name");
        assert_eq!(code(&correct(&mut scene, exec_id, Some((1, 1)))), Some(RefusalCode::TradeBusted));
    }
}

#[test]
fn a_live_order_loses_what_was_bust_and_rests_on_with_what_it_had_left() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Sell, 10, 100);
    let fills = trades(&scene.limit(BOB, INTERNAL, "b", Buy, 4, 100));
    let [first, ..] = &adjustments(&correct(&mut scene, fills[0].exec_id, None))[..] else { panic!("told") };
    let order = first.execution;
    assert_eq!((order.ord_status, order.working), (OrdStatus::New, true));
    assert_eq!((order.terms.order_qty.0, order.cum_qty.0, order.leaves_qty.0), (6, 0, 6));
    let fills = trades(&scene.limit(BOB, INTERNAL, "c", Buy, 9, 100));
    assert_eq!(fills[0].last_qty.0, 6, "six are still offered, in the place that it had");
    assert_eq!(fills[0].ord_status, OrdStatus::Filled);
}

#[test]
fn a_fill_of_the_house_has_one_report_and_the_house_takes_its_side_back() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 100), (Sell, 101, 100)]);
    let [fill] = trades(&scene.limit(ALICE, PAPER, "a", Buy, 5, 101))[..] else { panic!("one report") };
    assert_eq!(adjustments(&correct(&mut scene, fill.exec_id, None)).len(), 1);
    assert_eq!((scene.position(ALICE, PAPER), cash(&scene, ALICE)), ((0, 0), 1_000_000));
    assert_eq!(scene.position(jware_core::account::HOUSE_ACCOUNT, PAPER), (0, 0));
}

#[test]
fn a_correction_books_the_trade_as_it_should_have_been_at_the_rate_of_then() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Sell, 1_000, 100);
    let fills = trades(&scene.limit(BOB, INTERNAL, "b", Buy, 1_000, 100));
    // Whatever the fees are by now.
    let mut dearer = scene.core.instrument(INTERNAL).expect("defined").definition.clone();
    dearer.taker_fee_ppm = 50_000;
    scene.apply(Command::DefineInstrument(dearer));

    let told = correct(&mut scene, fills[1].exec_id, Some((600, 90)));
    let second = &adjustments(&told)[1];
    let order = second.execution;
    assert_eq!((order.exec_type, order.ord_status), (ExecType::TradeCorrect, OrdStatus::Filled));
    assert_eq!((order.last_qty.0, order.last_px.0, order.last_fee.0), (600, 90, 54));
    assert_eq!((second.before.qty.0, second.before.price.0, second.before.fee.0), (1_000, 100, 100));
    assert_eq!((order.terms.order_qty.0, order.cum_qty.0, order.cum_lot_ticks), (600, 600, 54_000));
    assert_eq!(scene.position(BOB, INTERNAL), (600, 54_000));
    assert_eq!(cash(&scene, BOB), 1_000_000 - 54);

    let told = correct(&mut scene, fills[1].exec_id, None);
    assert_eq!(adjustments(&told)[1].execution.last_qty.0, 600, "what is bust is what it was corrected to");
    assert_eq!((scene.position(BOB, INTERNAL), cash(&scene, BOB)), ((0, 0), 1_000_000));
}

#[test]
fn what_was_realised_since_is_as_if_the_trade_had_never_been() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Sell, 10, 100);
    let fills = trades(&scene.limit(BOB, INTERNAL, "b", Buy, 10, 100));
    scene.limit(ALICE, INTERNAL, "c", Buy, 10, 105);
    scene.limit(BOB, INTERNAL, "d", Sell, 10, 105);
    assert_eq!(cash(&scene, ALICE), 1_000_000 - 50, "bought back dearer, as a maker");
    correct(&mut scene, fills[0].exec_id, None);
    // Left is her purchase at 105: the reverse fill at 100 put a long of ten at 100 beside what she had realised.
    let position = scene.core.account(ALICE).expect("open").positions[(INTERNAL, Leg::Net)];
    assert_eq!((position.qty, position.realised - position.cost), (10, -1_050));
}

#[test]
fn exits_that_no_longer_fit_are_reduced() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 100), (Sell, 101, 100)]);
    let fills = trades(&scene.limit(ALICE, PAPER, "a", Buy, 5, 101));
    let mut exit = scene.order(ALICE, PAPER, "x", Sell, 5, 105);
    exit.terms.reduce_only = true;
    scene.apply(Command::NewOrder(exit));
    let told = correct(&mut scene, fills[0].exec_id, None);
    let [ended] = executions(&told)[..] else { panic!("the exit ends: {told:?}") };
    assert_eq!((ended.exec_type, ended.reason), (ExecType::Canceled, ExecReason::ReduceOnly));
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Sell, 10, 100);
    let fills = trades(&scene.limit(BOB, INTERNAL, "b", Buy, 10, 100));
    let (at, new) = (fills[0].exec_id, fills[0].exec_id - 1);
    let before = scene.position(BOB, INTERNAL);
    for (exec_id, to, expected) in [
        (at, Some((0, 100)), RefusalCode::FieldInvalid),
        (at, Some((10, -1)), RefusalCode::FieldInvalid),
        (0, None, RefusalCode::UnknownExecution),
        (new, None, RefusalCode::UnknownExecution),
        (u64::MAX, None, RefusalCode::UnknownExecution),
        (at, Some(((1 << 53) - 1, (1 << 53) - 1)), RefusalCode::NumberOverflow),
        (at, Some((1 << 30, 1 << 31)), RefusalCode::NumberOverflow),
    ] {
        assert_eq!(code(&correct(&mut scene, exec_id, to)), Some(expected), "{exec_id} {to:?}");
    }
    let (actor, reason) = (Actor::default(), "x".repeat(201));
    let told = scene.apply(Command::CorrectTrade(TradeCorrection { actor, exec_ref_id: at, corrected: None, reason }));
    assert_eq!(code(&told), Some(RefusalCode::FieldInvalid));
    assert_eq!(scene.position(BOB, INTERNAL), before);
}

#[test]
fn the_oldest_fill_is_forgotten_and_a_trade_with_it() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Sell, 1, 100);
    let first = trades(&scene.limit(BOB, INTERNAL, "b", Buy, 1, 100));
    scene.house(&[(Buy, 99, 10_000_000), (Sell, 101, 10_000_000)]);
    let mut buy = true;
    for count in 2..CORRECTABLE_FILLS {
        let (side, price) = if buy { (Buy, 101) } else { (Sell, 99) };
        let told = scene.limit(ALICE, PAPER, &format!("n{count}"), side, 1, price);
        assert_eq!(trades(&told).len(), 1);
        buy = !buy;
    }
    assert_eq!(scene.core.trades().fills().len(), CORRECTABLE_FILLS);
    assert_eq!(code(&correct(&mut scene, first[1].exec_id, Some((1, 99)))), None, "the last that is remembered");
    scene.limit(ALICE, PAPER, "last", Buy, 1, 101);
    assert_eq!(scene.core.trades().fills().len(), CORRECTABLE_FILLS);
    // The maker's side is gone: the taker's alone is no trade.
    assert_eq!(code(&correct(&mut scene, first[1].exec_id, None)), Some(RefusalCode::UnknownExecution));
}

#[test]
fn a_snapshot_remembers_what_can_be_corrected() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Sell, 10, 100);
    let fills = trades(&scene.limit(BOB, INTERNAL, "b", Buy, 4, 100));
    let mut restored = Core::restore(&scene.core.snapshot()).expect("its own");
    let command = Command::CorrectTrade(TradeCorrection {
        actor: Actor::default(),
        exec_ref_id: fills[1].exec_id,
        corrected: Some(CorrectedFill { qty: QtyLots(5), price: PriceTicks(101) }),
        reason: String::new(),
    });
    let mut told = Vec::new();
    restored.apply(Seq(restored.seq().0 + 1), TsNs(scene.now + 1_000), &command, &mut told);
    assert_eq!(told, scene.apply(command));
    assert_eq!(restored.state_hash(), scene.core.state_hash());
    let tail = scene.limit(BOB, INTERNAL, "b", Buy, 4, 100);
    assert_eq!(executions(&tail)[0].cum_qty.0, 5, "the same request again is answered with what the order came to");
}
