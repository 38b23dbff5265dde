//! Limits of firm, account, strategy, user and API key: every rule that is set, and what each has counted.

use jware_core::command::SetLimit;
use jware_core::limit::{LimitKind as Kind, LimitName, LimitScope};
use jware_core::limits::TEXT_BYTES_MAX;
use jware_core::order::{ClOrdId, OrderTerms, Side};
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, CurrencyId, InstrumentId, KeyId, StrategyId, UserId};

use super::kinds::within_64_bits;
use super::whole::WHOLE;
use super::{Holding, Naive, Order};

const WEEK_NS: u64 = 7 * 24 * 3_600 * 1_000_000_000;

pub(super) struct Rule {
    pub scope: LimitScope,
    pub name: LimitName,
    pub max: i128,
    window_ns: i128,
    /// When all that was taken will be back, nanoseconds times `max`.
    back_at: i128,
    /// A throttle or a loss limit that was passed.
    pub shut: bool,
    /// Equity when a loss limit was set, and what was paid in since.
    pub baseline: i128,
    accepted: Vec<(i128, InstrumentId, OrderTerms)>,
}

impl Rule {
    /// Whether so many units may be taken now: what is out may never be more than a window's worth.
    fn allows(&self, now: i128, units: i128) -> bool {
        self.after(now, units) - now * self.max <= self.max * self.window_ns
    }

    fn after(&self, now: i128, units: i128) -> i128 {
        self.back_at.max(now * self.max) + units * self.window_ns
    }
}

/// Whose limits an order comes under.
#[derive(Clone, Copy)]
pub(super) struct Whose {
    pub account: AccountId,
    pub strategy: StrategyId,
    pub user: UserId,
    pub key: KeyId,
}

impl Whose {
    fn is_in(self, scope: LimitScope) -> bool {
        match scope {
            LimitScope::Firm => true,
            LimitScope::Account(account) => account == self.account,
            LimitScope::Strategy(account, strategy) => strategy.0 != 0 && (account, strategy) == (self.account, self.strategy),
            LimitScope::User(user) => user.0 != 0 && user == self.user,
            LimitScope::Key(key) => key.0 != 0 && key == self.key,
        }
    }
}

/// An earlier order of a list or batch that is being checked.
#[derive(Clone, Copy)]
pub(super) struct Earlier {
    pub whose: Whose,
    pub instrument: InstrumentId,
    pub value: i128,
}

/// The refusal by the first of the rules that are broken: widest scope first, then by instrument and currency.
fn first_of<'a>(broken: impl Iterator<Item = &'a Rule>, code: Code) -> Option<Refusal> {
    let place = |rule: &&Rule| {
        let (width, of, part) = match rule.scope {
            LimitScope::Firm => (0, 0, 0),
            LimitScope::Account(account) => (1, account.0, 0),
            LimitScope::Strategy(account, strategy) => (2, account.0, strategy.0),
            LimitScope::User(user) => (3, user.0, 0),
            LimitScope::Key(key) => (4, key.0, 0),
        };
        (width, of, part, rule.name.instrument.0, rule.name.currency.0)
    };
    broken.min_by_key(place).map(|rule| Refusal { scope: Some(rule.scope), ..Refusal::plain(code) })
}

impl Naive {
    pub(super) fn set_limit(&mut self, request: &SetLimit) {
        let (scope, name) = (request.scope, request.name);
        let account = match scope {
            LimitScope::Account(account) | LimitScope::Strategy(account, _) => Some(account),
            LimitScope::Firm | LimitScope::User(_) | LimitScope::Key(_) => None,
        };
        let refusal = if account.is_some_and(|account| !self.is_users(account)) {
            Some(Code::AccountNotPermitted)
        } else if name.instrument.0 != 0 && self.known_instrument(name.instrument).is_none() {
            Some(Code::UnknownInstrument)
        } else if !self.limit_fits(request) {
            Some(Code::FieldInvalid)
        } else {
            None
        };
        if let Some(code) = refusal {
            self.refuse(RequestKind::Control, ClOrdId::EMPTY, Refusal::plain(code));
            return;
        }
        self.rules.retain(|rule| (rule.scope, rule.name) != (scope, name));
        if let Some(max) = request.max {
            let (max, window_ns) = (i128::from(max), i128::from(request.window_ns));
            let baseline = match scope {
                LimitScope::Account(account) if name.kind.is_loss() => {
                    self.equity_counted(account, name.currency).expect("it fits")
                }
                _ => 0,
            };
            self.rules.push(Rule { scope, name, max, window_ns, back_at: 0, shut: false, baseline, accepted: Vec::new() });
        }
    }

    fn limit_fits(&self, request: &SetLimit) -> bool {
        let LimitName { kind, instrument, currency } = request.name;
        let instrument_fits = match kind {
            Kind::Position => instrument.0 != 0,
            Kind::OrderQty | Kind::OrderNotional | Kind::OpenOrders => true,
            _ => instrument.0 == 0,
        };
        let money = kind.is_loss()
            || matches!(kind, Kind::OrderNotional | Kind::GrossNotional | Kind::NetNotional | Kind::WindowNotional);
        // Of the whole equity, which has to be known for it to be set, not to be taken away.
        let of_whole = match request.scope {
            LimitScope::Account(account) if kind.is_loss() && currency == WHOLE => {
                request.max.is_none() || self.equity_counted(account, WHOLE).is_some()
            }
            _ => false,
        };
        let currency_fits =
            of_whole || if money { self.all_currencies().any(|known| known == currency) } else { currency.0 == 0 };
        let rate = matches!(kind, Kind::MessageRate | Kind::WindowNotional | Kind::RepeatedExecution | Kind::DuplicateOrder);
        let window_fits =
            if rate && request.max.is_some() { (1..=WEEK_NS).contains(&request.window_ns) } else { request.window_ns == 0 };
        let max_fits = request.max.is_none_or(|max| max >= i64::from(rate));
        let scope_fits = match kind {
            Kind::Position | Kind::GrossNotional | Kind::NetNotional => {
                matches!(request.scope, LimitScope::Firm | LimitScope::Account(_))
            }
            Kind::OpenOrders | Kind::RepeatedExecution | Kind::DuplicateOrder => {
                matches!(request.scope, LimitScope::Account(_) | LimitScope::Strategy(..))
            }
            _ if kind.is_loss() => matches!(request.scope, LimitScope::Account(_)),
            _ => true,
        };
        instrument_fits && currency_fits && window_fits && max_fits && scope_fits && request.reason.len() <= TEXT_BYTES_MAX
    }

    /// Money that was paid in is no profit, and money taken out no loss.
    pub(super) fn move_baselines(&mut self, account: AccountId, currency: CurrencyId, amount: i128) {
        let in_base = self.converted(amount, currency, self.base(account)).map_or(0, |(worth, _)| within_64_bits(worth));
        for rule in self.rules.iter_mut().filter(|rule| rule.scope == LimitScope::Account(account) && rule.name.kind.is_loss()) {
            let moved = match rule.name.currency {
                WHOLE => in_base,
                of if of == currency => amount,
                _ => 0,
            };
            rule.baseline = within_64_bits(rule.baseline + moved);
        }
    }

    fn rules_of(&self, kind: Kind, whose: Whose, instrument: InstrumentId) -> impl Iterator<Item = &Rule> {
        let currency = self.known_instrument(instrument).map_or(CurrencyId(0), |known| known.definition.quote_currency);
        self.rules.iter().filter(move |rule| {
            rule.name.kind == kind
                && whose.is_in(rule.scope)
                && (rule.name.instrument.0 == 0 || rule.name.instrument == instrument)
                && (rule.name.currency.0 == 0 || rule.name.currency == currency)
        })
    }

    /// Takes messages from every rate that counts them, or from none.
    pub(super) fn take_messages(&mut self, whose: Whose, count: usize) -> Result<(), Refusal> {
        let (now, units) = (i128::from(self.ts.0), i128::try_from(count).expect("few"));
        let counts = |rule: &Rule| rule.name.kind == Kind::MessageRate && whose.is_in(rule.scope);
        if let Some(refusal) =
            first_of(self.rules.iter().filter(|rule| counts(rule) && !rule.allows(now, units)), Code::RateLimit)
        {
            return Err(refusal);
        }
        for rule in self.rules.iter_mut().filter(|rule| counts(rule)) {
            rule.back_at = rule.after(now, units);
        }
        Ok(())
    }

    /// Rules about an order by itself, and about how many there are.
    pub(super) fn beyond_limits(
        &self,
        whose: Whose,
        instrument: InstrumentId,
        terms: &OrderTerms,
        qty: i128,
        value: Option<i128>,
        is_new: bool,
    ) -> Vec<Refusal> {
        let now = i128::from(self.ts.0);
        let rules = |kind| self.rules_of(kind, whose, instrument);
        let mut found = Vec::new();
        let mut refuse =
            |kind, broken: &dyn Fn(&Rule) -> bool, code| found.extend(first_of(rules(kind).filter(|rule| broken(rule)), code));
        refuse(Kind::OrderQty, &|rule| qty > rule.max, Code::OrderQtyLimit);
        if let Some(value) = value {
            refuse(Kind::OrderNotional, &|rule| value > rule.max, Code::OrderNotionalLimit);
        }
        if !is_new {
            return found;
        }
        let again = |rule: &Rule| {
            let same =
                |row: &&(i128, InstrumentId, OrderTerms)| now - row.0 < rule.window_ns && (row.1, row.2) == (instrument, *terms);
            i128::try_from(rule.accepted.iter().filter(same).count()).expect("few") >= rule.max
        };
        refuse(Kind::DuplicateOrder, &again, Code::DuplicateOrder);
        let earlier = |rule: &Rule| {
            let counted = |one: &&Earlier| one.whose.is_in(rule.scope) && self.same_money(one.instrument, instrument);
            self.earlier.iter().filter(counted).copied().collect::<Vec<Earlier>>()
        };
        if let Some(value) = value {
            let passes = |rule: &Rule| rule.allows(now, value + earlier(rule).iter().map(|one| one.value).sum::<i128>());
            refuse(Kind::WindowNotional, &|rule| !passes(rule), Code::WindowNotionalLimit);
        }
        let open = |rule: &Rule| {
            let counted = |o: &&Order| {
                let owner = Whose { account: o.account, strategy: o.terms.strategy, user: UserId(0), key: KeyId(0) };
                owner.is_in(rule.scope) && (rule.name.instrument.0 == 0 || rule.name.instrument == o.instrument)
            };
            i128::try_from(self.orders.iter().filter(counted).count()).expect("few")
        };
        refuse(Kind::OpenOrders, &|rule| open(rule) + 1 > rule.max, Code::OpenOrderLimit);
        let throttled = |rule: &Rule| {
            let before = self.earlier.iter().filter(|one| one.whose.is_in(rule.scope)).count();
            rule.shut || !rule.allows(now, 1 + i128::try_from(before).expect("few"))
        };
        refuse(Kind::RepeatedExecution, &throttled, Code::RepeatedExecution);
        found
    }

    fn same_money(&self, a: InstrumentId, b: InstrumentId) -> bool {
        let currency = |id| self.known_instrument(id).map(|known| known.definition.quote_currency);
        currency(a) == currency(b)
    }

    /// Rules about what positions and working orders come to, for an order that goes to work.
    pub(super) fn beyond_exposure(
        &self,
        whose: Whose,
        holding: Holding,
        replaced: Option<&Order>,
        with: (Side, i128, i128),
    ) -> Vec<Refusal> {
        let instrument = holding.1;
        let mut found = Vec::new();
        for (kind, code) in [
            (Kind::Position, Code::PositionLimit),
            (Kind::GrossNotional, Code::GrossNotionalLimit),
            (Kind::NetNotional, Code::NetNotionalLimit),
        ] {
            let passed = |rule: &&Rule| {
                let who: Vec<AccountId> = match rule.scope {
                    LimitScope::Account(account) => vec![account],
                    _ => self.accounts.clone(),
                };
                let change = Some((holding, replaced.map(|order| order.id), with));
                let (now, then) = match kind {
                    Kind::Position => {
                        // Of an account each leg by itself, of the firm all together.
                        let all = who.iter().flat_map(|account| Self::holdings(*account, instrument));
                        let of = if rule.scope == LimitScope::Firm { all.collect() } else { vec![holding] };
                        let value = |change| self.exposed_lots(&of, with.0, change);
                        (value(None), value(change))
                    }
                    Kind::GrossNotional => {
                        (self.gross(&who, rule.name.currency, None), self.gross(&who, rule.name.currency, change))
                    }
                    _ => (self.net(&who, rule.name.currency, None), self.net(&who, rule.name.currency, change)),
                };
                then > rule.max && then > now
            };
            found.extend(first_of(self.rules_of(kind, whose, instrument).filter(passed), code));
        }
        found
    }

    /// An accepted order counts.
    pub(super) fn count_accepted(&mut self, whose: Whose, instrument: InstrumentId, terms: &OrderTerms, value: i128) {
        let now = i128::from(self.ts.0);
        let currency = self.instrument(instrument).definition.quote_currency;
        for rule in self.rules.iter_mut().filter(|rule| whose.is_in(rule.scope)) {
            match rule.name.kind {
                Kind::WindowNotional if rule.name.currency == currency => rule.back_at = rule.after(now, value),
                Kind::RepeatedExecution => rule.back_at = rule.after(now, 1),
                Kind::DuplicateOrder => rule.accepted.push((now, instrument, *terms)),
                _ => {}
            }
        }
    }

    /// A refusal by a throttle shuts those that were passed.
    pub(super) fn shut_throttles(&mut self, whose: Whose) {
        let now = i128::from(self.ts.0);
        let earlier = std::mem::take(&mut self.earlier);
        for rule in self.rules.iter_mut().filter(|rule| rule.name.kind == Kind::RepeatedExecution && whose.is_in(rule.scope)) {
            let before = earlier.iter().filter(|one| one.whose.is_in(rule.scope)).count();
            rule.shut |= !rule.allows(now, 1 + i128::try_from(before).expect("few"));
        }
        self.earlier = earlier;
    }
}
