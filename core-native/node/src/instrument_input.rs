//! An instrument as an administrator's JSON has it, both ways: commands define one by it, and queries answer with it.

use jware_core::instrument::{CollarReference, CollarRules, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::paper::{LatencyRow, LatencyRules, PaperRules, QueueModel};
use jware_core::units::{AmountMinor, InstrumentId, QtyLots};
use serde::{Deserialize, Serialize};

use crate::hub::State;

/// An instrument as TypeScript writes it.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstrumentInput {
    instrument: u32,
    symbol: String,
    name: String,
    asset_class: String,
    venue: VenueName,
    base_currency: String,
    quote_currency: String,
    price_decimals: u8,
    tick_mantissa: i64,
    qty_decimals: u8,
    lot_mantissa: i64,
    tick_lot_minor: i64,
    qty_lots_min: i64,
    qty_lots_max: i64,
    notional_minor_max: String,
    collar_bps: u32,
    maker_fee_ppm: i32,
    taker_fee_ppm: i32,
    #[serde(default)]
    session: SessionInput,
    #[serde(default)]
    collar: CollarInput,
    #[serde(default)]
    margin: MarginInput,
    #[serde(default)]
    mark_stale_ms: u64,
    #[serde(default)]
    paper: PaperInput,
}

/// How an outside venue treats our orders; absent, the conservative queue and no time on the way.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct PaperInput {
    queue: QueueName,
    /// Of the probabilistic queue alone; absent, 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_power: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<LatencyInput>,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum QueueName {
    #[default]
    Conservative,
    Probabilistic,
}

/// Histograms of the way in and out; the seed is decimal text.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct LatencyInput {
    seed: String,
    inbound: Vec<LatencyRowInput>,
    outbound: Vec<LatencyRowInput>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LatencyRowInput {
    upper_ns: u64,
    weight: u32,
}

const QUEUE_POWER_DEFAULT: u8 = 2;

impl PaperInput {
    fn of(rules: &PaperRules) -> Self {
        let (queue, queue_power) = match rules.queue {
            QueueModel::Conservative => (QueueName::Conservative, None),
            QueueModel::Probabilistic { power } => (QueueName::Probabilistic, Some(power)),
        };
        let rows = |rows: &[LatencyRow]| {
            rows.iter().map(|&LatencyRow { upper_ns, weight }| LatencyRowInput { upper_ns, weight }).collect()
        };
        let LatencyRules { seed, inbound, outbound } = &rules.latency;
        let latency = (rules.latency != LatencyRules::default()).then(|| LatencyInput {
            seed: seed.to_string(),
            inbound: rows(inbound),
            outbound: rows(outbound),
        });
        Self { queue, queue_power, latency }
    }

    /// None where the seed is no number, or a power has no queue to be of.
    fn rules(self) -> Option<PaperRules> {
        let queue = match (self.queue, self.queue_power) {
            (QueueName::Conservative, None) => QueueModel::Conservative,
            (QueueName::Conservative, Some(_)) => return None,
            (QueueName::Probabilistic, power) => QueueModel::Probabilistic { power: power.unwrap_or(QUEUE_POWER_DEFAULT) },
        };
        let rows = |rows: Vec<LatencyRowInput>| {
            rows.into_iter().map(|LatencyRowInput { upper_ns, weight }| LatencyRow { upper_ns, weight }).collect()
        };
        let latency = match self.latency {
            None => LatencyRules::default(),
            Some(LatencyInput { seed, inbound, outbound }) => LatencyRules {
                seed: if seed.is_empty() { 0 } else { seed.parse().ok()? },
                inbound: rows(inbound),
                outbound: rows(outbound),
            },
        };
        Some(PaperRules { queue, latency })
    }
}

/// What the price collar compares with, beside `collarBps`; absent, the mark alone.
#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct CollarInput {
    reference: ReferenceName,
    ticks: i64,
    window_bps: u32,
    window_ms: u64,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum ReferenceName {
    #[default]
    Mark,
    Last,
    Mid,
}

/// JSON has milliseconds, the core nanoseconds.
pub const NS_PER_MS: u64 = 1_000_000;

impl CollarInput {
    const fn of(rules: CollarRules) -> Self {
        let reference = match rules.reference {
            CollarReference::Mark => ReferenceName::Mark,
            CollarReference::Last => ReferenceName::Last,
            CollarReference::Mid => ReferenceName::Mid,
        };
        Self { reference, ticks: rules.ticks, window_bps: rules.window_bps, window_ms: rules.window_ns / NS_PER_MS }
    }

    const fn rules(self) -> CollarRules {
        let reference = match self.reference {
            ReferenceName::Mark => CollarReference::Mark,
            ReferenceName::Last => CollarReference::Last,
            ReferenceName::Mid => CollarReference::Mid,
        };
        let window_ns = self.window_ms.saturating_mul(NS_PER_MS);
        CollarRules { reference, ticks: self.ticks, window_bps: self.window_bps, window_ns }
    }
}

/// What margin accounts need; absent, the whole value, and half of it to be kept.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MarginInput {
    initial_ppm: u32,
    maintenance_ppm: u32,
}

impl Default for MarginInput {
    fn default() -> Self {
        let MarginRules { initial_ppm, maintenance_ppm } = MarginRules::default();
        Self { initial_ppm, maintenance_ppm }
    }
}

/// When an instrument trades; absent, it never closes.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SessionInput {
    open_minute: u16,
    close_minute: u16,
    weekdays: u8,
}

impl Default for SessionInput {
    fn default() -> Self {
        Self::of(TradingSession::ROUND_THE_CLOCK)
    }
}

impl SessionInput {
    const fn of(session: TradingSession) -> Self {
        Self { open_minute: session.open_minute, close_minute: session.close_minute, weekdays: session.weekdays }
    }

    const fn session(self) -> TradingSession {
        TradingSession { open_minute: self.open_minute, close_minute: self.close_minute, weekdays: self.weekdays }
    }
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum VenueName {
    Internal,
    Simulated,
    Paper,
}

impl InstrumentInput {
    /// A definition as TypeScript reads it.
    pub fn of(definition: &InstrumentDefinition, quote_code: &str) -> Self {
        Self {
            instrument: definition.instrument.0,
            symbol: definition.symbol.clone(),
            name: definition.name.clone(),
            asset_class: definition.asset_class.clone(),
            venue: match definition.venue {
                Venue::Internal => VenueName::Internal,
                Venue::Simulated => VenueName::Simulated,
                Venue::Paper => VenueName::Paper,
            },
            base_currency: definition.base_currency.clone(),
            quote_currency: quote_code.to_owned(),
            price_decimals: definition.price_decimals,
            tick_mantissa: definition.tick_mantissa,
            qty_decimals: definition.qty_decimals,
            lot_mantissa: definition.lot_mantissa,
            tick_lot_minor: definition.tick_lot_minor,
            qty_lots_min: definition.qty_lots_min.0,
            qty_lots_max: definition.qty_lots_max.0,
            notional_minor_max: definition.notional_minor_max.0.to_string(),
            collar_bps: definition.collar_bps,
            maker_fee_ppm: definition.maker_fee_ppm,
            taker_fee_ppm: definition.taker_fee_ppm,
            session: SessionInput::of(definition.session),
            collar: CollarInput::of(definition.collar),
            margin: MarginInput {
                initial_ppm: definition.margin.initial_ppm,
                maintenance_ppm: definition.margin.maintenance_ppm,
            },
            mark_stale_ms: definition.mark_stale_ns / NS_PER_MS,
            paper: PaperInput::of(&definition.paper),
        }
    }

    /// What the core takes; none where a text is no number, or a currency is unknown.
    pub fn definition(self, state: &State) -> Option<InstrumentDefinition> {
        Some(InstrumentDefinition {
            instrument: InstrumentId(self.instrument),
            symbol: self.symbol,
            name: self.name,
            asset_class: self.asset_class,
            venue: match self.venue {
                VenueName::Internal => Venue::Internal,
                VenueName::Simulated => Venue::Simulated,
                VenueName::Paper => Venue::Paper,
            },
            base_currency: self.base_currency,
            quote_currency: state.core.currency_coded(&self.quote_currency)?,
            price_decimals: self.price_decimals,
            tick_mantissa: self.tick_mantissa,
            qty_decimals: self.qty_decimals,
            lot_mantissa: self.lot_mantissa,
            tick_lot_minor: self.tick_lot_minor,
            qty_lots_min: QtyLots(self.qty_lots_min),
            qty_lots_max: QtyLots(self.qty_lots_max),
            notional_minor_max: AmountMinor(self.notional_minor_max.parse().ok()?),
            collar_bps: self.collar_bps,
            maker_fee_ppm: self.maker_fee_ppm,
            taker_fee_ppm: self.taker_fee_ppm,
            session: self.session.session(),
            collar: self.collar.rules(),
            margin: MarginRules { initial_ppm: self.margin.initial_ppm, maintenance_ppm: self.margin.maintenance_ppm },
            mark_stale_ns: self.mark_stale_ms.saturating_mul(NS_PER_MS),
            paper: self.paper.rules()?,
        })
    }
}
