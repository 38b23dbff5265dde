//! Over a real journal in a folder of its own.

use super::*;
use jware_core::CORE_VERSION;
use jware_core::command::{
    AccountKind, Actor, Command, CorrectedFill, MarketFact, MarketUpdate, NewOrder, PositionMode, Scope, SetFeeSchedule,
    SetLimit, TradeCorrection, TradingState,
};
use jware_core::fee::FeeTier;
use jware_core::instrument::{CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::order::{ClOrdId, OrdType, OrderTerms, SelfTradePrevention, Side, TimeInForce, Trail, Trigger, TriggerSource};
use jware_core::paper::PaperRules;
use jware_core::record::RecordEncoder;
use jware_core::refusal::RefusalCode;
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, PriceTicks, QtyLots, SelfTradeGroup, SessionId, StrategyId, TradeId,
    TsNs, UserId,
};
use jware_journal::{Callbacks, Journal, Options};
use jware_replica::{KIND_COMMAND, Plan, Snapshots};
use std::path::PathBuf;

const START_NS: u64 = 1_723_100_645_123_456_789;

const ENGINE_ID: u128 = 77;

struct Fixture {
    dir: PathBuf,
    folders: Folders,
    journal: Journal,
    seq: u64,
}

impl Fixture {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("jware-projection-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        // So small that some commands fill one.
        let segment_bytes = 6 * 4096;
        let options = Options { engine_id: Some(ENGINE_ID), segment_bytes, idle_seal: None, ..Options::new(CORE_VERSION) };
        let recovery = Journal::open(&dir, options).unwrap();
        let (journal, _) = recovery.start(Callbacks::new(|_| {})).unwrap();
        let folders = Folders { journal: dir.clone(), archive: None };
        Self { dir, folders, journal, seq: 0 }
    }

    fn append(&mut self, command: &Command) {
        self.seq += 1;
        let mut records = RecordEncoder::default();
        let payload = records.encode(command);
        self.journal.append(self.seq, START_NS + self.seq * 1_000_000_000, KIND_COMMAND, payload, true).unwrap();
        self.journal.wait_durable(self.seq).unwrap();
    }

    fn open(&self, from_seq: u64) -> Result<Projection, String> {
        Projection::open(&self.folders, ENGINE_ID, from_seq, self.journal.durable_seq(), false)
    }

    fn next(&self, projection: &mut Projection, count_max: usize) -> Option<Batch> {
        projection.next(self.journal.durable_seq(), count_max).unwrap()
    }

    /// A market with an account that buys three of the four lots on offer, and is refused ten thousand more.
    fn fill(&mut self) {
        self.append(&Command::DefineCurrency(CurrencyDefinition { code: "USD".into(), decimals: 6 }));
        self.append(&Command::DefineInstrument(instrument()));
        self.append(&Command::OpenAccount { account: AccountId(1001), name: "PAPER-1".into() });
        let actor = Actor::default();
        let amount = AmountMinor(1_000_000_000_000);
        self.append(&Command::Deposit {
            actor,
            account: AccountId(1001),
            currency: CurrencyId(1),
            amount,
            reference: None,
            reason: String::new(),
        });
        self.append(&Command::Market(vec![
            update(MarketFact::State(jware_core::command::BookState::Synced)),
            update(MarketFact::Level { side: Side::Buy, price: PriceTicks(999), qty: QtyLots(4) }),
            update(MarketFact::Level { side: Side::Sell, price: PriceTicks(1000), qty: QtyLots(4) }),
            update(MarketFact::Trade {
                price: PriceTicks(1000),
                qty: QtyLots(2),
                aggressor: Side::Buy,
                venue_trade_id: TradeId(u64::MAX),
            }),
        ]));
        self.append(&order("back\\slash", 3));
        self.append(&order("too-much", 10_000_000));
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = self.journal.close();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn instrument() -> InstrumentDefinition {
    InstrumentDefinition {
        instrument: InstrumentId(7),
        symbol: "ACME".into(),
        name: "Acme\tInc\\".into(),
        asset_class: "equity".into(),
        venue: Venue::Simulated,
        base_currency: "ACME".into(),
        quote_currency: CurrencyId(1),
        price_decimals: 2,
        tick_mantissa: 1,
        qty_decimals: 0,
        lot_mantissa: 1,
        tick_lot_minor: 10_000,
        qty_lots_min: QtyLots(1),
        qty_lots_max: QtyLots(100_000),
        notional_minor_max: AmountMinor(1_000_000_000_000),
        collar_bps: 1000,
        maker_fee_ppm: 0,
        taker_fee_ppm: 100,
        session: TradingSession::ROUND_THE_CLOCK,
        collar: CollarRules::default(),
        margin: MarginRules::default(),
        mark_stale_ns: 0,
        paper: PaperRules::default(),
    }
}

fn update(fact: MarketFact) -> MarketUpdate {
    MarketUpdate { instrument: InstrumentId(7), ts_event: TsNs(START_NS), fact }
}

fn order(name: &str, qty_lots: i64) -> Command {
    order_of(name, OrderTerms::limit(Side::Buy, QtyLots(qty_lots), PriceTicks(1000)))
}

fn order_of(name: &str, terms: OrderTerms) -> Command {
    Command::NewOrder(new_order(name, terms))
}

fn new_order(name: &str, terms: OrderTerms) -> NewOrder {
    NewOrder {
        actor: Actor::default(),
        account: AccountId(1001),
        instrument: InstrumentId(7),
        cl_ord_id: ClOrdId::new(name.as_bytes()).unwrap(),
        terms,
    }
}

/// The value of a column in each row of a table: of those added, then of those replaced. Escapes are as they are.
fn column<'a>(batch: &'a Batch, table: &str, name: &str) -> Vec<&'a str> {
    let (_, names) = COLUMNS.iter().find(|(other, _)| *other == table).unwrap();
    let index = names.split(' ').position(|other| other == name).unwrap();
    let Some(rows) = batch.tables.get(table) else { return Vec::new() };
    let added = rows.copied.lines().map(|line| line.split('\t').nth(index).unwrap());
    added.chain(rows.replaced.get(index).into_iter().flat_map(|column| items(column))).collect()
}

/// The items of an array's text, without their quotes.
fn items(array: &str) -> Vec<&str> {
    let mut rest = array.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap();
    let mut items = Vec::new();
    loop {
        let end = if let Some(quoted) = rest.strip_prefix('"') {
            let mut is_escaped = false;
            let ends = |character: char| {
                let is_end = character == '"' && !is_escaped;
                is_escaped = character == '\\' && !is_escaped;
                is_end
            };
            quoted.find(ends).unwrap() + 2
        } else {
            rest.find(',').unwrap_or(rest.len())
        };
        items.push(rest[..end].trim_matches('"'));
        match rest[end..].strip_prefix(',') {
            Some(after) => rest = after,
            None => return items,
        }
    }
}

#[test]
fn every_row_has_the_columns_of_its_table() {
    let mut fixture = Fixture::new("columns");
    fixture.fill();
    let batch = fixture.next(&mut fixture.open(0).unwrap(), 1000).unwrap();
    assert_eq!((batch.from_seq, batch.to_seq), (0, 7));
    let mut row_count = 0;
    for (table, columns) in COLUMNS {
        let TableRows { copied, replaced } = &batch.tables[table];
        let column_count = columns.split(' ').count();
        assert!(copied.is_empty() || copied.ends_with('\n'), "{table}");
        for line in copied.lines() {
            assert_eq!(line.split('\t').count(), column_count, "{table}: {line}");
        }
        let replaced_count = replaced.first().map_or(0, |first| items(first).len());
        for column in replaced {
            assert_eq!(items(column).len(), replaced_count, "{table}: {column}");
        }
        assert!(replaced.is_empty() || replaced.len() == column_count, "{table}");
        row_count += copied.lines().count() + replaced_count;
    }
    assert_eq!(batch.row_count, row_count);
}

#[test]
fn rows_are_copied_where_they_are_only_added_or_their_order_is_new_and_replace_others() {
    let mut fixture = Fixture::new("forms");
    fixture.fill();
    fixture.append(&order("resting", 5));
    fixture.append(&order("later", 5));
    let (actor, scope, state) = (Actor::default(), Scope::Account(AccountId(1001)), TradingState::Halted);
    let halt = Command::SetTradingState { actor, scope, state, flatten: false, reason: "say \"no\", {NULL}".into() };
    fixture.append(&halt);
    let batch = fixture.next(&mut fixture.open(8).unwrap(), 1000).unwrap();
    let forms = |batch: &Batch, table: &str| (!batch.tables[table].copied.is_empty(), !batch.tables[table].replaced.is_empty());
    for table in ["executions", "risk_events"] {
        assert_eq!(forms(&batch, table), (true, false), "{table}");
    }
    for table in ["accounts", "balances"] {
        assert_eq!(forms(&batch, table), (false, true), "{table}");
    }
    // Both are canceled, and the second had come since.
    let orders = &batch.tables["orders"];
    assert!(orders.copied.starts_with("3\t") && orders.copied.lines().count() == 1, "{}", orders.copied);
    assert_eq!((orders.replaced[0].as_str(), orders.replaced[3].as_str()), ("{2}", "{\"resting\"}"));
    assert_eq!(column(&batch, "accounts", "reason"), ["say \\\"no\\\", {NULL}"]);

    let mut projection = Projection::open(&fixture.folders, ENGINE_ID, 8, fixture.journal.durable_seq(), true).unwrap();
    let copied = fixture.next(&mut projection, 1000).unwrap();
    assert_eq!(copied.row_count, batch.row_count);
    for (table, rows) in &copied.tables {
        assert_eq!(forms(&copied, table), (true, false), "{table}");
        assert!(rows.copied.contains(&batch.tables[table].copied), "{table}");
    }
    assert_eq!(column(&copied, "orders", "cl_ord_id"), ["resting", "later"]);
    assert_eq!(column(&copied, "accounts", "reason"), ["say \"no\", {NULL}"]);
}

#[test]
fn a_packed_batch_has_its_text_where_its_header_says() {
    let mut fixture = Fixture::new("packed");
    fixture.fill();
    let batch = |count| fixture.next(&mut fixture.open(0).unwrap(), count).unwrap();
    let tables = batch(1000).tables;
    let Packed { header, bytes } = pack(batch(1000)).unwrap();
    let header: serde_json::Value = serde_json::from_str(&header).unwrap();
    let mut total = 0;
    let mut text_at = |place: &serde_json::Value| {
        let at = |end: &str| usize::try_from(place[end].as_u64().unwrap()).unwrap();
        total += at("end") - at("start");
        std::str::from_utf8(&bytes[at("start")..at("end")]).unwrap().to_owned()
    };
    assert_eq!(header["tables"].as_object().unwrap().len(), tables.len());
    for (table, rows) in &tables {
        let places = &header["tables"][table];
        assert_eq!(places.get("copied").map_or(String::new(), &mut text_at), rows.copied, "{table}");
        let replaced = places.get("replaced").and_then(serde_json::Value::as_array).into_iter().flatten();
        assert_eq!(replaced.map(&mut text_at).collect::<Vec<_>>(), rows.replaced, "{table}");
    }
    assert_eq!(total, bytes.len());
}

#[test]
fn executions_are_kept_each_and_orders_by_their_last_state() {
    let mut fixture = Fixture::new("executions");
    fixture.fill();
    let batch = fixture.next(&mut fixture.open(0).unwrap(), 1000).unwrap();
    assert_eq!(column(&batch, "executions", "seq"), ["6", "6"]);
    assert_eq!(column(&batch, "executions", "exec_type"), ["1", "2"]);
    assert_eq!(column(&batch, "executions", "last_qty_lots"), ["0", "3"]);
    assert_eq!(column(&batch, "executions", "ts"), ["2024-08-08 07:04:11.123456+00"; 2]);
    assert_eq!(column(&batch, "orders", "ord_status"), ["3"]);
    assert_eq!(column(&batch, "orders", "cl_ord_id"), ["back\\\\slash"]);
    assert_eq!(column(&batch, "refusals", "cl_ord_id"), ["too-much"]);
    assert_eq!(column(&batch, "instruments", "name"), ["Acme\tInc\\\\"]);
    assert_eq!(column(&batch, "positions", "qty_lots").last(), Some(&"3"));
    assert_eq!(column(&batch, "positions", "leg").last(), Some(&"1"));
    assert!(column(&batch, "ticks", "trade_id").contains(&"9223372036854775807"));
    assert!(column(&batch, "bars", "interval_s").contains(&"86400"));
}

#[test]
fn every_amount_in_the_ledger_has_two_legs_and_the_account_sums_to_what_it_has() {
    let mut fixture = Fixture::new("ledger");
    fixture.fill();
    let sums = |batch: &Batch, of: Option<&str>| -> i64 {
        let rows = column(batch, "ledger", "account_id").into_iter().zip(column(batch, "ledger", "amount_minor"));
        rows.filter(|(account, _)| of.is_none_or(|of| of == *account)).map(|(_, amount)| amount.parse::<i64>().unwrap()).sum()
    };
    let batch = fixture.next(&mut fixture.open(0).unwrap(), 1000).unwrap();
    assert_eq!(column(&batch, "ledger", "kind"), ["3", "3", "1", "1", "2", "2"]);
    assert_eq!(column(&batch, "ledger", "contra_account_id"), ["1001", "3", "1", "1001", "2", "1001"]);
    assert_eq!(sums(&batch, None), 0);
    // Three lots at 1000 cost 30,000,000 and their fee 3,000.
    assert_eq!((sums(&batch, Some("1001")), sums(&batch, Some("2"))), (1_000_000_000_000 - 30_003_000, 3_000));
    let exec_ref_id = column(&batch, "executions", "exec_id")[1].parse().unwrap();

    let corrected = Some(CorrectedFill { qty: QtyLots(2), price: PriceTicks(500) });
    for corrected in [corrected, None] {
        let (actor, reason) = (Actor { user: UserId(9), ..Actor::default() }, "why".to_owned());
        fixture.append(&Command::CorrectTrade(TradeCorrection { actor, exec_ref_id, corrected, reason }));
    }
    let batch = fixture.next(&mut fixture.open(7).unwrap(), 1).unwrap();
    assert_eq!(column(&batch, "ledger", "kind"), ["5", "5", "6", "6", "1", "1", "2", "2"]);
    assert_eq!((sums(&batch, None), sums(&batch, Some("1001"))), (0, 30_003_000 - 10_001_000));
    assert_eq!(column(&batch, "executions", "exec_ref_id"), [exec_ref_id.to_string()]);
    assert_eq!((column(&batch, "executions", "by_user_id"), column(&batch, "executions", "text")), (vec!["9"], vec!["why"]));
    let batch = fixture.next(&mut fixture.open(8).unwrap(), 1).unwrap();
    assert_eq!((sums(&batch, None), sums(&batch, Some("1001"))), (0, 10_001_000));
    assert_eq!(column(&batch, "orders", "ord_status"), ["4"], "nothing of it is left");
}

#[test]
fn a_deposit_that_comes_again_under_its_name_is_in_the_ledger_once() {
    let mut fixture = Fixture::new("transfers");
    fixture.append(&Command::DefineCurrency(CurrencyDefinition { code: "USD".into(), decimals: 6 }));
    fixture.append(&Command::OpenAccount { account: AccountId(1001), name: "PAPER-1".into() });
    for (amount, name) in
        [(700, Some("wire-1")), (700, Some("wire-1")), (800, Some("wire-1")), (-200, Some("out-1")), (1, None), (1, None)]
    {
        fixture.append(&Command::Deposit {
            actor: Actor::default(),
            account: AccountId(1001),
            currency: CurrencyId(1),
            amount: AmountMinor(amount),
            reference: name.map(|name| ClOrdId::new(name.as_bytes()).unwrap()),
            reason: String::new(),
        });
    }
    let batch = fixture.next(&mut fixture.open(0).unwrap(), 1000).unwrap();
    assert_eq!(column(&batch, "ledger", "amount_minor"), ["-700", "700", "200", "-200", "-1", "1", "-1", "1"]);
    assert_eq!(column(&batch, "ledger", "kind"), ["3", "3", "4", "4", "3", "3", "3", "3"]);
}

#[test]
fn refusals_have_the_number_that_clients_see() {
    let mut fixture = Fixture::new("refusals");
    fixture.fill();
    let batch = fixture.next(&mut fixture.open(0).unwrap(), 1000).unwrap();
    assert_eq!(column(&batch, "refusals", "code"), [RefusalCode::QtyAboveMax.number().to_string()]);
}

#[test]
fn what_may_be_done_is_kept_with_who_and_why() {
    let mut fixture = Fixture::new("risk");
    fixture.fill();
    fixture.append(&order("resting", 5));
    let actor = Actor { user: UserId(3), session: SessionId(0), key: KeyId(8) };
    let name = LimitName { kind: LimitKind::OrderQty, instrument: InstrumentId(7), currency: CurrencyId(0) };
    let scope = LimitScope::Key(KeyId(8));
    let set = |max| SetLimit { actor, scope, name, max, window_ns: 0, reason: "review".into() };
    fixture.append(&Command::SetLimit(set(Some(5))));
    let keyed = NewOrder { actor, ..new_order("keyed", OrderTerms::limit(Side::Buy, QtyLots(6), PriceTicks(1000))) };
    fixture.append(&Command::NewOrder(keyed));
    fixture.append(&Command::SetLimit(set(None)));
    let (account, group) = (AccountId(1001), SelfTradeGroup(4));
    fixture.append(&Command::SetSelfTradeGroup { actor, account, group, reason: "one desk".into() });
    let tier =
        |notional_min, maker_fee_ppm| FeeTier { notional_min: AmountMinor(notional_min), maker_fee_ppm, taker_fee_ppm: 100 };
    let tiers = vec![tier(0, 0), tier(5_000, -20)];
    let fees = |account, tiers| SetFeeSchedule { actor, account, currency: CurrencyId(1), tiers, reason: "new desk".into() };
    fixture.append(&Command::SetFeeSchedule(fees(account, tiers)));
    fixture.append(&Command::SetFeeSchedule(fees(AccountId(0), Vec::new())));
    let (scope, state) = (Scope::Account(account), TradingState::Halted);
    fixture.append(&Command::SetTradingState { actor, scope, state, flatten: false, reason: "too fast".into() });
    let batch = fixture.next(&mut fixture.open(7).unwrap(), 1000).unwrap();
    let row = |name| column(&batch, "risk_events", name);
    assert_eq!(row("kind"), ["2", "2", "3", "6", "6", "1"]);
    assert_eq!(row("user_id"), ["3"; 6]);
    assert_eq!(row("key_id"), ["8"; 6]);
    assert_eq!(row("scope"), ["5", "5", "2", "2", "1", "2"]);
    assert_eq!(row("scope_id"), ["8", "8", "0", "0", "0", "0"]);
    assert_eq!(row("account_id"), ["0", "0", "1001", "1001", "0", "1001"]);
    assert_eq!(row("is_set"), ["t", "f", "f", "t", "f", "f"]);
    assert_eq!(row("limit_value"), ["5", "0", "0", "0", "0", "0"]);
    assert_eq!(row("currency_id"), ["0", "0", "0", "1", "1", "0"]);
    assert_eq!(row("instrument_id"), ["7", "7", "0", "0", "0", "0"]);
    assert_eq!(row("self_trade_group"), ["0", "0", "4", "0", "0", "0"]);
    assert_eq!(row("account_kind"), ["0", "0", "1", "0", "0", "0"]);
    assert_eq!(row("position_mode"), ["0", "0", "1", "0", "0", "0"]);
    assert_eq!(row("state"), ["0", "0", "0", "0", "0", "2"]);
    assert_eq!(row("canceled_count"), ["0", "0", "0", "0", "0", "1"]);
    assert_eq!(row("fee_tiers"), ["", "", "", "0:0:100 5000:-20:100", "", ""]);
    assert_eq!(row("reason"), ["review", "review", "one desk", "new desk", "new desk", "too fast"]);
    for (name, value) in [("scope", "5"), ("scope_account_id", "0"), ("scope_id", "8")] {
        assert_eq!(column(&batch, "refusals", name), [value], "{name}");
    }
}

#[test]
fn each_leg_of_a_hedging_account_is_a_row() {
    let mut fixture = Fixture::new("legs");
    fixture.fill();
    let (actor, account) = (Actor::default(), AccountId(1002));
    fixture.append(&Command::OpenAccount { account, name: "HEDGE".into() });
    let (kind, position_mode) = (AccountKind::Standard, PositionMode::Hedging);
    fixture.append(&Command::ConfigureAccount { actor, account, kind, reason: "two legs".into(), position_mode });
    let (currency, amount) = (CurrencyId(1), AmountMinor(1_000_000_000_000));
    fixture.append(&Command::Deposit { actor, account, currency, amount, reference: None, reason: String::new() });
    for (name, side, qty, price) in [("long", Side::Buy, 1, 1000), ("short", Side::Sell, 2, 999)] {
        let Command::NewOrder(order) = order_of(name, OrderTerms::limit(side, QtyLots(qty), PriceTicks(price))) else {
            unreachable!("it makes an order")
        };
        fixture.append(&Command::NewOrder(NewOrder { account, ..order }));
    }
    let batch = fixture.next(&mut fixture.open(8).unwrap(), 1000).unwrap();
    let row = |name| column(&batch, "positions", name);
    assert_eq!((row("account_id"), row("leg"), row("qty_lots")), (vec!["1002"; 2], vec!["2", "3"], vec!["1", "-2"]));
    assert_eq!(column(&batch, "risk_events", "position_mode"), ["2"]);
}

#[test]
fn a_waiting_order_is_a_row_with_its_terms() {
    let mut fixture = Fixture::new("waiting");
    fixture.fill();
    let trigger = Trigger { price: PriceTicks(0), source: TriggerSource::Mid, trail: Trail::Bps(250) };
    let terms = OrderTerms {
        ord_type: OrdType::TrailingStop,
        time_in_force: TimeInForce::Gtd,
        price: PriceTicks(0),
        trigger,
        expire_ts: TsNs(START_NS * 2),
        reduce_only: true,
        self_trade_prevention: SelfTradePrevention::CancelBoth,
        strategy: StrategyId(9),
        ..OrderTerms::limit(Side::Sell, QtyLots(2), PriceTicks(0))
    };
    fixture.append(&order_of("trailing", terms));
    let batch = fixture.next(&mut fixture.open(7).unwrap(), 1000).unwrap();
    for table in ["orders", "executions"] {
        for (name, value) in [
            ("ord_status", "7"),
            ("ord_type", "5"),
            ("time_in_force", "6"),
            ("trigger_source", "4"),
            ("trail_ticks", "0"),
            ("trail_bps", "250"),
            ("expire_ts_ns", "3446201290246913578"),
            ("reduce_only", "t"),
            ("self_trade_prevention", "4"),
            ("strategy", "9"),
            ("working", "f"),
            ("list_id", "0"),
            ("refusal_code", "0"),
        ] {
            assert_eq!(column(&batch, table, name), [value], "{table} {name}");
        }
    }
}

#[test]
fn a_reader_goes_on_where_the_database_stands_and_gives_the_same_rows() {
    let mut fixture = Fixture::new("resume");
    fixture.fill();
    let mut whole = fixture.open(0).unwrap();
    let mut batches = Vec::new();
    while let Some(batch) = fixture.next(&mut whole, 1) {
        batches.push(batch);
    }
    assert_eq!(batches.len(), 7);
    for (index, expected) in batches.iter().enumerate() {
        let batch = fixture.next(&mut fixture.open(index as u64).unwrap(), 1).unwrap();
        assert_eq!(batch, *expected);
    }
    assert!(fixture.next(&mut whole, 1).is_none());
    fixture.append(&order("later", 1));
    assert_eq!(fixture.next(&mut whole, 1).map(|batch| (batch.from_seq, batch.to_seq)), Some((7, 8)));
}

#[test]
fn a_reader_that_begins_at_a_snapshot_gives_the_same_rows() {
    let mut fixture = Fixture::new("snapshot");
    fixture.fill();
    let rows = |fixture: &Fixture, from_seq| {
        let batch = fixture.next(&mut fixture.open(from_seq).unwrap(), usize::MAX).unwrap();
        (batch.from_seq, batch.to_seq, batch.tables)
    };
    let without: Vec<_> = (0..fixture.seq).map(|from_seq| rows(&fixture, from_seq)).collect();
    let snapshots = Snapshots::new(fixture.folders.clone(), ENGINE_ID, Plan::default(), None, None);
    snapshots.make(4).unwrap();
    snapshots.make(6).unwrap();
    let with: Vec<_> = (0..fixture.seq).map(|from_seq| rows(&fixture, from_seq)).collect();
    assert_eq!(with, without);
    // Nothing else could have been read from here on.
    std::fs::rename(fixture.dir.join("000000000001.jwj"), fixture.dir.join("gone")).unwrap();
    assert!(fixture.open(3).is_err() && fixture.open(5).is_err());
}

#[test]
fn nothing_that_is_not_durable_is_given() {
    let mut fixture = Fixture::new("durable");
    fixture.fill();
    let mut projection = fixture.open(0).unwrap();
    assert_eq!(projection.next(4, 1000).unwrap().map(|batch| batch.to_seq), Some(4));
    assert!(projection.next(4, 1000).unwrap().is_none());
    assert_eq!(projection.next(7, 1000).unwrap().map(|batch| (batch.from_seq, batch.to_seq)), Some((4, 7)));
}

#[test]
fn a_database_that_is_ahead_of_the_journal_is_refused() {
    let mut fixture = Fixture::new("ahead");
    fixture.fill();
    let refusal = fixture.open(8).unwrap_err();
    assert!(refusal.starts_with("ENG_ERR_PROJECTION_AHEAD"), "{refusal}");
}

#[test]
fn a_folder_is_read_as_far_as_its_files_go_or_as_asked() {
    let mut fixture = Fixture::new("folder");
    fixture.fill();
    let folder = fixture.dir.to_str().unwrap().to_owned();
    let opened = open(Some(folder.clone()), None, 3, false).unwrap();
    assert_eq!(opened.engine_id.len(), 32);
    assert_eq!(opened.ts_ns, (START_NS + 3_000_000_000).to_string());
    let covered = |packed: Option<Packed>| {
        packed
            .map(|packed| serde_json::from_str::<serde_json::Value>(&packed.header).unwrap())
            .map(|batch| (batch["fromSeq"].as_u64(), batch["toSeq"].as_u64(), batch["firstTsNs"].as_str().unwrap().to_owned()))
    };
    let at = |seq: u64| (START_NS + seq * 1_000_000_000).to_string();
    assert_eq!(covered(next(opened.id, 1000, Some(5)).unwrap()), Some((Some(3), Some(5), at(4))));
    assert_eq!(covered(next(opened.id, 1000, Some(5)).unwrap()), None);
    assert_eq!(covered(next(opened.id, 1000, None).unwrap()), Some((Some(5), Some(7), at(6))));
    assert_eq!(covered(next(opened.id, 1000, None).unwrap()), None);
    close(opened.id);
    let refusal = open(Some(folder.clone()), None, 8, false).unwrap_err();
    assert!(refusal.contains("ENG_ERR_PROJECTION_AHEAD") && refusal.contains("ends at 7"), "{refusal}");
    // Another process runs it; when that has ended it can be held.
    assert_eq!(hold(&folder), Ok(false));
    fixture.journal.close().unwrap();
    assert_eq!(hold(&folder), Ok(true));
    assert_eq!(hold(&folder), Ok(false));
}

#[test]
fn a_folder_whose_beginning_is_archived_is_read_with_its_archive() {
    let mut fixture = Fixture::new("archived");
    fixture.fill();
    for count in 0..160 {
        fixture.append(&order(&format!("order-{count}"), 1));
    }
    let folder = fixture.dir.to_str().unwrap().to_owned();
    let archive_dir = fixture.dir.join("archive");
    let archive = archive_dir.to_str().unwrap().to_owned();
    let rows = |archive: Option<String>, from_seq| {
        let opened = open(Some(folder.clone()), archive, from_seq, false)?;
        let batch = next(opened.id, 1000, None)?;
        close(opened.id);
        Ok::<_, String>((opened.engine_id, opened.ts_ns, batch))
    };
    let (from_beginning, from_snapshot) = (rows(None, 0).unwrap(), rows(None, 130).unwrap());
    Snapshots::new(fixture.folders.clone(), ENGINE_ID, Plan::default(), None, None).make(130).unwrap();
    let to = DirStorage::create(&archive_dir).unwrap();
    assert!(jware_journal::archive_segments(&*fixture.folders.storage(), &to, 130).unwrap() > 1);
    assert_eq!(rows(None, 130).unwrap(), from_snapshot);
    let refusal = rows(None, 0).unwrap_err();
    assert!(refusal.starts_with("JRN_ERR_NO_SUCH_SEQ"), "{refusal}");
    assert_eq!(rows(Some(archive), 0).unwrap(), from_beginning);
}

#[test]
fn a_batch_ends_early_where_rows_are_many() {
    let mut fixture = Fixture::new("early");
    fixture.fill();
    let trade = |id| {
        update(MarketFact::Trade { price: PriceTicks(1000), qty: QtyLots(1), aggressor: Side::Sell, venue_trade_id: TradeId(id) })
    };
    for _ in 0..30 {
        fixture.append(&Command::Market((0..1000).map(trade).collect()));
    }
    let mut projection = fixture.open(0).unwrap();
    let mut row_count = 0;
    while let Some(batch) = fixture.next(&mut projection, 1000) {
        assert!(batch.row_count < ROWS_MAX + 1100, "{}", batch.row_count);
        row_count += column(&batch, "ticks", "seq").len();
    }
    assert_eq!(row_count, 30_001);
}
