//! How a scene begins: currencies, instruments with limits and calendars of all kinds, money, a house.

use jware_core::command::{AccountKind, Actor, BookState, Command, MarketFact, MarketUpdate, PositionMode};
use jware_core::instrument::{
    CollarReference, CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue,
};
use jware_core::limits::UNITS_MAX;
use jware_core::order::Side;
use jware_core::paper::{LatencyRow, LatencyRules, PaperRules, QueueModel};
use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, PriceTicks, QtyLots, TsNs};

use super::{Dice, Mood};

pub const ACCOUNTS: [AccountId; 3] = [AccountId(1001), AccountId(16), AccountId(u32::MAX)];
pub const INSTRUMENTS: [InstrumentId; 3] = [InstrumentId(2), InstrumentId(1), InstrumentId(u32::MAX)];
pub const CURRENCIES: [CurrencyId; 2] = [CurrencyId(1), CurrencyId(2)];

/// References and bounds of other kinds than the middle by a part.
const COLLARS: [CollarRules; 3] = [
    CollarRules { reference: CollarReference::Last, ticks: 4, window_bps: 300, window_ns: 5_000_000 },
    CollarRules { reference: CollarReference::Mid, ticks: 0, window_bps: 250, window_ns: 1_000_003 },
    CollarRules { reference: CollarReference::Mark, ticks: 5, window_bps: 400, window_ns: 1 },
];

/// A moment near which sessions open, close, or a weekend begins.
pub(super) fn start(dice: &mut Dice) -> u64 {
    // A Wednesday in 2023.
    const DAY: u64 = 1_700_006_400 / 86_400;
    let (day, hour) = (DAY + dice.below(5), dice.of(&[7, 9, 12, 16, 20, 23]));
    ((day * 24 + hour) * 3_600) * 1_000_000_000 + dice.below(3_599_000_000_000)
}

pub(super) fn definition(index: usize, mood: Mood) -> InstrumentDefinition {
    let (venue, currency, tick_lot_minor, maker, taker) =
        [(Venue::Internal, 0, 1, -200, 1_000), (Venue::Paper, 0, 7, 300, 2_500), (Venue::Simulated, 1, 1, 0, 0)][index];
    InstrumentDefinition {
        instrument: INSTRUMENTS[index],
        symbol: format!("I{index}"),
        name: String::new(),
        asset_class: "crypto".to_owned(),
        venue,
        // Without a multiplier: a tick on a lot of 100 minor units is a hundredth.
        base_currency: if mood.whole { ["EUR", "BTC", "USD"][index] } else { "BTC" }.to_owned(),
        quote_currency: CURRENCIES[currency],
        price_decimals: if mood.whole { 2 } else { 0 },
        tick_mantissa: 1,
        qty_decimals: 0,
        lot_mantissa: 1,
        tick_lot_minor,
        qty_lots_min: QtyLots([1, 2, 1][index]),
        qty_lots_max: QtyLots([35, 1_000, UNITS_MAX][index]),
        notional_minor_max: AmountMinor([3_400, 1_000_000, 1 << 60][index]),
        collar_bps: [1_000, 2_000, 5_000][index],
        maker_fee_ppm: maker,
        taker_fee_ppm: taker,
        session: [
            TradingSession::ROUND_THE_CLOCK,
            TradingSession { open_minute: 22 * 60, close_minute: 21 * 60, weekdays: 0b100_1111 },
            TradingSession { open_minute: 9 * 60, close_minute: 8 * 60, weekdays: 0b111_1111 },
        ][index],
        collar: if mood.collars { COLLARS[index] } else { CollarRules::default() },
        margin: if mood.kinds {
            let (initial_ppm, maintenance_ppm) = [(100_000, 70_000), (333_333, 300_000), (200_000, 0)][index];
            MarginRules { initial_ppm, maintenance_ppm }
        } else {
            MarginRules::default()
        },
        mark_stale_ns: [3_000_000, 2_000_006, 3_600_000_000_000][index],
        paper: if venue == Venue::Internal { PaperRules::default() } else { paper(mood) },
    }
}

fn paper(mood: Mood) -> PaperRules {
    let queue = match mood.queue_power {
        0 => QueueModel::Conservative,
        power => QueueModel::Probabilistic { power },
    };
    let row = |upper_ns, weight| LatencyRow { upper_ns, weight };
    // A step is a millisecond: some arrive before the next, some many steps later.
    let rows = vec![row(0, 2), row(900_000, 3), row(2_500_000, 3), row(30_000_000, 1)];
    let inbound = if mood.ways & 1 > 0 { rows } else { Vec::new() };
    let outbound = if mood.ways & 2 > 0 { vec![row(0, 3), row(1_500_000, 5), row(4_000_000, 1)] } else { Vec::new() };
    PaperRules { queue, latency: LatencyRules { seed: mood.way_seed, inbound, outbound } }
}

pub fn opening(mood: Mood) -> Vec<Command> {
    let mut commands = Vec::new();
    for code in ["USD", "EUR"] {
        commands.push(Command::DefineCurrency(CurrencyDefinition { code: code.to_owned(), decimals: 2 }));
    }
    if mood.whole {
        // Nothing is quoted in it or trades it.
        commands.push(Command::DefineCurrency(CurrencyDefinition { code: "GBP".to_owned(), decimals: 2 }));
    }
    commands.extend((0..3).map(|index| Command::DefineInstrument(definition(index, mood))));
    for (index, account) in ACCOUNTS.into_iter().enumerate() {
        commands.push(Command::OpenAccount { account, name: format!("A{}", account.0) });
        let kinds = [AccountKind::Margin, AccountKind::Margin, AccountKind::Cash];
        let kind = if mood.kinds { kinds[index] } else { AccountKind::Standard };
        let hedges = mood.hedging >> index & 1 > 0 && kind != AccountKind::Cash;
        let position_mode = if hedges { PositionMode::Hedging } else { PositionMode::Netting };
        if mood.kinds || hedges {
            let (actor, reason) = (Actor::default(), String::new());
            commands.push(Command::ConfigureAccount { actor, account, kind, reason, position_mode });
        }
        if mood.whole {
            let (actor, currency, reason) = (Actor::default(), CURRENCIES[index % 2], String::new());
            commands.push(Command::SetBaseCurrency { actor, account, currency, reason });
        }
        for currency in CURRENCIES {
            let amount = AmountMinor(match mood {
                Mood { vast: true, .. } => 1 << 58,
                Mood { kinds: true, .. } => [3_000, 1_500, 800][index],
                _ => [60_000, 30_000, 2_000][index],
            });
            commands.push(Command::Deposit {
                actor: Actor::default(),
                account,
                currency,
                amount,
                reference: None,
                reason: String::new(),
            });
        }
    }
    for instrument in &INSTRUMENTS[1..] {
        let fact = |fact| MarketUpdate { instrument: *instrument, ts_event: TsNs(1), fact };
        let level = |side, price| fact(MarketFact::Level { side, price: PriceTicks(price), qty: QtyLots(12) });
        commands.push(Command::Market(vec![
            level(Side::Buy, 98),
            level(Side::Buy, 99),
            level(Side::Sell, 101),
            level(Side::Sell, 102),
            fact(MarketFact::State(BookState::Synced)),
        ]));
    }
    commands
}
