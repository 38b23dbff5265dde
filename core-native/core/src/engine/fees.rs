//! Fee schedules: set by administrators, read by every fill where there is one.

use super::report::RequestNames;
use super::{Core, Holding};
use crate::account::FIRST_USER_INDEX;
use crate::command::{CorrectedFill, SetFeeSchedule};
use crate::event::Event;
use crate::fee::{FeeBook, FeeStanding, is_schedule};
use crate::limits::TEXT_BYTES_MAX;
use crate::order::LiquidityInd;
use crate::refusal::{Refusal, RefusalCode};
use crate::trade::FillRecord;
use crate::units::{AccountId, CurrencyId, InstrumentId, TsNs};

impl Core {
    /// Every fee schedule.
    pub const fn fees(&self) -> &FeeBook {
        &self.fees
    }

    /// What an account pays in a currency at a time, and what it has traded for that.
    pub fn fee_standing(&self, account: AccountId, currency: CurrencyId, ts: TsNs) -> FeeStanding<'_> {
        self.fees.standing(account, currency, ts)
    }

    pub(super) fn set_fee_schedule(&mut self, request: &SetFeeSchedule, events: &mut Vec<Event>) {
        let SetFeeSchedule { actor, account, currency, tiers, reason } = request;
        let is_firms = *account == AccountId(0);
        let fits =
            self.currency(*currency).is_some() && (tiers.is_empty() || is_schedule(tiers)) && reason.len() <= TEXT_BYTES_MAX;
        let code = match self.user_account(*account) {
            None if !is_firms => RefusalCode::AccountNotPermitted,
            _ if !fits => RefusalCode::FieldInvalid,
            only => {
                self.fees.set(*account, *currency, tiers.clone());
                events.push(Event::FeeScheduleSet {
                    account: *account,
                    currency: *currency,
                    tiers: tiers.clone(),
                    actor: *actor,
                    reason: reason.clone(),
                });
                let bound = only.map_or(FIRST_USER_INDEX..self.accounts.len(), |index| index..index + 1);
                for index in bound {
                    self.hold_anew(index, *currency, events);
                }
                return;
            }
        };
        events.push(RequestNames::control(*account, InstrumentId(0)).refused(Refusal::plain(code)));
    }

    /// What working orders hold for their fees follows the schedule.
    fn hold_anew(&mut self, index: usize, currency: CurrencyId, events: &mut Vec<Event>) {
        let before = self.accounts[index].balance(currency).held;
        let of_currency: Vec<Holding> = self.accounts[index]
            .positions
            .keys()
            .map(|(id, leg)| Holding { account: index, instrument: self.instrument_index[&id], leg })
            .filter(|holding| self.instruments[holding.instrument].definition.quote_currency == currency)
            .collect();
        for holding in of_currency {
            self.refresh_holding(holding);
        }
        if self.accounts[index].balance(currency).held != before {
            self.tell_balance(index, currency, events);
        }
    }

    /// The rate that a fill of an account pays, parts per million of its value, which counts from the next day on.
    pub(super) fn scheduled_fee_ppm(&mut self, account: usize, instrument: usize, liquidity: LiquidityInd, value: i64) -> i32 {
        let currency = self.instruments[instrument].definition.quote_currency;
        match self.fees.count(self.accounts[account].id, currency, value.into(), self.ts) {
            Some(tier) => tier.fee_ppm(liquidity),
            None => self.listed_fee_ppm(instrument, liquidity),
        }
    }

    /// What a correction changes of a fill's value counts on the day of the correction.
    pub(super) fn count_correction(&mut self, fill: &FillRecord, corrected: Option<CorrectedFill>) {
        if self.fees.is_empty() {
            return;
        }
        let definition = &self.instruments[self.instrument_index[&fill.instrument]].definition;
        let value = |qty: i64, price: i64| i128::from(qty) * i128::from(price) * i128::from(definition.tick_lot_minor);
        let after = corrected.map_or(0, |to| value(to.qty.0, to.price.0));
        self.fees.count(fill.account, definition.quote_currency, after - value(fill.qty.0, fill.price.0), self.ts);
    }

    /// The rate that working orders hold fees at: the highest that a fill of theirs may pay, on whatever day it comes.
    #[inline]
    pub(crate) fn hold_fee_ppm(&self, account: usize, instrument: usize) -> i32 {
        let definition = &self.instruments[instrument].definition;
        let listed = definition.taker_fee_ppm.max(definition.maker_fee_ppm);
        if self.fees.is_empty() {
            return listed;
        }
        self.fees.fee_ppm_max(self.accounts[account].id, definition.quote_currency).unwrap_or(listed)
    }
}
