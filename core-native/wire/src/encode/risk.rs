//! Frames about limits, the kinds of accounts, and what losses lead to.

use jware_core::command::{AccountKind, Actor, PositionMode};
use jware_core::fee::FeeTier;
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::units::{AccountId, SelfTradeGroup, TsNs};

use super::{Encoder, text};
use crate::generated::{self as wire, ServerBody};

/// A limit that was set (`max`), or taken away (none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitNotice<'a> {
    /// Whose.
    pub scope: LimitScope,
    /// Which.
    pub name: LimitName,
    /// Code of the name's currency; empty where it has none.
    pub currency_code: &'a str,
    /// Its greatest value now.
    pub max: Option<i64>,
    /// Its window, 0 for kinds without.
    pub window_ns: u64,
    /// Who asked.
    pub actor: Actor,
    /// Why.
    pub reason: &'a str,
}

/// What an account was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigurationNotice<'a> {
    /// Which account.
    pub account: AccountId,
    /// Its kind now.
    pub kind: AccountKind,
    /// Its position mode now.
    pub position_mode: PositionMode,
    /// Its self-trade group now.
    pub group: SelfTradeGroup,
    /// Code of what its whole equity is counted in, or empty.
    pub base_currency: &'a str,
    /// Who asked.
    pub actor: Actor,
    /// Why.
    pub reason: &'a str,
}

/// A fee schedule that was set, or (no tiers) taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeScheduleNotice<'a> {
    /// Whose; 0 is the firm's.
    pub account: AccountId,
    /// Code of its money.
    pub currency_code: &'a str,
    /// What it is now.
    pub tiers: &'a [FeeTier],
    /// Who asked.
    pub actor: Actor,
    /// Why.
    pub reason: &'a str,
}

impl Encoder {
    /// `FeeScheduleStatus`.
    pub fn fee_schedule(&mut self, notice: &FeeScheduleNotice<'_>, ts: TsNs) -> &[u8] {
        let builder = self.begin();
        let step = |tier: &FeeTier| wire::FeeTier::new(tier.notional_min.0, tier.maker_fee_ppm, tier.taker_fee_ppm);
        let tiers = builder.create_vector_from_iter(notice.tiers.iter().map(step));
        let args = wire::FeeScheduleStatusArgs {
            account: notice.account.0,
            currency: text(builder, notice.currency_code),
            tiers: Some(tiers),
            actor: Some(&actor_struct(notice.actor)),
            reason: text(builder, notice.reason),
            ts_ns: ts.0,
        };
        let body = wire::FeeScheduleStatus::create(builder, &args).as_union_value();
        self.finish(ServerBody::FeeScheduleStatus, body)
    }

    /// `LimitStatus`.
    pub fn limit_status(&mut self, notice: &LimitNotice<'_>, ts: TsNs) -> &[u8] {
        let builder = self.begin();
        let (scope, scope_account, scope_id) = scope_fields(Some(notice.scope));
        let args = wire::LimitStatusArgs {
            scope,
            scope_account,
            scope_id,
            kind: wire::LimitKind(notice.name.kind as u8),
            instrument: notice.name.instrument.0,
            currency: text(builder, notice.currency_code),
            is_set: notice.max.is_some(),
            max: notice.max.unwrap_or(0),
            window_ns: notice.window_ns,
            actor: Some(&actor_struct(notice.actor)),
            reason: text(builder, notice.reason),
            ts_ns: ts.0,
        };
        let body = wire::LimitStatus::create(builder, &args).as_union_value();
        self.finish(ServerBody::LimitStatus, body)
    }

    /// `AccountConfiguration`.
    pub fn account_configuration(&mut self, notice: &ConfigurationNotice<'_>, ts: TsNs) -> &[u8] {
        let builder = self.begin();
        let args = wire::AccountConfigurationArgs {
            account: notice.account.0,
            kind: wire::AccountKind(notice.kind as u8),
            position_mode: wire::PositionMode(notice.position_mode as u8),
            self_trade_group: notice.group.0,
            base_currency: text(builder, notice.base_currency),
            actor: Some(&actor_struct(notice.actor)),
            reason: text(builder, notice.reason),
            ts_ns: ts.0,
        };
        let body = wire::AccountConfiguration::create(builder, &args).as_union_value();
        self.finish(ServerBody::AccountConfiguration, body)
    }

    /// `LossLimitReport`; amounts in minor units of the currency.
    pub fn loss_limit(
        &mut self,
        account: AccountId,
        kind: LimitKind,
        currency_code: &str,
        max: i64,
        loss: i64,
        ts: TsNs,
    ) -> &[u8] {
        let builder = self.begin();
        let args = wire::LossLimitReportArgs {
            account: account.0,
            kind: wire::LimitKind(kind as u8),
            currency: text(builder, currency_code),
            max_minor: max,
            loss_minor: loss,
            ts_ns: ts.0,
        };
        let body = wire::LossLimitReport::create(builder, &args).as_union_value();
        self.finish(ServerBody::LossLimitReport, body)
    }

    /// `LiquidationReport`; amounts in minor units of the currency.
    pub fn liquidation(&mut self, account: AccountId, currency_code: &str, equity: i64, maintenance: i64, ts: TsNs) -> &[u8] {
        let builder = self.begin();
        let args = wire::LiquidationReportArgs {
            account: account.0,
            currency: text(builder, currency_code),
            equity_minor: equity,
            maintenance_minor: maintenance,
            ts_ns: ts.0,
        };
        let body = wire::LiquidationReport::create(builder, &args).as_union_value();
        self.finish(ServerBody::LiquidationReport, body)
    }
}

/// A limit's scope as three fields: what it is, the account, and the number of what is in it or beside it.
pub(super) const fn scope_fields(scope: Option<LimitScope>) -> (wire::LimitScope, u32, u32) {
    match scope {
        None => (wire::LimitScope::None, 0, 0),
        Some(LimitScope::Firm) => (wire::LimitScope::Firm, 0, 0),
        Some(LimitScope::Account(account)) => (wire::LimitScope::Account, account.0, 0),
        Some(LimitScope::Strategy(account, strategy)) => (wire::LimitScope::Strategy, account.0, strategy.0),
        Some(LimitScope::User(user)) => (wire::LimitScope::User, 0, user.0),
        Some(LimitScope::Key(key)) => (wire::LimitScope::Key, 0, key.0),
    }
}

fn actor_struct(actor: Actor) -> wire::Actor {
    wire::Actor::new(actor.user.0, actor.session.0, actor.key.0)
}
