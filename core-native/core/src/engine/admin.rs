//! Commands of administrators: currencies, instruments, accounts, money, trading states.

use std::collections::BTreeSet;

use super::report::RequestNames;
use super::{Core, Instrument, PaperState, UsersTotal};
use crate::account::{EXTERNAL_INDEX, Transfer, USER_ACCOUNT_MIN};
use crate::bar::BarSet;
use crate::book::Book;
use crate::command::{BookState, TradingState};
use crate::event::Event;
use crate::instrument::{CurrencyDefinition, InstrumentDefinition, Venue};
use crate::limits::{
    AMOUNT_MINOR_MAX, COLLAR_BPS_MAX, FEE_PPM_MAX, INSTRUMENTS_MAX, NOTIONAL_MINOR_MAX, TEXT_BYTES_MAX, UNITS_MAX,
};
use crate::order::ClOrdId;
use crate::refusal::{Refusal, RefusalCode};
use crate::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, PriceTicks, TsNs};

const DECIMALS_MAX: u8 = 12;

impl Core {
    pub(super) fn define_currency(&mut self, definition: &CurrencyDefinition, events: &mut Vec<Event>) {
        let valid = is_text(&definition.code)
            && definition.decimals <= DECIMALS_MAX
            && self.currency_coded(&definition.code).is_none()
            && self.currencies.len() < usize::from(u16::MAX);
        if valid {
            self.currencies.push(definition.clone());
        } else {
            events.push(RequestNames::control(AccountId(0), InstrumentId(0)).refused(Refusal::plain(RefusalCode::FieldInvalid)));
        }
    }

    pub(super) fn define_instrument(&mut self, definition: &InstrumentDefinition, events: &mut Vec<Event>) {
        let id = definition.instrument;
        let existing = self.instrument_index.get(&id).copied();
        let valid = self.is_sound(definition)
            && match existing {
                Some(index) => same_units(&self.instruments[index].definition, definition),
                None => {
                    self.instruments.len() < INSTRUMENTS_MAX
                        && !self.instruments.iter().any(|other| other.definition.symbol == definition.symbol)
                }
            };
        if !valid {
            events.push(RequestNames::control(AccountId(0), id).refused(Refusal::plain(RefusalCode::FieldInvalid)));
            return;
        }
        if let Some(index) = existing {
            let instrument = &mut self.instruments[index];
            instrument.definition = definition.clone();
            if instrument.paper.is_none() {
                instrument.paper = paper_of(definition);
            }
        } else {
            // A book that nobody feeds from outside is always in step.
            let state = if definition.venue == Venue::Internal { BookState::Synced } else { BookState::Stale };
            self.instrument_index.insert(id, self.instruments.len());
            self.instruments.push(Instrument {
                definition: definition.clone(),
                book: Book::default(),
                triggers: None,
                state,
                trading_state: TradingState::Active,
                last_price: PriceTicks(0),
                marked_ts: TsNs(0),
                bars: BarSet::new(),
                users: UsersTotal::default(),
                watchers: BTreeSet::new(),
                anchor: None,
                paper: paper_of(definition),
            });
        }
        events.push(Event::InstrumentDefined { instrument: id });
    }

    fn is_sound(&self, definition: &InstrumentDefinition) -> bool {
        let Some(currency) = self.currency(definition.quote_currency) else { return false };
        // The value of a tick on a lot is at least one whole minor unit: prices and quantities then never need rounding. (A
        // contract multiplier may make it more than tick times lot.)
        let decimals_ok = definition.price_decimals <= DECIMALS_MAX
            && definition.qty_decimals <= DECIMALS_MAX
            && i32::from(definition.price_decimals) + i32::from(definition.qty_decimals)
                <= i32::from(currency.decimals) + i32::from(DECIMALS_MAX);
        definition.instrument.0 > 0
            && is_text(&definition.symbol)
            && definition.name.len() <= TEXT_BYTES_MAX
            && definition.asset_class.len() <= TEXT_BYTES_MAX
            && definition.base_currency.len() <= TEXT_BYTES_MAX
            && decimals_ok
            && (1..=UNITS_MAX).contains(&definition.tick_mantissa)
            && (1..=UNITS_MAX).contains(&definition.lot_mantissa)
            && (1..=UNITS_MAX).contains(&definition.tick_lot_minor)
            && (1..=UNITS_MAX).contains(&definition.qty_lots_min.0)
            && (definition.qty_lots_min.0..=UNITS_MAX).contains(&definition.qty_lots_max.0)
            && (1..=NOTIONAL_MINOR_MAX).contains(&definition.notional_minor_max.0)
            && (1..=COLLAR_BPS_MAX).contains(&definition.collar_bps)
            && (-FEE_PPM_MAX..=FEE_PPM_MAX).contains(&definition.maker_fee_ppm)
            && (0..=FEE_PPM_MAX).contains(&definition.taker_fee_ppm)
            && definition.session.is_valid()
            && definition.margin.is_valid()
            && (0..=UNITS_MAX).contains(&definition.collar.ticks)
            && definition.collar.window_bps <= COLLAR_BPS_MAX
            && (definition.collar.window_bps == 0) == (definition.collar.window_ns == 0)
            && definition.paper.is_valid()
            // Users who trade with each other have no venue between them.
            && (definition.venue != Venue::Internal || definition.paper.is_default())
            // A rebate is paid out of the other side's fee.
            && definition.maker_fee_ppm + definition.taker_fee_ppm >= 0
    }

    pub(super) fn open_account(&mut self, id: AccountId, name: &str, events: &mut Vec<Event>) {
        let taken = self.account_index.contains_key(&id) || self.account_names.contains(name);
        if id < USER_ACCOUNT_MIN || !is_text(name) || taken {
            events.push(RequestNames::control(id, InstrumentId(0)).refused(Refusal::plain(RefusalCode::FieldInvalid)));
            return;
        }
        self.add_account(id, name.to_owned());
        let index = self.account_index[&id];
        self.tell_state(index, "opened", events);
    }

    pub(super) fn deposit(
        &mut self,
        id: AccountId,
        (currency, amount): (CurrencyId, AmountMinor),
        reference: Option<ClOrdId>,
        reason: &str,
        events: &mut Vec<Event>,
    ) {
        let names = RequestNames::control(id, InstrumentId(0));
        let Some(index) = self.configurable(id, reason, events) else { return };
        let reference = reference.filter(|reference| !reference.is_empty());
        if let Some(booked) = reference.and_then(|reference| self.transfer(id, reference)) {
            // What was paid out before is not there a second time, so nothing else of the request is looked at.
            if (booked.currency, booked.amount) == (currency, amount) {
                self.tell_balance(index, currency, events);
            } else {
                events.push(names.refused(Refusal::plain(RefusalCode::DuplicateReference)));
            }
            return;
        }
        if self.currency(currency).is_none() || amount.0 == 0 {
            events.push(names.refused(Refusal::plain(RefusalCode::FieldInvalid)));
            return;
        }
        let paid_before = self.accounts[EXTERNAL_INDEX].balance(currency).cash;
        let balance = self.accounts[index].balance(currency);
        let fits = |sum: Option<i64>| sum.is_some_and(|sum| (-AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX).contains(&sum));
        if !fits(balance.cash.checked_add(amount.0)) || !fits(paid_before.checked_sub(amount.0)) {
            events.push(names.refused(Refusal::plain(RefusalCode::NumberOverflow)));
            return;
        }
        let available = self.spendable(index, currency);
        if amount.0 < 0 && available.saturating_add(amount.0) < 0 {
            events.push(names.refused(Refusal::money(
                RefusalCode::InsufficientFunds,
                currency,
                available,
                amount.0.saturating_neg(),
                available.max(0),
            )));
            return;
        }
        self.accounts[index].balances.get_or_default(currency).cash += amount.0;
        self.accounts[EXTERNAL_INDEX].balances.get_or_default(currency).cash -= amount.0;
        self.move_baselines(id, currency, amount.0);
        if let Some(reference) = reference {
            self.transfers.insert((id, reference), Transfer { seq: self.seq, currency, amount });
        }
        self.tell_balance(index, currency, events);
    }
}

fn is_text(text: &str) -> bool {
    !text.is_empty() && text.len() <= TEXT_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Instruments that follow the default keep nothing beside their book.
fn paper_of(definition: &InstrumentDefinition) -> Option<Box<PaperState>> {
    (!definition.paper.is_default()).then(Box::default)
}

/// Whether two definitions count in the same units: what was traded under one stays right under the other.
fn same_units(old: &InstrumentDefinition, new: &InstrumentDefinition) -> bool {
    (&old.symbol, old.venue, old.quote_currency) == (&new.symbol, new.venue, new.quote_currency)
        && (old.price_decimals, old.tick_mantissa, old.qty_decimals, old.lot_mantissa, old.tick_lot_minor)
            == (new.price_decimals, new.tick_mantissa, new.qty_decimals, new.lot_mantissa, new.tick_lot_minor)
}
