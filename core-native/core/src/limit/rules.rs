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

/// The rules of one kind that one scope has, by name. Nearly always one.
type NamedRules = Vec<(LimitName, Rule)>;

/// Every rule of one kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct KindRules {
    /// Every order is in this scope: its rules are found without a search.
    firm: NamedRules,
    /// Those of all other scopes; none is empty.
    narrower: BTreeMap<LimitScope, NamedRules>,
}

impl KindRules {
    fn of(&self, scope: LimitScope) -> &[(LimitName, Rule)] {
        match scope {
            LimitScope::Firm => &self.firm,
            // Most kinds are set for the firm or not at all, and every order asks for each.
            _ if self.narrower.is_empty() => &[],
            _ => self.narrower.get(&scope).map_or(&[], Vec::as_slice),
        }
    }

    fn of_mut(&mut self, scope: LimitScope) -> &mut [(LimitName, Rule)] {
        match scope {
            LimitScope::Firm => &mut self.firm,
            _ => self.narrower.get_mut(&scope).map_or(&mut [], Vec::as_mut_slice),
        }
    }

    fn is_empty(&self) -> bool {
        self.firm.is_empty() && self.narrower.is_empty()
    }
}

/// Every limit that is set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LimitRules {
    /// By number of the kind.
    kinds: [KindRules; LimitKind::ALL.len() + 1],
    /// Bit n: some scope has a limit of kind n.
    set: u32,
}

impl LimitRules {
    /// Whether none is set.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.set == 0
    }

    /// One limit.
    pub fn get(&self, scope: LimitScope, name: LimitName) -> Option<&Rule> {
        self.of_kind(scope, name.kind).find(|&(other, _)| other == name).map(|(_, rule)| rule)
    }

    /// Sets a limit anew, or takes it away.
    pub(crate) fn set(&mut self, scope: LimitScope, name: LimitName, rule: Option<Rule>) {
        let kind = &mut self.kinds[name.kind as usize];
        let rules = if scope == LimitScope::Firm { &mut kind.firm } else { kind.narrower.entry(scope).or_default() };
        match (rules.binary_search_by_key(&name, |&(other, _)| other), rule) {
            (Ok(at), Some(rule)) => rules[at].1 = rule,
            (Err(at), Some(rule)) => rules.insert(at, (name, rule)),
            (Ok(at), None) => {
                rules.remove(at);
            }
            (Err(_), None) => {}
        }
        kind.narrower.retain(|_, rules| !rules.is_empty());
        let bit = 1 << name.kind as u8;
        self.set = if kind.is_empty() { self.set & !bit } else { self.set | bit };
    }

    /// Whether any scope has a limit of a kind.
    #[inline]
    pub const fn has(&self, kind: LimitKind) -> bool {
        self.set >> kind as u8 & 1 == 1
    }

    /// Whether any scope but the firm has a limit of a kind.
    #[inline]
    pub fn has_narrower(&self, kind: LimitKind) -> bool {
        !self.kinds[kind as usize].narrower.is_empty()
    }

    /// The limits of a kind that a scope has.
    #[inline]
    pub fn of_kind(&self, scope: LimitScope, kind: LimitKind) -> impl Iterator<Item = (LimitName, &Rule)> + '_ {
        self.kinds[kind as usize].of(scope).iter().map(|(name, rule)| (*name, rule))
    }

    /// The same, to change.
    pub(crate) fn of_kind_mut(
        &mut self,
        scope: LimitScope,
        kind: LimitKind,
    ) -> impl Iterator<Item = (LimitName, &mut Rule)> + '_ {
        self.kinds[kind as usize].of_mut(scope).iter_mut().map(|(name, rule)| (*name, rule))
    }

    /// Every limit, by scope, then by name.
    pub fn iter(&self) -> impl Iterator<Item = (LimitScope, LimitName, &Rule)> + '_ {
        let mut all: Vec<(LimitScope, LimitName, &Rule)> = Vec::new();
        for kind in &self.kinds {
            all.extend(kind.firm.iter().map(|(name, rule)| (LimitScope::Firm, *name, rule)));
            for (&scope, rules) in &kind.narrower {
                all.extend(rules.iter().map(|(name, rule)| (scope, *name, rule)));
            }
        }
        all.sort_unstable_by_key(|&(scope, name, _)| (scope, name));
        all.into_iter()
    }
}
