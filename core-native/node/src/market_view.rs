//! From the core's events to market frames: one delta, one quote, one list of trades per command and instrument.
//!
//! Invariant: `seq` of a book is dense over its deltas and snapshots, whoever listens; frames are encoded only for topics that
//! someone receives, once for all receivers.
// HOT: once per command that touches a book.

use jware_core::Core;
use jware_core::bar::{Bar, BarInterval};
use jware_core::command::BookState;
use jware_core::event::Event;
use jware_core::order::Side;
use jware_core::units::{InstrumentId, PriceTicks, QtyLots, TradeId, TsNs};
use jware_wire::encode::{BookHead, QuoteRow, TradeRow};
use rustc_hash::FxHashMap;

use crate::hub::State;
use crate::outbox::Route;
use crate::session::Topic;

/// A displayed level.
type Shown = (PriceTicks, QtyLots);
/// Best bid and best ask.
type Best = (Option<Shown>, Option<Shown>);

/// Levels that a snapshot shows per side.
pub const SNAPSHOT_LEVELS_MAX: usize = 1_000;

/// What subscribers of one instrument were told last.
#[derive(Debug)]
pub struct MarketView {
    /// Sequence of the book.
    pub seq: u64,
    /// The venue's time of the last fact.
    pub ts_event: TsNs,
    /// When it came.
    pub ts_recv: TsNs,
    snapshot_due: bool,
    touched: bool,
    state_changed: bool,
    bids: Vec<(PriceTicks, QtyLots)>,
    asks: Vec<(PriceTicks, QtyLots)>,
    trades: Vec<TradeRow>,
    best_told: Best,
}

impl MarketView {
    fn new() -> Self {
        Self {
            seq: 0,
            ts_event: TsNs(0),
            ts_recv: TsNs(0),
            snapshot_due: false,
            touched: false,
            state_changed: false,
            bids: Vec::new(),
            asks: Vec::new(),
            trades: Vec::new(),
            best_told: (None, None),
        }
    }
}

/// All instruments' views.
#[derive(Debug, Default)]
pub struct MarketViews {
    by_instrument: FxHashMap<InstrumentId, MarketView>,
    touched: Vec<InstrumentId>,
}

impl MarketViews {
    /// Views of everything that a core has.
    pub fn of(core: &Core) -> Self {
        let mut views = Self::default();
        for instrument in core.instruments() {
            views.by_instrument.insert(instrument.definition.instrument, MarketView::new());
        }
        views
    }

    /// An instrument's view.
    pub fn get(&mut self, instrument: InstrumentId) -> &mut MarketView {
        self.by_instrument.entry(instrument).or_insert_with(MarketView::new)
    }

    fn touch(&mut self, instrument: InstrumentId) -> &mut MarketView {
        let view = self.by_instrument.entry(instrument).or_insert_with(MarketView::new);
        if !view.touched {
            view.touched = true;
            self.touched.push(instrument);
        }
        view
    }

    /// Takes the market part of a command's events in. Bars that closed are published at once, the rest by [`publish`].
    pub fn collect(&mut self, event: &Event) {
        match *event {
            Event::Level { instrument, side, price, qty } => {
                let view = self.touch(instrument);
                match side {
                    Side::Buy => view.bids.push((price, qty)),
                    Side::Sell => view.asks.push((price, qty)),
                }
            }
            Event::Trade { instrument, ts_event, price, qty, aggressor, trade_id, .. } => {
                let view = self.touch(instrument);
                view.ts_event = view.ts_event.max(ts_event);
                view.trades.push(TradeRow { ts_event, trade_id: TradeId(trade_id.0), price, qty, aggressor });
            }
            Event::BookState { instrument, .. } => self.touch(instrument).state_changed = true,
            Event::BookReset { instrument } => self.touch(instrument).snapshot_due = true,
            _ => {}
        }
    }
}

/// Publishes what the current command changed, to every outbox with subscribers.
pub fn publish(state: &mut State, ts: TsNs, gate: u64) {
    let touched = std::mem::take(&mut state.markets.touched);
    for &instrument in &touched {
        publish_instrument(state, instrument, ts, gate);
    }
    state.markets.touched = touched;
    state.markets.touched.clear();
}

fn publish_instrument(state: &mut State, id: InstrumentId, ts: TsNs, gate: u64) {
    let Some(instrument) = state.core.instrument(id) else { return };
    let book_state = instrument.state;
    let best = (best_level(instrument, Side::Buy), best_level(instrument, Side::Sell));
    let mut view = state.markets.by_instrument.remove(&id).unwrap_or_else(MarketView::new);
    view.touched = false;
    view.ts_recv = ts;
    let book_changed = !view.bids.is_empty() || !view.asks.is_empty() || view.state_changed || view.snapshot_due;
    let traded = !view.trades.is_empty();
    if book_changed {
        view.seq += 1;
        let topic = Topic::book(id);
        let whole = view.snapshot_due && book_state == BookState::Synced;
        if state.topic_counts.contains_key(&topic) {
            let head = BookHead { instrument: id, seq: view.seq, state: book_state, ts_event: view.ts_event, ts_recv: ts };
            // While a book is being rebuilt only its state is told; the snapshot follows when it is whole.
            let frame = if whole {
                let instrument = state.core.instrument(id).expect("found above");
                let (bids, asks) = (levels(instrument, Side::Buy), levels(instrument, Side::Sell));
                state.encoder.book_snapshot(&head, &bids, &asks)
            } else if view.snapshot_due {
                state.encoder.book_delta(&head, &[], &[])
            } else {
                state.encoder.book_delta(&head, &view.bids, &view.asks)
            };
            push_topic(&mut state.outboxes, &state.topic_counts, topic, gate, frame);
            state.metrics.market_frames += 1;
        }
        view.snapshot_due &= !whole;
    }
    if traded && state.topic_counts.contains_key(&Topic::trades(id)) {
        let frame = state.encoder.trades(id, view.seq, ts, &view.trades);
        push_topic(&mut state.outboxes, &state.topic_counts, Topic::trades(id), gate, frame);
        state.metrics.market_frames += 1;
    }
    if traded {
        publish_growing_bars(state, id, gate);
    }
    let quote_due = best != view.best_told || traded || view.state_changed;
    if quote_due && state.topic_counts.contains_key(&Topic::quote(id)) {
        let row = quote_row(&state.core, id, &view, best);
        let frame = state.encoder.quote(&row);
        push_topic(&mut state.outboxes, &state.topic_counts, Topic::quote(id), gate, frame);
        state.metrics.market_frames += 1;
    }
    view.best_told = best;
    view.state_changed = false;
    view.bids.clear();
    view.asks.clear();
    view.trades.clear();
    state.markets.by_instrument.insert(id, view);
}

/// Publishes the bars that trades have changed, as they are now.
fn publish_growing_bars(state: &mut State, id: InstrumentId, gate: u64) {
    for interval in BarInterval::ALL {
        let current = state.core.instrument(id).and_then(|instrument| instrument.bars.series(interval).current().copied());
        if let Some(bar) = current {
            publish_bar(state, id, interval, &bar, false, gate);
        }
    }
}

/// Publishes one bar to those who receive its interval.
pub fn publish_bar(state: &mut State, instrument: InstrumentId, interval: BarInterval, bar: &Bar, closed: bool, gate: u64) {
    let index = BarInterval::ALL.iter().position(|&other| other == interval).expect("ALL has every interval");
    let topic = Topic::bars(instrument, index);
    if state.topic_counts.contains_key(&topic) {
        let frame = state.encoder.bar_update(instrument, interval, closed, bar);
        push_topic(&mut state.outboxes, &state.topic_counts, topic, gate, frame);
        state.metrics.market_frames += 1;
    }
}

/// Pushes a book snapshot to one session, as the start of its subscription or after it fell behind.
pub fn push_snapshot(state: &mut State, session: u32, outbox: usize, id: InstrumentId, gate: u64) {
    let Some(instrument) = state.core.instrument(id) else { return };
    let view = state.markets.get(id);
    let head =
        BookHead { instrument: id, seq: view.seq, state: instrument.state, ts_event: view.ts_event, ts_recv: view.ts_recv };
    let (bids, asks) = (levels(instrument, Side::Buy), levels(instrument, Side::Sell));
    let frame = state.encoder.book_snapshot(&head, &bids, &asks);
    if let Some(Some(outbox)) = state.outboxes.get_mut(outbox) {
        outbox.push(gate, Route::Session, session, 0, frame);
    }
}

/// Pushes the current quote to one session.
pub fn push_quote(state: &mut State, session: u32, outbox: usize, id: InstrumentId, gate: u64) {
    let Some(instrument) = state.core.instrument(id) else { return };
    let best = (best_level(instrument, Side::Buy), best_level(instrument, Side::Sell));
    state.markets.get(id);
    let row = quote_row(&state.core, id, &state.markets.by_instrument[&id], best);
    let frame = state.encoder.quote(&row);
    if let Some(Some(outbox)) = state.outboxes.get_mut(outbox) {
        outbox.push(gate, Route::Session, session, 0, frame);
    }
}

fn quote_row(core: &Core, id: InstrumentId, view: &MarketView, best: Best) -> QuoteRow {
    let instrument = core.instrument(id).expect("a view is of a known instrument");
    let days = instrument.bars.series(BarInterval::D1);
    let reference =
        days.closed().next_back().map_or_else(|| days.current().map_or(PriceTicks(0), |bar| bar.open), |bar| bar.close);
    QuoteRow {
        instrument: id,
        seq: view.seq,
        ts_event: view.ts_event,
        ts_recv: view.ts_recv,
        bid: best.0,
        ask: best.1,
        state: instrument.state,
        last: instrument.last_price,
        reference,
        day_volume: days.current().map_or(QtyLots(0), |bar| bar.volume),
    }
}

fn best_level(instrument: &jware_core::Instrument, side: Side) -> Option<(PriceTicks, QtyLots)> {
    let price = instrument.book.best(side)?;
    Some((price, QtyLots(instrument.book.total(side, price))))
}

fn levels(instrument: &jware_core::Instrument, side: Side) -> Vec<(PriceTicks, QtyLots)> {
    instrument.book.depth(side, SNAPSHOT_LEVELS_MAX).into_iter().map(|(price, qty)| (price, QtyLots(qty))).collect()
}

fn push_topic(
    outboxes: &mut [Option<crate::outbox::Outbox>],
    counts: &FxHashMap<Topic, Vec<u32>>,
    topic: Topic,
    gate: u64,
    frame: &[u8],
) {
    let Some(by_outbox) = counts.get(&topic) else { return };
    for (outbox, &count) in outboxes.iter_mut().zip(by_outbox) {
        if count > 0
            && let Some(outbox) = outbox
        {
            outbox.push(gate, Route::Topic, topic.0, 0, frame);
        }
    }
}
