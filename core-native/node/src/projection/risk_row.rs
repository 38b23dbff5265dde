//! The row of an event that says what may be done: who changed it, and why, or what losses led to.

use jware_core::command::{AccountKind, Actor, Command, PositionMode, Scope, TradingState};
use jware_core::event::Event;
use jware_core::fee::FeeTier;
use jware_core::limit::{LimitKind, LimitScope};
use jware_core::order::ExecType;
use jware_core::units::{CurrencyId, InstrumentId, SelfTradeGroup};

use super::row::Row;
use super::rows::{At, begin};

/// What a row is about. Numbers are those of schemas/sql.
#[derive(Clone, Copy, Debug, Default)]
#[repr(u8)]
enum Kind {
    #[default]
    TradingState = 1,
    Limit = 2,
    AccountConfigured = 3,
    LossLimitPassed = 4,
    Liquidation = 5,
    FeeSchedule = 6,
}

/// One row of `risk_events`.
#[derive(Debug, Default)]
pub(super) struct RiskRow<'a> {
    kind: Kind,
    actor: Actor,
    /// None for the state of an instrument.
    scope: Option<LimitScope>,
    instrument: InstrumentId,
    state: Option<TradingState>,
    canceled_count: u64,
    limit: Option<LimitKind>,
    is_set: bool,
    currency: CurrencyId,
    limit_value: i64,
    found_value: i64,
    window_ns: u64,
    account_kind: Option<AccountKind>,
    position_mode: Option<PositionMode>,
    group: SelfTradeGroup,
    reason: &'a str,
    fee_tiers: &'a [FeeTier],
}

impl<'a> RiskRow<'a> {
    /// The row of an event of a command; none where it is about something else.
    pub(super) fn of(event: &'a Event, command: &Command, events: &[Event]) -> Option<Self> {
        // States follow from controls, or (a loss limit) from anything; who traded did not set them.
        let controller = if let Command::SetTradingState { actor, .. } = command { *actor } else { Actor::default() };
        Some(match event {
            Event::AccountState { account, state, reason, .. } => Self {
                actor: controller,
                scope: Some(LimitScope::Account(*account)),
                state: Some(*state),
                canceled_count: canceled_count(events, |owner| owner == *account),
                reason,
                ..Self::default()
            },
            Event::ScopeState { scope, state, canceled_count, reason } => {
                let (scope, instrument) = match *scope {
                    Scope::Firm => (Some(LimitScope::Firm), InstrumentId(0)),
                    Scope::Account(account) => (Some(LimitScope::Account(account)), InstrumentId(0)),
                    Scope::Strategy(account, strategy) => (Some(LimitScope::Strategy(account, strategy)), InstrumentId(0)),
                    Scope::Instrument(instrument) => (None, instrument),
                };
                let (state, canceled_count) = (Some(*state), u64::from(*canceled_count));
                Self { actor: controller, scope, instrument, state, canceled_count, reason, ..Self::default() }
            }
            Event::LimitSet { scope, name, max, window_ns, actor, reason } => Self {
                kind: Kind::Limit,
                actor: *actor,
                scope: Some(*scope),
                instrument: name.instrument,
                limit: Some(name.kind),
                is_set: max.is_some(),
                currency: name.currency,
                limit_value: max.unwrap_or(0),
                window_ns: *window_ns,
                reason,
                ..Self::default()
            },
            Event::AccountConfigured { account, kind, position_mode, group, base_currency, actor, reason } => Self {
                kind: Kind::AccountConfigured,
                actor: *actor,
                scope: Some(LimitScope::Account(*account)),
                account_kind: Some(*kind),
                position_mode: Some(*position_mode),
                group: *group,
                currency: *base_currency,
                reason,
                ..Self::default()
            },
            Event::FeeScheduleSet { account, currency, tiers, actor, reason } => Self {
                kind: Kind::FeeSchedule,
                actor: *actor,
                scope: Some(if account.0 == 0 { LimitScope::Firm } else { LimitScope::Account(*account) }),
                is_set: !tiers.is_empty(),
                currency: *currency,
                reason,
                fee_tiers: tiers,
                ..Self::default()
            },
            Event::LossLimitPassed { account, currency, kind, max, loss } => Self {
                kind: Kind::LossLimitPassed,
                scope: Some(LimitScope::Account(*account)),
                limit: Some(*kind),
                is_set: true,
                currency: *currency,
                limit_value: *max,
                found_value: *loss,
                ..Self::default()
            },
            Event::Liquidation { account, currency, equity, maintenance } => Self {
                kind: Kind::Liquidation,
                scope: Some(LimitScope::Account(*account)),
                canceled_count: canceled_count(events, |owner| owner == *account),
                currency: *currency,
                limit_value: *maintenance,
                found_value: *equity,
                ..Self::default()
            },
            _ => return None,
        })
    }

    pub(super) fn write(&self, text: &mut String, at: At) {
        let row = begin(text, at)
            .ns(at.ts.0)
            .int(self.kind as u8)
            .int(self.actor.user.0)
            .int(self.actor.session.0)
            .int(self.actor.key.0);
        write_scope(row, self.scope)
            .int(self.instrument.0)
            .int(self.state.map_or(0, |state| state as u8))
            .int(self.canceled_count)
            .int(self.limit.map_or(0, |kind| kind as u8))
            .bool(self.is_set)
            .int(self.currency.0)
            .int(self.limit_value)
            .int(self.found_value)
            .ns(self.window_ns)
            .int(self.account_kind.map_or(0, |kind| kind as u8))
            .int(self.group.0)
            .text(self.reason)
            .text(&fee_tiers_text(self.fee_tiers))
            .int(self.position_mode.map_or(0, |mode| mode as u8))
            .end();
    }
}

/// `notional_min:maker:taker` of each tier, a space between two.
fn fee_tiers_text(tiers: &[FeeTier]) -> String {
    let text = |tier: &FeeTier| format!("{}:{}:{}", tier.notional_min.0, tier.maker_fee_ppm, tier.taker_fee_ppm);
    tiers.iter().map(text).collect::<Vec<String>>().join(" ")
}

fn canceled_count(events: &[Event], is_owner: impl Fn(jware_core::units::AccountId) -> bool) -> u64 {
    let is_canceled = |event: &&Event| matches!(event, Event::Execution(told) if told.exec_type == ExecType::Canceled && is_owner(told.account));
    events.iter().filter(is_canceled).count() as u64
}

/// Three columns: what the scope is (`LimitScope` of the wire), its account, and the number of the strategy, user or key.
pub(super) fn write_scope<R: Row>(row: R, scope: Option<LimitScope>) -> R {
    let (kind, account, id) = match scope {
        None => (0_u8, 0, 0),
        Some(LimitScope::Firm) => (1, 0, 0),
        Some(LimitScope::Account(account)) => (2, account.0, 0),
        Some(LimitScope::Strategy(account, strategy)) => (3, account.0, strategy.0),
        Some(LimitScope::User(user)) => (4, 0, user.0),
        Some(LimitScope::Key(key)) => (5, 0, key.0),
    };
    row.int(kind).int(account).int(id)
}
