//! Every file access of the journal goes through these two traits.
//!
//! [`DirStorage`] is the real thing: one folder. [`crate::sim_disk::SimDisk`] is a disk that forgets, tears and fails.
//! A storage is one flat folder; names carry no path.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A flat folder of files.
pub trait Storage: Send + Sync {
    /// Names of all files.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Makes a new, empty file; fails where one of this name exists. The name is durable after [`Storage::sync_dir`].
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>>;
    /// Opens an existing file for reading, and for writing where asked.
    fn open(&self, name: &str, writable: bool) -> io::Result<Box<dyn StorageFile>>;
    /// Gives a file a new name. Durable after [`Storage::sync_dir`].
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file. Durable after [`Storage::sync_dir`].
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes names durable.
    fn sync_dir(&self) -> io::Result<()>;
    /// Takes the exclusive lock, held until the value is dropped; `WouldBlock` where another holds it.
    fn lock(&self) -> io::Result<Box<dyn Send>>;
}

/// One open file. Positions are explicit, so there is no shared cursor.
pub trait StorageFile: Send {
    /// Reads at most `buffer.len()` bytes at `offset`; 0 at the end of the file.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes at most `bytes.len()` bytes at `offset`, and says how many.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;
    /// Makes the content durable, and the length where it grew.
    fn sync_data(&self) -> io::Result<()>;
    /// Length of the file, bytes.
    fn size(&self) -> io::Result<u64>;
}

/// Writes all bytes. A short write goes on where it stopped; an interrupted one is repeated, nothing else is.
pub(crate) fn write_all(file: &dyn StorageFile, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write_at(bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                bytes = &bytes[count..];
                offset += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads until the buffer is full or the file ends, and gives the count.
pub(crate) fn read_full(file: &dyn StorageFile, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match file.read_at(&mut buffer[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// A folder of the file system.
#[derive(Debug)]
pub struct DirStorage {
    dir: PathBuf,
}

const LOCK_FILE: &str = "journal.lock";

impl DirStorage {
    /// Makes the folder where it is absent, durably.
    pub fn create(dir: impl AsRef<Path>) -> io::Result<Self> {
        let dir = dir.as_ref();
        if !dir.exists() {
            fs::create_dir_all(dir)?;
            if let Some(parent) = dir.canonicalize()?.parent() {
                File::open(parent)?.sync_all()?;
            }
        }
        Ok(Self { dir: dir.to_path_buf() })
    }

    /// Uses an existing folder.
    pub fn existing(dir: impl AsRef<Path>) -> Self {
        Self { dir: dir.as_ref().to_path_buf() }
    }
}

impl Storage for DirStorage {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            // A name that is not UTF-8 is not ours, nor is a folder, such as `lost+found` at the root of a volume.
            if let (Ok(name), false) = (entry.file_name().into_string(), entry.file_type()?.is_dir()) {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        Ok(Box::new(OpenOptions::new().read(true).write(true).create_new(true).open(self.dir.join(name))?))
    }

    fn open(&self, name: &str, writable: bool) -> io::Result<Box<dyn StorageFile>> {
        Ok(Box::new(OpenOptions::new().read(true).write(writable).open(self.dir.join(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.dir.join(from), self.dir.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.dir.join(name))
    }

    fn sync_dir(&self) -> io::Result<()> {
        File::open(&self.dir)?.sync_all()
    }

    fn lock(&self) -> io::Result<Box<dyn Send>> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(self.dir.join(LOCK_FILE))?;
        file.try_lock()?;
        Ok(Box::new(file))
    }
}

impl StorageFile for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        FileExt::write_at(self, bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        File::sync_data(self)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}
