//! Self-trade prevention: an incoming order would meet one of the same account, or of the same group of accounts.

use super::Core;
use crate::event::Event;
use crate::order::{ExecReason, ExecType, SelfTradePrevention};
use crate::units::SelfTradeGroup;

/// An account (by index) and its group.
#[derive(Clone, Copy)]
pub(super) struct Owner {
    account: usize,
    group: SelfTradeGroup,
}

impl Core {
    /// Whether an incoming order is kept from trading with a resting one. The orders of one list never trade with each other: a
    /// parent that its child fills would feed it again, lot by lot.
    #[inline]
    pub(super) fn may_not_meet(&self, taker: u32, maker: u32, own: Owner, mode: SelfTradePrevention) -> bool {
        self.is_own(own, maker) && (mode != SelfTradePrevention::None || self.are_of_one_list(taker, maker))
    }

    /// Who an account's orders do not trade with.
    #[inline]
    pub(super) fn owner_of(&self, account: usize) -> Owner {
        Owner { account, group: self.accounts[account].self_trade_group }
    }

    /// Whether a resting order is of the same owner: of the account, or of another one of its group.
    #[inline]
    pub(super) fn is_own(&self, own: Owner, maker: u32) -> bool {
        let other = self.orders.resting.get(maker).owner as usize;
        // Nearly nobody is in a group: the other account is not looked at for most.
        other == own.account || (own.group.0 > 0 && self.accounts[other].self_trade_group == own.group)
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
                // A parent whose fills were all taken back takes its child with it.
                if !are_linked && self.is_live(taker, taker_id) {
                    self.reduce(taker, qty, ExecReason::SelfTrade, events);
                }
            }
        }
    }
}
