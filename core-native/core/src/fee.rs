//! Fee schedules by traded volume: what a fill pays, for accounts that trade more.
//!
//! Invariant: `before` of a volume is the sum of its 30 days, which are the days before `day`; what is traded on a day counts
//! from the next one on, so that fills of one day do not change each other's fee. Kept only in currencies that ever had a
//! schedule; until the first there is nothing here, and a fill looks at one length. Cost of a fill where there is one: a look-up
//! by account, and one addition.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limits::{FEE_PPM_MAX, FEE_TIERS_MAX};
use crate::order::LiquidityInd;
use crate::units::{AccountId, AmountMinor, CurrencyId, TsNs};

/// Days of trading that decide a tier.
pub const VOLUME_DAYS: usize = 30;
const DAY_NS: u64 = 24 * 3_600 * 1_000_000_000;

/// One step of a fee schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeTier {
    /// Volume of 30 days from which on it holds, minor units.
    pub notional_min: AmountMinor,
    /// Fee of a resting order, parts per million of the value; negative is a rebate.
    pub maker_fee_ppm: i32,
    /// Fee of an incoming order, parts per million of the value.
    pub taker_fee_ppm: i32,
}

impl FeeTier {
    /// The rate of a fill.
    pub(crate) const fn fee_ppm(&self, liquidity: LiquidityInd) -> i32 {
        match liquidity {
            LiquidityInd::Maker => self.maker_fee_ppm,
            LiquidityInd::Taker => self.taker_fee_ppm,
            LiquidityInd::None => 0,
        }
    }
}

/// Whether tiers are a schedule: from nothing upwards, with rates within bounds, and no rebate above the fee beside it.
pub(crate) fn is_schedule(tiers: &[FeeTier]) -> bool {
    let rates_fit = |tier: &FeeTier| {
        (-FEE_PPM_MAX..=FEE_PPM_MAX).contains(&tier.maker_fee_ppm)
            && (0..=FEE_PPM_MAX).contains(&tier.taker_fee_ppm)
            && tier.maker_fee_ppm + tier.taker_fee_ppm >= 0
    };
    tiers.len() <= FEE_TIERS_MAX
        && tiers.first().is_some_and(|first| first.notional_min.0 == 0)
        && tiers.is_sorted_by(|tier, next| tier.notional_min < next.notional_min)
        && tiers.iter().all(rates_fit)
}

/// What an account traded in a currency, minor units, by UTC days of engine time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradedVolume {
    /// The day of the last fill, counted from 1970-01-01.
    day: u64,
    /// On that day so far.
    today: i128,
    /// On the 30 days before it.
    before: i128,
    /// Each of these; a day's place is its number modulo 30.
    days: [i128; VOLUME_DAYS],
}

impl TradedVolume {
    /// Goes on to a day.
    fn roll(&mut self, day: u64) {
        if day == self.day {
            return;
        }
        if day - self.day > VOLUME_DAYS as u64 {
            (self.before, self.days) = (0, [0; VOLUME_DAYS]);
        } else {
            for past in self.day..day {
                let total = if past == self.day { self.today } else { 0 };
                let place = usize::try_from(past % VOLUME_DAYS as u64).expect("less than 30");
                self.before += total - std::mem::replace(&mut self.days[place], total);
            }
        }
        (self.day, self.today) = (day, 0);
    }

    fn at(&self, day: u64) -> Self {
        let mut rolled = self.clone();
        rolled.roll(day);
        rolled
    }
}

/// Schedules and volumes of one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct CurrencyFees {
    /// For all who have none of their own; empty = none.
    firm: Vec<FeeTier>,
    own: BTreeMap<AccountId, Vec<FeeTier>>,
    volumes: BTreeMap<AccountId, TradedVolume>,
}

impl CurrencyFees {
    fn schedule_of(&self, account: AccountId) -> &[FeeTier] {
        self.own.get(&account).unwrap_or(&self.firm)
    }
}

/// Where an account stands in a currency's schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeStanding<'a> {
    /// The schedule that holds for it, ascending; empty where the instruments' own rates do.
    pub tiers: &'a [FeeTier],
    /// Index of its tier.
    pub tier: usize,
    /// Whether the schedule is its own, not the firm's.
    pub is_own: bool,
    /// What it traded on the 30 days before this one, minor units; corrections may make it negative.
    pub volume: i128,
    /// What it has traded on this day so far.
    pub today: i128,
}

/// Every fee schedule, and what is traded under them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeBook {
    /// By currency number less 1.
    currencies: Vec<Option<CurrencyFees>>,
}

impl FeeBook {
    /// Whether there never was a schedule.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.currencies.is_empty()
    }

    /// Sets the schedule of an account, or (0) of the firm; an empty one takes it away.
    pub(crate) fn set(&mut self, account: AccountId, currency: CurrencyId, tiers: Vec<FeeTier>) {
        let place = usize::from(currency.0) - 1;
        if self.currencies.len() <= place {
            self.currencies.resize(place + 1, None);
        }
        let fees = self.currencies[place].get_or_insert_default();
        if account == AccountId(0) {
            fees.firm = tiers;
        } else if tiers.is_empty() {
            fees.own.remove(&account);
        } else {
            fees.own.insert(account, tiers);
        }
    }

    fn fees(&self, currency: CurrencyId) -> Option<&CurrencyFees> {
        self.currencies.get(usize::from(currency.0).checked_sub(1)?)?.as_ref()
    }

    fn fees_mut(&mut self, currency: CurrencyId) -> Option<&mut CurrencyFees> {
        self.currencies.get_mut(usize::from(currency.0).checked_sub(1)?)?.as_mut()
    }

    /// Counts a fill of a value, or takes one back; the tier that held before it, where the account has a schedule.
    pub(crate) fn count(&mut self, account: AccountId, currency: CurrencyId, value: i128, ts: TsNs) -> Option<FeeTier> {
        let fees = self.fees_mut(currency)?;
        let volume = fees.volumes.entry(account).or_default();
        volume.roll(ts.0 / DAY_NS);
        volume.today += value;
        let before = volume.before;
        let tiers = fees.schedule_of(account);
        tiers.get(tier_at(tiers, before)).copied()
    }

    /// The highest rate that a fill of an account may pay, where it has a schedule.
    pub(crate) fn fee_ppm_max(&self, account: AccountId, currency: CurrencyId) -> Option<i32> {
        self.fees(currency)?.schedule_of(account).iter().map(|tier| tier.taker_fee_ppm.max(tier.maker_fee_ppm)).max()
    }

    /// Where an account stands at a time.
    pub(crate) fn standing(&self, account: AccountId, currency: CurrencyId, ts: TsNs) -> FeeStanding<'_> {
        let Some(fees) = self.fees(currency) else {
            return FeeStanding { tiers: &[], tier: 0, is_own: false, volume: 0, today: 0 };
        };
        let volume = fees.volumes.get(&account).map(|volume| volume.at(ts.0 / DAY_NS)).unwrap_or_default();
        let tiers = fees.schedule_of(account);
        FeeStanding {
            tiers,
            tier: tier_at(tiers, volume.before),
            is_own: fees.own.contains_key(&account),
            volume: volume.before,
            today: volume.today,
        }
    }

    /// Whether commands up to a time can have made it so.
    pub(crate) fn is_sound(&self, currency_count: usize, ts: TsNs) -> bool {
        let volume_is_sound = |volume: &TradedVolume| {
            let sum = volume.days.iter().try_fold(0_i128, |sum, &day| sum.checked_add(day));
            volume.day <= ts.0 / DAY_NS && sum == Some(volume.before)
        };
        let fees_are_sound = |fees: &CurrencyFees| {
            (fees.firm.is_empty() || is_schedule(&fees.firm))
                && fees.own.values().all(|tiers| is_schedule(tiers))
                && fees.volumes.values().all(volume_is_sound)
        };
        self.currencies.len() <= currency_count && self.currencies.iter().flatten().all(fees_are_sound)
    }

    /// Every schedule that is set, by currency, the firm's (account 0) first.
    pub fn schedules(&self) -> impl Iterator<Item = (AccountId, CurrencyId, &[FeeTier])> {
        (1..).map(CurrencyId).zip(&self.currencies).filter_map(|(id, fees)| Some((id, fees.as_ref()?))).flat_map(|(id, fees)| {
            let firm = Some((AccountId(0), id, &fees.firm[..])).filter(|(_, _, tiers)| !tiers.is_empty());
            firm.into_iter().chain(fees.own.iter().map(move |(&account, tiers)| (account, id, &tiers[..])))
        })
    }
}

/// The last tier that a volume reaches; the first where it reaches none.
fn tier_at(tiers: &[FeeTier], volume: i128) -> usize {
    tiers.partition_point(|tier| i128::from(tier.notional_min.0) <= volume).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_from_the_next_one_on_and_for_thirty() {
        let mut volume = TradedVolume::default();
        volume.roll(100);
        volume.today += 7;
        assert_eq!(volume.before, 0);
        for (day, before) in [(101, 7), (130, 7), (131, 0), (1_000, 0)] {
            assert_eq!(volume.at(day).before, before, "on day {day}");
        }
        volume.roll(129);
        volume.today += 5;
        volume.roll(130);
        assert_eq!(volume.before, 12, "day 100 is the thirtieth before");
        assert_eq!((volume.at(131).before, volume.at(159).before, volume.at(160).before), (5, 5, 0));
    }
}
