//! Validate-only: what would be said of an order now, without sending it.

use std::cell::RefCell;

use super::Core;
use crate::command::NewOrder;
use crate::limits::UNITS_MAX;
use crate::order::OrderTerms;
use crate::refusal::{Refusal, RefusalCode};
use crate::risk::{Beside, Check, Kept, Purpose, collar_of};
use crate::units::{PriceTicks, QtyLots, TsNs};

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// Every rule that would refuse it, in order of precedence; with limit, value and headroom where it has them.
    pub refusals: Vec<Refusal>,
    /// Every rule that has figures and would let it pass, in the same order: limit, value with this order, headroom without it.
    pub passed: Vec<Refusal>,
    /// What it would fill at once, level by level, best first; empty where it waits.
    pub fills: Vec<(PriceTicks, QtyLots)>,
    /// The worst price that it may trade at: its limit as it would be accepted, or the collar. None where that is not known, or
    /// it waits.
    pub price: Option<PriceTicks>,
}

impl Core {
    /// Checks an order as if it came at `ts`; changes nothing. Fills are of what is displayed, so that nobody can ask what others
    /// hide; self-trade prevention is not foreseen.
    pub fn validate(&self, ts: TsNs, request: &NewOrder) -> Validation {
        let mut found = Validation::default();
        let Some(account) = self.user_account(request.account) else {
            found.refusals.push(Refusal::plain(RefusalCode::AccountNotPermitted));
            return found;
        };
        let kept = RefCell::default();
        let rate = self.check_message_rate(account, request.terms.strategy, 1, request.actor, Kept::into(&kept));
        let mut refusals: Vec<Refusal> = rate.into_iter().collect();
        self.check_trading_states(account, request.terms.strategy, |refusal| {
            refusals.push(refusal);
            false
        });
        let Some(&instrument) = self.instrument_index.get(&request.instrument) else {
            refusals.push(Refusal::plain(RefusalCode::UnknownInstrument));
            (found.refusals, found.passed) = (refusals, kept.into_inner());
            return found;
        };
        let beside = Beside::default();
        let check = Check::new(self, account, instrument, request.cl_ord_id, request.terms, Purpose::New, &beside);
        let passed = check.at(ts).by(request.actor).telling(Kept::into(&kept)).run(|refusal| {
            refusals.push(refusal);
            false
        });
        (found.refusals, found.passed) = (refusals, kept.into_inner());
        let terms = passed.map_or(request.terms, |passed| passed.terms);
        if terms.ord_type.has_trigger() {
            return found;
        }
        let place = &self.instruments[instrument];
        let is_price = |price: &PriceTicks| (1..=UNITS_MAX).contains(&price.0);
        found.price = if terms.ord_type.has_price() { Some(terms.price).filter(is_price) } else { collar_of(place, terms.side) };
        if let Some(limit) = found.price {
            found.fills = self.fills_of(instrument, &terms, limit);
        }
        found
    }

    fn fills_of(&self, instrument: usize, terms: &OrderTerms, limit: PriceTicks) -> Vec<(PriceTicks, QtyLots)> {
        let mut left = terms.order_qty.0;
        let mut fills = Vec::new();
        for (price, qty) in self.instruments[instrument].book.displayed(terms.side, limit) {
            if left <= 0 {
                break;
            }
            let taken = qty.min(left);
            left -= taken;
            fills.push((price, QtyLots(taken)));
        }
        fills
    }
}
