//! Who meets whom by example: self-trade prevention, post-only, FOK, the house's place in the queue, fees.
#![allow(missing_docs)]

mod scene;

use jware_core::command::{Actor, Batch, BatchRequest, BookState, Command, ListedOrder, MarketFact};
use jware_core::event::Event;
use jware_core::order::{
    ExecReason, ExecType, LiquidityInd, OrdStatus, OrderTerms, PostOnly, SelfTradePrevention, Side, TimeInForce,
};
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, AmountMinor, PriceTicks, QtyLots, SelfTradeGroup, TsNs};
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, USD, executions, fills, refusal};

use Side::{Buy, Sell};

fn take(scene: &mut Scene, account: AccountId, name: &str, qty: i64, mode: SelfTradePrevention) -> Vec<Event> {
    let mut order = scene.order(account, INTERNAL, name, Buy, qty, 100);
    order.terms.self_trade_prevention = mode;
    scene.apply(Command::NewOrder(order))
}

/// Alice offers five, Bob behind her three.
fn offered() -> Scene {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "own", Sell, 5, 100);
    scene.limit(BOB, INTERNAL, "other", Sell, 3, 100);
    scene
}

/// Name, type, reason and quantity of each report with a reason of its own.
fn reasons(events: &[Event]) -> Vec<(String, ExecType, i64)> {
    let told = executions(events).into_iter().filter(|execution| execution.reason == ExecReason::SelfTrade);
    told.map(|execution| (execution.cl_ord_id.as_str().to_owned(), execution.exec_type, execution.terms.order_qty.0)).collect()
}

fn told(name: &str, exec_type: ExecType, qty: i64) -> (String, ExecType, i64) {
    (name.to_owned(), exec_type, qty)
}

#[test]
fn the_takers_mode_decides_what_happens_when_an_owner_meets_himself() {
    let mut scene = offered();
    let events = take(&mut scene, ALICE, "t", 6, SelfTradePrevention::CancelNewest);
    assert_eq!(reasons(&events), [told("t", ExecType::Canceled, 6)]);
    let events = take(&mut scene, ALICE, "t2", 6, SelfTradePrevention::CancelOldest);
    assert_eq!(reasons(&events), [told("own", ExecType::Canceled, 5)]);
    assert_eq!(fills(&events)[0], ("other".to_owned(), 3, 100), "and goes on to who is next");

    let mut scene = offered();
    let events = take(&mut scene, ALICE, "t", 6, SelfTradePrevention::CancelBoth);
    assert_eq!(reasons(&events), [told("own", ExecType::Canceled, 5), told("t", ExecType::Canceled, 6)]);

    let mut scene = offered();
    let events = take(&mut scene, ALICE, "t", 6, SelfTradePrevention::Decrement);
    assert_eq!(reasons(&events), [told("own", ExecType::Canceled, 0), told("t", ExecType::Restated, 1)]);
    assert_eq!(fills(&events), [("other".to_owned(), 1, 100), ("t".to_owned(), 1, 100)]);

    let mut scene = offered();
    let events = take(&mut scene, ALICE, "t", 6, SelfTradePrevention::None);
    assert_eq!(fills(&events)[0], ("own".to_owned(), 5, 100), "they trade");
    scene.assert_conserved();
}

fn put_in_group(scene: &mut Scene, account: AccountId, group: u32) -> Vec<Event> {
    let group = SelfTradeGroup(group);
    scene.apply(Command::SetSelfTradeGroup { actor: Actor::default(), account, group, reason: "one desk".to_owned() })
}

#[test]
fn accounts_of_one_group_are_one_owner() {
    let mut scene = offered();
    let told = put_in_group(&mut scene, ALICE, 4);
    assert!(matches!(&told[..], [Event::AccountConfigured { group: SelfTradeGroup(4), reason, .. }] if reason == "one desk"));
    let events = take(&mut scene, BOB, "t", 2, SelfTradePrevention::CancelOldest);
    assert_eq!(fills(&events)[0], ("own".to_owned(), 2, 100), "alone in a group is by itself");
    put_in_group(&mut scene, BOB, 4);
    let events = take(&mut scene, BOB, "t2", 2, SelfTradePrevention::CancelOldest);
    assert_eq!(reasons(&events), [told_of("own", 5), told_of("other", 3)], "the other's order, then his own");
    assert_eq!(fills(&events), []);

    let mut scene = offered();
    put_in_group(&mut scene, ALICE, 4);
    put_in_group(&mut scene, BOB, 4);
    let events = take(&mut scene, BOB, "t", 2, SelfTradePrevention::None);
    assert_eq!(fills(&events)[0], ("own".to_owned(), 2, 100), "who allows it trades within the group");
    put_in_group(&mut scene, BOB, 5);
    let events = take(&mut scene, BOB, "t2", 2, SelfTradePrevention::CancelNewest);
    assert_eq!(fills(&events)[0], ("own".to_owned(), 2, 100), "another group is another owner");
    put_in_group(&mut scene, ALICE, 0);
    put_in_group(&mut scene, BOB, 0);
    let events = take(&mut scene, BOB, "t3", 1, SelfTradePrevention::CancelNewest);
    assert_eq!(fills(&events)[0], ("own".to_owned(), 1, 100), "0 is no group");
    scene.assert_conserved();
}

fn told_of(name: &str, qty: i64) -> (String, ExecType, i64) {
    told(name, ExecType::Canceled, qty)
}

#[test]
fn fok_does_not_count_what_a_group_holds() {
    let mut scene = offered();
    put_in_group(&mut scene, ALICE, 4);
    let carol = AccountId(1003);
    scene.apply(Command::OpenAccount { account: carol, name: "CAROL".to_owned() });
    scene.apply(Command::Deposit {
        actor: Actor::default(),
        account: carol,
        currency: USD,
        amount: AmountMinor(1_000_000),
        reference: None,
        reason: String::new(),
    });
    put_in_group(&mut scene, carol, 4);
    let mut order = scene.order(carol, INTERNAL, "fok", Buy, 6, 100);
    order.terms.time_in_force = TimeInForce::Fok;
    let events = scene.apply(Command::NewOrder(order));
    assert_eq!(executions(&events).last().map(|last| last.reason), Some(ExecReason::FokUnfillable));
}

#[test]
fn fok_does_not_count_what_it_may_not_meet() {
    let fok = |mode| {
        let mut scene = Scene::new();
        scene.limit(BOB, INTERNAL, "other", Sell, 3, 99);
        scene.limit(ALICE, INTERNAL, "own", Sell, 5, 100);
        let mut order = scene.order(ALICE, INTERNAL, "fok", Buy, 6, 100);
        (order.terms.time_in_force, order.terms.self_trade_prevention) = (TimeInForce::Fok, mode);
        let events = scene.apply(Command::NewOrder(order));
        executions(&events).last().map(|last| (last.ord_status, last.reason))
    };
    assert_eq!(fok(SelfTradePrevention::CancelOldest), Some((OrdStatus::Expired, ExecReason::FokUnfillable)));
    assert_eq!(fok(SelfTradePrevention::None), Some((OrdStatus::Filled, ExecReason::None)));
}

#[test]
fn post_only_never_takes() {
    let mut scene = Scene::new();
    scene.limit(BOB, INTERNAL, "ask", Sell, 3, 100);
    let mut order = scene.order(ALICE, INTERNAL, "reject", Buy, 1, 100);
    order.terms.post_only = PostOnly::Reject;
    let refused = refusal(&scene.apply(Command::NewOrder(order))).expect("refused");
    assert_eq!((refused.code, refused.limit), (RefusalCode::PostOnlyWouldTake, 99));
    order.cl_ord_id = scene::id("reprice");
    order.terms.post_only = PostOnly::Reprice;
    let accepted = executions(&scene.apply(Command::NewOrder(order)))[0];
    assert_eq!((accepted.terms.price, accepted.ord_status), (PriceTicks(99), OrdStatus::New));
    order.cl_ord_id = scene::id("below");
    order.terms.price = PriceTicks(98);
    assert_eq!(executions(&scene.apply(Command::NewOrder(order)))[0].terms.price, PriceTicks(98), "one that would not, stays");
}

#[test]
fn makers_and_takers_pay_their_own_fees() {
    let mut scene = Scene::new();
    let mut definition = scene::definition(INTERNAL, "INT", jware_core::instrument::Venue::Internal);
    (definition.maker_fee_ppm, definition.taker_fee_ppm) = (-2_000, 5_000);
    scene.apply(Command::DefineInstrument(definition));
    scene.limit(BOB, INTERNAL, "maker", Sell, 10, 100);
    let events = scene.limit(ALICE, INTERNAL, "taker", Buy, 10, 100);
    let paid: Vec<_> = executions(&events).into_iter().filter(|e| e.last_qty.0 > 0).map(|e| (e.liquidity, e.last_fee)).collect();
    assert_eq!(paid, [(LiquidityInd::Maker, AmountMinor(-2)), (LiquidityInd::Taker, AmountMinor(5))]);
    let cash = |account| scene.core.account(account).map(|account| account.balance(USD).cash);
    assert_eq!((cash(ALICE), cash(BOB), cash(jware_core::account::FEES_ACCOUNT)), (Some(999_995), Some(1_000_002), Some(3)));
}

#[test]
fn the_house_goes_first_as_far_as_it_stands_ahead() {
    let mut scene = Scene::new();
    scene.house(&[(Sell, 100, 4), (Buy, 90, 1)]);
    scene.limit(ALICE, PAPER, "r", Sell, 2, 100);
    scene.house(&[(Sell, 100, 9)]);
    let events = scene.limit(BOB, PAPER, "t", Buy, 8, 100);
    assert_eq!(
        fills(&events),
        [("t".to_owned(), 4, 100), ("r".to_owned(), 2, 100), ("t".to_owned(), 2, 100), ("t".to_owned(), 2, 100),],
        "four ahead of us, then us, then what the house added behind"
    );
    scene.assert_conserved();
}

#[test]
fn the_house_that_comes_to_our_price_is_used_up_by_it() {
    let mut scene = Scene::new();
    scene.house(&[(Sell, 105, 4), (Buy, 90, 1)]);
    scene.limit(ALICE, PAPER, "r", Buy, 6, 100);
    assert_eq!(fills(&scene.house(&[(Sell, 99, 4)])), [("r".to_owned(), 4, 100)], "at our own price");
    assert_eq!(scene.core.instrument(PAPER).expect("defined").book.best(Sell), Some(PriceTicks(105)), "nothing is left of it");
    assert!(fills(&scene.house(&[(Sell, 99, 4)])).is_empty(), "the same size again is nothing new");
    scene.assert_conserved();
}

#[test]
fn a_gtd_order_ends_with_its_moment_and_a_day_order_with_its_session() {
    let mut scene = Scene::new();
    let end = scene.now + 10_000;
    let mut order = scene.order(ALICE, INTERNAL, "gtd", Buy, 1, 99);
    (order.terms.time_in_force, order.terms.expire_ts) = (TimeInForce::Gtd, TsNs(end));
    scene.apply(Command::NewOrder(order));
    let mut order = scene.order(ALICE, INTERNAL, "day", Buy, 1, 99);
    order.terms.time_in_force = TimeInForce::Day;
    scene.apply(Command::NewOrder(order));
    scene.now = end - 1_001;
    assert!(executions(&scene.apply(Command::Tick)).is_empty(), "one nanosecond before");
    scene.now = end - 1_000;
    let ended = executions(&scene.apply(Command::Tick));
    assert_eq!((ended.len(), ended[0].ord_status, ended[0].reason), (1, OrdStatus::Expired, ExecReason::TimeReached));
    assert_eq!(scene.core.account(ALICE).map(|account| account.balance(USD).held), Some(100), "of the other alone");
    scene.now = 86_400_000_000_000;
    let ended = executions(&scene.apply(Command::Tick));
    assert_eq!((ended.len(), ended[0].reason), (1, ExecReason::SessionClosed));
    assert_eq!(scene.core.account(ALICE).map(|account| account.balance(USD).held), Some(0));
}

#[test]
fn the_same_request_again_is_answered_and_changes_nothing() {
    let mut scene = Scene::new();
    let order = scene.order(ALICE, INTERNAL, "once", Buy, 1, 99);
    scene.apply(Command::NewOrder(order));
    let again = executions(&scene.apply(Command::NewOrder(order)))[0];
    assert_eq!((again.exec_type, again.exec_id, again.ord_status), (ExecType::Status, 0, OrdStatus::New));
    assert_eq!(scene.core.orders().len(), 1);
    scene.cancel(ALICE, "once");
    let closed = executions(&scene.apply(Command::NewOrder(order)))[0];
    assert_eq!(
        (closed.exec_type, closed.ord_status, closed.reason),
        (ExecType::Status, OrdStatus::Canceled, ExecReason::Requested)
    );
    let mut other = order;
    other.terms.order_qty = QtyLots(2);
    let refused = refusal(&scene.apply(Command::NewOrder(other))).map(|refusal| refusal.code);
    assert_eq!(refused, Some(RefusalCode::DuplicateClordid), "another request of that name is not");
}

#[test]
fn a_book_that_is_rebuilt_keeps_our_place_no_worse() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "r", Buy, 4, 99);
    let level = |qty| MarketFact::Level { side: Buy, price: PriceTicks(99), qty: QtyLots(qty) };
    scene.facts(&[MarketFact::State(BookState::Resyncing), MarketFact::Reset, level(7)]);
    scene.facts(&[MarketFact::State(BookState::Synced)]);
    let ahead = |scene: &Scene| scene.core.open_orders(ALICE).next().map(|order| scene.core.house_ahead(order));
    assert_eq!(ahead(&scene), Some(7), "no more than there is now");
    scene.facts(&[level(20)]);
    assert_eq!(ahead(&scene), Some(7), "what comes later stands behind");
}

#[test]
fn a_post_only_order_of_an_atomic_batch_is_judged_once_more_at_its_turn() {
    let mut scene = Scene::new();
    let request = |name: &str, side, post_only| {
        let mut terms = OrderTerms::limit(side, QtyLots(1), PriceTicks(100));
        terms.post_only = post_only;
        BatchRequest::New { instrument: INTERNAL, order: ListedOrder { cl_ord_id: scene::id(name), terms } }
    };
    // When the batch is checked, nothing is offered yet.
    let requests = vec![request("ask", Sell, PostOnly::No), request("bid", Buy, PostOnly::Reject)];
    let events = scene.apply(Command::Batch(Batch { actor: Actor::default(), account: ALICE, atomic: true, requests }));
    let last = *executions(&events).last().expect("it ends");
    assert_eq!((last.cl_ord_id.as_str(), last.ord_status, last.reason), ("bid", OrdStatus::Canceled, ExecReason::PostOnly));
    assert_eq!(last.refusal.map(|refusal| refusal.code), Some(RefusalCode::PostOnlyWouldTake));
}
