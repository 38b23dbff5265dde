//! Limits: set by administrators, counted by every order.

use super::Core;
use super::new_order::{Acceptance, content_of};
use super::report::RequestNames;
use crate::command::{Actor, SetLimit};
use crate::event::Event;
use crate::limit::{LimitKind, LimitName, LimitRules, LimitScope, Rule};
use crate::limits::TEXT_BYTES_MAX;
use crate::order::ExecReason;
use crate::refusal::{Refusal, RefusalCode};
use crate::risk::{Beside, Kept, scopes_of};
use crate::units::{AccountId, CurrencyId, InstrumentId, KeyId, StrategyId, UserId};

/// Longest window of a rate: a week.
const WINDOW_NS_MAX: u64 = 7 * 24 * 3_600 * 1_000_000_000;

impl Core {
    /// Every limit that is set.
    pub const fn limits(&self) -> &LimitRules {
        &self.limits
    }

    pub(super) fn set_limit(&mut self, request: &SetLimit, events: &mut Vec<Event>) {
        if let Err(refusal) = self.check_limit(request) {
            let account = match request.scope {
                LimitScope::Account(account) | LimitScope::Strategy(account, _) => account,
                LimitScope::Firm | LimitScope::User(_) | LimitScope::Key(_) => AccountId(0),
            };
            events.push(RequestNames::control(account, request.name.instrument).refused(refusal));
            return;
        }
        let mut rule = request.max.map(|max| Rule::new(max, request.window_ns));
        if let (Some(rule), LimitScope::Account(account)) = (&mut rule, request.scope)
            && request.name.kind.is_loss()
        {
            let index = self.account_index[&account];
            rule.baseline = self.equity_counted(index, request.name.currency).expect("checked to be known");
        }
        self.limits.set(request.scope, request.name, rule);
        if let LimitScope::Account(account) = request.scope {
            self.watch_if_needed(self.account_index[&account]);
        }
        events.push(Event::LimitSet {
            scope: request.scope,
            name: request.name,
            max: request.max,
            window_ns: request.window_ns,
            actor: request.actor,
            reason: request.reason.clone(),
        });
    }

    fn check_limit(&self, request: &SetLimit) -> Result<(), Refusal> {
        let LimitName { kind, instrument, currency } = request.name;
        match request.scope {
            LimitScope::Account(account) | LimitScope::Strategy(account, _) if self.user_account(account).is_none() => {
                return Err(Refusal::plain(RefusalCode::AccountNotPermitted));
            }
            _ => {}
        }
        if instrument != InstrumentId(0) && !self.instrument_index.contains_key(&instrument) {
            return Err(Refusal::plain(RefusalCode::UnknownInstrument));
        }
        let scope_fits = kind.fits(request.scope)
            && !matches!(request.scope, LimitScope::Strategy(_, strategy) if strategy.0 == 0)
            && !matches!(request.scope, LimitScope::User(UserId(0)) | LimitScope::Key(KeyId(0)));
        let instrument_fits =
            if kind == LimitKind::Position { instrument.0 > 0 } else { instrument.0 == 0 || kind.takes_instrument() };
        // A loss without a currency is the account's whole equity in its base currency, which must be known.
        let in_base = match request.scope {
            LimitScope::Account(account) if kind.is_loss() && currency == CurrencyId(0) => {
                let index = self.account_index[&account];
                request.max.is_none() || self.equity_counted(index, currency).is_some()
            }
            _ => false,
        };
        let currency_fits =
            in_base || if kind.is_money() { self.currency(currency).is_some() } else { currency == CurrencyId(0) };
        let window_fits = if kind.has_window() && request.max.is_some() {
            (1..=WINDOW_NS_MAX).contains(&request.window_ns)
        } else {
            request.window_ns == 0
        };
        // A rate of nothing has no meaning: that is a trading state's work.
        let max_min = i64::from(kind.has_window());
        let fits = scope_fits
            && instrument_fits
            && currency_fits
            && window_fits
            && request.max.is_none_or(|max| max >= max_min)
            && request.reason.len() <= TEXT_BYTES_MAX;
        if fits { Ok(()) } else { Err(Refusal::plain(RefusalCode::FieldInvalid)) }
    }

    /// Counts new orders and replaces as messages, if every rate lets them pass.
    pub(super) fn count_messages(
        &mut self,
        account: usize,
        strategy: StrategyId,
        count: i64,
        actor: Actor,
    ) -> Result<(), Refusal> {
        if !self.limits.has(LimitKind::MessageRate) {
            return Ok(());
        }
        if let Some(refusal) = self.check_message_rate(account, strategy, count, actor, Kept::default()) {
            return Err(refusal);
        }
        let id = self.accounts[account].id;
        for scope in scopes_of(id, strategy, actor) {
            for (_, rule) in self.limits.of_kind_mut(scope, LimitKind::MessageRate) {
                rule.rate.take(self.ts, count, rule.max, rule.window_ns);
            }
        }
        Ok(())
    }

    /// Counts an accepted order: its value, its content, and that it came.
    pub(super) fn count_accepted(&mut self, instrument: usize, account: usize, acceptance: &Acceptance) {
        let counts = [LimitKind::WindowNotional, LimitKind::RepeatedExecution, LimitKind::DuplicateOrder];
        if acceptance.reason != ExecReason::None || !counts.into_iter().any(|kind| self.limits.has(kind)) {
            return;
        }
        let definition = &self.instruments[instrument].definition;
        let currency = definition.quote_currency;
        let content = content_of(definition.instrument, &acceptance.asked);
        let id = self.accounts[account].id;
        for scope in scopes_of(id, acceptance.terms.strategy, acceptance.actor) {
            for (name, rule) in self.limits.of_kind_mut(scope, LimitKind::WindowNotional) {
                if name.currency == currency {
                    rule.rate.take(self.ts, acceptance.value, rule.max, rule.window_ns);
                }
            }
            for (_, rule) in self.limits.of_kind_mut(scope, LimitKind::RepeatedExecution) {
                rule.rate.take(self.ts, 1, rule.max, rule.window_ns);
            }
            for (_, rule) in self.limits.of_kind_mut(scope, LimitKind::DuplicateOrder) {
                rule.remember(self.ts, content);
            }
        }
    }

    /// A throttle that refused an order stays shut.
    pub(super) fn trip_if(&mut self, refusal: Refusal, account: usize, strategy: StrategyId, actor: Actor, beside: &Beside) {
        if refusal.code != RefusalCode::RepeatedExecution {
            return;
        }
        let id = self.accounts[account].id;
        for scope in scopes_of(id, strategy, actor) {
            let earlier = beside.count_in(scope);
            for (_, rule) in self.limits.of_kind_mut(scope, LimitKind::RepeatedExecution) {
                rule.tripped |= rule.rate.remaining(self.ts, rule.max, rule.window_ns).saturating_sub(earlier) < 1;
            }
        }
    }

    /// Begins a new window of the collar where the last one is over.
    pub(super) fn keep_anchor(&mut self, instrument: usize) {
        let place = &self.instruments[instrument];
        let collar = place.definition.collar;
        if collar.window_bps == 0 {
            return;
        }
        let is_over = place.anchor.is_none_or(|(_, since)| self.ts.0.saturating_sub(since.0) >= collar.window_ns);
        if let Some(reference) = place.reference_twice().filter(|_| is_over) {
            self.instruments[instrument].anchor = Some((reference, self.ts));
        }
    }
}
