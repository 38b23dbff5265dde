//! Rules that are kept, with how far from being broken: what a dry run tells besides refusals.

use std::cell::RefCell;

use crate::refusal::Refusal;

/// Where the figures of kept rules are put down, if anybody asks for them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kept<'a>(Option<&'a RefCell<Vec<Refusal>>>);

impl<'a> Kept<'a> {
    /// Puts them down there.
    pub(crate) const fn into(rules: &'a RefCell<Vec<Refusal>>) -> Self {
        Self(Some(rules))
    }

    /// A rule with figures: refuses with them where it is broken, and puts them down where it is kept.
    #[inline]
    pub(crate) fn judge(self, is_broken: bool, figures: impl FnOnce() -> Refusal) -> Option<Refusal> {
        if is_broken {
            return Some(figures());
        }
        if let Some(rules) = self.0 {
            rules.borrow_mut().push(figures());
        }
        None
    }
}
