//! Over a real journal in a folder of its own.

mod content;
mod forms;
mod reader;

use jware_core::CORE_VERSION;
use jware_core::command::{Actor, Command, MarketFact, MarketUpdate, NewOrder};
use jware_core::instrument::{CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::order::{ClOrdId, OrderTerms, Side};
use jware_core::paper::PaperRules;
use jware_core::record::RecordEncoder;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, PriceTicks, QtyLots, TradeId, TsNs};
use jware_journal::{Callbacks, Journal, Options};
use jware_replica::KIND_COMMAND;
use std::path::PathBuf;

use super::{Batch, COLUMNS, Folders, Projection};

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
