//! The byte map: segment header and record header. All numbers are little endian.
//!
//! Invariant: a header decodes only if its own CRC holds, so a length is trusted before it is used. The CRC of a record
//! header starts from the engine's identity and the segment's number, so a frame copied from elsewhere does not count,
//! nor does one that a client put into a payload.

/// First bytes of every segment.
pub(crate) const SEGMENT_MAGIC: [u8; 8] = *b"JWJRNL\0\x01";
/// Version of the byte map.
pub(crate) const FORMAT_VERSION: u16 = 1;
/// Bytes before the first record.
pub(crate) const SEGMENT_HEADER_BYTES: usize = 4096;
/// Bytes before a payload.
pub(crate) const RECORD_HEADER_BYTES: usize = 48;
/// Records start at multiples of this.
pub(crate) const RECORD_ALIGN: usize = 8;
/// Batches start at multiples of this: a write torn inside one batch never touches a sector of the batch before it.
pub(crate) const SECTOR_BYTES: usize = 512;
/// Largest payload, bytes.
pub const PAYLOAD_BYTES_MAX: usize = 65_536;
/// Largest count of records in a batch, its COMMIT not counted.
pub const BATCH_RECORDS_MAX: usize = 4096;
/// Largest size of a batch, bytes, its COMMIT counted.
pub const BATCH_BYTES_MAX: usize = 1 << 20;
/// The kind of the record that ends a batch; callers may use all others.
pub const KIND_COMMIT: u16 = u16::MAX;
/// Bytes of a COMMIT record, header and payload.
pub(crate) const COMMIT_BYTES: usize = RECORD_HEADER_BYTES + COMMIT_PAYLOAD_BYTES;
/// `record_count` u32, `batch_crc` u32, `durable_seq_before` u64.
pub(crate) const COMMIT_PAYLOAD_BYTES: usize = 16;

const _: () = assert!(RECORD_HEADER_BYTES.is_multiple_of(RECORD_ALIGN) && SECTOR_BYTES.is_multiple_of(RECORD_ALIGN));
const _: () = assert!(SEGMENT_HEADER_BYTES.is_multiple_of(SECTOR_BYTES));
const _: () = assert!(BATCH_BYTES_MAX > RECORD_HEADER_BYTES + PAYLOAD_BYTES_MAX + COMMIT_BYTES);

/// The batch before this record's batch was on disk when it was written.
const RECORD_MAGIC_GATED: u32 = u32::from_le_bytes(*b"JREC");
/// It may not have been (memory acknowledgement).
const RECORD_MAGIC_UNGATED: u32 = u32::from_le_bytes(*b"JRUN");

/// Bytes of a record with this payload, padding counted.
pub(crate) const fn record_bytes(payload_len: usize) -> usize {
    RECORD_HEADER_BYTES + payload_len.next_multiple_of(RECORD_ALIGN)
}

/// The fixed part of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub core_version: u32,
    pub engine_id: u128,
    pub segment_no: u64,
    pub first_seq: u64,
    pub first_batch_no: u64,
    /// `payload_crc` of the last record before this segment.
    pub first_prev_crc: u32,
    pub prev_segment_last_seq: u64,
    /// Of the used bytes of the segment before; zeros in the first one.
    pub prev_segment_sha256: [u8; 32],
    /// Engine time of the last record before this segment.
    pub created_ns: u64,
}

/// Why a segment header does not decode.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadSegmentHeader {
    Magic,
    Crc,
    Version(u16),
}

const CRC_AT: usize = SEGMENT_HEADER_BYTES - 4;

impl SegmentHeader {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0; SEGMENT_HEADER_BYTES];
        bytes[0..8].copy_from_slice(&SEGMENT_MAGIC);
        bytes[8..10].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.core_version.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.engine_id.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.segment_no.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.first_seq.to_le_bytes());
        bytes[48..56].copy_from_slice(&self.prev_segment_last_seq.to_le_bytes());
        bytes[56..88].copy_from_slice(&self.prev_segment_sha256);
        bytes[88..96].copy_from_slice(&self.created_ns.to_le_bytes());
        bytes[96..104].copy_from_slice(&self.first_batch_no.to_le_bytes());
        bytes[104..108].copy_from_slice(&self.first_prev_crc.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..CRC_AT]);
        bytes[CRC_AT..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8; SEGMENT_HEADER_BYTES]) -> Result<Self, BadSegmentHeader> {
        if bytes[0..8] != SEGMENT_MAGIC {
            return Err(BadSegmentHeader::Magic);
        }
        if crc32c::crc32c(&bytes[..CRC_AT]) != u32_at(bytes, CRC_AT) {
            return Err(BadSegmentHeader::Crc);
        }
        let version = u16_at(bytes, 8);
        if version != FORMAT_VERSION {
            return Err(BadSegmentHeader::Version(version));
        }
        Ok(Self {
            core_version: u32_at(bytes, 12),
            engine_id: u128::from_le_bytes(array_at(bytes, 16)),
            segment_no: u64_at(bytes, 32),
            first_seq: u64_at(bytes, 40),
            prev_segment_last_seq: u64_at(bytes, 48),
            prev_segment_sha256: array_at(bytes, 56),
            created_ns: u64_at(bytes, 88),
            first_batch_no: u64_at(bytes, 96),
            first_prev_crc: u32_at(bytes, 104),
        })
    }

    /// What the CRC of this segment's record headers starts from.
    pub(crate) fn seed(&self) -> u32 {
        crc32c::crc32c_append(crc32c::crc32c(&self.engine_id.to_le_bytes()), &self.segment_no.to_le_bytes())
    }
}

/// The fixed part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordHeader {
    pub ungated: bool,
    pub payload_len: u32,
    pub seq: u64,
    pub batch_no: u64,
    pub ts_ns: u64,
    pub kind: u16,
    pub schema: u16,
    pub prev_crc: u32,
    pub payload_crc: u32,
}

impl RecordHeader {
    pub(crate) fn encode(&self, seed: u32) -> [u8; RECORD_HEADER_BYTES] {
        let mut bytes = [0; RECORD_HEADER_BYTES];
        let magic = if self.ungated { RECORD_MAGIC_UNGATED } else { RECORD_MAGIC_GATED };
        bytes[0..4].copy_from_slice(&magic.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.payload_len.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.seq.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.batch_no.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.ts_ns.to_le_bytes());
        bytes[32..34].copy_from_slice(&self.kind.to_le_bytes());
        bytes[34..36].copy_from_slice(&self.schema.to_le_bytes());
        bytes[36..40].copy_from_slice(&self.prev_crc.to_le_bytes());
        bytes[40..44].copy_from_slice(&self.payload_crc.to_le_bytes());
        let crc = crc32c::crc32c_append(seed, &bytes[..44]);
        bytes[44..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// `None` unless magic and header CRC hold.
    pub(crate) fn decode(bytes: &[u8; RECORD_HEADER_BYTES], seed: u32) -> Option<Self> {
        let magic = u32_at(bytes, 0);
        if magic != RECORD_MAGIC_GATED && magic != RECORD_MAGIC_UNGATED {
            return None;
        }
        (crc32c::crc32c_append(seed, &bytes[..44]) == u32_at(bytes, 44)).then(|| Self::decode_verified(bytes))
    }

    /// For bytes whose CRC was checked before.
    pub(crate) fn decode_verified(bytes: &[u8; RECORD_HEADER_BYTES]) -> Self {
        Self {
            ungated: u32_at(bytes, 0) == RECORD_MAGIC_UNGATED,
            payload_len: u32_at(bytes, 4),
            seq: u64_at(bytes, 8),
            batch_no: u64_at(bytes, 16),
            ts_ns: u64_at(bytes, 24),
            kind: u16_at(bytes, 32),
            schema: u16_at(bytes, 34),
            prev_crc: u32_at(bytes, 36),
            payload_crc: u32_at(bytes, 40),
        }
    }
}

pub(crate) fn array_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes[at..at + N].try_into().expect("the slice has N bytes")
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(array_at(bytes, at))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, at))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array_at(bytes, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment() -> SegmentHeader {
        SegmentHeader {
            core_version: 7,
            engine_id: 0x0123_4567_89ab_cdef_0011_2233_4455_6677,
            segment_no: 3,
            first_seq: 1001,
            first_batch_no: 55,
            first_prev_crc: 0xdead_beef,
            prev_segment_last_seq: 1000,
            prev_segment_sha256: [9; 32],
            created_ns: 1_700_000_000_000_000_000,
        }
    }

    #[test]
    fn a_segment_header_survives_and_every_flipped_bit_is_seen() {
        let bytes = segment().encode();
        let array: [u8; SEGMENT_HEADER_BYTES] = bytes.clone().try_into().unwrap();
        assert_eq!(SegmentHeader::decode(&array), Ok(segment()));
        for bit in 0..SEGMENT_HEADER_BYTES * 8 {
            let mut flipped = array;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(SegmentHeader::decode(&flipped).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_record_header_survives_and_every_flipped_bit_is_seen() {
        let seed = segment().seed();
        for ungated in [false, true] {
            let header = RecordHeader {
                ungated,
                payload_len: 77,
                seq: 12,
                batch_no: 4,
                ts_ns: 99,
                kind: 5,
                schema: 1,
                prev_crc: 1,
                payload_crc: 2,
            };
            let bytes = header.encode(seed);
            assert_eq!(RecordHeader::decode(&bytes, seed), Some(header));
            assert_eq!(RecordHeader::decode(&bytes, seed ^ 1), None, "a frame of another segment or engine");
            for bit in 0..RECORD_HEADER_BYTES * 8 {
                let mut flipped = bytes;
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(RecordHeader::decode(&flipped, seed), None, "bit {bit}");
            }
        }
    }
}
