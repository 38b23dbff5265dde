//! ClOrdID (FIX tag 11): the client's name for a request, held inline so that a command stays `Copy`.

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

/// Longest ClOrdID.
pub const CL_ORD_ID_BYTES_MAX: usize = 36;

/// Up to 36 bytes of printable ASCII; empty means "not given". Longer or unprintable text cannot be represented.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClOrdId {
    bytes: [u8; CL_ORD_ID_BYTES_MAX],
    length: u8,
}

impl ClOrdId {
    /// No name.
    pub const EMPTY: Self = Self { bytes: [0; CL_ORD_ID_BYTES_MAX], length: 0 };

    /// Takes a name, `None` where it is too long or has a byte outside `!`..=`~`.
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        if text.len() > CL_ORD_ID_BYTES_MAX || !text.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let mut id = Self::EMPTY;
        id.bytes[..text.len()].copy_from_slice(text);
        id.length = u8::try_from(text.len()).ok()?;
        Some(id)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The name as its bytes, all of them printable ASCII.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// The same in the room of the longest, the rest zeros.
    #[inline]
    #[must_use]
    pub const fn padded(&self) -> &[u8; CL_ORD_ID_BYTES_MAX] {
        &self.bytes
    }

    /// Whether no name was given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl core::hash::Hash for ClOrdId {
    /// Its words: what is beyond its length is zero, so equal names have equal words, and no two names the same.
    #[inline]
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let (words, last) = self.bytes.as_chunks::<8>();
        let used = usize::from(self.length).div_ceil(8).min(words.len());
        for &word in &words[..used] {
            state.write_u64(u64::from_le_bytes(word));
        }
        if usize::from(self.length) > CL_ORD_ID_BYTES_MAX - last.len() {
            state.write(last);
        }
    }
}

impl core::fmt::Debug for ClOrdId {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "ClOrdId({:?})", self.as_str())
    }
}

impl Serialize for ClOrdId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ClOrdId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        Self::new(text.as_bytes()).ok_or_else(|| de::Error::custom("a ClOrdID is 0 to 36 printable ASCII characters"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_up_to_36_printable_characters_only() {
        assert_eq!(ClOrdId::new(b"a-1").map(|id| id.as_str().to_owned()).as_deref(), Some("a-1"));
        assert!(ClOrdId::new(&[b'x'; 36]).is_some());
        assert!(ClOrdId::new(&[b'x'; 37]).is_none());
        assert!(ClOrdId::new(b"a b").is_none());
        assert!(ClOrdId::new("é".as_bytes()).is_none());
        assert!(ClOrdId::new(b"").is_some_and(|id| id.is_empty()));
    }
}
