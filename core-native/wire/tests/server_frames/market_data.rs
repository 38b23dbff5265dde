//! Instruments, books, quotes, trades and bars.

use jware_core::bar::{Bar, BarInterval};
use jware_core::command::BookState;
use jware_core::instrument::{CollarReference, CollarRules, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::order::Side;
use jware_core::units::{AmountMinor, CurrencyId, PriceTicks, QtyLots, TradeId, TsNs};
use jware_wire::Encoder;
use jware_wire::encode::{BookHead, QuoteRow, TradeRow};
use jware_wire::generated::{self as wire};

use crate::{INSTRUMENT, TS, read};

#[test]
fn instruments() {
    let definition = InstrumentDefinition {
        instrument: INSTRUMENT,
        symbol: "BTCUSDT".to_owned(),
        name: "Bitcoin / Tether".to_owned(),
        asset_class: "crypto".to_owned(),
        venue: Venue::Paper,
        base_currency: "BTC".to_owned(),
        quote_currency: CurrencyId(2),
        price_decimals: 2,
        tick_mantissa: 1,
        qty_decimals: 5,
        lot_mantissa: 3,
        tick_lot_minor: 10,
        qty_lots_min: QtyLots(4),
        qty_lots_max: QtyLots(900_000),
        notional_minor_max: AmountMinor(i64::MAX),
        collar_bps: 500,
        maker_fee_ppm: -20,
        taker_fee_ppm: 350,
        session: TradingSession { open_minute: 870, close_minute: 1_260, weekdays: 0b001_1111 },
        collar: CollarRules { reference: CollarReference::Last, ticks: 31, window_bps: 32, window_ns: 33 },
        margin: MarginRules { initial_ppm: 34, maintenance_ppm: 35 },
        mark_stale_ns: 0,
        paper: jware_core::paper::PaperRules::default(),
    };
    let mut encoder = Encoder::new();
    let frame = read(encoder.instrument_list([(&definition, "USDT", 8)]));
    let list = frame.body_as_instrument_list().expect("an InstrumentList").instruments().expect("instruments");
    assert_eq!(list.len(), 1);
    let read = list.get(0);
    assert_eq!((read.instrument(), read.symbol(), read.name()), (101, Some("BTCUSDT"), Some("Bitcoin / Tether")));
    assert_eq!((read.asset_class(), read.venue()), (Some("crypto"), wire::Venue::Paper));
    assert_eq!((read.base_currency(), read.quote_currency()), (Some("BTC"), Some("USDT")));
    assert_eq!((read.price_decimals(), read.tick_mantissa()), (2, 1));
    assert_eq!((read.qty_decimals(), read.lot_mantissa()), (5, 3));
    assert_eq!((read.currency_decimals(), read.tick_lot_minor()), (8, 10));
    assert_eq!((read.qty_lots_min(), read.qty_lots_max()), (4, 900_000));
    assert_eq!((read.notional_minor_max(), read.collar_bps()), (i64::MAX, 500));
    assert_eq!((read.maker_fee_ppm(), read.taker_fee_ppm()), (-20, 350));
    assert_eq!((read.session_open_minute(), read.session_close_minute(), read.session_weekdays()), (870, 1_260, 31));
    assert_eq!((read.collar_reference(), read.collar_ticks()), (wire::CollarReference::Last, 31));
    assert_eq!((read.collar_window_bps(), read.collar_window_ns()), (32, 33));
    assert_eq!((read.initial_margin_ppm(), read.maintenance_margin_ppm()), (34, 35));
}

#[test]
fn books() {
    let mut encoder = Encoder::new();
    let head = BookHead { instrument: INSTRUMENT, seq: 6, state: BookState::Resyncing, ts_event: TsNs(1), ts_recv: TsNs(2) };
    let bids = [(PriceTicks(100), QtyLots(5)), (PriceTicks(99), QtyLots(i64::MAX))];
    let asks = [(PriceTicks(101), QtyLots(0))];

    let frame = read(encoder.book_snapshot(&head, &bids, &asks));
    let book = frame.body_as_book_snapshot().expect("a BookSnapshot");
    assert_eq!((book.instrument(), book.seq(), book.state()), (101, 6, wire::BookState::Resyncing));
    assert_eq!((book.ts_event_ns(), book.ts_recv_ns()), (1, 2));
    assert_eq!(pairs(book.bids()), [(100, 5), (99, i64::MAX)]);
    assert_eq!(pairs(book.asks()), [(101, 0)]);

    let frame = read(encoder.book_delta(&head, &bids, &[]));
    let delta = frame.body_as_book_delta().expect("a BookDelta");
    assert_eq!((delta.instrument(), delta.seq(), delta.state()), (101, 6, wire::BookState::Resyncing));
    assert_eq!((delta.ts_event_ns(), delta.ts_recv_ns()), (1, 2));
    assert_eq!(pairs(delta.bids()), [(100, 5), (99, i64::MAX)]);
    assert_eq!(pairs(delta.asks()), []);

    // Far more levels than the encoder has room for at first, then a small frame in the grown buffer.
    let deep: Vec<_> = (1..=20_000).map(|price| (PriceTicks(price), QtyLots(price * 2))).collect();
    let frame = read(encoder.book_snapshot(&head, &deep, &deep));
    let book = frame.body_as_book_snapshot().expect("a BookSnapshot");
    assert_eq!(pairs(book.asks())[19_999], (20_000, 40_000));
    let frame = read(encoder.book_delta(&head, &[], &asks));
    assert_eq!(pairs(frame.body_as_book_delta().expect("a BookDelta").bids()), []);
}

fn pairs(levels: Option<flatbuffers::Vector<'_, wire::BookLevel>>) -> Vec<(i64, i64)> {
    levels.expect("a list").iter().map(|level| (level.price_ticks(), level.qty_lots())).collect()
}

#[test]
fn quotes_trades_and_bars() {
    let mut encoder = Encoder::new();
    let quote = QuoteRow {
        instrument: INSTRUMENT,
        seq: 3,
        ts_event: TsNs(4),
        ts_recv: TsNs(5),
        bid: Some((PriceTicks(6), QtyLots(7))),
        ask: None,
        state: BookState::Synced,
        last: PriceTicks(8),
        reference: PriceTicks(9),
        day_volume: QtyLots(10),
    };
    let frame = read(encoder.quote(&quote));
    let read_quote = frame.body_as_quote().expect("a Quote");
    assert_eq!((read_quote.instrument(), read_quote.seq(), read_quote.state()), (101, 3, wire::BookState::Synced));
    assert_eq!((read_quote.ts_event_ns(), read_quote.ts_recv_ns()), (4, 5));
    let bid = read_quote.bid().expect("a bid");
    assert_eq!((bid.price_ticks(), bid.qty_lots()), (6, 7));
    assert_eq!(read_quote.ask().expect("an ask").qty_lots(), 0, "an empty side has quantity 0");
    assert_eq!((read_quote.last_ticks(), read_quote.reference_ticks(), read_quote.day_volume_lots()), (8, 9, 10));

    let rows = [
        TradeRow { ts_event: TsNs(1), trade_id: TradeId(2), price: PriceTicks(3), qty: QtyLots(4), aggressor: Side::Sell },
        TradeRow { ts_event: TsNs(5), trade_id: TradeId(6), price: PriceTicks(7), qty: QtyLots(8), aggressor: Side::Buy },
    ];
    let frame = read(encoder.trades(INSTRUMENT, 9, TS, &rows));
    let trades = frame.body_as_trades().expect("Trades");
    assert_eq!((trades.instrument(), trades.seq(), trades.ts_recv_ns()), (101, 9, TS.0));
    let list: Vec<_> = trades
        .trades()
        .expect("a list")
        .iter()
        .map(|row| (row.ts_event_ns(), row.trade_id(), row.price_ticks(), row.qty_lots(), row.aggressor()))
        .collect();
    assert_eq!(list, [(1, 2, 3, 4, wire::Side::Sell), (5, 6, 7, 8, wire::Side::Buy)]);

    let bar = Bar {
        open_ts: TsNs(60),
        open: PriceTicks(1),
        high: PriceTicks(4),
        low: PriceTicks(-2),
        close: PriceTicks(3),
        volume: QtyLots(5),
        trade_count: 6,
    };
    let frame = read(encoder.bar_update(INSTRUMENT, BarInterval::M15, true, &bar));
    let update = frame.body_as_bar_update().expect("a BarUpdate");
    assert_eq!((update.instrument(), update.interval_s(), update.closed()), (101, 900, true));
    let read_bar = update.bar().expect("a bar");
    assert_eq!((read_bar.open_ts_ns(), read_bar.trade_count()), (60, 6));
    assert_eq!((read_bar.open_ticks(), read_bar.high_ticks(), read_bar.low_ticks()), (1, 4, -2));
    assert_eq!((read_bar.close_ticks(), read_bar.volume_lots()), (3, 5));
}
