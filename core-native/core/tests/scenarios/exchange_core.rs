//! exchange-core's cucumber scenarios. An account there has money and assets apart, and pays one with the other.
//!
//! Translated:
//! - **An asset is a position** ([`ASSET`]). A deposit of an asset is bought, lot by whole lot, from a funder with money paid in
//!   for just that: a position uses its cost and the cost is there, so available money is exactly theirs. A spot order to sell is
//!   reduce-only: no more than is owned and not yet offered, which is what their hold of the asset says.
//! - **Their RISK_NSF** is our INSUFFICIENT_FUNDS for money and REDUCE_ONLY for assets.
//! - **The reserve price** ([`RESERVE`]): there a bid holds money for the highest price that it may ever be moved to. Here it holds
//!   its own price, and a move is checked when it comes. So their reserve is tried by asking `validate` about that price, and the
//!   money that the reserve holds beyond the price is added when balances are compared.

use std::collections::BTreeMap;

use jware_core::account::Leg;
use jware_core::command::OrderChange;
use jware_core::order::{ExecType, LiquidityInd, OrdStatus, OrderTerms, SelfTradePrevention, Side, TimeInForce};
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots};
use serde_json::Value;

use crate::floor::Floor;
use crate::tally::{Compared, Tally};

const ASSET: &str = "a spot asset is a position, its sells are reduce-only";
const RESERVE: &str = "a bid's reserve price";
const OVER_RESERVE: &str = "a move above the reserve price is refused there; here there is none";

/// What the funder has, minor units.
const FUNDER_CASH: i64 = 1 << 50;

struct Person {
    account: AccountId,
    /// Of a deposited asset, what does not make a whole lot.
    asset_rest: i64,
}

struct Symbol {
    instrument: InstrumentId,
    currency: CurrencyId,
    /// The asset, where it is spot, and how much of it is a lot.
    spot: Option<(String, i64)>,
    tick_lot_minor: i64,
}

struct Placed {
    person: String,
    symbol: String,
    order: OrderId,
    /// 0 where none was given.
    reserve: i64,
}

struct Stage {
    floor: Floor,
    funder: AccountId,
    symbols: BTreeMap<String, Symbol>,
    people: BTreeMap<String, Person>,
    orders: BTreeMap<i64, Placed>,
    /// The scenario's own level of prices, so that what funds it is within its collar.
    price_level: i64,
}

pub fn play(file: &Value) -> Tally {
    let mut tally = Tally::default();
    for scenario in list(&file["scenarios"]) {
        tally.begin_scenario(text(&scenario["name"]));
        let steps = list(&scenario["steps"]);
        let mut stage = Stage::new(&file["symbols"], steps.iter().find_map(|step| step["price"].as_i64()).expect("it trades"));
        for (index, step) in steps.iter().enumerate() {
            let context = format!("{} step {index}: {step}", text(&scenario["name"]));
            tally.count(stage.step(step, &context));
        }
    }
    tally
}

impl Stage {
    fn new(definitions: &Value, price_level: i64) -> Self {
        let mut floor = Floor::new();
        let mut symbols = BTreeMap::new();
        let funder = floor.open_account("FUNDER");
        for (name, definition) in definitions.as_object().expect("symbols") {
            let currency = floor.define_currency(text(&definition["quote"]));
            floor.deposit(funder, currency, FUNDER_CASH);
            let tick_lot_minor = int(&definition["quoteScaleK"]);
            let instrument = floor.define_instrument(name, currency, tick_lot_minor);
            let spot =
                (definition["type"] == "spot").then(|| (text(&definition["base"]).to_owned(), int(&definition["baseScaleK"])));
            symbols.insert(name.clone(), Symbol { instrument, currency, spot, tick_lot_minor });
        }
        Self { floor, funder, symbols, people: BTreeMap::new(), orders: BTreeMap::new(), price_level }
    }

    fn step(&mut self, step: &Value, context: &str) -> Compared {
        match (step["op"].as_str(), step["expect"].as_str()) {
            (Some("create_account"), _) => self.create_account(step),
            (Some("deposit"), _) => self.deposit(text(&step["user"]), text(&step["currency"]), int(&step["amount"])),
            (Some("place"), Some(expected)) => self.place(step, expected, context),
            (Some("move"), Some(expected)) => self.shift(step, expected, context),
            (Some("cancel"), _) => {
                let placed = &self.orders[&int(&step["id"])];
                let reduced = self.floor.cancel(self.people[&placed.person].account, placed.order);
                assert_eq!(reduced, Ok(int(&step["expect_reduced"])), "{context}");
                Compared::Exactly
            }
            (None, Some("book")) => self.expect_book(step, context),
            (None, Some("no_trades")) => {
                assert!(!self.floor.has_traded(), "{context}");
                Compared::Exactly
            }
            (None, Some("trade")) => self.expect_trade(step, context),
            (None, Some("open_orders")) => self.expect_open_orders(step, context),
            (None, Some("balance")) => self.expect_balance(step, context),
            _ => panic!("unknown step: {context}"),
        }
    }

    fn create_account(&mut self, step: &Value) -> Compared {
        let name = text(&step["user"]);
        let account = self.floor.open_account(name);
        self.people.insert(name.to_owned(), Person { account, asset_rest: 0 });
        let mut compared = Compared::Exactly;
        for (currency, amount) in step["balances"].as_object().expect("balances") {
            if let bridged @ Compared::Bridged(_) = self.deposit(name, currency, int(amount)) {
                compared = bridged;
            }
        }
        compared
    }

    fn deposit(&mut self, name: &str, currency: &str, amount: i64) -> Compared {
        if let Some(id) = self.floor.core.currency_coded(currency) {
            self.floor.deposit(self.people[name].account, id, amount);
            return Compared::Exactly;
        }
        let symbol = self.symbols.values().find(|symbol| symbol.spot.as_ref().is_some_and(|spot| spot.0 == currency));
        let symbol = symbol.expect("the asset of a spot symbol");
        let (instrument, lot) = (symbol.instrument, symbol.spot.as_ref().map_or(1, |spot| spot.1));
        let (quote, tick_lot_minor) = (symbol.currency, symbol.tick_lot_minor);
        let person = self.people.get_mut(name).expect("created");
        let whole = person.asset_rest + amount;
        person.asset_rest = whole % lot;
        let (account, lots) = (person.account, whole / lot);
        if lots > 0 {
            // Above every bid, so that the funder meets nobody else.
            let best_bid = self.floor.depth(instrument, Side::Buy).first().map_or(0, |level| level.0);
            let price = self.price_level.max(best_bid + 1);
            self.floor.deposit(account, quote, lots * price * tick_lot_minor);
            let limit = |side| OrderTerms::limit(side, QtyLots(lots), PriceTicks(price));
            self.floor.place(self.funder, instrument, limit(Side::Sell)).expect("the funder is rich");
            self.floor.place(account, instrument, limit(Side::Buy)).expect("paid in for it");
            assert!(self.floor.has_traded() && self.floor.displayed(instrument, Side::Sell) == 0);
        }
        Compared::Bridged(ASSET)
    }

    fn place(&mut self, step: &Value, expected: &str, context: &str) -> Compared {
        let (name, symbol_name) = (text(&step["user"]), text(&step["symbol"]));
        let symbol = &self.symbols[symbol_name];
        let account = self.people[name].account;
        let side = if step["side"] == "BUY" { Side::Buy } else { Side::Sell };
        let is_spot_sell = side == Side::Sell && symbol.spot.is_some();
        let (price, reserve) = (int(&step["price"]), step["reservePrice"].as_i64().unwrap_or(0));
        let mut terms = OrderTerms::limit(side, QtyLots(int(&step["size"])), PriceTicks(price));
        terms.self_trade_prevention = SelfTradePrevention::None;
        terms.reduce_only = is_spot_sell;
        terms.time_in_force = match text(&step["tif"]) {
            "GTC" => TimeInForce::Gtc,
            "IOC" => TimeInForce::Ioc,
            other => panic!("unknown time in force {other}"),
        };
        let instrument = symbol.instrument;
        let has_reserve = side == Side::Buy && reserve != price;
        if has_reserve && self.is_beyond_funds(account, instrument, terms, reserve) {
            assert_eq!(expected, "RISK_NSF", "{context}");
            return Compared::Bridged(RESERVE);
        }
        let outcome = self.floor.place(account, instrument, terms);
        assert_eq!(outcome.map_or_else(result_of, |_| "SUCCESS"), expected, "{context}");
        if let Ok(order) = outcome {
            let placed = Placed { person: name.to_owned(), symbol: symbol_name.to_owned(), order, reserve };
            self.orders.insert(int(&step["id"]), placed);
        }
        if is_spot_sell {
            Compared::Bridged(ASSET)
        } else if has_reserve {
            Compared::Bridged(RESERVE)
        } else {
            Compared::Exactly
        }
    }

    /// Whether an order could not be paid at its reserve price.
    fn is_beyond_funds(&mut self, account: AccountId, instrument: InstrumentId, mut terms: OrderTerms, reserve: i64) -> bool {
        terms.price = PriceTicks(reserve);
        let order = self.floor.new_order(account, instrument, terms);
        let validation = self.floor.core.validate(self.floor.core.ts(), &order);
        validation.refusals.iter().any(|refusal| refusal.code == RefusalCode::InsufficientFunds)
    }

    fn shift(&mut self, step: &Value, expected: &str, context: &str) -> Compared {
        let placed = &self.orders[&int(&step["id"])];
        let order = self.floor.order(placed.order).unwrap_or_else(|| panic!("{context}: closed"));
        let price = int(&step["price"]);
        if expected == "MATCHING_MOVE_FAILED_PRICE_OVER_RISK_LIMIT" {
            assert!(order.side() == Side::Buy && price > placed.reserve, "{context}");
            return Compared::Not(OVER_RESERVE);
        }
        let change = OrderChange { order_qty: order.terms.order_qty, price: PriceTicks(price), trigger_price: PriceTicks(0) };
        let account = self.people[&placed.person].account;
        let outcome = self.floor.replace(account, placed.order, change);
        assert_eq!(outcome.map_or_else(result_of, |()| "SUCCESS"), expected, "{context}");
        Compared::Exactly
    }

    fn expect_book(&self, step: &Value, context: &str) -> Compared {
        let instrument = self.symbols[text(&step["symbol"])].instrument;
        for (key, side) in [("asks", Side::Sell), ("bids", Side::Buy)] {
            let levels: Vec<_> = list(&step[key]).iter().map(|level| (int(&level[0]), int(&level[1]))).collect();
            assert_eq!(self.floor.depth(instrument, side), levels, "{context}");
        }
        Compared::Exactly
    }

    fn expect_trade(&self, step: &Value, context: &str) -> Compared {
        let makers: Vec<_> = self
            .floor
            .executions()
            .filter(|execution| execution.exec_type == ExecType::Trade && execution.liquidity == LiquidityInd::Maker)
            .collect();
        let [maker] = makers[..] else { panic!("{context}: {} trades", makers.len()) };
        assert_eq!(maker.order_id, self.orders[&int(&step["maker"])].order, "{context}");
        let is_complete = maker.ord_status == OrdStatus::Filled;
        assert_eq!((maker.last_px.0, maker.last_qty.0), (int(&step["price"]), int(&step["qty"])), "{context}");
        assert_eq!(is_complete, step["maker_complete"] == true, "{context}");
        if step["bidderHoldPrice"].is_null() { Compared::Exactly } else { Compared::Bridged(RESERVE) }
    }

    fn expect_open_orders(&self, step: &Value, context: &str) -> Compared {
        let account = self.people[text(&step["user"])].account;
        let mut compared = Compared::Exactly;
        let mut expected = Vec::new();
        for listed in list(&step["orders"]) {
            let number = |key: &str| text(&listed[key]).parse::<i64>().expect("a number");
            let placed = &self.orders[&number("id")];
            let side = if listed["side"] == "BID" { Side::Buy } else { Side::Sell };
            assert_eq!(placed.reserve, number("reservePrice"), "{context}");
            if placed.reserve != 0 && placed.reserve != number("price") {
                compared = Compared::Bridged(RESERVE);
            }
            expected.push((placed.order, side, number("price"), number("size"), number("filled")));
        }
        let mut found: Vec<_> = self
            .floor
            .core
            .open_orders(account)
            .map(|order| (order.order_id, order.side(), order.terms.price.0, order.terms.order_qty.0, order.cum_qty.0))
            .collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{context}");
        compared
    }

    fn expect_balance(&self, step: &Value, context: &str) -> Compared {
        let name = text(&step["user"]);
        let person = &self.people[name];
        let mut compared = Compared::Exactly;
        for (currency, amount) in step["balances"].as_object().expect("balances") {
            let found = if let Some(id) = self.floor.core.currency_coded(currency) {
                let reserved = self.held_for_reserves(name, id);
                if reserved > 0 {
                    compared = Compared::Bridged(RESERVE);
                }
                self.floor.core.account(person.account).expect("opened").balance(id).available() - reserved
            } else {
                compared = Compared::Bridged(ASSET);
                self.asset_of(person, currency)
            };
            assert_eq!(found, int(amount), "{context}");
        }
        compared
    }

    /// What their bids hold beyond the price that ours hold.
    fn held_for_reserves(&self, name: &str, currency: CurrencyId) -> i64 {
        let live = self.orders.values().filter(|placed| placed.person == name).filter_map(|placed| {
            let symbol = &self.symbols[&placed.symbol];
            let order = self.floor.order(placed.order).filter(|order| order.side() == Side::Buy)?;
            (symbol.currency == currency)
                .then(|| (placed.reserve - order.terms.price.0) * order.leaves_qty().0 * symbol.tick_lot_minor)
        });
        live.sum()
    }

    /// An asset that is owned and not offered.
    fn asset_of(&self, person: &Person, asset: &str) -> i64 {
        let symbol = self.symbols.values().find(|symbol| symbol.spot.as_ref().is_some_and(|spot| spot.0 == asset));
        let symbol = symbol.expect("the asset of a spot symbol");
        let lot = symbol.spot.as_ref().map_or(1, |spot| spot.1);
        let account = self.floor.core.account(person.account).expect("opened");
        let position = account.positions.get((symbol.instrument, Leg::Net)).copied().unwrap_or_default();
        (position.qty - position.sells.qty) * lot + person.asset_rest
    }
}

/// Their word for our refusal.
fn result_of(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::InsufficientFunds | RefusalCode::ReduceOnly => "RISK_NSF",
        other => panic!("no such refusal there: {other:?}"),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn int(value: &Value) -> i64 {
    value.as_i64().expect("a number")
}
