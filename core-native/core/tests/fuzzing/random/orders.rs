//! Orders alone, in lists and in batches, and what changes or ends them.

use jware_core::command::{Batch, BatchRequest, Command, ListedOrder, NewOrder, NewOrderList, OrderChange, OrderRef};
use jware_core::order::{
    Contingency, OrdType, OrderTerms, PostOnly, SelfTradePrevention, TimeInForce, Trail, Trigger, TriggerSource,
};
use jware_core::units::{AccountId, AmountMinor, OrderId, PriceTicks, QtyLots, StrategyId, TsNs};

use super::{Maker, SECOND};

impl Maker<'_> {
    pub fn new_order(&mut self) -> NewOrder {
        if self.chance.one_in(60)
            && let Some(&(account, cl_ord_id, terms)) = self.sent.last()
        {
            // The same again, as after a lost connection.
            return NewOrder { actor: self.actor(), account, instrument: self.instrument(), cl_ord_id, terms };
        }
        let account = self.account();
        let ListedOrder { cl_ord_id, terms } = self.listed(account);
        NewOrder { actor: self.actor(), account, instrument: self.instrument(), cl_ord_id, terms }
    }

    fn listed(&mut self, account: AccountId) -> ListedOrder {
        let (cl_ord_id, terms) = (self.new_name(), self.terms());
        self.sent.push((account, cl_ord_id, terms));
        ListedOrder { cl_ord_id, terms }
    }

    fn terms(&mut self) -> OrderTerms {
        let mut terms = OrderTerms::limit(self.side(), self.qty(), self.price());
        terms.ord_type = self.chance.pick(&[
            OrdType::Limit,
            OrdType::Limit,
            OrdType::Limit,
            OrdType::Limit,
            OrdType::Market,
            OrdType::Stop,
            OrdType::StopLimit,
            OrdType::TrailingStop,
            OrdType::MarketIfTouched,
            OrdType::LimitIfTouched,
        ]);
        if !terms.ord_type.has_price() && !self.chance.one_in(60) {
            terms.price = PriceTicks(0);
        }
        if terms.ord_type.has_trigger() || self.chance.one_in(60) {
            let source = self.chance.pick(&TriggerSource::ALL);
            let trail = match (terms.ord_type, self.chance.below(60)) {
                (OrdType::TrailingStop, 0..30) => Trail::Ticks(self.number(1, 8)),
                (OrdType::TrailingStop, _) => Trail::Bps(u32::try_from(self.chance.between(1, 2_000)).expect("positive")),
                (_, 0) => Trail::Ticks(1),
                _ => Trail::None,
            };
            let price = if terms.ord_type == OrdType::TrailingStop { PriceTicks(0) } else { self.price() };
            terms.trigger = Trigger { price, source, trail };
        }
        terms.time_in_force = match self.chance.below(12) {
            0 if !terms.ord_type.has_trigger() => TimeInForce::Ioc,
            1 if !terms.ord_type.has_trigger() => TimeInForce::Fok,
            2 => TimeInForce::Day,
            3 | 4 => TimeInForce::Gtd,
            5 if self.chance.one_in(8) => TimeInForce::Ioc,
            _ => TimeInForce::Gtc,
        };
        if terms.time_in_force == TimeInForce::Gtd || self.chance.one_in(80) {
            terms.expire_ts = TsNs(self.now.saturating_add(self.chance.next() % (4 * SECOND)));
        }
        if self.chance.one_in(8) {
            terms.display_qty = QtyLots(self.number(1, 10));
        }
        if self.chance.one_in(8) {
            terms.post_only = self.chance.pick(&[PostOnly::Reject, PostOnly::Reprice]);
        }
        if terms.ord_type == OrdType::Market && self.chance.one_in(3) {
            terms.cash_qty = AmountMinor(self.number(1, 5_000));
            terms.order_qty = QtyLots(i64::from(self.chance.one_in(10)));
        }
        terms.reduce_only = self.chance.one_in(6);
        terms.self_trade_prevention = self.chance.pick(&[
            SelfTradePrevention::None,
            SelfTradePrevention::CancelNewest,
            SelfTradePrevention::CancelOldest,
            SelfTradePrevention::CancelBoth,
            SelfTradePrevention::Decrement,
        ]);
        terms.strategy = StrategyId(self.small(3));
        if self.chance.one_in(30) {
            terms.deadline = TsNs(self.now.saturating_add(self.chance.next() % 1_000));
        }
        terms
    }

    /// Mostly one of the last orders, by the account that sent it.
    pub fn target(&mut self) -> (AccountId, OrderRef, OrderTerms) {
        if self.sent.is_empty() || self.chance.one_in(12) {
            let order_id = OrderId(if self.chance.one_in(2) { self.chance.next() % (self.names + 2) } else { 0 });
            return (self.account(), OrderRef { order_id, orig_cl_ord_id: self.name_or_none() }, self.terms());
        }
        let back = self.chance.below(self.sent.len().min(25));
        let (account, orig_cl_ord_id, terms) = self.sent[self.sent.len() - 1 - back];
        (account, OrderRef { order_id: OrderId(0), orig_cl_ord_id }, terms)
    }

    /// Near what the order asked for.
    pub fn change(&mut self, terms: &OrderTerms) -> OrderChange {
        let mut near = |price: PriceTicks| {
            if price.0 == 0 && !self.chance.one_in(30) {
                return price;
            }
            PriceTicks(price.0.saturating_add(self.chance.pick(&[0, 0, 0, 1, -1, 2, -3])))
        };
        let (price, trigger_price) = (near(terms.price), near(terms.trigger.price));
        let order_qty = match self.chance.below(4) {
            0 => terms.order_qty,
            1 => QtyLots(terms.order_qty.0.saturating_sub(self.chance.between(1, 5))),
            2 => QtyLots(terms.order_qty.0 / 4),
            _ => self.qty(),
        };
        OrderChange { order_qty, price, trigger_price }
    }

    /// Mostly of a shape that is a list.
    pub fn list(&mut self) -> Command {
        let contingency = self.chance.pick(&[Contingency::Oco, Contingency::Oto, Contingency::Bracket]);
        let account = self.account();
        let mut orders: Vec<ListedOrder> = (0..contingency.order_count()).map(|_| self.listed(account)).collect();
        if !self.chance.one_in(20) {
            let first = orders[0].terms;
            for (member, order) in orders.iter_mut().enumerate() {
                let terms = &mut order.terms;
                terms.cash_qty = AmountMinor(0);
                terms.order_qty = if first.order_qty.0 == 0 { QtyLots(5) } else { first.order_qty };
                let is_parent = member == 0 && contingency != Contingency::Oco;
                if is_parent {
                    if terms.time_in_force == TimeInForce::Fok {
                        terms.time_in_force = TimeInForce::Gtc;
                    }
                    continue;
                }
                if contingency == Contingency::Oco {
                    terms.reduce_only = first.reduce_only;
                } else {
                    terms.post_only = PostOnly::No;
                }
                if !terms.time_in_force.rests() {
                    terms.time_in_force = TimeInForce::Gtc;
                }
                let as_limit = |terms: &mut OrderTerms, price: i64| {
                    (terms.ord_type, terms.price, terms.trigger) = (OrdType::Limit, PriceTicks(price), Trigger::default());
                };
                if contingency == Contingency::Bracket {
                    terms.side = first.side.opposite();
                    if member == 1 {
                        as_limit(terms, 100 + terms.side.sign() * -4);
                    } else {
                        terms.ord_type = OrdType::Stop;
                        terms.price = PriceTicks(0);
                        terms.display_qty = QtyLots(0);
                        terms.trigger = Trigger { price: PriceTicks(100 + terms.side.sign() * 4), ..Trigger::default() };
                    }
                } else if terms.ord_type == OrdType::Market {
                    as_limit(terms, 100);
                }
            }
        }
        let count = self.sent.len();
        for (place, order) in self.sent[count - orders.len()..].iter_mut().zip(&orders) {
            place.2 = order.terms;
        }
        Command::NewOrderList(NewOrderList { actor: self.actor(), account, instrument: self.instrument(), contingency, orders })
    }

    pub fn batch(&mut self) -> Command {
        let count = if self.chance.one_in(30) { self.chance.below(70) } else { 1 + self.chance.below(5) };
        let (account, atomic) = (self.account(), self.chance.one_in(2));
        let requests = (0..count)
            .map(|_| match self.chance.below(6) {
                0..3 => BatchRequest::New { instrument: self.instrument(), order: self.listed(account) },
                3 if !atomic || self.chance.one_in(8) => {
                    let (_, target, terms) = self.target();
                    BatchRequest::Replace { cl_ord_id: self.new_name(), target, change: self.change(&terms) }
                }
                _ => BatchRequest::Cancel { cl_ord_id: self.name_or_none(), target: self.target().1 },
            })
            .collect();
        Command::Batch(Batch { actor: self.actor(), account, atomic, requests })
    }
}
