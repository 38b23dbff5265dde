//! What kind of account it is, with whom it does not trade, and what it counts in: set by administrators.

use super::Core;
use super::report::RequestNames;
use crate::command::{AccountKind, Actor, PositionMode};
use crate::event::Event;
use crate::limits::TEXT_BYTES_MAX;
use crate::refusal::{Refusal, RefusalCode};
use crate::units::{AccountId, CurrencyId, InstrumentId, SelfTradeGroup};

impl Core {
    pub(super) fn configure_account(
        &mut self,
        actor: Actor,
        id: AccountId,
        (kind, mode): (AccountKind, PositionMode),
        reason: &str,
        events: &mut Vec<Event>,
    ) {
        let Some(index) = self.configurable(id, reason, events) else { return };
        let code = if kind == AccountKind::Cash && mode == PositionMode::Hedging {
            // A short leg is what a cash account may not have.
            RefusalCode::FieldInvalid
        } else if self.is_in_use(index) {
            RefusalCode::AccountInUse
        } else {
            (self.accounts[index].kind, self.accounts[index].position_mode) = (kind, mode);
            self.watch_if_needed(index);
            self.tell_configuration(index, actor, reason, events);
            return;
        };
        events.push(RequestNames::control(id, InstrumentId(0)).refused(Refusal::plain(code)));
    }

    /// Whether an account has a position, a live order, or a report on its way, which says what becomes of a position when it comes.
    fn is_in_use(&self, index: usize) -> bool {
        let account = &self.accounts[index];
        account.open_order_count > 0
            || account.positions.values().any(|position| position.qty != 0)
            || self.late.in_order().iter().any(|(_, _, late)| late.reports_to() == Some(account.id))
    }

    /// Holds for the next meeting of two orders; those that rest stay where they are.
    pub(super) fn set_self_trade_group(
        &mut self,
        actor: Actor,
        id: AccountId,
        group: SelfTradeGroup,
        reason: &str,
        events: &mut Vec<Event>,
    ) {
        let Some(index) = self.configurable(id, reason, events) else { return };
        self.accounts[index].self_trade_group = group;
        self.tell_configuration(index, actor, reason, events);
    }

    /// What the account's whole equity is counted in from now on.
    pub(super) fn set_base_currency(
        &mut self,
        actor: Actor,
        id: AccountId,
        currency: CurrencyId,
        reason: &str,
        events: &mut Vec<Event>,
    ) {
        let Some(index) = self.configurable(id, reason, events) else { return };
        let code = if currency != CurrencyId(0) && self.currency(currency).is_none() {
            RefusalCode::FieldInvalid
        } else if self.counts_losses_in(index, CurrencyId(0)) {
            // What a limit counts in cannot become something else.
            RefusalCode::AccountInUse
        } else {
            self.accounts[index].base_currency = currency;
            self.tell_configuration(index, actor, reason, events);
            return;
        };
        events.push(RequestNames::control(id, InstrumentId(0)).refused(Refusal::plain(code)));
    }

    /// The account's index, where there is one and the reason is short enough; refuses otherwise.
    pub(super) fn configurable(&self, id: AccountId, reason: &str, events: &mut Vec<Event>) -> Option<usize> {
        let index = self.user_account(id);
        let code = match index {
            None => RefusalCode::AccountNotPermitted,
            Some(_) if reason.len() > TEXT_BYTES_MAX => RefusalCode::FieldInvalid,
            Some(_) => return index,
        };
        events.push(RequestNames::control(id, InstrumentId(0)).refused(Refusal::plain(code)));
        None
    }

    fn tell_configuration(&self, index: usize, actor: Actor, reason: &str, events: &mut Vec<Event>) {
        let account = &self.accounts[index];
        events.push(Event::AccountConfigured {
            account: account.id,
            kind: account.kind,
            group: account.self_trade_group,
            base_currency: account.base_currency,
            position_mode: account.position_mode,
            actor,
            reason: reason.to_owned(),
        });
    }
}
