//! The floor of a durable acknowledgement: appending a record and waiting for `fdatasync`, nothing else.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::clock::ns_since;
use crate::load_error::LoadError;
use crate::options::Options;
use crate::report::Report;

/// Zeros written at a time while the file is prepared.
const PREPARE_BYTES: usize = 1 << 20;

/// A file whose blocks are all written already, so that a sync of a record touches no metadata. Removed when dropped.
pub struct RecordFile {
    file: File,
    path: PathBuf,
    record: Vec<u8>,
    written_count: usize,
}

impl RecordFile {
    /// Makes one with room for `record_count` records of `bytes` in the folder.
    pub fn create(dir: &str, bytes: usize, record_count: usize) -> Result<Self, LoadError> {
        let path = Path::new(dir).join(format!("jware-load-{}.tmp", std::process::id()));
        let made = OpenOptions::new().read(true).write(true).create_new(true).open(&path);
        let file = made.map_err(LoadError::io("making a file"))?;
        let made = Self { file, path, record: vec![0x5a; bytes], written_count: 0 };
        let zeros = vec![0; PREPARE_BYTES];
        for offset in (0..record_count * bytes).step_by(PREPARE_BYTES) {
            made.file.write_all_at(&zeros, offset as u64).map_err(LoadError::io("filling the file"))?;
        }
        made.file.sync_all().map_err(LoadError::io("filling the file"))?;
        Ok(made)
    }

    /// Writes the next record and waits until it is on the disk; how long that took, nanoseconds.
    pub fn append(&mut self) -> Result<u64, LoadError> {
        let start = Instant::now();
        self.file.write_all_at(&self.record, self.end()).map_err(LoadError::io("writing"))?;
        self.file.sync_data().map_err(LoadError::io("fdatasync"))?;
        let latency_ns = ns_since(start);
        self.written_count += 1;
        Ok(latency_ns)
    }

    /// Reads the last record back.
    pub fn check(&self) -> Result<(), LoadError> {
        let mut last = vec![0; self.record.len()];
        let at = self.end() - self.record.len() as u64;
        self.file.read_exact_at(&mut last, at).map_err(LoadError::io("reading back"))?;
        if last == self.record {
            return Ok(());
        }
        Err(LoadError::Wrong("the last record reads back as other bytes".to_owned()))
    }

    fn end(&self) -> u64 {
        (self.written_count * self.record.len()) as u64
    }
}

impl Drop for RecordFile {
    fn drop(&mut self) {
        // What cannot be removed lies in a scratch folder.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Measures `count` appends of `bytes`.
pub fn run(options: &Options) -> Result<Report, LoadError> {
    let mut file = RecordFile::create(&options.dir, options.bytes, options.warm_up + options.count)?;
    for _ in 0..options.warm_up {
        file.append()?;
    }
    let samples = (0..options.count).map(|_| file.append()).collect::<Result<Vec<_>, _>>()?;
    file.check()?;
    let elapsed_ns = samples.iter().sum();
    Ok(Report::new("fdatasync")
        .with("bytes", options.bytes as u128)
        .with_latencies("", samples)
        .with_throughput(options.count, elapsed_ns))
}
