//! Requests: orders, lists, batches, cancels, replaces, controls, and the same again.

use jware_core::command::{
    Batch, BatchRequest, CancelOrder, Command, CorrectedFill, ListedOrder, MassCancel, NewOrder, NewOrderList, OrderChange,
    OrderRef, ReplaceOrder, Scope, TradeCorrection, TradingState,
};
use jware_core::event::Execution;
use jware_core::order::{ClOrdId, Contingency, OrdType, OrderTerms, PostOnly, Side, TimeInForce};
use jware_core::units::{AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, StrategyId};

use super::{Dice, Known};

impl Known {
    pub(super) fn order(&mut self, dice: &mut Dice) -> Command {
        Command::NewOrder(NewOrder {
            actor: Self::actor(dice),
            account: Self::account(dice),
            instrument: self.instrument(dice),
            cl_ord_id: self.name(dice),
            terms: self.terms(dice),
        })
    }

    pub(super) fn list(&mut self, dice: &mut Dice) -> Command {
        let contingency = dice.weighted(&[(3, Contingency::Oco), (3, Contingency::Oto), (5, Contingency::Bracket)]);
        let mut terms = self.listed_terms(dice, contingency);
        if dice.in_1000(60) {
            match dice.below(4) {
                0 => drop(terms.pop()),
                1 => terms.push(terms[0]),
                2 => terms.clear(),
                _ => {}
            }
        }
        if dice.in_1000(2 * self.mood.odd) && !terms.is_empty() {
            let index = usize::try_from(dice.below(terms.len() as u64)).expect("an index");
            self.spoil(dice, &mut terms[index]);
        }
        let orders = terms.into_iter().map(|terms| ListedOrder { cl_ord_id: self.name(dice), terms }).collect();
        let (actor, account, instrument) = (Self::actor(dice), Self::account(dice), self.instrument(dice));
        Command::NewOrderList(NewOrderList { actor, account, instrument, contingency, orders })
    }

    fn listed_terms(&self, dice: &mut Dice, contingency: Contingency) -> Vec<OrderTerms> {
        use OrdType as T;
        let (side, qty) = (dice.of(&[Side::Buy, Side::Sell]), self.qty(dice));
        let rest = |mut terms: OrderTerms| {
            if !terms.time_in_force.rests() {
                terms.time_in_force = TimeInForce::Gtc;
            }
            terms
        };
        let any = [T::Limit, T::Limit, T::Stop, T::StopLimit, T::TrailingStop, T::MarketIfTouched, T::LimitIfTouched];
        match contingency {
            Contingency::Oco => {
                let other_side = if dice.in_1000(250) { side.opposite() } else { side };
                let first = dice.of(&any);
                let mut one = rest(self.terms_of(dice, side, first, qty));
                let second = dice.of(&any);
                let mut other = rest(self.terms_of(dice, other_side, second, qty));
                let reduce_only = dice.in_1000(400);
                (one.reduce_only, other.reduce_only) = (reduce_only, reduce_only);
                vec![one, other]
            }
            Contingency::Oto | Contingency::Bracket => {
                let parent_type = dice.weighted(&[(6, T::Limit), (3, T::Market), (1, T::Stop), (1, T::LimitIfTouched)]);
                let mut parent = self.terms_of(dice, side, parent_type, qty);
                (parent.order_qty, parent.cash_qty) = (QtyLots(qty), AmountMinor(0));
                parent.reduce_only = dice.in_1000(60);
                if parent.time_in_force == TimeInForce::Fok {
                    parent.time_in_force = TimeInForce::Gtc;
                }
                let mut children = vec![parent];
                let bracket = contingency == Contingency::Bracket;
                let child_side = if bracket || dice.in_1000(750) { side.opposite() } else { side };
                let profit = dice.of(&[T::Limit, T::Limit, T::LimitIfTouched, T::MarketIfTouched]);
                let loss = dice.of(&[T::Stop, T::StopLimit, T::TrailingStop]);
                let types = if bracket { vec![profit, loss] } else { vec![dice.of(&any)] };
                for child_type in types {
                    let mut child = rest(self.terms_of(dice, child_side, child_type, qty));
                    child.post_only = PostOnly::No;
                    children.push(child);
                }
                children
            }
        }
    }

    pub(super) fn batch(&mut self, dice: &mut Dice) -> Command {
        let count = match dice.below(100) {
            0 => 0,
            1 => 65,
            2 => 64,
            _ => dice.below(5) + 1,
        };
        let (atomic, account) = (dice.in_1000(600), Self::account(dice));
        let mut requests = Vec::new();
        for _ in 0..count {
            let (cl_ord_id, instrument) = (self.name(dice), self.instrument(dice));
            requests.push(match dice.below(10) {
                0..6 => {
                    let order = ListedOrder { cl_ord_id, terms: self.terms(dice) };
                    BatchRequest::New { instrument, order }
                }
                6..9 => {
                    let live = self.live_order(dice).filter(|order| order.account == account && dice.in_1000(700));
                    let target = match live {
                        Some(order) => Self::reference(dice, &order),
                        None => self.target(dice),
                    };
                    BatchRequest::Cancel { cl_ord_id, target }
                }
                _ if atomic && dice.in_1000(900) => BatchRequest::Cancel { cl_ord_id, target: self.target(dice) },
                _ => BatchRequest::Replace { cl_ord_id, target: self.target(dice), change: self.change(dice) },
            });
        }
        self.names.extend(requests.iter().filter_map(|request| match request {
            BatchRequest::New { order, .. } => Some(order.cl_ord_id),
            _ => None,
        }));
        Command::Batch(Batch { actor: Self::actor(dice), account, atomic, requests })
    }

    pub(super) fn cancel(&mut self, dice: &mut Dice) -> Command {
        let (actor, cl_ord_id) = (Self::actor(dice), self.name(dice));
        let (account, target) = match self.live_order(dice).filter(|_| dice.in_1000(600)) {
            Some(order) => (order.account, Self::reference(dice, &order)),
            None => (Self::account(dice), self.target(dice)),
        };
        Command::Cancel(CancelOrder { actor, account, cl_ord_id, target })
    }

    pub(super) fn replace(&mut self, dice: &mut Dice) -> Command {
        let (actor, cl_ord_id) = (Self::actor(dice), self.name(dice));
        let (account, target, change) = match self.live_order(dice).filter(|_| dice.in_1000(850)) {
            Some(order) => (order.account, Self::reference(dice, &order), self.change_of(dice, &order)),
            None => (Self::account(dice), self.target(dice), self.change(dice)),
        };
        Command::Replace(ReplaceOrder { actor, account, cl_ord_id, target, change })
    }

    fn live_order(&self, dice: &mut Dice) -> Option<Execution> {
        let index = dice.below(self.live.len().max(1) as u64);
        self.live.values().nth(usize::try_from(index).expect("an index")).copied()
    }

    fn reference(dice: &mut Dice, order: &Execution) -> OrderRef {
        if dice.in_1000(500) {
            OrderRef { order_id: order.order_id, orig_cl_ord_id: ClOrdId::EMPTY }
        } else {
            OrderRef { order_id: OrderId(0), orig_cl_ord_id: order.cl_ord_id }
        }
    }

    /// A change that an order's type takes, mostly small.
    fn change_of(&self, dice: &mut Dice, order: &Execution) -> OrderChange {
        let terms = order.terms;
        let qty = match dice.below(10) {
            0..5 => terms.order_qty.0,
            5 => terms.order_qty.0.saturating_add(1),
            6 => terms.order_qty.0.saturating_sub(1),
            7 => order.cum_qty.0,
            8 => order.cum_qty.0.saturating_add(1),
            _ => self.qty(dice),
        };
        let beside = |dice: &mut Dice, price: i64| match dice.below(10) {
            0..5 => price,
            5 => price - 1,
            6 => price + 1,
            _ => self.price(dice),
        };
        let price = if terms.ord_type.has_price() { beside(dice, terms.price.0) } else { 0 };
        let has_trigger_price = terms.ord_type.has_trigger() && terms.ord_type != OrdType::TrailingStop;
        let trigger_price = if has_trigger_price { beside(dice, terms.trigger.price.0) } else { 0 };
        let mut change =
            OrderChange { order_qty: QtyLots(qty), price: PriceTicks(price), trigger_price: PriceTicks(trigger_price) };
        if dice.in_1000(self.mood.odd) {
            match dice.below(3) {
                0 => change.order_qty.0 = dice.edge(),
                1 => change.price.0 = dice.edge(),
                _ => change.trigger_price.0 = dice.edge(),
            }
        }
        change
    }

    /// A change of an order that is not known.
    fn change(&self, dice: &mut Dice) -> OrderChange {
        let price = if dice.in_1000(250) { 0 } else { self.price(dice) };
        let trigger_price = if dice.in_1000(550) { 0 } else { self.price(dice) };
        OrderChange { order_qty: QtyLots(self.qty(dice)), price: PriceTicks(price), trigger_price: PriceTicks(trigger_price) }
    }

    fn target(&self, dice: &mut Dice) -> OrderRef {
        let (order_id, orig_cl_ord_id) = match dice.below(100) {
            0..46 => (self.used_id(dice), ClOrdId::EMPTY),
            46..92 => (OrderId(0), self.used_name(dice)),
            92..97 => (self.used_id(dice), self.used_name(dice)),
            97..99 => (OrderId(0), ClOrdId::EMPTY),
            _ => (OrderId(u64::MAX), ClOrdId::EMPTY),
        };
        OrderRef { order_id, orig_cl_ord_id }
    }

    pub(super) fn mass_cancel(&mut self, dice: &mut Dice, all: bool) -> Command {
        Command::MassCancel(MassCancel {
            actor: Self::actor(dice),
            account: Self::account(dice),
            cl_ord_id: ClOrdId::EMPTY,
            instrument: if all || dice.in_1000(500) { InstrumentId(0) } else { self.instrument(dice) },
            side: if all { None } else { dice.of(&[None, Some(Side::Buy), Some(Side::Sell)]) },
            strategy: StrategyId(if all { 0 } else { dice.of(&[0, 0, 0, 1, 2, 3]) }),
            session_only: !all && dice.in_1000(300),
            on_disconnect: dice.in_1000(300),
        })
    }

    /// Mostly back to active, so that something can happen.
    pub(super) fn state(&mut self, dice: &mut Dice) -> Command {
        let scope = match dice.below(10) {
            0 => Scope::Firm,
            1..5 => Scope::Account(Self::account(dice)),
            5..8 => Scope::Instrument(self.instrument(dice)),
            _ => Scope::Strategy(Self::account(dice), StrategyId(dice.of(&[1, 2, 1, 2, 1, 2, 0]))),
        };
        let state = dice.weighted(&[(70, TradingState::Active), (18, TradingState::Reducing), (12, TradingState::Halted)]);
        let flatten = if state == TradingState::Active { dice.in_1000(20) } else { dice.in_1000(450) };
        let reason = if dice.in_1000(10) { "x".repeat(201) } else { "a reason".to_owned() };
        Command::SetTradingState { actor: Self::actor(dice), scope, state, flatten, reason }
    }

    /// A recent fill, sometimes one of long ago or none at all, is bust or corrected, mostly a little.
    pub(super) fn correction(&mut self, dice: &mut Dice) -> Command {
        let back = usize::try_from(if dice.in_1000(700) { dice.below(8) } else { dice.below(300) }).expect("an index");
        let known = self.fills.iter().rev().nth(back).copied();
        let exec_ref_id = if dice.in_1000(60) { dice.below(400) } else { known.unwrap_or(0) };
        let corrected = dice.in_1000(550).then(|| {
            let mut to = CorrectedFill { qty: QtyLots(self.qty(dice)), price: PriceTicks(self.price(dice)) };
            if dice.in_1000(60) {
                let (odd, odder) = (dice.edge(), dice.edge());
                (to.qty.0, to.price.0) = dice.of(&[(odd, 1), (1, odd), (odd, odder)]);
            }
            to
        });
        let reason = if dice.in_1000(10) { "x".repeat(201) } else { "a mistake".to_owned() };
        Command::CorrectTrade(TradeCorrection { actor: Self::actor(dice), exec_ref_id, corrected, reason })
    }

    pub(super) fn deposit(dice: &mut Dice) -> Command {
        let amount = if dice.in_1000(200) { dice.edge() } else { dice.within(-20_000, 40_000) };
        // Few names, and then few amounts, so that both the same request and another under its name come again.
        let name = dice.in_1000(500).then(|| dice.of(&["", "a", "b", "c", "d"]));
        let amount = if name.is_some() { dice.of(&[700, -700, 900, amount]) } else { amount };
        Command::Deposit {
            actor: Self::actor(dice),
            account: Self::account(dice),
            currency: CurrencyId(dice.of(&[1, 2, 1, 2, 3])),
            amount: AmountMinor(amount),
            reference: name.map(|name| ClOrdId::new(name.as_bytes()).expect("a name")),
            reason: if dice.in_1000(20) { "x".repeat(201) } else { "a wire".to_owned() },
        }
    }

    /// An earlier request once more, sometimes changed a little or in a batch.
    pub(super) fn again(&mut self, dice: &mut Dice) -> Command {
        let index = usize::try_from(dice.below(12)).expect("an index");
        let Some(request) = self.requests.iter().rev().nth(index).cloned() else { return Command::Tick };
        let changed = dice.in_1000(250);
        let in_batch = dice.in_1000(100);
        match request {
            Command::NewOrder(mut order) => {
                if changed {
                    match dice.below(4) {
                        0 => order.terms.order_qty.0 = order.terms.order_qty.0.wrapping_add(1),
                        1 => order.instrument = self.instrument(dice),
                        2 => order.actor = Self::actor(dice),
                        _ => self.spoil(dice, &mut order.terms),
                    }
                }
                if in_batch {
                    let (actor, account) = (order.actor, order.account);
                    let atomic = dice.in_1000(500);
                    let listed = ListedOrder { cl_ord_id: order.cl_ord_id, terms: order.terms };
                    let requests = vec![BatchRequest::New { instrument: order.instrument, order: listed }];
                    return Command::Batch(Batch { actor, account, atomic, requests });
                }
                Command::NewOrder(order)
            }
            Command::Replace(mut replace) => {
                if changed {
                    match dice.below(3) {
                        0 => replace.change.order_qty.0 = replace.change.order_qty.0.wrapping_sub(1),
                        1 => replace.actor = Self::actor(dice),
                        _ => replace.target = self.target(dice),
                    }
                }
                if in_batch {
                    let ReplaceOrder { actor, account, cl_ord_id, target, change } = replace;
                    let requests = vec![BatchRequest::Replace { cl_ord_id, target, change }];
                    return Command::Batch(Batch { actor, account, atomic: false, requests });
                }
                Command::Replace(replace)
            }
            other => other,
        }
    }
}
