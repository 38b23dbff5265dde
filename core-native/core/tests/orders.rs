//! What happens to orders, by example.
#![allow(missing_docs)]

mod scene;

use jware_core::Core;
use jware_core::command::{Actor, BookState, Command, MarketFact, MassCancel, NewOrder, Scope, TradingState};
use jware_core::event::Event;
use jware_core::order::{ClOrdId, ExecReason, ExecType, OrdStatus, OrdType, SelfTradePrevention, Side, TimeInForce};
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, InstrumentId, KeyId, PriceTicks, QtyLots, Seq, SessionId, StrategyId, TsNs, UserId};
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, USD, executions, fills, id, refusal};

use Side::{Buy, Sell};

fn fill(name: &str, qty: i64, price: i64) -> (String, i64, i64) {
    (name.to_owned(), qty, price)
}

#[test]
fn orders_trade_by_price_then_time() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "late-but-better", Sell, 5, 100);
    scene.limit(ALICE, INTERNAL, "first", Sell, 5, 101);
    scene.limit(ALICE, INTERNAL, "second", Sell, 5, 101);
    let events = scene.limit(BOB, INTERNAL, "taker", Buy, 12, 101);
    assert_eq!(
        fills(&events),
        [
            fill("late-but-better", 5, 100),
            fill("taker", 5, 100),
            fill("first", 5, 101),
            fill("taker", 5, 101),
            fill("second", 2, 101),
            fill("taker", 2, 101),
        ]
    );
    assert_eq!(scene.position(BOB, INTERNAL), (12, 5 * 100 + 7 * 101));
    assert_eq!(scene.position(ALICE, INTERNAL), (-12, -(5 * 100 + 7 * 101)));
    scene.assert_conserved();
}

#[test]
fn a_market_order_walks_the_displayed_book_level_by_level() {
    let mut scene = Scene::new();
    scene.house(&[(Sell, 100, 3), (Sell, 101, 4), (Sell, 102, 50), (Buy, 99, 10)]);
    let events = scene.limit(ALICE, PAPER, "m", Buy, 10, 0);
    assert_eq!(fills(&events), [fill("m", 3, 100), fill("m", 4, 101), fill("m", 3, 102)]);
    let shown: Vec<_> = scene.core.instrument(PAPER).expect("defined").book.depth(Sell, 5);
    assert_eq!(shown, [(PriceTicks(102), 47)]);
    let again = scene.house(&[(Sell, 100, 3)]);
    assert!(fills(&again).is_empty());
    assert_eq!(
        scene.core.instrument(PAPER).expect("defined").book.best(Sell),
        Some(PriceTicks(102)),
        "what was taken stays taken"
    );
    scene.assert_conserved();
}

#[test]
fn a_resting_order_waits_for_the_queue_ahead() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "r", Buy, 4, 99);
    assert!(fills(&scene.outside_trade(Sell, 99, 7)).is_empty(), "7 of the 10 ahead");
    assert_eq!(fills(&scene.outside_trade(Sell, 99, 5)), [fill("r", 2, 99)], "3 ahead, then 2 for us");
    assert_eq!(fills(&scene.outside_trade(Sell, 98, 1)), [fill("r", 1, 99)], "a trade through the price");
    assert_eq!(
        fills(&scene.house(&[(Buy, 99, 0), (Sell, 101, 0), (Sell, 98, 9)])),
        [fill("r", 1, 99)],
        "the other side comes to us"
    );
    scene.assert_conserved();
}

#[test]
fn cancels_in_the_house_queue_move_us_up_and_new_size_joins_behind() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "r", Buy, 4, 99);
    let ahead = |scene: &Scene| scene.core.open_orders(ALICE).next().map(|order| scene.core.house_ahead(order));
    assert_eq!(ahead(&scene), Some(10));
    scene.house(&[(Buy, 99, 6)]);
    assert_eq!(ahead(&scene), Some(6));
    scene.house(&[(Buy, 99, 30)]);
    assert_eq!(ahead(&scene), Some(6));
    scene.house(&[(Buy, 99, 0)]);
    scene.house(&[(Buy, 99, 30)]);
    assert_eq!(ahead(&scene), Some(0));
}

#[test]
fn queue_ahead_counts_house_and_own_and_is_of_resting_orders_alone() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "a", Buy, 4, 99);
    scene.limit(BOB, PAPER, "b", Buy, 3, 99);
    scene.house(&[(Buy, 99, 30)]);
    scene.limit(ALICE, PAPER, "c", Buy, 2, 99);
    let mut stop = scene.order(ALICE, PAPER, "waits", Buy, 1, 0);
    (stop.terms.ord_type, stop.terms.trigger.price) = (OrdType::Stop, PriceTicks(105));
    stop.terms.time_in_force = TimeInForce::Gtc;
    scene.apply(Command::NewOrder(stop));
    let lots = |count| Some(QtyLots(count));
    let of_alice: Vec<_> = scene.core.open_orders_in_queue(ALICE).into_iter().map(|(_, ahead)| ahead).collect();
    assert_eq!(of_alice, [lots(10), lots(30 + 4 + 3), None]);
    let of_bob: Vec<_> = scene.core.open_orders(BOB).map(|order| scene.core.queue_ahead(order)).collect();
    assert_eq!(of_bob, [lots(14)], "the new size of the house joined behind it");
}

#[test]
fn a_book_that_is_not_synced_refuses_orders_and_fills_nothing() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 1), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "r", Buy, 4, 100);
    scene.facts(&[MarketFact::State(BookState::Stale)]);
    let refused = refusal(&scene.limit(ALICE, PAPER, "x", Buy, 1, 100)).expect("refused");
    assert_eq!(refused.code, RefusalCode::BookNotSynced);
    let events = scene.facts(&[
        MarketFact::State(BookState::Resyncing),
        MarketFact::Reset,
        MarketFact::Level { side: Sell, price: PriceTicks(98), qty: QtyLots(2) },
    ]);
    assert!(fills(&events).is_empty());
    assert_eq!(fills(&scene.facts(&[MarketFact::State(BookState::Synced)])), [fill("r", 2, 100)]);
    assert!(refusal(&scene.cancel(ALICE, "r")).is_none(), "cancels always pass");
}

#[test]
fn ioc_takes_what_is_there_and_fok_takes_all_or_nothing() {
    let mut scene = Scene::new();
    scene.house(&[(Sell, 100, 3), (Buy, 99, 1)]);
    let mut fok = scene.order(ALICE, PAPER, "fok", Buy, 4, 100);
    fok.terms.time_in_force = TimeInForce::Fok;
    let last = *executions(&scene.apply(Command::NewOrder(fok))).last().expect("an end");
    assert_eq!((last.ord_status, last.reason, last.cum_qty.0), (OrdStatus::Expired, ExecReason::FokUnfillable, 0));
    let mut ioc = scene.order(ALICE, PAPER, "ioc", Buy, 4, 100);
    ioc.terms.time_in_force = TimeInForce::Ioc;
    let last = *executions(&scene.apply(Command::NewOrder(ioc))).last().expect("an end");
    assert_eq!(
        (last.ord_status, last.reason, last.cum_qty.0, last.leaves_qty.0),
        (OrdStatus::Expired, ExecReason::IocRemainder, 3, 0)
    );
}

#[test]
fn replace_keeps_priority_only_for_less_at_the_same_price() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Sell, 5, 100);
    scene.limit(BOB, INTERNAL, "b", Sell, 5, 100);
    let kept = executions(&scene.replace(ALICE, "a", "a2", 3, 100))[0];
    assert!(kept.priority_kept && kept.exec_type == ExecType::Replaced && kept.orig_cl_ord_id.as_str() == "a");
    let lost = executions(&scene.replace(ALICE, "a2", "a3", 4, 100))[0];
    assert!(!lost.priority_kept);
    let mut taker = scene.order(BOB, INTERNAL, "t", Buy, 6, 100);
    taker.terms.self_trade_prevention = SelfTradePrevention::None;
    let events = scene.apply(Command::NewOrder(taker));
    assert_eq!(fills(&events)[0], fill("b", 5, 100), "b is now first");
    let ended = executions(&scene.replace(ALICE, "a3", "a4", 1, 100));
    assert_eq!((ended[0].ord_status, ended[0].reason), (OrdStatus::Canceled, ExecReason::ReplaceBelowCum));
    scene.assert_conserved();
}

#[test]
fn refusals_say_limit_value_and_headroom_in_precedence_order() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
    let mut code = |name: &str, side, qty, price| refusal(&scene.limit(ALICE, PAPER, name, side, qty, price));
    assert_eq!(code("", Buy, 1, 100).map(|r| r.code), Some(RefusalCode::ClordidInvalid));
    assert_eq!(code("a", Buy, 0, -5).map(|r| r.code), Some(RefusalCode::PriceInvalid), "price comes before quantity");
    assert_eq!(code("a", Buy, 0, 100).map(|r| (r.code, r.limit, r.value)), Some((RefusalCode::QtyBelowMin, 1, 0)));
    assert_eq!(
        code("a", Buy, 10_001, 100).map(|r| (r.code, r.limit, r.headroom)),
        Some((RefusalCode::QtyAboveMax, 10_000, 10_000))
    );
    assert_eq!(code("a", Buy, 5_000, 9_000_000_000_000_000).map(|r| r.code), Some(RefusalCode::NumberOverflow));
    assert_eq!(
        code("a", Buy, 10_000, 501).map(|r| (r.code, r.limit, r.value)),
        Some((RefusalCode::NotionalAboveMax, 5_000_000, 5_010_000))
    );
    assert_eq!(
        code("a", Buy, 1, 111).map(|r| (r.code, r.limit, r.value, r.headroom)),
        Some((RefusalCode::PriceCollar, 110, 111, 10))
    );
    assert_eq!(code("a", Sell, 1, 89).map(|r| (r.code, r.limit)), Some((RefusalCode::PriceCollar, 90)));
    let funds = code("a", Buy, 10_000, 100).expect("refused");
    assert_eq!(
        (funds.code, funds.limit, funds.value, funds.headroom, funds.currency),
        (RefusalCode::InsufficientFunds, 1_000_000, 1_001_000, 1_000_000, USD)
    );
    assert_eq!(code("a", Buy, 1, 100), None);
    assert_eq!(code("a", Buy, 2, 100).map(|r| r.code), Some(RefusalCode::DuplicateClordid));
}

#[test]
fn a_halted_account_loses_its_orders_and_takes_no_new_ones() {
    let mut scene = Scene::new();
    scene.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
    scene.limit(ALICE, PAPER, "p", Buy, 1, 99);
    scene.limit(ALICE, INTERNAL, "i", Buy, 1, 99);
    let control = |state| Command::SetTradingState {
        actor: jware_core::command::Actor::default(),
        scope: Scope::Account(ALICE),
        state,
        flatten: false,
        reason: "kill".to_owned(),
    };
    let events = scene.apply(control(TradingState::Halted));
    assert_eq!(executions(&events).iter().map(|e| e.reason).collect::<Vec<_>>(), [ExecReason::Halted; 2]);
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "n", Buy, 1, 99)).map(|r| r.code), Some(RefusalCode::AccountHalted));
    assert_eq!(scene.core.account(ALICE).map(|account| account.balance(USD).held), Some(0));
    scene.apply(control(TradingState::Active));
    assert_eq!(refusal(&scene.limit(ALICE, PAPER, "n", Buy, 1, 99)), None);
}

#[test]
fn a_mass_cancel_takes_what_it_names_and_says_how_many() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "b1", Buy, 1, 99);
    scene.limit(ALICE, INTERNAL, "s1", Sell, 1, 105);
    scene.limit(BOB, INTERNAL, "b2", Buy, 1, 98);
    let events = scene.apply(Command::MassCancel(MassCancel {
        actor: jware_core::command::Actor::default(),
        account: ALICE,
        cl_ord_id: ClOrdId::EMPTY,
        instrument: InstrumentId(0),
        side: Some(Buy),
        strategy: StrategyId(0),
        session_only: false,
        on_disconnect: false,
    }));
    assert!(matches!(events.last(), Some(Event::MassCanceled { canceled_count: 1, .. })));
    assert_eq!(scene.core.orders().len(), 2);
}

fn lost(session: u32, account: AccountId) -> Command {
    Command::MassCancel(MassCancel::of_lost_session(by(session), account))
}

fn by(session: u32) -> Actor {
    Actor { user: UserId(5), session: SessionId(session), key: KeyId(6) }
}

#[test]
fn who_asked_for_cancel_on_disconnect_is_known_until_it_was_done_and_in_a_snapshot() {
    let mut scene = Scene::new();
    let ask = |session, account, is_on| Command::SetCancelOnDisconnect { actor: by(session), account, is_on };
    let before = scene.core.state_hash();
    // Two sessions of one account, one of which has another account, too; a third changes its mind.
    for command in [ask(7, ALICE, true), ask(7, BOB, true), ask(8, ALICE, true), ask(9, BOB, true), ask(9, BOB, false)] {
        assert_eq!(scene.apply(command), []);
    }
    let unknown = scene.apply(ask(7, AccountId(99), true));
    assert_eq!(refusal(&unknown).map(|refusal| refusal.code), Some(RefusalCode::AccountNotPermitted));
    for (session, account, name) in [(7, ALICE, "a7"), (8, ALICE, "a8"), (10, ALICE, "a10"), (7, BOB, "b7")] {
        let order = NewOrder { actor: by(session), ..scene.order(account, INTERNAL, name, Buy, 1, 99) };
        scene.apply(Command::NewOrder(order));
    }
    // A mass cancel of the user's own changes nothing of it.
    let Command::MassCancel(other) = lost(8, BOB) else { unreachable!() };
    scene.apply(Command::MassCancel(MassCancel { account: ALICE, on_disconnect: false, ..other }));
    let asked =
        |core: &Core| core.to_cancel_on_disconnect().map(|(actor, account)| (actor.session.0, account)).collect::<Vec<_>>();
    assert_eq!(asked(&scene.core), [(7, ALICE), (7, BOB), (8, ALICE)]);
    assert_eq!(scene.core.to_cancel_on_disconnect_of(SessionId(7)).collect::<Vec<_>>(), [(by(7), ALICE), (by(7), BOB)]);

    // Killed after the first of three cancels: the rest is still known, from a snapshot too.
    let events = scene.apply(lost(7, ALICE));
    assert_eq!(
        executions(&events).iter().map(|e| (e.cl_ord_id, e.reason)).collect::<Vec<_>>(),
        [(id("a7"), ExecReason::Disconnect)]
    );
    let mut again = Core::restore(&scene.core.snapshot()).expect("a snapshot of our own");
    assert_eq!(asked(&again), [(7, BOB), (8, ALICE)]);
    let left: Vec<_> = again.to_cancel_on_disconnect().collect();
    for (actor, account) in left {
        let seq = Seq(again.seq().0 + 1);
        again.apply(seq, TsNs(scene.now), &lost(actor.session.0, account), &mut Vec::new());
    }
    assert_eq!(asked(&again), []);
    let names: Vec<ClOrdId> =
        [ALICE, BOB].into_iter().flat_map(|of| again.open_orders(of)).map(|order| order.cl_ord_id).collect();
    assert_eq!(names, [id("a10")], "what came by a session that did not ask stays");

    let mut plain = Scene::new();
    assert_eq!(plain.core.state_hash(), before);
    plain.apply(Command::Tick);
    let mut asking = Scene::new();
    asking.apply(ask(7, ALICE, true));
    assert_ne!(asking.core.state_hash(), plain.core.state_hash(), "it is part of the state");
}

#[test]
fn account_sequence_is_dense_and_replay_gives_the_same_hash() {
    let mut scene = Scene::new();
    let mut commands = Vec::new();
    scene.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
    for round in 0..20 {
        let order = scene.order(ALICE, PAPER, &format!("o{round}"), if round % 2 == 0 { Buy } else { Sell }, 3, 100 + round % 3);
        commands.push(Command::NewOrder(order));
    }
    let mut last = scene.core.account(ALICE).map_or(0, |account| account.account_seq);
    for command in &commands {
        for event in scene.apply(command.clone()) {
            let seq = match event {
                Event::Execution(e) if e.account == ALICE => e.account_seq,
                Event::Position(e) if e.account == ALICE => e.account_seq,
                Event::Balance(e) if e.account == ALICE => e.account_seq,
                _ => continue,
            };
            assert_eq!(seq, last + 1);
            last = seq;
        }
    }
    let mut other = Scene::new();
    other.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
    assert_ne!(other.core.state_hash(), scene.core.state_hash());
    for command in commands {
        other.apply(command);
    }
    assert_eq!(other.core.state_hash(), scene.core.state_hash());
    assert_eq!(other.core.ts(), TsNs(other.now));
}

#[test]
fn a_replace_that_ended_its_order_is_answered_again_as_closed() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Sell, 10, 100);
    scene.limit(BOB, INTERNAL, "b", Buy, 6, 100);
    let ended = scene.replace(ALICE, "a", "a2", 5, 100);
    assert_eq!(
        executions(&ended).last().map(|told| (told.ord_status, told.reason)),
        Some((OrdStatus::Canceled, ExecReason::ReplaceBelowCum))
    );
    let again = scene.replace(ALICE, "a", "a2", 5, 100);
    assert_eq!(refusal(&again).map(|refusal| refusal.code), Some(RefusalCode::OrderClosed));
}
