//! The core and its journal together: how a state comes out of files, and how files are made of it.
//!
//! Invariant: every state here comes from a snapshot that verified, or from nothing, and from the records after it, in their
//! order; nothing else ever changes one. Knows neither sessions nor sockets.

mod folders;
mod large_pages;
mod making;
mod replay;
mod replica;
mod saved;
mod snapshots;
mod start;
mod yielding;

pub use folders::Folders;
pub use large_pages::LargePages;
pub use making::Making;
pub use replica::{KIND_COMMAND, Replica, command_of};
pub use saved::{Found, KIND_LIVE, KIND_REPLAYED, Unusable, newest, oldest, save};
pub use snapshots::{KEPT, Plan, Snapshots, Told};
pub use start::{Opened, Started, open};
pub use yielding::yield_thread;
