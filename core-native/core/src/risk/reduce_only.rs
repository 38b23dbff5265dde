//! Reduce-only: an account's exits never have more left than the position that they close.

use super::{Check, Purpose};
use crate::engine::Core;
use crate::order::Side;
use crate::refusal::{LimitUnit, Refusal, RefusalCode};
use crate::units::OrderId;

/// Exits of an account in an instrument on one side that count together: a single order, or a pair that shares its quantity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExitUnit {
    /// The newest order of it.
    pub(crate) newest: OrderId,
    /// Its slot.
    pub(crate) slot: u32,
    /// What it has left: of a pair, the larger of the two.
    pub(crate) leaves: i64,
}

/// The live exits of an account in an instrument on a side, in no useful order; `without` one order and its sibling.
pub(crate) fn exit_units(
    core: &Core,
    account: usize,
    instrument: usize,
    side: Side,
    without: Option<u32>,
) -> impl Iterator<Item = ExitUnit> + '_ {
    let beside = without.and_then(|slot| core.sibling_of(slot));
    let id = core.instruments()[instrument].definition.instrument;
    let is_exit = move |slot: u32| {
        let order = core.order_at(slot);
        order.terms.reduce_only && order.instrument == id && order.side() == side && Some(slot) != without && Some(slot) != beside
    };
    core.live_slots_of(account).filter(move |&slot| is_exit(slot)).filter_map(move |slot| {
        let order = core.order_at(slot);
        let mut leaves = order.leaves_qty().0;
        if let Some(sibling) = core.sibling_of(slot).filter(|&sibling| is_exit(sibling)) {
            let other = core.order_at(sibling);
            if other.order_id > order.order_id {
                return None;
            }
            leaves = leaves.max(other.leaves_qty().0);
        }
        Some(ExitUnit { newest: order.order_id, slot, leaves })
    })
}

impl Check<'_> {
    /// How much the order may still close.
    pub(super) fn closable(&self) -> i64 {
        let position = self.position;
        if position.closing_side() != Some(self.terms.side) {
            return 0;
        }
        let without = match self.purpose {
            Purpose::Replace(slot) | Purpose::Release(slot) => Some(slot),
            Purpose::New | Purpose::Child => None,
        };
        let live: i64 = if position.exit_count == 0 {
            0
        } else {
            exit_units(self.core, self.account, self.instrument, self.terms.side, without).map(|unit| unit.leaves).sum()
        };
        let beside: i64 = self
            .beside
            .work
            .iter()
            .filter(|other| other.reduce_only && other.holding == self.holding() && other.side == self.terms.side)
            .map(|other| other.qty)
            .sum();
        let beside = if self.beside.shares_quantity { 0 } else { beside };
        (position.qty.abs() - live - beside).max(0)
    }

    /// Whether it is not on the closing side, or for more than that. A replace that leaves nothing closes nothing.
    pub(super) fn closes_too_much(&self, closable: i64) -> bool {
        let is_over = matches!(self.purpose, Purpose::Replace(_)) && self.leaves() == 0;
        let is_closing = self.terms.reduce_only && self.position.closing_side() == Some(self.terms.side);
        !is_over && (!is_closing || self.leaves() > closable)
    }

    pub(super) fn reduce_only(&self) -> Option<Refusal> {
        if !self.terms.reduce_only || self.is_waiting_child() {
            return None;
        }
        let (closable, qty) = (self.closable(), self.leaves());
        self.kept.judge(self.closes_too_much(closable), || {
            Refusal::limit(RefusalCode::ReduceOnly, LimitUnit::Lots, closable, qty, closable)
        })
    }
}
