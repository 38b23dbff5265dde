//! Limits: mostly tight enough to be passed, seldom of a shape that does not fit.

use jware_core::command::{AccountKind, Command, PositionMode, SetFeeSchedule, SetLimit};
use jware_core::fee::FeeTier;
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, StrategyId, UserId};

use super::{Dice, Known};

const KINDS: [LimitKind; 12] = [
    LimitKind::OrderQty,
    LimitKind::OrderNotional,
    LimitKind::OpenOrders,
    LimitKind::Position,
    LimitKind::GrossNotional,
    LimitKind::NetNotional,
    LimitKind::MessageRate,
    LimitKind::WindowNotional,
    LimitKind::RepeatedExecution,
    LimitKind::DuplicateOrder,
    LimitKind::LossReduce,
    LimitKind::LossFlatten,
];

/// Those of value, which few orders of a list or batch would meet otherwise.
const VALUES: [LimitKind; 4] =
    [LimitKind::OrderNotional, LimitKind::GrossNotional, LimitKind::NetNotional, LimitKind::WindowNotional];

impl Known {
    /// What kind an account is, or how much it may lose.
    pub(super) fn account_rule(&self, dice: &mut Dice) -> Command {
        if dice.in_1000(400) {
            return self.account_kind(dice);
        }
        let (actor, account) = (Self::actor(dice), Self::account(dice));
        if self.mood.whole && dice.in_1000(150) {
            let currency = CurrencyId(dice.weighted(&[(4, 1), (4, 2), (1, 0), (1, 3)]));
            let reason = if dice.in_1000(20) { "x".repeat(201) } else { String::new() };
            return Command::SetBaseCurrency { actor, account, currency, reason };
        }
        if self.mood.whole && dice.in_1000(60) {
            // What has no way to be converted, until it is taken out again.
            let (currency, amount) = (CurrencyId(3), AmountMinor(dice.of(&[10, -10, -10])));
            return Command::Deposit { actor, account, currency, amount, reference: None, reason: String::new() };
        }
        let moneys: &[u16] = if self.mood.whole { &[0, 0, 0, 1, 2] } else { &[1, 2] };
        let name =
            LimitName { kind: dice.of(&LimitKind::LADDER), instrument: InstrumentId(0), currency: CurrencyId(dice.of(moneys)) };
        let max = if dice.in_1000(200) { None } else { Some(dice.of(&[0, 1, 20, 100, 400])) };
        let scope = LimitScope::Account(account);
        Command::SetLimit(SetLimit { actor, scope, name, max, window_ns: 0, reason: String::new() })
    }

    /// What kind an account is from now on, and whether it hedges.
    pub(super) fn account_kind(&self, dice: &mut Dice) -> Command {
        let (actor, account) = (Self::actor(dice), Self::account(dice));
        let kind = if self.mood.kinds {
            dice.of(&[AccountKind::Standard, AccountKind::Cash, AccountKind::Margin, AccountKind::Margin])
        } else {
            AccountKind::Standard
        };
        let hedges = self.mood.hedging > 0 && dice.in_1000(600);
        let position_mode = if hedges { PositionMode::Hedging } else { PositionMode::Netting };
        Command::ConfigureAccount { actor, account, kind, reason: String::new(), position_mode }
    }

    /// What someone pays who trades more: mostly with steps that a few days of a scene reach.
    pub(super) fn fee_rule(&self, dice: &mut Dice) -> Command {
        let account = if dice.in_1000(500) { AccountId(0) } else { Self::account(dice) };
        let count = dice.weighted(&[(2, 0), (3, 1), (8, 2), (8, 3), (1, 16), (1, 17)]);
        let step = if self.mood.vast { 1 << 52 } else { dice.of(&[1, 3_000, 20_000]) };
        let mut from = 0;
        let mut tiers = Vec::new();
        for _ in 0..count {
            let (maker_fee_ppm, taker_fee_ppm) =
                dice.of(&[(0, 0), (-200, 900), (300, 2_500), (-5_000, 5_000), (100_000, 100_000), (7, 12_345)]);
            tiers.push(FeeTier { notional_min: AmountMinor(from), maker_fee_ppm, taker_fee_ppm });
            from += dice.within(1, step);
        }
        if let Some(odd) = tiers.last_mut().filter(|_| dice.in_1000(60)) {
            match dice.below(4) {
                0 => odd.notional_min = AmountMinor(dice.of(&[-1, 0, 1, i64::MAX, i64::MIN])),
                1 => odd.maker_fee_ppm = dice.of(&[-100_001, 100_001, i32::MAX, i32::MIN, -odd.taker_fee_ppm - 1]),
                2 => odd.taker_fee_ppm = dice.of(&[-1, 100_001, i32::MAX, i32::MIN]),
                _ => odd.notional_min = AmountMinor(0),
            }
        }
        let currency = CurrencyId(if dice.in_1000(20) { dice.of(&[0, 3, u16::MAX]) } else { dice.of(&[1, 2]) });
        let reason = if dice.in_1000(20) { "x".repeat(201) } else { String::new() };
        Command::SetFeeSchedule(SetFeeSchedule { actor: Self::actor(dice), account, currency, tiers, reason })
    }

    pub(super) fn limit_rule(&self, dice: &mut Dice) -> SetLimit {
        use LimitKind as Kind;
        let kind = if dice.in_1000(500) { dice.of(&VALUES) } else { dice.of(&KINDS) };
        let account = Self::account(dice);
        let scope = dice.of(&[
            LimitScope::Firm,
            LimitScope::Account(account),
            LimitScope::Account(account),
            LimitScope::Strategy(account, StrategyId(1)),
            LimitScope::User(UserId(1)),
            LimitScope::Key(KeyId(1)),
        ]);
        let money = kind.is_loss()
            || matches!(kind, Kind::OrderNotional | Kind::GrossNotional | Kind::NetNotional | Kind::WindowNotional);
        let rate = matches!(kind, Kind::MessageRate | Kind::WindowNotional | Kind::RepeatedExecution | Kind::DuplicateOrder);
        let one = match kind {
            Kind::Position => true,
            Kind::OrderQty | Kind::OrderNotional | Kind::OpenOrders => dice.in_1000(500),
            _ => false,
        };
        let mut name = LimitName {
            kind,
            instrument: if one { self.instrument(dice) } else { InstrumentId(0) },
            currency: CurrencyId(if money { dice.of(&[1, 2]) } else { 0 }),
        };
        let mut window_ns = if rate { dice.of(&[1, 1_000_003, 3_000_000, 10_000_007, 1_000_000_000]) } else { 0 };
        let mut max = match kind {
            Kind::OrderQty | Kind::Position => dice.within(0, 30),
            Kind::OpenOrders | Kind::MessageRate | Kind::RepeatedExecution => dice.within(1, 9),
            Kind::DuplicateOrder => 1,
            _ => dice.of(&[500, 700, 1_000, 3_000, 9_000, 70_000]),
        };
        if dice.in_1000(80) {
            match dice.below(5) {
                0 => name.instrument = self.instrument(dice),
                1 => name.currency = CurrencyId(dice.of(&[0, 1, 3])),
                2 => window_ns = dice.of(&[0, 1, 604_800_000_000_000, 604_800_000_000_001, u64::MAX]),
                3 => max = dice.of(&[0, -1, i64::MAX, i64::MIN]),
                _ => {}
            }
        }
        let max = if dice.in_1000(300) { None } else { Some(max) };
        if max.is_none() && dice.in_1000(950) {
            window_ns = 0;
        }
        let reason = if dice.in_1000(20) { "x".repeat(201) } else { String::new() };
        let actor = Self::actor(dice);
        let scope = if let LimitScope::Account(AccountId(0)) = scope { LimitScope::Firm } else { scope };
        SetLimit { actor, scope, name, max, window_ns, reason }
    }
}
