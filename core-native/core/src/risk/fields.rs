//! Does the request make sense in itself: names, types, prices, quantities, times.

use super::{Check, NameStanding, Purpose};
use crate::limits::{ICEBERG_PARTS_MAX, OPEN_ORDERS_MAX, UNITS_MAX};
use crate::order::{OrdType, PostOnly, TimeInForce, Trail};
use crate::refusal::{LimitUnit, Refusal, RefusalCode};
use crate::units::{PriceTicks, QtyLots, TsNs};

const BPS_BELOW: u32 = 10_000;

fn refused_if(broken: bool, code: RefusalCode) -> Option<Refusal> {
    broken.then_some(Refusal::plain(code))
}

const fn is_price(price: PriceTicks) -> bool {
    price.0 >= 1 && price.0 <= UNITS_MAX
}

impl Check<'_> {
    pub(super) fn name_missing(&self) -> Option<Refusal> {
        refused_if(self.name.is_empty() && self.name_standing != NameStanding::Own, RefusalCode::ClordidInvalid)
    }

    pub(super) fn time_in_force(&self) -> Option<Refusal> {
        let at_once = matches!(self.terms.ord_type, OrdType::Market | OrdType::Limit);
        refused_if(!self.terms.time_in_force.rests() && !at_once, RefusalCode::TimeInForceUnsupported)
    }

    pub(super) fn price(&self) -> Option<Refusal> {
        let fits = if self.terms.ord_type.has_price() { is_price(self.terms.price) } else { self.terms.price.0 == 0 };
        refused_if(!fits, RefusalCode::PriceInvalid)
    }

    pub(super) fn trigger(&self) -> Option<Refusal> {
        let trigger = self.terms.trigger;
        let trail_fits = match trigger.trail {
            Trail::None => false,
            Trail::Ticks(ticks) => (1..=UNITS_MAX).contains(&ticks),
            Trail::Bps(bps) => (1..BPS_BELOW).contains(&bps),
        };
        let fits = match self.terms.ord_type {
            OrdType::Market | OrdType::Limit => trigger.price.0 == 0 && trigger.trail == Trail::None,
            OrdType::TrailingStop => trigger.price.0 == 0 && trail_fits,
            OrdType::Stop | OrdType::StopLimit | OrdType::MarketIfTouched | OrdType::LimitIfTouched => {
                is_price(trigger.price) && trigger.trail == Trail::None
            }
        };
        refused_if(!fits, RefusalCode::TriggerInvalid)
    }

    pub(super) fn quantity(&self) -> Option<Refusal> {
        let definition = &self.instrument().definition;
        let (min, max, qty) = (definition.qty_lots_min.0, definition.qty_lots_max.0, self.terms.order_qty.0);
        let is_by_cash = self.terms.cash_qty.0 > 0 && self.terms.ord_type == OrdType::Market;
        if self.is_linked_leg() || (is_by_cash && !self.is_cash_found) {
            // The first has its own rule; of the second nothing could be found, which has too.
            return None;
        }
        let small = || Refusal::limit(RefusalCode::QtyBelowMin, LimitUnit::Lots, min, qty, 0);
        let large = || Refusal::limit(RefusalCode::QtyAboveMax, LimitUnit::Lots, max, qty, max);
        self.kept.judge(qty < min, small).or_else(|| self.kept.judge(qty > max, large))
    }

    pub(super) fn display_qty(&self) -> Option<Refusal> {
        let (display, qty) = (self.terms.display_qty.0, self.terms.order_qty.0);
        let too_many_parts = display > 0 && qty / display > ICEBERG_PARTS_MAX;
        if display == 0 || (matches!(self.purpose, Purpose::Replace(_)) && !too_many_parts) {
            return None;
        }
        let min = self.instrument().definition.qty_lots_min.0;
        let fits = self.terms.ord_type.has_price()
            && self.terms.time_in_force.rests()
            && (min..=qty).contains(&display)
            && !too_many_parts;
        self.kept.judge(!fits, || Refusal::limit(RefusalCode::DisplayQtyInvalid, LimitUnit::Lots, qty, display, qty.max(0)))
    }

    pub(super) fn expire_time(&self) -> Option<Refusal> {
        if matches!(self.purpose, Purpose::Replace(_)) {
            return None;
        }
        let fits = match self.terms.time_in_force {
            TimeInForce::Gtd => self.terms.expire_ts > self.ts,
            _ => self.terms.expire_ts == TsNs(0),
        };
        refused_if(!fits, RefusalCode::ExpireTimeInvalid)
    }

    pub(super) fn deadline(&self) -> Option<Refusal> {
        let passed = self.terms.deadline.0 > 0 && self.ts > self.terms.deadline;
        refused_if(passed && !matches!(self.purpose, Purpose::Replace(_)), RefusalCode::DeadlinePassed)
    }

    pub(super) fn post_only_shape(&self) -> Option<Refusal> {
        let fits = self.terms.post_only == PostOnly::No || (self.terms.ord_type.has_price() && self.terms.time_in_force.rests());
        refused_if(!fits, RefusalCode::PostOnlyInvalid)
    }

    pub(super) fn cash_qty(&self) -> Option<Refusal> {
        let cash = self.terms.cash_qty.0;
        let fits = cash == 0 || (cash > 0 && self.terms.ord_type == OrdType::Market && self.asked_qty() == QtyLots(0));
        refused_if(!fits, RefusalCode::CashQtyInvalid)
    }

    /// The quantity of a leg or child follows the orders that it is linked to.
    pub(super) fn linked_qty(&self) -> Option<Refusal> {
        let live = self.live()?;
        let (fixed, asked) = (live.terms.order_qty.0, self.terms.order_qty.0);
        (self.is_linked_leg() && asked != fixed).then_some(Refusal::limit(
            RefusalCode::LinkedQtyFixed,
            LimitUnit::Lots,
            fixed,
            asked,
            fixed,
        ))
    }

    pub(super) fn name_used(&self) -> Option<Refusal> {
        let used = (self.name_standing != NameStanding::Free && self.core.named(self.account, &self.name).is_some())
            || self.beside.names.contains(&self.name) && !self.name.is_empty();
        refused_if(used && self.name_standing != NameStanding::Own, RefusalCode::DuplicateClordid)
    }

    pub(super) fn open_orders(&self) -> Option<Refusal> {
        if matches!(self.purpose, Purpose::Replace(_)) {
            return None;
        }
        let beside = u32::try_from(self.beside.names.len()).unwrap_or(u32::MAX);
        let count = self.core.accounts()[self.account].open_order_count.saturating_add(beside);
        let (max, with_this) = (i64::from(OPEN_ORDERS_MAX), i64::from(count) + 1);
        let figures =
            || Refusal::limit(RefusalCode::OpenOrderLimit, LimitUnit::Count, max, with_this, (max - with_this + 1).max(0));
        self.kept.judge(with_this > max, figures)
    }

    /// Whether it is a leg or child of a list.
    pub(super) fn is_linked_leg(&self) -> bool {
        matches!(self.purpose, Purpose::Replace(slot) if self.core.is_linked_leg(slot))
    }
}
