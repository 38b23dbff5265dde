//! NewOrderList: linked orders, accepted together or not at all.

use super::Core;
use super::new_order::{Acceptance, NewName};
use super::report::RequestNames;
use crate::book::NIL;
use crate::command::{ListedOrder, NewOrderList, PositionMode};
use crate::event::Event;
use crate::order::{ClOrdId, Contingency, ExecReason, OrdType, OrderTerms, PostOnly, TimeInForce};
use crate::refusal::{Refusal, RefusalCode, RequestKind};
use crate::risk::{Beside, BesideWork, Passed, Purpose};
use crate::units::{AmountMinor, OrderId, QtyLots, StrategyId};

/// Orders in the longest list: a bracket.
const LIST_ORDERS_MAX: usize = 3;

impl Core {
    pub(super) fn new_order_list(&mut self, request: &NewOrderList, events: &mut Vec<Event>) {
        let names = |name| RequestNames::of(RequestKind::NewOrderList, request.account, request.instrument, name);
        if let Some(account) = self.user_account(request.account) {
            let strategy = request.orders.first().map_or(StrategyId(0), |order| order.terms.strategy);
            let count = i64::try_from(request.orders.len()).unwrap_or(i64::MAX);
            if let Err(refusal) = self.count_messages(account, strategy, count, request.actor) {
                let name = request.orders.first().map_or(ClOrdId::EMPTY, |order| order.cl_ord_id);
                events.push(names(name).refused(refusal));
                return;
            }
        }
        let mut passed = std::mem::take(&mut self.scratch.passed);
        let mut beside = std::mem::take(&mut self.scratch.beside);
        let checked = self.check_list(request, &mut beside, &mut passed);
        self.tell_checked();
        match checked {
            Ok((account, instrument)) => {
                self.accept_list(account, instrument, request, &passed, events);
                self.work_elected(events);
                self.settle(events);
            }
            Err((name, refusal)) => {
                let refused = request.orders.get(passed.len());
                if let (Some(account), Some(order)) = (self.user_account(request.account), request.orders.first()) {
                    self.trip_if(
                        refusal,
                        account,
                        refused.map_or(order.terms.strategy, |refused| refused.terms.strategy),
                        request.actor,
                        &beside,
                    );
                }
                events.push(names(name).refused(refusal));
            }
        }
        passed.clear();
        beside.clear();
        (self.scratch.passed, self.scratch.beside) = (passed, beside);
    }

    /// The account's and instrument's index, and (in `passed`) every order as it passed; or the first refusal and the order it is
    /// about.
    fn check_list(
        &self,
        request: &NewOrderList,
        beside: &mut Beside,
        passed: &mut Vec<Passed>,
    ) -> Result<(usize, usize), (ClOrdId, Refusal)> {
        let first_name = request.orders.first().map_or(ClOrdId::EMPTY, |order| order.cl_ord_id);
        let plain = |code| (first_name, Refusal::plain(code));
        let account = self.user_account(request.account).ok_or(plain(RefusalCode::AccountNotPermitted))?;
        let mode = self.accounts[account].position_mode;
        if !is_list(request.contingency, &request.orders) || !closes_what_it_opens(mode, request.contingency, &request.orders) {
            return Err(plain(RefusalCode::ListInvalid));
        }
        let mut index = 0;
        for (member, order) in request.orders.iter().enumerate() {
            let purpose = if is_child(request.contingency, member) { Purpose::Child } else { Purpose::New };
            // The second leg of a pair: an OCO's, or a bracket's stop-loss beside its take-profit.
            beside.shares_quantity = member > 0 && member + 1 == request.orders.len() && request.contingency != Contingency::Oto;
            let terms = as_member(request.contingency, member, &order.terms);
            let (instrument, found) = self
                .check_new(
                    account,
                    request.instrument,
                    NewName { name: order.cl_ord_id, actor: request.actor, is_known_free: false },
                    terms,
                    purpose,
                    beside,
                )
                .map_err(|refusal| (order.cl_ord_id, refusal))?;
            beside.names.push(order.cl_ord_id);
            beside.work.push(self.beside_work(account, instrument, &found));
            passed.push(found);
            index = instrument;
        }
        Ok((account, index))
    }

    /// What an order that passed adds to the checks of those that follow it in the same command.
    pub(super) fn beside_work(&self, account: usize, instrument: usize, passed: &Passed) -> BesideWork {
        BesideWork {
            holding: self.holding_for(account, instrument, passed.terms.side, passed.terms.reduce_only),
            side: passed.terms.side,
            qty: passed.terms.order_qty.0,
            notional: passed.notional,
            value: passed.value,
            reduce_only: passed.terms.reduce_only,
            strategy: passed.terms.strategy,
        }
    }

    fn accept_list(
        &mut self,
        account: usize,
        instrument: usize,
        request: &NewOrderList,
        passed: &[Passed],
        events: &mut Vec<Event>,
    ) {
        let group = self.groups.add(request.contingency);
        let mut accepted = [(OrderId(0), NIL); LIST_ORDERS_MAX];
        for (member, (order, passed)) in (0_u8..).zip(request.orders.iter().zip(passed)) {
            let mut terms = passed.terms;
            if is_child(request.contingency, member.into()) {
                // It has what its parent fills, and that is nothing yet.
                terms.order_qty = QtyLots(0);
            }
            let acceptance = Acceptance {
                actor: request.actor,
                account,
                instrument,
                cl_ord_id: order.cl_ord_id,
                content: 0,
                asked: order.terms,
                value: passed.value,
                terms,
                work_price: passed.work_price,
                group,
                member,
                reason: ExecReason::None,
                told_as: self.told_as(instrument),
            };
            let slot = self.accept(&acceptance, events);
            accepted[usize::from(member)] = (self.orders.get(slot).order_id, slot);
        }
        if self.is_far(instrument) {
            self.send_orders(accepted[0].0, passed.len() as u64, events);
            return;
        }
        for (member, (id, slot)) in accepted.into_iter().take(passed.len()).enumerate() {
            if !is_child(request.contingency, member) && self.is_live(slot, id) {
                self.begin_late(slot, events);
                self.work_elected(events);
            }
        }
    }
}

fn is_child(contingency: Contingency, member: usize) -> bool {
    contingency != Contingency::Oco && member > 0
}

/// The terms that a list gives its orders: a bracket's exits are reduce-only.
fn as_member(contingency: Contingency, member: usize, terms: &OrderTerms) -> OrderTerms {
    OrderTerms { reduce_only: terms.reduce_only || (contingency == Contingency::Bracket && member > 0), ..*terms }
}

/// Whether a list's children are about the leg that their parent is: one on the other side of an opening parent is there to close
/// what that opens, and would open the other leg if it were not reduce-only. A bracket's exits are, so its parent may not be.
fn closes_what_it_opens(mode: PositionMode, contingency: Contingency, orders: &[ListedOrder]) -> bool {
    let parent = &orders[0].terms;
    let closes = |child: &OrderTerms| child.side == parent.side || parent.reduce_only || child.reduce_only;
    match (mode, contingency) {
        (PositionMode::Netting, _) | (PositionMode::Hedging, Contingency::Oco) => true,
        (PositionMode::Hedging, Contingency::Oto) => closes(&orders[1].terms),
        (PositionMode::Hedging, Contingency::Bracket) => !parent.reduce_only,
    }
}

/// Whether orders make such a list.
fn is_list(contingency: Contingency, orders: &[ListedOrder]) -> bool {
    if orders.len() != contingency.order_count() {
        return false;
    }
    let rests = |terms: &OrderTerms| terms.ord_type != OrdType::Market && terms.time_in_force.rests();
    let first = &orders[0].terms;
    if contingency == Contingency::Oco {
        let second = &orders[1].terms;
        return rests(first) && rests(second) && first.order_qty == second.order_qty && first.reduce_only == second.reduce_only;
    }
    let is_parent = first.cash_qty == AmountMinor(0) && first.time_in_force != TimeInForce::Fok;
    let children_fit = orders[1..].iter().all(|ListedOrder { terms, .. }| {
        rests(terms)
            && terms.order_qty == first.order_qty
            && terms.cash_qty == AmountMinor(0)
            && terms.post_only == PostOnly::No
            && (contingency == Contingency::Oto || terms.side != first.side)
    });
    let exits_fit = contingency == Contingency::Oto || {
        let takes_profit =
            matches!(orders[1].terms.ord_type, OrdType::Limit | OrdType::LimitIfTouched | OrdType::MarketIfTouched);
        let stops_loss = matches!(orders[2].terms.ord_type, OrdType::Stop | OrdType::StopLimit | OrdType::TrailingStop);
        takes_profit && stops_loss
    };
    is_parent && children_fit && exits_fit
}
