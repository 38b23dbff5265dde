//! Measures appending, group commit and replay on real files:
//! `cargo run --release -p jware-journal --example rates -- [folder] [record count] [payload bytes]`

use jware_journal::{AckMode, Callbacks, Journal, Options, Reader};
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let default_dir = std::env::temp_dir().join("jware-journal-rates");
    let dir = arguments.next().map_or(default_dir, Into::into);
    let record_count: u64 = arguments.next().map_or(Ok(2_000_000), |text| text.parse())?;
    let payload = vec![0x5a; arguments.next().map_or(Ok(64), |text| text.parse())?];
    println!("{record_count} records of {} bytes in {}", payload.len(), dir.display());
    for ack in [AckMode::Durable, AckMode::Memory] {
        remove(&dir)?;
        append(&dir, ack, record_count, &payload)?;
    }
    replay(&dir)?;
    remove(&dir)?;
    one_at_a_time(&dir, &payload)?;
    remove(&dir)?;
    Ok(())
}

fn remove(dir: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn append(dir: &Path, ack: AckMode, record_count: u64, payload: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let options = Options { ack, backlog_bytes_max: usize::MAX, ..Options::new(1) };
    let (journal, _) = Journal::open(dir, options)?.start(Callbacks::new(|_| {}))?;
    let mut appending = Duration::ZERO;
    let started = Instant::now();
    let mut seq = 0;
    while seq < record_count {
        let burst = Instant::now();
        for _ in 0..1000.min(record_count - seq) {
            seq += 1;
            journal.append(seq, seq, 1, payload, true)?;
        }
        appending += burst.elapsed();
        // An engine refuses work before its backlog grows without bound; so does this loop.
        while journal.backlog_bytes() > 4 << 20 {
            std::thread::yield_now();
        }
    }
    journal.sync_all()?;
    let whole = started.elapsed();
    let metrics = journal.metrics();
    println!(
        "{ack:?}: append {:.0} ns each; all committed at {:.2} M records/s, {:.0} MB/s; {} batches, sync mean {} us, max {} us",
        nanos(appending) / count(record_count),
        count(record_count) / whole.as_secs_f64() / 1e6,
        count(metrics.byte_count) / whole.as_secs_f64() / 1e6,
        metrics.batch_count,
        metrics.sync_ns_total / metrics.sync_count.max(1) / 1000,
        metrics.sync_ns_max / 1000,
    );
    journal.close()?;
    Ok(())
}

fn replay(dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut sum = 0_u64;
    let started = Instant::now();
    let mut recovery = Journal::open(dir, Options::new(1))?;
    recovery.replay(|record| sum = sum.wrapping_add(record.seq + record.payload.len() as u64))?;
    let took = started.elapsed();
    let records = recovery.summary().record_count;
    drop(recovery);
    println!("replay: {records} records in {took:.1?}, {:.2} M records/s", count(records) / took.as_secs_f64() / 1e6);
    let started = Instant::now();
    let mut reader = Reader::open(dir, 1)?;
    while reader.next_batch(u64::MAX, 1000, |record| sum = sum.wrapping_add(record.seq))? > 0 {}
    println!("reader: {:.2} M records/s", count(records) / started.elapsed().as_secs_f64() / 1e6);
    black_box(sum);
    Ok(())
}

/// What a lone client feels: append, wait until it is durable, again.
fn one_at_a_time(dir: &Path, payload: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let (journal, _) = Journal::open(dir, Options::new(1))?.start(Callbacks::new(|_| {}))?;
    let mut waits: Vec<Duration> = Vec::new();
    for seq in 1..=5000 {
        let started = Instant::now();
        journal.append(seq, seq, 1, payload, true)?;
        journal.wait_durable(seq)?;
        waits.push(started.elapsed());
    }
    waits.sort_unstable();
    let at = |per_mille: usize| waits[waits.len() * per_mille / 1000];
    println!("one at a time, append to durable: p50 {:.0?}, p99 {:.0?}, p99.9 {:.0?}", at(500), at(990), at(999));
    journal.close()?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a printed rate")]
fn count(value: u64) -> f64 {
    value as f64
}

fn nanos(value: Duration) -> f64 {
    value.as_secs_f64() * 1e9
}
