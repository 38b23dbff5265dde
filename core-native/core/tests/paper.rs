//! What a venue that we only watch would have made of our orders, by example.
#![allow(missing_docs)]

mod scene;

use jware_core::command::{Actor, BookState, Command, MarketFact, MassCancel, Scope, TradingState};
use jware_core::event::Event;
use jware_core::instrument::Venue;
use jware_core::order::{ClOrdId, ExecReason, ExecType, OrdStatus, OrderTerms, Side};
use jware_core::paper::{LatencyRow, LatencyRules, PaperRules, QueueModel};
use jware_core::refusal::RefusalCode;
use jware_core::units::{AmountMinor, InstrumentId, PriceTicks, QtyLots, StrategyId, TsNs};
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, USD, definition, executions, fills, refusal};

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
    let level = |qty| MarketFact::Level { side: Buy, price: PriceTicks(99), qty: QtyLots(qty) };
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

/// Every message takes exactly so long.
fn exactly(ns: u64) -> Vec<LatencyRow> {
    let row = |upper_ns| LatencyRow { upper_ns, weight: 1 };
    // The class below it is made never to be drawn: it has one part in a million.
    if ns == 0 { Vec::new() } else { vec![LatencyRow { weight: 1, ..row(ns - 1) }, LatencyRow { weight: 1_000_000, ..row(ns) }] }
}

/// A scene steps by 1,000 ns a command.
fn far(inbound_ns: u64, outbound_ns: u64) -> Scene {
    let latency = LatencyRules { seed: 1, inbound: exactly(inbound_ns), outbound: exactly(outbound_ns) };
    let mut scene = with_rules(PaperRules { latency, ..PaperRules::default() });
    scene.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
    scene
}

fn told(events: &[Event]) -> Vec<(String, ExecType, OrdStatus)> {
    executions(events).iter().map(|told| (told.cl_ord_id.as_str().to_owned(), told.exec_type, told.ord_status)).collect()
}

fn one(name: &str, exec_type: ExecType, status: OrdStatus) -> (String, ExecType, OrdStatus) {
    (name.to_owned(), exec_type, status)
}

/// Time passes until something happens.
fn pass(scene: &mut Scene) -> Vec<Event> {
    let due = scene.core.next_due_ts().expect("something is on its way");
    scene.now = due.0 - 1_000;
    scene.apply(Command::Tick)
}

#[test]
fn an_order_meets_the_book_of_its_arrival() {
    let mut scene = far(5_000, 0);
    let sent = scene.limit(ALICE, PAPER, "a", Buy, 4, 101);
    assert_eq!(told(&sent), [one("a", ExecType::PendingNew, OrdStatus::PendingNew)]);
    assert!(!executions(&sent)[0].working);
    assert_eq!(scene.core.account(ALICE).expect("hers").balance(USD).held, 404 + 1, "it holds what it may need");
    // The book moves on before it is there.
    assert!(told(&scene.house(&[(Sell, 101, 0), (Sell, 102, 10)])).is_empty());
    let arrived = pass(&mut scene);
    assert_eq!(told(&arrived), [one("a", ExecType::New, OrdStatus::New)]);
    assert_eq!(ahead(&scene), [0], "it rests where it would have filled");
    scene.assert_conserved();
}

#[test]
fn what_is_due_comes_before_the_command_that_brings_the_time() {
    let mut scene = far(5_000, 0);
    scene.limit(ALICE, PAPER, "a", Buy, 4, 101);
    scene.now += 5_000;
    let events = scene.house(&[(Sell, 101, 0)]);
    assert_eq!(fills(&events), [("a".to_owned(), 4, 101)]);
}

#[test]
fn a_cancel_may_come_too_late() {
    let mut scene = far(5_000, 0);
    scene.limit(ALICE, PAPER, "a", Buy, 4, 99);
    pass(&mut scene);
    let sent = scene.cancel(ALICE, "a");
    assert_eq!(told(&sent), [one("a", ExecType::PendingCancel, OrdStatus::PendingCancel)]);
    let events = scene.outside_trade(Sell, 98, 1);
    assert_eq!(told(&events), [one("a", ExecType::Trade, OrdStatus::PendingCancel)], "a fill on the way");
    scene.outside_trade(Sell, 98, 3);
    let events = pass(&mut scene);
    assert_eq!(refusal(&events).map(|refusal| refusal.code), Some(RefusalCode::OrderClosed));
    assert!(events.iter().any(|event| matches!(event, Event::Refused { travelled: true, account: ALICE, .. })));
    scene.assert_conserved();
}

#[test]
fn requests_of_an_order_do_not_overtake_each_other() {
    let mut scene = far(5_000, 0);
    scene.limit(ALICE, PAPER, "a", Buy, 4, 98);
    // From here on there is no way any more, but for what is on it.
    scene.apply(Command::DefineInstrument(definition(PAPER, "PAP", Venue::Paper)));
    let sent = scene.replace(ALICE, "a", "b", 3, 98);
    assert_eq!(told(&sent), [one("b", ExecType::PendingReplace, OrdStatus::PendingReplace)]);
    let sent = scene.cancel(ALICE, "b");
    assert_eq!(told(&sent), [one("a", ExecType::PendingCancel, OrdStatus::PendingCancel)]);
    assert_eq!(
        told(&pass(&mut scene)),
        [
            one("a", ExecType::New, OrdStatus::PendingCancel),
            one("b", ExecType::Replaced, OrdStatus::PendingCancel),
            one("b", ExecType::Canceled, OrdStatus::Canceled)
        ]
    );
    let at_once = scene.limit(ALICE, PAPER, "c", Buy, 4, 98);
    assert_eq!(told(&at_once), [one("c", ExecType::New, OrdStatus::New)], "a new order takes no time now");
}

#[test]
fn a_replace_that_no_longer_passes_leaves_the_order_as_it_is() {
    let mut scene = far(5_000, 0);
    scene.limit(ALICE, PAPER, "a", Buy, 4, 50);
    pass(&mut scene);
    scene.replace(ALICE, "a", "b", 4, 100);
    scene.house(&[(Buy, 99, 0), (Sell, 101, 0), (Buy, 60, 5), (Sell, 61, 5)]);
    let events = pass(&mut scene);
    assert_eq!(refusal(&events).map(|refusal| refusal.code), Some(RefusalCode::PriceCollar));
    let restated = executions(&events)[0];
    assert_eq!(
        (restated.exec_type, restated.reason, restated.ord_status),
        (ExecType::Restated, ExecReason::Refused, OrdStatus::New)
    );
    assert_eq!((restated.cl_ord_id.as_str(), restated.terms.price), ("a", PriceTicks(50)));
}

#[test]
fn a_venue_refuses_what_comes_too_late_or_to_a_closed_door() {
    let code = |events: &[Event]| executions(events)[0].refusal.map(|refusal| refusal.code);
    let mut scene = far(5_000, 0);
    let mut late = scene.order(ALICE, PAPER, "late", Buy, 4, 99);
    late.terms.deadline = TsNs(scene.now + 3_000);
    scene.apply(Command::NewOrder(late));
    let events = pass(&mut scene);
    assert_eq!(told(&events), [one("late", ExecType::Rejected, OrdStatus::Rejected)]);
    assert_eq!(code(&events), Some(RefusalCode::DeadlinePassed));
    scene.limit(ALICE, PAPER, "stale", Buy, 4, 99);
    scene.facts(&[MarketFact::State(BookState::Stale)]);
    assert_eq!(code(&pass(&mut scene)), Some(RefusalCode::BookNotSynced));
    assert_eq!(scene.core.account(ALICE).expect("hers").balance(USD).held, 0);
}

#[test]
fn a_kill_and_a_mass_cancel_catch_what_is_on_its_way() {
    let mut scene = far(5_000, 0);
    scene.limit(ALICE, PAPER, "a", Buy, 4, 99);
    let mass_cancel = MassCancel {
        actor: Actor::default(),
        account: ALICE,
        cl_ord_id: ClOrdId::EMPTY,
        instrument: InstrumentId(0),
        side: None,
        strategy: StrategyId(0),
        session_only: false,
        on_disconnect: false,
    };
    let events = scene.apply(Command::MassCancel(mass_cancel));
    assert_eq!(told(&events), [one("a", ExecType::Canceled, OrdStatus::Canceled)]);
    scene.limit(ALICE, PAPER, "b", Buy, 4, 99);
    let (scope, reason) = (Scope::Account(ALICE), String::new());
    let halt = Command::SetTradingState { actor: Actor::default(), scope, state: TradingState::Halted, flatten: false, reason };
    assert_eq!(told(&scene.apply(halt)), [one("b", ExecType::Canceled, OrdStatus::Canceled)]);
    assert!(told(&pass(&mut scene)).is_empty() && told(&pass(&mut scene)).is_empty(), "what arrives finds no order");
    assert!(scene.core.next_due_ts().is_none());
}

#[test]
fn a_report_comes_after_the_fact_with_position_and_money() {
    let mut scene = far(0, 7_000);
    let sent = scene.limit(ALICE, PAPER, "a", Buy, 4, 101);
    assert_eq!(told(&sent), [one("a", ExecType::PendingNew, OrdStatus::PendingNew)], "that it was sent is ours to tell");
    let there = pass(&mut scene);
    assert!(told(&there).is_empty());
    assert!(!there.iter().any(|event| matches!(event, Event::Position(_) | Event::Balance(_))), "nor what would betray it");
    assert_eq!(scene.position(ALICE, PAPER), (4, 404), "it has happened");
    let events = pass(&mut scene);
    assert_eq!(told(&events), [one("a", ExecType::New, OrdStatus::New), one("a", ExecType::Trade, OrdStatus::Filled)]);
    assert!(matches!(events[events.len() - 2], Event::Position(told) if told.qty == QtyLots(4)), "{events:?}");
    assert!(matches!(events[events.len() - 1], Event::Balance(told) if told.used == AmountMinor(404)), "{events:?}");
}

#[test]
fn reports_keep_their_order_and_the_same_seed_gives_the_same_delays() {
    let run = |seed| {
        let rows = vec![LatencyRow { upper_ns: 50_000, weight: 1 }];
        let latency = LatencyRules { seed, inbound: rows.clone(), outbound: rows };
        let mut scene = with_rules(PaperRules { latency, ..PaperRules::default() });
        scene.house(&[(Buy, 99, 10), (Sell, 101, 10)]);
        for index in 0..20 {
            scene.limit(ALICE, PAPER, &format!("o{index}"), Buy, 1, 90 + index % 5);
        }
        let mut all = Vec::new();
        while scene.core.next_due_ts().is_some() {
            all.extend(pass(&mut scene));
        }
        (all, scene.now)
    };
    let (events, end) = run(1);
    let ids: Vec<u64> = executions(&events).iter().map(|told| told.exec_id).collect();
    assert!(ids.is_sorted() && ids.len() == 20, "{ids:?}");
    let names: Vec<String> = told(&events).into_iter().map(|told| told.0).collect();
    assert_ne!(names.first(), Some(&"o0".to_owned()), "among orders the quicker is there first");
    assert_eq!(run(1), (events, end));
    assert_ne!(run(2).1, end);
}

#[test]
fn a_list_arrives_as_one() {
    use jware_core::command::{ListedOrder, NewOrderList};
    use jware_core::order::{Contingency, OrdType};
    let mut scene = far(5_000, 0);
    let exit = |ord_type, price, trigger| {
        let mut terms = OrderTerms::limit(Sell, QtyLots(2), PriceTicks(price));
        (terms.ord_type, terms.trigger.price) = (ord_type, PriceTicks(trigger));
        terms
    };
    let orders = [
        ("entry", OrderTerms::limit(Buy, QtyLots(2), PriceTicks(101))),
        ("profit", exit(OrdType::Limit, 105, 0)),
        ("loss", exit(OrdType::Stop, 0, 95)),
    ];
    let orders = orders.map(|(name, terms)| ListedOrder { cl_ord_id: scene::id(name), terms }).to_vec();
    let contingency = Contingency::Bracket;
    let list = NewOrderList { actor: Actor::default(), account: ALICE, instrument: PAPER, contingency, orders };
    let sent = scene.apply(Command::NewOrderList(list));
    assert_eq!(told(&sent), ["entry", "profit", "loss"].map(|name| one(name, ExecType::PendingNew, OrdStatus::PendingNew)));
    let arrived = told(&pass(&mut scene));
    assert_eq!(
        arrived[..4],
        [
            one("entry", ExecType::New, OrdStatus::New),
            one("profit", ExecType::New, OrdStatus::Held),
            one("loss", ExecType::New, OrdStatus::Held),
            one("entry", ExecType::Trade, OrdStatus::Filled),
        ]
    );
    assert!(scene.core.next_due_ts().is_none(), "its children are at the venue and take no time");
    scene.assert_conserved();
}

#[test]
fn without_a_way_out_everything_is_told_at_once_again_after_what_was_on_it() {
    let mut scene = far(0, 7_000);
    scene.limit(ALICE, PAPER, "a", Buy, 4, 98);
    scene.apply(Command::DefineInstrument(definition(PAPER, "PAP", Venue::Paper)));
    assert!(told(&scene.outside_trade(Sell, 98, 1)).is_empty(), "its report waits behind the one before it");
    let late = pass(&mut scene);
    assert_eq!(told(&late).len(), 2);
    assert_eq!(told(&scene.outside_trade(Sell, 98, 1)), [one("a", ExecType::Trade, OrdStatus::PartiallyFilled)]);
    let at_once = scene.limit(ALICE, PAPER, "b", Buy, 4, 98);
    assert_eq!(told(&at_once), [one("b", ExecType::New, OrdStatus::New)]);
}
