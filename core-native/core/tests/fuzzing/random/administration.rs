//! States, limits and fee schedules.

use jware_core::command::{Command, Scope, SetFeeSchedule, SetLimit, TradingState};
use jware_core::fee::FeeTier;
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, StrategyId, UserId};

use super::{Maker, SECOND};

impl Maker<'_> {
    pub fn control(&mut self) -> Command {
        let scope = match self.chance.below(5) {
            0 if self.chance.one_in(3) => Scope::Firm,
            0..3 => Scope::Account(self.account()),
            3 => Scope::Instrument(self.instrument()),
            _ => Scope::Strategy(self.account(), StrategyId(self.small(3))),
        };
        Command::SetTradingState {
            actor: self.actor(),
            scope,
            state: self.chance.pick(&[
                TradingState::Active,
                TradingState::Active,
                TradingState::Active,
                TradingState::Active,
                TradingState::Active,
                TradingState::Reducing,
                TradingState::Halted,
            ]),
            flatten: self.chance.one_in(3),
            reason: "r".repeat(self.chance.pick(&[0, 1, 200, 201])),
        }
    }

    pub fn limit(&mut self) -> Command {
        let scope = match self.chance.below(5) {
            0 => LimitScope::Firm,
            1 => LimitScope::Account(self.account()),
            2 => LimitScope::Strategy(self.account(), StrategyId(self.small(3))),
            3 => LimitScope::Key(KeyId(self.small(2))),
            _ => LimitScope::User(UserId(self.small(3))),
        };
        let kind = self.chance.pick(&LimitKind::ALL);
        let sound = !self.chance.one_in(10);
        let has_instrument = if sound { kind == LimitKind::Position } else { self.chance.one_in(2) };
        let has_currency = if sound { kind.is_money() } else { self.chance.one_in(2) };
        let has_window = if sound { kind.has_window() } else { self.chance.one_in(2) };
        Command::SetLimit(SetLimit {
            actor: self.actor(),
            scope,
            name: LimitName {
                kind,
                instrument: if has_instrument { self.instrument() } else { InstrumentId(0) },
                currency: CurrencyId(if has_currency { 1 + u16::try_from(self.chance.below(2)).expect("small") } else { 0 }),
            },
            max: if self.chance.one_in(3) { None } else { Some(self.number(1, if kind.is_money() { 100_000 } else { 60 })) },
            window_ns: if has_window { 1 + self.chance.next() % (5 * SECOND) } else { 0 },
            reason: String::new(),
        })
    }

    pub fn fee_schedule(&mut self) -> Command {
        let count = self.chance.pick(&[0, 1, 2, 3, 17]);
        let mut from = 0;
        let tiers = (0..count).map(|_| {
            let tier = FeeTier {
                notional_min: AmountMinor(from),
                maker_fee_ppm: self.chance.pick(&[0, -100, 200, 100_001]),
                taker_fee_ppm: self.chance.pick(&[100, 1_000, 100_000]),
            };
            from = from.wrapping_add(self.number(1, 5_000));
            tier
        });
        let tiers = tiers.collect();
        Command::SetFeeSchedule(SetFeeSchedule {
            actor: self.actor(),
            account: if self.chance.one_in(2) { AccountId(0) } else { self.account() },
            currency: CurrencyId(u16::try_from(self.chance.below(4)).expect("small")),
            tiers,
            reason: "r".repeat(self.chance.pick(&[0, 200, 201])),
        })
    }
}
