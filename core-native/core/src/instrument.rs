//! What can be traded, and the static limits of each instrument.
//!
//! A definition is checked once, when the instrument is created: from then on `tick x lot` is a whole number of minor
//! units, so every notional is exact.

use serde::{Deserialize, Serialize};

use crate::units::{AmountMinor, CurrencyId, InstrumentId, QtyLots};

/// A currency and how finely it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyDefinition {
    /// Code such as `USD`.
    pub code: String,
    /// One unit is `10^decimals` minor units.
    pub decimals: u8,
}

/// Where house liquidity comes from. Numbers are the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Venue {
    /// None: users trade with each other.
    Internal = 1,
    /// A seeded generator.
    Simulated = 2,
    /// The displayed book and trades of a real venue.
    Paper = 3,
}

/// Everything static about an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstrumentDefinition {
    /// Its id, given by whoever defines it; not 0.
    pub instrument: InstrumentId,
    /// Symbol that people type, such as `BTCUSDT`; unique.
    pub symbol: String,
    /// Full name.
    pub name: String,
    /// `crypto`, `equity`, `fx`, `future`.
    pub asset_class: String,
    /// Source of house liquidity.
    pub venue: Venue,
    /// What a lot is of, such as `BTC`.
    pub base_currency: String,
    /// Currency of the price and of all money.
    pub quote_currency: CurrencyId,
    /// Decimals that prices are shown with.
    pub price_decimals: u8,
    /// One tick is `tick_mantissa / 10^price_decimals`.
    pub tick_mantissa: i64,
    /// Decimals that quantities are shown with.
    pub qty_decimals: u8,
    /// One lot is `lot_mantissa / 10^qty_decimals`.
    pub lot_mantissa: i64,
    /// Value of one tick on one lot, minor units.
    pub tick_lot_minor: i64,
    /// Smallest order.
    pub qty_lots_min: QtyLots,
    /// Largest order.
    pub qty_lots_max: QtyLots,
    /// Largest order value.
    pub notional_minor_max: AmountMinor,
    /// How far from the reference price an order may be priced, basis points, 1 or more.
    pub collar_bps: u32,
    /// Fee of a resting order, parts per million of the notional; negative is a rebate.
    pub maker_fee_ppm: i32,
    /// Fee of an incoming order, parts per million of the notional.
    pub taker_fee_ppm: i32,
}
