//! Limits, losses, kinds of accounts and fee schedules.

use jware_core::command::{AccountKind, Actor, PositionMode};
use jware_core::fee::FeeTier;
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::units::{AccountId, AmountMinor, CurrencyId, KeyId, SelfTradeGroup, SessionId, StrategyId, UserId};
use jware_wire::Encoder;
use jware_wire::encode::{ConfigurationNotice, FeeScheduleNotice, LimitNotice};
use jware_wire::generated::{self as wire};

use crate::{ACCOUNT, INSTRUMENT, TS, read};

#[test]
fn limits_say_whose_they_are_and_who_set_them() {
    let mut encoder = Encoder::new();
    let actor = Actor { user: UserId(1), session: SessionId(2), key: KeyId(3) };
    for (scope, told) in [
        (LimitScope::Firm, (wire::LimitScope::Firm, 0, 0)),
        (LimitScope::Account(ACCOUNT), (wire::LimitScope::Account, 1001, 0)),
        (LimitScope::Strategy(ACCOUNT, StrategyId(4)), (wire::LimitScope::Strategy, 1001, 4)),
        (LimitScope::User(UserId(5)), (wire::LimitScope::User, 0, 5)),
        (LimitScope::Key(KeyId(6)), (wire::LimitScope::Key, 0, 6)),
    ] {
        let name = LimitName { kind: LimitKind::WindowNotional, instrument: INSTRUMENT, currency: CurrencyId(1) };
        let set = LimitNotice { scope, name, currency_code: "USD", max: Some(7), window_ns: 8, actor, reason: "review" };
        let frame = read(encoder.limit_status(&set, TS));
        let status = frame.body_as_limit_status().expect("a LimitStatus");
        assert_eq!((status.scope(), status.scope_account(), status.scope_id()), told);
        assert_eq!((status.kind(), status.instrument()), (wire::LimitKind::WindowNotional, 101));
        assert_eq!((status.currency(), status.is_set(), status.max(), status.window_ns()), (Some("USD"), true, 7, 8));
        let who = status.actor().expect("an actor");
        assert_eq!((who.user(), who.session(), who.key()), (1, 2, 3));
        assert_eq!((status.reason(), status.ts_ns()), (Some("review"), TS.0));
        let frame = read(encoder.limit_status(&LimitNotice { max: None, ..set }, TS));
        let status = frame.body_as_limit_status().expect("a LimitStatus");
        assert_eq!((status.is_set(), status.max()), (false, 0));
    }
    for kind in LimitKind::ALL {
        let frame = read(encoder.loss_limit(ACCOUNT, kind, "USD", 9, 10, TS));
        let report = frame.body_as_loss_limit_report().expect("a LossLimitReport");
        assert_eq!(report.kind().variant_name().map(str::to_owned), Some(format!("{kind:?}")));
        assert_eq!((report.account(), report.currency(), report.max_minor()), (1001, Some("USD"), 9));
        assert_eq!((report.loss_minor(), report.ts_ns()), (10, TS.0));
    }
    let frame = read(encoder.liquidation(ACCOUNT, "USD", -11, 12, TS));
    let report = frame.body_as_liquidation_report().expect("a LiquidationReport");
    assert_eq!((report.account(), report.currency(), report.ts_ns()), (1001, Some("USD"), TS.0));
    assert_eq!((report.equity_minor(), report.maintenance_minor()), (-11, 12));

    for (kind, theirs) in [
        (AccountKind::Standard, wire::AccountKind::Standard),
        (AccountKind::Cash, wire::AccountKind::Cash),
        (AccountKind::Margin, wire::AccountKind::Margin),
    ] {
        let made = ConfigurationNotice {
            account: ACCOUNT,
            kind,
            position_mode: PositionMode::Hedging,
            group: SelfTradeGroup(13),
            base_currency: "EUR",
            actor,
            reason: "asked",
        };
        let frame = read(encoder.account_configuration(&made, TS));
        let told = frame.body_as_account_configuration().expect("an AccountConfiguration");
        assert_eq!((told.account(), told.kind(), told.self_trade_group()), (1001, theirs, 13));
        assert_eq!((told.base_currency(), told.position_mode()), (Some("EUR"), wire::PositionMode::Hedging));
        assert_eq!((told.actor().map(wire::Actor::user), told.reason(), told.ts_ns()), (Some(1), Some("asked"), TS.0));
    }
}

#[test]
fn fee_schedules() {
    let mut encoder = Encoder::new();
    let actor = Actor { user: UserId(1), session: SessionId(2), key: KeyId(3) };
    let tiers = [
        FeeTier { notional_min: AmountMinor(0), maker_fee_ppm: 4, taker_fee_ppm: 5 },
        FeeTier { notional_min: AmountMinor(i64::MAX), maker_fee_ppm: -6, taker_fee_ppm: 7 },
    ];
    let set = FeeScheduleNotice { account: ACCOUNT, currency_code: "USD", tiers: &tiers, actor, reason: "review" };
    let frame = read(encoder.fee_schedule(&set, TS));
    let told = frame.body_as_fee_schedule_status().expect("a FeeScheduleStatus");
    assert_eq!((told.account(), told.currency(), told.reason(), told.ts_ns()), (1001, Some("USD"), Some("review"), TS.0));
    let who = told.actor().expect("an actor");
    assert_eq!((who.user(), who.session(), who.key()), (1, 2, 3));
    let rows =
        told.tiers().expect("a list").iter().map(|tier| (tier.notional_min_minor(), tier.maker_fee_ppm(), tier.taker_fee_ppm()));
    assert_eq!(rows.collect::<Vec<_>>(), [(0, 4, 5), (i64::MAX, -6, 7)]);

    let frame = read(encoder.fee_schedule(&FeeScheduleNotice { account: AccountId(0), tiers: &[], ..set }, TS));
    let told = frame.body_as_fee_schedule_status().expect("a FeeScheduleStatus");
    assert_eq!((told.account(), told.tiers().map(|tiers| tiers.len())), (0, Some(0)));
}
