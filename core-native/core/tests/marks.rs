//! Marks by example: where they come from, when they are stale, what waits for a fresh one, and what money is worth in other money.
#![allow(missing_docs)]

mod scene;

use jware_core::Core;
use jware_core::command::{AccountKind, Actor, BookState, Command, MarketFact, PositionMode, SetLimit};
use jware_core::engine::{BaseEquity, MarkSource};
use jware_core::event::Event;
use jware_core::instrument::{CurrencyDefinition, MarginRules, Venue};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::order::Side;
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, TsNs};
use scene::{ALICE, BOB, INTERNAL, PAPER, Scene, USD, definition, refusal};

use Side::{Buy, Sell};

const AGE_NS: u64 = 50_000;

fn mark(scene: &Scene, instrument: InstrumentId) -> Option<(i64, MarkSource, bool)> {
    let mark = scene.core.instrument(instrument).expect("defined").mark(TsNs(scene.now));
    mark.map(|mark| (mark.twice, mark.source, mark.is_stale))
}

fn ages(scene: &mut Scene, instrument: InstrumentId) {
    let mut older = scene.core.instrument(instrument).expect("defined").definition.clone();
    older.mark_stale_ns = AGE_NS;
    scene.apply(Command::DefineInstrument(older));
}

#[test]
fn a_mark_is_the_middle_then_the_last_trade_then_none_and_is_stale_when_its_news_is() {
    let mut scene = Scene::new();
    ages(&mut scene, PAPER);
    assert_eq!(mark(&scene, PAPER), None);
    scene.house(&[(Buy, 99, 10)]);
    assert_eq!(mark(&scene, PAPER), None, "one side has no middle");
    scene.outside_trade(Buy, 101, 1);
    assert_eq!(mark(&scene, PAPER), Some((202, MarkSource::Last, false)));
    scene.house(&[(Sell, 102, 10)]);
    assert_eq!(mark(&scene, PAPER), Some((201, MarkSource::Middle, false)));
    scene.now += AGE_NS;
    assert_eq!(mark(&scene, PAPER), Some((201, MarkSource::Middle, false)), "just as old as it may be");
    scene.now += 1;
    assert_eq!(mark(&scene, PAPER), Some((201, MarkSource::Middle, true)));
    scene.house(&[]);
    assert_eq!(mark(&scene, PAPER), Some((201, MarkSource::Middle, false)));
    scene.facts(&[MarketFact::State(BookState::Stale)]);
    assert_eq!(mark(&scene, PAPER), Some((201, MarkSource::Middle, true)), "a book that is not in step");
}

#[test]
fn our_own_orders_are_news_as_long_as_they_stand_and_a_trade_only_for_its_time() {
    let mut scene = Scene::new();
    ages(&mut scene, INTERNAL);
    scene.limit(ALICE, INTERNAL, "a", Sell, 2, 102);
    scene.limit(BOB, INTERNAL, "b", Buy, 1, 102);
    assert_eq!(mark(&scene, INTERNAL), Some((204, MarkSource::Last, false)));
    scene.now += AGE_NS + 1;
    assert_eq!(mark(&scene, INTERNAL), Some((204, MarkSource::Last, true)));
    scene.limit(BOB, INTERNAL, "c", Buy, 1, 98);
    scene.now += AGE_NS + 1;
    assert_eq!(mark(&scene, INTERNAL), Some((200, MarkSource::Middle, false)));
}

/// An account with a position at a margin of a tenth that a mark of 80 has used up.
fn leveraged() -> (Scene, AccountId) {
    let mut scene = Scene::new();
    let mut leveraged = definition(PAPER, "PAP", Venue::Paper);
    leveraged.margin = MarginRules { initial_ppm: 100_000, maintenance_ppm: 50_000 };
    (leveraged.taker_fee_ppm, leveraged.mark_stale_ns) = (0, AGE_NS);
    scene.apply(Command::DefineInstrument(leveraged));
    scene.house(&[(Buy, 99, 1_000), (Sell, 101, 1_000)]);
    let carol = AccountId(1003);
    scene.apply(Command::OpenAccount { account: carol, name: "CAROL".to_owned() });
    scene.configure(carol, AccountKind::Margin, PositionMode::Netting);
    scene.apply(Command::Deposit {
        actor: Actor::default(),
        account: carol,
        currency: USD,
        amount: AmountMinor(1_200),
        reference: None,
        reason: String::new(),
    });
    scene.limit(carol, PAPER, "c", Buy, 100, 101);
    assert_eq!(scene.position(carol, PAPER), (100, 10_100));
    (scene, carol)
}

fn is_liquidated(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Liquidation { .. }))
}

#[test]
fn a_liquidation_waits_for_a_fresh_mark() {
    let fall = [
        MarketFact::Reset,
        MarketFact::Level { side: Buy, price: jware_core::units::PriceTicks(80), qty: jware_core::units::QtyLots(1_000) },
        MarketFact::Level { side: Sell, price: jware_core::units::PriceTicks(82), qty: jware_core::units::QtyLots(1_000) },
    ];
    let (mut scene, carol) = leveraged();
    let mut told = vec![MarketFact::State(BookState::Stale)];
    told.extend(fall);
    assert!(!is_liquidated(&scene.facts(&told)), "the book says so itself: it is not in step");
    assert_eq!(scene.position(carol, PAPER).0, 100);
    assert!(is_liquidated(&scene.facts(&[MarketFact::State(BookState::Synced)])));
    assert_eq!(scene.position(carol, PAPER).0, 0);
    scene.assert_conserved();
}

const EUR: CurrencyId = CurrencyId(2);
const JPY: CurrencyId = CurrencyId(3);
const EURUSD: InstrumentId = InstrumentId(3);
const USDJPY: InstrumentId = InstrumentId(4);

/// Alice's money is also 1,000.00 EUR and 5,000 JPY; a euro costs 1.10 dollars, a dollar 150 yen.
fn worldly() -> Scene {
    let mut scene = Scene::new();
    for (code, decimals) in [("EUR", 2), ("JPY", 0)] {
        scene.apply(Command::DefineCurrency(CurrencyDefinition { code: code.to_owned(), decimals }));
    }
    // A lot is a hundred euros, a tick 0.0001 dollars: worth a cent together. And a tick of a yen on a lot of one dollar.
    let mut eurusd = definition(EURUSD, "EURUSD", Venue::Paper);
    (eurusd.base_currency, eurusd.price_decimals, eurusd.lot_mantissa) = ("EUR".to_owned(), 4, 100);
    let mut usdjpy = definition(USDJPY, "USDJPY", Venue::Paper);
    (usdjpy.base_currency, usdjpy.quote_currency, usdjpy.price_decimals) = ("USD".to_owned(), JPY, 0);
    for instrument in [eurusd, usdjpy] {
        let told = scene.apply(Command::DefineInstrument(instrument));
        assert_eq!(refusal(&told), None);
    }
    for (currency, amount) in [(EUR, 100_000), (JPY, 5_000)] {
        scene.apply(Command::Deposit {
            actor: Actor::default(),
            account: ALICE,
            currency,
            amount: AmountMinor(amount),
            reference: None,
            reason: String::new(),
        });
    }
    scene
}

fn quote(scene: &mut Scene, instrument: InstrumentId, bid: i64, ask: i64) -> Vec<Event> {
    quote_of(scene, instrument, bid, ask, 1_000)
}

fn quote_of(scene: &mut Scene, instrument: InstrumentId, bid: i64, ask: i64, qty: i64) -> Vec<Event> {
    let fact = |fact| jware_core::command::MarketUpdate { instrument, ts_event: TsNs(1), fact };
    let level = |side, price| {
        fact(MarketFact::Level { side, price: jware_core::units::PriceTicks(price), qty: jware_core::units::QtyLots(qty) })
    };
    let state = fact(MarketFact::State(BookState::Synced));
    scene.apply(Command::Market(vec![fact(MarketFact::Reset), level(Buy, bid), level(Sell, ask), state]))
}

fn equity(scene: &Scene) -> Option<BaseEquity> {
    scene.core.base_equity_of(ALICE, scene.core.ts())
}

fn base(scene: &Scene) -> BaseEquity {
    equity(scene).expect("she has a base currency")
}

fn count_in(scene: &mut Scene, currency: CurrencyId) -> Vec<Event> {
    scene.apply(Command::SetBaseCurrency { actor: Actor::default(), account: ALICE, currency, reason: String::new() })
}

#[test]
fn equity_is_converted_directly_or_the_other_way_round_or_said_to_be_unknown() {
    let mut scene = worldly();
    assert_eq!(equity(&scene), None);
    let told = count_in(&mut scene, USD);
    assert!(matches!(told[..], [Event::AccountConfigured { base_currency: USD, .. }]), "{told:?}");
    assert_eq!(base(&scene), BaseEquity { currency: USD, equity: None, is_stale: false, unconverted: vec![EUR, JPY] });
    quote(&mut scene, EURUSD, 10_999, 11_001);
    assert_eq!(base(&scene).unconverted, [JPY]);
    quote(&mut scene, USDJPY, 149, 151);
    // 10,000.00 dollars, 1,000.00 euros at 1.10, 5,000 yen at 150: 33.333 dollars.
    assert_eq!((base(&scene).equity, base(&scene).is_stale), (Some(1_000_000 + 110_000 + 3_333), false));
    count_in(&mut scene, JPY);
    // And all in yen: there is no way from euros.
    assert_eq!((base(&scene).equity, base(&scene).unconverted), (None, vec![EUR]));
    scene.apply(Command::Deposit {
        actor: Actor::default(),
        account: ALICE,
        currency: EUR,
        amount: AmountMinor(-100_000),
        reference: None,
        reason: String::new(),
    });
    assert_eq!(base(&scene).equity, Some(10_000 * 150 + 5_000));
    let facts = vec![jware_core::command::MarketUpdate {
        instrument: USDJPY,
        ts_event: TsNs(1),
        fact: MarketFact::State(BookState::Stale),
    }];
    scene.apply(Command::Market(facts));
    assert_eq!((base(&scene).equity, base(&scene).is_stale), (Some(1_505_000), true));
    assert_eq!(count_in(&mut scene, CurrencyId(0)).len(), 1);
    assert_eq!(equity(&scene), None);
}

#[test]
fn a_contract_with_a_multiplier_is_no_rate_of_exchange() {
    let mut scene = worldly();
    let mut future = definition(InstrumentId(5), "EURFUT", Venue::Paper);
    (future.base_currency, future.price_decimals, future.lot_mantissa) = ("EUR".to_owned(), 4, 100);
    future.tick_lot_minor = 10;
    scene.apply(Command::DefineInstrument(future));
    quote(&mut scene, InstrumentId(5), 10_999, 11_001);
    count_in(&mut scene, USD);
    assert_eq!(base(&scene).unconverted, [EUR, JPY]);
}

#[test]
fn a_loss_limit_may_count_the_whole_equity_in_the_base_currency() {
    let mut scene = worldly();
    let limit = |max| {
        let name = LimitName { kind: LimitKind::LossReduce, instrument: InstrumentId(0), currency: CurrencyId(0) };
        let (actor, scope, reason) = (Actor::default(), LimitScope::Account(ALICE), String::new());
        Command::SetLimit(SetLimit { actor, scope, name, max, window_ns: 0, reason })
    };
    let code = |events: &[Event]| refusal(events).map(|refusal| refusal.code);
    assert_eq!(code(&scene.apply(limit(Some(500)))), Some(RefusalCode::FieldInvalid), "it has no base currency");
    count_in(&mut scene, USD);
    assert_eq!(code(&scene.apply(limit(Some(500)))), Some(RefusalCode::FieldInvalid), "its worth is not known");
    quote(&mut scene, EURUSD, 10_999, 11_001);
    quote(&mut scene, USDJPY, 149, 151);
    assert_eq!(code(&scene.apply(limit(Some(500)))), None);
    assert_eq!(code(&count_in(&mut scene, EUR)), Some(RefusalCode::AccountInUse), "a limit counts in it");
    // What is paid out is no loss, in whatever money.
    let told = scene.apply(Command::Deposit {
        actor: Actor::default(),
        account: ALICE,
        currency: EUR,
        amount: AmountMinor(-50_000),
        reference: None,
        reason: String::new(),
    });
    assert!(!told.iter().any(|event| matches!(event, Event::LossLimitPassed { .. })));
    // She buys lots of euros, and they fall: dollars and euros lose together.
    scene.limit(ALICE, EURUSD, "e", Buy, 1, 11_001);
    let told = quote(&mut scene, EURUSD, 10_899, 10_901);
    let passed = told.iter().find_map(|event| match event {
        Event::LossLimitPassed { currency, loss, .. } => Some((*currency, *loss)),
        _ => None,
    });
    // 500.00 euros are worth 5.00 dollars less, the lot 1.01 less, and its fee was 0.11.
    assert_eq!(passed, Some((CurrencyId(0), 500 + 101 + 11)));
    let restored = Core::restore(&scene.core.snapshot()).expect("its own");
    assert_eq!(restored.base_equity_of(ALICE, restored.ts()), equity(&scene));
}

#[test]
fn nothing_is_closed_for_a_whole_equity_that_is_not_known() {
    let mut scene = worldly();
    let (pound, definition) = (CurrencyId(4), CurrencyDefinition { code: "GBP".to_owned(), decimals: 2 });
    scene.apply(Command::DefineCurrency(definition));
    quote(&mut scene, EURUSD, 10_999, 11_001);
    quote(&mut scene, USDJPY, 149, 151);
    count_in(&mut scene, USD);
    let name = LimitName { kind: LimitKind::LossFlatten, instrument: InstrumentId(0), currency: CurrencyId(0) };
    let (actor, scope, reason) = (Actor::default(), LimitScope::Account(ALICE), String::new());
    scene.apply(Command::SetLimit(SetLimit { actor, scope, name, max: Some(500), window_ns: 0, reason }));
    scene.limit(ALICE, EURUSD, "e", Buy, 4, 11_001);
    // Each run of facts has a buyer of one lot.
    let fall = |scene: &mut Scene| {
        quote_of(scene, EURUSD, 10_899, 10_901, 1);
        scene.position(ALICE, EURUSD).0
    };
    let pay = |scene: &mut Scene, amount| {
        let (actor, reason) = (Actor::default(), String::new());
        let amount = AmountMinor(amount);
        scene.apply(Command::Deposit { actor, account: ALICE, currency: pound, amount, reference: None, reason });
    };
    assert_eq!(fall(&mut scene), 3);
    pay(&mut scene, 100);
    assert!(base(&scene).unconverted.contains(&pound));
    assert_eq!(fall(&mut scene), 3);
    pay(&mut scene, -100);
    assert_eq!(fall(&mut scene), 2);
}
