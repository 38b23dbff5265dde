//! What an order is worth, and whether that is allowed and can be paid: value, collar, funds.

use super::{Check, Openings, Priced};
use crate::account::{Position, WorkingSide, opening, requirement, requirement_of};
use crate::command::AccountKind;
use crate::engine::{Holding, Instrument};
use crate::instrument::Venue;
use crate::limits::UNITS_MAX;
use crate::order::{OrdType, Place, Side};
use crate::refusal::{LimitUnit, Refusal, RefusalCode};
use crate::units::{PriceTicks, QtyLots, checked_product, div_floor};

const BPS: i128 = 10_000;

/// The worst price a side may be priced at: buys no higher, sells no lower. `None` where there is no reference.
pub fn collar_of(instrument: &Instrument, side: Side) -> Option<PriceTicks> {
    let reference_twice = instrument.reference_twice()?;
    let bound = bound_of(reference_twice, side, instrument.definition.collar_bps);
    let ticks = instrument.definition.collar.ticks;
    if ticks == 0 {
        return Some(bound);
    }
    // Rounded towards the reference, like the other.
    Some(match side {
        Side::Buy => bound.min(PriceTicks((reference_twice.div_euclid(2)).saturating_add(ticks).min(UNITS_MAX))),
        Side::Sell => bound.max(PriceTicks(((reference_twice + 1).div_euclid(2) - ticks).max(1))),
    })
}

/// The price that lies `bps` beyond a doubled reference, rounded towards it, so that the bound itself is within.
fn bound_of(reference_twice: i64, side: Side, bps: u32) -> PriceTicks {
    let (reference_twice, bps) = (i128::from(reference_twice), i128::from(bps));
    let bound = match side {
        Side::Buy => div_floor(reference_twice * (BPS + bps), 2 * BPS),
        Side::Sell => div_floor(reference_twice * (BPS - bps) + 2 * BPS - 1, 2 * BPS).max(1),
    };
    PriceTicks(i64::try_from(bound.min(i128::from(UNITS_MAX))).unwrap_or(UNITS_MAX))
}

/// How many lots `cash` minor units trade, walking the levels; stops at the first that is not taken whole.
fn lots_for_cash(levels: impl Iterator<Item = (PriceTicks, i64)>, cash: i64, tick_lot_minor: i64) -> i64 {
    let mut left = i128::from(cash);
    let mut lots = 0_i64;
    for (price, qty) in levels {
        let lot_minor = i128::from(price.0) * i128::from(tick_lot_minor);
        let affordable = left / lot_minor;
        let taken = affordable.min(i128::from(qty));
        lots = lots.saturating_add(i64::try_from(taken).unwrap_or(i64::MAX));
        left -= taken * lot_minor;
        if taken < i128::from(qty) {
            break;
        }
    }
    lots
}

impl Check<'_> {
    /// The quantity that was asked for, before a cash order's was found.
    pub(super) fn asked_qty(&self) -> QtyLots {
        if self.is_cash_order { QtyLots(0) } else { self.terms.order_qty }
    }

    /// Gives a cash order its quantity, where its shape is right and there is a collar.
    pub(super) fn find_cash_quantity(&mut self) {
        let terms = &self.terms;
        self.is_cash_order = terms.cash_qty.0 > 0 && terms.ord_type == OrdType::Market && terms.order_qty.0 == 0;
        if !self.is_cash_order {
            return;
        }
        let instrument = self.instrument();
        let Some(collar) = collar_of(instrument, terms.side) else { return };
        self.is_cash_found = instrument.book.best(terms.side.opposite()).is_some();
        let levels = instrument.book.tradable(terms.side, collar);
        self.terms.order_qty = QtyLots(lots_for_cash(levels, terms.cash_qty.0, instrument.tick_lot_minor()));
    }

    /// The order's value. It must fit, and with it the sum of all that the account has working on its side.
    pub(super) fn priced(&self) -> Result<Priced, Refusal> {
        let instrument = self.instrument();
        let collar = collar_of(instrument, self.terms.side);
        let price = match self.terms.ord_type {
            OrdType::Limit | OrdType::StopLimit | OrdType::LimitIfTouched => {
                Some(self.post_only_price().unwrap_or(self.terms.price))
            }
            OrdType::Market => collar,
            OrdType::Stop | OrdType::MarketIfTouched | OrdType::TrailingStop if self.goes_to_work() => collar,
            OrdType::Stop | OrdType::MarketIfTouched => Some(self.terms.trigger.price),
            OrdType::TrailingStop => self.source_price(),
        };
        let Some(price) = price else { return Ok(Priced { collar, ..Priced::default() }) };
        // A sell may fill above its own price, at the best bid.
        let value_price = match self.terms.side {
            Side::Sell if self.is_valued_as_working() => instrument.book.best(Side::Buy).map_or(price, |bid| price.max(bid)),
            _ => price,
        };
        let value = |qty: i64| checked_product(qty, value_price.0, instrument.tick_lot_minor());
        let working = self.working_beside().notional;
        match (value(self.terms.order_qty.0), value(self.leaves())) {
            (Some(whole), Some(leaves)) if !self.is_valued_as_working() || working.checked_add(leaves).is_some() => {
                Ok(Priced { collar, value_price: Some(value_price), whole, leaves })
            }
            _ => Err(Refusal::plain(RefusalCode::NumberOverflow)),
        }
    }

    /// What a trailing stop looks at, rounded down.
    fn source_price(&self) -> Option<PriceTicks> {
        let twice = self.core.trigger_sources(self.instrument).twice(self.terms.trigger.source, self.terms.side)?;
        Some(PriceTicks(twice.div_euclid(2)))
    }

    pub(super) fn notional(&self, priced: Priced) -> Option<Refusal> {
        let definition = &self.instrument().definition;
        let (max, currency) = (definition.notional_minor_max.0, definition.quote_currency);
        self.kept.judge(priced.whole > max, || Refusal::money(RefusalCode::NotionalAboveMax, currency, max, priced.whole, max))
    }

    pub(super) fn reference_price(&self, priced: Priced) -> Option<Refusal> {
        let is_outside = self.instrument().definition.venue != Venue::Internal;
        let missing = if self.goes_to_work() {
            // Among ourselves the first order makes the price; against an outside market there must be one.
            priced.collar.is_none() && (self.is_market() || is_outside)
        } else {
            self.terms.ord_type == OrdType::TrailingStop && !self.is_waiting_child() && self.source_price().is_none()
        };
        missing.then_some(Refusal::plain(RefusalCode::NoReferencePrice))
    }

    pub(super) fn collar(&self, priced: Priced) -> Option<Refusal> {
        let bound = priced.collar.filter(|_| self.is_collared())?;
        let beyond = match self.terms.side {
            Side::Buy => self.terms.price > bound,
            Side::Sell => self.terms.price < bound,
        };
        self.kept.judge(beyond, || {
            let reference = self.instrument().reference_twice().map_or(bound.0, |twice| twice / 2);
            let headroom = (bound.0 - reference).abs();
            Refusal::limit(RefusalCode::PriceCollar, LimitUnit::Ticks, bound.0, self.terms.price.0, headroom)
        })
    }

    /// A limit price against where the reference stood when the window began; both ways, since a market may run either way.
    pub(super) fn window_collar(&self) -> Option<Refusal> {
        let bps = self.instrument().definition.collar.window_bps;
        if bps == 0 || !self.is_collared() {
            return None;
        }
        let (anchor, _) = self.instrument().anchor?;
        let bound = bound_of(anchor, self.terms.side, bps);
        let beyond = match self.terms.side {
            Side::Buy => self.terms.price > bound,
            Side::Sell => self.terms.price < bound,
        };
        self.kept.judge(beyond, || {
            let headroom = (bound.0 - anchor / 2).abs();
            Refusal::limit(RefusalCode::PriceCollarWindow, LimitUnit::Ticks, bound.0, self.terms.price.0, headroom)
        })
    }

    pub(super) fn liquidity(&self) -> Option<Refusal> {
        let is_nothing = self.is_market() && self.instrument().book.best(self.terms.side.opposite()).is_none();
        is_nothing.then_some(Refusal::plain(RefusalCode::NoLiquidity))
    }

    /// A cash account sells only what it has, and has not yet offered.
    pub(super) fn short_sale(&self) -> Option<Refusal> {
        let is_cash = self.core.accounts()[self.account].kind == AccountKind::Cash;
        if !is_cash || self.terms.side != Side::Sell || !self.goes_to_work() {
            return None;
        }
        let sellable = self.position.qty - self.working_of(self.holding(), Side::Sell).qty;
        let qty = self.leaves();
        // Who sells nothing (the order of which no quantity was found) sells nothing short, wherever a bust has left the position.
        self.kept.judge(qty > 0 && qty > sellable, || {
            Refusal::limit(RefusalCode::ShortSale, LimitUnit::Lots, sellable, qty, sellable.max(0))
        })
    }

    /// What the position's working orders would open, now and with the order.
    pub(super) fn openings(&self, priced: Priced) -> Openings {
        let position = self.position;
        let closable = [(-position.qty).max(0), position.qty.max(0)];
        let before = [position.buys, position.sells];
        let mut sides = self.sides_of(self.holding());
        let mine = &mut sides[usize::from(self.terms.side == Side::Sell)];
        // A quantity that was refused may be any.
        mine.qty = mine.qty.saturating_add(self.leaves());
        mine.notional = mine.notional.saturating_add(priced.leaves);
        let now = [opening(before[0], closable[0]), opening(before[1], closable[1])];
        // A side that is as it was opens what it opened.
        let with = |side: usize| if sides[side] == before[side] { now[side] } else { opening(sides[side], closable[side]) };
        Openings { now, with: [with(0), with(1)] }
    }

    pub(super) fn funds(&self, priced: Priced, openings: Option<Openings>) -> Option<Refusal> {
        let Openings { now, with } = openings?;
        // Where there is no price there is nothing to pay, and another rule says so.
        priced.value_price?;
        let definition = &self.instrument().definition;
        let initial_ppm = self.core.accounts()[self.account].initial_ppm(definition.margin);
        let fee_ppm = self.core.hold_fee_ppm(self.account, self.instrument);
        let now = requirement_of(now[0] + now[1], fee_ppm, initial_ppm);
        let mut needed = requirement_of(with[0] + with[1], fee_ppm, initial_ppm).saturating_sub(now);
        for (index, other) in self.beside.work.iter().enumerate() {
            let seen = self.beside.work[..index].iter().any(|earlier| earlier.holding == other.holding);
            let money_of = self.core.instruments()[other.holding.instrument].definition.quote_currency;
            if other.holding != self.holding() && money_of == definition.quote_currency && !seen {
                let held = self.core.position_at(other.holding).held;
                needed = needed.saturating_add(self.needed_beside(other.holding).saturating_sub(held));
            }
        }
        // What is held is settled at the end of a command; until then the orders of this instrument may need another sum.
        let settled = self.core.spendable(self.account, definition.quote_currency);
        let available = settled.saturating_add(self.position.held).saturating_sub(now);
        self.kept.judge(needed > 0 && needed > available, || {
            let (code, currency) = (RefusalCode::InsufficientFunds, definition.quote_currency);
            Refusal::money(code, currency, available, needed, available.max(0))
        })
    }

    /// What another position of the account needs with the orders beside.
    fn needed_beside(&self, holding: Holding) -> i64 {
        let position = self.position_of(holding);
        let instrument = holding.instrument;
        let sides = self.sides_of(holding);
        let definition = &self.core.instruments()[instrument].definition;
        let initial_ppm = self.core.accounts()[self.account].initial_ppm(definition.margin);
        let fee_ppm = self.core.hold_fee_ppm(self.account, instrument);
        requirement(position.qty, sides[0], sides[1], fee_ppm, initial_ppm)
    }

    #[inline]
    pub(super) fn position_of(&self, holding: Holding) -> &Position {
        if self.is_own(holding) { self.position } else { self.core.position_at(holding) }
    }

    /// Whether that is the position which the order is about; whose it is need not be asked.
    #[inline]
    fn is_own(&self, holding: Holding) -> bool {
        holding.instrument == self.instrument && holding.leg == self.leg
    }

    /// What the position has working on the order's own side, with the orders beside, less the order that is replaced.
    fn working_beside(&self) -> WorkingSide {
        self.working_of(self.holding(), self.terms.side)
    }

    pub(super) fn working_of(&self, holding: Holding, side: Side) -> WorkingSide {
        let mut working = self.position_of(holding).working(side);
        for other in self.beside.work.iter().filter(|other| (other.holding, other.side) == (holding, side)) {
            if other.notional > 0 {
                working.qty += other.qty;
                working.notional = working.notional.saturating_add(other.notional);
            }
        }
        if let Some(live) = self.live()
            && matches!(live.place, Place::Book | Place::OnTheWay)
            && live.side() == side
            && self.is_own(holding)
        {
            let leaves = live.leaves_qty().0;
            working.qty -= leaves;
            working.notional -= checked_product(leaves, live.work_price.0, self.instrument().tick_lot_minor())
                .expect("a working order's value was checked");
        }
        working
    }
}
