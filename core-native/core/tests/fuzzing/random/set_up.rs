//! What a stream begins with: currencies, instruments, accounts with money, and markets.

use jware_core::command::{AccountKind, Actor, BookState, Command, MarketFact, MarketUpdate, PositionMode};
use jware_core::instrument::{
    CollarReference, CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue,
};
use jware_core::limits::{NOTIONAL_MINOR_MAX, UNITS_MAX};
use jware_core::order::Side;
use jware_core::paper::{LatencyRow, LatencyRules, PaperRules, QueueModel};
use jware_core::units::{AmountMinor, CurrencyId, InstrumentId, PriceTicks, QtyLots, TsNs};

use super::{ACCOUNTS, Chance, INSTRUMENTS, SECOND, START_NS, Step};

pub fn set_up(chance: &mut Chance) -> Vec<Step> {
    let mut steps = vec![
        (START_NS, Command::DefineCurrency(CurrencyDefinition { code: "USD".to_owned(), decimals: 2 })),
        (0, Command::DefineCurrency(CurrencyDefinition { code: "EUR".to_owned(), decimals: 0 })),
    ];
    for (&instrument, venue) in INSTRUMENTS.iter().zip([Venue::Internal, Venue::Paper, Venue::Simulated]) {
        steps.push((0, Command::DefineInstrument(definition(chance, instrument, venue))));
    }
    for (index, &account) in ACCOUNTS.iter().enumerate() {
        steps.push((0, Command::OpenAccount { account, name: format!("A{index}") }));
        let kind = chance.pick(&[AccountKind::Standard, AccountKind::Standard, AccountKind::Cash, AccountKind::Margin]);
        let position_mode = chance.pick(&[PositionMode::Netting, PositionMode::Netting, PositionMode::Hedging]);
        let (actor, reason) = (Actor::default(), String::new());
        steps.push((0, Command::ConfigureAccount { actor, account, kind, reason, position_mode }));
        for currency in [CurrencyId(1), CurrencyId(2)] {
            let amount = AmountMinor(chance.pick(&[3_000, 50_000, 1_000_000, 1 << 50]));
            steps.push((
                0,
                Command::Deposit { actor: Actor::default(), account, currency, amount, reference: None, reason: String::new() },
            ));
        }
    }
    for instrument in [INSTRUMENTS[1], INSTRUMENTS[2]] {
        let mut updates = Vec::new();
        for step in 1..=4 {
            for (side, price) in [(Side::Buy, 100 - step), (Side::Sell, 100 + step)] {
                let fact = MarketFact::Level { side, price: PriceTicks(price), qty: QtyLots(chance.between(1, 30)) };
                updates.push(MarketUpdate { instrument, ts_event: TsNs(START_NS), fact });
            }
        }
        updates.push(MarketUpdate { instrument, ts_event: TsNs(START_NS), fact: MarketFact::State(BookState::Synced) });
        steps.push((0, Command::Market(updates)));
    }
    steps
}

fn definition(chance: &mut Chance, instrument: InstrumentId, venue: Venue) -> InstrumentDefinition {
    let vast = chance.one_in(10);
    InstrumentDefinition {
        instrument,
        symbol: format!("S{}", instrument.0),
        name: "An instrument".to_owned(),
        asset_class: "crypto".to_owned(),
        venue,
        base_currency: "BTC".to_owned(),
        quote_currency: CurrencyId(if instrument.0 == 3 { 2 } else { 1 }),
        price_decimals: 2,
        tick_mantissa: 1,
        qty_decimals: 0,
        lot_mantissa: 1,
        tick_lot_minor: chance.pick(&[1, 1, 3, 1_000]),
        qty_lots_min: QtyLots(chance.pick(&[1, 1, 2])),
        qty_lots_max: QtyLots(if vast { UNITS_MAX } else { 10_000 }),
        notional_minor_max: AmountMinor(if vast { NOTIONAL_MINOR_MAX } else { 5_000_000 }),
        collar_bps: chance.pick(&[500, 1_000, 5_000]),
        maker_fee_ppm: chance.pick(&[0, -100, 200]),
        taker_fee_ppm: chance.pick(&[100, 1_000, 100_000]),
        session: if chance.one_in(4) {
            TradingSession { open_minute: 8 * 60, close_minute: 17 * 60, weekdays: 0b001_1111 }
        } else {
            TradingSession::ROUND_THE_CLOCK
        },
        collar: if chance.one_in(2) {
            CollarRules::default()
        } else {
            CollarRules {
                reference: chance.pick(&[CollarReference::Mark, CollarReference::Last, CollarReference::Mid]),
                ticks: chance.pick(&[0, 3, 20]),
                window_bps: 300,
                window_ns: SECOND,
            }
        },
        margin: chance.pick(&[
            MarginRules::default(),
            MarginRules { initial_ppm: 200_000, maintenance_ppm: 100_000 },
            MarginRules { initial_ppm: 333_333, maintenance_ppm: 333_333 },
        ]),
        mark_stale_ns: 2_000_000_000,
        paper: if venue == Venue::Internal { PaperRules::default() } else { paper(chance) },
    }
}

fn paper(chance: &mut Chance) -> PaperRules {
    let queue = chance.pick(&[QueueModel::Conservative, QueueModel::Probabilistic { power: 2 }]);
    let row = |upper_ns, weight| LatencyRow { upper_ns, weight };
    let mut way = || if chance.one_in(2) { Vec::new() } else { vec![row(0, 1), row(5_000_000, 2), row(SECOND, 1)] };
    let (inbound, outbound) = (way(), way());
    PaperRules { queue, latency: LatencyRules { seed: chance.next(), inbound, outbound } }
}
