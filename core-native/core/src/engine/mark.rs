//! What positions are valued at, where that comes from, and whether it can be trusted; and what money is worth in other money.

use super::{Core, Instrument};
use crate::command::BookState;
use crate::instrument::{CurrencyDefinition, InstrumentDefinition, Venue};
use crate::units::{AccountId, CurrencyId, TsNs, div_half_even};

/// Where a mark comes from: the first of these that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkSource {
    /// The middle of the book.
    Middle,
    /// The last trade.
    Last,
}

/// A price that positions are valued at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Ticks, doubled.
    pub twice: i64,
    /// Where it comes from.
    pub source: MarkSource,
    /// Whether its book is not in step, or its news is too old.
    pub is_stale: bool,
}

impl Instrument {
    /// The mark at a moment; none where nothing was ever shown or traded.
    pub fn mark(&self, now: TsNs) -> Option<Mark> {
        let middle = self.book.mid_twice();
        let (twice, source) = match middle {
            Some(twice) => (twice, MarkSource::Middle),
            None => (self.mark_twice()?, MarkSource::Last),
        };
        let is_internal = self.definition.venue == Venue::Internal;
        // The middle of our own book is of orders that can be met now, however long they have stood.
        let can_age = !(is_internal && source == MarkSource::Middle) && self.definition.mark_stale_ns > 0;
        let is_old = can_age && now.0.saturating_sub(self.marked_ts.0) > self.definition.mark_stale_ns;
        Some(Mark { twice, source, is_stale: is_old || (!is_internal && self.state != BookState::Synced) })
    }
}

/// An account's whole equity in its base currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseEquity {
    /// The base currency.
    pub currency: CurrencyId,
    /// Minor units; none where some money has no way to be converted, or the sum does not fit.
    pub equity: Option<i64>,
    /// Whether a mark that it rests on is stale.
    pub is_stale: bool,
    /// What could not be converted.
    pub unconverted: Vec<CurrencyId>,
}

impl Core {
    /// Whether a position of an account in a currency is valued at a stale mark, or at none.
    pub(crate) fn has_stale_mark(&self, index: usize, currency: CurrencyId, now: TsNs) -> bool {
        let open = self.accounts[index].positions.iter().filter(|(_, position)| position.qty != 0);
        let places = open.map(|((id, _), _)| &self.instruments[self.instrument_index[&id]]);
        places
            .filter(|place| place.definition.quote_currency == currency)
            .any(|place| place.mark(now).is_none_or(|mark| mark.is_stale))
    }

    /// An account's equity in its base currency at a moment; none where it has none.
    pub fn base_equity_of(&self, account: AccountId, now: TsNs) -> Option<BaseEquity> {
        self.base_equity(*self.account_index.get(&account)?, now)
    }

    pub(super) fn base_equity(&self, index: usize, now: TsNs) -> Option<BaseEquity> {
        let currency = self.accounts[index].base_currency;
        self.currency(currency)?;
        let mut sum = Some(0_i128);
        let (mut is_stale, mut unconverted) = (false, Vec::new());
        for from in self.accounts[index].balances.keys() {
            let equity = i128::from(self.equity(index, from));
            if equity == 0 {
                continue;
            }
            is_stale |= self.has_stale_mark(index, from, now);
            match self.convert(equity, from, currency, now) {
                Some((converted, by_stale)) => {
                    sum = sum.and_then(|sum| sum.checked_add(converted));
                    is_stale |= by_stale;
                }
                None => unconverted.push(from),
            }
        }
        let whole = if unconverted.is_empty() { sum.and_then(|sum| i64::try_from(sum).ok()) } else { None };
        Some(BaseEquity { currency, equity: whole, is_stale, unconverted })
    }

    /// An amount in another currency, half to even, and whether the mark that says so is stale. The first instrument by order of
    /// definition that has a mark: one that quotes the wanted money for the given one, else one the other way round.
    pub(super) fn convert(&self, amount: i128, from: CurrencyId, to: CurrencyId, now: TsNs) -> Option<(i128, bool)> {
        if from == to {
            return Some((amount, false));
        }
        let (given, wanted) = (self.currency(from)?, self.currency(to)?);
        let marked = |base: &CurrencyDefinition, quote: CurrencyId| {
            let of = move |place: &&Instrument| {
                place.definition.base_currency == base.code && place.definition.quote_currency == quote
            };
            let spot = |place: &&Instrument| self.is_spot(&place.definition);
            self.instruments.iter().filter(of).filter(spot).find_map(|place| Some((place, place.mark(now)?)))
        };
        if let Some((place, mark)) = marked(given, to) {
            let (value, of) = worth(&place.definition, given.decimals, mark.twice)?;
            return Some((scaled(amount, value, of)?, mark.is_stale));
        }
        let (place, mark) = marked(wanted, from)?;
        let (value, of) = worth(&place.definition, wanted.decimals, mark.twice)?;
        Some((scaled(amount, of, value)?, mark.is_stale))
    }

    /// Whether a tick on a lot is worth a tick times a lot: what has a contract's multiplier is no rate of exchange.
    fn is_spot(&self, definition: &InstrumentDefinition) -> bool {
        let Some(quote) = self.currency(definition.quote_currency) else { return false };
        let product = |a: i64, b: i64, decimals: u32| {
            i128::from(a).checked_mul(i128::from(b)).and_then(|ab| ab.checked_mul(10_i128.pow(decimals)))
        };
        let told =
            product(definition.tick_lot_minor, 1, u32::from(definition.price_decimals) + u32::from(definition.qty_decimals));
        let plain = product(definition.tick_mantissa, definition.lot_mantissa, u32::from(quote.decimals));
        told.is_some() && told == plain
    }
}

/// What minor units of an instrument's base money are worth, as a fraction of minor units of its quote money.
fn worth(definition: &InstrumentDefinition, base_decimals: u8, mark_twice: i64) -> Option<(i128, i128)> {
    let lot_ticks = i128::from(mark_twice).checked_mul(definition.tick_lot_minor.into())?;
    let value = lot_ticks.checked_mul(10_i128.pow(definition.qty_decimals.into()))?;
    let of = i128::from(definition.lot_mantissa).checked_mul(2 * 10_i128.pow(base_decimals.into()))?;
    Some((value, of))
}

fn scaled(amount: i128, times: i128, by: i128) -> Option<i128> {
    Some(div_half_even(amount.checked_mul(times)?, by))
}
