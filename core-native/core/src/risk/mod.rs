//! The checks between a request and the book, in the order of the refusal list: the first that fails answers.
//!
//! Nothing here changes anything: each rule looks at the request and the state before it. So the same column of rules answers
//! an order (stopping at the first refusal), a dry run (telling every one), a replace, and an order that goes to work late.

mod fields;
mod kept;
mod limits;
mod money;
mod reduce_only;
mod states;

pub(crate) use kept::Kept;
pub(crate) use limits::scopes_of;
pub(crate) use reduce_only::{ExitUnit, exit_units};

use crate::account::{Leg, Position};
use crate::command::{Actor, OrderChange};
use crate::engine::{Core, Holding, Instrument};
use crate::limit::LimitScope;
use crate::limits::UNITS_MAX;
use crate::order::{ClOrdId, Order, OrderTerms, PostOnly, Side, Trail};
use crate::refusal::{LimitUnit, Refusal, RefusalCode};
use crate::units::{PriceTicks, StrategyId, TsNs};

pub use money::collar_of;

/// What an order is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be accepted and go to work, or wait for its trigger.
    New,
    /// To be accepted and wait for its parent.
    Child,
    /// To take the place of a live order, by slot.
    Replace(u32),
    /// To go to work now, having waited, by slot.
    Release(u32),
}

/// Orders that are to be accepted before this one, by the same command, and are in no book yet.
#[derive(Debug, Default)]
pub struct Beside {
    /// What each would have working.
    pub work: Vec<BesideWork>,
    /// Their names.
    pub names: Vec<ClOrdId>,
    /// Whether this order is the second leg of a pair, which shares its quantity with the first.
    pub shares_quantity: bool,
}

/// What one such order would have working.
#[derive(Clone, Copy, Debug)]
pub struct BesideWork {
    /// The position that it is about.
    pub(crate) holding: Holding,
    /// Side.
    pub side: Side,
    /// Lots.
    pub qty: i64,
    /// Minor units; 0 for orders that hold nothing yet.
    pub notional: i64,
    /// What it is worth as a whole, minor units.
    pub value: i64,
    /// Whether it is reduce-only.
    pub reduce_only: bool,
    /// Its strategy.
    pub strategy: StrategyId,
}

impl BesideWork {
    /// Whether a scope that the order being checked is in has this one in it too.
    pub(crate) fn is_in(&self, scope: LimitScope) -> bool {
        !matches!(scope, LimitScope::Strategy(_, strategy) if strategy != self.strategy)
    }
}

/// An order that passed.
#[derive(Clone, Copy, Debug)]
pub struct Passed {
    /// Its terms: a cash order's quantity, a repriced price, reduce-only where only that is allowed.
    pub terms: OrderTerms,
    /// The worst price that it may trade at now: its limit, or the collar; 0 for an order that waits.
    pub work_price: PriceTicks,
    /// What it would have working at that price, minor units; 0 for an order that waits.
    pub notional: i64,
    /// What it is worth as a whole, minor units.
    pub value: i64,
}

/// What is known of an order's name before it is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NameStanding {
    Unknown,
    /// Nothing that came before has it.
    Free,
    /// It is the order's own already.
    Own,
}

/// One order to be checked.
pub struct Check<'a> {
    core: &'a Core,
    account: usize,
    instrument: usize,
    /// Which of the account's positions in the instrument it is about.
    leg: Leg,
    /// That position: most rules look at it.
    position: &'a Position,
    name: ClOrdId,
    terms: OrderTerms,
    /// The terms as they were asked for.
    asked: OrderTerms,
    purpose: Purpose,
    beside: &'a Beside,
    /// Who asks; nobody = the engine itself.
    actor: Actor,
    name_standing: NameStanding,
    /// The time that its times are compared with.
    ts: TsNs,
    /// Filled before.
    cum_qty: i64,
    /// Whether its quantity is found from money.
    is_cash_order: bool,
    /// Whether there was a collar and something to trade with to find it from.
    is_cash_found: bool,
    kept: Kept<'a>,
}

/// What the prices say about an order.
#[derive(Clone, Copy, Debug, Default)]
struct Priced {
    /// The worst price of its side.
    collar: Option<PriceTicks>,
    /// What it is valued at.
    value_price: Option<PriceTicks>,
    /// All of it, minor units.
    whole: i64,
    /// What is left of it.
    leaves: i64,
}

/// What the working orders of a position would open, buys and sells, minor units.
#[derive(Clone, Copy, Debug)]
struct Openings {
    /// As they are at this moment.
    now: [i128; 2],
    /// With the order, and those beside it.
    with: [i128; 2],
}

impl<'a> Check<'a> {
    /// An order of an account (by index) in an instrument (by index).
    pub fn new(
        core: &'a Core,
        account: usize,
        instrument: usize,
        name: ClOrdId,
        terms: OrderTerms,
        purpose: Purpose,
        beside: &'a Beside,
    ) -> Self {
        let cum_qty = match purpose {
            Purpose::New | Purpose::Child => 0,
            Purpose::Replace(slot) | Purpose::Release(slot) => core.order_at(slot).cum_qty.0,
        };
        let holding = core.holding_for(account, instrument, terms.side, terms.reduce_only);
        Self {
            core,
            account,
            instrument,
            leg: holding.leg,
            position: core.position_at(holding),
            name,
            terms,
            asked: terms,
            purpose,
            beside,
            actor: Actor::default(),
            name_standing: NameStanding::Unknown,
            ts: core.ts(),
            cum_qty,
            is_cash_order: false,
            is_cash_found: false,
            kept: Kept::default(),
        }
    }

    /// The same, asked by someone.
    #[must_use]
    pub const fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// The same, of a request whose name was taken when it was sent.
    #[must_use]
    pub const fn named_before(mut self) -> Self {
        self.name_standing = NameStanding::Own;
        self
    }

    /// The same, where it is known whether the name is free.
    #[must_use]
    pub const fn name_free(mut self, is_known_free: bool) -> Self {
        if is_known_free {
            self.name_standing = NameStanding::Free;
        }
        self
    }

    /// What a venue would refuse for itself: nobody trades there, or the order came too late.
    pub fn at_the_door(&self) -> Option<Refusal> {
        self.instrument_closed().or_else(|| self.book_state()).or_else(|| self.deadline())
    }

    /// The same, as if it were another time.
    #[must_use]
    pub const fn at(mut self, ts: TsNs) -> Self {
        self.ts = ts;
        self
    }

    /// The same, telling of rules that are kept.
    #[must_use]
    pub(crate) const fn telling(mut self, kept: Kept<'a>) -> Self {
        self.kept = kept;
        self
    }

    /// Runs every rule in order of precedence; `tell` hears of each refusal and says whether to stop. `None` where any refused.
    pub fn run(mut self, mut tell: impl FnMut(Refusal) -> bool) -> Option<Passed> {
        let mut refused = false;
        // Stops where `tell` says so; goes on to the next rule otherwise.
        macro_rules! rule {
            ($found:expr) => {
                if let Some(refusal) = $found {
                    refused = true;
                    if tell(refusal) {
                        return None;
                    }
                }
            };
        }
        let is_release = matches!(self.purpose, Purpose::Release(_));
        self.find_cash_quantity();
        if !is_release {
            rule!(self.instrument_halted());
            rule!(self.instrument_closed());
            rule!(self.book_state());
            rule!(self.reducing());
            rule!(self.name_missing());
            rule!(self.time_in_force());
            rule!(self.price());
            rule!(self.quantity());
        }
        let repriced = self.post_only_price();
        let priced = self.priced();
        match priced {
            Ok(_) => {}
            Err(refusal) => rule!(Some(refusal)),
        }
        if !is_release {
            rule!(self.trigger());
            rule!(self.display_qty());
            rule!(self.expire_time());
            rule!(self.deadline());
            rule!(self.post_only_shape());
            rule!(self.cash_qty());
            rule!(self.linked_qty());
            rule!(self.name_used());
            rule!(self.duplicate_order());
            rule!(self.order_qty_limit());
            rule!(priced.ok().and_then(|priced| self.notional(priced)));
            rule!(priced.ok().and_then(|priced| self.order_notional_limit(priced)));
            rule!(priced.ok().and_then(|priced| self.window_notional_limit(priced)));
        }
        let priced = priced.unwrap_or_default();
        rule!(self.reference_price(priced));
        rule!(self.collar(priced));
        rule!(self.window_collar());
        if !is_release {
            rule!(self.reduce_only());
            rule!(self.open_orders());
            rule!(self.open_orders_limit());
        }
        rule!(self.position_limit());
        let openings = self.goes_to_work().then(|| self.openings(priced));
        rule!(self.gross_limit(openings));
        rule!(self.net_limit(openings));
        rule!(self.short_sale());
        rule!(self.funds(priced, openings));
        rule!(self.repeated_execution());
        rule!(self.liquidity());
        match repriced {
            Ok(price) => self.terms.price = price,
            Err(refusal) => rule!(Some(refusal)),
        }
        if refused {
            return None;
        }
        let work_price = match (self.goes_to_work(), self.terms.ord_type.has_price()) {
            (false, _) => PriceTicks(0),
            (true, true) => self.terms.price,
            (true, false) => priced.collar.unwrap_or_default(),
        };
        let notional = if self.goes_to_work() { priced.leaves } else { 0 };
        Some(Passed { terms: self.terms, work_price, notional, value: priced.whole })
    }

    /// The first refusal, if any.
    pub fn first(self) -> Result<Passed, Refusal> {
        let mut first = None;
        let passed = self.run(|refusal| {
            first = Some(refusal);
            true
        });
        passed.ok_or_else(|| first.expect("what did not pass was refused"))
    }

    fn instrument(&self) -> &'a Instrument {
        &self.core.instruments()[self.instrument]
    }

    /// The position that this is about.
    const fn holding(&self) -> Holding {
        Holding { account: self.account, instrument: self.instrument, leg: self.leg }
    }

    /// The live order that this is about, if it is about one.
    fn live(&self) -> Option<&'a Order> {
        match self.purpose {
            Purpose::New | Purpose::Child => None,
            Purpose::Replace(slot) | Purpose::Release(slot) => Some(self.core.order_at(slot)),
        }
    }

    /// Whether it would be matched now, and not wait for a trigger or a parent.
    fn goes_to_work(&self) -> bool {
        match self.purpose {
            Purpose::New => !self.terms.ord_type.has_trigger(),
            Purpose::Child => false,
            Purpose::Replace(_) => self.live().is_some_and(Order::is_active),
            Purpose::Release(_) => true,
        }
    }

    /// What is left to be filled.
    fn leaves(&self) -> i64 {
        self.terms.order_qty.0.saturating_sub(self.cum_qty).max(0)
    }

    /// Whether an order at this price would take liquidity at once.
    fn would_take(&self, price: PriceTicks) -> Option<PriceTicks> {
        let best = self.instrument().book.best(self.terms.side.opposite())?;
        let takes = match self.terms.side {
            Side::Buy => price >= best,
            Side::Sell => price <= best,
        };
        takes.then_some(match self.terms.side {
            Side::Buy => PriceTicks(best.0 - 1),
            Side::Sell => PriceTicks(best.0 + 1),
        })
    }

    /// The limit price, one tick short of taking where post-only asks for that.
    pub(crate) fn post_only_price(&self) -> Result<PriceTicks, Refusal> {
        let price = self.terms.price;
        if self.terms.post_only == PostOnly::No || !self.goes_to_work() || !self.loses_priority() {
            return Ok(price);
        }
        let Some(allowed) = self.would_take(price) else { return Ok(price) };
        let fits = (1..=UNITS_MAX).contains(&allowed.0);
        if self.terms.post_only == PostOnly::Reprice && fits {
            return Ok(allowed);
        }
        Err(Refusal::limit(RefusalCode::PostOnlyWouldTake, LimitUnit::Ticks, allowed.0, price.0, 0))
    }

    /// Whether it goes (again) to the back of its queue: everything but a replace to less at the same price.
    fn loses_priority(&self) -> bool {
        match (self.purpose, self.live()) {
            (Purpose::Replace(_), Some(live)) => {
                let (order_qty, price, trigger_price) = (self.terms.order_qty, self.terms.price, self.terms.trigger.price);
                self.leaves() > 0 && !keeps_priority(live, &OrderChange { order_qty, price, trigger_price })
            }
            _ => true,
        }
    }

    /// Whether it is valued as an order that is in the book or will be matched: one without a trigger, or one that is a limit order
    /// since its trigger has come.
    fn is_valued_as_working(&self) -> bool {
        let is_limit_by_now = || self.terms.ord_type.has_price() && self.live().is_some_and(|order| order.triggered);
        self.goes_to_work() || !self.terms.ord_type.has_trigger() || is_limit_by_now()
    }

    /// Whether it is a child that waits: what it needs is looked at when it goes to work.
    fn is_waiting_child(&self) -> bool {
        match self.purpose {
            Purpose::Child => true,
            Purpose::Replace(slot) => self.core.is_child(slot) && !self.goes_to_work(),
            Purpose::New | Purpose::Release(_) => false,
        }
    }

    /// Whether it has a limit that the collar is for, now.
    fn is_collared(&self) -> bool {
        self.goes_to_work() && self.terms.ord_type.has_price()
    }

    fn is_market(&self) -> bool {
        self.goes_to_work() && !self.terms.ord_type.has_price()
    }
}

/// Whether a live order that changes so keeps its place: the same prices (of the trigger, while it waits for it), no more quantity.
pub(crate) fn keeps_priority(order: &Order, change: &OrderChange) -> bool {
    let same_trigger =
        order.triggered || order.terms.trigger.trail != Trail::None || change.trigger_price == order.terms.trigger.price;
    change.price == order.terms.price && change.order_qty <= order.terms.order_qty && same_trigger
}
