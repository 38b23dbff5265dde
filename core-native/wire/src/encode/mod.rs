//! The core's events and the server's own messages into frames.
//!
//! Invariant: a finished frame is a valid `ServerFrame` whose bytes are what every receiver gets. An absent text (an empty
//! `ClOrdID`, say) is left out of the frame, so a reader sees "not given" and not an empty string.
//!
//! What leaves often is written by `frame`, forwards in one pass; what is rare (logon, instruments, controls) by the library's builder.
//! Both are kept: after the first frames of each size nothing allocates, except lists of tables.

mod frame;
mod market_data;
mod order_entry;
mod risk;
mod session;
mod trace;

use flatbuffers::{FlatBufferBuilder, UnionWIPOffset, WIPOffset};

use crate::generated::{ServerBody, ServerFrame, ServerFrameArgs};
use frame::FrameWriter;

pub use market_data::{BookHead, QuoteRow, TradeRow};
pub use order_entry::{AccountHead, ValidationAnswer};
pub use risk::{ConfigurationNotice, FeeScheduleNotice, LimitNotice};
pub use session::{AccountGrant, LogonAnswer};
pub use trace::{TraceAnswer, TraceStages};

const INITIAL_BYTES: usize = 4 * 1024;

/// Encodes one frame at a time into a buffer that it keeps; each result is valid until the next call.
pub struct Encoder {
    builder: FlatBufferBuilder<'static>,
    frame: FrameWriter,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// An encoder with room for ordinary frames; it grows to the largest it is given.
    #[must_use]
    pub fn new() -> Self {
        Self { builder: FlatBufferBuilder::with_capacity(INITIAL_BYTES), frame: FrameWriter::new() }
    }

    fn begin(&mut self) -> &mut FlatBufferBuilder<'static> {
        self.builder.reset();
        &mut self.builder
    }

    fn finish(&mut self, body_type: ServerBody, body: WIPOffset<UnionWIPOffset>) -> &[u8] {
        let frame = ServerFrame::create(&mut self.builder, &ServerFrameArgs { body_type, body: Some(body) });
        self.builder.finish(frame, None);
        self.builder.finished_data()
    }
}

fn text(builder: &mut FlatBufferBuilder<'static>, text: &str) -> Option<WIPOffset<&'static str>> {
    (!text.is_empty()).then(|| builder.create_string(text))
}
