//! Trading states by scope, and the kill: cancel all, close all.

use jware_core::command::{Scope, TradingState};
use jware_core::limits::TEXT_BYTES_MAX;
use jware_core::order::{ClOrdId, ExecReason};
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, StrategyId};

use super::{Naive, Order};

impl Naive {
    pub(super) fn state(&self, scope: Scope) -> TradingState {
        self.states.iter().find(|set| set.0 == scope).map_or(TradingState::Active, |set| set.1)
    }

    pub(super) fn set_trading_state(&mut self, scope: Scope, state: TradingState, flatten: bool, reason: &str) {
        let account = match scope {
            Scope::Account(account) | Scope::Strategy(account, _) => Some(account),
            Scope::Firm | Scope::Instrument(_) => None,
        };
        let unknown_instrument = matches!(scope, Scope::Instrument(id) if self.known_instrument(id).is_none());
        let no_flatten = state == TradingState::Active || matches!(scope, Scope::Strategy(..));
        let refusal = if account.is_some_and(|account| !self.is_users(account)) {
            Some(Code::AccountNotPermitted)
        } else if unknown_instrument {
            Some(Code::UnknownInstrument)
        } else if reason.len() > TEXT_BYTES_MAX || (flatten && no_flatten) || matches!(scope, Scope::Strategy(_, StrategyId(0))) {
            Some(Code::FieldInvalid)
        } else {
            None
        };
        if let Some(code) = refusal {
            self.refuse(RequestKind::Control, ClOrdId::EMPTY, Refusal::plain(code));
            return;
        }
        self.states.retain(|set| set.0 != scope);
        self.states.push((scope, state));
        let wanted = |order: &Order| match scope {
            Scope::Firm => true,
            Scope::Account(account) => order.account == account,
            Scope::Instrument(instrument) => order.instrument == instrument,
            Scope::Strategy(account, strategy) => order.account == account && order.terms.strategy == strategy,
        };
        if state == TradingState::Halted {
            self.told.canceled_count = Some(self.cancel_all(wanted, ExecReason::Halted));
        }
        if flatten {
            self.flatten_all(scope);
        }
    }

    pub(super) fn set_self_trade_group(&mut self, account: AccountId, group: u32, reason: &str) {
        let refusal = match () {
            () if !self.is_users(account) => Some(Code::AccountNotPermitted),
            () if reason.len() > TEXT_BYTES_MAX => Some(Code::FieldInvalid),
            () => None,
        };
        if let Some(code) = refusal {
            self.refuse(RequestKind::Control, ClOrdId::EMPTY, Refusal::plain(code));
            return;
        }
        self.self_trade_groups.retain(|set| set.0 != account);
        self.self_trade_groups.push((account, group));
    }

    fn flatten_all(&mut self, scope: Scope) {
        let accounts: Vec<AccountId> = self.accounts.clone();
        for account in accounts.into_iter().filter(|id| !matches!(scope, Scope::Account(only) if only != *id)) {
            let mut open = self.open_positions(account);
            open.retain(|holding| !matches!(scope, Scope::Instrument(only) if only != holding.1));
            for holding in open {
                self.flatten(holding, ExecReason::Flatten);
            }
        }
    }
}
