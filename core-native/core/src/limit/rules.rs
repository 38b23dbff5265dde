//! The limits that are set, by scope.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::{LimitKind, LimitName, LimitScope, Rate};
use crate::units::TsNs;

/// Recent contents that a rule against duplicates remembers.
const RECENT_MAX: usize = 1_024;

/// One limit and how much of it is taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// The greatest value that passes.
    pub max: i64,
    /// Length of the window, nanoseconds; 0 for kinds without.
    pub window_ns: u64,
    /// What a rate has taken.
    pub rate: Rate,
    /// Whether a throttle or a loss limit was passed; stays until the limit is set again.
    pub tripped: bool,
    /// A loss limit's: the equity that losses are counted from.
    pub baseline: i64,
    /// Contents of recent orders, oldest first.
    recent: VecDeque<(TsNs, u64)>,
}

impl Rule {
    /// A limit that nothing was taken of.
    #[must_use]
    pub fn new(max: i64, window_ns: u64) -> Self {
        Self { max, window_ns, rate: Rate::default(), tripped: false, baseline: 0, recent: VecDeque::new() }
    }

    /// How many orders of a content there were within the window.
    #[must_use]
    pub fn recent_count(&self, now: TsNs, content: u64) -> i64 {
        let within = |&&(ts, _): &&(TsNs, u64)| now.0.saturating_sub(ts.0) < self.window_ns;
        let same = self.recent.iter().rev().take_while(within).filter(|&&(_, other)| other == content);
        i64::try_from(same.count()).unwrap_or(i64::MAX)
    }

    /// Remembers an order's content.
    pub(crate) fn remember(&mut self, now: TsNs, content: u64) {
        while self.recent.len() >= RECENT_MAX
            || self.recent.front().is_some_and(|&(ts, _)| now.0.saturating_sub(ts.0) >= self.window_ns)
        {
            self.recent.pop_front();
        }
        self.recent.push_back((now, content));
    }
}

/// Every limit that is set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LimitRules {
    by_scope: BTreeMap<LimitScope, BTreeMap<LimitName, Rule>>,
    /// Bit n: some scope has a limit of kind n. Most kinds are set nowhere, and every order asks for every kind.
    kinds: u32,
}

impl LimitRules {
    /// Whether none is set.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.by_scope.is_empty()
    }

    /// One limit.
    pub fn get(&self, scope: LimitScope, name: LimitName) -> Option<&Rule> {
        self.by_scope.get(&scope)?.get(&name)
    }

    /// Sets a limit anew, or takes it away.
    pub(crate) fn set(&mut self, scope: LimitScope, name: LimitName, rule: Option<Rule>) {
        let rules = self.by_scope.entry(scope).or_default();
        match rule {
            Some(rule) => {
                rules.insert(name, rule);
            }
            None => {
                rules.remove(&name);
            }
        }
        if rules.is_empty() {
            self.by_scope.remove(&scope);
        }
        self.kinds = self.by_scope.values().flat_map(BTreeMap::keys).fold(0, |kinds, name| kinds | 1 << name.kind as u8);
    }

    /// Whether any scope has a limit of a kind.
    #[inline]
    pub const fn has(&self, kind: LimitKind) -> bool {
        self.kinds >> kind as u8 & 1 == 1
    }

    /// The limits of a kind that a scope has.
    pub fn of_kind(&self, scope: LimitScope, kind: LimitKind) -> impl Iterator<Item = (LimitName, &Rule)> + '_ {
        let rules = self.by_scope.get(&scope).into_iter().flatten();
        rules.filter(move |(name, _)| name.kind == kind).map(|(&name, rule)| (name, rule))
    }

    /// The same, to change.
    pub(crate) fn of_kind_mut(
        &mut self,
        scope: LimitScope,
        kind: LimitKind,
    ) -> impl Iterator<Item = (LimitName, &mut Rule)> + '_ {
        let rules = self.by_scope.get_mut(&scope).into_iter().flatten();
        rules.filter(move |(name, _)| name.kind == kind).map(|(&name, rule)| (name, rule))
    }

    /// Every limit.
    pub fn iter(&self) -> impl Iterator<Item = (LimitScope, LimitName, &Rule)> + '_ {
        self.by_scope.iter().flat_map(|(&scope, rules)| rules.iter().map(move |(&name, rule)| (scope, name, rule)))
    }
}
