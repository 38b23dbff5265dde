//! Facts about the outside market, mostly of a book that is near 100 and seldom crossed.

use jware_core::command::{BookState, Command, MarketFact, MarketUpdate};
use jware_core::order::Side;
use jware_core::units::{PriceTicks, QtyLots, TradeId, TsNs};

use super::{Dice, Known};

impl Known {
    pub(super) fn facts(&self, dice: &mut Dice) -> Command {
        let mut instrument = self.instrument(dice);
        let count = dice.below(4) + 1;
        let mut updates = Vec::new();
        for _ in 0..count {
            if dice.in_1000(150) {
                instrument = self.instrument(dice);
            }
            updates.push(MarketUpdate { instrument, ts_event: TsNs(self.now), fact: self.fact(dice) });
        }
        Command::Market(updates)
    }

    fn fact(&self, dice: &mut Dice) -> MarketFact {
        let edge = dice.in_1000(10);
        match dice.below(1_000) {
            0..560 => {
                let side = dice.of(&[Side::Buy, Side::Sell]);
                let usual = if side == Side::Buy { dice.within(95, 100) } else { dice.within(100, 105) };
                let price = if edge {
                    dice.edge()
                } else if dice.in_1000(150) {
                    self.price(dice)
                } else {
                    usual
                };
                let qty = if edge {
                    dice.edge()
                } else if dice.in_1000(300) {
                    0
                } else {
                    self.qty(dice)
                };
                MarketFact::Level { side, price: PriceTicks(price), qty: QtyLots(qty) }
            }
            560..930 => MarketFact::Trade {
                price: PriceTicks(if edge { dice.edge() } else { self.price(dice) }),
                qty: QtyLots(if edge { dice.edge() } else { self.qty(dice) }),
                aggressor: dice.of(&[Side::Buy, Side::Sell]),
                venue_trade_id: TradeId(5),
            },
            930..945 => MarketFact::Reset,
            _ => MarketFact::State(dice.weighted(&[(8, BookState::Synced), (1, BookState::Stale), (1, BookState::Resyncing)])),
        }
    }
}
