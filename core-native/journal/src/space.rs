//! Room on the disk: the next segment is made before it is needed, and a reserve stands by for when it cannot be.
//!
//! Invariant: the journal goes to a segment only once all of it is allocated. A full disk is therefore met here, by a helper
//! thread and in time, and never by a write of records. While the next segment cannot be made, [`Space::is_full`] says so:
//! what is left of the present segment, and then the reserve, are for what must not be refused.
//! Limit: on a file system that copies on write, allocated is not yet reserved.

use crate::error::JournalError;
use crate::format::SegmentHeader;
use crate::options::Options;
use crate::segment::{RESERVE, make_file, make_spare, promote, spare_name, zero_what_is_not};
use crate::storage::{Storage, StorageFile};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// How long a disk that is full is left alone.
const RETRY: Duration = Duration::from_secs(1);

pub(crate) struct Space {
    shared: Arc<Shared>,
    /// Off where one thread steps everything: then segments are made when they are needed.
    in_background: bool,
    helper: Option<JoinHandle<()>>,
    /// What was asked for last, so that the lock is not taken for each batch.
    asked: u64,
    is_on_reserve: bool,
}

struct Shared {
    storage: Arc<dyn Storage>,
    segment_bytes: u64,
    reserve_bytes: u64,
    reserve_bytes_min: u64,
    state: Mutex<State>,
    changed: Condvar,
    is_full: Arc<AtomicBool>,
}

#[derive(Default)]
struct State {
    wanted: Option<u64>,
    /// The number that is being made right now.
    making: Option<u64>,
    ready: Option<(u64, Box<dyn StorageFile>)>,
    failed: Option<JournalError>,
    closing: bool,
}

impl Space {
    pub(crate) fn new(storage: Arc<dyn Storage>, options: &Options, in_background: bool) -> Self {
        let shared = Shared {
            storage,
            segment_bytes: options.segment_bytes,
            reserve_bytes: options.reserve_bytes,
            reserve_bytes_min: options.reserve_bytes_min(),
            state: Mutex::default(),
            changed: Condvar::new(),
            is_full: Arc::default(),
        };
        Self { shared: Arc::new(shared), in_background, helper: None, asked: 0, is_on_reserve: false }
    }

    /// Whether the next segment is wanted and cannot be made for want of room. Shared, for whoever refuses work.
    pub(crate) fn is_full(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.shared.is_full)
    }

    /// Whether records go to what was the reserve.
    pub(crate) fn is_on_reserve(&self) -> bool {
        self.is_on_reserve
    }

    /// Asks for a segment ahead of its time.
    pub(crate) fn want(&mut self, segment_no: u64) {
        if !self.in_background || self.asked == segment_no {
            return;
        }
        self.asked = segment_no;
        self.shared.lock().wanted = Some(segment_no);
        self.shared.changed.notify_all();
        if self.helper.is_none() {
            self.start_helper(Builder::new().name("jware-journal-space".to_owned()));
        }
    }

    /// A thread that cannot be had is an error of the segment that is wanted: whoever takes it would wait for nobody.
    fn start_helper(&mut self, thread: Builder) {
        let shared = Arc::clone(&self.shared);
        match thread.spawn(move || shared.keep_or_tell()) {
            Ok(helper) => self.helper = Some(helper),
            Err(error) => self.shared.lock().failed = Some(JournalError::io("start", "the thread that makes segments")(error)),
        }
    }

    /// The file of the segment that begins now, with its header and its name, both durable, and how long it is.
    pub(crate) fn begin(&mut self, header: &SegmentHeader) -> Result<(Box<dyn StorageFile>, u64), JournalError> {
        let shared = &*self.shared;
        self.is_on_reserve = false;
        match shared.take(header.segment_no) {
            Ok(spare) => {
                promote(&*shared.storage, &*spare, &spare_name(header.segment_no), header)?;
                shared.is_full.store(false, Ordering::Release);
                Ok((spare, shared.segment_bytes))
            }
            Err(error) if is_storage_full(&error) => {
                let begun = shared.begin_reserve(header, error)?;
                self.is_on_reserve = true;
                Ok(begun)
            }
            Err(error) => Err(error),
        }
    }

    /// Makes what is missing of the reserve, where one thread steps everything.
    pub(crate) fn make_reserve(&self) -> Result<(), JournalError> {
        self.shared.make_reserve()
    }

    /// Ends the helper and removes the spare, which nothing refers to yet.
    pub(crate) fn close(&mut self) -> Result<(), JournalError> {
        self.shared.lock().closing = true;
        self.shared.changed.notify_all();
        if let Some(helper) = self.helper.take() {
            helper.join().map_err(|_| panicked())?;
        }
        let Some((segment_no, _)) = self.shared.lock().ready.take() else { return Ok(()) };
        let name = spare_name(segment_no);
        self.shared.storage.remove(&name).map_err(JournalError::io("remove", &name))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The spare of this number: made before, being made, or made now.
    fn take(&self, segment_no: u64) -> Result<Box<dyn StorageFile>, JournalError> {
        let mut state = self.lock();
        loop {
            if let Some((_, spare)) = state.ready.take_if(|(ready, _)| *ready == segment_no) {
                return Ok(spare);
            }
            if let Some(error) = state.failed.take() {
                return Err(error);
            }
            if state.wanted != Some(segment_no) {
                break;
            }
            if self.is_full.load(Ordering::Acquire) && state.making.is_none() {
                // The helper waits for room, and the records cannot.
                state.wanted = None;
                return Err(JournalError::io("write", &spare_name(segment_no))(ErrorKind::StorageFull.into()));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        make_spare(&self.storage, segment_no, self.segment_bytes)
    }

    /// Goes on in the reserve, or gives the error that led here where there is none.
    fn begin_reserve(&self, header: &SegmentHeader, error: JournalError) -> Result<(Box<dyn StorageFile>, u64), JournalError> {
        self.is_full.store(true, Ordering::Release);
        let file = match self.storage.open(RESERVE, true) {
            Ok(file) => file,
            Err(absent) if absent.kind() == ErrorKind::NotFound => return Err(error),
            Err(failed) => return Err(JournalError::io("open", RESERVE)(failed)),
        };
        // The caller's segments are zeros behind their header, whatever somebody did to this file.
        let len = zero_what_is_not(&*file, RESERVE)?;
        if len < self.reserve_bytes_min {
            return Err(JournalError::ReserveSize { bytes: len, bytes_min: self.reserve_bytes_min });
        }
        promote(&*self.storage, &*file, RESERVE, header)?;
        Ok((file, len))
    }

    fn make_reserve(&self) -> Result<(), JournalError> {
        let names = self.storage.list().map_err(JournalError::io("list", "the folder"))?;
        if self.reserve_bytes == 0 || names.iter().any(|name| name == RESERVE) {
            return Ok(());
        }
        let temporary = format!("{RESERVE}.tmp");
        make_file(&*self.storage, &temporary, self.reserve_bytes)?;
        self.storage.rename(&temporary, RESERVE).map_err(JournalError::io("rename", &temporary))?;
        self.storage.sync_dir().map_err(JournalError::io("sync", "the folder"))
    }

    /// The helper. Whoever waits for a segment hears of its panic.
    fn keep_or_tell(&self) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.keep())) {
            self.lock().failed = Some(panicked());
            self.changed.notify_all();
            resume_unwind(panic);
        }
    }

    /// Makes what is wanted, then the reserve, and tries again for as long as the disk is full.
    fn keep(&self) {
        let mut state = self.lock();
        loop {
            if state.closing {
                return;
            }
            let Some(segment_no) = state.wanted else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            state.making = Some(segment_no);
            drop(state);
            let made = make_spare(&self.storage, segment_no, self.segment_bytes);
            state = self.lock();
            state.making = None;
            match made {
                Ok(spare) if state.wanted == Some(segment_no) => {
                    state.ready = Some((segment_no, spare));
                    state.wanted = None;
                    self.is_full.store(false, Ordering::Release);
                    self.changed.notify_all();
                    drop(state);
                    let reserve = self.make_reserve();
                    state = self.lock();
                    // One that does not fit is tried again with the next segment.
                    state.failed = reserve.err().filter(|error| !is_storage_full(error));
                }
                Ok(_) => {
                    // The reserve was taken in its place meanwhile.
                    let _ = self.storage.remove(&spare_name(segment_no));
                }
                Err(error) if is_storage_full(&error) => self.is_full.store(true, Ordering::Release),
                Err(error) => state.failed = Some(error),
            }
            self.changed.notify_all();
            if state.failed.is_some() {
                return;
            }
            if self.is_full.load(Ordering::Acquire) && !state.closing {
                state = self.changed.wait_timeout(state, RETRY).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }
}

fn panicked() -> JournalError {
    JournalError::Stopped { reason: "the thread that makes segments panicked".to_owned() }
}

/// Whether an error is one that passes when somebody makes room.
pub(crate) fn is_storage_full(error: &JournalError) -> bool {
    matches!(error, JournalError::Io { source, .. } if matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim_disk::SimDisk;
    use crate::watched_disk::{DiskCall, WatchedDisk};
    use std::sync::mpsc;

    /// What takes this long waits for ever.
    const WAIT_MAX: Duration = Duration::from_secs(20);

    /// The error of the segment that `space` was asked for.
    fn error_of_next(mut space: Space) -> String {
        let (told, error) = mpsc::channel();
        let header = SegmentHeader {
            core_version: 1,
            engine_id: 1,
            segment_no: 2,
            first_seq: 2,
            first_batch_no: 2,
            first_prev_crc: 0,
            prev_segment_last_seq: 1,
            prev_segment_sha256: [0; 32],
            created_ns: 0,
        };
        std::thread::spawn(move || told.send(space.begin(&header).err().map(|error| error.to_string())).expect("the test waits"));
        error.recv_timeout(WAIT_MAX).expect("whoever takes a segment waits for nobody").expect("there is no segment")
    }

    #[test]
    fn a_helper_that_cannot_be_started_is_an_error_of_the_segment() {
        let mut space = Space::new(Arc::new(SimDisk::new()), &Options::new(1), true);
        space.shared.lock().wanted = Some(2);
        space.start_helper(Builder::new().stack_size(1 << 60));
        let error = error_of_next(space);
        assert!(error.starts_with("JRN_ERR_IO: start of the thread that makes segments"), "{error}");
    }

    #[test]
    fn a_helper_that_panics_is_an_error_of_the_segment() {
        let disk = WatchedDisk::new(SimDisk::new(), |call| assert!(call != DiskCall::Create, "the test's disk panics"));
        let mut space = Space::new(Arc::new(disk), &Options::new(1), true);
        space.want(2);
        assert_eq!(error_of_next(space), "JRN_ERR_STOPPED: the journal stopped: the thread that makes segments panicked");
    }
}
