//! Both queue models over recorded sessions of a real venue: whoever waits for the least that is possible waits longest.
//!
//! The captures are read from `../shared/data` beside the checkout and never copied; where they (or gzip) are absent, the test says
//! so and passes.
#![allow(missing_docs)]

mod scene;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jware_core::command::{Actor, BookState, Command, MarketFact, MarketUpdate};
use jware_core::event::Event;
use jware_core::instrument::Venue;
use jware_core::order::Side;
use jware_core::paper::{PaperRules, QueueModel};
use jware_core::units::{AmountMinor, PriceTicks, QtyLots, Seq, TradeId, TsNs};
use scene::{ALICE, PAPER, Scene, USD, definition, executions};
use serde_json::Value;

/// One command's facts of a session: when they were received, and what they say.
type Message = (u64, Vec<MarketFact>);

const ORDER_LOTS: i64 = 1_000;
/// Orders are placed at every so many messages.
const PLACE_EVERY: usize = 150;

fn capture(name: &str) -> Option<Vec<Message>> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared/data/captures/binance", name].iter().collect();
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    let Ok(unpacked) = std::process::Command::new("gzip").arg("-dc").arg(&path).output() else {
        println!("skipped: there is no gzip to read {} with", path.display());
        return None;
    };
    assert!(unpacked.status.success(), "gzip reads {}", path.display());
    Some(messages(&String::from_utf8(unpacked.stdout).expect("a capture is text")))
}

/// The book from its snapshot on, and the trades beside it.
fn messages(text: &str) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut last_update = None;
    for line in text.lines() {
        let (received, json) = line.split_once(' ').expect("a time and a message");
        let message: Value = serde_json::from_str(json).expect("a message");
        let data = &message["data"];
        let mut facts = Vec::new();
        if let Some(id) = message["lastUpdateId"].as_u64() {
            last_update = Some(id);
            facts.push(MarketFact::Reset);
            facts.extend(levels(&message["bids"], Side::Buy).chain(levels(&message["asks"], Side::Sell)));
            facts.push(MarketFact::State(BookState::Synced));
        } else if let Some(id) = data["u"].as_u64().filter(|_| data["e"] == "depthUpdate") {
            if last_update.is_none_or(|last| id <= last) {
                continue;
            }
            facts.extend(levels(&data["b"], Side::Buy).chain(levels(&data["a"], Side::Sell)));
        } else if data["e"] == "trade" && last_update.is_some() {
            let aggressor = if data["m"] == true { Side::Sell } else { Side::Buy };
            let (price, qty) = (PriceTicks(units(&data["p"], 2)), QtyLots(units(&data["q"], 5)));
            facts.push(MarketFact::Trade { price, qty, aggressor, venue_trade_id: TradeId(data["t"].as_u64().expect("an id")) });
        } else {
            continue;
        }
        messages.push((received.parse().expect("nanoseconds"), facts));
    }
    messages
}

fn levels(rows: &Value, side: Side) -> impl Iterator<Item = MarketFact> + '_ {
    let rows = rows.as_array().expect("levels").iter();
    rows.map(move |row| MarketFact::Level { side, price: PriceTicks(units(&row[0], 2)), qty: QtyLots(units(&row[1], 5)) })
}

/// Decimal text as a whole number of its last decimal that counts; what is finer (a few sizes are) is cut off.
fn units(text: &Value, decimals: usize) -> i64 {
    let (whole, part) = text.as_str().and_then(|text| text.split_once('.')).expect("decimal text");
    format!("{whole}{}", &part[..decimals]).parse().expect("a number")
}

struct Run {
    scene: Scene,
    /// Filled of each order, by name.
    filled: BTreeMap<String, i64>,
}

impl Run {
    fn new(queue: QueueModel, start_ns: u64) -> Self {
        let mut scene = Scene::new();
        let mut paper = definition(PAPER, "PAP", Venue::Paper);
        (paper.qty_decimals, paper.qty_lots_max, paper.notional_minor_max) = (5, QtyLots(1 << 40), AmountMinor(1 << 60));
        paper.paper = PaperRules { queue, ..PaperRules::default() };
        // Its units are the session's: another instrument than the scene's small one.
        (paper.instrument, paper.symbol) = (jware_core::units::InstrumentId(3), "BTCUSDT".to_owned());
        scene.apply(Command::DefineInstrument(paper));
        let amount = AmountMinor(1 << 60);
        scene.apply(Command::Deposit {
            actor: Actor::default(),
            account: ALICE,
            currency: USD,
            amount,
            reference: None,
            reason: String::new(),
        });
        scene.now = start_ns;
        Self { scene, filled: BTreeMap::new() }
    }

    fn apply(&mut self, ts: u64, command: &Command) {
        let mut events: Vec<Event> = Vec::new();
        self.scene.core.apply(Seq(self.scene.core.seq().0 + 1), TsNs(ts), command, &mut events);
        for told in executions(&events) {
            *self.filled.entry(told.cl_ord_id.as_str().to_owned()).or_default() += told.last_qty.0;
        }
    }

    fn ahead(&self) -> BTreeMap<String, i64> {
        let orders = self.scene.core.open_orders_in_queue(ALICE).into_iter();
        orders.filter_map(|(order, ahead)| Some((order.cl_ord_id.as_str().to_owned(), ahead?.0))).collect()
    }
}

/// Runs a session under several models side by side; the orders are the same.
fn check(name: &str) {
    let Some(messages) = capture(name) else { return };
    let instrument = jware_core::units::InstrumentId(3);
    let models = [QueueModel::Conservative].into_iter().chain((1..=3).map(|power| QueueModel::Probabilistic { power }));
    let mut runs: Vec<Run> = models.map(|queue| Run::new(queue, messages[0].0)).collect();
    let mut sooner = [0; 4];
    for (index, (ts, facts)) in messages.iter().enumerate() {
        let updates = facts.iter().map(|&fact| MarketUpdate { instrument, ts_event: TsNs(*ts), fact }).collect();
        let mut commands = vec![Command::Market(updates)];
        if index % PLACE_EVERY == 1 {
            let book = &runs[0].scene.core.instrument(instrument).expect("defined").book;
            for (side, letter) in [(Side::Buy, "b"), (Side::Sell, "s")] {
                // Where the outside market is best: our own orders are not to pile up in front of it.
                let Some((key, _)) = book.side(side).house.iter_available().next() else { continue };
                let price = key.abs();
                commands.push(Command::NewOrder(runs[0].scene.order(
                    ALICE,
                    instrument,
                    &format!("{letter}{index}"),
                    side,
                    ORDER_LOTS,
                    price,
                )));
            }
        }
        for run in &mut runs {
            for command in &commands {
                run.apply(*ts, command);
            }
        }
        let (conservative, others) = runs.split_first().expect("four");
        let longest = conservative.ahead();
        for (model, run) in others.iter().enumerate() {
            for (order, filled) in &run.filled {
                let least = conservative.filled.get(order).copied().unwrap_or(0);
                assert!(*filled >= least, "{name}: at message {index} {order} has {filled}, conservatively {least}");
                sooner[model + 1] += i32::from(*filled > least);
            }
            for (order, ahead) in run.ahead() {
                assert!(longest.get(&order).is_some_and(|most| ahead <= *most), "{name}: {order} has {ahead} ahead at {index}");
            }
        }
    }
    let filled: Vec<i64> = runs.iter().map(|run| run.filled.values().sum()).collect();
    println!(
        "{name}: {} messages, filled {filled:?} lots, sooner than conservatively at {:?} messages",
        messages.len(),
        &sooner[1..]
    );
    assert!(filled[0] > 0, "{name}: something fills in every model");
    assert!(sooner[1] > 0, "{name}: by probability something fills sooner");
    for run in &runs {
        run.scene.assert_conserved();
    }
}

#[test]
fn conservative_fills_never_come_before_probabilistic_ones_in_bitcoin() {
    check("spot_btcusdt_20240808.gz");
}

#[test]
fn nor_in_ether() {
    check("spot_ethusdt_20240808.gz");
}
