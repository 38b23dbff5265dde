//! Rule of the exits: an account's reduce-only orders never have more left than the position that they close.

use super::{Core, Holding};
use crate::account::{Leg, Position};
use crate::event::Event;
use crate::order::{ExecReason, Side};
use crate::risk::{ExitUnit, exit_units};

impl Core {
    /// The position that a reduce-only order closes.
    pub(super) fn exit_position_mut(&mut self, slot: u32) -> &mut Position {
        let Holding { account, instrument, leg } = self.holding_of(slot);
        let id = self.instruments[instrument].definition.instrument;
        self.accounts[account].positions.get_or_default((id, leg))
    }

    /// Reduces an account's exits in an instrument, the newest first, until they fit its position.
    pub(super) fn fit_exits(&mut self, account: usize, instrument: usize, events: &mut Vec<Event>) {
        let closed_by = |core: &Self, side| core.closed_by(account, instrument, side);
        let has_none = |holding| self.position_at(holding).exit_count == 0;
        let of_buys = closed_by(self, Side::Buy);
        if has_none(of_buys) && (of_buys.leg == Leg::Net || has_none(closed_by(self, Side::Sell))) {
            return;
        }
        for side in [Side::Buy, Side::Sell] {
            let holding = closed_by(self, side);
            loop {
                let position = self.position_at(holding);
                let allowed = if position.closing_side() == Some(side) { position.qty.abs() } else { 0 };
                let units = exit_units(self, account, instrument, side, None).filter(|unit| unit.leaves > 0);
                let (total, newest) = units.fold((0, None::<ExitUnit>), |(total, newest), unit| {
                    let is_newer = newest.is_none_or(|other| unit.newest > other.newest);
                    (total + unit.leaves, if is_newer { Some(unit) } else { newest })
                });
                let excess = total - allowed;
                let Some(unit) = newest.filter(|_| excess > 0) else { break };
                let own = self.orders.get(unit.slot).leaves_qty().0;
                assert!(own == unit.leaves, "the legs of a pair have the same left");
                self.reduce(unit.slot, excess.min(own), ExecReason::ReduceOnly, events);
            }
        }
    }
}
