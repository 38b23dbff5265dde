//! What must always hold between commands, said once more from the outside.

use std::collections::{BTreeMap, BTreeSet};

use jware_core::Core;
use jware_core::account::{Leg, USER_ACCOUNT_MIN};
use jware_core::command::BookState;
use jware_core::event::Event;
use jware_core::order::{Contingency, ExecType, Order, Side};
use jware_core::units::{AccountId, InstrumentId, OrderId};

/// Numbers that events carry: dense per account, and of reports each once (one that is told late has its number from before).
#[derive(Default)]
pub struct Sequences {
    by_account: BTreeMap<AccountId, u64>,
    exec_ids: BTreeSet<u64>,
}

impl Sequences {
    pub fn follow(&mut self, events: &[Event]) {
        for event in events {
            let (account, seq) = match event {
                Event::Execution(execution) => {
                    if execution.exec_id == 0 {
                        continue;
                    }
                    assert!(self.exec_ids.insert(execution.exec_id), "a report has a number of its own: {execution:?}");
                    (execution.account, execution.account_seq)
                }
                Event::TradeAdjusted(told) => {
                    assert!(self.exec_ids.insert(told.execution.exec_id), "a report has a number of its own: {told:?}");
                    (told.execution.account, told.execution.account_seq)
                }
                Event::Position(change) => (change.account, change.account_seq),
                Event::Balance(change) => (change.account, change.account_seq),
                Event::AccountState { account, account_seq, .. } => (*account, *account_seq),
                _ => continue,
            };
            let last = self.by_account.entry(account).or_default();
            assert_eq!(seq, *last + 1, "an account's events are dense: {event:?}");
            *last = seq;
        }
    }
}

/// Each fill is followed by the position that it made, and that by a balance: who is told of a fill is told what it came to.
pub fn fills_are_shown(events: &[Event]) {
    let mut unshown: Vec<(AccountId, InstrumentId)> = Vec::new();
    let mut unpaid: BTreeSet<AccountId> = BTreeSet::new();
    for event in events {
        match event {
            Event::Execution(execution) if execution.exec_type == ExecType::Trade => {
                unshown.push((execution.account, execution.instrument));
            }
            Event::Position(change) => {
                let count = unshown.len();
                unshown.retain(|&fill| fill != (change.account, change.instrument));
                if unshown.len() < count {
                    unpaid.insert(change.account);
                }
            }
            Event::Balance(change) => drop(unpaid.remove(&change.account)),
            _ => {}
        }
    }
    assert!(unshown.is_empty(), "a fill is followed by its position: {unshown:?} in {events:?}");
    assert!(unpaid.is_empty(), "and that by a balance: {unpaid:?} in {events:?}");
}

pub fn hold(core: &Core) {
    money(core);
    orders(core);
    holds(core);
    books(core);
    exits(core);
}

/// Money and positions are conserved.
fn money(core: &Core) {
    let mut money: BTreeMap<u16, i128> = BTreeMap::new();
    let mut lots: BTreeMap<InstrumentId, (i128, i128)> = BTreeMap::new();
    for account in core.accounts() {
        for (currency, balance) in account.balances.iter() {
            *money.entry(currency.0).or_default() += i128::from(balance.cash);
        }
        for ((id, _), position) in account.positions.iter() {
            let definition = &core.instrument(id).expect("positions are in instruments").definition;
            *money.entry(definition.quote_currency.0).or_default() -= i128::from(position.cost);
            let sums = lots.entry(id).or_default();
            sums.0 += i128::from(position.qty);
            if account.id >= USER_ACCOUNT_MIN {
                sums.1 += i128::from(position.qty);
            }
            assert!(position.qty != 0 || position.cost == 0, "what is flat costs nothing: {position:?}");
        }
    }
    assert!(money.values().all(|&sum| sum == 0), "money is conserved: {money:?}");
    for (id, (all, users)) in lots {
        assert_eq!(all, 0, "positions in {id:?} sum to zero");
        let total = core.instrument(id).expect("defined").users;
        assert_eq!(users, i128::from(total.qty), "the users' position in {id:?} is kept");
    }
}

fn orders(core: &Core) {
    let mut counts: BTreeMap<AccountId, u32> = BTreeMap::new();
    for order in core.orders().iter_by_id() {
        *counts.entry(order.account).or_default() += 1;
        let (total, filled) = (order.terms.order_qty.0, order.cum_qty.0);
        assert!(0 <= filled && filled <= total, "no more is filled than was asked for: {order:?}");
        assert!(!order.status.is_terminal(), "live orders are not over: {order:?}");
        assert!(!order.is_working() || total > filled, "a working order has something left: {order:?}");
        assert!(order.end.0 == 0 || order.end > core.ts(), "what is over ends: {order:?}");
    }
    for account in core.accounts() {
        assert_eq!(account.open_order_count, counts.get(&account.id).copied().unwrap_or(0), "open orders are counted");
        let walked: Vec<OrderId> = core.open_orders(account.id).map(|order| order.order_id).collect();
        assert_eq!(walked.len(), usize::try_from(account.open_order_count).expect("few"));
        assert!(walked.is_sorted(), "oldest first");
    }
}

/// What accounts hold follows from their orders and positions.
fn holds(core: &Core) {
    let mut working: BTreeMap<(AccountId, InstrumentId, Leg, Side), (i64, i128)> = BTreeMap::new();
    for order in core.orders().iter_by_id() {
        let Some(price) = order.held_price() else {
            assert!(!order.is_working(), "what works is in a book between commands: {order:?}");
            continue;
        };
        assert!(!order.is_working() || price == order.terms.price, "it rests at its price: {order:?}");
        let tick_lot = core.instrument(order.instrument).expect("defined").definition.tick_lot_minor;
        let mode = core.account(order.account).expect("an order's account").position_mode;
        let leg = Leg::of(mode, order.side(), order.terms.reduce_only);
        let sum = working.entry((order.account, order.instrument, leg, order.side())).or_default();
        sum.0 += order.leaves_qty().0;
        sum.1 += i128::from(order.leaves_qty().0) * i128::from(price.0) * i128::from(tick_lot);
    }
    let mut users: BTreeMap<(InstrumentId, Side), i64> = BTreeMap::new();
    for account in core.accounts().iter().filter(|account| account.id >= USER_ACCOUNT_MIN) {
        let mut sums: BTreeMap<u16, (i128, i128)> = BTreeMap::new();
        for ((id, leg), position) in account.positions.iter() {
            for (side, found) in [(Side::Buy, position.buys), (Side::Sell, position.sells)] {
                let (qty, notional) = working.remove(&(account.id, id, leg, side)).unwrap_or_default();
                assert_eq!((found.qty, i128::from(found.notional)), (qty, notional), "what works is counted");
                *users.entry((id, side)).or_default() += qty;
            }
            let definition = &core.instrument(id).expect("defined").definition;
            assert!(position.held >= 0 && position.used >= 0);
            let sum = sums.entry(definition.quote_currency.0).or_default();
            sum.0 += i128::from(position.held);
            sum.1 += i128::from(position.used);
        }
        for (currency, balance) in account.balances.iter() {
            let (held, used) = sums.remove(&currency.0).unwrap_or_default();
            assert_eq!((i128::from(balance.held), i128::from(balance.used)), (held, used), "balances sum up positions");
        }
        assert!(sums.values().all(|&sum| sum == (0, 0)));
    }
    assert!(working.is_empty(), "every working order is in its account's position: {working:?}");
    for instrument in core.instruments() {
        let id = instrument.definition.instrument;
        for (side, found) in [(Side::Buy, instrument.users.buys), (Side::Sell, instrument.users.sells)] {
            assert_eq!(found, users.get(&(id, side)).copied().unwrap_or(0), "what users have working is kept");
        }
    }
}

fn books(core: &Core) {
    for instrument in core.instruments() {
        let book = &instrument.book;
        if instrument.state == BookState::Synced {
            for side in [Side::Buy, Side::Sell] {
                if let (Some(own), Some(other)) = (book.best_own(side), book.best(side.opposite())) {
                    let crosses = if side == Side::Buy { own >= other } else { own <= other };
                    assert!(!crosses, "no own order crosses a synced book: {own:?} against {other:?}");
                }
            }
        }
        let id = instrument.definition.instrument;
        let working = |side| {
            core.orders().iter_by_id().filter(move |order| order.is_working() && order.instrument == id && order.side() == side)
        };
        for side in [Side::Buy, Side::Sell] {
            let mut levels: BTreeMap<i64, i64> = BTreeMap::new();
            for order in working(side) {
                // Bids stand under their price, asks under its negative.
                *levels.entry(order.terms.price.0 * side.sign()).or_default() += order.leaves_qty().0;
            }
            let queue = &book.side(side).queue;
            for (&key, &qty) in &levels {
                let level = queue.level(key).expect("a working order is in the book");
                assert_eq!(level.shown + level.hidden, qty, "a level has what its orders have left");
            }
            assert_eq!(book.own_prices(side).count(), levels.len(), "no level is without an order");
        }
    }
}

/// Exits never have more left than the position; the legs of a pair have the same left.
fn exits(core: &Core) {
    let mut pairs: BTreeMap<(OrderId, Side), Vec<&Order>> = BTreeMap::new();
    let mut closing: BTreeMap<(AccountId, InstrumentId, Side), i64> = BTreeMap::new();
    for order in core.orders().iter_by_id() {
        let told = core.status_of(order, 0);
        let is_pair = match told.contingency {
            Some(Contingency::Oco) => true,
            Some(Contingency::Bracket) => order.order_id != told.list,
            _ => false,
        };
        if is_pair {
            pairs.entry((told.list, order.side())).or_default().push(order);
        } else if order.terms.reduce_only {
            *closing.entry((order.account, order.instrument, order.side())).or_default() += order.leaves_qty().0;
        }
    }
    let mut lefts: BTreeMap<OrderId, i64> = BTreeMap::new();
    for ((list, side), orders) in pairs {
        for order in &orders {
            let left = *lefts.entry(list).or_insert(order.leaves_qty().0);
            assert_eq!(order.leaves_qty().0, left, "the legs of a pair have the same left: {order:?}");
        }
        let exits = orders.iter().filter(|order| order.terms.reduce_only);
        if let Some(largest) = exits.map(|order| order.leaves_qty().0).max() {
            *closing.entry((orders[0].account, orders[0].instrument, side)).or_default() += largest;
        }
    }
    for ((account, instrument, side), left) in closing {
        let owner = core.account(account).expect("an order's account");
        let leg = Leg::of(owner.position_mode, side, true);
        let position = owner.positions.get((instrument, leg)).map_or(0, |found| found.qty);
        let allowed = if position.signum() == -side.sign() { position.abs() } else { 0 };
        assert!(left <= allowed, "exits of {account:?} in {instrument:?}, {side:?}: {left} of {allowed}");
    }
}
