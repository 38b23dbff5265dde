//! Where the files are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jware_journal::{DirStorage, Reader, Storage};

/// Where the journal and what left it are.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The journal, with its snapshots.
    pub journal: PathBuf,
    /// Where older segments went.
    pub archive: Option<PathBuf>,
}

impl Folders {
    /// The journal's folder.
    pub fn storage(&self) -> Arc<dyn Storage> {
        Arc::new(DirStorage::existing(&self.journal))
    }

    /// A reader of all there is, from one record on.
    pub fn reader(&self, from_seq: u64) -> Result<Reader, String> {
        let of = |path: &Path| -> Arc<dyn Storage> { Arc::new(DirStorage::existing(path)) };
        // An archive that is away is missed only by whoever needs it.
        let archive = self.archive.as_deref().filter(|path| path.is_dir()).map(of);
        let storages = std::iter::once(self.storage()).chain(archive).collect();
        Reader::open_over(storages, from_seq).map_err(|error| error.to_string())
    }
}
