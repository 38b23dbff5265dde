//! The forms that a batch's rows have.

use jware_core::command::{Actor, Command, MarketFact, Scope, TradingState};
use jware_core::order::Side;
use jware_core::units::{AccountId, PriceTicks, QtyLots, TradeId};

use super::{ENGINE_ID, Fixture, column, items, order, update};
use crate::projection::{Batch, COLUMNS, Packed, Projection, ROWS_MAX, TableRows, pack};

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
