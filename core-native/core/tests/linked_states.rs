//! Linked orders in every state that short ways lead to: breadth first, each state once, core and model compared at each step.
//!
//! `JWARE_TEST_DEPTH` sets how many steps are tried after the list (4 as a rule); the states visited are printed.
#![allow(missing_docs)]

mod naive;
mod pair;
mod random;
mod scene;

use std::collections::BTreeSet;

use jware_core::account::Leg;
use jware_core::command::{
    Actor, BookState, CancelOrder, Command, ListedOrder, MarketFact, MarketUpdate, NewOrder, NewOrderList, OrderChange, OrderRef,
    ReplaceOrder,
};
use jware_core::instrument::{CurrencyDefinition, Venue};
use jware_core::order::{ClOrdId, Contingency, OrdType, OrderTerms, SelfTradePrevention, Side, Trail};
use jware_core::units::{AmountMinor, OrderId, PriceTicks, QtyLots, TradeId, TsNs};
use pair::{Check, Difference, Pair};
use scene::{ALICE, BOB, PAPER, USD, definition, id};

use Side::{Buy, Sell};

/// A list, and what its orders may do together.
struct Case {
    name: &'static str,
    /// What Alice holds before.
    position: i64,
    contingency: Contingency,
    orders: Vec<OrderTerms>,
    /// Ids of the list's orders.
    ids: Vec<u64>,
}

fn limit(side: Side, qty: i64, price: i64) -> OrderTerms {
    OrderTerms::limit(side, QtyLots(qty), PriceTicks(price))
}

fn waiting(side: Side, ord_type: OrdType, qty: i64, price: i64, trigger: i64) -> OrderTerms {
    let mut terms = limit(side, qty, price);
    (terms.ord_type, terms.trigger.price) = (ord_type, PriceTicks(trigger));
    terms
}

fn cases() -> Vec<Case> {
    let stop = waiting(Sell, OrdType::Stop, 4, 0, 97);
    let mut trailing = waiting(Sell, OrdType::TrailingStop, 4, 0, 0);
    trailing.trigger.trail = Trail::Ticks(2);
    let touched = waiting(Sell, OrdType::MarketIfTouched, 4, 0, 103);
    let stop_limit = waiting(Sell, OrdType::StopLimit, 4, 97, 98);
    let reducing = |mut terms: OrderTerms| {
        terms.reduce_only = true;
        terms
    };
    let mut iceberg = limit(Sell, 4, 103);
    iceberg.display_qty = QtyLots(1);
    let mut trades_with_own = limit(Buy, 4, 100);
    trades_with_own.self_trade_prevention = SelfTradePrevention::None;
    let case = |name, position, contingency, orders: Vec<OrderTerms>| {
        let first = if position == 0 { 1 } else { 2 };
        let ids = (first..).take(orders.len()).collect();
        Case { name, position, contingency, orders, ids }
    };
    vec![
        case("bracket", 0, Contingency::Bracket, vec![limit(Buy, 4, 100), limit(Sell, 4, 103), stop]),
        case("bracket of triggers", 0, Contingency::Bracket, vec![limit(Buy, 4, 100), touched, trailing]),
        case("bracket of icebergs", 0, Contingency::Bracket, vec![trades_with_own, iceberg, stop_limit]),
        case("pair of exits", 4, Contingency::Oco, vec![reducing(limit(Sell, 4, 103)), reducing(stop)]),
        case("pair of sides", 0, Contingency::Oco, vec![limit(Buy, 4, 97), limit(Sell, 4, 103)]),
        case("one after the other", 0, Contingency::Oto, vec![limit(Buy, 4, 100), limit(Sell, 4, 103)]),
        case("one, then a stop", 0, Contingency::Oto, vec![limit(Buy, 4, 100), reducing(stop)]),
    ]
}

fn market(facts: &[MarketFact]) -> Command {
    Command::Market(facts.iter().map(|&fact| MarketUpdate { instrument: PAPER, ts_event: TsNs(1), fact }).collect())
}

fn level(side: Side, price: i64, qty: i64) -> MarketFact {
    MarketFact::Level { side, price: PriceTicks(price), qty: QtyLots(qty) }
}

fn trade(aggressor: Side, price: i64, qty: i64) -> MarketFact {
    MarketFact::Trade { price: PriceTicks(price), qty: QtyLots(qty), aggressor, venue_trade_id: TradeId(7) }
}

fn order(account: jware_core::units::AccountId, name: &str, terms: OrderTerms) -> Command {
    Command::NewOrder(NewOrder { actor: Actor::default(), account, instrument: PAPER, cl_ord_id: id(name), terms })
}

/// Money, a book of 98 to 102, Alice's position, and the list.
fn opening(case: &Case) -> Vec<Command> {
    let actor = Actor::default();
    let mut commands = vec![
        Command::DefineCurrency(CurrencyDefinition { code: "USD".to_owned(), decimals: 2 }),
        Command::DefineInstrument(definition(PAPER, "PAP", Venue::Paper)),
    ];
    for (account, name) in [(ALICE, "ALICE"), (BOB, "BOB")] {
        commands.push(Command::OpenAccount { account, name: name.to_owned() });
        commands.push(Command::Deposit {
            actor,
            account,
            currency: USD,
            amount: AmountMinor(1_000_000),
            reference: None,
            reason: String::new(),
        });
    }
    let state = MarketFact::State(BookState::Synced);
    commands.push(market(&[level(Buy, 98, 3), level(Buy, 97, 9), level(Sell, 102, 3), level(Sell, 103, 9), state]));
    if case.position > 0 {
        commands.push(order(ALICE, "position", OrderTerms::market(Buy, QtyLots(case.position))));
        commands.push(market(&[level(Sell, 102, 0), level(Sell, 102, 3)]));
    }
    let orders = case.orders.iter().enumerate();
    let orders = orders.map(|(index, &terms)| ListedOrder { cl_ord_id: id(&format!("list{index}")), terms }).collect();
    let contingency = case.contingency;
    commands.push(Command::NewOrderList(NewOrderList { actor, account: ALICE, instrument: PAPER, contingency, orders }));
    commands
}

/// What may happen next.
fn alphabet(case: &Case, step: usize) -> Vec<Command> {
    let actor = Actor::default();
    let mut commands = vec![
        market(&[trade(Sell, 97, 3)]),
        market(&[trade(Sell, 100, 2)]),
        market(&[trade(Buy, 103, 3)]),
        market(&[level(Sell, 102, 0), level(Sell, 100, 2)]),
        market(&[level(Buy, 103, 2)]),
        market(&[level(Buy, 98, 0), level(Buy, 103, 0)]),
        order(BOB, &format!("bob-sells{step}"), limit(Sell, 3, 100)),
        order(BOB, &format!("bob-buys{step}"), limit(Buy, 2, 103)),
        order(ALICE, &format!("alice-closes{step}"), OrderTerms::market(Sell, QtyLots(2))),
    ];
    for (index, &order_id) in case.ids.iter().enumerate() {
        let target = OrderRef { order_id: OrderId(order_id), orig_cl_ord_id: ClOrdId::EMPTY };
        commands.push(Command::Cancel(CancelOrder { actor, account: ALICE, cl_ord_id: ClOrdId::EMPTY, target }));
        // A parent's quantity may change; a leg's price.
        let terms = case.orders[index];
        let is_parent = case.contingency != Contingency::Oco && index == 0;
        let nearer = |price: PriceTicks| PriceTicks(if price.0 == 0 { 0 } else { price.0 - 1 });
        let change = OrderChange {
            order_qty: QtyLots(if is_parent { 2 } else { 4 }),
            price: if is_parent { terms.price } else { nearer(terms.price) },
            trigger_price: terms.trigger.price,
        };
        let cl_ord_id = id(&format!("replace{index}-{step}"));
        commands.push(Command::Replace(ReplaceOrder { actor, account: ALICE, cl_ord_id, target, change }));
    }
    commands
}

/// What must hold of the list whatever happened, by the reports alone.
fn check_list(pair: &Pair, case: &Case, filled: &[i64]) -> Check {
    let live = |index: usize| pair.known.live.get(&OrderId(case.ids[index]));
    let position = pair.naive.position((ALICE, PAPER, Leg::Net)).qty;
    let fail = |what: &str| Err(Difference(format!("{what}: {filled:?}, position {position}")));
    match case.contingency {
        Contingency::Bracket => {
            if filled[1] + filled[2] > filled[0] {
                return fail("exits filled more than the parent");
            }
            let exits: i64 = [1, 2].iter().filter_map(|&index| live(index)).map(|exit| exit.leaves_qty.0).max().unwrap_or(0);
            if i128::from(exits) > position.max(0) {
                return fail("exits have more left than there is");
            }
            if live(0).is_none() && position == 0 && (live(1).is_some() || live(2).is_some()) {
                return fail("an exit is left of nothing");
            }
            if live(0).is_none() && live(1).is_some() != live(2).is_some() {
                return fail("an exit is alone");
            }
        }
        Contingency::Oco => {
            if filled[0] + filled[1] > 4 {
                return fail("both legs filled");
            }
            if live(0).is_some() != live(1).is_some() {
                return fail("a leg is alone");
            }
        }
        Contingency::Oto => {
            if filled[1] > filled[0] {
                return fail("a child filled more than its parent");
            }
            if live(0).is_none() && filled[0] == 0 && live(1).is_some() {
                return fail("a child without a parent");
            }
        }
    }
    Ok(())
}

/// Plays a way; compares its last step, and gives the state's fingerprint.
fn play(case: &Case, way: &[usize]) -> Result<Vec<i128>, Difference> {
    let mut pair = Pair::bare(0, false);
    let opening = opening(case);
    let last = opening.len() + way.len() - 1;
    let steps = way.iter().enumerate().map(|(step, &letter)| alphabet(case, step).swap_remove(letter));
    for (index, command) in opening.into_iter().chain(steps).enumerate() {
        if index == last {
            pair.apply(command)?;
        } else {
            pair.repeat(command)?;
        }
    }
    let filled: Vec<i64> = case.ids.iter().map(|&id| pair.naive.filled(OrderId(id))).collect();
    check_list(&pair, case, &filled)?;
    let mut fingerprint = pair.naive.fingerprint();
    fingerprint.extend(filled.iter().map(|&qty| i128::from(qty)));
    Ok(fingerprint)
}

#[test]
fn no_way_of_a_few_steps_breaks_a_list() {
    let depth = std::env::var("JWARE_TEST_DEPTH").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    for case in cases() {
        let letters = alphabet(&case, 0).len();
        let start = play(&case, &[]).unwrap_or_else(|difference| panic!("{}: {}", case.name, difference.0));
        let mut seen = BTreeSet::from([start]);
        let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
        let mut step_count = 0;
        for _ in 0..depth {
            let mut longer = Vec::new();
            for way in ways {
                for letter in 0..letters {
                    let next: Vec<usize> = way.iter().copied().chain([letter]).collect();
                    step_count += 1;
                    match play(&case, &next) {
                        Ok(state) => {
                            if seen.insert(state) {
                                longer.push(next);
                            }
                        }
                        Err(difference) => {
                            let commands: Vec<_> =
                                next.iter().enumerate().map(|(step, &at)| alphabet(&case, step).swap_remove(at)).collect();
                            panic!("{} after {commands:#?}\n{}", case.name, difference.0);
                        }
                    }
                }
            }
            ways = longer;
        }
        println!("{}: {} states by {step_count} steps, {depth} deep", case.name, seen.len());
    }
}
