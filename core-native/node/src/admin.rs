//! Administrative commands and credentials, as JSON: cold, and checked again by the core.

use jware_core::command::{AccountKind, Actor, Command, CorrectedFill, Scope, SetLimit, TradeCorrection, TradingState};
use jware_core::event::{Event, Execution};
use jware_core::instrument::{
    CollarReference, CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue,
};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::paper::{LatencyRow, LatencyRules, PaperRules, QueueModel};
use jware_core::refusal::{Refusal, RefusalCode};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, PriceTicks, QtyLots, SelfTradeGroup, SessionId, StrategyId, UserId,
};
use jware_wire::Permission;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::now_ns;
use crate::hub::{Hub, State};
use crate::outbox::Route;
use crate::query::order_view;
use crate::session::{Credential, Grant, SecretHash};

/// Close code of a session whose credential was withdrawn.
const CLOSE_REVOKED: u32 = 4003;

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
enum StateName {
    Active,
    Reducing,
    Halted,
}

/// An instrument as TypeScript writes it.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstrumentInput {
    instrument: u32,
    symbol: String,
    name: String,
    asset_class: String,
    venue: VenueName,
    base_currency: String,
    quote_currency: String,
    price_decimals: u8,
    tick_mantissa: i64,
    qty_decimals: u8,
    lot_mantissa: i64,
    tick_lot_minor: i64,
    qty_lots_min: i64,
    qty_lots_max: i64,
    notional_minor_max: String,
    collar_bps: u32,
    maker_fee_ppm: i32,
    taker_fee_ppm: i32,
    #[serde(default)]
    session: SessionInput,
    #[serde(default)]
    collar: CollarInput,
    #[serde(default)]
    margin: MarginInput,
    #[serde(default)]
    mark_stale_ms: u64,
    #[serde(default)]
    paper: PaperInput,
}

/// How an outside venue treats our orders; absent, the conservative queue and no time on the way.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct PaperInput {
    queue: QueueName,
    /// Of the probabilistic queue alone; absent, 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_power: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<LatencyInput>,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum QueueName {
    #[default]
    Conservative,
    Probabilistic,
}

/// Histograms of the way in and out; the seed is decimal text.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct LatencyInput {
    seed: String,
    inbound: Vec<LatencyRowInput>,
    outbound: Vec<LatencyRowInput>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LatencyRowInput {
    upper_ns: u64,
    weight: u32,
}

const QUEUE_POWER_DEFAULT: u8 = 2;

impl PaperInput {
    fn of(rules: &PaperRules) -> Self {
        let (queue, queue_power) = match rules.queue {
            QueueModel::Conservative => (QueueName::Conservative, None),
            QueueModel::Probabilistic { power } => (QueueName::Probabilistic, Some(power)),
        };
        let rows = |rows: &[LatencyRow]| {
            rows.iter().map(|&LatencyRow { upper_ns, weight }| LatencyRowInput { upper_ns, weight }).collect()
        };
        let LatencyRules { seed, inbound, outbound } = &rules.latency;
        let latency = (rules.latency != LatencyRules::default()).then(|| LatencyInput {
            seed: seed.to_string(),
            inbound: rows(inbound),
            outbound: rows(outbound),
        });
        Self { queue, queue_power, latency }
    }

    /// None where the seed is no number, or a power has no queue to be of.
    fn rules(self) -> Option<PaperRules> {
        let queue = match (self.queue, self.queue_power) {
            (QueueName::Conservative, None) => QueueModel::Conservative,
            (QueueName::Conservative, Some(_)) => return None,
            (QueueName::Probabilistic, power) => QueueModel::Probabilistic { power: power.unwrap_or(QUEUE_POWER_DEFAULT) },
        };
        let rows = |rows: Vec<LatencyRowInput>| {
            rows.into_iter().map(|LatencyRowInput { upper_ns, weight }| LatencyRow { upper_ns, weight }).collect()
        };
        let latency = match self.latency {
            None => LatencyRules::default(),
            Some(LatencyInput { seed, inbound, outbound }) => LatencyRules {
                seed: if seed.is_empty() { 0 } else { seed.parse().ok()? },
                inbound: rows(inbound),
                outbound: rows(outbound),
            },
        };
        Some(PaperRules { queue, latency })
    }
}

/// What the price collar compares with, beside `collarBps`; absent, the mark alone.
#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct CollarInput {
    reference: ReferenceName,
    ticks: i64,
    window_bps: u32,
    window_ms: u64,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum ReferenceName {
    #[default]
    Mark,
    Last,
    Mid,
}

const NS_PER_MS: u64 = 1_000_000;

impl CollarInput {
    const fn of(rules: CollarRules) -> Self {
        let reference = match rules.reference {
            CollarReference::Mark => ReferenceName::Mark,
            CollarReference::Last => ReferenceName::Last,
            CollarReference::Mid => ReferenceName::Mid,
        };
        Self { reference, ticks: rules.ticks, window_bps: rules.window_bps, window_ms: rules.window_ns / NS_PER_MS }
    }

    const fn rules(self) -> CollarRules {
        let reference = match self.reference {
            ReferenceName::Mark => CollarReference::Mark,
            ReferenceName::Last => CollarReference::Last,
            ReferenceName::Mid => CollarReference::Mid,
        };
        let window_ns = self.window_ms.saturating_mul(NS_PER_MS);
        CollarRules { reference, ticks: self.ticks, window_bps: self.window_bps, window_ns }
    }
}

/// What margin accounts need; absent, the whole value, and half of it to be kept.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MarginInput {
    initial_ppm: u32,
    maintenance_ppm: u32,
}

impl Default for MarginInput {
    fn default() -> Self {
        let MarginRules { initial_ppm, maintenance_ppm } = MarginRules::default();
        Self { initial_ppm, maintenance_ppm }
    }
}

/// When an instrument trades; absent, it never closes.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SessionInput {
    open_minute: u16,
    close_minute: u16,
    weekdays: u8,
}

impl Default for SessionInput {
    fn default() -> Self {
        Self::of(TradingSession::ROUND_THE_CLOCK)
    }
}

impl SessionInput {
    const fn of(session: TradingSession) -> Self {
        Self { open_minute: session.open_minute, close_minute: session.close_minute, weekdays: session.weekdays }
    }

    const fn session(self) -> TradingSession {
        TradingSession { open_minute: self.open_minute, close_minute: self.close_minute, weekdays: self.weekdays }
    }
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum VenueName {
    Internal,
    Simulated,
    Paper,
}

impl InstrumentInput {
    /// A definition as TypeScript reads it.
    pub fn of(definition: &InstrumentDefinition, quote_code: &str) -> Self {
        Self {
            instrument: definition.instrument.0,
            symbol: definition.symbol.clone(),
            name: definition.name.clone(),
            asset_class: definition.asset_class.clone(),
            venue: match definition.venue {
                Venue::Internal => VenueName::Internal,
                Venue::Simulated => VenueName::Simulated,
                Venue::Paper => VenueName::Paper,
            },
            base_currency: definition.base_currency.clone(),
            quote_currency: quote_code.to_owned(),
            price_decimals: definition.price_decimals,
            tick_mantissa: definition.tick_mantissa,
            qty_decimals: definition.qty_decimals,
            lot_mantissa: definition.lot_mantissa,
            tick_lot_minor: definition.tick_lot_minor,
            qty_lots_min: definition.qty_lots_min.0,
            qty_lots_max: definition.qty_lots_max.0,
            notional_minor_max: definition.notional_minor_max.0.to_string(),
            collar_bps: definition.collar_bps,
            maker_fee_ppm: definition.maker_fee_ppm,
            taker_fee_ppm: definition.taker_fee_ppm,
            session: SessionInput::of(definition.session),
            collar: CollarInput::of(definition.collar),
            margin: MarginInput {
                initial_ppm: definition.margin.initial_ppm,
                maintenance_ppm: definition.margin.maintenance_ppm,
            },
            mark_stale_ms: definition.mark_stale_ns / NS_PER_MS,
            paper: PaperInput::of(&definition.paper),
        }
    }

    fn definition(self, state: &State) -> Option<InstrumentDefinition> {
        Some(InstrumentDefinition {
            instrument: InstrumentId(self.instrument),
            symbol: self.symbol,
            name: self.name,
            asset_class: self.asset_class,
            venue: match self.venue {
                VenueName::Internal => Venue::Internal,
                VenueName::Simulated => Venue::Simulated,
                VenueName::Paper => Venue::Paper,
            },
            base_currency: self.base_currency,
            quote_currency: state.core.currency_coded(&self.quote_currency)?,
            price_decimals: self.price_decimals,
            tick_mantissa: self.tick_mantissa,
            qty_decimals: self.qty_decimals,
            lot_mantissa: self.lot_mantissa,
            tick_lot_minor: self.tick_lot_minor,
            qty_lots_min: QtyLots(self.qty_lots_min),
            qty_lots_max: QtyLots(self.qty_lots_max),
            notional_minor_max: AmountMinor(self.notional_minor_max.parse().ok()?),
            collar_bps: self.collar_bps,
            maker_fee_ppm: self.maker_fee_ppm,
            taker_fee_ppm: self.taker_fee_ppm,
            session: self.session.session(),
            collar: self.collar.rules(),
            margin: MarginRules { initial_ppm: self.margin.initial_ppm, maintenance_ppm: self.margin.maintenance_ppm },
            mark_stale_ns: self.mark_stale_ms.saturating_mul(NS_PER_MS),
            paper: self.paper.rules()?,
        })
    }
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
        AdminCommand::Deposit { user, account, currency, amount_minor } => {
            let (Some(currency), Ok(amount)) = (state.core.currency_coded(&currency), amount_minor.parse()) else {
                return invalid();
            };
            Command::Deposit { actor: actor(user, 0), account: AccountId(account), currency, amount: AmountMinor(amount) }
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
        AdminCommand::ConfigureAccount { user, account, account_kind, reason } => {
            let kind = match account_kind {
                KindName::Standard => AccountKind::Standard,
                KindName::Cash => AccountKind::Cash,
                KindName::Margin => AccountKind::Margin,
            };
            Command::ConfigureAccount { actor: actor(user, 0), account: AccountId(account), kind, reason }
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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialInput {
    sha256: String,
    user: u32,
    user_name: String,
    /// Number of the API key; absent for a ticket.
    #[serde(default)]
    key: u32,
    accounts: Vec<GrantInput>,
    expires_ts_ms: u64,
    single_use: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GrantInput {
    account: u32,
    permissions: Vec<PermissionName>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum PermissionName {
    Read,
    Trade,
    Cancel,
    Risk,
}

/// What a gateway session is granted.
#[derive(Deserialize)]
pub struct GatewayGrant {
    user: u32,
    #[serde(default)]
    key: u32,
    accounts: Vec<GrantInput>,
}

impl GatewayGrant {
    /// Reads a grant; gives the user, the API key and the rights.
    pub fn read(json: &str) -> Result<(UserId, KeyId, Vec<Grant>), String> {
        let parsed: Self = serde_json::from_str(json).map_err(|error| format!("not a grant: {error}"))?;
        Ok((UserId(parsed.user), KeyId(parsed.key), grants(parsed.accounts)))
    }
}

fn grants(inputs: Vec<GrantInput>) -> Vec<Grant> {
    inputs
        .into_iter()
        .map(|input| {
            let permissions = input.permissions.iter().fold(Permission::empty(), |all, name| {
                all | match name {
                    PermissionName::Read => Permission::Read,
                    PermissionName::Trade => Permission::Trade,
                    PermissionName::Cancel => Permission::Cancel,
                    PermissionName::Risk => Permission::Risk,
                }
            });
            Grant { account: AccountId(input.account), permissions }
        })
        .collect()
}

/// Adds a credential.
pub fn put_credential(hub: &Hub, json: &str) -> Result<(), String> {
    let input: CredentialInput = serde_json::from_str(json).map_err(|error| format!("not a credential: {error}"))?;
    let hash = read_hash(&input.sha256)?;
    let credential = Credential {
        user: UserId(input.user),
        user_name: input.user_name,
        key: KeyId(input.key),
        grants: grants(input.accounts),
        expires_ts_ns: input.expires_ts_ms.saturating_mul(1_000_000),
        single_use: input.single_use,
    };
    hub.state.lock().credentials.put(hash, credential, now_ns());
    Ok(())
}

/// Forgets a credential and closes the sessions that used it; returns how many.
pub fn remove_credential(hub: &Hub, sha256: &str) -> Result<u32, String> {
    let hash = read_hash(sha256)?;
    let mut state = hub.state.lock();
    state.credentials.remove(&hash);
    let ended: Vec<(u32, usize)> =
        state.sessions.iter().filter(|(_, s)| s.credential == Some(hash)).map(|(&id, s)| (id, s.outbox)).collect();
    for &(session, outbox) in &ended {
        if let Some(Some(outbox)) = state.outboxes.get_mut(outbox) {
            outbox.push(0, Route::Close, session, CLOSE_REVOKED, b"the credential was withdrawn");
        }
    }
    drop(state);
    hub.wake_others(None);
    u32::try_from(ended.len()).map_err(|error| error.to_string())
}

fn read_hash(hex: &str) -> Result<SecretHash, String> {
    let mut hash = SecretHash::default();
    let wrong = || "a SHA-256 is 64 hex digits".to_owned();
    if hex.len() != 64 || !hex.is_ascii() {
        return Err(wrong());
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[index * 2..index * 2 + 2], 16).map_err(|_| wrong())?;
    }
    Ok(hash)
}
