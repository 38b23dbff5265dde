//! Reads book frames and checks that none is missing.
//!
//! A frame is verified and decoded as a whole the first time, and every 64th time again; in between frames of the same length have
//! their sequence and time read where the first one had them, so that the client costs the server's rate as little as it can.

use jware_wire::generated::{ServerFrame, root_as_server_frame};

use crate::load_error::LoadError;
use crate::session::check_goes_on;

const WHOLE_EVERY: u64 = 64;

/// Where the frames of one length have what is read.
#[derive(Clone, Copy)]
struct Layout {
    bytes: usize,
    seq_at: usize,
    ts_at: usize,
}

/// The book's sequence as one connection has seen it.
pub struct TickReader {
    layout: Option<Layout>,
    last_seq: Option<u64>,
    read_count: u64,
}

impl TickReader {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self { layout: None, last_seq: None, read_count: 0 }
    }

    /// Whether it has seen a book.
    pub fn has_begun(&self) -> bool {
        self.last_seq.is_some()
    }

    /// Bytes of a tick; 0 before the first.
    pub fn frame_bytes(&self) -> usize {
        self.layout.map_or(0, |layout| layout.bytes)
    }

    /// Reads a frame: the venue's time where it is a tick.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Option<u64>, LoadError> {
        self.read_count += 1;
        if let Some(layout) = self.layout.filter(|layout| layout.bytes == bytes.len())
            && !self.read_count.is_multiple_of(WHOLE_EVERY)
        {
            self.advance(u64_at(bytes, layout.seq_at))?;
            return Ok(Some(u64_at(bytes, layout.ts_at)));
        }
        let frame = root_as_server_frame(bytes)
            .map_err(|error| LoadError::Wrong(format!("a frame of {} bytes: {error}", bytes.len())))?;
        self.read_whole(bytes, frame)
    }

    fn read_whole(&mut self, bytes: &[u8], frame: ServerFrame<'_>) -> Result<Option<u64>, LoadError> {
        if let Some(book) = frame.body_as_book_snapshot() {
            self.last_seq = Some(book.seq());
            return Ok(None);
        }
        let Some(delta) = frame.body_as_book_delta() else {
            check_goes_on(frame)?;
            return Ok(None);
        };
        let (seq, ts_event_ns) = (delta.seq(), delta.ts_event_ns());
        self.advance(seq)?;
        let places = only_place(bytes, seq).zip(only_place(bytes, ts_event_ns));
        self.layout = places.map(|(seq_at, ts_at)| Layout { bytes: bytes.len(), seq_at, ts_at });
        Ok(Some(ts_event_ns))
    }

    fn advance(&mut self, seq: u64) -> Result<(), LoadError> {
        if let Some(last) = self.last_seq
            && seq != last + 1
        {
            return Err(LoadError::Wrong(format!("tick {seq} came after {last}")));
        }
        self.last_seq = Some(seq);
        Ok(())
    }
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes of a frame of known length"))
}

/// Where a number stands in a frame, if it stands there once.
fn only_place(bytes: &[u8], number: u64) -> Option<usize> {
    let wanted = number.to_le_bytes();
    let mut places = bytes.windows(8).enumerate().filter(|(_, window)| *window == wanted).map(|(at, _)| at);
    places.next().filter(|_| places.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jware_core::command::BookState;
    use jware_core::units::{InstrumentId, PriceTicks, QtyLots, TsNs};
    use jware_wire::Encoder;
    use jware_wire::encode::BookHead;

    fn tick(seq: u64) -> Vec<u8> {
        let (instrument, ts_event) = (InstrumentId(7), TsNs(1_700_000_000_000_000_000 + seq));
        let head = BookHead { instrument, seq, state: BookState::Synced, ts_event, ts_recv: TsNs(5) };
        Encoder::new().book_delta(&head, &[(PriceTicks(3), QtyLots(4))], &[]).to_vec()
    }

    #[test]
    fn every_tick_is_read_and_a_missing_one_is_told() {
        let mut reader = TickReader::new();
        for seq in 1_000_000..1_000_300 {
            assert_eq!(reader.read(&tick(seq)).unwrap(), Some(1_700_000_000_000_000_000 + seq));
        }
        assert!(reader.frame_bytes() > 0, "it has learnt where to look");
        let error = reader.read(&tick(1_000_301)).unwrap_err().to_string();
        assert_eq!(error, "wrong answer: tick 1000301 came after 1000299");
    }
}
