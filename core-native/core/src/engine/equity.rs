//! Equity: what an account would be worth if it were closed at the marks, and what follows when that is too little.
//!
//! Watched are margin accounts and those with loss limits, when a command filled them or moved the mark of something they hold.
//! A margin account below its maintenance is liquidated: orders canceled, positions of that money closed at the market. A loss
//! beyond a rung of the ladder (warn, reduce, halt, flatten) does what the rung says, once, until the limit is set again; but for
//! flatten, which goes on until nothing is left to close.

use std::collections::BTreeSet;

use super::Core;
use crate::account::part_ceiling;
use crate::command::{AccountKind, TradingState};
use crate::event::Event;
use crate::instrument::MarginRules;
use crate::limit::{LimitKind, LimitName, LimitScope};
use crate::order::ExecReason;
use crate::units::{AccountId, CurrencyId, InstrumentId, div_half_even};

fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).unwrap_or(if wide > 0 { i64::MAX } else { i64::MIN })
}

impl Core {
    /// Whether a loss limit of an account counts in this money; 0 is the base currency.
    pub(super) fn counts_losses_in(&self, index: usize, currency: CurrencyId) -> bool {
        let scope = LimitScope::Account(self.accounts[index].id);
        LimitKind::LADDER.into_iter().any(|kind| self.limits.of_kind(scope, kind).any(|(name, _)| name.currency == currency))
    }

    /// What a loss limit is about: equity in one money, or (0) all of it in the base currency. None where that is not known.
    pub(super) fn equity_counted(&self, index: usize, currency: CurrencyId) -> Option<i64> {
        if currency == CurrencyId(0) { self.base_equity(index, self.ts)?.equity } else { Some(self.equity(index, currency)) }
    }

    /// Sees to it that an account is watched exactly where it must be.
    pub(super) fn watch_if_needed(&mut self, index: usize) {
        let account = &self.accounts[index];
        let scope = LimitScope::Account(account.id);
        let has_loss_limit = LimitKind::LADDER.into_iter().any(|kind| self.limits.of_kind(scope, kind).next().is_some());
        let is_watched = account.kind == AccountKind::Margin || has_loss_limit;
        let held: BTreeSet<InstrumentId> = account.positions.keys().map(|(id, _)| id).collect();
        for id in held {
            let instrument = self.instrument_index[&id];
            let is_holder = is_watched && self.has_position(index, instrument);
            self.instruments[instrument].watch(index, is_holder);
        }
        self.accounts[index].is_watched = is_watched;
    }

    /// Unrealised profit and loss of an account's positions in a currency, and what of their value a margin account must keep.
    fn unrealised(&self, index: usize, currency: CurrencyId) -> (i128, i128) {
        let mut sums = (0, 0);
        for ((id, _), position) in self.accounts[index].positions.iter().filter(|(_, position)| position.qty != 0) {
            let instrument = &self.instruments[self.instrument_index[&id]];
            if instrument.definition.quote_currency != currency {
                continue;
            }
            // Without any price yet it is worth what it cost.
            let value = instrument.mark_twice().map_or(i128::from(position.cost), |mark_twice| {
                let twice = i128::from(mark_twice) * i128::from(position.qty) * i128::from(instrument.tick_lot_minor());
                div_half_even(twice, 2)
            });
            let MarginRules { maintenance_ppm, .. } = instrument.definition.margin;
            sums.0 += value - i128::from(position.cost);
            sums.1 += part_ceiling(value.abs(), maintenance_ppm);
        }
        sums
    }

    /// Cash and unrealised profit and loss, minor units.
    pub fn equity(&self, index: usize, currency: CurrencyId) -> i64 {
        narrow(i128::from(self.accounts[index].balance(currency).cash) + self.unrealised(index, currency).0)
    }

    /// What may be spent or taken out: in a margin account less what the positions have lost so far.
    pub(crate) fn spendable(&self, index: usize, currency: CurrencyId) -> i64 {
        let available = self.accounts[index].available(currency);
        match self.accounts[index].kind {
            AccountKind::Standard | AccountKind::Cash => available,
            AccountKind::Margin => narrow(i128::from(available) + self.unrealised(index, currency).0.min(0)),
        }
    }

    /// Money that was paid in is no profit, and money taken out no loss.
    pub(super) fn move_baselines(&mut self, account: AccountId, currency: CurrencyId, amount: i64) {
        if self.limits.is_empty() {
            return;
        }
        let base = self.accounts[self.account_index[&account]].base_currency;
        let in_base = self.convert(amount.into(), currency, base, self.ts).map_or(0, |(converted, _)| narrow(converted));
        for kind in LimitKind::LADDER {
            for (name, rule) in self.limits.of_kind_mut(LimitScope::Account(account), kind) {
                if name.currency == currency {
                    rule.baseline = rule.baseline.saturating_add(amount);
                } else if name.currency == CurrencyId(0) {
                    rule.baseline = rule.baseline.saturating_add(in_base);
                }
            }
        }
    }

    /// Looks at every watched account that the command touched, in the order it did.
    pub(super) fn guard_equity(&mut self, events: &mut Vec<Event>) {
        let mut at = 0;
        while let Some(&account) = self.scratch.watched.get(at) {
            at += 1;
            if self.scratch.watched[at..].contains(&account) {
                // Looked at once, when all that touched it is done.
                continue;
            }
            let currencies: Vec<CurrencyId> = self.accounts[account].balances.keys().collect();
            for currency in currencies {
                // On a price that may be wrong nothing is closed: the next fresh one is looked at.
                if !self.has_stale_mark(account, currency, self.ts) {
                    self.guard_margin(account, currency, events);
                    self.guard_losses(account, currency, events);
                }
            }
            let is_known = || self.base_equity(account, self.ts).is_some_and(|base| base.equity.is_some() && !base.is_stale);
            if self.counts_losses_in(account, CurrencyId(0)) && is_known() {
                self.guard_losses(account, CurrencyId(0), events);
            }
        }
        self.scratch.watched.clear();
    }

    fn guard_margin(&mut self, index: usize, currency: CurrencyId, events: &mut Vec<Event>) {
        if self.accounts[index].kind != AccountKind::Margin {
            return;
        }
        let maintenance = narrow(self.unrealised(index, currency).1);
        let equity = self.equity(index, currency);
        let account = self.accounts[index].id;
        let balance = self.accounts[index].balances.get_or_default(currency);
        let was_liquidating = std::mem::replace(&mut balance.is_liquidating, equity < maintenance);
        if equity >= maintenance {
            return;
        }
        if !was_liquidating {
            events.push(Event::Liquidation { account, currency, equity, maintenance });
        }
        self.cancel_where(index, ExecReason::Liquidation, |_| true, events);
        self.close_money(index, currency, ExecReason::Liquidation, events);
    }

    fn guard_losses(&mut self, index: usize, currency: CurrencyId, events: &mut Vec<Event>) {
        let account = self.accounts[index].id;
        for kind in LimitKind::LADDER {
            let name = LimitName { kind, instrument: InstrumentId(0), currency };
            let scope = LimitScope::Account(account);
            let Some(rule) = self.limits.get(scope, name) else { continue };
            if rule.tripped {
                self.flatten_again(index, kind, currency, events);
                continue;
            }
            let (max, baseline) = (rule.max, rule.baseline);
            let Some(equity) = self.equity_counted(index, currency) else { continue };
            let loss = baseline.saturating_sub(equity);
            if loss <= max {
                continue;
            }
            for (_, rule) in self.limits.of_kind_mut(scope, kind).filter(|(other, _)| *other == name) {
                rule.tripped = true;
            }
            events.push(Event::LossLimitPassed { account, currency, kind, max, loss });
            let state = match kind {
                LimitKind::LossReduce => TradingState::Reducing,
                LimitKind::LossHalt | LimitKind::LossFlatten => TradingState::Halted,
                _ => continue,
            };
            self.accounts[index].state = self.accounts[index].state.most_severe(state);
            if state == TradingState::Halted {
                self.cancel_where(index, ExecReason::Halted, |_| true, events);
            }
            if kind == LimitKind::LossFlatten {
                self.close_money(index, currency, ExecReason::Flatten, events);
            }
            self.settle(events);
            self.tell_state(index, "loss limit", events);
        }
    }

    /// What had no market when the last rung was passed is closed when there is one, until someone releases the account.
    fn flatten_again(&mut self, index: usize, kind: LimitKind, currency: CurrencyId, events: &mut Vec<Event>) {
        let account = &self.accounts[index];
        if kind == LimitKind::LossFlatten && account.state == TradingState::Halted {
            self.cancel_where(index, ExecReason::Halted, |_| true, events);
            self.close_money(index, currency, ExecReason::Flatten, events);
        }
    }

    /// Closes an account's positions of one money, or (0) of all, at the market.
    fn close_money(&mut self, index: usize, currency: CurrencyId, reason: ExecReason, events: &mut Vec<Event>) {
        let of_money: Vec<InstrumentId> = self.accounts[index]
            .positions
            .keys()
            .map(|(id, _)| id)
            .filter(|id| {
                let of = self.instruments[self.instrument_index[id]].definition.quote_currency;
                currency == CurrencyId(0) || of == currency
            })
            .collect();
        self.flatten(index, reason, |instrument| of_money.contains(&instrument), events);
        self.settle(events);
    }
}
