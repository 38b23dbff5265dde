//! A queue that never moves what is in it: pieces of a fixed size, the first and the last of which are begun.
//!
//! So it grows by a piece and not by copying everything, and in a steady state the piece that was emptied is the next to fill.
// HOT: one push an order, one pop once it is full of what may go.

use std::collections::VecDeque;

/// Entries of a piece: some dozen kilobytes.
const PIECE: usize = 512;

#[derive(Debug)]
pub(super) struct Ring<T> {
    pieces: VecDeque<Vec<T>>,
    /// How many of the first piece have gone.
    gone: usize,
    len: usize,
    spare: Vec<T>,
}

impl<T> Default for Ring<T> {
    fn default() -> Self {
        Self { pieces: VecDeque::new(), gone: 0, len: 0, spare: Vec::new() }
    }
}

impl<T: Copy> Ring<T> {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, value: T) {
        if self.pieces.back().is_none_or(|piece| piece.len() == PIECE) {
            let mut piece = std::mem::take(&mut self.spare);
            piece.reserve_exact(PIECE);
            self.pieces.push_back(piece);
        }
        self.pieces.back_mut().expect("just seen to").push(value);
        self.len += 1;
    }

    pub(super) fn first(&self) -> Option<&T> {
        self.get(0)
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let value = *self.first()?;
        self.gone += 1;
        self.len -= 1;
        if self.gone == PIECE {
            self.spare = self.pieces.pop_front().expect("it had the value");
            self.spare.clear();
            self.gone = 0;
        }
        Some(value)
    }

    /// The value that so many others are before.
    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&T> {
        let at = self.gone + index;
        self.pieces.get(at / PIECE)?.get(at % PIECE)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let at = self.gone + index;
        self.pieces.get_mut(at / PIECE)?.get_mut(at % PIECE)
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        // Of the first piece what has gone is passed over.
        self.pieces.iter().flatten().skip(self.gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_queue_whatever_its_length() {
        let mut ring = Ring::default();
        let mut model = VecDeque::new();
        let mut state = 3_u32;
        for value in 0..40_000_u32 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Grows, shrinks until it is empty, and grows again.
            let grows = (value / 5_000).is_multiple_of(2);
            if (state >> 24 < 190) == grows {
                ring.push(value);
                model.push_back(value);
            } else {
                assert_eq!(ring.pop(), model.pop_front());
            }
            let at = (state >> 8) as usize % (model.len() + 2);
            assert_eq!((ring.get(at), ring.len()), (model.get(at), model.len()));
            assert_eq!(ring.get_mut(at), model.get_mut(at));
        }
        assert!(ring.iter().eq(model.iter()));
    }
}
