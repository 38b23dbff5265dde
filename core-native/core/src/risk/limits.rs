//! Limits that administrators set: firm, account, strategy, user, API key; the first that an order would pass answers.

use super::{Beside, Check, Kept, Openings, Priced, Purpose};
use crate::account::{Exposure, Leg, WorkingSide, opening};
use crate::command::Actor;
use crate::engine::{Core, Holding};
use crate::limit::{LimitKind, LimitName, LimitScope, Rule};
use crate::order::Side;
use crate::refusal::{LimitUnit, Refusal, RefusalCode};
use crate::units::{AccountId, StrategyId, TsNs};

/// The scopes that an order is in, from the widest.
pub(crate) fn scopes_of(account: AccountId, strategy: StrategyId, actor: Actor) -> impl Iterator<Item = LimitScope> {
    std::iter::once(LimitScope::Firm).chain(narrower_scopes_of(account, strategy, actor))
}

/// Those of them that are not everyone's.
fn narrower_scopes_of(account: AccountId, strategy: StrategyId, actor: Actor) -> impl Iterator<Item = LimitScope> {
    let strategy = (strategy.0 > 0).then_some(LimitScope::Strategy(account, strategy));
    let user = (actor.user.0 > 0).then_some(LimitScope::User(actor.user));
    let key = (actor.key.0 > 0).then_some(LimitScope::Key(actor.key));
    [Some(LimitScope::Account(account)), strategy, user, key].into_iter().flatten()
}

/// A limit, what it would be held against, and what would still pass.
fn figures(scope: LimitScope, code: RefusalCode, unit: LimitUnit, max: i64, value: i128, headroom: i128) -> Refusal {
    let narrow = |wide: i128| i64::try_from(wide.clamp(i128::from(i64::MIN), i128::from(i64::MAX))).expect("clamped");
    Refusal { scope: Some(scope), ..Refusal::limit(code, unit, max, narrow(value), narrow(headroom.max(0))) }
}

impl Core {
    /// Whether `count` more messages pass every rate; tells the first that they do not.
    pub(crate) fn check_message_rate(
        &self,
        account: usize,
        strategy: StrategyId,
        count: i64,
        actor: Actor,
        kept: Kept<'_>,
    ) -> Option<Refusal> {
        if !self.limits().has(LimitKind::MessageRate) {
            return None;
        }
        let id = self.accounts()[account].id;
        scopes_of(id, strategy, actor).find_map(|scope| {
            self.limits().of_kind(scope, LimitKind::MessageRate).find_map(|(_, rule)| {
                let left = rule.rate.remaining(self.ts(), rule.max, rule.window_ns);
                let value = i128::from(rule.max) - i128::from(left) + i128::from(count);
                kept.judge(left < count, || {
                    figures(scope, RefusalCode::RateLimit, LimitUnit::Count, rule.max, value, left.into())
                })
            })
        })
    }
}

impl Core {
    /// How many new orders and replaces would pass every message rate now; none where there is no such rate.
    pub fn messages_left(&self, account: AccountId, strategy: StrategyId, actor: Actor, ts: TsNs) -> Option<i64> {
        if !self.limits().has(LimitKind::MessageRate) {
            return None;
        }
        let rules = scopes_of(account, strategy, actor).flat_map(|scope| self.limits().of_kind(scope, LimitKind::MessageRate));
        rules.map(|(_, rule)| rule.rate.remaining(ts, rule.max, rule.window_ns)).min()
    }
}

impl Check<'_> {
    /// The refusal of the first limit of a kind that gives one, from the widest scope.
    fn first_over(&self, kind: LimitKind, judge: impl Fn(LimitScope, LimitName, &Rule) -> Option<Refusal>) -> Option<Refusal> {
        if !self.core.limits().has(kind) {
            return None;
        }
        let limits = self.core.limits();
        let definition = &self.instrument().definition;
        let first_in = |scope: LimitScope| {
            limits.of_kind(scope, kind).find_map(|(name, rule)| {
                let is_here = name.instrument.0 == 0 || name.instrument == definition.instrument;
                let is_money = name.currency.0 == 0 || name.currency == definition.quote_currency;
                if is_here && is_money { judge(scope, name, rule) } else { None }
            })
        };
        let of_firm = first_in(LimitScope::Firm);
        // Most kinds are set for the firm or not at all.
        if of_firm.is_some() || !limits.has_narrower(kind) {
            return of_firm;
        }
        let account = self.core.accounts()[self.account].id;
        narrower_scopes_of(account, self.terms.strategy, self.actor).find_map(first_in)
    }

    pub(super) fn order_qty_limit(&self) -> Option<Refusal> {
        let qty = self.terms.order_qty.0;
        self.first_over(LimitKind::OrderQty, |scope, _, rule| {
            let code = RefusalCode::OrderQtyLimit;
            self.kept.judge(qty > rule.max, || figures(scope, code, LimitUnit::Lots, rule.max, qty.into(), rule.max.into()))
        })
    }

    pub(super) fn order_notional_limit(&self, priced: Priced) -> Option<Refusal> {
        self.first_over(LimitKind::OrderNotional, |scope, name, rule| {
            let code = RefusalCode::OrderNotionalLimit;
            self.kept.judge(priced.whole > rule.max, || Refusal {
                currency: name.currency,
                ..figures(scope, code, LimitUnit::Minor, rule.max, priced.whole.into(), rule.max.into())
            })
        })
    }

    pub(super) fn window_notional_limit(&self, priced: Priced) -> Option<Refusal> {
        if !matches!(self.purpose, Purpose::New | Purpose::Child) {
            return None;
        }
        self.first_over(LimitKind::WindowNotional, |scope, name, rule| {
            let is_counted = |other: &&super::BesideWork| {
                other.is_in(scope) && self.core.instruments()[other.holding.instrument].definition.quote_currency == name.currency
            };
            let beside: i128 = self.beside.work.iter().filter(is_counted).map(|other| i128::from(other.value)).sum();
            let left = i128::from(rule.rate.remaining(self.ts, rule.max, rule.window_ns)) - beside;
            let value = i128::from(rule.max) - left + i128::from(priced.whole);
            self.kept.judge(left < i128::from(priced.whole), || Refusal {
                currency: name.currency,
                ..figures(scope, RefusalCode::WindowNotionalLimit, LimitUnit::Minor, rule.max, value, left)
            })
        })
    }

    pub(super) fn duplicate_order(&self) -> Option<Refusal> {
        if !self.core.limits().has(LimitKind::DuplicateOrder) || !matches!(self.purpose, Purpose::New | Purpose::Child) {
            return None;
        }
        let content = crate::engine::content_of(self.instrument().definition.instrument, &self.asked);
        self.first_over(LimitKind::DuplicateOrder, |scope, _, rule| {
            let (max, count) = (rule.max, rule.recent_count(self.ts, content));
            let (value, headroom) = (i128::from(count) + 1, i128::from(max) - i128::from(count));
            self.kept.judge(count >= max, || figures(scope, RefusalCode::DuplicateOrder, LimitUnit::Count, max, value, headroom))
        })
    }

    pub(super) fn repeated_execution(&self) -> Option<Refusal> {
        if !matches!(self.purpose, Purpose::New | Purpose::Child) {
            return None;
        }
        self.first_over(LimitKind::RepeatedExecution, |scope, _, rule| {
            let earlier = self.beside.count_in(scope);
            let left = rule.rate.remaining(self.ts, rule.max, rule.window_ns).saturating_sub(earlier);
            let is_broken = rule.tripped || left < 1;
            self.kept.judge(is_broken, || {
                let (max, left) = (i128::from(rule.max), if is_broken { 0 } else { i128::from(left) });
                figures(scope, RefusalCode::RepeatedExecution, LimitUnit::Count, rule.max, max - left + 1, left)
            })
        })
    }

    pub(super) fn open_orders_limit(&self) -> Option<Refusal> {
        if matches!(self.purpose, Purpose::Replace(_) | Purpose::Release(_)) {
            return None;
        }
        let beside = |scope: LimitScope, name: LimitName| {
            let same = self.beside.work.iter().filter(|other| {
                other.is_in(scope)
                    && (name.instrument.0 == 0
                        || self.core.instruments()[other.holding.instrument].definition.instrument == name.instrument)
            });
            same.count()
        };
        self.first_over(LimitKind::OpenOrders, |scope, name, rule| {
            let is_counted = |slot: &u32| {
                let order = self.core.order_at(*slot);
                (name.instrument.0 == 0 || order.instrument == name.instrument)
                    && !matches!(scope, LimitScope::Strategy(_, strategy) if order.terms.strategy != strategy)
            };
            let live = self.core.live_slots_of(self.account).filter(is_counted).count();
            let value = i128::try_from(live + beside(scope, name) + 1).unwrap_or(i128::MAX);
            self.kept.judge(value > i128::from(rule.max), || {
                let headroom = i128::from(rule.max) - value + 1;
                figures(scope, RefusalCode::OpenOrderLimit, LimitUnit::Count, rule.max, value, headroom)
            })
        })
    }

    /// The position if everything that works on the order's side fills: of an account one leg, of the firm longs less shorts. An order that makes that no larger passes.
    pub(super) fn position_limit(&self) -> Option<Refusal> {
        if !self.goes_to_work() || !self.core.limits().has(LimitKind::Position) {
            return None;
        }
        let sign = self.terms.side.sign();
        let working = self.working_of(self.holding(), self.terms.side).qty;
        let own = self.position.working(self.terms.side).qty;
        let replaced = own - working + self.beside_qty(|leg| leg == self.leg);
        self.first_over(LimitKind::Position, |scope, _, rule| {
            let (qty, others) = match scope {
                LimitScope::Firm => {
                    let users = &self.instrument().users;
                    (users.qty, users.working(self.terms.side) - own + self.beside_qty(|leg| leg != self.leg))
                }
                _ => (self.position.qty, 0),
            };
            let before = i128::from(sign * qty) + i128::from(others) + i128::from(working);
            let after = before + i128::from(self.leaves());
            let grows = after > before + i128::from(replaced.max(0));
            self.kept.judge(grows && after > i128::from(rule.max), || {
                let headroom = i128::from(rule.max) - before;
                figures(scope, RefusalCode::PositionLimit, LimitUnit::Lots, rule.max, after, headroom)
            })
        })
    }

    /// Lots of the orders beside on the order's own side, of some legs.
    fn beside_qty(&self, is_wanted: impl Fn(Leg) -> bool) -> i64 {
        let mine = |other: &&super::BesideWork| {
            let holding = other.holding;
            let is_here = holding.instrument == self.instrument && is_wanted(holding.leg);
            is_here && other.side == self.terms.side && other.notional > 0
        };
        self.beside.work.iter().filter(mine).map(|other| other.qty).sum()
    }

    pub(super) fn gross_limit(&self, openings: Option<Openings>) -> Option<Refusal> {
        self.exposure_limit(openings?, LimitKind::GrossNotional, RefusalCode::GrossNotionalLimit, Exposure::gross)
    }

    pub(super) fn net_limit(&self, openings: Option<Openings>) -> Option<Refusal> {
        self.exposure_limit(openings?, LimitKind::NetNotional, RefusalCode::NetNotionalLimit, Exposure::worst_net)
    }

    /// What positions cost and working orders would open, with the order. One that makes it no larger passes.
    fn exposure_limit(
        &self,
        openings: Openings,
        kind: LimitKind,
        code: RefusalCode,
        measure: impl Fn(&Exposure) -> i128,
    ) -> Option<Refusal> {
        if !self.core.limits().has(kind) {
            return None;
        }
        let currency = self.instrument().definition.quote_currency;
        self.first_over(kind, |scope, name, rule| {
            let mut now = match scope {
                LimitScope::Firm => self.core.firm_exposure(currency),
                _ => self.core.accounts()[self.account].exposure(currency),
            };
            // What was told of this position is of the last settling.
            now.opening_buys += openings.now[0] - i128::from(self.position.opening_buys);
            now.opening_sells += openings.now[1] - i128::from(self.position.opening_sells);
            let after = measure(&self.with_order(now, openings));
            self.kept.judge(after > measure(&now) && after > i128::from(rule.max), || Refusal {
                currency: name.currency,
                ..figures(scope, code, LimitUnit::Minor, rule.max, after, i128::from(rule.max) - measure(&now))
            })
        })
    }

    /// An exposure, as it is at this moment, after the order, and those beside it, have been accepted.
    fn with_order(&self, mut exposure: Exposure, openings: Openings) -> Exposure {
        exposure.opening_buys += openings.with[0] - openings.now[0];
        exposure.opening_sells += openings.with[1] - openings.now[1];
        for (index, other) in self.beside.work.iter().enumerate() {
            let seen = self.beside.work[..index].iter().any(|earlier| earlier.holding == other.holding);
            let same_money = self.core.instruments()[other.holding.instrument].definition.quote_currency
                == self.instrument().definition.quote_currency;
            if other.holding != self.holding() && same_money && !seen {
                self.exchange(&mut exposure, other.holding, self.sides_of(other.holding));
            }
        }
        exposure
    }

    pub(super) fn sides_of(&self, holding: Holding) -> [WorkingSide; 2] {
        [Side::Buy, Side::Sell].map(|side| self.working_of(holding, side))
    }

    /// Puts what `sides` would open in the place of what the orders of a position would open now.
    fn exchange(&self, exposure: &mut Exposure, holding: Holding, sides: [WorkingSide; 2]) {
        let position = self.position_of(holding);
        exposure.opening_buys += opening(sides[0], (-position.qty).max(0)) - i128::from(position.opening_buys);
        exposure.opening_sells += opening(sides[1], position.qty.max(0)) - i128::from(position.opening_sells);
    }
}

impl Beside {
    /// How many orders of a scope come before.
    pub(crate) fn count_in(&self, scope: LimitScope) -> i64 {
        i64::try_from(self.work.iter().filter(|other| other.is_in(scope)).count()).unwrap_or(i64::MAX)
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.work.clear();
        self.names.clear();
        self.shares_quantity = false;
    }
}
