//! The checks between a request and the book, in the order of the refusal list: the first that fails answers.
//!
//! Each check is a pure function of the request and the state before it, so that the same list can be run without sending.

use crate::account::{Account, Position, WorkingSide, requirement};
use crate::command::{BookState, TradingState};
use crate::engine::Instrument;
use crate::instrument::Venue;
use crate::limits::{OPEN_ORDERS_MAX, UNITS_MAX};
use crate::order::{ClOrdId, OrdType, Side};
use crate::refusal::{LimitUnit, Refusal, RefusalCode};
use crate::units::{PriceTicks, QtyLots, checked_product};

const BPS: i128 = 10_000;

/// The terms that the checks look at.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The request's name.
    pub cl_ord_id: ClOrdId,
    /// Side.
    pub side: Side,
    /// Type.
    pub ord_type: OrdType,
    /// Total quantity.
    pub order_qty: QtyLots,
    /// Filled before (by the order being replaced).
    pub cum_qty: QtyLots,
    /// Limit price; 0 for market.
    pub price: PriceTicks,
    /// What the order being replaced has working now.
    pub replaced: Option<WorkingSide>,
}

/// Runs every check; gives the worst price the order may trade at: its own, or the collar for a market order.
pub fn check(account: &Account, instrument: &Instrument, terms: &Terms) -> Result<PriceTicks, Refusal> {
    check_trading_state(account)?;
    check_book_state(instrument)?;
    check_fields(instrument, terms)?;
    let collar = collar_of(instrument, terms.side);
    let worst_price = match terms.ord_type {
        OrdType::Limit => Some(terms.price),
        OrdType::Market => collar,
    };
    let priced = match worst_price {
        Some(price) => Some((price, value_of(account, instrument, terms, price)?)),
        None => None,
    };
    check_name(account, terms)?;
    let (price, value) = priced.ok_or(Refusal::plain(RefusalCode::NoReferencePrice))?;
    check_notional(instrument, value)?;
    check_collar(instrument, terms, collar)?;
    check_open_orders(account, terms)?;
    check_funds(account, instrument, terms, value)?;
    if terms.ord_type == OrdType::Market && instrument.book.best(terms.side.opposite()).is_none() {
        return Err(Refusal::plain(RefusalCode::NoLiquidity));
    }
    Ok(price)
}

/// A halted account takes no new risk.
pub fn check_trading_state(account: &Account) -> Result<(), Refusal> {
    match account.state {
        TradingState::Active => Ok(()),
        TradingState::Halted => Err(Refusal::plain(RefusalCode::AccountHalted)),
    }
}

fn check_book_state(instrument: &Instrument) -> Result<(), Refusal> {
    match instrument.state {
        BookState::Synced => Ok(()),
        BookState::Stale | BookState::Resyncing => Err(Refusal::plain(RefusalCode::BookNotSynced)),
    }
}

fn check_fields(instrument: &Instrument, terms: &Terms) -> Result<(), Refusal> {
    if terms.cl_ord_id.is_empty() {
        return Err(Refusal::plain(RefusalCode::ClordidInvalid));
    }
    let price_fits = match terms.ord_type {
        OrdType::Market => terms.price.0 == 0,
        OrdType::Limit => (1..=UNITS_MAX).contains(&terms.price.0),
    };
    if !price_fits {
        return Err(Refusal::plain(RefusalCode::PriceInvalid));
    }
    let (min, max, qty) = (instrument.definition.qty_lots_min.0, instrument.definition.qty_lots_max.0, terms.order_qty.0);
    if qty < min {
        return Err(Refusal::limit(RefusalCode::QtyBelowMin, LimitUnit::Lots, min, qty, 0));
    }
    if qty > max {
        return Err(Refusal::limit(RefusalCode::QtyAboveMax, LimitUnit::Lots, max, qty, max));
    }
    Ok(())
}

fn check_name(account: &Account, terms: &Terms) -> Result<(), Refusal> {
    match account.order_named(terms.cl_ord_id) {
        None => Ok(()),
        Some(_) => Err(Refusal::plain(RefusalCode::DuplicateClordid)),
    }
}

/// What an order is worth, minor units.
#[derive(Clone, Copy)]
struct Value {
    /// All of it.
    whole: i64,
    /// What is left of it.
    leaves: i64,
}

/// The order's value at the price it is held for: a sell may fill above its own price, so it is valued at the best bid
/// where that is higher. It must fit, and so must the sum of all that the account has working on its side.
fn value_of(account: &Account, instrument: &Instrument, terms: &Terms, price: PriceTicks) -> Result<Value, Refusal> {
    let value_price = match terms.side {
        Side::Buy => price,
        Side::Sell => instrument.book.best(Side::Buy).map_or(price, |bid| price.max(bid)),
    };
    let value = |qty: i64| checked_product(qty, value_price.0, instrument.tick_lot_minor());
    let whole = value(terms.order_qty.0);
    let leaves = value((terms.order_qty.0 - terms.cum_qty.0).max(0));
    let working = working_without_replaced(account, instrument, terms).notional;
    match (whole, leaves) {
        (Some(whole), Some(leaves)) if working.checked_add(leaves).is_some() => Ok(Value { whole, leaves }),
        _ => Err(Refusal::plain(RefusalCode::NumberOverflow)),
    }
}

fn check_notional(instrument: &Instrument, value: Value) -> Result<(), Refusal> {
    let (max, currency) = (instrument.definition.notional_minor_max.0, instrument.definition.quote_currency);
    if value.whole > max {
        return Err(Refusal::money(RefusalCode::NotionalAboveMax, currency, max, value.whole, max));
    }
    Ok(())
}

/// The worst price a side may be priced at: buys no higher, sells no lower. `None` where there is no reference.
pub fn collar_of(instrument: &Instrument, side: Side) -> Option<PriceTicks> {
    let reference_twice = i128::from(instrument.reference_twice()?);
    let collar = i128::from(instrument.definition.collar_bps);
    // Rounded towards the reference, so that the bound itself is within the collar.
    let bound = match side {
        Side::Buy => (reference_twice * (BPS + collar)).div_euclid(2 * BPS),
        Side::Sell => (reference_twice * (BPS - collar) + 2 * BPS - 1).div_euclid(2 * BPS).max(1),
    };
    i64::try_from(bound.min(i128::from(UNITS_MAX))).ok().map(PriceTicks)
}

fn check_collar(instrument: &Instrument, terms: &Terms, collar: Option<PriceTicks>) -> Result<(), Refusal> {
    let Some(bound) = collar else {
        // Among ourselves the first order makes the price; against an outside market there must be one.
        return if instrument.definition.venue == Venue::Internal {
            Ok(())
        } else {
            Err(Refusal::plain(RefusalCode::NoReferencePrice))
        };
    };
    let beyond = match terms.side {
        Side::Buy => terms.price > bound,
        Side::Sell => terms.price < bound,
    };
    if terms.ord_type == OrdType::Limit && beyond {
        let reference = instrument.reference_twice().map_or(bound.0, |twice| twice / 2);
        return Err(Refusal::limit(
            RefusalCode::PriceCollar,
            LimitUnit::Ticks,
            bound.0,
            terms.price.0,
            (bound.0 - reference).abs(),
        ));
    }
    Ok(())
}

fn check_open_orders(account: &Account, terms: &Terms) -> Result<(), Refusal> {
    if terms.replaced.is_none() && account.open_order_count >= OPEN_ORDERS_MAX {
        let count = i64::from(account.open_order_count);
        return Err(Refusal::limit(RefusalCode::OpenOrderLimit, LimitUnit::Count, i64::from(OPEN_ORDERS_MAX), count + 1, 0));
    }
    Ok(())
}

fn check_funds(account: &Account, instrument: &Instrument, terms: &Terms, value: Value) -> Result<(), Refusal> {
    let position = position_of(account, instrument);
    let mut after = position;
    let mut working = working_without_replaced(account, instrument, terms);
    working.qty += (terms.order_qty.0 - terms.cum_qty.0).max(0);
    working.notional += value.leaves;
    *after.working_mut(terms.side) = working;
    let needed =
        requirement(position.qty, after.buys, after.sells, instrument.definition.taker_fee_ppm).saturating_sub(position.held);
    let currency = instrument.definition.quote_currency;
    let available = account.balance(currency).available();
    if needed > 0 && needed > available {
        return Err(Refusal::money(RefusalCode::InsufficientFunds, currency, available, needed, available.max(0)));
    }
    Ok(())
}

fn position_of(account: &Account, instrument: &Instrument) -> Position {
    account.positions.get(&instrument.definition.instrument).copied().unwrap_or_default()
}

/// What the account has working on the order's side, less the order that is being replaced.
fn working_without_replaced(account: &Account, instrument: &Instrument, terms: &Terms) -> WorkingSide {
    let mut working = *position_of(account, instrument).working_mut(terms.side);
    if let Some(replaced) = terms.replaced {
        working.qty -= replaced.qty;
        working.notional -= replaced.notional;
    }
    working
}
