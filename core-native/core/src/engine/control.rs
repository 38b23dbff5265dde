//! Trading states and the kill switch: block, cancel, and if asked flatten, for the firm, an account, an instrument, a strategy.
//!
//! A state stays until it is set again. Cancels pass in all of them.

use super::new_order::Acceptance;
use super::report::RequestNames;
use super::{Core, Holding};
use crate::account::{FIRST_USER_INDEX, Leg};
use crate::book::NIL;
use crate::command::{Actor, BookState, Scope, TradingState};
use crate::event::Event;
use crate::limits::TEXT_BYTES_MAX;
use crate::order::{ClOrdId, ExecReason, ExecType, Order, OrderTerms, SelfTradePrevention, Side};
use crate::refusal::{Refusal, RefusalCode};
use crate::risk::{collar_of, exit_units};
use crate::units::{AccountId, InstrumentId, QtyLots, StrategyId, checked_product};

impl Core {
    pub(super) fn set_trading_state(
        &mut self,
        scope: Scope,
        state: TradingState,
        flatten: bool,
        reason: &str,
        events: &mut Vec<Event>,
    ) {
        if let Err(refusal) = self.check_control(scope, state, flatten, reason) {
            let (account, instrument) = match scope {
                Scope::Firm => (AccountId(0), InstrumentId(0)),
                Scope::Account(account) | Scope::Strategy(account, _) => (account, InstrumentId(0)),
                Scope::Instrument(instrument) => (AccountId(0), instrument),
            };
            events.push(RequestNames::control(account, instrument).refused(refusal));
            return;
        }
        match scope {
            Scope::Firm => self.firm_state = state,
            Scope::Account(account) => {
                let index = self.account_index[&account];
                self.accounts[index].state = state;
            }
            Scope::Instrument(instrument) => {
                let index = self.instrument_index[&instrument];
                self.instruments[index].trading_state = state;
            }
            Scope::Strategy(account, strategy) if state == TradingState::Active => {
                self.strategy_states.remove(&(account, strategy));
            }
            Scope::Strategy(account, strategy) => {
                self.strategy_states.insert((account, strategy), state);
            }
        }
        let mut canceled_count = 0;
        if state == TradingState::Halted {
            for account in self.accounts_in(scope) {
                canceled_count += self.cancel_where(account, ExecReason::Halted, |order| is_in(scope, order), events);
            }
        }
        if flatten {
            for account in self.accounts_in(scope) {
                self.flatten(
                    account,
                    ExecReason::Flatten,
                    |instrument| !matches!(scope, Scope::Instrument(only) if only != instrument),
                    events,
                );
            }
        }
        self.settle(events);
        if let Scope::Account(account) = scope {
            self.tell_state(self.account_index[&account], reason, events);
        } else {
            events.push(Event::ScopeState { scope, state, canceled_count, reason: reason.to_owned() });
        }
    }

    fn check_control(&self, scope: Scope, state: TradingState, flatten: bool, reason: &str) -> Result<(), Refusal> {
        let refused = |code| Err(Refusal::plain(code));
        match scope {
            Scope::Account(account) | Scope::Strategy(account, _) if self.user_account(account).is_none() => {
                refused(RefusalCode::AccountNotPermitted)
            }
            Scope::Instrument(instrument) if !self.instrument_index.contains_key(&instrument) => {
                refused(RefusalCode::UnknownInstrument)
            }
            Scope::Strategy(_, StrategyId(0)) => refused(RefusalCode::FieldInvalid),
            _ if reason.len() > TEXT_BYTES_MAX => refused(RefusalCode::FieldInvalid),
            _ if flatten && (state == TradingState::Active || matches!(scope, Scope::Strategy(..))) => {
                refused(RefusalCode::FieldInvalid)
            }
            _ => Ok(()),
        }
    }

    /// Indices of the accounts that a scope may touch.
    fn accounts_in(&self, scope: Scope) -> std::ops::Range<usize> {
        match scope {
            Scope::Firm | Scope::Instrument(_) => FIRST_USER_INDEX..self.accounts.len(),
            Scope::Account(account) | Scope::Strategy(account, _) => {
                let index = self.account_index[&account];
                index..index + 1
            }
        }
    }

    /// Closes an account's positions, leg by leg, at the market, as far as there is one.
    pub(super) fn flatten(
        &mut self,
        account: usize,
        reason: ExecReason,
        wanted: impl Fn(InstrumentId) -> bool,
        events: &mut Vec<Event>,
    ) {
        let open: Vec<(InstrumentId, Leg)> = self.accounts[account]
            .positions
            .iter()
            .filter(|(_, position)| position.qty != 0)
            .map(|(key, _)| key)
            .filter(|&(id, _)| wanted(id))
            .collect();
        for (id, leg) in open {
            let instrument = self.instrument_index[&id];
            let holding = Holding { account, instrument, leg };
            // An earlier one may have changed this account, if it traded with itself.
            let Some(side) = self.position_at(holding).closing_side() else { continue };
            let place = &self.instruments[instrument];
            let Some(work_price) = collar_of(place, side) else { continue };
            if place.state != BookState::Synced || place.book.best(side.opposite()).is_none() {
                continue;
            }
            // A leg that a correction left on the other side of nothing is closed by the orders that are otherwise its opening ones.
            let reduce_only = self.closed_by(account, instrument, side) == holding;
            let qty = if reduce_only { self.left_to_close(holding, side) } else { self.position_at(holding).qty.abs() };
            // A sell may fill above the collar, at the best bid.
            let best_bid = place.book.best(Side::Buy).filter(|_| side == Side::Sell);
            let value_price = best_bid.map_or(work_price, |bid| bid.max(work_price));
            if qty == 0 || checked_product(qty, value_price.0, place.tick_lot_minor()).is_none() {
                continue;
            }
            let terms = OrderTerms {
                reduce_only,
                self_trade_prevention: SelfTradePrevention::None,
                ..OrderTerms::market(side, QtyLots(qty))
            };
            let acceptance = Acceptance {
                actor: Actor::default(),
                account,
                instrument,
                cl_ord_id: ClOrdId::EMPTY,
                content: 0,
                asked: terms,
                value: 0,
                terms,
                work_price,
                group: NIL,
                member: 0,
                reason,
                // The engine's own orders are at the venue at once.
                told_as: ExecType::New,
            };
            let slot = self.accept(&acceptance, events);
            self.begin(slot, events);
            self.work_elected(events);
            // What the next position's orders are checked against is what this one's left.
            self.settle(events);
        }
    }

    /// What of a position no live exit is to close.
    fn left_to_close(&self, holding: Holding, side: Side) -> i64 {
        let exits: i64 = exit_units(self, holding.account, holding.instrument, side, None).map(|unit| unit.leaves).sum();
        (self.position_at(holding).qty.abs() - exits).max(0)
    }

    pub(super) fn tell_state(&mut self, index: usize, reason: &str, events: &mut Vec<Event>) {
        let account = &mut self.accounts[index];
        let account_seq = account.next_seq();
        events.push(Event::AccountState { account_seq, account: account.id, state: account.state, reason: reason.to_owned() });
    }
}

fn is_in(scope: Scope, order: &Order) -> bool {
    match scope {
        Scope::Firm => true,
        Scope::Account(account) => order.account == account,
        Scope::Instrument(instrument) => order.instrument == instrument,
        Scope::Strategy(account, strategy) => order.account == account && order.terms.strategy == strategy,
    }
}
