//! Names of requests, and the same request again.

use jware_core::command::{NewOrder, OrderChange, OrderRef, ReplaceOrder};
use jware_core::event::Execution;
use jware_core::order::{ClOrdId, ExecReason, ExecType, OrderTerms};
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, InstrumentId, OrderId};

use super::tell::report;
use super::{Naive, Order};

/// What a name was taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    New(InstrumentId, OrderTerms),
    Replace(OrderRef, OrderChange),
    /// An order of a list: the same request cannot come alone.
    Listed(OrderTerms),
}

impl Content {
    /// The terms asked for.
    pub fn terms(&self, otherwise: &OrderTerms) -> OrderTerms {
        match self {
            Self::New(_, terms) | Self::Listed(terms) => *terms,
            Self::Replace(..) => *otherwise,
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Name {
    pub account: AccountId,
    pub name: ClOrdId,
    pub order: OrderId,
    pub content: Content,
}

impl Naive {
    pub(super) fn name(&self, account: AccountId, name: ClOrdId) -> Option<&Name> {
        self.names.iter().find(|known| (known.account, known.name) == (account, name))
    }

    pub(super) fn remember(&mut self, account: AccountId, name: ClOrdId, order: OrderId, content: Content) {
        self.names.push(Name { account, name, order, content });
    }

    /// Answers a new order that was accepted before; false where it is none.
    pub(super) fn answers_again(&mut self, request: &NewOrder) -> bool {
        let content = Content::New(request.instrument, request.terms);
        let Some(known) = self.name(request.account, request.cl_ord_id).copied().filter(|known| known.content == content) else {
            return false;
        };
        match self.live(known.order).copied() {
            Some(order) => self.tell_again(&order, order.status(true), ExecReason::None, request.cl_ord_id),
            None => {
                let closed = *self.closed.iter().find(|closed| closed.order.id == known.order).expect("it ended");
                // The names hold quantities, prices and the list; the request says the rest.
                let told = closed.order.told_terms();
                let mut order = closed.order;
                order.terms = request.terms;
                order.terms.trigger.price = told.trigger.price;
                self.tell_again(&order, closed.status, closed.reason, request.cl_ord_id);
            }
        }
        true
    }

    /// Answers a replace that was accepted before; false where it is none.
    pub(super) fn replaces_again(&mut self, request: &ReplaceOrder) -> bool {
        let content = Content::Replace(request.target, request.change);
        let Some(known) = self.name(request.account, request.cl_ord_id).copied().filter(|known| known.content == content) else {
            return false;
        };
        match self.live(known.order).copied() {
            Some(order) => self.tell_again(&order, order.status(true), ExecReason::None, request.cl_ord_id),
            None => self.refuse(RequestKind::Replace, request.cl_ord_id, Refusal::plain(Code::OrderClosed)),
        }
        true
    }

    fn tell_again(&mut self, order: &Order, status: jware_core::order::OrdStatus, reason: ExecReason, name: ClOrdId) {
        let again = report(order, ExecType::Status, status, reason);
        self.told.executions.push(Execution { cl_ord_id: name, ..again });
    }

    /// A live order by id or name, of an account that may ask.
    pub(super) fn find(&self, account: AccountId, target: &OrderRef) -> Result<Order, Refusal> {
        if !self.is_users(account) {
            return Err(Refusal::plain(Code::AccountNotPermitted));
        }
        let named = self.name(account, target.orig_cl_ord_id).map(|known| known.order);
        let id = if target.order_id.0 > 0 { Some(target.order_id) } else { named };
        let found = self.orders.iter().find(|order| order.account == account && Some(order.id) == id);
        found.copied().ok_or(Refusal::plain(if named.is_some() { Code::OrderClosed } else { Code::UnknownOrder }))
    }
}
