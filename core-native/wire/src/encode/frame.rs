//! A frame written forwards, in one pass: the part of the FlatBuffers format that server frames need, without a builder's bookkeeping.
//!
//! Layout: root offset, the `ServerFrame` and its vtable, then each table as `[vtable][table]`, then what its fields refer to (texts, vectors,
//! tables), in the order in which it is written. Offsets lead forwards, as the format wants. Fields of a table must come by falling
//! size (8, 4, 2, 1 bytes), so that each is aligned without a gap; a field that has the default value (zero) takes no byte.
//!
//! Invariant: every byte of a finished frame was written for that frame: gaps are zeroed, so nothing of an earlier frame gets out.

// HOT: several thousand instructions an order were spent in a general builder here; this takes some hundred. No allocation once the buffer has its size.

#![allow(
    clippy::inline_always,
    reason = "a table stays in registers and its places become constants only where all of it is inlined"
)]

use flatbuffers::VOffsetT;
use jware_core::order::ClOrdId;

use crate::generated::ServerBody;

const INITIAL_BYTES: usize = 4 * 1024;
const OFFSET_BYTES: usize = 4;
/// Room for one table's vtable and fields. A power of two: a place in it needs no check, only a mask.
const TABLE_BYTES: usize = 512;
/// The largest field is a struct, `Bar`.
const FIELD_BYTES_MAX: usize = 56;
/// Where the `ServerFrame` stands, after the root offset and its vtable of two slots.
const ROOT_AT: usize = 12;
const BODY_TYPE_AT: usize = ROOT_AT + 4;
const BODY_AT: usize = ROOT_AT + 8;
/// Everything up to the body: the same for all frames but for the body's kind and place.
const HEAD: [u8; BODY_AT + OFFSET_BYTES] = [
    12, 0, 0, 0, // root: the ServerFrame
    8, 0, 12, 0, 4, 0, 8, 0, // vtable: its size, the table's, where `body_type` and `body` are
    8, 0, 0, 0, // the table: its vtable is 8 bytes back
    0, 0, 0, 0, // body_type
    0, 0, 0, 0, // body
];

/// A table that is being written, beside the frame until it has ended.
pub(super) struct Table {
    /// The vtable, then the table.
    bytes: [u8; TABLE_BYTES + FIELD_BYTES_MAX],
    /// Bytes of the vtable: where the table starts.
    start: usize,
    at: usize,
    /// Where in the frame all this will be.
    base: usize,
}

/// A field that refers to something written later; `None` where it is absent.
#[must_use]
#[derive(Clone, Copy)]
pub(super) struct Reference(Option<usize>);

impl Table {
    #[inline(always)]
    pub(super) fn u64(&mut self, slot: VOffsetT, value: u64) {
        self.field(slot, value != 0, value.to_le_bytes());
    }

    #[inline(always)]
    pub(super) fn i64(&mut self, slot: VOffsetT, value: i64) {
        self.field(slot, value != 0, value.to_le_bytes());
    }

    #[inline(always)]
    pub(super) fn u32(&mut self, slot: VOffsetT, value: u32) {
        self.field(slot, value != 0, value.to_le_bytes());
    }

    #[inline(always)]
    pub(super) fn u16(&mut self, slot: VOffsetT, value: u16) {
        self.field(slot, value != 0, value.to_le_bytes());
    }

    #[inline(always)]
    pub(super) fn u8(&mut self, slot: VOffsetT, value: u8) {
        self.field(slot, value != 0, [value]);
    }

    #[inline(always)]
    pub(super) fn bool(&mut self, slot: VOffsetT, value: bool) {
        self.u8(slot, u8::from(value));
    }

    /// A struct of `N` bytes, the largest of whose fields has 8. It comes with the fields of 8.
    #[inline(always)]
    pub(super) fn fixed<const N: usize>(&mut self, slot: VOffsetT, value: [u8; N]) {
        self.field(slot, true, value);
    }

    /// A field that refers to what is written later, if it `is_given`.
    #[inline(always)]
    pub(super) fn reference(&mut self, slot: VOffsetT, is_given: bool) -> Reference {
        let at = self.base + self.at;
        self.field(slot, is_given, [0; OFFSET_BYTES]);
        Reference(is_given.then_some(at))
    }

    #[inline(always)]
    fn field<const N: usize>(&mut self, slot: VOffsetT, is_given: bool, value: [u8; N]) {
        debug_assert!((self.at - self.start - OFFSET_BYTES).is_multiple_of(N.min(8)), "fields come by falling size");
        // Written in any case: without a branch it is faster, and what comes next overwrites it.
        put(&mut self.bytes, self.at % TABLE_BYTES, value);
        let offset = if is_given { self.at - self.start } else { 0 };
        put(&mut self.bytes, usize::from(slot) % TABLE_BYTES, half(offset));
        self.at += if is_given { N } else { 0 };
    }
}

/// The buffer, kept from frame to frame.
pub(super) struct FrameWriter {
    bytes: Vec<u8>,
    at: usize,
}

impl FrameWriter {
    pub(super) fn new() -> Self {
        Self { bytes: vec![0; INITIAL_BYTES], at: 0 }
    }

    /// Starts a frame, and its body with slots below `slots_end`.
    #[inline(always)]
    pub(super) fn begin(&mut self, body: ServerBody, slots_end: VOffsetT) -> Table {
        self.bytes[..HEAD.len()].copy_from_slice(&HEAD);
        self.bytes[BODY_TYPE_AT] = body.0;
        self.at = HEAD.len();
        self.table(Reference(Some(BODY_AT)), slots_end)
    }

    /// The whole frame, once every table has ended.
    #[inline]
    pub(super) fn finish(&self) -> &[u8] {
        &self.bytes[..self.at]
    }

    /// Starts a table with slots below `slots_end`, that `from` refers to. Nothing else is written until it ends.
    #[inline(always)]
    pub(super) fn table(&mut self, from: Reference, slots_end: VOffsetT) -> Table {
        let start = usize::from(slots_end);
        let mut bytes = [0; TABLE_BYTES + FIELD_BYTES_MAX];
        put(&mut bytes, 0, half(start));
        put(&mut bytes, start % TABLE_BYTES, word(start));
        // The first field comes after the table's own offset, and may need 8 bytes' alignment.
        let base = (self.at + start + OFFSET_BYTES).next_multiple_of(8) - OFFSET_BYTES - start;
        self.reserve(base + TABLE_BYTES + FIELD_BYTES_MAX);
        // The gap is less than 8 bytes; what is beyond it is written next.
        put(&mut self.bytes, self.at, [0; 8]);
        self.at = base;
        self.refer(from, base + start);
        Table { bytes, start, at: start + OFFSET_BYTES, base }
    }

    /// Ends a table: all its fields are written; what they refer to comes next.
    #[inline(always)]
    pub(super) fn end(&mut self, table: &mut Table) {
        assert!(table.at <= TABLE_BYTES, "a table has room");
        put(&mut table.bytes, 2, half(table.at - table.start));
        // All of it, as that is a fixed number of bytes: what is beyond its end is overwritten or not part of the frame.
        put(&mut self.bytes, table.base, table.bytes);
        self.at = table.base + table.at;
        self.align();
    }

    /// Writes a text (UTF-8) that a field refers to; nothing where it does not.
    #[inline]
    pub(super) fn text(&mut self, from: Reference, text: &[u8]) {
        if from.0.is_none() {
            return;
        }
        let at = self.at;
        let end = at + OFFSET_BYTES + text.len();
        self.reserve(end + OFFSET_BYTES);
        self.refer(from, at);
        put(&mut self.bytes, at, word(text.len()));
        self.bytes[at + OFFSET_BYTES..end].copy_from_slice(text);
        self.end_text(end);
    }

    /// A text ends with a NUL, and what comes next is aligned.
    #[inline]
    fn end_text(&mut self, end: usize) {
        self.reserve(end + 2 * OFFSET_BYTES);
        put(&mut self.bytes, end, [0; OFFSET_BYTES]);
        self.at = (end + 1).next_multiple_of(OFFSET_BYTES);
    }

    /// Writes a name that a field refers to, as `text` does: of a fixed size, and so without a call.
    #[inline]
    pub(super) fn name(&mut self, from: Reference, name: &ClOrdId) {
        if from.0.is_none() {
            return;
        }
        let (at, bytes) = (self.at, *name.padded());
        self.reserve(at + OFFSET_BYTES + bytes.len() + OFFSET_BYTES);
        self.refer(from, at);
        put(&mut self.bytes, at, word(name.as_bytes().len()));
        put(&mut self.bytes, at + OFFSET_BYTES, bytes);
        self.end_text(at + OFFSET_BYTES + name.as_bytes().len());
    }

    /// Writes a vector of tables: one reference for each element, then what `element` writes for each.
    pub(super) fn tables<T>(&mut self, from: Reference, elements: &[T], mut element: impl FnMut(&mut Self, Reference, &T)) {
        let first = self.vector(from, elements.len(), OFFSET_BYTES);
        for (index, each) in elements.iter().enumerate() {
            element(self, Reference(Some(first + OFFSET_BYTES * index)), each);
        }
    }

    /// Writes a vector of structs of `N` bytes, the largest of whose fields has 8.
    #[inline]
    pub(super) fn structs<const N: usize>(&mut self, from: Reference, elements: impl ExactSizeIterator<Item = [u8; N]>) {
        let mut at = self.vector(from, elements.len(), N);
        for element in elements {
            put(&mut self.bytes, at, element);
            at += N;
        }
    }

    /// Starts a vector of so many elements of 4 bytes or structs; gives the place of the first.
    #[inline]
    fn vector(&mut self, from: Reference, count: usize, element_bytes: usize) -> usize {
        // The first element is aligned, the count stands before it.
        let alignment = if element_bytes > OFFSET_BYTES { 8 } else { OFFSET_BYTES };
        let first = (self.at + OFFSET_BYTES).next_multiple_of(alignment);
        let end = first + count * element_bytes;
        self.reserve(end);
        self.bytes[self.at..first].fill(0);
        self.refer(from, first - OFFSET_BYTES);
        put(&mut self.bytes, first - OFFSET_BYTES, word(count));
        self.at = end;
        first
    }

    #[inline]
    fn refer(&mut self, from: Reference, to: usize) {
        if let Some(at) = from.0 {
            put(&mut self.bytes, at, word(to - at));
        }
    }

    /// Goes on at a multiple of 4; the gap is zeroed.
    #[inline]
    fn align(&mut self) {
        self.reserve(self.at + OFFSET_BYTES);
        put(&mut self.bytes, self.at, [0; OFFSET_BYTES]);
        self.at = self.at.next_multiple_of(OFFSET_BYTES);
    }

    /// Makes room up to `end`.
    #[inline]
    fn reserve(&mut self, end: usize) {
        if end > self.bytes.len() {
            self.grow(end);
        }
    }

    #[cold]
    fn grow(&mut self, end: usize) {
        self.bytes.resize(end.next_power_of_two(), 0);
    }
}

#[inline(always)]
fn put<const N: usize>(bytes: &mut [u8], at: usize, value: [u8; N]) {
    bytes[at..at + N].copy_from_slice(&value);
}

#[inline(always)]
fn word(value: usize) -> [u8; 4] {
    u32::try_from(value).expect("a frame is far below 4 GiB").to_le_bytes()
}

/// A place in a table, which has `TABLE_BYTES`.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "a table is far below 64 KiB")]
const fn half(value: usize) -> [u8; 2] {
    (value as u16).to_le_bytes()
}
