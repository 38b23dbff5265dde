//! CppTrader's matching tests, and the interpreter of its operations.
//!
//! It has no accounts, money or collars. Here all buys are one account's and all sells another's, both rich; and every price is
//! [`PRICE_OFFSET`] higher, so that a book from 10 to 60 is within the collar of 50%, which is the widest there is. A print before
//! the first order gives market orders the reference price that they need here. None of the three changes who trades with whom.
//!
//! Translated, or different by design:
//! - **Slippage** ([`SLIPPAGE`]): a market order with slippage is an IOC limit at that distance from the best price.
//! - **Modify** ([`MODIFY`]) sets what is left, our replace the total: what was filled is added. Their **in-flight mitigation** is
//!   our replace exactly.
//! - **Replace** ([`REPLACE`]) is a cancel and a new order, as there, where it makes a new id.
//! - **Triggers** ([`TRIGGER`]): a stop there looks at the best price of its side *and* at the prices of the match that is going
//!   on. Here it looks at one source, which each case chooses.
//! - **An empty market** ([`EMPTY`]): there a stop with nothing to look at fires at once, here it waits.
//! - **The trailing step** ([`STEP`]): there a trailing stop moves by at least a step, here it follows tick by tick, so it is less
//!   than a step ahead. A trailing stop-limit does not exist here ([`TRAILING_LIMIT`]): it is played as a trailing stop.
//! - **All-or-none** ([`ALL_OR_NONE`]) does not exist here: those cases are not played.
//! - **Manual matching** ([`MANUAL`]): no book here is ever crossed. What it comes to in the end is compared.

use std::collections::BTreeMap;

use jware_core::command::OrderChange;
use jware_core::order::{OrdType, OrderTerms, SelfTradePrevention, Side, TimeInForce, Trail, TriggerSource};
use jware_core::units::{AccountId, InstrumentId, OrderId, PriceTicks, QtyLots};
use serde_json::Value;

use crate::floor::Floor;
use crate::tally::{Compared, Tally};

const SLIPPAGE: &str = "slippage is the limit of an IOC order";
const MODIFY: &str = "modify sets what is left, replace the total";
const REPLACE: &str = "their replace is a cancel and a new order";
const TRIGGER: &str = "a stop looks at one chosen source";
const EMPTY: &str = "a stop with nothing to look at waits, and does not fire";
const STEP: &str = "a trailing stop follows tick by tick, not by steps";
const TRAILING_LIMIT: &str = "there is no trailing stop-limit";
const ALL_OR_NONE: &str = "all-or-none orders";
const MANUAL: &str = "a crossed book that waits to be matched by hand";

/// Added to every price.
pub const PRICE_OFFSET: i64 = 1_000;
/// The price that is printed before the first order.
const OPENING_PRICE: i64 = 30;
const CASH: i64 = 1 << 40;

/// How a case is played.
#[derive(Clone, Copy)]
pub struct Setting {
    pub price_offset: i64,
    pub has_print: bool,
    /// What stops look at.
    pub source: TriggerSource,
}

impl Setting {
    pub const USUAL: Self = Self { price_offset: PRICE_OFFSET, has_print: true, source: TriggerSource::Quote };

    fn of(case: &str) -> Self {
        if case.ends_with("stop-limit order") {
            // Its last order is triggered by the prices of a match that leaves no book behind.
            return Self { source: TriggerSource::Last, ..Self::USUAL };
        }
        if case.ends_with("with an empty market") {
            return Self { has_print: false, ..Self::USUAL };
        }
        if case.ends_with("trailing stop order") {
            // Distances there are in percent too, so prices are as they are; it makes its own last price.
            return Self { price_offset: 0, has_print: false, ..Self::USUAL };
        }
        Self::USUAL
    }
}

/// What a stop's step says beside its distance.
#[derive(Clone, Copy)]
struct Trailing {
    step: i64,
    has_limit: bool,
}

pub struct Stage {
    floor: Floor,
    instrument: InstrumentId,
    buyer: AccountId,
    seller: AccountId,
    setting: Setting,
    /// The order that an id names now.
    orders: BTreeMap<i64, (Side, OrderId)>,
    trailing: BTreeMap<i64, Trailing>,
    is_market_empty: bool,
    matches_by_hand: bool,
    has_traded: bool,
}

pub fn play(file: &Value) -> Tally {
    let mut tally = Tally::default();
    for case in file["cases"].as_array().expect("cases") {
        let name = case["name"].as_str().expect("a name");
        tally.begin_scenario(name);
        let steps = case["steps"].as_array().expect("steps");
        if steps.iter().any(is_all_or_none) {
            for _ in steps {
                tally.count(Compared::Not(ALL_OR_NONE));
            }
            continue;
        }
        let mut stage = Stage::new(Setting::of(name));
        stage.is_market_empty = name.ends_with("with an empty market");
        stage.matches_by_hand = !steps.iter().any(|step| step["op"] == "EnableMatching");
        for (index, step) in steps.iter().enumerate() {
            let context = format!("{name} step {index}: {step}");
            tally.count(stage.step(step, &context));
        }
    }
    tally
}

fn is_all_or_none(step: &Value) -> bool {
    step["args"].as_array().is_some_and(|args| args.iter().any(|arg| arg == "OrderTimeInForce::AON"))
}

impl Stage {
    pub fn new(setting: Setting) -> Self {
        let mut floor = Floor::new();
        let currency = floor.define_currency("USD");
        let instrument = floor.define_instrument("EURUSD", currency, 1);
        let [buyer, seller] = ["BUYER", "SELLER"].map(|name| {
            let account = floor.open_account(name);
            floor.deposit(account, currency, CASH);
            account
        });
        if setting.has_print {
            floor.print(instrument, OPENING_PRICE + setting.price_offset);
        }
        Self {
            floor,
            instrument,
            buyer,
            seller,
            setting,
            orders: BTreeMap::new(),
            trailing: BTreeMap::new(),
            is_market_empty: false,
            matches_by_hand: false,
            has_traded: false,
        }
    }

    fn step(&mut self, step: &Value, context: &str) -> Compared {
        if let Some(expected) = step["expect"].as_str() {
            return if expected == "order_field" {
                self.expect_field(step, context)
            } else {
                self.expect(step, expected, context)
            };
        }
        let args: Vec<&str> = step["args"].as_array().expect("args").iter().map(|arg| arg.as_str().expect("a text")).collect();
        let kind = step["kind"].as_str().unwrap_or_default();
        let compared = self.operate(step["op"].as_str().expect("an operation"), kind, &args);
        self.has_traded |= self.floor.has_traded();
        compared
    }

    /// Carries out one operation.
    pub fn operate(&mut self, op: &str, kind: &str, args: &[&str]) -> Compared {
        match op {
            "EnableMatching" => Compared::Exactly,
            "Match" => {
                self.matches_by_hand = false;
                Compared::Exactly
            }
            "add" => self.add(kind, args),
            "DeleteOrder" => {
                let (side, order) = self.orders[&int(args[0])];
                self.floor.cancel(self.account(side), order).expect("it is live");
                Compared::Exactly
            }
            "ModifyOrder" => {
                let filled = self.floor.order(self.orders[&int(args[0])].1).expect("it is live").cum_qty.0;
                self.replace(int(args[0]), int(args[1]), int(args[2]) + filled);
                if filled > 0 { Compared::Bridged(MODIFY) } else { Compared::Exactly }
            }
            "MitigateOrder" => {
                self.replace(int(args[0]), int(args[1]), int(args[2]));
                Compared::Exactly
            }
            "ReplaceOrder" => {
                let (side, order) = self.orders[&int(args[0])];
                self.floor.cancel(self.account(side), order).expect("it is live");
                match args[1].strip_prefix("Order::") {
                    Some(call) => {
                        let (kind, id) = call.split_once('(').expect("a call");
                        self.add(kind, &[id, args[2], args[3], args[4].trim_end_matches(')')]);
                    }
                    None => {
                        self.add(if side == Side::Buy { "BuyLimit" } else { "SellLimit" }, &[args[1], "0", args[2], args[3]]);
                    }
                }
                Compared::Bridged(REPLACE)
            }
            other => panic!("unknown operation {other}"),
        }
    }

    fn add(&mut self, kind: &str, args: &[&str]) -> Compared {
        let side = if kind.contains("Buy") { Side::Buy } else { Side::Sell };
        let id = int(args[0]);
        let mut compared = Compared::Exactly;
        let mut terms = match kind.trim_start_matches("Trailing").trim_start_matches("Buy").trim_start_matches("Sell") {
            "Limit" => {
                let mut terms = self.limit(side, args[2], args[3]);
                terms.time_in_force = match args.get(4) {
                    None | Some(&"OrderTimeInForce::GTC") => TimeInForce::Gtc,
                    Some(&"OrderTimeInForce::IOC") => TimeInForce::Ioc,
                    Some(&"OrderTimeInForce::FOK") => TimeInForce::Fok,
                    Some(other) => panic!("unknown time in force {other}"),
                };
                terms.display_qty = QtyLots(args.get(5).map_or(0, |visible| int(visible)));
                terms
            }
            "Market" => match args.get(3) {
                None => OrderTerms::market(side, QtyLots(int(args[2]))),
                Some(slippage) => {
                    compared = Compared::Bridged(SLIPPAGE);
                    let best = self.floor.depth(self.instrument, side.opposite()).first().expect("there is a market").0;
                    let mut terms =
                        OrderTerms::limit(side, QtyLots(int(args[2])), PriceTicks(best + side.sign() * int(slippage)));
                    terms.time_in_force = TimeInForce::Ioc;
                    terms
                }
            },
            "Stop" if kind.starts_with("Trailing") => self.trailing_stop(id, side, args[3], args[4], args[5], false),
            "StopLimit" if kind.starts_with("Trailing") => {
                compared = Compared::Bridged(TRAILING_LIMIT);
                self.trailing_stop(id, side, args[4], args[5], args[6], true)
            }
            "Stop" => self.stop(OrdType::Stop, side, args[2], "0", args[3]),
            "StopLimit" => self.stop(OrdType::StopLimit, side, args[2], args[3], args[4]),
            other => panic!("unknown kind {other}"),
        };
        terms.self_trade_prevention = SelfTradePrevention::None;
        let outcome = self.floor.place(self.account(side), self.instrument, terms);
        let order = outcome.unwrap_or_else(|code| panic!("{kind} {args:?} is refused: {code:?}"));
        self.orders.insert(id, (side, order));
        if terms.ord_type.has_trigger() && compared == Compared::Exactly {
            compared = Compared::Bridged(if self.is_market_empty { EMPTY } else { TRIGGER });
        }
        compared
    }

    fn limit(&self, side: Side, price: &str, qty: &str) -> OrderTerms {
        OrderTerms::limit(side, QtyLots(int(qty)), PriceTicks(int(price) + self.setting.price_offset))
    }

    fn stop(&self, ord_type: OrdType, side: Side, trigger: &str, price: &str, qty: &str) -> OrderTerms {
        let mut terms = self.limit(side, price, qty);
        terms.ord_type = ord_type;
        if ord_type == OrdType::Stop {
            terms.price = PriceTicks(0);
        }
        terms.trigger.price = PriceTicks(int(trigger) + self.setting.price_offset);
        terms.trigger.source = self.setting.source;
        terms
    }

    fn trailing_stop(&mut self, id: i64, side: Side, qty: &str, distance: &str, step: &str, has_limit: bool) -> OrderTerms {
        let mut terms = OrderTerms::limit(side, QtyLots(int(qty)), PriceTicks(0));
        terms.ord_type = OrdType::TrailingStop;
        // There buys follow the last trade at an ask or the best ask, whichever is further; sells the best bid.
        terms.trigger.source = if side == Side::Buy { TriggerSource::Last } else { TriggerSource::Quote };
        let distance = int(distance);
        // Negative numbers are hundredths of a percent.
        terms.trigger.trail =
            if distance < 0 { Trail::Bps(u32::try_from(-distance).expect("basis points")) } else { Trail::Ticks(distance) };
        self.trailing.insert(id, Trailing { step: int(step), has_limit });
        terms
    }

    fn replace(&mut self, id: i64, price: i64, order_qty: i64) {
        let (side, order) = self.orders[&id];
        let change = OrderChange {
            order_qty: QtyLots(order_qty),
            price: PriceTicks(price + self.setting.price_offset),
            trigger_price: PriceTicks(0),
        };
        let outcome = self.floor.replace(self.account(side), order, change);
        assert_eq!(outcome, Ok(()), "replace of {id} at {price}");
    }

    const fn account(&self, side: Side) -> AccountId {
        match side {
            Side::Buy => self.buyer,
            Side::Sell => self.seller,
        }
    }

    fn expect(&self, step: &Value, expected: &str, context: &str) -> Compared {
        let wanted = ["bid", "ask"].map(|side| step[side].as_i64().expect("a number"));
        if self.matches_by_hand && self.has_traded {
            return Compared::Not(MANUAL);
        }
        let book = [Side::Buy, Side::Sell].map(|side| self.floor.live(side, false));
        let waiting = [Side::Buy, Side::Sell].map(|side| self.floor.live(side, true));
        if self.is_market_empty {
            return expect_waiting(expected, wanted, book, waiting, context);
        }
        let found = match expected {
            "BookOrders" => book.map(|side| side.0),
            "BookVolume" => book.map(|side| side.1),
            "BookVisibleVolume" => [Side::Buy, Side::Sell].map(|side| self.floor.displayed(self.instrument, side)),
            "BookStopOrders" => waiting.map(|side| side.0),
            "BookStopVolume" => waiting.map(|side| side.1),
            other => panic!("unknown expectation {other}"),
        };
        assert_eq!(found, wanted, "{context}");
        Compared::Exactly
    }

    fn expect_field(&self, step: &Value, context: &str) -> Compared {
        let (id, wanted) = (step["id"].as_i64().expect("an id"), step["value"].as_i64().expect("a number"));
        let trailing = self.trailing[&id];
        if step["field"] == "Price" {
            assert!(trailing.has_limit, "{context}");
            return Compared::Not(TRAILING_LIMIT);
        }
        assert_eq!(step["field"], "StopPrice");
        let order = self.floor.order(self.orders[&id].1).expect("it waits");
        let found = order.terms.trigger.price.0 - self.setting.price_offset;
        if found == wanted {
            return Compared::Exactly;
        }
        // Steps are distances too, in hundredths of a percent where negative.
        let step = if trailing.step < 0 { -trailing.step * found / 10_000 + 1 } else { trailing.step };
        let ahead = (found - wanted) * -order.side().sign();
        assert!((1..step).contains(&ahead), "{context}: {found} is not within a step");
        Compared::Bridged(STEP)
    }

    /// Count and quantity of what rests and of what waits, bids first.
    pub fn outcome(&self) -> Outcome {
        let [bids, asks] = [Side::Buy, Side::Sell].map(|side| self.floor.live(side, false));
        let [stop_buys, stop_sells] = [Side::Buy, Side::Sell].map(|side| self.floor.live(side, true));
        Outcome { bids, asks, stop_buys, stop_sells }
    }

    /// Where a stop's trigger stands.
    pub fn trigger_of(&self, id: i64) -> i64 {
        let order = self.floor.order(self.orders[&id].1).expect("it waits");
        order.terms.trigger.price.0 - self.setting.price_offset
    }

    /// What an order has left; `None` where it is over.
    pub fn left_of(&self, id: i64) -> Option<i64> {
        self.floor.order(self.orders[&id].1).map(|order| order.leaves_qty().0)
    }
}

/// In an empty market: what fired there waits here. A stop-limit that fired there rests there, a stop is gone.
fn expect_waiting(expected: &str, wanted: [i64; 2], book: [(i64, i64); 2], waiting: [(i64, i64); 2], context: &str) -> Compared {
    assert_eq!(book, [(0, 0); 2], "{context}: nothing fires here");
    let waits_here = match expected {
        "BookOrders" => waiting.map(|side| side.0),
        "BookVolume" => waiting.map(|side| side.1),
        "BookStopOrders" | "BookStopVolume" => {
            assert_eq!(wanted, [0; 2], "{context}: nothing waits there");
            assert!(waiting.iter().any(|side| side.0 > 0), "{context}: something waits here");
            return Compared::Not(EMPTY);
        }
        other => panic!("unknown expectation {other}"),
    };
    if wanted == [0; 2] {
        return Compared::Exactly;
    }
    assert_eq!(waits_here, wanted, "{context}");
    Compared::Bridged(EMPTY)
}

/// A book as counts and quantities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub bids: (i64, i64),
    pub asks: (i64, i64),
    pub stop_buys: (i64, i64),
    pub stop_sells: (i64, i64),
}

pub fn int(text: &str) -> i64 {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}
