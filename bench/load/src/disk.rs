//! The floor of a durable acknowledgement: appending a record and waiting for `fdatasync`, nothing else.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

use crate::clock::ns_since;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::report::Report;

/// Zeros written at a time while the file is prepared.
const PREPARE_BYTES: usize = 1 << 20;

/// Measures `count` appends of `bytes` to a file whose blocks are all written already, so that a sync touches no
/// metadata. The file is removed after.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    let path = Path::new(&options.dir).join(format!("jware-load-{}.tmp", std::process::id()));
    let samples = measure(options, &path);
    std::fs::remove_file(&path).map_err(LoadError::io("removing the file"))?;
    let samples = samples?;
    let elapsed_ns = samples.iter().sum();
    Ok(Report::new("fdatasync")
        .with("bytes", options.bytes as u128)
        .with_latencies("", samples)
        .with_throughput(options.count, elapsed_ns))
}

fn measure(options: &Options, path: &Path) -> Result<Vec<u64>, LoadError> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(path).map_err(LoadError::io("making a file"))?;
    let total = (options.warm_up + options.count) * options.bytes;
    let zeros = vec![0; PREPARE_BYTES];
    for offset in (0..total).step_by(PREPARE_BYTES) {
        file.write_all_at(&zeros, offset as u64).map_err(LoadError::io("filling the file"))?;
    }
    file.sync_all().map_err(LoadError::io("filling the file"))?;

    let record = vec![0x5a; options.bytes];
    let mut samples = Vec::with_capacity(options.count);
    for index in 0..options.warm_up + options.count {
        let start = Instant::now();
        file.write_all_at(&record, (index * options.bytes) as u64).map_err(LoadError::io("writing"))?;
        file.sync_data().map_err(LoadError::io("fdatasync"))?;
        if index >= options.warm_up {
            samples.push(ns_since(start));
        }
    }
    let mut last = vec![0; options.bytes];
    file.read_exact_at(&mut last, (total - options.bytes) as u64).map_err(LoadError::io("reading back"))?;
    if last == record { Ok(samples) } else { Err(LoadError::Wrong("the last record reads back as other bytes".to_owned())) }
}
