//! Kinds of accounts, what they are worth at the marks, and what follows when that is too little.

use jware_core::command::{AccountKind, PositionMode, Scope, TradingState};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::limits::TEXT_BYTES_MAX;
use jware_core::order::{ClOrdId, ExecReason, Side};
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, CurrencyId, InstrumentId};

use super::money::{ceiling, half_even};
use super::whole::WHOLE;
use super::{Holding, Naive, narrow};

/// What was told of an account that lost too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarded {
    Liquidation { account: AccountId, currency: CurrencyId, equity: i64, maintenance: i64 },
    LossLimitPassed { account: AccountId, currency: CurrencyId, kind: LimitKind, max: i64, loss: i64 },
    State { account: AccountId, state: TradingState },
}

/// What is beyond 64 bits counts as the largest or the smallest that is not.
pub(super) fn within_64_bits(wide: i128) -> i128 {
    wide.clamp(i64::MIN.into(), i64::MAX.into())
}

impl Naive {
    pub(super) fn configure_account(&mut self, account: AccountId, kind: AccountKind, mode: PositionMode, reason: &str) {
        let in_use = self.orders.iter().any(|order| order.account == account)
            || self.positions.iter().any(|position| position.of.0 == account && position.qty != 0)
            || self.awaits_reports(account);
        let code = if !self.is_users(account) {
            Code::AccountNotPermitted
        } else if reason.len() > TEXT_BYTES_MAX || (kind, mode) == (AccountKind::Cash, PositionMode::Hedging) {
            Code::FieldInvalid
        } else if in_use {
            Code::AccountInUse
        } else {
            self.kinds.retain(|row| row.0 != account);
            self.kinds.push((account, kind));
            self.modes.retain(|row| row.0 != account);
            self.modes.push((account, mode));
            return;
        };
        self.refuse(RequestKind::Control, ClOrdId::EMPTY, Refusal::plain(code));
    }

    pub(super) fn kind(&self, account: AccountId) -> AccountKind {
        self.kinds.iter().find(|row| row.0 == account).map_or(AccountKind::Standard, |row| row.1)
    }

    /// What of a value has to be paid in, in parts per million.
    pub(super) fn initial_ppm(&self, account: AccountId, instrument: InstrumentId) -> i128 {
        match self.kind(account) {
            AccountKind::Margin => self.instrument(instrument).definition.margin.initial_ppm.into(),
            AccountKind::Standard | AccountKind::Cash => 1_000_000,
        }
    }

    /// A position at its mark, or at its cost where there is none.
    fn value_at_mark(&self, holding: Holding) -> i128 {
        let (position, instrument) = (self.position(holding), holding.1);
        let middle = self.best(instrument, Side::Buy).zip(self.best(instrument, Side::Sell)).map(|(bid, ask)| bid + ask);
        let last = Some(self.instrument(instrument).last * 2).filter(|twice| *twice > 0);
        middle.or(last).map_or(position.cost, |twice| half_even(self.minor(instrument, twice * position.qty), 2))
    }

    /// An account's positions in a currency, or in all.
    pub(super) fn held_in(&self, account: AccountId, currency: CurrencyId) -> Vec<Holding> {
        let mut held = self.open_positions(account);
        held.retain(|holding| currency == WHOLE || self.of_currency(holding.1, currency));
        held
    }

    /// What an account has, by instrument, then long before short.
    pub(super) fn open_positions(&self, account: AccountId) -> Vec<Holding> {
        let mine = self.positions.iter().filter(|position| position.of.0 == account && position.qty != 0);
        let mut held: Vec<Holding> = mine.map(|position| position.of).collect();
        held.sort();
        held
    }

    fn unrealised(&self, account: AccountId, currency: CurrencyId) -> i128 {
        let held = self.held_in(account, currency);
        held.iter().map(|holding| self.value_at_mark(*holding) - self.position(*holding).cost).sum()
    }

    fn maintenance(&self, account: AccountId, currency: CurrencyId) -> i128 {
        let part = |holding: &Holding| {
            let ppm = i128::from(self.instrument(holding.1).definition.margin.maintenance_ppm);
            ceiling(self.value_at_mark(*holding).abs() * ppm, 1_000_000)
        };
        within_64_bits(self.held_in(account, currency).iter().map(part).sum())
    }

    pub fn equity(&self, account: AccountId, currency: CurrencyId) -> i128 {
        within_64_bits(self.cash(account, currency) + self.unrealised(account, currency))
    }

    /// What a loss limit is about.
    pub(super) fn equity_counted(&self, account: AccountId, currency: CurrencyId) -> Option<i128> {
        if currency == WHOLE { self.whole_equity(account)?.0 } else { Some(self.equity(account, currency)) }
    }

    /// What may be spent or taken out.
    pub(super) fn spendable(&self, account: AccountId, currency: CurrencyId) -> i128 {
        let lost = if self.kind(account) == AccountKind::Margin { self.unrealised(account, currency).min(0) } else { 0 };
        within_64_bits(self.available(account, currency) + lost)
    }

    fn is_watched(&self, account: AccountId) -> bool {
        self.kind(account) == AccountKind::Margin
            || self.rules.iter().any(|rule| rule.scope == LimitScope::Account(account) && rule.name.kind.is_loss())
    }

    /// Its equity may have changed: it is looked at when the command is done.
    pub(super) fn touch(&mut self, account: AccountId) {
        if self.is_watched(account) {
            self.touched.retain(|other| *other != account);
            self.touched.push(account);
        }
    }

    /// A run of facts of an instrument moved what is held in it.
    pub(super) fn touch_holders(&mut self, instrument: InstrumentId) {
        for account in self.accounts.clone() {
            if self.open_positions(account).iter().any(|holding| holding.1 == instrument) {
                self.touch(account);
            }
        }
    }

    pub(super) fn guard(&mut self) {
        while !self.touched.is_empty() {
            let account = self.touched.remove(0);
            for currency in self.all_currencies() {
                if !self.is_doubtful(account, currency) {
                    self.guard_margin(account, currency);
                    self.guard_losses(account, currency);
                }
            }
            if matches!(self.whole_equity(account), Some((Some(_), false))) {
                self.guard_losses(account, WHOLE);
            }
        }
    }

    fn guard_margin(&mut self, account: AccountId, currency: CurrencyId) {
        if self.kind(account) != AccountKind::Margin {
            return;
        }
        let (equity, maintenance) = (self.equity(account, currency), self.maintenance(account, currency));
        let was_told = self.liquidating.contains(&(account, currency));
        self.liquidating.retain(|row| *row != (account, currency));
        if equity >= maintenance {
            return;
        }
        self.liquidating.push((account, currency));
        if !was_told {
            let [equity, maintenance] = [equity, maintenance].map(narrow);
            self.told.guarded.push(Guarded::Liquidation { account, currency, equity, maintenance });
        }
        self.cancel_all(|order| order.account == account, ExecReason::Liquidation);
        self.close_money(account, currency, ExecReason::Liquidation);
    }

    fn guard_losses(&mut self, account: AccountId, currency: CurrencyId) {
        for kind in [LimitKind::LossWarn, LimitKind::LossReduce, LimitKind::LossHalt, LimitKind::LossFlatten] {
            let (scope, name) = (LimitScope::Account(account), LimitName { kind, instrument: InstrumentId(0), currency });
            let is_over = |rule: &super::limits::Rule| (rule.scope, rule.name) == (scope, name) && rule.shut;
            if self.rules.iter().any(is_over) {
                if kind == LimitKind::LossFlatten && self.state(Scope::Account(account)) == TradingState::Halted {
                    self.cancel_all(|order| order.account == account, ExecReason::Halted);
                    self.close_money(account, currency, ExecReason::Flatten);
                }
                continue;
            }
            // What the rung before has done may have made the whole unknown.
            let Some(equity) = self.equity_counted(account, currency) else { continue };
            let passed = |rule: &&mut super::limits::Rule| {
                (rule.scope, rule.name) == (scope, name) && !rule.shut && within_64_bits(rule.baseline - equity) > rule.max
            };
            let Some(rule) = self.rules.iter_mut().find(passed) else { continue };
            rule.shut = true;
            let [max, loss] = [rule.max, within_64_bits(rule.baseline - equity)].map(narrow);
            self.told.guarded.push(Guarded::LossLimitPassed { account, currency, kind, max, loss });
            let now = self.state(Scope::Account(account));
            let next = match kind {
                LimitKind::LossWarn => continue,
                LimitKind::LossReduce if now == TradingState::Halted => now,
                LimitKind::LossReduce => TradingState::Reducing,
                _ => TradingState::Halted,
            };
            self.states.retain(|set| set.0 != Scope::Account(account));
            self.states.push((Scope::Account(account), next));
            if kind != LimitKind::LossReduce {
                self.cancel_all(|order| order.account == account, ExecReason::Halted);
            }
            if kind == LimitKind::LossFlatten {
                self.close_money(account, currency, ExecReason::Flatten);
            }
            self.told.guarded.push(Guarded::State { account, state: next });
        }
    }

    fn close_money(&mut self, account: AccountId, currency: CurrencyId, reason: ExecReason) {
        for holding in self.held_in(account, currency) {
            self.flatten(holding, reason);
        }
    }
}
