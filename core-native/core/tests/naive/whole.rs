//! An account's whole equity in one money: what it is counted in, and what other money is worth in that.

use jware_core::instrument::{CurrencyDefinition, InstrumentDefinition};
use jware_core::limit::LimitScope;
use jware_core::limits::TEXT_BYTES_MAX;
use jware_core::order::ClOrdId;
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, CurrencyId};

use super::Naive;
use super::kinds::within_64_bits;
use super::money::half_even;

pub(super) const WHOLE: CurrencyId = CurrencyId(0);

impl Naive {
    pub(super) fn set_base_currency(&mut self, account: AccountId, currency: CurrencyId, reason: &str) {
        let counted = self.counts_whole_losses(account);
        let code = if !self.is_users(account) {
            Code::AccountNotPermitted
        } else if reason.len() > TEXT_BYTES_MAX || (currency != WHOLE && self.definition_of(currency).is_none()) {
            Code::FieldInvalid
        } else if counted {
            Code::AccountInUse
        } else {
            self.bases.retain(|row| row.0 != account);
            self.bases.push((account, currency));
            return;
        };
        self.refuse(RequestKind::Control, ClOrdId::EMPTY, Refusal::plain(code));
    }

    /// 0 where there is none.
    pub fn base(&self, account: AccountId) -> CurrencyId {
        self.bases.iter().find(|row| row.0 == account).map_or(WHOLE, |row| row.1)
    }

    pub(super) fn counts_whole_losses(&self, account: AccountId) -> bool {
        let of_whole = |rule: &super::limits::Rule| rule.name.kind.is_loss() && rule.name.currency == WHOLE;
        self.rules.iter().any(|rule| rule.scope == LimitScope::Account(account) && of_whole(rule))
    }

    fn definition_of(&self, currency: CurrencyId) -> Option<&CurrencyDefinition> {
        self.currencies.get(usize::from(currency.0).checked_sub(1)?)
    }

    /// All of it, or none where that is not known; and whether a mark is stale that says so. None without a base currency.
    pub fn whole_equity(&self, account: AccountId) -> Option<(Option<i128>, bool)> {
        let base = self.base(account);
        self.definition_of(base)?;
        let (mut sum, mut stale) = (Some(0), false);
        for currency in self.all_currencies() {
            let equity = self.equity(account, currency);
            if equity == 0 {
                continue;
            }
            stale |= self.is_doubtful(account, currency);
            let converted = self.converted(equity, currency, base);
            stale |= converted.is_some_and(|(_, by_stale)| by_stale);
            sum = sum.zip(converted).map(|(sum, (worth, _))| sum + worth);
        }
        Some((sum.filter(|sum| within_64_bits(*sum) == *sum), stale))
    }

    /// Whether a position in a currency has a mark that cannot be trusted, or none.
    pub(super) fn is_doubtful(&self, account: AccountId, currency: CurrencyId) -> bool {
        self.held_in(account, currency).iter().any(|holding| self.mark(holding.1).is_none_or(|(_, _, stale)| stale))
    }

    pub(super) fn all_currencies(&self) -> impl Iterator<Item = CurrencyId> + use<> {
        (1..=u16::try_from(self.currencies.len()).expect("few")).map(CurrencyId)
    }

    /// What an amount is worth in another money, and whether the mark that says so is stale.
    pub(super) fn converted(&self, amount: i128, from: CurrencyId, to: CurrencyId) -> Option<(i128, bool)> {
        if from == to {
            return Some((amount, false));
        }
        let (given, wanted) = (self.definition_of(from)?, self.definition_of(to)?);
        if let Some((times, by, stale)) = self.rate(given, to) {
            return Some((half_even(amount * times, by), stale));
        }
        let (times, by, stale) = self.rate(wanted, from)?;
        Some((half_even(amount * by, times), stale))
    }

    /// How many minor units of `quote` are paid for how many of `base`, by the first that trades the one for the other.
    fn rate(&self, base: &CurrencyDefinition, quote: CurrencyId) -> Option<(i128, i128, bool)> {
        let ten = |power: u8| 10_i128.pow(power.into());
        let trades = |d: &InstrumentDefinition| d.base_currency == base.code && d.quote_currency == quote && self.is_plain(d);
        let mut definitions = self.instruments.iter().map(|instrument| &instrument.definition).filter(|d| trades(d));
        let (d, (twice, _, stale)) = definitions.find_map(|d| Some((d, self.mark(d.instrument)?)))?;
        // One lot, at twice the mark.
        let paid = twice * i128::from(d.tick_lot_minor) * ten(d.qty_decimals);
        Some((paid, 2 * i128::from(d.lot_mantissa) * ten(base.decimals), stale))
    }

    /// Whether one tick on one lot is one tick times one lot of money, without a multiplier.
    fn is_plain(&self, d: &InstrumentDefinition) -> bool {
        let decimals = self.definition_of(d.quote_currency).expect("it was defined before").decimals;
        let minor = i128::from(d.tick_mantissa) * i128::from(d.lot_mantissa) * 10_i128.pow(decimals.into());
        i128::from(d.tick_lot_minor) * 10_i128.pow(u32::from(d.price_decimals) + u32::from(d.qty_decimals)) == minor
    }
}
