//! Over a real journal in a folder of its own, which stays open meanwhile.

use super::*;
use jware_core::command::{Actor, BookState, CancelOrder, MarketFact, MarketUpdate, NewOrder, OrderRef};
use jware_core::instrument::{CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::order::{ClOrdId, OrderTerms};
use jware_core::paper::PaperRules;
use jware_core::record::RecordEncoder;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, OrderId, PriceTicks, QtyLots};
use jware_journal::{Callbacks, Journal, Options};
use jware_replica::{Folders, KIND_COMMAND, Snapshots};
use std::path::PathBuf;

const START_NS: u64 = 1_723_100_645_123_456_789;
const SECOND_NS: u64 = 1_000_000_000;
const INSTRUMENT: InstrumentId = InstrumentId(7);
const ACCOUNT: AccountId = AccountId(1001);

struct Scene {
    dir: PathBuf,
    journal: Journal,
    core: Core,
}

impl Scene {
    /// A market that offers 4 lots, of which an order takes 3; then one that rests and is canceled, and one that is refused.
    fn new(name: &str) -> Self {
        Self::with(name, Options::new(CORE_VERSION))
    }

    fn with(name: &str, options: Options) -> Self {
        let dir = std::env::temp_dir().join(format!("jware-walk-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let (journal, _) = Journal::open(&dir, options).unwrap().start(Callbacks::new(|_| {})).unwrap();
        let mut scene = Self { dir, journal, core: Core::new() };
        scene.append(&Command::DefineCurrency(CurrencyDefinition { code: "USD".into(), decimals: 2 }));
        scene.append(&Command::DefineInstrument(definition()));
        scene.append(&Command::OpenAccount { account: ACCOUNT, name: "PAPER-1".into() });
        let amount = AmountMinor(1_000_000);
        scene.append(&Command::Deposit {
            actor: Actor::default(),
            account: ACCOUNT,
            currency: CurrencyId(1),
            amount,
            reason: String::new(),
            reference: None,
        });
        scene.append(&Command::Market(vec![
            update(MarketFact::Level { side: Side::Buy, price: PriceTicks(198), qty: QtyLots(5) }),
            update(MarketFact::Level { side: Side::Sell, price: PriceTicks(200), qty: QtyLots(4) }),
            update(MarketFact::State(BookState::Synced)),
        ]));
        scene.append(&order("taker", 200, 3));
        scene.append(&order("rests", 197, 2));
        let target = OrderRef { order_id: OrderId(0), orig_cl_ord_id: ClOrdId::new(b"rests").unwrap() };
        scene.append(&Command::Cancel(CancelOrder {
            actor: Actor::default(),
            account: ACCOUNT,
            cl_ord_id: ClOrdId::new(b"stop").unwrap(),
            target,
        }));
        scene.append(&order("too-much", 200, 5_000));
        scene
    }

    fn append(&mut self, command: &Command) {
        let (seq, ts_ns) = (self.core.seq().0 + 1, START_NS + self.core.seq().0 * SECOND_NS);
        self.core.apply(Seq(seq), TsNs(ts_ns), command, &mut Vec::new());
        let mut records = RecordEncoder::default();
        self.journal.append(seq, ts_ns, KIND_COMMAND, records.encode(command), true).unwrap();
        self.journal.wait_durable(seq).unwrap();
    }

    /// Walks with a plan to the end; gives the lines and the walk.
    fn walk(&self, mut plan: Value) -> (Vec<String>, Walk) {
        plan["dir"] = json!(self.dir);
        let mut walk = Walk::open(&plan.to_string()).unwrap();
        let mut lines = Vec::new();
        loop {
            let step = walk.step(2).unwrap();
            lines.extend(step["lines"].as_str().unwrap().lines().map(str::to_owned));
            assert!(step["done"].as_u64() <= step["total"].as_u64());
            if step["isEnded"] == json!(true) {
                return (lines, walk);
            }
        }
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.journal.close();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn definition() -> InstrumentDefinition {
    InstrumentDefinition {
        instrument: INSTRUMENT,
        symbol: "BTCUSD".into(),
        name: "Bitcoin".into(),
        asset_class: "crypto".into(),
        venue: Venue::Simulated,
        base_currency: "BTC".into(),
        quote_currency: CurrencyId(1),
        price_decimals: 1,
        tick_mantissa: 5,
        qty_decimals: 3,
        lot_mantissa: 250,
        tick_lot_minor: 12,
        qty_lots_min: QtyLots(1),
        qty_lots_max: QtyLots(1_000),
        notional_minor_max: AmountMinor(10_000_000),
        collar_bps: 500,
        maker_fee_ppm: 0,
        taker_fee_ppm: 0,
        session: TradingSession::ROUND_THE_CLOCK,
        collar: CollarRules::default(),
        margin: MarginRules::default(),
        mark_stale_ns: 0,
        paper: PaperRules::default(),
    }
}

fn update(fact: MarketFact) -> MarketUpdate {
    MarketUpdate { instrument: INSTRUMENT, ts_event: TsNs(START_NS), fact }
}

fn order(name: &str, price: i64, qty: i64) -> Command {
    Command::NewOrder(NewOrder {
        actor: Actor::default(),
        account: ACCOUNT,
        instrument: INSTRUMENT,
        cl_ord_id: ClOrdId::new(name.as_bytes()).unwrap(),
        terms: OrderTerms::limit(Side::Buy, QtyLots(qty), PriceTicks(price)),
    })
}

#[test]
fn it_counts_what_there_is() {
    let scene = Scene::new("count");
    let report = scene.walk(json!({ "decode": true })).1.report();
    assert_eq!(report["recordCount"], 9);
    assert_eq!((report["firstSeq"].clone(), report["lastSeq"].clone()), (json!(1), json!(9)));
    assert_eq!(report["lastTsNs"], json!((START_NS + 8 * SECOND_NS).to_string()));
    assert_eq!(report["busiestSecond"]["records"], 1);
    assert_eq!((report["batchCount"].clone(), report["batchRecords"]["max"].clone()), (json!(9), json!(1)));
    let kinds = report["kinds"].as_array().unwrap();
    let orders = kinds.iter().find(|kind| kind["name"] == "NewOrder").unwrap();
    assert_eq!(orders["records"], 3);
    assert_eq!((report["damage"].clone(), report["tornTail"].clone()), (Value::Null, Value::Null));
    assert_eq!(scene.walk(json!({})).1.report()["kinds"][0]["name"], "kind 1");
}

#[test]
fn it_tells_commands_in_human_units() {
    let scene = Scene::new("commands");
    let (lines, _) = scene.walk(json!({ "decode": true, "lines": "commands", "fromSeq": 5, "toSeq": 8 }));
    assert_eq!(lines.len(), 4);
    assert!(lines[0].ends_with("Market         BTCUSD 2 levels, BTCUSD 1 states"), "{}", lines[0]);
    assert_eq!(
        lines[1],
        "         6  2024-08-08T07:04:10.123456789Z  NewOrder       account 1001  BTCUSD Buy 0.750 @ 100.0 Limit Gtc  ClOrdID taker"
    );
    assert!(lines[3].ends_with("Cancel         account 1001  order rests  ClOrdID stop"), "{}", lines[3]);
    let (rows, _) = scene.walk(json!({ "decode": true, "lines": "commands", "json": true, "account": 1001 }));
    let rows: Vec<Value> = rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
    let seqs: Vec<u64> = rows.iter().map(|row| row["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [3, 4, 6, 7, 8, 9], "what is for the account, however the command names it");
    assert_eq!(rows[2]["command"]["NewOrder"]["cl_ord_id"], "taker");
    assert_eq!(rows[2]["command"]["NewOrder"]["terms"]["order_qty"], 3);
}

#[test]
fn it_tells_events_and_the_fate_of_one_order() {
    let scene = Scene::new("events");
    let (rows, _) =
        scene.walk(json!({ "decode": true, "apply": true, "lines": "events", "json": true, "fromSeq": 6, "toSeq": 6 }));
    let rows: Vec<Value> = rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
    assert!(rows[0]["command"]["NewOrder"].is_object());
    let fill = rows.iter().find(|row| row["event"]["Execution"]["exec_type"] == "Trade").unwrap();
    assert_eq!(fill["event"]["Execution"]["last_qty"], 3);
    assert!(rows.iter().all(|row| row["event"]["Level"].is_null()), "levels are the market's");
    let fate = |plan: Value| {
        let mut plan = plan;
        for (name, value) in [("decode", json!(true)), ("apply", json!(true)), ("lines", json!("fate"))] {
            plan[name] = value;
        }
        scene.walk(plan).0
    };
    let rests = fate(json!({ "order": "rests" }));
    assert_eq!(rests.len(), 2, "{rests:?}");
    assert!(rests[0].contains("New ") && rests[0].contains("BTCUSD Buy 0.500 @ 98.5"), "{}", rests[0]);
    assert!(rests[1].contains("Canceled") && rests[1].ends_with("because Requested"), "{}", rests[1]);
    let id = rows.iter().find_map(|row| row["event"]["Execution"]["order_id"].as_u64()).unwrap();
    let taker = fate(json!({ "order": id.to_string() }));
    assert!(taker.last().unwrap().contains("fill 0.750 @ 100.0 (Taker, trade "), "{taker:?}");
    assert_eq!(fate(json!({ "order": "too-much" })).len(), 1, "a refusal is a fate");
    assert!(fate(json!({ "order": "nobody" })).is_empty());
    assert!(fate(json!({ "order": "rests", "account": 1002 })).is_empty());
}

#[test]
fn it_comes_to_the_state_that_the_core_had() {
    let mut scene = Scene::new("state");
    let (_, walk) = scene.walk(json!({ "decode": true, "apply": true }));
    assert_eq!(walk.state_hash(), format!("{:016x}", scene.core.state_hash()));
    let account = walk.account("PAPER-1").unwrap();
    assert_eq!(account["positions"][0]["qtyLots"], 3);
    assert_eq!(
        (account["positions"][0]["symbol"].clone(), account["positions"][0]["qty"].clone()),
        (json!("BTCUSD"), json!("0.750"))
    );
    assert_eq!(account["balances"][0]["cash"], "10000.00");
    let book = walk.book("BTCUSD", 5).unwrap();
    assert_eq!((book["askLevels"].clone(), book["bidLevels"].clone()), (json!([["100.0", "0.250"]]), json!([["99.0", "1.250"]])));
    assert!(walk.book("NONE", 5).is_none() && walk.account("1002").is_none());
    let before = format!("{:016x}", scene.core.state_hash());
    scene.append(&order("later", 196, 1));
    assert_ne!(before, format!("{:016x}", scene.core.state_hash()));
    for plan in [json!({ "toSeq": 9 }), json!({ "untilTsNs": (START_NS + 8 * SECOND_NS).to_string() })] {
        let mut plan = plan;
        (plan["decode"], plan["apply"]) = (json!(true), json!(true));
        assert_eq!(scene.walk(plan).1.state_hash(), before, "it stops where it is told to");
    }
}

#[test]
fn damage_ends_the_walk_and_is_told_with_its_place() {
    let scene = Scene::new("damage");
    let segment = scene.dir.join("000000000001.jwj");
    let mut bytes = std::fs::read(&segment).unwrap();
    bytes[4096 + 512 * 3 + 20] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let (lines, walk) = scene.walk(json!({ "decode": true, "lines": "commands" }));
    let damage = &walk.report()["damage"];
    assert_eq!((damage["code"].clone(), damage["file"].clone()), (json!("JRN_ERR_CORRUPT"), json!("000000000001.jwj")));
    assert_eq!(damage["afterSeq"].as_u64(), Some(lines.len() as u64));
    let offset = damage["offset"].as_u64().unwrap();
    assert!((4096 + 512..4096 + 512 * 4).contains(&offset), "{offset}");
}

#[test]
fn where_the_first_segments_are_archived_it_begins_at_the_oldest_snapshot() {
    // Three batches a segment.
    let options = Options { segment_bytes: 4096 + 3 * 512, idle_seal: None, ..Options::new(CORE_VERSION) };
    let scene = Scene::with("archived", options);
    let applied = |more: Value| {
        let mut plan = json!({ "decode": true, "apply": true, "lines": "events", "json": true });
        plan.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        plan
    };
    let seq_of = |line: &str| serde_json::from_str::<Value>(line).unwrap()["seq"].as_u64().unwrap();
    let (rows_before, whole) = scene.walk(applied(json!({})));
    let hash_at = |seq: u64| scene.walk(applied(json!({ "toSeq": seq }))).1.state_hash();
    let hashes_before: Vec<String> = (5..=9).map(hash_at).collect();
    assert_eq!(whole.report()["snapshotSeq"], 0);

    let folders = Folders { journal: scene.dir.clone(), archive: None };
    let engine_id = folders.reader(1).unwrap().engine_id();
    let snapshots = Snapshots::new(folders.clone(), engine_id, jware_replica::Plan::default(), None, None);
    snapshots.make(5).unwrap();
    snapshots.make(7).unwrap();
    let archive = DirStorage::create(scene.dir.join("archive")).unwrap();
    assert_eq!(jware_journal::archive_segments(&*folders.storage(), &archive, 5).unwrap(), 1);

    let checked = scene.walk(json!({})).1.report();
    assert_eq!((checked["damage"].clone(), checked["recordCount"].clone()), (Value::Null, json!(6)));
    let (rows, walk) = scene.walk(applied(json!({})));
    assert_eq!((walk.report()["snapshotSeq"].clone(), walk.report()["damage"].clone()), (json!(5), Value::Null));
    assert_eq!(rows, rows_before.into_iter().filter(|row| seq_of(row) > 5).collect::<Vec<_>>());
    assert_eq!((5..=9).map(hash_at).collect::<Vec<_>>(), hashes_before);
    assert_eq!(walk.account("PAPER-1"), whole.account("PAPER-1"));
    assert_eq!(walk.book("BTCUSD", 5), whole.book("BTCUSD", 5));
    for asked in [json!({ "toSeq": 4 }), json!({ "fromSeq": 5 }), json!({ "untilTsNs": (START_NS + 3 * SECOND_NS).to_string() })]
    {
        let mut plan = applied(asked);
        plan["dir"] = json!(scene.dir);
        let refused = Walk::open(&plan.to_string()).err().unwrap();
        assert!(refused.starts_with("ENG_ERR_JOURNAL_ARCHIVED") && refused.contains("at seq 5"), "{refused}");
    }
    let (commands, _) = scene.walk(json!({ "decode": true, "lines": "commands" }));
    assert_eq!(commands.len(), 6, "commands are told without a state");
    assert!(commands[2].contains("BTCUSD Buy 0.750 @ 100.0"), "{}", commands[2]);

    for seq in [5, 7] {
        std::fs::remove_file(scene.dir.join(jware_journal::snapshot_name(seq))).unwrap();
    }
    for plan in [json!({}), applied(json!({}))] {
        assert_eq!(scene.walk(plan).1.report()["damage"]["code"], "JRN_ERR_SEGMENT_MISSING");
    }
}

#[test]
fn a_journal_of_another_core_version_is_checked_but_not_read() {
    let dir = std::env::temp_dir().join(format!("jware-walk-version-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let (journal, _) = Journal::open(&dir, Options::new(CORE_VERSION + 1)).unwrap().start(Callbacks::new(|_| {})).unwrap();
    journal.append(1, 1, KIND_COMMAND, b"of another version", true).unwrap();
    journal.close().unwrap();
    let mut walk = Walk::open(&json!({ "dir": dir }).to_string()).unwrap();
    walk.step(10).unwrap();
    assert_eq!(walk.report()["recordCount"], 1);
    let refused = Walk::open(&json!({ "dir": dir, "decode": true }).to_string()).err().unwrap();
    assert!(refused.starts_with("JRN_ERR_CORE_VERSION"), "{refused}");
    std::fs::remove_dir_all(&dir).unwrap();
}
