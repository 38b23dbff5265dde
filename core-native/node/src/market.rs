//! Outside facts from the feed: packed records in, one command out. Layout: `core-native/src/market-batch.ts`.
// HOT: one call per venue message.

use jware_core::command::{BookState, Command, MarketFact, MarketUpdate};
use jware_core::order::Side;
use jware_core::units::{InstrumentId, PriceTicks, QtyLots, TradeId, TsNs};

use crate::hub::{Hub, State};

/// Bytes of one fact.
pub const FACT_BYTES: usize = 40;

/// Reads the records of a batch.
///
/// Errors: a length that is no whole number of records, an unknown kind, side or state: the caller's mistake.
pub fn read_facts(bytes: &[u8]) -> Result<Vec<MarketUpdate>, String> {
    if !bytes.len().is_multiple_of(FACT_BYTES) {
        return Err(format!("a market batch is a multiple of {FACT_BYTES} bytes, this one has {}", bytes.len()));
    }
    bytes.chunks_exact(FACT_BYTES).map(read_fact).collect()
}

fn read_fact(record: &[u8]) -> Result<MarketUpdate, String> {
    let u64_at = |at: usize| u64::from_le_bytes(record[at..at + 8].try_into().expect("eight bytes"));
    let i64_at = |at: usize| u64_at(at).cast_signed();
    let instrument = InstrumentId(u32::from_le_bytes(record[4..8].try_into().expect("four bytes")));
    let (price, qty) = (PriceTicks(i64_at(8)), QtyLots(i64_at(16)));
    let side = || match record[1] {
        1 => Ok(Side::Buy),
        2 => Ok(Side::Sell),
        other => Err(format!("a fact has side {other}")),
    };
    let fact = match record[0] {
        1 => MarketFact::Level { side: side()?, price, qty },
        2 => MarketFact::Trade { price, qty, aggressor: side()?, venue_trade_id: TradeId(u64_at(32)) },
        3 => MarketFact::Reset,
        4 => MarketFact::State(match record[1] {
            1 => BookState::Synced,
            2 => BookState::Stale,
            3 => BookState::Resyncing,
            other => return Err(format!("a fact has book state {other}")),
        }),
        other => return Err(format!("a fact has kind {other}")),
    };
    Ok(MarketUpdate { instrument, ts_event: TsNs(u64_at(24)), fact })
}

impl Hub {
    /// Applies a batch of facts.
    pub fn market(&self, state: &mut State, updates: Vec<MarketUpdate>) {
        for update in &updates {
            let view = state.markets.get(update.instrument);
            view.ts_event = view.ts_event.max(update.ts_event);
        }
        let (seq, ts) = self.execute(state, &Command::Market(updates));
        self.route(state, None, seq, ts);
    }
}
