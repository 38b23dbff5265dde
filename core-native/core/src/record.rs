//! A command as the payload of a journal's record, and back. The format is postcard's, which is specified and stable.

use crate::command::Command;

/// Room for one order many times over; a command that needs more makes more.
const INITIAL_BYTES: usize = 4 * 1024;

/// Encodes one command at a time into room that it keeps.
#[derive(Debug)]
pub struct RecordEncoder {
    room: Vec<u8>,
}

impl Default for RecordEncoder {
    fn default() -> Self {
        Self { room: vec![0; INITIAL_BYTES] }
    }
}

impl RecordEncoder {
    /// The command's bytes, until the next one's. The size of a command is bounded by what a frame can carry.
    pub fn encode(&mut self, command: &Command) -> &[u8] {
        // Into a slice: a writer would be called for every number.
        let length = loop {
            match postcard::to_slice(command, &mut self.room) {
                Ok(bytes) => break bytes.len(),
                Err(postcard::Error::SerializeBufferFull) => self.room.resize(self.room.len() * 2, 0),
                Err(error) => panic!("a command is plain data and always has bytes: {error}"),
            }
        };
        &self.room[..length]
    }
}

/// The command of a record.
///
/// # Errors
/// The bytes are not a command's.
pub fn decode_record(bytes: &[u8]) -> Result<Command, postcard::Error> {
    postcard::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Actor;
    use crate::command::{Scope, TradingState};

    #[test]
    fn a_command_comes_back_however_long_it_is() {
        let mut encoder = RecordEncoder::default();
        for length in [0, 10, INITIAL_BYTES - 1, INITIAL_BYTES, 40_000, 3] {
            let command = Command::SetTradingState {
                actor: Actor::default(),
                scope: Scope::Firm,
                state: TradingState::Halted,
                flatten: false,
                reason: "x".repeat(length),
            };
            let bytes = encoder.encode(&command);
            assert_eq!(decode_record(bytes), Ok(command), "{length}");
        }
        assert!(decode_record(&[0xFF; 3]).is_err());
    }
}
