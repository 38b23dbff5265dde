//! A batch for JavaScript: all its text in one piece of memory, and a small header that says what is where. So no text is
//! escaped on one side and unescaped on the other.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use super::Batch;

/// A batch as its two parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Packed {
    /// Everything but the text, and where that is, as JSON; `Header` of `core-native/src/projection.ts`.
    pub header: String,
    /// The text of all tables.
    pub bytes: Vec<u8>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    from_seq: u64,
    to_seq: u64,
    row_count: usize,
    first_ts_ns: String,
    to_ts_ns: String,
    tables: BTreeMap<&'static str, Places>,
}

/// Where the text of a table is, in bytes.
#[derive(Serialize)]
struct Places {
    #[serde(skip_serializing_if = "Range::is_empty")]
    copied: Range<usize>,
    /// A column each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replaced: Vec<Range<usize>>,
}

/// Puts the text of a batch together.
pub fn pack(batch: Batch) -> Result<Packed, String> {
    let Batch { from_seq, to_seq, tables, row_count, first_ts_ns, to_ts_ns } = batch;
    let texts = tables.values().flat_map(|rows| std::iter::once(&rows.copied).chain(&rows.replaced));
    let mut bytes = Vec::with_capacity(texts.map(String::len).sum());
    let mut put = |text: &str| {
        let start = bytes.len();
        bytes.extend_from_slice(text.as_bytes());
        start..bytes.len()
    };
    let places = tables.iter().map(|(&table, rows)| {
        let copied = put(&rows.copied);
        (table, Places { copied, replaced: rows.replaced.iter().map(|column| put(column)).collect() })
    });
    let header = Header { from_seq, to_seq, row_count, first_ts_ns, to_ts_ns, tables: places.collect() };
    let header = serde_json::to_string(&header).map_err(|error| error.to_string())?;
    Ok(Packed { header, bytes })
}
