//! How far the price moves.

pub mod atr;
pub mod chaikin;
pub mod choppiness;
pub mod historical;
pub mod mass;
pub mod ulcer;

pub use atr::{Atr, Natr, TrueRangeOf};
pub use chaikin::ChaikinVolatility;
pub use choppiness::Choppiness;
pub use historical::HistoricalVolatility;
pub use mass::MassIndex;
pub use ulcer::Ulcer;
