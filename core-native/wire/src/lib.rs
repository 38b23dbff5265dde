//! The binary protocol of Jware Trader, both ways.
//!
//! [`decode::decode`] verifies a client's frame and turns it into a command of the core; [`encode::Encoder`] turns the core's
//! events into the frames that clients receive. [`client::ClientEncoder`] is the other end of the wire, for tests and load
//! generators. Nothing here knows sessions, routes or permissions.
//!
//! Invariant: no byte sequence makes this crate panic, and no field is read before the whole frame was verified.

pub mod client;
pub mod decode;
pub mod encode;
pub mod inbound;
pub mod limits;
pub mod regular;

/// The generated `FlatBuffers` code of `schemas/fbs`; never edited.
#[rustfmt::skip]
#[allow(warnings, clippy::all, clippy::pedantic, missing_docs, unsafe_op_in_unsafe_fn)]
#[path = "../../../schemas/gen/rust/wire_generated.rs"]
mod wire_generated;

/// Tables, structs and enums of the wire, as generated.
pub use wire_generated::jware::wire as generated;

pub use client::ClientEncoder;
pub use decode::{VerifiedFrame, decode};
pub use encode::Encoder;
pub use generated::{AckMode, Channel, Permission};
pub use inbound::{FrameRefusal, Inbound, InstrumentIds, LogonRequest, SubscriptionRequest};
