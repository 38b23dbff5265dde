//! The addon. What JavaScript calls is in [`surface`], [`hot`], and, for the order book by itself, [`book`].
//!
//! Hot calls take numbers and views of the caller's buffers and return a number; they make no JavaScript object. Cold calls
//! speak JSON. A panic is a broken invariant: it ends the process, and replay brings it back.

#![allow(
    clippy::needless_pass_by_value,
    clippy::missing_safety_doc,
    reason = "arguments that JavaScript gives are owned by the call"
)]

pub mod admin;
mod alarm;
pub mod book;
mod calendar;
pub mod clock;
mod closing;
pub mod credential;
pub mod hot;
pub mod hot_call;
pub mod hub;
pub mod instrument_input;
pub mod journal_walk;
mod logon;
pub mod market;
pub mod market_view;
pub mod metrics;
pub mod outbox;
pub mod projection;
pub mod query;
mod refuse;
mod rights;
pub mod routing;
pub mod series;
pub mod session;
mod session_end;
pub mod submit;
mod subscription;
pub mod surface;
pub mod trace;
mod validation;

use jware_replica::LargePages;

#[global_allocator]
static ALLOCATOR: LargePages = LargePages;
