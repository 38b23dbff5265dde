//! Names of requests, how long they are remembered, and the same request again.

use jware_core::command::{NewOrder, OrderChange, OrderRef, ReplaceOrder};
use jware_core::event::Execution;
use jware_core::order::{ClOrdId, ExecReason, ExecType, OrderTerms};
use jware_core::refusal::{Refusal, RefusalCode as Code, RequestKind};
use jware_core::units::{AccountId, InstrumentId, OrderId, TsNs};

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

/// A name that no live order is called by.
#[derive(Clone, Copy)]
pub(super) struct Past {
    pub account: AccountId,
    pub name: ClOrdId,
    pub since: TsNs,
}

impl Naive {
    /// Names that no live order is called by, oldest first.
    pub fn past_names(&self) -> Vec<(AccountId, ClOrdId)> {
        self.past_names.iter().map(|past| (past.account, past.name)).collect()
    }

    /// A name is past from now on. For each that becomes so, up to two go that are too many.
    pub(super) fn pass_name(&mut self, account: AccountId, name: ClOrdId) {
        if name.is_empty() {
            return;
        }
        self.past_names.push(Past { account, name, since: self.ts });
        self.let_names_go();
    }

    fn let_names_go(&mut self) {
        for _ in 0..2 {
            let (count, first) = (self.past_names.len(), self.past_names[0]);
            let is_old = self.ts.0 - first.since.0 >= self.name_rule.keep_ns;
            if count > self.name_rule.keep_count && (is_old || count > self.name_rule.count_max) {
                self.past_names.remove(0);
                self.names.retain(|known| (known.account, known.name) != (first.account, first.name));
            }
        }
    }

    /// An order is called by the name of a replace from now on.
    pub(super) fn rename(&mut self, order: &Order, request: &ReplaceOrder) {
        self.past_names.retain(|past| (past.account, past.name) != (order.account, request.cl_ord_id));
        // It may have been forgotten on its way, and sent again with other content: it is what arrives first.
        self.names.retain(|known| (known.account, known.name) != (order.account, request.cl_ord_id));
        self.remember(order.account, request.cl_ord_id, order.id, Content::Replace(request.target, request.change));
        self.pass_name(order.account, order.name);
    }

    /// Whether a name is (still) the one that an order's replace was sent under.
    pub(super) fn is_sent_under(&self, order: &Order, name: ClOrdId) -> bool {
        self.name(order.account, name).is_some_and(|known| known.order == order.id) && order.name != name
    }

    pub(super) fn is_past(&self, account: AccountId, name: ClOrdId) -> bool {
        self.past_names.iter().any(|past| (past.account, past.name) == (account, name))
    }

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
        if let Some(order) = self.live(known.order).copied() {
            self.tell_again(&order, order.status(true), ExecReason::None, request.cl_ord_id);
            return true;
        }
        let closed = *self.closed.iter().find(|closed| closed.order.id == known.order).expect("it ended");
        // The names hold quantities, prices and the list; the request says the rest.
        let mut order = closed.order;
        let trigger_price = order.told_terms().trigger.price;
        order.terms = request.terms;
        order.terms.trigger.price = trigger_price;
        self.tell_again(&order, closed.status, closed.reason, request.cl_ord_id);
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
