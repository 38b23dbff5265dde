//! A client's bytes into a command of the core.
//!
//! Order of work: size, verification of the whole frame, kind, then the fields that the core's types cannot hold (an enum
//! value outside its list, a `ClOrdID` that is no `ClOrdID`). Prices, quantities, accounts and instruments go to the core as they
//! are: it alone knows their limits. Where several of a frame's fields are bad, the refusal is the first of the list in
//! `schemas/refusals.json`. Refusals made here come before the core is asked, so a bad field is told before an unknown
//! account or instrument, although the list has those first: a request that cannot be expressed cannot be checked further.
//!
//! Cost: one pass of verification and one copy of the fields; no allocation for the kinds of the order path (a list or batch
//! is collected, a halt's reason is copied; bytes that fail verification may allocate for the verifier's trace). Never
//! panics, whatever the bytes.

// HOT: runs for every inbound frame. No allocation, no formatting, no logging on the kinds of single orders.

#![allow(clippy::result_large_err, reason = "a refusal is 128 bytes with whose limit it was, and a box for it would allocate")]

mod enumeration;
mod name;
mod order_entry;
mod refused;
mod session;

use flatbuffers::{ForwardsUOffset, InvalidFlatbuffer, Verifiable, Verifier, VerifierOptions, root_unchecked};
use jware_core::command::{Actor, Command};
use jware_core::refusal::{RefusalCode, RequestKind};

use crate::generated::{self as wire, ClientBody, ClientFrame};
use crate::inbound::{FrameRefusal, Inbound};
use crate::limits::{
    APPARENT_SIZE_BYTES_MAX, BATCH_FRAME_BYTES_MAX, FRAME_BYTES_MAX, ORDER_FRAME_BYTES_MAX, SUBSCRIPTION_FRAME_BYTES_MAX,
    TABLE_COUNT_MAX, TABLE_DEPTH_MAX,
};
use crate::regular::is_regular;
use order_entry::{batch, cancel, control, list, mass_cancel, new_order, replace};
use refused::{of_frame, of_request, too_large};
use session::{logon, subscription_request};

const VERIFIER_OPTIONS: VerifierOptions = VerifierOptions {
    max_depth: TABLE_DEPTH_MAX,
    max_tables: TABLE_COUNT_MAX,
    max_apparent_size: APPARENT_SIZE_BYTES_MAX,
    ignore_missing_null_terminator: false,
};

/// Verifies one frame and gives its meaning, with `actor` in the command if it is one.
///
/// # Errors
/// `FRAME_TOO_LARGE`, `FRAME_INVALID`, `FRAME_UNKNOWN` for the frame; `SUBSCRIPTION_INVALID`, `FIELD_INVALID`,
/// `CLORDID_INVALID`, `SIDE_INVALID`, `ORD_TYPE_UNSUPPORTED`, `TIME_IN_FORCE_UNSUPPORTED`, `TRIGGER_INVALID`,
/// `POST_ONLY_INVALID`, `LIST_INVALID`, `BATCH_INVALID` for its fields.
pub fn decode(bytes: &[u8], actor: Actor) -> Result<Inbound<'_>, FrameRefusal> {
    VerifiedFrame::of(bytes)?.meaning(actor)
}

/// A frame, every offset of which has been checked.
#[derive(Clone, Copy)]
pub struct VerifiedFrame<'a> {
    frame: ClientFrame<'a>,
    length: usize,
}

impl<'a> VerifiedFrame<'a> {
    /// Verifies one frame.
    ///
    /// # Errors
    /// `FRAME_TOO_LARGE`, `FRAME_INVALID`.
    #[inline]
    pub fn of(bytes: &'a [u8]) -> Result<Self, FrameRefusal> {
        if bytes.len() > FRAME_BYTES_MAX {
            return Err(too_large(bytes.len(), FRAME_BYTES_MAX));
        }
        match verified(bytes) {
            Ok(frame) => Ok(Self { frame, length: bytes.len() }),
            Err(_) => Err(of_frame(RefusalCode::FrameInvalid)),
        }
    }

    /// The client's clock when it sent the frame, where it asks for a trace; else 0.
    #[must_use]
    #[inline]
    pub fn trace_sent_ns(&self) -> u64 {
        self.frame.trace_sent_ns()
    }

    /// What it means, with `actor` in the command if it is one.
    ///
    /// # Errors
    /// As [`decode`], but for what [`VerifiedFrame::of`] has looked at.
    pub fn meaning(&self, actor: Actor) -> Result<Inbound<'a>, FrameRefusal> {
        let Self { frame, length } = *self;
        let bytes_max = match frame.body_type() {
            ClientBody::Subscribe | ClientBody::Unsubscribe => SUBSCRIPTION_FRAME_BYTES_MAX,
            ClientBody::OrderBatch => BATCH_FRAME_BYTES_MAX,
            _ => ORDER_FRAME_BYTES_MAX,
        };
        if length > bytes_max {
            return Err(too_large(length, bytes_max));
        }
        if let Some(body) = frame.body_as_new_order_single() {
            return new_order(&body, actor, RequestKind::NewOrder).map(Command::NewOrder).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_order_cancel_request() {
            return cancel(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_order_cancel_replace_request() {
            return replace(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_heartbeat() {
            return Ok(Inbound::Heartbeat { client_ts_ns: body.client_ts_ns() });
        }
        if let Some(body) = frame.body_as_order_mass_cancel_request() {
            return mass_cancel(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_order_batch() {
            return batch(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_new_order_list() {
            return list(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_order_validate_request() {
            let missing = of_request(RequestKind::Validate);
            return new_order(&body.order().ok_or(missing)?, actor, RequestKind::Validate).map(Inbound::Validate);
        }
        if let Some(body) = frame.body_as_account_control() {
            return control(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_subscribe() {
            return subscription_request(
                body.instruments(),
                wire::Channel::from_bits_retain(body.channels()),
                body.bar_interval_s(),
            )
            .map(Inbound::Subscribe);
        }
        if let Some(body) = frame.body_as_unsubscribe() {
            return subscription_request(
                body.instruments(),
                wire::Channel::from_bits_retain(body.channels()),
                body.bar_interval_s(),
            )
            .map(Inbound::Unsubscribe);
        }
        if let Some(body) = frame.body_as_logon() {
            return logon(&body).map(Inbound::Logon);
        }
        if let Some(body) = frame.body_as_logout() {
            return Ok(Inbound::Logout { keep_orders: body.keep_orders() });
        }
        Err(of_frame(RefusalCode::FrameUnknown))
    }
}

/// The frame, every offset of which has been checked. A union kind that this schema does not know passes, its body unread.
fn verified(bytes: &[u8]) -> Result<ClientFrame<'_>, InvalidFlatbuffer> {
    if !is_regular(bytes) {
        verify(bytes)?;
    }
    // SAFETY: one of the two lines above checked, for these very bytes, what the accessors rely on.
    Ok(unsafe { root_unchecked::<ClientFrame<'_>>(bytes) })
}

/// The library's verification, of every kind of frame.
///
/// # Errors
/// What is wrong with it.
pub fn verify(bytes: &[u8]) -> Result<(), InvalidFlatbuffer> {
    // A verifier's counters are not all cleared by its `reset`, so each frame has its own.
    let mut verifier = Verifier::new(&VERIFIER_OPTIONS, bytes);
    <ForwardsUOffset<ClientFrame<'_>>>::run_verifier(&mut verifier, 0)
}
