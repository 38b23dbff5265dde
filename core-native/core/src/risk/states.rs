//! May anything be done here now: accounts, trading states, sessions, books.

use super::Check;
use crate::account::Leg;
use crate::command::{BookState, TradingState};
use crate::engine::Core;
use crate::refusal::{LimitUnit, Refusal, RefusalCode};
use crate::units::StrategyId;

impl Core {
    /// The states of firm, account and strategy: those that are known before the instrument is.
    pub(crate) fn check_trading_states(
        &self,
        account: usize,
        strategy: StrategyId,
        mut tell: impl FnMut(Refusal) -> bool,
    ) -> bool {
        let states = [
            (self.firm_state(), RefusalCode::FirmHalted),
            (self.accounts()[account].state, RefusalCode::AccountHalted),
            (self.strategy_state(self.accounts()[account].id, strategy), RefusalCode::StrategyHalted),
        ];
        states.into_iter().any(|(state, code)| state == TradingState::Halted && tell(Refusal::plain(code)))
    }
}

impl Check<'_> {
    pub(super) fn instrument_halted(&self) -> Option<Refusal> {
        let is_halted = self.instrument().trading_state == TradingState::Halted;
        is_halted.then_some(Refusal::plain(RefusalCode::InstrumentHalted))
    }

    pub(super) fn instrument_closed(&self) -> Option<Refusal> {
        let is_open = self.instrument().definition.session.is_open(self.ts);
        (!is_open).then_some(Refusal::plain(RefusalCode::InstrumentClosed))
    }

    pub(super) fn book_state(&self) -> Option<Refusal> {
        match self.instrument().state {
            BookState::Synced => None,
            BookState::Stale | BookState::Resyncing => Some(Refusal::plain(RefusalCode::BookNotSynced)),
        }
    }

    /// Where any state is Reducing, only what makes the position smaller is taken, and is reduce-only from then on. In a hedging
    /// account it must say so itself: the same order without would be about the other leg.
    pub(super) fn reducing(&mut self) -> Option<Refusal> {
        let account = &self.core.accounts()[self.account];
        let state = [
            self.core.firm_state(),
            account.state,
            self.core.strategy_state(account.id, self.terms.strategy),
            self.instrument().trading_state,
        ];
        if !state.contains(&TradingState::Reducing) {
            return None;
        }
        self.terms.reduce_only |= self.leg == Leg::Net;
        let closable = if self.terms.reduce_only { self.closable() } else { 0 };
        let qty = self.leaves();
        self.kept.judge(self.closes_too_much(closable), || {
            Refusal::limit(RefusalCode::ReducingOnly, LimitUnit::Lots, closable, qty, closable)
        })
    }
}
