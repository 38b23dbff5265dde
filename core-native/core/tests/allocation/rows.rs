//! The rows: each is a round that measures one command and leaves everything as it was.

use jware_core::command::{
    Actor, Batch, BatchRequest, Command, ListedOrder, MarketFact, MassCancel, NewOrderList, OrderRef, SetFeeSchedule,
};
use jware_core::fee::FeeTier;
use jware_core::order::{
    ClOrdId, Contingency, ExecType, OrdType, OrderTerms, PostOnly, SelfTradePrevention, Side, TimeInForce, Trail, TriggerSource,
};
use jware_core::units::{AccountId, AmountMinor, InstrumentId, PriceTicks, QtyLots, StrategyId, TsNs};

use crate::stage::{ALICE, BOB, INTERNAL, PAPER, PRICE, Stage, USD, level};

use Side::{Buy, Sell};

pub type Round = fn(&mut Stage);

pub const ALL: &[(&str, Round)] = &[
    ("new resting order", new_resting),
    ("cancel", cancel),
    ("replace, priority kept", replace_kept),
    ("replace, priority lost", replace_lost),
    ("crossing 1 level", |stage| crossing(stage, 1)),
    ("crossing 10 levels", |stage| crossing(stage, 10)),
    ("crossing 100 levels", |stage| crossing(stage, 100)),
    ("market order against the house", house_market),
    ("IOC, part filled", ioc),
    ("FOK, filled", |stage| fok(stage, 5)),
    ("FOK, killed", |stage| fok(stage, 500)),
    ("iceberg reloads", iceberg),
    ("post-only repriced", post_only),
    ("self-trade, newest canceled", |stage| self_trade(stage, SelfTradePrevention::CancelNewest)),
    ("self-trade, both decremented", |stage| self_trade(stage, SelfTradePrevention::Decrement)),
    ("new stop", new_stop),
    ("stop triggered by a trade", stop_triggered),
    ("new trailing stop", new_trailing),
    ("trailing stop moved", trailing_moved),
    ("refused order", refused),
    ("same request again", again),
    ("market fact, level", fact_level),
    ("market fact, trade", fact_trade),
    ("market fact, trade fills a resting order", fact_fills),
    ("market facts, rebuilt book", fact_rebuild),
    ("new OCO", new_oco),
    ("OCO leg filled", oco_filled),
    ("new bracket", new_bracket),
    ("bracket parent filled", bracket_fed),
    ("bracket exit filled", bracket_exit),
    ("exits reduced with the position", exits_reduced),
    ("mass cancel of 10", mass_cancel),
    ("batch of 4", |stage| batch(stage, false)),
    ("atomic batch of 4", |stage| batch(stage, true)),
    ("new GTD order", new_gtd),
    ("GTD order expires", expiry),
    ("new GTD order among 200", gtd_among_many),
    ("replace of an iceberg's display", iceberg_reduced),
    ("crossing 10 levels, under a fee schedule", scheduled),
];

fn clear(stage: &mut Stage, account: AccountId) {
    while stage.open_count(account) > 0 {
        stage.apply(&stage.cancel_last(account));
    }
}

/// Brings both accounts back to nothing in an instrument among users.
fn flat(stage: &mut Stage, instrument: InstrumentId) {
    clear(stage, ALICE);
    clear(stage, BOB);
    let qty = stage.position(ALICE, instrument);
    if qty == 0 {
        return;
    }
    let (maker, taker) = if qty > 0 { (Buy, Sell) } else { (Sell, Buy) };
    let resting = stage.limit(BOB, instrument, maker, qty.abs(), PRICE);
    stage.apply(&resting);
    let closing = stage.limit(ALICE, instrument, taker, qty.abs(), PRICE);
    stage.apply(&closing);
    assert_eq!(stage.position(ALICE, instrument), 0, "closed");
}

/// Closes what an account has against the house.
fn flat_with_house(stage: &mut Stage, account: AccountId) {
    clear(stage, account);
    stage.house_around();
    let qty = stage.position(account, PAPER);
    if qty != 0 {
        let side = if qty > 0 { Sell } else { Buy };
        let order = stage.order(account, PAPER, OrderTerms::market(side, QtyLots(qty.abs())));
        stage.apply(&order);
        stage.house_around();
    }
    assert_eq!(stage.position(account, PAPER), 0, "closed");
}

/// Comes last: from the first schedule on, volumes are counted.
fn scheduled(stage: &mut Stage) {
    let tier = |notional_min, taker_fee_ppm| FeeTier { notional_min: AmountMinor(notional_min), maker_fee_ppm: 0, taker_fee_ppm };
    let tiers = vec![tier(0, 2_000), tier(1, 1_000), tier(1_000, 500)];
    let (actor, account) = (Actor::default(), AccountId(0));
    stage.apply(&Command::SetFeeSchedule(SetFeeSchedule { actor, account, currency: USD, tiers, reason: String::new() }));
    let order = stage.limit(BOB, INTERNAL, Sell, 1, PRICE);
    stage.apply(&order);
    let order = stage.limit(ALICE, INTERNAL, Buy, 1, PRICE);
    stage.apply(&order);
    flat(stage, INTERNAL);
    // A new day: what was traded moves on as well.
    stage.later_by(24 * 3_600 * 1_000_000_000);
    crossing(stage, 10);
}

fn new_resting(stage: &mut Stage) {
    let order = stage.limit(ALICE, INTERNAL, Buy, 5, PRICE - 10);
    stage.measure_accepted(&order);
    clear(stage, ALICE);
}

fn cancel(stage: &mut Stage) {
    let order = stage.limit(ALICE, INTERNAL, Buy, 5, PRICE - 10);
    stage.apply(&order);
    stage.measure_accepted(&stage.cancel_last(ALICE));
}

fn replace_kept(stage: &mut Stage) {
    let order = stage.limit(ALICE, INTERNAL, Buy, 5, PRICE - 10);
    stage.apply(&order);
    let replace = stage.replace_last(ALICE, 3, PRICE - 10);
    stage.measure_accepted(&replace);
    clear(stage, ALICE);
}

fn replace_lost(stage: &mut Stage) {
    let order = stage.limit(ALICE, INTERNAL, Buy, 5, PRICE - 10);
    stage.apply(&order);
    let replace = stage.replace_last(ALICE, 5, PRICE - 20);
    stage.measure_accepted(&replace);
    clear(stage, ALICE);
}

fn crossing(stage: &mut Stage, levels: i64) {
    for step in 1..=levels {
        let order = stage.limit(BOB, INTERNAL, Sell, 1, PRICE + step);
        stage.apply(&order);
    }
    let order = stage.limit(ALICE, INTERNAL, Buy, levels, PRICE + levels);
    stage.measure_accepted(&order);
    assert_eq!(stage.executed(ExecType::Trade), usize::try_from(levels * 2).expect("few"));
    flat(stage, INTERNAL);
}

fn house_market(stage: &mut Stage) {
    let order = stage.order(ALICE, PAPER, OrderTerms::market(Buy, QtyLots(2_500)));
    stage.measure_accepted(&order);
    assert_eq!(stage.executed(ExecType::Trade), 3);
    flat_with_house(stage, ALICE);
}

fn ioc(stage: &mut Stage) {
    let order = stage.limit(BOB, INTERNAL, Sell, 5, PRICE + 1);
    stage.apply(&order);
    let terms = OrderTerms { time_in_force: TimeInForce::Ioc, ..OrderTerms::limit(Buy, QtyLots(9), PriceTicks(PRICE + 1)) };
    let order = stage.order(ALICE, INTERNAL, terms);
    stage.measure_accepted(&order);
    assert_eq!((stage.executed(ExecType::Trade), stage.executed(ExecType::Expired)), (2, 1));
    flat(stage, INTERNAL);
}

fn fok(stage: &mut Stage, qty: i64) {
    let order = stage.limit(BOB, INTERNAL, Sell, 50, PRICE + 1);
    stage.apply(&order);
    let terms = OrderTerms { time_in_force: TimeInForce::Fok, ..OrderTerms::limit(Buy, QtyLots(qty), PriceTicks(PRICE + 1)) };
    let order = stage.order(ALICE, INTERNAL, terms);
    stage.measure_accepted(&order);
    assert_eq!(stage.executed(ExecType::Expired), usize::from(qty > 50));
    flat(stage, INTERNAL);
}

fn iceberg(stage: &mut Stage) {
    let terms = OrderTerms { display_qty: QtyLots(10), ..OrderTerms::limit(Sell, QtyLots(50), PriceTicks(PRICE + 1)) };
    let order = stage.order(BOB, INTERNAL, terms);
    stage.apply(&order);
    let order = stage.limit(ALICE, INTERNAL, Buy, 25, PRICE + 1);
    stage.measure_accepted(&order);
    assert_eq!(stage.executed(ExecType::Trade), 6, "three parts of it");
    flat(stage, INTERNAL);
}

fn post_only(stage: &mut Stage) {
    let order = stage.limit(BOB, INTERNAL, Sell, 5, PRICE + 1);
    stage.apply(&order);
    let terms = OrderTerms { post_only: PostOnly::Reprice, ..OrderTerms::limit(Buy, QtyLots(5), PriceTicks(PRICE + 3)) };
    let order = stage.order(ALICE, INTERNAL, terms);
    stage.measure_accepted(&order);
    assert_eq!(stage.executed(ExecType::Trade), 0);
    flat(stage, INTERNAL);
}

fn self_trade(stage: &mut Stage, mode: SelfTradePrevention) {
    let order = stage.limit(ALICE, INTERNAL, Sell, 5, PRICE + 1);
    stage.apply(&order);
    let terms = OrderTerms { self_trade_prevention: mode, ..OrderTerms::limit(Buy, QtyLots(3), PriceTicks(PRICE + 1)) };
    let order = stage.order(ALICE, INTERNAL, terms);
    stage.measure_accepted(&order);
    assert_eq!((stage.executed(ExecType::Trade), stage.executed(ExecType::Canceled)), (0, 1));
    clear(stage, ALICE);
}

fn stop_terms(trigger: i64) -> OrderTerms {
    let mut terms = OrderTerms::limit(Buy, QtyLots(5), PriceTicks(0));
    terms.ord_type = OrdType::Stop;
    terms.trigger.price = PriceTicks(trigger);
    terms
}

fn new_stop(stage: &mut Stage) {
    let order = stage.order(ALICE, PAPER, stop_terms(PRICE + 50));
    stage.measure_accepted(&order);
    clear(stage, ALICE);
}

fn stop_triggered(stage: &mut Stage) {
    let order = stage.order(ALICE, PAPER, stop_terms(PRICE + 5));
    stage.apply(&order);
    let trade = stage.trade_fact(PRICE + 5, 1, Buy);
    stage.measure_accepted(&stage.facts(PAPER, &[trade]));
    assert_eq!((stage.executed(ExecType::Triggered), stage.executed(ExecType::Trade)), (1, 1));
    let back = stage.trade_fact(PRICE, 1, Buy);
    stage.apply(&stage.facts(PAPER, &[back]));
    flat_with_house(stage, ALICE);
}

fn trailing_terms() -> OrderTerms {
    let mut terms = OrderTerms::limit(Sell, QtyLots(5), PriceTicks(0));
    terms.ord_type = OrdType::TrailingStop;
    terms.trigger.source = TriggerSource::Last;
    terms.trigger.trail = Trail::Ticks(10);
    terms
}

fn new_trailing(stage: &mut Stage) {
    let order = stage.order(ALICE, PAPER, trailing_terms());
    stage.measure_accepted(&order);
    clear(stage, ALICE);
}

fn trailing_moved(stage: &mut Stage) {
    let order = stage.order(ALICE, PAPER, trailing_terms());
    stage.apply(&order);
    let before = stage.trailing_trigger(ALICE);
    let trade = stage.trade_fact(PRICE + 3, 1, Buy);
    stage.measure_accepted(&stage.facts(PAPER, &[trade]));
    assert_eq!(stage.trailing_trigger(ALICE), before + 3);
    clear(stage, ALICE);
    let back = stage.trade_fact(PRICE, 1, Buy);
    stage.apply(&stage.facts(PAPER, &[back]));
}

fn refused(stage: &mut Stage) {
    let order = stage.limit(ALICE, INTERNAL, Buy, 0, PRICE);
    stage.measure(&order);
    assert!(stage.was_refused());
}

fn again(stage: &mut Stage) {
    let order = stage.limit(ALICE, INTERNAL, Buy, 5, PRICE - 10);
    stage.apply(&order);
    stage.measure_accepted(&order);
    assert_eq!(stage.executed(ExecType::Status), 1);
    clear(stage, ALICE);
}

fn fact_level(stage: &mut Stage) {
    stage.measure_accepted(&stage.facts(PAPER, &[level(Buy, PRICE - 1, 900), level(Sell, PRICE + 11, 5)]));
    stage.house_around();
}

fn fact_trade(stage: &mut Stage) {
    let trade = stage.trade_fact(PRICE, 3, Buy);
    stage.measure_accepted(&stage.facts(PAPER, &[trade]));
}

fn fact_fills(stage: &mut Stage) {
    let order = stage.limit(ALICE, PAPER, Buy, 5, PRICE);
    stage.apply(&order);
    let trade = stage.trade_fact(PRICE - 1, 50, Sell);
    stage.measure_accepted(&stage.facts(PAPER, &[trade]));
    assert_eq!(stage.executed(ExecType::Trade), 1);
    flat_with_house(stage, ALICE);
}

fn fact_rebuild(stage: &mut Stage) {
    let order = stage.limit(ALICE, PAPER, Buy, 5, PRICE - 2);
    stage.apply(&order);
    let facts = [
        MarketFact::State(jware_core::command::BookState::Resyncing),
        MarketFact::Reset,
        level(Buy, PRICE - 1, 10),
        level(Sell, PRICE + 1, 10),
        MarketFact::State(jware_core::command::BookState::Synced),
    ];
    stage.measure_accepted(&stage.facts(PAPER, &facts));
    clear(stage, ALICE);
    stage.house_around();
}

fn list(stage: &mut Stage, instrument: InstrumentId, contingency: Contingency, terms: &[OrderTerms]) -> Command {
    let orders = terms.iter().map(|&terms| ListedOrder { cl_ord_id: stage.next_name(), terms }).collect();
    Command::NewOrderList(NewOrderList { actor: Actor::default(), account: ALICE, instrument, contingency, orders })
}

fn oco(stage: &mut Stage) -> Command {
    let mut stop = stop_terms(PRICE + 50);
    stop.order_qty = QtyLots(5);
    list(stage, INTERNAL, Contingency::Oco, &[OrderTerms::limit(Buy, QtyLots(5), PriceTicks(PRICE - 5)), stop])
}

fn new_oco(stage: &mut Stage) {
    let order = oco(stage);
    stage.measure_accepted(&order);
    clear(stage, ALICE);
}

fn oco_filled(stage: &mut Stage) {
    let order = oco(stage);
    stage.apply(&order);
    let order = stage.limit(BOB, INTERNAL, Sell, 5, PRICE - 5);
    stage.measure_accepted(&order);
    assert_eq!((stage.executed(ExecType::Trade), stage.executed(ExecType::Canceled)), (2, 1));
    flat(stage, INTERNAL);
}

fn bracket(stage: &mut Stage) -> Command {
    let parent = OrderTerms::limit(Buy, QtyLots(5), PriceTicks(PRICE - 5));
    let target = OrderTerms::limit(Sell, QtyLots(5), PriceTicks(PRICE + 20));
    let mut stop = OrderTerms::limit(Sell, QtyLots(5), PriceTicks(0));
    stop.ord_type = OrdType::Stop;
    stop.trigger.price = PriceTicks(PRICE - 500);
    list(stage, INTERNAL, Contingency::Bracket, &[parent, target, stop])
}

fn new_bracket(stage: &mut Stage) {
    let order = bracket(stage);
    stage.measure_accepted(&order);
    clear(stage, ALICE);
}

fn bracket_fed(stage: &mut Stage) {
    let order = bracket(stage);
    stage.apply(&order);
    let order = stage.limit(BOB, INTERNAL, Sell, 5, PRICE - 5);
    stage.measure_accepted(&order);
    assert_eq!((stage.executed(ExecType::Trade), stage.executed(ExecType::Restated)), (2, 2));
    flat(stage, INTERNAL);
}

fn bracket_exit(stage: &mut Stage) {
    let order = bracket(stage);
    stage.apply(&order);
    let order = stage.limit(BOB, INTERNAL, Sell, 5, PRICE - 5);
    stage.apply(&order);
    let order = stage.limit(BOB, INTERNAL, Buy, 5, PRICE + 20);
    stage.measure_accepted(&order);
    assert_eq!((stage.executed(ExecType::Trade), stage.executed(ExecType::Canceled)), (2, 1));
    flat(stage, INTERNAL);
}

fn exits_reduced(stage: &mut Stage) {
    let order = stage.limit(BOB, INTERNAL, Sell, 5, PRICE);
    stage.apply(&order);
    let order = stage.limit(ALICE, INTERNAL, Buy, 5, PRICE);
    stage.apply(&order);
    let exit = OrderTerms { reduce_only: true, ..OrderTerms::limit(Sell, QtyLots(5), PriceTicks(PRICE + 20)) };
    let order = stage.order(ALICE, INTERNAL, exit);
    stage.apply(&order);
    let order = stage.limit(ALICE, INTERNAL, Sell, 2, PRICE);
    stage.apply(&order);
    let order = stage.limit(BOB, INTERNAL, Buy, 2, PRICE);
    stage.measure_accepted(&order);
    assert_eq!((stage.executed(ExecType::Trade), stage.executed(ExecType::Restated)), (2, 1));
    flat(stage, INTERNAL);
}

fn mass_cancel(stage: &mut Stage) {
    for step in 1..=10 {
        let order = stage.limit(ALICE, INTERNAL, Buy, 5, PRICE - step);
        stage.apply(&order);
    }
    stage.measure_accepted(&Command::MassCancel(MassCancel {
        actor: Actor::default(),
        account: ALICE,
        cl_ord_id: ClOrdId::EMPTY,
        instrument: InstrumentId(0),
        side: None,
        strategy: StrategyId(0),
        session_only: false,
        on_disconnect: false,
    }));
    assert_eq!(stage.executed(ExecType::Canceled), 10);
}

fn batch(stage: &mut Stage, atomic: bool) {
    let order = stage.limit(ALICE, INTERNAL, Buy, 5, PRICE - 10);
    stage.apply(&order);
    let target = OrderRef { order_id: stage.last_of(ALICE), orig_cl_ord_id: ClOrdId::EMPTY };
    let mut requests: Vec<_> = (1..=3)
        .map(|step| BatchRequest::New {
            instrument: INTERNAL,
            order: ListedOrder {
                cl_ord_id: stage.next_name(),
                terms: OrderTerms::limit(Buy, QtyLots(5), PriceTicks(PRICE - step)),
            },
        })
        .collect();
    requests.push(BatchRequest::Cancel { cl_ord_id: ClOrdId::EMPTY, target });
    stage.measure_accepted(&Command::Batch(Batch { actor: Actor::default(), account: ALICE, atomic, requests }));
    assert_eq!((stage.executed(ExecType::New), stage.executed(ExecType::Canceled)), (3, 1));
    clear(stage, ALICE);
}

fn gtd(stage: &mut Stage, account: AccountId, in_ns: u64) -> Command {
    let expire_ts = TsNs(stage.now().0 + in_ns);
    let terms =
        OrderTerms { time_in_force: TimeInForce::Gtd, expire_ts, ..OrderTerms::limit(Buy, QtyLots(5), PriceTicks(PRICE - 10)) };
    stage.order(account, INTERNAL, terms)
}

fn new_gtd(stage: &mut Stage) {
    let order = gtd(stage, ALICE, 1_000_000);
    stage.measure_accepted(&order);
    clear(stage, ALICE);
}

fn expiry(stage: &mut Stage) {
    let order = gtd(stage, ALICE, 1_000_000);
    stage.apply(&order);
    stage.later_by(2_000_000);
    stage.measure_accepted(&Command::Tick);
    assert_eq!(stage.executed(ExecType::Expired), 1);
}

/// The first 200 stay while the row counts: the set of ends has more than one node.
fn gtd_among_many(stage: &mut Stage) {
    while stage.open_count(BOB) < 200 {
        let order = gtd(stage, BOB, 1 << 60);
        stage.apply(&order);
    }
    let order = gtd(stage, ALICE, 1 << 50);
    stage.measure_accepted(&order);
    if stage.open_count(ALICE) == 140 {
        clear(stage, ALICE);
        clear(stage, BOB);
    }
}

fn iceberg_reduced(stage: &mut Stage) {
    let terms = OrderTerms { display_qty: QtyLots(10), ..OrderTerms::limit(Sell, QtyLots(50), PriceTicks(PRICE + 1)) };
    let order = stage.order(BOB, INTERNAL, terms);
    stage.apply(&order);
    let replace = stage.replace_last(BOB, 5, PRICE + 1);
    stage.measure_accepted(&replace);
    clear(stage, BOB);
}
