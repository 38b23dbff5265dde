//! The deterministic core of Jware Trader.
//!
//! [`engine::Core`] owns every instrument, account, order, position and bar. It changes in one way only:
//! `apply(seq, ts, command, events)`. The same commands give the same events and the same state hash, on any machine, in
//! any build. There is no I/O, no clock, no randomness, no unsafe code, and no float where money is.

#![forbid(unsafe_code)]

pub mod account;
pub mod bar;
pub mod book;
pub mod command;
pub mod engine;
pub mod event;
pub mod fee;
pub mod indicator;
pub mod instrument;
pub mod limit;
pub mod limits;
pub mod name;
pub mod order;
pub mod paper;
mod probed;
pub mod record;
pub mod refusal;
pub mod risk;
pub mod trade;
pub mod units;

pub use engine::{CORE_VERSION, Core, Instrument};
