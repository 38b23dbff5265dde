//! What is wrong with the fields of an order, each for itself.

use jware_core::instrument::InstrumentDefinition;
use jware_core::limits::UNITS_MAX;
use jware_core::order::{OrdType, OrderTerms, PostOnly, TimeInForce, Trail};
use jware_core::refusal::{LimitUnit, Refusal, RefusalCode as Code};
use jware_core::units::TsNs;

const UNITS: std::ops::RangeInclusive<i64> = 1..=UNITS_MAX;

/// Whether the size is given as money.
pub(super) fn is_cash(terms: &OrderTerms) -> bool {
    terms.cash_qty.0 > 0 && terms.ord_type == OrdType::Market
}

/// Every field rule that is broken, but those of the quantity. Of an order that is `replaced`
/// its times and its display are not looked at again, but for the number of parts.
pub(super) fn broken(terms: &OrderTerms, definition: &InstrumentDefinition, ts: TsNs, replaced: bool) -> Vec<Code> {
    use OrdType as T;
    let rests = matches!(terms.time_in_force, TimeInForce::Gtc | TimeInForce::Day | TimeInForce::Gtd);
    let has_price = matches!(terms.ord_type, T::Limit | T::StopLimit | T::LimitIfTouched);
    let at_once = matches!(terms.ord_type, T::Market | T::Limit);
    let price_fits = if has_price { UNITS.contains(&terms.price.0) } else { terms.price.0 == 0 };
    let (trigger, trail) = (terms.trigger.price.0, terms.trigger.trail);
    let trigger_fits = match terms.ord_type {
        T::Market | T::Limit => trigger == 0 && trail == Trail::None,
        T::Stop | T::StopLimit | T::MarketIfTouched | T::LimitIfTouched => UNITS.contains(&trigger) && trail == Trail::None,
        T::TrailingStop => {
            trigger == 0
                && match trail {
                    Trail::None => false,
                    Trail::Ticks(ticks) => UNITS.contains(&ticks),
                    Trail::Bps(bps) => (1..=9_999).contains(&bps),
                }
        }
    };
    let display = terms.display_qty.0;
    let few_parts = display <= 0 || terms.order_qty.0 / display <= 1_000;
    let shows_a_part = has_price && rests && (definition.qty_lots_min.0..=terms.order_qty.0).contains(&display);
    let display_fits = display == 0 || (few_parts && (replaced || shows_a_part));
    let expiry_fits =
        replaced || if terms.time_in_force == TimeInForce::Gtd { terms.expire_ts > ts } else { terms.expire_ts == TsNs(0) };
    let cash_fits = terms.cash_qty.0 == 0 || (is_cash(terms) && terms.order_qty.0 == 0);
    [
        (!rests && !at_once, Code::TimeInForceUnsupported),
        (!price_fits, Code::PriceInvalid),
        (!trigger_fits, Code::TriggerInvalid),
        (!display_fits, Code::DisplayQtyInvalid),
        (!expiry_fits, Code::ExpireTimeInvalid),
        (!replaced && terms.deadline != TsNs(0) && ts > terms.deadline, Code::DeadlinePassed),
        (terms.post_only != PostOnly::No && !(has_price && rests), Code::PostOnlyInvalid),
        (!cash_fits, Code::CashQtyInvalid),
    ]
    .into_iter()
    .filter(|(is_broken, _)| *is_broken)
    .map(|(_, code)| code)
    .collect()
}

/// The quantity against the instrument.
pub(super) fn qty_out_of_range(qty: i128, definition: &InstrumentDefinition) -> Option<Refusal> {
    let (min, max) = (definition.qty_lots_min.0, definition.qty_lots_max.0);
    let value = i64::try_from(qty).unwrap_or(i64::MAX);
    if qty < i128::from(min) {
        Some(Refusal::limit(Code::QtyBelowMin, LimitUnit::Lots, min, value, 0))
    } else if qty > i128::from(max) {
        Some(Refusal::limit(Code::QtyAboveMax, LimitUnit::Lots, max, value, max))
    } else {
        None
    }
}
