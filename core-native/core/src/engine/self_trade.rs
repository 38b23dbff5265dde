//! Self-trade prevention: an incoming order would meet one of the same account.

use super::Core;
use crate::event::Event;
use crate::order::{ExecReason, ExecType, SelfTradePrevention};

impl Core {
    /// Whether an incoming order is kept from trading with a resting one. The orders of one list never trade with each other: a
    /// parent that its child fills would feed it again, lot by lot.
    #[inline]
    pub(super) fn may_not_meet(&self, taker: u32, maker: u32, account: usize, mode: SelfTradePrevention) -> bool {
        self.orders.resting.get(maker).owner as usize == account
            && (mode != SelfTradePrevention::None || self.are_of_one_list(taker, maker))
    }

    /// Does what the incoming order's mode says; at least one of the two has less afterwards.
    pub(super) fn prevent_self_trade(&mut self, taker: u32, maker: u32, mode: SelfTradePrevention, events: &mut Vec<Event>) {
        let taker_id = self.orders.get(taker).order_id;
        match mode {
            SelfTradePrevention::None | SelfTradePrevention::CancelNewest => {
                self.end(taker, ExecType::Canceled, ExecReason::SelfTrade, events);
            }
            SelfTradePrevention::CancelOldest => self.end(maker, ExecType::Canceled, ExecReason::SelfTrade, events),
            SelfTradePrevention::CancelBoth => {
                self.end(maker, ExecType::Canceled, ExecReason::SelfTrade, events);
                // The two may be linked: then the end of one was the end of both.
                if self.is_live(taker, taker_id) {
                    self.end(taker, ExecType::Canceled, ExecReason::SelfTrade, events);
                }
            }
            SelfTradePrevention::Decrement => {
                let shown = self.orders.resting.get(maker).shown;
                let qty = shown.min(self.orders.get(taker).leaves_qty().0);
                // Two legs of a pair: what one loses the other loses with it.
                let are_linked = self.sibling_of(taker) == Some(maker);
                self.reduce(maker, qty, ExecReason::SelfTrade, events);
                if !are_linked {
                    self.reduce(taker, qty, ExecReason::SelfTrade, events);
                }
            }
        }
    }
}
