//! Fee schedules: every amount ever traded is kept with its day, and added up when a rate is wanted.

use jware_core::command::SetFeeSchedule;
use jware_core::fee::FeeTier;
use jware_core::limits::{FEE_PPM_MAX, TEXT_BYTES_MAX};
use jware_core::order::{ClOrdId, LiquidityInd};
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, CurrencyId, InstrumentId};

use super::Naive;

const DAY_NS: u64 = 86_400_000_000_000;

/// Of whom (0 = the firm), in which money, which.
pub(super) struct Schedule {
    account: AccountId,
    currency: CurrencyId,
    tiers: Vec<FeeTier>,
}

/// What was traded, or taken back.
pub(super) struct Traded {
    day: u64,
    account: AccountId,
    currency: CurrencyId,
    value: i128,
}

impl Naive {
    pub(super) fn set_fee_schedule(&mut self, request: &SetFeeSchedule) {
        let (account, currency, tiers) = (request.account, request.currency, &request.tiers);
        let bounds = i128::from(FEE_PPM_MAX);
        let odd_tier = |index: usize| {
            let (maker, taker) = (i128::from(tiers[index].maker_fee_ppm), i128::from(tiers[index].taker_fee_ppm));
            let from = tiers[index].notional_min.0;
            let too_low = if index == 0 { from != 0 } else { from <= tiers[index - 1].notional_min.0 };
            too_low || maker.abs() > bounds || taker < 0 || taker > bounds || maker + taker < 0
        };
        let code = if account != AccountId(0) && !self.is_users(account) {
            Code::AccountNotPermitted
        } else if currency.0 == 0
            || self.all_currencies().all(|known| known != currency)
            || tiers.len() > 16
            || (0..tiers.len()).any(odd_tier)
            || request.reason.len() > TEXT_BYTES_MAX
        {
            Code::FieldInvalid
        } else {
            self.schedules.retain(|known| (known.account, known.currency) != (account, currency));
            self.schedules.push(Schedule { account, currency, tiers: tiers.clone() });
            return;
        };
        self.refuse(RequestKind::Control, ClOrdId::EMPTY, Refusal::plain(code));
    }

    /// The tiers that hold for an account: none where the instruments' rates do.
    pub fn tiers(&self, account: AccountId, currency: CurrencyId) -> &[FeeTier] {
        let of = |owner: AccountId| {
            let known = self.schedules.iter().find(|known| (known.account, known.currency) == (owner, currency));
            known.map(|known| &known.tiers[..]).filter(|tiers| !tiers.is_empty())
        };
        of(account).or(of(AccountId(0))).unwrap_or(&[])
    }

    /// What counts now: of the thirty days before this one, and of this one.
    pub fn volume(&self, account: AccountId, currency: CurrencyId) -> (i128, i128) {
        let today = self.ts.0 / DAY_NS;
        let mine = || self.traded_values.iter().filter(|row| (row.account, row.currency) == (account, currency));
        let before = mine().filter(|row| row.day < today && row.day + 30 >= today).map(|row| row.value).sum();
        (before, mine().filter(|row| row.day == today).map(|row| row.value).sum())
    }

    /// Counts a value where there ever was a schedule of the currency.
    pub(super) fn count_traded(&mut self, account: AccountId, instrument: InstrumentId, value: i128) {
        let currency = self.instrument(instrument).definition.quote_currency;
        if self.schedules.iter().any(|known| known.currency == currency) {
            self.traded_values.push(Traded { day: self.ts.0 / DAY_NS, account, currency, value });
        }
    }

    pub(super) fn fee_ppm(&self, account: AccountId, instrument: InstrumentId, liquidity: LiquidityInd) -> i32 {
        let definition = &self.instrument(instrument).definition;
        let tiers = self.tiers(account, definition.quote_currency);
        let volume = self.volume(account, definition.quote_currency).0;
        let reached = tiers.iter().rev().find(|tier| i128::from(tier.notional_min.0) <= volume).or(tiers.first());
        let (maker, taker) =
            reached.map_or((definition.maker_fee_ppm, definition.taker_fee_ppm), |tier| (tier.maker_fee_ppm, tier.taker_fee_ppm));
        if liquidity == LiquidityInd::Maker { maker } else { taker }
    }

    /// What is held for fees, in parts per million.
    pub(super) fn held_fee_ppm(&self, account: AccountId, instrument: InstrumentId) -> i128 {
        let definition = &self.instrument(instrument).definition;
        let tiers = self.tiers(account, definition.quote_currency);
        let rates = tiers.iter().flat_map(|tier| [tier.maker_fee_ppm, tier.taker_fee_ppm]);
        rates.max().unwrap_or(definition.maker_fee_ppm.max(definition.taker_fee_ppm)).into()
    }
}
