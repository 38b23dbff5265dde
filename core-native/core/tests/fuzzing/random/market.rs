//! Facts of a market.

use jware_core::command::{BookState, Command, MarketFact, MarketUpdate};
use jware_core::units::{QtyLots, TradeId, TsNs};

use super::Maker;

impl Maker<'_> {
    pub fn market(&mut self) -> Command {
        let count = 1 + self.chance.below(6);
        let mut instrument = self.instrument();
        let updates = (0..count)
            .map(|_| {
                if self.chance.one_in(4) {
                    instrument = self.instrument();
                }
                let fact = match self.chance.below(60) {
                    0..32 => MarketFact::Level { side: self.side(), price: self.price(), qty: QtyLots(self.number(0, 30)) },
                    32..54 => MarketFact::Trade {
                        price: self.price(),
                        qty: self.qty(),
                        aggressor: self.side(),
                        venue_trade_id: TradeId(self.chance.next()),
                    },
                    54 => MarketFact::Reset,
                    55 => MarketFact::State(self.chance.pick(&[BookState::Stale, BookState::Resyncing])),
                    _ => MarketFact::State(BookState::Synced),
                };
                let ts_event = TsNs(if self.chance.one_in(60) { self.chance.next() } else { self.now });
                MarketUpdate { instrument, ts_event, fact }
            })
            .collect();
        Command::Market(updates)
    }
}
