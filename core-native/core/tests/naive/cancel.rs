//! Cancels, of one order and of many, and the ends that come with time.

use jware_core::command::{Actor, CancelOrder, MassCancel};
use jware_core::order::{ClOrdId, ExecReason, ExecType, TimeInForce};
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, OrderId};

use super::{Naive, Order};

impl Naive {
    pub(super) fn cancel(&mut self, request: &CancelOrder) {
        match self.find(request.account, &request.target) {
            Err(refusal) => self.refuse(RequestKind::Cancel, request.cl_ord_id, refusal),
            Ok(order) if self.is_far(&order) => self.send_cancel(&order, request),
            Ok(order) => self.end_with(order.id, ExecType::Canceled, ExecReason::Requested, None, request.cl_ord_id),
        }
    }

    /// Who asked that orders end with a connection, by session and account.
    pub fn asked_to_cancel(&self) -> Vec<(Actor, AccountId)> {
        let mut rows = self.asked_to_cancel.clone();
        rows.sort_by_key(|(actor, account)| (actor.session, *account));
        rows
    }

    pub(super) fn ask_to_cancel(&mut self, actor: Actor, account: AccountId, is_on: bool) {
        if !self.is_users(account) {
            self.refuse(RequestKind::Logon, ClOrdId::EMPTY, Refusal::plain(Code::AccountNotPermitted));
            return;
        }
        self.forget_to_cancel(actor, account);
        if is_on {
            self.asked_to_cancel.push((actor, account));
        }
    }

    fn forget_to_cancel(&mut self, actor: Actor, account: AccountId) {
        self.asked_to_cancel.retain(|(asked, of)| (asked.session, *of) != (actor.session, account));
    }

    pub(super) fn mass_cancel(&mut self, request: &MassCancel) {
        if request.on_disconnect {
            self.forget_to_cancel(request.actor, request.account);
        }
        if !self.is_users(request.account) {
            self.refuse(RequestKind::MassCancel, request.cl_ord_id, Refusal::plain(Code::AccountNotPermitted));
            return;
        }
        let reason = if request.on_disconnect { ExecReason::Disconnect } else { ExecReason::MassCancel };
        let wanted = |order: &Order| {
            order.account == request.account
                && (request.instrument.0 == 0 || order.instrument == request.instrument)
                && request.side.is_none_or(|side| side == order.terms.side)
                && (request.strategy.0 == 0 || order.terms.strategy == request.strategy)
                && (!request.session_only || order.session == request.actor.session)
        };
        self.told.canceled_count = Some(self.cancel_all(wanted, reason));
    }

    /// Cancels by account, oldest first; what ends as linked to one of them counts too.
    pub(super) fn cancel_all(&mut self, wanted: impl Fn(&Order) -> bool, reason: ExecReason) -> u32 {
        let by_account = |order: &Order| self.accounts.iter().position(|account| *account == order.account);
        let mut going: Vec<(Option<usize>, OrderId)> =
            self.orders.iter().filter(|order| wanted(order)).map(|order| (by_account(order), order.id)).collect();
        going.sort();
        let before = self.orders.len();
        for (_, id) in going {
            if self.live(id).is_some() {
                self.end(id, ExecType::Canceled, reason);
            }
        }
        u32::try_from(before - self.orders.len()).expect("few")
    }

    /// An order's time, or its session's, has come.
    pub(super) fn end_by_time(&mut self, id: OrderId) {
        let own_time = self.live(id).expect("a live order").terms.time_in_force == TimeInForce::Gtd;
        let reason = if own_time { ExecReason::TimeReached } else { ExecReason::SessionClosed };
        self.end(id, ExecType::Expired, reason);
    }
}
