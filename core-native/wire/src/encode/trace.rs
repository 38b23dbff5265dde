//! The answer to a request that asked where its time went.

use jware_core::order::ClOrdId;
use jware_core::refusal::RequestKind;
use jware_core::units::{AccountId, TsNs};

use super::Encoder;
use crate::generated::{self as wire, ServerBody};

/// Nanoseconds from the read of a frame to each stage of its way; 0 where it did not come there or did not wait for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceStages {
    /// Waited for the core, verified and understood.
    pub decoded_ns: u32,
    /// The core's checks had said yes or no.
    pub checked_ns: u32,
    /// The core was done with it.
    pub matched_ns: u32,
    /// It was in the journal's open batch.
    pub journalled_ns: u32,
    /// The frames that follow from it were made.
    pub encoded_ns: u32,
    /// The disk had it.
    pub durable_ns: u32,
    /// The answer was handed to the socket.
    pub written_ns: u32,
}

/// A finished trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceAnswer<'a> {
    /// The request's kind.
    pub request: RequestKind,
    /// Its account, or 0.
    pub account: AccountId,
    /// Its name; may be empty.
    pub cl_ord_id: &'a ClOrdId,
    /// The client's clock when it sent the frame, as it told.
    pub sent_ts_ns: u64,
    /// The server's when it took it.
    pub read_ts: TsNs,
    /// The rest of the way.
    pub stages: TraceStages,
}

impl Encoder {
    /// `LatencyTrace`.
    pub fn latency_trace(&mut self, answer: &TraceAnswer<'_>) -> &[u8] {
        type Slots = wire::LatencyTrace<'static>;
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::LatencyTrace, Slots::VT_WRITTEN_NS + 2);
        table.u64(Slots::VT_SENT_TS_NS, answer.sent_ts_ns);
        table.u64(Slots::VT_READ_TS_NS, answer.read_ts.0);
        table.u32(Slots::VT_ACCOUNT, answer.account.0);
        let cl_ord_id = table.reference(Slots::VT_CL_ORD_ID, !answer.cl_ord_id.is_empty());
        table.u32(Slots::VT_DECODED_NS, answer.stages.decoded_ns);
        table.u32(Slots::VT_CHECKED_NS, answer.stages.checked_ns);
        table.u32(Slots::VT_MATCHED_NS, answer.stages.matched_ns);
        table.u32(Slots::VT_JOURNALLED_NS, answer.stages.journalled_ns);
        table.u32(Slots::VT_ENCODED_NS, answer.stages.encoded_ns);
        table.u32(Slots::VT_DURABLE_NS, answer.stages.durable_ns);
        table.u32(Slots::VT_WRITTEN_NS, answer.stages.written_ns);
        table.u8(Slots::VT_RESPONSE_TO, answer.request as u8);
        frame.end(&mut table);
        frame.name(cl_ord_id, answer.cl_ord_id);
        frame.finish()
    }
}
