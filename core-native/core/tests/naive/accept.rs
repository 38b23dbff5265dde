//! New orders: checked, accepted, put to work.

use jware_core::command::{Actor, NewOrder};
use jware_core::order::{
    ClOrdId, Contingency, ExecReason, ExecType, OrdType, OrderTerms, PostOnly, SelfTradePrevention, Side, TimeInForce,
};
use jware_core::refusal::RequestKind;
use jware_core::units::{AccountId, InstrumentId, KeyId, OrderId, QtyLots, SessionId, UserId};

use super::checks::{Ask, Passed};
use super::limits::{Earlier, Whose};
use super::names::Content;
use super::{Holding, Naive, Order, Place, Role, calendar, narrow};

/// Who an order is for, and what it is to others.
#[derive(Clone, Copy)]
pub(super) struct Birth {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub session: SessionId,
    pub user: UserId,
    pub key: KeyId,
    pub name: ClOrdId,
    pub list: OrderId,
    pub contingency: Option<Contingency>,
    pub role: Role,
    pub judged_late: bool,
}

impl Naive {
    pub(super) fn is_users(&self, account: AccountId) -> bool {
        self.accounts.contains(&account)
    }

    pub(super) fn new_order(&mut self, request: &NewOrder) {
        if self.is_users(request.account) && self.answers_again(request) {
            return;
        }
        let ask = Ask {
            account: request.account,
            instrument: request.instrument,
            name: request.cl_ord_id,
            terms: request.terms,
            beside: &[],
            child: false,
            replaced: None,
            user: request.actor.user,
            key: request.actor.key,
            is_named: false,
        };
        if self.is_users(request.account)
            && let Err(refusal) = self.take_messages(ask.whose(), 1)
        {
            return self.refuse(RequestKind::NewOrder, request.cl_ord_id, refusal);
        }
        match self.check(&ask) {
            Err(refusal) => {
                self.shut_if_throttled(&ask, &refusal);
                self.refuse(RequestKind::NewOrder, request.cl_ord_id, refusal);
            }
            Ok(passed) => {
                let birth = Birth::single(request.account, request.instrument, request.actor, request.cl_ord_id);
                let content = Content::New(request.instrument, request.terms);
                let id = self.accept(birth, passed, content);
                self.begin(id);
            }
        }
    }

    /// The throttle stays shut when its refusal is the one that is told.
    pub(super) fn shut_if_throttled(&mut self, ask: &Ask<'_>, refusal: &jware_core::refusal::Refusal) {
        if refusal.code == jware_core::refusal::RefusalCode::RepeatedExecution {
            self.shut_throttles(ask.whose());
        }
    }

    /// Makes an order live, takes its name and tells it as new. A child starts with nothing.
    pub(super) fn accept(&mut self, birth: Birth, passed: Passed, content: Content) -> OrderId {
        let id = self.enter(birth, passed);
        self.remember(birth.account, birth.name, id, content);
        let asked = content.terms(&passed.terms);
        self.count_accepted(birth.whose(&passed), birth.instrument, &asked, passed.value);
        if self.is_far_away(birth.instrument) {
            self.live_mut(id).travels = true;
            self.tell(id, ExecType::PendingNew, ExecReason::None);
        } else {
            self.tell(id, ExecType::New, ExecReason::None);
        }
        id
    }

    /// Puts an accepted order to work, or sends it to where it will be.
    pub(super) fn begin(&mut self, id: OrderId) {
        if self.live(id).is_some_and(|order| order.travels) {
            self.send_orders(vec![id]);
        } else {
            self.put_to_work(id);
        }
    }

    fn enter(&mut self, birth: Birth, passed: Passed) -> OrderId {
        self.order_id += 1;
        let id = OrderId(self.order_id);
        let session = self.instrument(birth.instrument).definition.session;
        let ends = match passed.terms.time_in_force {
            TimeInForce::Gtd => Some(passed.terms.expire_ts),
            TimeInForce::Day => Some(calendar::close(session, self.ts)),
            TimeInForce::Gtc | TimeInForce::Ioc | TimeInForce::Fok => None,
        };
        let mut order = Order {
            id,
            account: birth.account,
            instrument: birth.instrument,
            leg: self.leg(birth.account, &passed.terms),
            name: birth.name,
            terms: passed.terms,
            qty: passed.qty,
            price: passed.price,
            trigger: i128::from(passed.terms.trigger.price.0),
            extreme: None,
            triggered: false,
            cum: 0,
            lot_ticks: 0,
            created: self.ts,
            session: birth.session,
            ends,
            place: Place::Aside,
            shown: 0,
            stamp: 0,
            ahead: 0,
            list: birth.list,
            contingency: birth.contingency,
            role: birth.role,
            judged_late: birth.judged_late,
            travels: false,
            cancels: 0,
            replaces: 0,
        };
        if order.is_child() {
            order.qty = 0;
        }
        self.orders.push(order);
        id
    }

    /// The first turn of an accepted order: it is worked, or looked at where it waits.
    pub(super) fn put_to_work(&mut self, id: OrderId) {
        let Some(order) = self.live(id).copied() else { return };
        if !order.untriggered() && order.judged_late && !self.is_still_passive(&order) {
            return;
        }
        self.drop_anchor(order.instrument);
        if order.untriggered() {
            self.live_mut(id).place = Place::Triggers;
        } else {
            self.work(id);
        }
        self.look_and_trigger(order.instrument);
    }

    /// Judges a post-only order that was promised to be so, now that others were worked before it; it ends where it would take.
    fn is_still_passive(&mut self, order: &Order) -> bool {
        match self.post(order.instrument, &order.terms, order.price) {
            None => true,
            Some(Ok(price)) => {
                self.live_mut(order.id).price = price;
                true
            }
            Some(Err(refusal)) => {
                self.end_with(order.id, ExecType::Canceled, ExecReason::PostOnly, Some(refusal), ClOrdId::EMPTY);
                false
            }
        }
    }

    /// Closes what is not being closed already, at the market; nothing happens where there is no market.
    pub(super) fn flatten(&mut self, holding: Holding, reason: ExecReason) {
        let (account, instrument, _) = holding;
        let Some(side) = self.closing_side(holding) else { return };
        // A leg on the wrong side of nothing is closed by what otherwise opens it.
        let reduce_only = self.closed_by(account, instrument, side) == holding;
        let whole = self.position(holding).qty.abs();
        let qty = if reduce_only { self.closable(account, instrument, side, None) } else { whole };
        let synced = self.instrument(instrument).state == jware_core::command::BookState::Synced;
        let Some(price) = self.collar(instrument, side) else { return };
        let value_price = self.best(instrument, Side::Buy).filter(|_| side == Side::Sell).map_or(price, |bid| bid.max(price));
        let fits = i64::try_from(self.minor(instrument, qty * value_price)).is_ok();
        if qty <= 0 || !synced || !fits || self.best(instrument, side.opposite()).is_none() {
            return;
        }
        let terms = OrderTerms {
            time_in_force: TimeInForce::Ioc,
            ord_type: OrdType::Market,
            reduce_only,
            post_only: PostOnly::No,
            self_trade_prevention: SelfTradePrevention::None,
            ..OrderTerms::market(side, QtyLots(narrow(qty)))
        };
        let birth = Birth::single(account, instrument, Actor::default(), ClOrdId::EMPTY);
        let id = self.enter(birth, Passed { terms, qty, price, value: 0 });
        self.tell(id, ExecType::New, reason);
        self.put_to_work(id);
    }

    /// An order that is not there yet, for later checks of a list or batch to count.
    pub(super) fn add_ghost(&mut self, birth: Birth, passed: Passed) {
        self.enter(birth, passed);
        self.order_id -= 1;
        let bid = self.best(birth.instrument, Side::Buy).filter(|_| passed.terms.side == Side::Sell);
        let ghost = self.orders.last_mut().expect("just entered");
        let holds = matches!(ghost.terms.ord_type, OrdType::Market | OrdType::Limit) && !ghost.is_child();
        ghost.place = if holds { Place::Ghost } else { Place::Aside };
        ghost.price = bid.map_or(ghost.price, |bid| bid.max(ghost.price));
        ghost.id = OrderId(u64::MAX);
        // The legs of an OCO close the same lots, once.
        ghost.terms.reduce_only &= birth.role != Role::Leg;
        (ghost.list, ghost.role) = (OrderId(0), Role::Single);
        self.earlier.push(Earlier { whose: birth.whose(&passed), instrument: birth.instrument, value: passed.value });
    }

    pub(super) fn remove_ghosts(&mut self) {
        self.orders.retain(|order| order.id != OrderId(u64::MAX));
        self.earlier.clear();
    }
}

impl Birth {
    fn whose(&self, passed: &Passed) -> Whose {
        Whose { account: self.account, strategy: passed.terms.strategy, user: self.user, key: self.key }
    }

    pub(super) fn single(account: AccountId, instrument: InstrumentId, actor: Actor, name: ClOrdId) -> Self {
        let (list, Actor { user, session, key }) = (OrderId(0), actor);
        Self { account, instrument, session, user, key, name, list, contingency: None, role: Role::Single, judged_late: false }
    }
}
