//! Administrative commands as JSON: cold, and checked again by the core.

use jware_core::command::{
    AccountKind, Actor, Command, CorrectedFill, PositionMode, Scope, SetFeeSchedule, SetLimit, TradeCorrection, TradingState,
};
use jware_core::event::{Event, Execution};
use jware_core::fee::FeeTier;
use jware_core::instrument::CurrencyDefinition;
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::order::ClOrdId;
use jware_core::refusal::{Refusal, RefusalCode};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, PriceTicks, QtyLots, SelfTradeGroup, SessionId, StrategyId, UserId,
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hub::{Hub, State};
use crate::instrument_input::{InstrumentInput, NS_PER_MS};
use crate::query::order_view;

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[allow(clippy::large_enum_variant, reason = "one at a time, for as long as it is read")]
enum AdminCommand {
    DefineCurrency {
        code: String,
        decimals: u8,
    },
    DefineInstrument(InstrumentInput),
    OpenAccount {
        account: u32,
        name: String,
    },
    Deposit {
        user: u32,
        account: u32,
        currency: String,
        amount_minor: String,
        #[serde(default)]
        reference: Option<String>,
        #[serde(default)]
        reason: String,
    },
    SetTradingState {
        user: u32,
        #[serde(default)]
        key: u32,
        scope: ScopeInput,
        state: StateName,
        #[serde(default)]
        flatten: bool,
        reason: String,
    },
    SetLimit(LimitInput),
    ConfigureAccount {
        user: u32,
        account: u32,
        account_kind: KindName,
        /// Absent, it stays what it is.
        #[serde(default)]
        position_mode: Option<ModeName>,
        reason: String,
    },
    SetSelfTradeGroup {
        user: u32,
        account: u32,
        group: u32,
        reason: String,
    },
    SetBaseCurrency {
        user: u32,
        account: u32,
        /// Absent, it has none.
        #[serde(default)]
        currency: Option<String>,
        reason: String,
    },
    CorrectTrade {
        user: u32,
        exec_ref_id: String,
        /// Lots and ticks; absent, it is bust.
        #[serde(default)]
        corrected: Option<CorrectedInput>,
        reason: String,
    },
    SetFeeSchedule {
        user: u32,
        /// Absent, the firm's.
        #[serde(default)]
        account: Option<u32>,
        currency: String,
        tiers: Vec<FeeTierInput>,
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FeeTierInput {
    notional_min_minor: String,
    maker_fee_ppm: i32,
    taker_fee_ppm: i32,
}

impl FeeTierInput {
    /// None where the volume is no number of 64 bits.
    fn tier(&self) -> Option<FeeTier> {
        let notional_min = AmountMinor(self.notional_min_minor.parse().ok()?);
        Some(FeeTier { notional_min, maker_fee_ppm: self.maker_fee_ppm, taker_fee_ppm: self.taker_fee_ppm })
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CorrectedInput {
    qty_lots: i64,
    price_ticks: i64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
enum ScopeInput {
    Firm,
    Account { account: u32 },
    Instrument { instrument: u32 },
    Strategy { account: u32, strategy: u32 },
}

impl ScopeInput {
    const fn scope(self) -> Scope {
        match self {
            Self::Firm => Scope::Firm,
            Self::Account { account } => Scope::Account(AccountId(account)),
            Self::Instrument { instrument } => Scope::Instrument(InstrumentId(instrument)),
            Self::Strategy { account, strategy } => Scope::Strategy(AccountId(account), StrategyId(strategy)),
        }
    }
}

/// Whose limit.
#[derive(Clone, Copy, Deserialize)]
#[serde(tag = "of", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
enum LimitScopeInput {
    Firm,
    Account { account: u32 },
    Strategy { account: u32, strategy: u32 },
    User { user: u32 },
    Key { key: u32 },
}

impl LimitScopeInput {
    const fn scope(self) -> LimitScope {
        match self {
            Self::Firm => LimitScope::Firm,
            Self::Account { account } => LimitScope::Account(AccountId(account)),
            Self::Strategy { account, strategy } => LimitScope::Strategy(AccountId(account), StrategyId(strategy)),
            Self::User { user } => LimitScope::User(UserId(user)),
            Self::Key { key } => LimitScope::Key(KeyId(key)),
        }
    }
}

/// What is limited, as TypeScript writes it; by the core's numbers.
const LIMIT_KINDS: [(&str, LimitKind); 14] = [
    ("orderQty", LimitKind::OrderQty),
    ("orderNotional", LimitKind::OrderNotional),
    ("openOrders", LimitKind::OpenOrders),
    ("position", LimitKind::Position),
    ("grossNotional", LimitKind::GrossNotional),
    ("netNotional", LimitKind::NetNotional),
    ("messageRate", LimitKind::MessageRate),
    ("windowNotional", LimitKind::WindowNotional),
    ("repeatedExecution", LimitKind::RepeatedExecution),
    ("duplicateOrder", LimitKind::DuplicateOrder),
    ("lossWarn", LimitKind::LossWarn),
    ("lossReduce", LimitKind::LossReduce),
    ("lossHalt", LimitKind::LossHalt),
    ("lossFlatten", LimitKind::LossFlatten),
];

/// A limit kind's name.
pub fn limit_kind_name(kind: LimitKind) -> &'static str {
    LIMIT_KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(name, _)| name)
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum KindName {
    Standard,
    Cash,
    Margin,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ModeName {
    Netting,
    Hedging,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StateName {
    Active,
    Reducing,
    Halted,
}

/// A limit as TypeScript writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LimitInput {
    user: u32,
    scope: LimitScopeInput,
    limit: String,
    #[serde(default)]
    instrument: u32,
    #[serde(default)]
    currency: Option<String>,
    /// Decimal digits; absent takes the limit away.
    #[serde(default)]
    max: Option<String>,
    #[serde(default)]
    window_ms: u64,
    #[serde(default)]
    reason: String,
}

impl LimitInput {
    /// The command, where kind, currency and number are such.
    fn command(self, state: &State) -> Option<SetLimit> {
        let &(_, kind) = LIMIT_KINDS.iter().find(|(name, _)| *name == self.limit)?;
        let currency = match self.currency {
            Some(code) => state.core.currency_coded(&code)?,
            None => CurrencyId(0),
        };
        let max = match self.max {
            Some(digits) => Some(digits.parse().ok()?),
            None => None,
        };
        Some(SetLimit {
            actor: actor(self.user, 0),
            scope: self.scope.scope(),
            name: LimitName { kind, instrument: InstrumentId(self.instrument), currency },
            max,
            window_ns: self.window_ms.saturating_mul(NS_PER_MS),
            reason: self.reason,
        })
    }
}

/// How an administrative command ended, for `ExecuteResult`.
#[derive(Serialize)]
#[serde(untagged)]
pub enum ExecuteResult {
    /// Carried out.
    Done {
        /// True.
        ok: bool,
        /// Its sequence.
        seq: u64,
        /// Every order that it changed or made, as it left it: those that a kill canceled and those that close positions.
        orders: Vec<Value>,
    },
    /// Refused.
    Refused {
        /// False.
        ok: bool,
        /// The refusal's number.
        code: u16,
        /// Its name.
        rule: &'static str,
        /// Its sentence.
        text: &'static str,
    },
}

impl ExecuteResult {
    fn refused(refusal: &Refusal) -> Self {
        Self::Refused { ok: false, code: refusal.code.number(), rule: refusal.code.name(), text: refusal.code.text() }
    }
}

const fn actor(user: u32, key: u32) -> Actor {
    Actor { user: UserId(user), session: SessionId(0), key: KeyId(key) }
}

/// Carries out one administrative command.
///
/// Errors: JSON that is no command. A command that cannot be carried out is a refusal, not an error.
pub fn execute(hub: &Hub, json: &str) -> Result<ExecuteResult, String> {
    let parsed: AdminCommand = serde_json::from_str(json).map_err(|error| format!("not an administrative command: {error}"))?;
    let mut state = hub.state.lock();
    let invalid = || Ok(ExecuteResult::refused(&Refusal::plain(RefusalCode::FieldInvalid)));
    let command = match parsed {
        AdminCommand::DefineCurrency { code, decimals } => Command::DefineCurrency(CurrencyDefinition { code, decimals }),
        AdminCommand::DefineInstrument(input) => match input.definition(&state) {
            Some(definition) => Command::DefineInstrument(definition),
            None => return invalid(),
        },
        AdminCommand::OpenAccount { account, name } => Command::OpenAccount { account: AccountId(account), name },
        AdminCommand::Deposit { user, account, currency, amount_minor, reference, reason } => {
            let (Some(currency), Ok(amount)) = (state.core.currency_coded(&currency), amount_minor.parse()) else {
                return invalid();
            };
            let Some(reference) = reference.map_or(Some(None), |text| ClOrdId::new(text.as_bytes()).map(Some)) else {
                return invalid();
            };
            let (account, amount) = (AccountId(account), AmountMinor(amount));
            Command::Deposit { actor: actor(user, 0), account, currency, amount, reference, reason }
        }
        AdminCommand::SetTradingState { user, key, scope, state: name, flatten, reason } => {
            let trading = match name {
                StateName::Active => TradingState::Active,
                StateName::Reducing => TradingState::Reducing,
                StateName::Halted => TradingState::Halted,
            };
            Command::SetTradingState { actor: actor(user, key), scope: scope.scope(), state: trading, flatten, reason }
        }
        AdminCommand::SetLimit(input) => match input.command(&state) {
            Some(command) => Command::SetLimit(command),
            None => return invalid(),
        },
        AdminCommand::ConfigureAccount { user, account, account_kind, position_mode, reason } => {
            let kind = match account_kind {
                KindName::Standard => AccountKind::Standard,
                KindName::Cash => AccountKind::Cash,
                KindName::Margin => AccountKind::Margin,
            };
            let (actor, account) = (actor(user, 0), AccountId(account));
            let position_mode = match position_mode {
                Some(ModeName::Netting) => PositionMode::Netting,
                Some(ModeName::Hedging) => PositionMode::Hedging,
                None => state.core.account(account).map_or_else(PositionMode::default, |known| known.position_mode),
            };
            Command::ConfigureAccount { actor, account, kind, reason, position_mode }
        }
        AdminCommand::SetSelfTradeGroup { user, account, group, reason } => Command::SetSelfTradeGroup {
            actor: actor(user, 0),
            account: AccountId(account),
            group: SelfTradeGroup(group),
            reason,
        },
        AdminCommand::SetBaseCurrency { user, account, currency, reason } => {
            let Some(currency) = currency.map_or(Some(CurrencyId(0)), |code| state.core.currency_coded(&code)) else {
                return invalid();
            };
            Command::SetBaseCurrency { actor: actor(user, 0), account: AccountId(account), currency, reason }
        }
        AdminCommand::CorrectTrade { user, exec_ref_id, corrected, reason } => {
            let Ok(exec_ref_id) = exec_ref_id.parse() else { return invalid() };
            let corrected = corrected.map(|to| CorrectedFill { qty: QtyLots(to.qty_lots), price: PriceTicks(to.price_ticks) });
            Command::CorrectTrade(TradeCorrection { actor: actor(user, 0), exec_ref_id, corrected, reason })
        }
        AdminCommand::SetFeeSchedule { user, account, currency, tiers, reason } => {
            let tiers = tiers.iter().map(FeeTierInput::tier).collect::<Option<Vec<FeeTier>>>();
            // No account has the number 0, which is the firm's.
            let (Some(currency), Some(tiers), false) = (state.core.currency_coded(&currency), tiers, account == Some(0)) else {
                return invalid();
            };
            let account = AccountId(account.unwrap_or(0));
            Command::SetFeeSchedule(SetFeeSchedule { actor: actor(user, 0), account, currency, tiers, reason })
        }
    };
    let (seq, ts) = hub.execute(&mut state, &command);
    let orders = orders_after(&state.events);
    let refusal =
        // What had travelled is another request's answer, which came due with this command.
        state.events.iter().find_map(|event| match event {
            Event::Refused { refusal, travelled: false, .. } => Some(*refusal),
            _ => None,
        });
    hub.route(&mut state, None, seq, ts);
    drop(state);
    hub.wake_others(None);
    Ok(refusal.map_or(ExecuteResult::Done { ok: true, seq, orders }, |refusal| ExecuteResult::refused(&refusal)))
}

/// The last report of every order that events tell of, in the order of their first.
fn orders_after(events: &[Event]) -> Vec<Value> {
    let mut last: Vec<&Execution> = Vec::new();
    let mut place = FxHashMap::default();
    for event in events {
        let Event::Execution(execution) = event else { continue };
        let at = *place.entry(execution.order_id).or_insert(last.len());
        if at == last.len() {
            last.push(execution);
        } else {
            last[at] = execution;
        }
    }
    last.into_iter().map(|order| order_view(order, None)).collect()
}
