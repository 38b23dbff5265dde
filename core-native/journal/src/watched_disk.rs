//! A simulated disk that tells of each call before it is made, so that a test can wait there, panic, or let another go first.

use crate::sim_disk::SimDisk;
use crate::storage::{Storage, StorageFile};
use std::io;
use std::sync::Arc;

/// A call to a disk, or to a file of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskCall {
    /// Names of all files.
    List,
    /// A new file.
    Create,
    /// An existing file.
    Open,
    /// Another name.
    Rename,
    /// No file any more.
    Remove,
    /// Names are made durable.
    SyncDir,
    /// The exclusive lock.
    Lock,
    /// Bytes of a file.
    Read,
    /// Bytes into a file.
    Write,
    /// Bytes of a file are made durable.
    SyncData,
    /// Length of a file.
    Size,
}

type Look = Arc<dyn Fn(DiskCall) + Send + Sync>;

/// The disk. What others do on the inner one is not told.
pub struct WatchedDisk {
    inner: SimDisk,
    look: Look,
}

struct WatchedFile {
    inner: Box<dyn StorageFile>,
    look: Look,
}

impl WatchedDisk {
    /// `look` is called before each call, on its thread.
    pub fn new(inner: SimDisk, look: impl Fn(DiskCall) + Send + Sync + 'static) -> Self {
        Self { inner, look: Arc::new(look) }
    }

    fn watched(&self, inner: Box<dyn StorageFile>) -> Box<dyn StorageFile> {
        Box::new(WatchedFile { inner, look: Arc::clone(&self.look) })
    }
}

impl Storage for WatchedDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        (self.look)(DiskCall::List);
        self.inner.list()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        (self.look)(DiskCall::Create);
        Ok(self.watched(self.inner.create(name)?))
    }

    fn open(&self, name: &str, writable: bool) -> io::Result<Box<dyn StorageFile>> {
        (self.look)(DiskCall::Open);
        Ok(self.watched(self.inner.open(name, writable)?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        (self.look)(DiskCall::Rename);
        self.inner.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        (self.look)(DiskCall::Remove);
        self.inner.remove(name)
    }

    fn sync_dir(&self) -> io::Result<()> {
        (self.look)(DiskCall::SyncDir);
        self.inner.sync_dir()
    }

    fn lock(&self) -> io::Result<Box<dyn Send>> {
        (self.look)(DiskCall::Lock);
        self.inner.lock()
    }
}

impl StorageFile for WatchedFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (self.look)(DiskCall::Read);
        self.inner.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        (self.look)(DiskCall::Write);
        self.inner.write_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        (self.look)(DiskCall::SyncData);
        self.inner.sync_data()
    }

    fn size(&self) -> io::Result<u64> {
        (self.look)(DiskCall::Size);
        self.inner.size()
    }
}
