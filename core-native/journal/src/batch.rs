//! HOT: checking one batch. No allocation, no copy.
//!
//! Invariant: a record is given to anyone only after the COMMIT of its batch was read and everything between checked.

use crate::format::{
    BATCH_RECORDS_MAX, COMMIT_BYTES, COMMIT_PAYLOAD_BYTES, KIND_COMMIT, PAYLOAD_BYTES_MAX, RECORD_HEADER_BYTES, RecordHeader,
    SECTOR_BYTES, record_bytes, u32_at, u64_at,
};

/// One record as it was appended. The payload lives as long as the buffer it was read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Dense, from 1.
    pub seq: u64,
    /// Engine time, nanoseconds; never decreases.
    pub ts_ns: u64,
    /// What the payload is; the caller's number.
    pub kind: u16,
    /// How the payload is laid out; the caller's number, [`crate::Options::schema`] of the writer.
    pub schema: u16,
    /// The caller's bytes.
    pub payload: &'a [u8],
}

/// Where the log stands after a batch: what the next record must continue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    pub last_seq: u64,
    pub last_ts_ns: u64,
    pub last_batch_no: u64,
    pub prev_crc: u32,
}

/// A batch that checked out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Batch {
    /// Offset of its COMMIT, which is the end of its records.
    pub records_end: usize,
    /// Offset of the next batch.
    pub end: usize,
    /// The chain after it.
    pub after: Chain,
}

/// The first position that does not continue the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bad {
    pub offset: usize,
    pub reason: BadReason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadReason {
    /// The buffer ends inside the batch.
    Cut,
    /// A rule is broken.
    Rule(&'static str),
}

/// Checks the batch that starts at `start` against the chain so far.
pub(crate) fn check_batch(bytes: &[u8], start: usize, seed: u32, chain: Chain) -> Result<Batch, Bad> {
    let mut at = start;
    let mut after = Chain { last_batch_no: chain.last_batch_no + 1, ..chain };
    let mut count = 0_usize;
    loop {
        let bad = |rule| Bad { offset: at, reason: BadReason::Rule(rule) };
        let cut = Bad { offset: at, reason: BadReason::Cut };
        let head = bytes.get(at..).and_then(|rest| rest.first_chunk::<RECORD_HEADER_BYTES>()).ok_or(cut)?;
        let header = RecordHeader::decode(head, seed).ok_or_else(|| bad("the record header does not match its CRC"))?;
        if header.batch_no != after.last_batch_no {
            return Err(bad("the batch number does not follow"));
        }
        if header.prev_crc != after.prev_crc {
            return Err(bad("the chain to the record before is broken"));
        }
        let payload_len = header.payload_len as usize;
        if payload_len > PAYLOAD_BYTES_MAX {
            return Err(bad("the payload is longer than a payload may be"));
        }
        let payload_at = at + RECORD_HEADER_BYTES;
        let payload = bytes.get(payload_at..payload_at + payload_len).ok_or(cut)?;
        if crc32c::crc32c(payload) != header.payload_crc {
            return Err(bad("the payload does not match its CRC"));
        }
        after.prev_crc = header.payload_crc;
        if header.kind == KIND_COMMIT {
            return check_commit(bytes, start, at, &header, count, after);
        }
        if header.seq != after.last_seq + 1 {
            return Err(bad("the sequence does not follow"));
        }
        if header.ts_ns < after.last_ts_ns {
            return Err(bad("the time runs backwards"));
        }
        count += 1;
        if count > BATCH_RECORDS_MAX {
            return Err(bad("the batch has more records than a batch may have"));
        }
        after.last_seq = header.seq;
        after.last_ts_ns = header.ts_ns;
        at += record_bytes(payload_len);
    }
}

fn check_commit(bytes: &[u8], start: usize, at: usize, header: &RecordHeader, count: usize, after: Chain) -> Result<Batch, Bad> {
    let bad = |rule| Err(Bad { offset: at, reason: BadReason::Rule(rule) });
    let payload = &bytes[at + RECORD_HEADER_BYTES..];
    if header.payload_len as usize != COMMIT_PAYLOAD_BYTES || header.seq != after.last_seq || header.ts_ns != after.last_ts_ns {
        return bad("the COMMIT does not fit its batch");
    }
    if u32_at(payload, 0) as usize != count {
        return bad("the COMMIT counts other records than the batch has");
    }
    // This covers the padding after each payload, which no other CRC does.
    if crc32c::crc32c(&bytes[start..at]) != u32_at(payload, 4) {
        return bad("the batch does not match the CRC in its COMMIT");
    }
    let end = (at + COMMIT_BYTES).next_multiple_of(SECTOR_BYTES);
    Ok(Batch { records_end: at, end, after })
}

/// The record at `at` of a checked batch, and the offset of the next one.
pub(crate) fn checked_record(bytes: &[u8], at: usize) -> (Record<'_>, usize) {
    let head = bytes[at..].first_chunk::<RECORD_HEADER_BYTES>().expect("the batch was checked");
    let header = RecordHeader::decode_verified(head);
    let payload_at = at + RECORD_HEADER_BYTES;
    let payload_len = header.payload_len as usize;
    let record = Record {
        seq: header.seq,
        ts_ns: header.ts_ns,
        kind: header.kind,
        schema: header.schema,
        payload: &bytes[payload_at..payload_at + payload_len],
    };
    (record, at + record_bytes(payload_len))
}

/// Whether a frame after a bad position proves that batch `batch_no` was durable once.
///
/// A batch is written only after the one before it was synced, unless its frames say otherwise (memory
/// acknowledgement); a COMMIT of any later batch tells besides how far the disk was known to be.
pub(crate) fn proves_durable(bytes: &[u8], from: usize, seed: u32, batch_no: u64, last_seq: u64) -> bool {
    let mut at = from.next_multiple_of(crate::format::RECORD_ALIGN);
    while let Some(head) = bytes.get(at..).and_then(|rest| rest.first_chunk::<RECORD_HEADER_BYTES>()) {
        let Some(header) = RecordHeader::decode(head, seed) else {
            at += crate::format::RECORD_ALIGN;
            continue;
        };
        if header.batch_no > batch_no {
            if !header.ungated {
                return true;
            }
            let payload = bytes.get(at + RECORD_HEADER_BYTES..at + COMMIT_BYTES);
            if let Some(payload) = payload.filter(|_| header.kind == KIND_COMMIT)
                && crc32c::crc32c(payload) == header.payload_crc
                && u64_at(payload, 8) > last_seq
            {
                return true;
            }
        }
        at += RECORD_HEADER_BYTES;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    type Edit = fn(&mut RecordHeader);

    const SEED: u32 = 99;
    const CHAIN: Chain = Chain { last_seq: 10, last_ts_ns: 500, last_batch_no: 3, prev_crc: 0xabcd };

    /// A batch of two records whose every CRC holds, whatever the edit broke. The edit sees each header in turn.
    fn batch(edit: impl Fn(usize, &mut RecordHeader)) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut prev_crc = CHAIN.prev_crc;
        for index in 0..3 {
            let is_commit = index == 2;
            let mut payload = if is_commit { vec![0; COMMIT_PAYLOAD_BYTES] } else { vec![7; 16] };
            if is_commit {
                payload[0..4].copy_from_slice(&2_u32.to_le_bytes());
                payload[4..8].copy_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
            }
            let mut header = RecordHeader {
                ungated: false,
                payload_len: 16,
                seq: CHAIN.last_seq + (index as u64 + 1).min(2),
                batch_no: CHAIN.last_batch_no + 1,
                ts_ns: CHAIN.last_ts_ns + 5,
                kind: if is_commit { KIND_COMMIT } else { 1 },
                schema: 1,
                prev_crc,
                payload_crc: crc32c::crc32c(&payload),
            };
            prev_crc = header.payload_crc;
            edit(index, &mut header);
            bytes.extend_from_slice(&header.encode(SEED));
            bytes.extend_from_slice(&payload);
        }
        bytes.resize(SECTOR_BYTES, 0);
        bytes
    }

    fn broken_rule(bytes: &[u8]) -> (usize, &'static str) {
        match check_batch(bytes, 0, SEED, CHAIN) {
            Err(Bad { offset, reason: BadReason::Rule(rule) }) => (offset, rule),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_good_batch_moves_the_chain() {
        let bytes = batch(|_, _| {});
        let good = check_batch(&bytes, 0, SEED, CHAIN).unwrap();
        assert_eq!((good.records_end, good.end), (128, SECTOR_BYTES));
        assert_eq!((good.after.last_seq, good.after.last_ts_ns, good.after.last_batch_no), (12, 505, 4));
        let (first, next) = checked_record(&bytes, 0);
        assert_eq!((first.seq, first.payload, next), (11, &[7; 16][..], 64));
    }

    #[test]
    fn every_rule_is_checked_even_where_all_crcs_hold() {
        let cases: [(&str, usize, Edit); 9] = [
            ("the batch number does not follow", 0, |header| header.batch_no += 1),
            ("the batch number does not follow", 1, |header| header.batch_no += 1),
            ("the chain to the record before is broken", 0, |header| header.prev_crc ^= 1),
            ("the chain to the record before is broken", 2, |header| header.prev_crc ^= 1),
            ("the sequence does not follow", 1, |header| header.seq += 1),
            ("the time runs backwards", 0, |header| header.ts_ns = 499),
            ("the payload is longer than a payload may be", 1, |header| header.payload_len = 65_537),
            ("the COMMIT does not fit its batch", 2, |header| header.seq += 1),
            ("the COMMIT does not fit its batch", 2, |header| header.ts_ns += 1),
        ];
        for (rule, index, edit) in cases {
            let bytes = batch(|at, header| {
                if at == index {
                    edit(header);
                }
            });
            assert_eq!(broken_rule(&bytes), (index * 64, rule));
        }
    }

    #[test]
    fn a_damaged_payload_is_told_at_its_record() {
        let mut bytes = batch(|_, _| {});
        bytes[64 + RECORD_HEADER_BYTES] ^= 1;
        assert_eq!(broken_rule(&bytes), (64, "the payload does not match its CRC"));
    }

    #[test]
    fn a_commit_that_counts_or_sums_other_records_is_refused() {
        let good = batch(|_, _| {});
        let with_payload = |payload: &[u8]| {
            let mut bytes = good.clone();
            let head = bytes[128..].first_chunk::<RECORD_HEADER_BYTES>().unwrap();
            let mut header = RecordHeader::decode(head, SEED).unwrap();
            header.payload_crc = crc32c::crc32c(payload);
            header.payload_len = u32::try_from(payload.len()).unwrap();
            bytes[128..176].copy_from_slice(&header.encode(SEED));
            bytes[176..176 + payload.len()].copy_from_slice(payload);
            broken_rule(&bytes)
        };
        let mut other_count = good[176..192].to_vec();
        other_count[0] = 3;
        assert_eq!(with_payload(&other_count).1, "the COMMIT counts other records than the batch has");
        let mut other_crc = good[176..192].to_vec();
        other_crc[4] ^= 1;
        assert_eq!(with_payload(&other_crc).1, "the batch does not match the CRC in its COMMIT");
        assert_eq!(with_payload(&good[176..184]).1, "the COMMIT does not fit its batch");
    }
}
