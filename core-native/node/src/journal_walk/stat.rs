//! Counts over the records and batches that a walk has passed.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};

use jware_core::command::Command;
use jware_journal::{Record, SurveyedBatch};
use serde_json::{Value, json};

const NS_PER_S: u64 = 1_000_000_000;

/// What was counted.
#[derive(Debug, Default)]
pub struct Stat {
    kinds: BTreeMap<String, Count>,
    /// How often a batch had so many records; seals not counted.
    batch_records: BTreeMap<u64, u64>,
    /// How often a batch had so many bytes; seals not counted.
    batch_bytes: BTreeMap<u64, u64>,
    seal_count: u64,
    used_bytes: u64,
    record_count: u64,
    payload_bytes: u64,
    first: Option<(u64, u64)>,
    last: (u64, u64),
    /// The second that is being counted, and the busiest.
    second: (u64, u64),
    busiest: (u64, u64),
}

#[derive(Debug, Default)]
struct Count {
    records: u64,
    bytes: u64,
}

impl Stat {
    /// Counts a record; what its command is called, where it was read.
    pub fn record(&mut self, record: &Record<'_>, command: Option<&Command>) {
        let bytes = record.payload.len() as u64;
        self.record_count += 1;
        self.payload_bytes += bytes;
        let name = command.map_or_else(|| format!("kind {}", record.kind), variant);
        let count = self.kinds.entry(name).or_default();
        count.records += 1;
        count.bytes += bytes;
        self.first.get_or_insert((record.seq, record.ts_ns));
        self.last = (record.seq, record.ts_ns);
        let second = record.ts_ns / NS_PER_S;
        if self.second.0 != second {
            self.second = (second, 0);
        }
        self.second.1 += 1;
        if self.second.1 > self.busiest.1 {
            self.busiest = self.second;
        }
    }

    /// Counts a batch.
    pub fn batch(&mut self, batch: &SurveyedBatch) {
        self.used_bytes += batch.bytes;
        if batch.record_count == 0 {
            self.seal_count += 1;
            return;
        }
        *self.batch_records.entry(batch.record_count).or_default() += 1;
        *self.batch_bytes.entry(batch.bytes).or_default() += 1;
    }

    /// Records so far.
    pub const fn record_count(&self) -> u64 {
        self.record_count
    }

    /// Sequence of the last record; 0 where there was none.
    pub const fn last_seq(&self) -> u64 {
        self.last.0
    }

    /// Everything as JSON; times in nanoseconds are decimal strings.
    pub fn report(&self) -> Value {
        let (first_seq, first_ts_ns) = self.first.unwrap_or_default();
        let kinds: Vec<Value> = self
            .kinds
            .iter()
            .map(|(name, count)| json!({ "name": name, "records": count.records, "payloadBytes": count.bytes }))
            .collect();
        json!({
            "recordCount": self.record_count,
            "payloadBytes": self.payload_bytes,
            "usedBytes": self.used_bytes,
            "firstSeq": first_seq,
            "lastSeq": self.last.0,
            "firstTsNs": first_ts_ns.to_string(),
            "lastTsNs": self.last.1.to_string(),
            "busiestSecond": { "tsNs": (self.busiest.0 * NS_PER_S).to_string(), "records": self.busiest.1 },
            "batchCount": self.batch_records.values().sum::<u64>(),
            "sealCount": self.seal_count,
            "batchRecords": spread(&self.batch_records),
            "batchBytes": spread(&self.batch_bytes),
            "kinds": kinds,
        })
    }
}

/// Least, median, 90th and 99th of a hundred, and greatest; null where there is nothing.
fn spread(counts: &BTreeMap<u64, u64>) -> Value {
    let total: u64 = counts.values().sum();
    let at = |percent: u64| {
        let rank = (total * percent).div_ceil(100).max(1);
        let mut passed = 0;
        counts.iter().find(|(_, count)| {
            passed += **count;
            passed >= rank
        })
    };
    let value = |found: Option<(&u64, &u64)>| found.map(|(value, _)| *value);
    json!({
        "min": value(counts.first_key_value()),
        "p50": value(at(50)),
        "p90": value(at(90)),
        "p99": value(at(99)),
        "max": value(counts.last_key_value()),
    })
}

/// The name of an enumeration's variant. Formatting stops behind the name, so that nothing of its content is looked at.
pub fn variant(value: &impl Debug) -> String {
    struct Name(String);
    impl Write for Name {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            for letter in text.chars() {
                if !letter.is_alphanumeric() {
                    return Err(std::fmt::Error);
                }
                self.0.push(letter);
            }
            Ok(())
        }
    }
    let mut name = Name(String::new());
    // It ends with an error as soon as the name is known.
    let _ = write!(name, "{value:?}");
    name.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_list() {
        let of = |list: &[u64]| {
            let mut counts = BTreeMap::new();
            for value in list {
                *counts.entry(*value).or_default() += 1;
            }
            spread(&counts)
        };
        assert_eq!(of(&[]), json!({ "min": null, "p50": null, "p90": null, "p99": null, "max": null }));
        assert_eq!(of(&[7]), json!({ "min": 7, "p50": 7, "p90": 7, "p99": 7, "max": 7 }));
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(of(&hundred), json!({ "min": 1, "p50": 50, "p90": 90, "p99": 99, "max": 100 }));
        assert_eq!(of(&[1, 1, 1, 9]), json!({ "min": 1, "p50": 1, "p90": 9, "p99": 9, "max": 9 }));
    }

    #[test]
    fn a_variant_is_named_whatever_it_holds() {
        assert_eq!(variant(&Command::Tick), "Tick");
        assert_eq!(variant(&Command::Market(Vec::new())), "Market");
        assert_eq!(variant(&Some(3)), "Some");
    }
}
