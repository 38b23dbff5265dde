//! Public frames: instruments, books, quotes, trades, bars.

// HOT: `book_delta`, `quote` and `trades` run for every batch of ticks. No allocation, no formatting.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use jware_core::bar::{Bar, BarInterval};
use jware_core::command::BookState;
use jware_core::instrument::{CollarReference, InstrumentDefinition};
use jware_core::order::Side;
use jware_core::units::{InstrumentId, PriceTicks, QtyLots, TradeId, TsNs};

use super::{Encoder, text};
use crate::generated::{self as wire, ServerBody};

/// Which book a snapshot or delta is of, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookHead {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Dense per instrument over snapshots and deltas.
    pub seq: u64,
    /// Health of the book.
    pub state: BookState,
    /// The venue's time.
    pub ts_event: TsNs,
    /// Ours.
    pub ts_recv: TsNs,
}

/// Best bid and ask and the day's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteRow {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Sequence of the book it is of.
    pub seq: u64,
    /// The venue's time.
    pub ts_event: TsNs,
    /// Ours.
    pub ts_recv: TsNs,
    /// Best bid, or none.
    pub bid: Option<(PriceTicks, QtyLots)>,
    /// Best ask, or none.
    pub ask: Option<(PriceTicks, QtyLots)>,
    /// Health of the book.
    pub state: BookState,
    /// Price of the last trade; 0 before the first.
    pub last: PriceTicks,
    /// What a change is measured from: the previous day's close or the first price known.
    pub reference: PriceTicks,
    /// Volume of the current UTC day.
    pub day_volume: QtyLots,
}

/// One trade of the tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeRow {
    /// The venue's time, or ours for our own.
    pub ts_event: TsNs,
    /// The venue's id, or ours for our own.
    pub trade_id: TradeId,
    /// Price.
    pub price: PriceTicks,
    /// Size.
    pub qty: QtyLots,
    /// Side of the order that took.
    pub aggressor: Side,
}

impl Encoder {
    /// `InstrumentList`: each definition with the code and decimals of its quote currency.
    pub fn instrument_list<'i>(
        &mut self,
        instruments: impl IntoIterator<Item = (&'i InstrumentDefinition, &'i str, u8)>,
    ) -> &[u8] {
        let builder = self.begin();
        let list: Vec<_> = instruments
            .into_iter()
            .map(|(definition, quote_code, decimals)| instrument_definition(builder, definition, quote_code, decimals))
            .collect();
        let args = wire::InstrumentListArgs { instruments: Some(builder.create_vector(&list)) };
        let body = wire::InstrumentList::create(builder, &args).as_union_value();
        self.finish(ServerBody::InstrumentList, body)
    }

    /// `BookSnapshot`: all displayed levels, best first.
    pub fn book_snapshot(&mut self, head: &BookHead, bids: &[(PriceTicks, QtyLots)], asks: &[(PriceTicks, QtyLots)]) -> &[u8] {
        self.book(ServerBody::BookSnapshot, head, bids, asks)
    }

    /// `BookDelta`: the levels that changed with their new totals, 0 = gone.
    pub fn book_delta(&mut self, head: &BookHead, bids: &[(PriceTicks, QtyLots)], asks: &[(PriceTicks, QtyLots)]) -> &[u8] {
        self.book(ServerBody::BookDelta, head, bids, asks)
    }

    /// The schema gives the two the same fields in the same slots.
    fn book(
        &mut self,
        body: ServerBody,
        head: &BookHead,
        bids: &[(PriceTicks, QtyLots)],
        asks: &[(PriceTicks, QtyLots)],
    ) -> &[u8] {
        type Slots = wire::BookDelta<'static>;
        let frame = &mut self.frame;
        let mut table = frame.begin(body, Slots::VT_ASKS + 2);
        table.u64(Slots::VT_SEQ, head.seq);
        table.u64(Slots::VT_TS_EVENT_NS, head.ts_event.0);
        table.u64(Slots::VT_TS_RECV_NS, head.ts_recv.0);
        table.u32(Slots::VT_INSTRUMENT, head.instrument.0);
        let bids_at = table.reference(Slots::VT_BIDS, true);
        let asks_at = table.reference(Slots::VT_ASKS, true);
        table.u8(Slots::VT_STATE, head.state as u8);
        frame.end(&mut table);
        frame.structs(bids_at, bids.iter().map(|&row| level(row)));
        frame.structs(asks_at, asks.iter().map(|&row| level(row)));
        frame.finish()
    }

    /// Quote. An empty side is sent as quantity 0.
    pub fn quote(&mut self, quote: &QuoteRow) -> &[u8] {
        type Slots = wire::Quote<'static>;
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::Quote, Slots::VT_DAY_VOLUME_LOTS + 2);
        table.u64(Slots::VT_SEQ, quote.seq);
        table.u64(Slots::VT_TS_EVENT_NS, quote.ts_event.0);
        table.u64(Slots::VT_TS_RECV_NS, quote.ts_recv.0);
        table.fixed(Slots::VT_BID, level(quote.bid.unwrap_or_default()));
        table.fixed(Slots::VT_ASK, level(quote.ask.unwrap_or_default()));
        table.i64(Slots::VT_LAST_TICKS, quote.last.0);
        table.i64(Slots::VT_REFERENCE_TICKS, quote.reference.0);
        table.i64(Slots::VT_DAY_VOLUME_LOTS, quote.day_volume.0);
        table.u32(Slots::VT_INSTRUMENT, quote.instrument.0);
        table.u8(Slots::VT_STATE, quote.state as u8);
        frame.end(&mut table);
        frame.finish()
    }

    /// Trades, oldest first.
    pub fn trades(&mut self, instrument: InstrumentId, seq: u64, ts_recv: TsNs, rows: &[TradeRow]) -> &[u8] {
        type Slots = wire::Trades<'static>;
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::Trades, Slots::VT_TRADES + 2);
        table.u64(Slots::VT_SEQ, seq);
        table.u64(Slots::VT_TS_RECV_NS, ts_recv.0);
        table.u32(Slots::VT_INSTRUMENT, instrument.0);
        let trades_at = table.reference(Slots::VT_TRADES, true);
        frame.end(&mut table);
        frame.structs(
            trades_at,
            rows.iter().map(|row| {
                let side = wire::Side(row.aggressor as u8);
                wire::MarketTrade::new(row.ts_event.0, row.trade_id.0, row.price.0, row.qty.0, side).0
            }),
        );
        frame.finish()
    }

    /// `BarUpdate`.
    pub fn bar_update(&mut self, instrument: InstrumentId, interval: BarInterval, closed: bool, bar: &Bar) -> &[u8] {
        type Slots = wire::BarUpdate<'static>;
        let bar = wire::Bar::new(bar.open_ts.0, bar.open.0, bar.high.0, bar.low.0, bar.close.0, bar.volume.0, bar.trade_count);
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::BarUpdate, Slots::VT_BAR + 2);
        table.fixed(Slots::VT_BAR, bar.0);
        table.u32(Slots::VT_INSTRUMENT, instrument.0);
        table.u32(Slots::VT_INTERVAL_S, interval as u32);
        table.bool(Slots::VT_CLOSED, closed);
        frame.end(&mut table);
        frame.finish()
    }
}

fn level((price, qty): (PriceTicks, QtyLots)) -> [u8; 16] {
    wire::BookLevel::new(price.0, qty.0).0
}

fn instrument_definition(
    builder: &mut FlatBufferBuilder<'static>,
    definition: &InstrumentDefinition,
    quote_code: &str,
    currency_decimals: u8,
) -> WIPOffset<wire::InstrumentDefinition<'static>> {
    let args = wire::InstrumentDefinitionArgs {
        instrument: definition.instrument.0,
        symbol: text(builder, &definition.symbol),
        name: text(builder, &definition.name),
        asset_class: text(builder, &definition.asset_class),
        venue: wire::Venue(definition.venue as u8),
        base_currency: text(builder, &definition.base_currency),
        quote_currency: text(builder, quote_code),
        price_decimals: definition.price_decimals,
        tick_mantissa: definition.tick_mantissa,
        qty_decimals: definition.qty_decimals,
        lot_mantissa: definition.lot_mantissa,
        currency_decimals,
        tick_lot_minor: definition.tick_lot_minor,
        qty_lots_min: definition.qty_lots_min.0,
        qty_lots_max: definition.qty_lots_max.0,
        notional_minor_max: definition.notional_minor_max.0,
        collar_bps: definition.collar_bps,
        maker_fee_ppm: definition.maker_fee_ppm,
        taker_fee_ppm: definition.taker_fee_ppm,
        session_open_minute: definition.session.open_minute,
        session_close_minute: definition.session.close_minute,
        session_weekdays: definition.session.weekdays,
        collar_reference: match definition.collar.reference {
            CollarReference::Mark => wire::CollarReference::Mark,
            CollarReference::Last => wire::CollarReference::Last,
            CollarReference::Mid => wire::CollarReference::Mid,
        },
        collar_ticks: definition.collar.ticks,
        collar_window_bps: definition.collar.window_bps,
        collar_window_ns: definition.collar.window_ns,
        initial_margin_ppm: definition.margin.initial_ppm,
        maintenance_margin_ppm: definition.margin.maintenance_ppm,
    };
    wire::InstrumentDefinition::create(builder, &args)
}
