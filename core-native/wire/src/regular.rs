//! Verification of the frames of single orders, in a fraction of the library's time: what passes here, the library's verifier passes too.
//!
//! It looks at the same things (every offset leads inside, is aligned, every text ends with a NUL and is text), for three kinds of body
//! only, and is stricter: a table with fields that this schema does not know, or a text that is not ASCII, does not pass. What does not
//! pass is not refused: the library judges it. `tests/hostile.rs` holds the two together over damaged frames.

// HOT: runs for every inbound frame. No allocation.

use crate::generated::{self as wire, ClientBody, ClientFrame};

/// Bytes of a vtable before its slots.
const VTABLE_HEAD_BYTES: usize = 4;
/// Bytes of the frame's `trace_sent_ns`.
const TRACE_BYTES: usize = 8;
/// Stands for the size of a field that refers to a text.
const TEXT: u8 = 0;

/// The sizes of a table's fields in the order of their slots, and the last slot, for a look at compile time that none is left out.
const fn sizes<const N: usize>(last_slot: u16, sizes: [u8; N]) -> [u8; N] {
    assert!(last_slot as usize == VTABLE_HEAD_BYTES + 2 * (N - 1), "every field of the table has its size");
    sizes
}

const NEW_ORDER_SINGLE: [u8; 20] =
    sizes(wire::NewOrderSingle::VT_DEADLINE_TS_NS, [4, 4, TEXT, 1, 1, 1, 8, 8, 8, 1, 8, 4, 8, 8, 8, 1, 1, 1, 4, 8]);
const ORDER_CANCEL_REQUEST: [u8; 4] = sizes(wire::OrderCancelRequest::VT_ORDER_ID, [4, TEXT, TEXT, 8]);
const ORDER_CANCEL_REPLACE_REQUEST: [u8; 7] =
    sizes(wire::OrderCancelReplaceRequest::VT_TRIGGER_PRICE_TICKS, [4, TEXT, TEXT, 8, 8, 8, 8]);

/// Whether this is a frame of a single order, cancel or replace, every offset of which is good.
#[must_use]
pub fn is_regular(bytes: &[u8]) -> bool {
    root(bytes).is_some_and(|(kind, body)| match kind {
        ClientBody::NewOrderSingle => is_table(bytes, body, &NEW_ORDER_SINGLE),
        ClientBody::OrderCancelRequest => is_table(bytes, body, &ORDER_CANCEL_REQUEST),
        ClientBody::OrderCancelReplaceRequest => is_table(bytes, body, &ORDER_CANCEL_REPLACE_REQUEST),
        _ => false,
    })
}

/// Kind and place of a frame's body.
fn root(bytes: &[u8]) -> Option<(ClientBody, usize)> {
    let table = word(bytes, 0)? as usize;
    let slots = vtable(bytes, table)?;
    let kind = field(slots, ClientFrame::VT_BODY_TYPE)?;
    let kind = ClientBody(*bytes.get(table + kind)?);
    if let Some(trace) = field(slots, ClientFrame::VT_TRACE_SENT_NS) {
        let at = table + trace;
        if !at.is_multiple_of(TRACE_BYTES) || at + TRACE_BYTES > bytes.len() {
            return None;
        }
    }
    let at = table + field(slots, ClientFrame::VT_BODY)?;
    Some((kind, referred(bytes, at)?))
}

/// Whether a table is whole, given the sizes of its fields by slot.
fn is_table(bytes: &[u8], table: usize, sizes: &[u8]) -> bool {
    let Some(vtable) = vtable(bytes, table) else { return false };
    let slots = vtable[VTABLE_HEAD_BYTES..].as_chunks::<2>().0;
    slots.len() <= sizes.len()
        && slots.iter().zip(sizes).all(|(&offset, &size)| {
            let offset = usize::from(u16::from_le_bytes(offset));
            let (at, size) = (table + offset, usize::from(size));
            match size {
                _ if offset == 0 => true,
                0 => referred(bytes, at).is_some_and(|text| is_text(bytes, text)),
                _ => at & (size - 1) == 0 && at + size <= bytes.len(),
            }
        })
}

/// The vtable of the table at a place.
fn vtable(bytes: &[u8], table: usize) -> Option<&[u8]> {
    let back = i64::from(word(bytes, table)?.cast_signed());
    let at = usize::try_from(i64::try_from(table).ok()? - back).ok()?;
    let length = usize::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let is_good = at.is_multiple_of(2) && length.is_multiple_of(2) && length >= VTABLE_HEAD_BYTES;
    bytes.get(at..at + length).filter(|_| is_good)
}

/// A field's distance from its table's start; `None` where it is absent.
fn field(vtable: &[u8], slot: u16) -> Option<usize> {
    let offset = usize::from(u16::from_le_bytes(*vtable.get(usize::from(slot)..)?.first_chunk()?));
    (offset != 0).then_some(offset)
}

/// Where a reference leads.
fn referred(bytes: &[u8], at: usize) -> Option<usize> {
    Some(at + word(bytes, at)? as usize)
}

fn is_text(bytes: &[u8], at: usize) -> bool {
    let Some(length) = word(bytes, at) else { return false };
    let start = at + 4;
    let end = start + length as usize;
    bytes.get(start..end).is_some_and(<[u8]>::is_ascii) && bytes.get(end) == Some(&0)
}

/// An aligned number of 4 bytes.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..)?.first_chunk()?;
    at.is_multiple_of(4).then_some(u32::from_le_bytes(*word))
}
