//! A name's hash to its number. An entry holds half of the hash; [`super::Names`], which has the names, says which number has the very name.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::order::{CL_ORD_ID_BYTES_MAX, ClOrdId};
use crate::probed::{Placing, Probed};
use crate::units::AccountId;

/// A hash is a place as it is.
#[derive(Debug)]
pub(super) struct Hashed;

impl Placing for Hashed {
    const SPARSENESS: usize = 2;
    const CAPACITY_MIN: usize = 16;

    #[inline]
    fn place(hash: u32, bits: u32) -> usize {
        hash as usize & ((1 << bits) - 1)
    }
}

/// A map from names to numbers.
pub(super) type NameIndex = Probed<Hashed>;

/// The hash of an account's name, never 0. Names are what clients choose, and one table has those of all: without the key anybody could
/// choose many of one hash, which everybody would have to walk over.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "half of it")]
pub(super) fn hash_of(key: u64, account: AccountId, name: &ClOrdId) -> u32 {
    let mut bytes = [0; 4 + CL_ORD_ID_BYTES_MAX];
    bytes[..4].copy_from_slice(&account.0.to_le_bytes());
    bytes[4..].copy_from_slice(name.padded());
    (xxh3_64_with_seed(&bytes, key) as u32).max(1)
}
