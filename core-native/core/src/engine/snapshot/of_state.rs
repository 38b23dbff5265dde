//! A state that was read becomes a core again. Nothing of it is believed: what cannot be is an error and never a panic later.

use super::{AccountState, InstrumentState, ListState, OrderState, QueueState, SIDES, State};
use crate::account::Account;
use crate::book::{Book, NIL, key_of};
use crate::command::Actor;
use crate::engine::late::LateState;
use crate::engine::linked::MEMBERS_MAX;
use crate::engine::time_queue::TimeQueue;
use crate::engine::transit::{Sent, Transit};
use crate::engine::{Core, Instrument, PaperState};
use crate::limits::{CORRECTABLE_FILLS, NAMES_MAX, UNITS_MAX};
use crate::name::{NameRule, Names, PastName};
use crate::order::{OnTheWay, OrdType, OrderSlab, Place};
use crate::units::{AccountId, OrderId, PriceTicks, SessionId, TsNs};

impl Core {
    /// The core that a state is of; what does not fit, where it is of none.
    pub(super) fn of_state(state: State<Vec<PastName>>, name_key: u64) -> Result<Self, &'static str> {
        // Without room for names: they come with room of their own.
        let mut core = Self::build(NameRule { keep_count: 0, ..state.name_rule }, name_key);
        (core.seq, core.ts) = (state.seq, state.ts);
        (core.last_order_id, core.last_exec_id) = (state.last_order_id, state.last_exec_id);
        core.last_trade_id = state.last_trade_id;
        core.currencies = state.currencies;
        core.firm_state = state.firm_state;
        core.strategy_states = state.strategy_states;
        core.transfers = state.transfers;
        core.limits = state.limits;
        core.fees = state.fees;
        if !core.fees.is_sound(core.currencies.len(), core.ts) {
            return Err("a fee schedule that cannot be");
        }
        core.exposures = state.exposures;
        if state.fills.len() > CORRECTABLE_FILLS || state.ended.len() > CORRECTABLE_FILLS {
            return Err("more trades than are remembered");
        }
        if !state.fills.is_sorted_by(|one, next| one.exec_id < next.exec_id) {
            return Err("fills out of their order");
        }
        core.trades.restore(state.fills, state.ended);
        core.accounts.clear();
        core.account_index.clear();
        core.account_names.clear();
        for account in state.accounts {
            if core.account_index.insert(account.id, core.accounts.len()).is_some() {
                return Err("an account twice");
            }
            core.account_names.insert(account.name.clone());
            core.accounts.push(account_of(account));
        }
        let mut later = Vec::new();
        for instrument in state.instruments {
            let (instrument, queues, trailing) = instrument_of(instrument)?;
            let id = instrument.definition.instrument;
            if core.instrument_index.insert(id, core.instruments.len()).is_some() {
                return Err("an instrument twice");
            }
            core.instruments.push(instrument);
            later.push((queues, trailing));
        }
        core.cancel_on_disconnect = state.cancel_on_disconnect;
        let is_sound = |((session, account), actor): (&(SessionId, AccountId), &Actor)| {
            actor.session == *session && core.user_account(*account).is_some()
        };
        if !core.cancel_on_disconnect.iter().all(is_sound) {
            return Err("a session that asks for what it cannot");
        }
        core.put_orders(state.orders, &state.lists)?;
        core.names = put_names(state.name_rule, name_key, &core.orders, (&state.past_names, state.ts))?;
        core.put_on_the_way(state.sent_count, state.sent)?;
        core.put_late(state.said_count, state.said)?;
        for (index, (queues, trailing)) in later.into_iter().enumerate() {
            core.put_queues(index, queues)?;
            core.put_triggers(index, &trailing)?;
        }
        for account in 0..core.accounts.len() {
            let positions = core.accounts[account].positions.keys();
            if !positions.into_iter().all(|(id, _)| core.instrument_index.contains_key(&id)) {
                return Err("a position in no instrument");
            }
            if !core.accounts[account].has_legs_of_its_mode() {
                return Err("a position of the other mode");
            }
            core.watch_if_needed(account);
        }
        Ok(core)
    }

    /// Makes the orders live, oldest first, and ties the lists.
    fn put_orders(&mut self, orders: Vec<OrderState>, lists: &[ListState]) -> Result<(), &'static str> {
        let mut last = OrderId(0);
        for OrderState { order, owner, instrument } in orders {
            let (id, end, group) = (order.order_id, order.end, order.group);
            let account = self.accounts.get(owner as usize).ok_or("an order of no account")?;
            let place = self.instruments.get(instrument as usize).ok_or("an order in no instrument")?;
            let is_at_home = account.id == order.account && place.definition.instrument == order.instrument;
            let has_list = group == NIL || ((group as usize) < lists.len() && usize::from(order.member) < MEMBERS_MAX);
            if id <= last || !is_at_home || !has_list || order.status.is_terminal() || order.leaves_qty().0 < 0 {
                return Err("an order out of its place");
            }
            last = id;
            let slot = self.orders.insert(order, owner, instrument);
            self.accounts[owner as usize].link_order(&mut self.orders, slot);
            if end.0 > 0 {
                self.ends.insert(end, id);
            }
        }
        for list in lists {
            let members = list.members.map(|(id, is_live)| (id, is_live.then(|| self.orders.slot_of(id)).flatten()));
            if members.iter().zip(list.members).any(|(found, (_, is_live))| found.1.is_some() != is_live) {
                return Err("a list of no orders");
            }
            self.groups.restore(list.contingency, members);
        }
        Ok(())
    }

    /// Puts requests on their way again.
    fn put_on_the_way(&mut self, count: u64, sent: Vec<(TsNs, u64, Sent)>) -> Result<(), &'static str> {
        let requests = TimeQueue::restore(count, sent).ok_or("requests that are numbered twice")?;
        self.transit = Transit::restore(requests);
        let travels = |slot: &u32| self.orders.get(*slot).place == Place::OnTheWay;
        let is_sent = |slot: &u32| self.transit.of(self.orders.get(*slot).order_id) != OnTheWay::Nothing;
        if self.orders.resting.live_slots().filter(travels).all(|slot| is_sent(&slot)) {
            Ok(())
        } else {
            Err("an order on its way that was not sent")
        }
    }

    fn put_late(&mut self, count: u64, said: Vec<(TsNs, u64, LateState)>) -> Result<(), &'static str> {
        let mut rows = Vec::with_capacity(said.len());
        for (due, number, state) in said {
            let late = state.late().ok_or("a report that says nothing known")?;
            let (account, instrument) = (late.account(), late.instrument());
            let index = *self.instrument_index.get(&instrument).ok_or("a report of no instrument")?;
            if !self.account_index.contains_key(&account) {
                return Err("a report for no account");
            }
            let paper = self.instruments[index].paper.as_mut().ok_or("a report of an instrument that tells at once")?;
            paper.late_count += 1;
            paper.late_last = paper.late_last.max(due);
            rows.push((due, number, late));
        }
        self.late = TimeQueue::restore(count, rows).ok_or("reports that are numbered twice")?;
        Ok(())
    }

    /// Puts resting orders into their queues, exactly where they stood.
    fn put_queues(&mut self, index: usize, queues: [Vec<QueueState>; 2]) -> Result<(), &'static str> {
        let mut count = 0;
        for (side, levels) in SIDES.into_iter().zip(queues) {
            for QueueState { price, house_passed, orders } in levels {
                if !is_price(price) || orders.is_empty() {
                    return Err("a level at no price");
                }
                for stood in orders {
                    let slot = self.orders.slot_of(stood.id).ok_or("an order in a queue that is not live")?;
                    let order = self.orders.get(slot);
                    let resting = self.orders.resting.get(slot);
                    let fits = order.place == Place::Book
                        && resting.instrument as usize == index
                        && resting.shown == 0
                        && (order.side(), order.work_price) == (side, price)
                        && (1..=UNITS_MAX).contains(&stood.shown)
                        && (0..=UNITS_MAX).contains(&stood.hidden)
                        && stood.shown + stood.hidden == order.leaves_qty().0;
                    if !fits {
                        return Err("an order out of its queue");
                    }
                    let resting = self.orders.resting.get_mut(slot);
                    (resting.key, resting.shown) = (key_of(side, price), stood.shown);
                    let reserve = &mut self.orders.resting.reserves[slot as usize];
                    (reserve.hidden, reserve.display) = (stood.hidden, stood.display);
                    let queue = &mut self.instruments[index].book.side_mut(side).queue;
                    queue.push_back(&mut self.orders.resting, slot, 0);
                    self.orders.resting.reserves[slot as usize].house_mark = stood.house_mark;
                    count += 1;
                }
                let queue = &mut self.instruments[index].book.side_mut(side).queue;
                queue.levels.get_mut(key_of(side, price)).expect("it has an order").house_passed = house_passed;
            }
        }
        let resting = |slot: &u32| self.orders.get(*slot).place == Place::Book;
        let here = |slot: &u32| self.orders.resting.get(*slot).instrument as usize == index;
        let expected = self.orders.resting.live_slots().filter(here).filter(resting).count();
        if count == expected { Ok(()) } else { Err("a resting order in no queue") }
    }

    /// Lets waiting orders wait again.
    fn put_triggers(&mut self, index: usize, trailing: &[OrderId]) -> Result<(), &'static str> {
        for &id in trailing {
            let slot = self.orders.slot_of(id).ok_or("a trailing stop that is not live")?;
            let is_here = self.orders.resting.get(slot).instrument as usize == index;
            if !is_here || self.orders.get(slot).terms.ord_type != OrdType::TrailingStop {
                return Err("a trailing stop out of its place");
            }
            self.instruments[index].triggers.get_or_insert_with(Box::default).trailing.push(slot);
        }
        for slot in self.orders.slots_by_id() {
            let is_here = self.orders.resting.get(slot).instrument as usize == index;
            if is_here && self.orders.get(slot).place == Place::Triggers {
                let terms = &self.orders.get(slot).terms;
                // A trail may be longer than the price it follows, and a trigger then below 1.
                let is_trailed = terms.ord_type == OrdType::TrailingStop && terms.trigger.price.0.abs() <= 2 * UNITS_MAX;
                if !is_trailed && !is_price(terms.trigger.price) {
                    return Err("a trigger at no price");
                }
                self.enter_triggers(slot);
            }
        }
        Ok(())
    }
}

/// `past` is of a state at `ts`.
fn put_names(rule: NameRule, key: u64, orders: &OrderSlab, (past, ts): (&[PastName], TsNs)) -> Result<Names, &'static str> {
    if rule.keep_count > rule.count_max || rule.count_max > NAMES_MAX || past.len() > rule.count_max {
        return Err("more names than are kept");
    }
    let is_known = |past: &PastName| past.order_id.0 > 0 && !past.name.is_empty();
    let is_past = past.last().is_none_or(|last| last.since <= ts);
    if !past.iter().all(is_known) || !past.is_sorted_by_key(|past| past.since) || !is_past {
        return Err("a past name that cannot be");
    }
    Names::restore(rule, key, orders, past).ok_or("a name twice")
}

fn account_of(state: AccountState) -> Account {
    let mut account = Account::new(state.id, state.name);
    (account.state, account.kind, account.account_seq) = (state.state, state.kind, state.account_seq);
    account.self_trade_group = state.self_trade_group;
    account.position_mode = state.position_mode;
    account.base_currency = state.base_currency;
    (account.balances, account.positions) = (state.balances, state.positions);
    account
}

/// The instrument with its house, and what comes once the orders are there: queues and trailing stops.
type InstrumentParts = (Instrument, [Vec<QueueState>; 2], Vec<OrderId>);

fn instrument_of(state: InstrumentState) -> Result<InstrumentParts, &'static str> {
    let mut book = Book::default();
    for (side, levels) in SIDES.into_iter().zip(state.house) {
        for (price, shown, available) in levels {
            let fits = is_price(price) && (1..=UNITS_MAX).contains(&shown) && (0..=shown).contains(&available);
            if !fits {
                return Err("a level of the house that cannot be");
            }
            let house = &mut book.side_mut(side).house;
            house.show(key_of(side, price), shown);
            let taken = house.available(key_of(side, price)) - available;
            if taken > 0 {
                house.take(key_of(side, price), taken);
            }
        }
    }
    let instrument = Instrument {
        definition: state.definition,
        book,
        triggers: None,
        state: state.state,
        trading_state: state.trading_state,
        last_price: state.last_price,
        marked_ts: state.marked_ts,
        bars: state.bars,
        users: state.users,
        watchers: std::collections::BTreeSet::new(),
        anchor: state.anchor,
        paper: state.paper.map(|(traded, draw_count)| {
            Box::new(PaperState { traded: traded.into_iter().collect(), draw_count, ..PaperState::default() })
        }),
    };
    Ok((instrument, state.queues, state.trailing))
}

const fn is_price(price: PriceTicks) -> bool {
    price.0 >= 1 && price.0 <= UNITS_MAX
}

#[cfg(test)]
mod tests {
    use super::super::HEAD_BYTES;
    use super::*;
    use crate::order::ClOrdId;

    #[test]
    fn a_name_is_not_past_before_its_time() {
        for (ts, fits) in [(4, false), (5, true)] {
            let mut state: State<Vec<PastName>> = postcard::from_bytes(&Core::new().snapshot()[HEAD_BYTES..]).unwrap();
            state.ts = TsNs(ts);
            let name = ClOrdId::new(b"n1").unwrap();
            let (account, order_id) = (AccountId(16), OrderId(1));
            state.past_names.push(PastName { account, name, order_id, content: 1, since: TsNs(5), closed: None });
            assert_eq!(Core::of_state(state, 0).err(), (!fits).then_some("a past name that cannot be"), "at {ts}");
        }
    }

    #[test]
    fn a_name_is_past_once_for_each_account() {
        for (accounts, fits) in [([16, 17], true), ([16, 16], false)] {
            let mut state: State<Vec<PastName>> = postcard::from_bytes(&Core::new().snapshot()[HEAD_BYTES..]).unwrap();
            state.ts = TsNs(5);
            let name = ClOrdId::new(b"n1").unwrap();
            for (order, account) in (1..).zip(accounts) {
                let (account, order_id) = (AccountId(account), OrderId(order));
                state.past_names.push(PastName { account, name, order_id, content: 1, since: TsNs(5), closed: None });
            }
            assert_eq!(Core::of_state(state, 0).err(), (!fits).then_some("a name twice"), "{accounts:?}");
        }
    }
}
