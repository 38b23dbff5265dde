//! Where the volume goes.

pub mod accumulation;
pub mod balance;
pub mod cmf;
pub mod cvd;
pub mod ease;
pub mod force;
pub mod klinger;
pub mod profile;
pub mod vwap;

pub use accumulation::{Ad, AdOscillator};
pub use balance::{NegativeVolume, Obv, PositiveVolume, PriceVolumeTrend};
pub use cmf::ChaikinMoneyFlow;
pub use cvd::Cvd;
pub use ease::EaseOfMovement;
pub use force::ForceIndex;
pub use klinger::Klinger;
pub use profile::VolumeProfile;
pub use vwap::{RollingVwap, SessionVwap};
