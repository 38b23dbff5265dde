//! A disk for tests: it forgets what was not synced, tears sectors, loses names, and fails at the call it is told to.
//!
//! Model: each file has the bytes its process sees and the bytes that survive, compared by sectors of 512 bytes. At a
//! crash every sector that differs becomes the old one, the new one, zeros or garbage, each by itself; every name that
//! was not synced is there or not, each by itself. Limit: it does not hand out wrong data on a read without a crash.

use crate::storage::{Storage, StorageFile};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const SECTOR_BYTES: usize = 512;

/// A small seeded source of numbers (`SplitMix64`), the same on every machine.
#[derive(Clone, Debug)]
pub struct SimRng(u64);

impl SimRng {
    /// Starts a stream.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which must not be 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next_u64() % bound
    }

    /// A length or index below `bound`, which must not be 0.
    pub fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).expect("below a usize")
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// What happens at the chosen call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimFault {
    /// This call fails with this error, having done nothing; later ones work.
    Error(io::ErrorKind),
    /// A write takes only half of its bytes, and says so. Other calls are not affected.
    ShortWrite,
    /// The machine stops in this call: a write may have been half done. All later calls fail.
    Crash,
}

/// A promise the disk breaks, to see that a test notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SimLie {
    /// It keeps what it promises.
    #[default]
    None,
    /// `sync_data` does nothing.
    SyncData,
    /// `sync_dir` does nothing.
    SyncDir,
}

/// What survives a crash of what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimCrash {
    /// Everything: only the process ended. What was not synced still is not.
    KeepAll,
    /// Nothing.
    LoseAll,
    /// The first sectors of each file up to some point.
    Prefix,
    /// Each sector is old, new, zeros or garbage; each name is old or new.
    Tear,
}

/// The simulated disk. Clones share it.
#[derive(Clone)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Default)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    lie: SimLie,
    /// Bytes that all files together may have.
    capacity: Option<usize>,
    call_count: u64,
    fault: Option<(u64, SimFault)>,
    crashed: bool,
    locked: bool,
}

#[derive(Clone, Default)]
struct Content {
    seen: Vec<u8>,
    durable: Vec<u8>,
    unsynced: BTreeSet<usize>,
}

impl Default for SimDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl SimDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self { state: Arc::default() }
    }

    /// Makes it break a promise from now on.
    pub fn set_lie(&self, lie: SimLie) {
        self.lock().lie = lie;
    }

    /// Gives it a size, bytes: a write that would let the files grow beyond it fails. `None` is as large as wanted.
    pub fn set_capacity(&self, bytes: Option<usize>) {
        self.lock().capacity = bytes;
    }

    /// Bytes of all files that have a name.
    pub fn used_bytes(&self) -> usize {
        self.lock().used_bytes()
    }

    /// Plans a fault `calls_from_now` calls ahead; 1 is the next call.
    pub fn set_fault(&self, calls_from_now: u64, fault: SimFault) {
        let mut state = self.lock();
        state.fault = Some((state.call_count + calls_from_now, fault));
    }

    /// Whether the planned fault has not happened yet.
    pub fn fault_is_ahead(&self) -> bool {
        let state = self.lock();
        state.fault.is_some_and(|(at, _)| at > state.call_count)
    }

    /// Whether a planned crash happened.
    pub fn has_crashed(&self) -> bool {
        self.lock().crashed
    }

    /// Calls so far.
    pub fn call_count(&self) -> u64 {
        self.lock().call_count
    }

    /// The disk as the next process finds it. This one is left as it is.
    #[must_use]
    pub fn after_crash(&self, crash: SimCrash, rng: &mut SimRng) -> Self {
        let state = self.lock();
        if crash == SimCrash::KeepAll {
            let next = State { fault: None, call_count: 0, crashed: false, locked: false, ..state.clone() };
            return Self { state: Arc::new(Mutex::new(next)) };
        }
        let contents = state.files.iter().map(|content| content.after_crash(crash, rng)).collect();
        let mut names = state.durable_names.clone();
        let all: BTreeSet<&String> = state.names.keys().chain(state.durable_names.keys()).collect();
        for name in all {
            let keep_new = match crash {
                SimCrash::KeepAll | SimCrash::LoseAll => false,
                SimCrash::Prefix | SimCrash::Tear => rng.one_in(2),
            };
            match state.names.get(name) {
                Some(file) if keep_new => _ = names.insert(name.clone(), *file),
                None if keep_new => _ = names.remove(name),
                _ => {}
            }
        }
        let next = State {
            files: contents,
            durable_names: names.clone(),
            names,
            lie: state.lie,
            capacity: state.capacity,
            ..State::default()
        };
        Self { state: Arc::new(Mutex::new(next)) }
    }

    /// A disk of its own with the same content, without lock, fault and count.
    #[must_use]
    pub fn copy(&self) -> Self {
        self.after_crash(SimCrash::KeepAll, &mut SimRng::new(0))
    }

    /// All names and what a process reads in them.
    pub fn images(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.lock();
        state.names.iter().map(|(name, file)| (name.clone(), state.files[*file].seen.clone())).collect()
    }

    /// Puts a file in place, durably.
    pub fn set_image(&self, name: &str, bytes: Vec<u8>) {
        let mut state = self.lock();
        let file = state.files.len();
        state.files.push(Content { durable: bytes.clone(), seen: bytes, unsynced: BTreeSet::new() });
        state.names.insert(name.to_owned(), file);
        state.durable_names.insert(name.to_owned(), file);
    }

    /// Takes a file away, durably.
    pub fn remove_image(&self, name: &str) {
        let mut state = self.lock();
        state.names.remove(name);
        state.durable_names.remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call; fails it where that is planned.
    fn call(&self) -> io::Result<(MutexGuard<'_, State>, Option<SimFault>)> {
        let mut state = self.lock();
        if state.crashed {
            return Err(io::Error::other("the machine stopped"));
        }
        state.call_count += 1;
        let fault = state.fault.filter(|(at, _)| *at == state.call_count).map(|(_, fault)| fault);
        match fault {
            Some(SimFault::Error(kind)) => Err(kind.into()),
            Some(SimFault::Crash) => {
                state.crashed = true;
                Ok((state, fault))
            }
            _ => Ok((state, fault)),
        }
    }

    fn not_crashed<T>(fault: Option<SimFault>, value: T) -> io::Result<T> {
        if fault == Some(SimFault::Crash) { Err(io::Error::other("the machine stopped")) } else { Ok(value) }
    }
}

impl State {
    fn used_bytes(&self) -> usize {
        self.names.values().map(|file| self.files[*file].seen.len()).sum()
    }
}

impl Content {
    fn write(&mut self, bytes: &[u8], offset: usize) {
        let end = offset + bytes.len();
        if self.seen.len() < end {
            self.seen.resize(end, 0);
        }
        self.seen[offset..end].copy_from_slice(bytes);
        self.unsynced.extend(offset / SECTOR_BYTES..end.div_ceil(SECTOR_BYTES));
    }

    fn sync(&mut self) {
        self.durable.resize(self.seen.len(), 0);
        for sector in std::mem::take(&mut self.unsynced) {
            let range = sector_range(sector, self.seen.len());
            self.durable[range.clone()].copy_from_slice(&self.seen[range]);
        }
    }

    fn after_crash(&self, crash: SimCrash, rng: &mut SimRng) -> Self {
        let mut bytes = self.durable.clone();
        let grown = self.seen.len() - self.durable.len();
        let kept_growth = match crash {
            SimCrash::KeepAll | SimCrash::LoseAll => 0,
            SimCrash::Prefix | SimCrash::Tear => rng.index(grown + 1),
        };
        bytes.resize(self.durable.len() + kept_growth, 0);
        let prefix = rng.index(self.unsynced.len() + 1);
        for (index, sector) in self.unsynced.iter().enumerate() {
            let range = sector_range(*sector, bytes.len());
            let fate = match crash {
                SimCrash::KeepAll | SimCrash::LoseAll => 1,
                SimCrash::Prefix => u64::from(index >= prefix),
                SimCrash::Tear => rng.below(4),
            };
            match fate {
                0 => bytes[range.clone()].copy_from_slice(&self.seen[range]),
                1 => {}
                2 => bytes[range].fill(0),
                _ => bytes[range].fill_with(|| rng.next_u64().to_le_bytes()[0]),
            }
        }
        Self { seen: bytes.clone(), durable: bytes, unsynced: BTreeSet::new() }
    }
}

fn sector_range(sector: usize, len: usize) -> std::ops::Range<usize> {
    let start = (sector * SECTOR_BYTES).min(len);
    start..(start + SECTOR_BYTES).min(len)
}

struct SimFile {
    disk: SimDisk,
    file: usize,
}

struct SimLock {
    disk: SimDisk,
}

impl Drop for SimLock {
    fn drop(&mut self) {
        self.disk.lock().locked = false;
    }
}

impl Storage for SimDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        let (state, fault) = self.call()?;
        Self::not_crashed(fault, state.names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        let (mut state, fault) = self.call()?;
        if state.names.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = state.files.len();
        state.files.push(Content::default());
        state.names.insert(name.to_owned(), file);
        Self::not_crashed(fault, Box::new(SimFile { disk: self.clone(), file }))
    }

    fn open(&self, name: &str, _writable: bool) -> io::Result<Box<dyn StorageFile>> {
        let (state, fault) = self.call()?;
        let file = *state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Self::not_crashed(fault, Box::new(SimFile { disk: self.clone(), file }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (mut state, fault) = self.call()?;
        let file = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), file);
        Self::not_crashed(fault, ())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let (mut state, fault) = self.call()?;
        state.names.remove(name).ok_or(io::ErrorKind::NotFound)?;
        Self::not_crashed(fault, ())
    }

    fn sync_dir(&self) -> io::Result<()> {
        let (mut state, fault) = self.call()?;
        // A sync that the crash cut short promised nothing.
        if fault != Some(SimFault::Crash) && state.lie != SimLie::SyncDir {
            state.durable_names = state.names.clone();
        }
        Self::not_crashed(fault, ())
    }

    fn lock(&self) -> io::Result<Box<dyn Send>> {
        let (mut state, fault) = self.call()?;
        if std::mem::replace(&mut state.locked, true) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        // The lock's own end takes the state again.
        drop(state);
        Self::not_crashed(fault, Box::new(SimLock { disk: self.clone() }))
    }
}

impl StorageFile for SimFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let (state, fault) = self.disk.call()?;
        let seen = &state.files[self.file].seen;
        let from = usize::try_from(offset).map_err(io::Error::other)?.min(seen.len());
        let count = buffer.len().min(seen.len() - from);
        buffer[..count].copy_from_slice(&seen[from..from + count]);
        SimDisk::not_crashed(fault, count)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let (mut state, fault) = self.disk.call()?;
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        let count = if fault == Some(SimFault::ShortWrite) { bytes.len().div_ceil(2) } else { bytes.len() };
        let growth = (offset + count).saturating_sub(state.files[self.file].seen.len());
        if growth > 0 && state.capacity.is_some_and(|capacity| state.used_bytes() + growth > capacity) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.files[self.file].write(&bytes[..count], offset);
        SimDisk::not_crashed(fault, count)
    }

    fn sync_data(&self) -> io::Result<()> {
        let (mut state, fault) = self.disk.call()?;
        if fault != Some(SimFault::Crash) && state.lie != SimLie::SyncData {
            state.files[self.file].sync();
        }
        SimDisk::not_crashed(fault, ())
    }

    fn size(&self) -> io::Result<u64> {
        let (state, fault) = self.disk.call()?;
        SimDisk::not_crashed(fault, state.files[self.file].seen.len() as u64)
    }
}
