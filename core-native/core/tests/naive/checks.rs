//! Why a request is refused: everything that applies, of which the list's first is told.

use jware_core::command::{AccountKind, BookState, Scope, TradingState};
use jware_core::instrument::Venue;
use jware_core::limits::{OPEN_ORDERS_MAX, UNITS_MAX};
use jware_core::order::{ClOrdId, OrdType, OrderTerms, PostOnly, Side};
use jware_core::refusal::{LimitUnit, Refusal, RefusalCode as Code};
use jware_core::units::{AccountId, InstrumentId, KeyId, UserId};

use super::book::better;
use super::fields;
use super::limits::Whose;
use super::{Holding, Naive, Order, calendar};

/// A new order, or an order as a replace would make it.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub name: ClOrdId,
    pub terms: OrderTerms,
    /// Names of the requests before it in its list or batch.
    pub beside: &'a [ClOrdId],
    /// A child that will be checked for the market when it goes to work.
    pub child: bool,
    pub replaced: Option<&'a Order>,
    pub user: UserId,
    pub key: KeyId,
    /// Whether its name is its own already.
    pub is_named: bool,
}

impl Ask<'_> {
    pub(super) fn whose(&self) -> Whose {
        Whose { account: self.account, strategy: self.terms.strategy, user: self.user, key: self.key }
    }
}

/// What an order that may be accepted will be.
#[derive(Clone, Copy)]
pub(super) struct Passed {
    pub terms: OrderTerms,
    pub qty: i128,
    /// Its limit, or the collar of a market order.
    pub price: i128,
    /// All of it, in money; 0 where nothing says what it is worth.
    pub value: i128,
}

/// How an order is treated by the checks: it works at once at the market or at its price, or it waits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Acts {
    Market,
    Limit,
    Waits,
}

/// What is known of an order's value.
#[derive(Clone, Copy)]
struct Valued {
    side: Side,
    whole: i128,
    leaves: i128,
    price: i128,
}

impl Naive {
    pub(super) fn check(&self, ask: &Ask<'_>) -> Result<Passed, Refusal> {
        let mut found = self.refusals_of_states(ask);
        let Some(instrument) = self.known_instrument(ask.instrument) else {
            return Err(first(found).expect("at least an unknown instrument"));
        };
        let (definition, mut terms) = (&instrument.definition, ask.terms);
        let side = terms.side;
        let replaced_cum = ask.replaced.map_or(0, |order| order.cum);
        let linked = ask.replaced.filter(|order| order.is_child() || order.has_sibling());

        // What it asks for, in lots.
        let cash = fields::is_cash(&terms).then(|| self.lots_for_cash(ask.instrument, &terms));
        let asked = i128::from(terms.order_qty.0);
        let qty = cash.filter(|_| asked == 0).unwrap_or(Some(asked));
        let leaves = (qty.unwrap_or(0) - replaced_cum).max(0);

        // Reducing, and reduce-only.
        let closable = self.closable(ask.account, ask.instrument, side, ask.replaced);
        let ends_at_once = ask.replaced.is_some() && leaves == 0;
        let holding = (ask.account, ask.instrument, self.leg(ask.account, &terms));
        // Where an account hedges, an order that does not say that it reduces is about another position.
        let may_reduce = terms.reduce_only || !self.hedges(ask.account);
        let reduces = ends_at_once || (may_reduce && self.closing_side(holding) == Some(side) && leaves <= closable);
        let reducing = self.is_reducing(ask);
        rule(&mut found, reducing && !reduces, Code::ReducingOnly);
        terms.reduce_only |= reducing && may_reduce;
        rule(&mut found, terms.reduce_only && !reduces && !ask.child, Code::ReduceOnly);

        // Fields.
        rule(&mut found, ask.name.is_empty() && !ask.is_named, Code::ClordidInvalid);
        let of_fields = fields::broken(&terms, definition, self.ts, ask.replaced.is_some());
        found.extend(of_fields.into_iter().map(Refusal::plain));
        match linked {
            Some(order) => rule(&mut found, i128::from(terms.order_qty.0) != order.qty, Code::LinkedQtyFixed),
            None if cash.is_some() && asked != 0 => {}
            None => found.extend(qty.and_then(|qty| fields::qty_out_of_range(qty, definition))),
        }
        let known = self.name(ask.account, ask.name).is_some() || ask.beside.contains(&ask.name);
        rule(&mut found, known && !ask.name.is_empty() && !ask.is_named, Code::DuplicateClordid);

        // Prices.
        let acts = match terms.ord_type {
            _ if ask.replaced.is_some_and(|order| order.triggered && terms.ord_type.has_price()) => Acts::Limit,
            OrdType::Market => Acts::Market,
            OrdType::Limit => Acts::Limit,
            _ => Acts::Waits,
        };
        let collar = self.collar(ask.instrument, side);
        let limit = i128::from(terms.price.0);
        let priority_kept = ask.replaced.is_some_and(|order| order.keeps_priority(&terms));
        let judged = acts == Acts::Limit && !priority_kept && !ends_at_once && !ask.child;
        let posted = self.post(ask.instrument, &terms, limit).filter(|_| judged);
        found.extend(posted.and_then(Result::err));
        let price = posted.and_then(Result::ok).unwrap_or(limit);
        let source = self.source_twice(ask.instrument, terms.trigger.source, side).map(|twice| twice.div_euclid(2));
        let needs_collar =
            (acts == Acts::Market && !ask.child) || (acts == Acts::Limit && !ask.child && definition.venue != Venue::Internal);
        rule(&mut found, needs_collar && collar.is_none(), Code::NoReferencePrice);
        let follows_nothing = terms.ord_type == OrdType::TrailingStop && source.is_none();
        rule(&mut found, follows_nothing && !ask.child, Code::NoReferencePrice);
        if acts == Acts::Limit && !ask.child {
            found.extend(self.beyond_collar(ask.instrument, side, limit));
        }

        // Value, orders and money.
        let value_price = match terms.ord_type {
            OrdType::Market => collar,
            OrdType::Limit | OrdType::StopLimit | OrdType::LimitIfTouched => Some(price),
            OrdType::Stop | OrdType::MarketIfTouched => Some(i128::from(terms.trigger.price.0)),
            OrdType::TrailingStop => source,
        };
        let working_at_once = acts != Acts::Waits;
        let mut whole = None;
        if let Some((price, qty)) = value_price.zip(qty) {
            let valued = self.value(ask.instrument, side, working_at_once, qty, leaves, price);
            // What does not fit is refused for that.
            whole = Some(valued.whole).filter(|whole| i64::try_from(*whole).is_ok());
            found.extend(self.overflows(holding, ask.replaced, working_at_once, &valued));
            let max = definition.notional_minor_max.0;
            if valued.whole > i128::from(max) {
                let value = i64::try_from(valued.whole).unwrap_or(i64::MAX);
                found.push(Refusal::money(Code::NotionalAboveMax, definition.quote_currency, max, value, max));
            }
            if working_at_once && !ask.child {
                found.extend(self.short_sale(holding, ask.replaced, side, leaves));
                found.extend(self.short_of_funds(holding, ask.replaced, &valued));
                let with = (side, leaves, leaves.saturating_mul(valued.price));
                if i64::try_from(valued.whole).is_ok() {
                    found.extend(self.beyond_exposure(ask.whose(), holding, ask.replaced, with));
                }
            }
        }
        let is_new = ask.replaced.is_none();
        let of_limits = self.beyond_limits(ask.whose(), ask.instrument, &ask.terms, qty.unwrap_or(0), whole, is_new);
        let open = i64::try_from(self.open_count(ask.account)).expect("few");
        if ask.replaced.is_none() && open >= i64::from(OPEN_ORDERS_MAX) {
            found.push(Refusal::limit(Code::OpenOrderLimit, LimitUnit::Count, OPEN_ORDERS_MAX.into(), open + 1, 0));
        }
        found.extend(of_limits);
        let nobody = self.best(ask.instrument, side.opposite()).is_none();
        rule(&mut found, acts == Acts::Market && nobody && !ask.child, Code::NoLiquidity);

        if let Some(refusal) = first(found) {
            return Err(refusal);
        }
        let price = if acts == Acts::Market { collar.unwrap_or(0) } else { price };
        Ok(Passed { terms, qty: qty.unwrap_or(0), price, value: whole.unwrap_or(0) })
    }

    /// The checks of an order that goes to work after its acceptance: its price to work at, or why it may not.
    pub(super) fn check_at_work(&self, order: &Order) -> Result<i128, Refusal> {
        let mut found = Vec::new();
        let side = order.terms.side;
        let collar = self.collar(order.instrument, side);
        let definition = &self.instrument(order.instrument).definition;
        let has_price = order.terms.ord_type.has_price();
        let posted = self.post(order.instrument, &order.terms, order.price).filter(|_| has_price);
        found.extend(posted.and_then(Result::err));
        let price = if has_price { Some(posted.and_then(Result::ok).unwrap_or(order.price)) } else { collar };
        if has_price {
            rule(&mut found, collar.is_none() && definition.venue != Venue::Internal, Code::NoReferencePrice);
            found.extend(self.beyond_collar(order.instrument, side, order.price));
        } else {
            rule(&mut found, collar.is_none(), Code::NoReferencePrice);
            rule(&mut found, self.best(order.instrument, side.opposite()).is_none(), Code::NoLiquidity);
        }
        if let Some(price) = price {
            let valued = self.value(order.instrument, side, true, order.leaves(), order.leaves(), price);
            let beside = self.working_value(order.holding(), side, None);
            let fits = |value: i128| i64::try_from(value).is_ok();
            rule(&mut found, !fits(valued.whole) || !fits(beside.saturating_add(valued.whole)), Code::NumberOverflow);
            found.extend(self.short_sale(order.holding(), None, side, order.leaves()));
            found.extend(self.short_of_funds(order.holding(), None, &valued));
            let whose = Whose { account: order.account, strategy: order.terms.strategy, user: UserId(0), key: KeyId(0) };
            let with = (side, valued.leaves, valued.leaves * valued.price);
            if fits(valued.whole) {
                found.extend(self.beyond_exposure(whose, order.holding(), None, with));
            }
        }
        first(found).map_or_else(|| Ok(price.expect("none is a refusal")), Err)
    }

    /// Account, states, instrument and health, as far as they can be told.
    fn refusals_of_states(&self, ask: &Ask<'_>) -> Vec<Refusal> {
        let mut found = Vec::new();
        rule(&mut found, !self.is_users(ask.account), Code::AccountNotPermitted);
        let halted = |scope: Scope| self.state(scope) == TradingState::Halted;
        rule(&mut found, halted(Scope::Firm), Code::FirmHalted);
        rule(&mut found, halted(Scope::Account(ask.account)), Code::AccountHalted);
        rule(&mut found, halted(Scope::Strategy(ask.account, ask.terms.strategy)), Code::StrategyHalted);
        rule(&mut found, halted(Scope::Instrument(ask.instrument)), Code::InstrumentHalted);
        match self.known_instrument(ask.instrument) {
            None => rule(&mut found, true, Code::UnknownInstrument),
            Some(instrument) => {
                rule(&mut found, !calendar::is_open(instrument.definition.session, self.ts), Code::InstrumentClosed);
                rule(&mut found, instrument.state != BookState::Synced, Code::BookNotSynced);
            }
        }
        found
    }

    fn is_reducing(&self, ask: &Ask<'_>) -> bool {
        let strategy = Scope::Strategy(ask.account, ask.terms.strategy);
        [Scope::Firm, Scope::Account(ask.account), Scope::Instrument(ask.instrument), strategy]
            .into_iter()
            .any(|scope| self.state(scope) == TradingState::Reducing)
    }

    /// Where a post-only limit order would be priced; none where it is not post-only.
    pub(super) fn post(&self, instrument: InstrumentId, terms: &OrderTerms, limit: i128) -> Option<Result<i128, Refusal>> {
        if terms.post_only == PostOnly::No {
            return None;
        }
        let Some(best) = self.best(instrument, terms.side.opposite()) else { return Some(Ok(limit)) };
        if better(terms.side.opposite(), limit, best) {
            return Some(Ok(limit));
        }
        let short = if terms.side == Side::Buy { best - 1 } else { best + 1 };
        let possible = terms.post_only == PostOnly::Reprice && (1..=i128::from(UNITS_MAX)).contains(&short);
        Some(if possible { Ok(short) } else { Err(Refusal::plain(Code::PostOnlyWouldTake)) })
    }

    /// As many lots as a sum buys, level by level up to the collar; none where there is no collar or nobody.
    fn lots_for_cash(&self, instrument: InstrumentId, terms: &OrderTerms) -> Option<i128> {
        let makers = terms.side.opposite();
        let collar = self.collar(instrument, terms.side)?;
        self.best(instrument, makers)?;
        let (mut money, mut lots) = (i128::from(terms.cash_qty.0), 0);
        for (price, there) in self.levels(instrument, makers, true) {
            if better(makers, collar, price) {
                break;
            }
            let taken = (money / self.minor(instrument, price)).min(there);
            lots += taken;
            money -= self.minor(instrument, taken * price);
            if taken < there {
                break;
            }
        }
        Some(lots)
    }

    fn value(&self, instrument: InstrumentId, side: Side, at_once: bool, qty: i128, leaves: i128, price: i128) -> Valued {
        // A sell that works may fill at the best bid, above its own price.
        let bid = self.best(instrument, Side::Buy).filter(|_| at_once && side == Side::Sell);
        let price = bid.map_or(price, |bid| bid.max(price));
        let tick_lot_minor = i128::from(self.instrument(instrument).definition.tick_lot_minor);
        let whole = price.saturating_mul(qty).saturating_mul(tick_lot_minor);
        Valued { side, whole, leaves, price }
    }

    /// What a side has working already, in money.
    fn working_value(&self, holding: Holding, side: Side, without: Option<&Order>) -> i128 {
        let beside = |o: &&Order| {
            (o.holding(), o.terms.side) == (holding, side) && o.holds() && without.is_none_or(|replaced| replaced.id != o.id)
        };
        self.orders.iter().filter(beside).map(|o| self.minor(holding.1, o.leaves() * o.price)).sum()
    }

    fn overflows(&self, holding: Holding, replaced: Option<&Order>, at_once: bool, valued: &Valued) -> Option<Refusal> {
        let fits = |value: i128| i64::try_from(value).is_ok();
        let left = self.minor(holding.1, 1).saturating_mul(valued.leaves).saturating_mul(valued.price);
        let beside = self.working_value(holding, valued.side, replaced);
        let fails = !fits(valued.whole) || (at_once && !fits(beside.saturating_add(left)));
        fails.then(|| Refusal::plain(Code::NumberOverflow))
    }

    /// A cash account sells only what it has and does not offer yet.
    fn short_sale(&self, holding: Holding, replaced: Option<&Order>, side: Side, lots: i128) -> Option<Refusal> {
        if self.kind(holding.0) != AccountKind::Cash || side != Side::Sell {
            return None;
        }
        let offered = |o: &&Order| {
            (o.holding(), o.terms.side) == (holding, Side::Sell)
                && o.holds()
                && replaced.is_none_or(|replaced| replaced.id != o.id)
        };
        let offered: i128 = self.orders.iter().filter(offered).map(Order::leaves).sum();
        let left = self.position(holding).qty - offered;
        (lots > 0 && lots > left).then(|| Refusal::plain(Code::ShortSale))
    }

    fn short_of_funds(&self, holding: Holding, replaced: Option<&Order>, valued: &Valued) -> Option<Refusal> {
        let (account, instrument, _) = holding;
        // Worse numbers are refused for themselves.
        if !(1..=i128::from(i64::MAX)).contains(&valued.whole) {
            return None;
        }
        let with = Some((valued.side, valued.leaves, valued.leaves * valued.price));
        let after = self.held_for(holding, replaced.map(|order| order.id), with);
        let needed = after - self.held_for(holding, None, None);
        let currency = self.instrument(instrument).definition.quote_currency;
        let available = self.spendable(account, currency);
        if needed <= 0 || needed <= available {
            return None;
        }
        let [available, needed] = [available, needed].map(|amount| i64::try_from(amount).unwrap_or(i64::MAX));
        Some(Refusal::money(Code::InsufficientFunds, currency, available, needed, available.max(0)))
    }
}

fn rule(found: &mut Vec<Refusal>, is_broken: bool, code: Code) {
    if is_broken {
        found.push(Refusal::plain(code));
    }
}

/// The one that is told.
fn first(found: Vec<Refusal>) -> Option<Refusal> {
    found.into_iter().min_by_key(|refusal| refusal.code)
}
