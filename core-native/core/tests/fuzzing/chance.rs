//! A seeded source of chance, and what it does to bytes.

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `count`, which is not 0.
    #[allow(clippy::cast_possible_truncation, reason = "below a usize")]
    pub const fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    #[allow(clippy::cast_possible_wrap, reason = "small")]
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % high.abs_diff(low).saturating_add(1)) as i64
    }

    pub const fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub const fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Changes bytes at or after `from`: flips, overwrites, cuts, copies, inserts.
    pub fn damage(&mut self, bytes: &mut Vec<u8>, from: usize) {
        if bytes.len() <= from {
            return;
        }
        let at = from + self.below(bytes.len() - from);
        let byte = self.next().to_le_bytes()[0];
        match self.below(8) {
            0 | 1 => bytes[at] = byte,
            2 | 3 => bytes[at] ^= 1 << self.below(8),
            4 => {
                let end = (at + 1 + self.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => bytes.insert(at, byte),
            6 => {
                let end = (at + 1 + self.below(80)).min(bytes.len());
                let copied = bytes[at..end].to_vec();
                let to = from + self.below(bytes.len() - from);
                bytes.splice(to..to, copied);
            }
            // The longest variable-length integer.
            _ => {
                let end = (at + 9).min(bytes.len());
                bytes[at..end].fill(0xFF);
            }
        }
    }
}
