//! What a client does with the events alone: numbers without gaps, one life per order, money, positions and books from changes.

use std::collections::{BTreeMap, BTreeSet};

use jware_core::event::{Event, Execution, TradeAdjustment};
use jware_core::order::{ExecType, OnTheWay, OrdStatus, Progress};
use jware_core::units::{AccountId, CurrencyId, InstrumentId, OrderId, PriceTicks};

use super::{Check, Difference};
use crate::naive::Holding;

/// Quantity, cost, realised, fees.
type Figures = (i64, i64, i64, i64);

#[derive(Default)]
pub(super) struct Client {
    account_seq: BTreeMap<AccountId, u64>,
    exec_ids: BTreeSet<u64>,
    /// How each ended.
    ended: BTreeMap<OrderId, Execution>,
    begun: BTreeSet<OrderId>,
    pub positions: BTreeMap<Holding, Figures>,
    /// Cash, used, held.
    pub balances: BTreeMap<(AccountId, CurrencyId), (i64, i64, i64)>,
    pub books: BTreeMap<(InstrumentId, u8), BTreeMap<PriceTicks, i64>>,
}

/// What is on its way where an order has this state.
const fn on_the_way_of(status: OrdStatus) -> OnTheWay {
    match status {
        OrdStatus::PendingNew => OnTheWay::Order,
        OrdStatus::PendingReplace => OnTheWay::Replace,
        OrdStatus::PendingCancel => OnTheWay::Cancel,
        _ => OnTheWay::Nothing,
    }
}

impl Client {
    /// Orders and reports are counted: once all is told, none is missing.
    pub(super) fn check_begun(&self) -> Check {
        let last = self.begun.last().map_or(0, |last| last.0);
        ensure!(last == self.begun.len() as u64, "orders are counted: {} and the last is {last}", self.begun.len());
        let (count, last) = (self.exec_ids.len() as u64, self.exec_ids.last().copied().unwrap_or(0));
        ensure!(last == count, "reports are numbered without gaps: {count} and the last is {last}");
        Ok(())
    }

    pub(super) fn follow(&mut self, events: &[Event], live: &mut BTreeMap<OrderId, Execution>) -> Check {
        for event in events {
            let numbered = match event {
                Event::Execution(told) if told.exec_type != ExecType::Status => Some((told.account, told.account_seq)),
                Event::TradeAdjusted(told) => Some((told.execution.account, told.execution.account_seq)),
                Event::Position(told) => Some((told.account, told.account_seq)),
                Event::Balance(told) => Some((told.account, told.account_seq)),
                Event::AccountState { account, account_seq, .. } => Some((*account, *account_seq)),
                _ => None,
            };
            if let Some((account, seq)) = numbered {
                let last = self.account_seq.insert(account, seq).unwrap_or(0);
                ensure!(seq == last + 1, "the sequence of {account:?} is dense: {seq} after {last}, {event:?}");
            }
            match event {
                Event::Execution(told) => self.follow_order(told, live)?,
                Event::TradeAdjusted(told) => self.follow_adjustment(told, live)?,
                Event::Position(told) => {
                    let now = (told.qty.0, told.cost.0, told.realised.0, told.fees.0);
                    self.positions.insert((told.account, told.instrument, told.leg), now);
                }
                Event::Balance(told) => {
                    self.balances.insert((told.account, told.currency), (told.cash.0, told.used.0, told.held.0));
                }
                Event::BookReset { instrument } => {
                    self.books.insert((*instrument, 1), BTreeMap::new());
                    self.books.insert((*instrument, 2), BTreeMap::new());
                }
                Event::Level { instrument, side, price, qty } => {
                    let book = self.books.entry((*instrument, *side as u8)).or_default();
                    if qty.0 == 0 {
                        book.remove(price)
                    } else {
                        book.insert(*price, qty.0)
                    };
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A trade taken back or corrected changes quantity and filled alike, of a live order or of one that ended.
    fn follow_adjustment(&mut self, told: &TradeAdjustment, live: &mut BTreeMap<OrderId, Execution>) -> Check {
        let now = told.execution;
        ensure!(self.exec_ids.insert(now.exec_id), "each report has a number of its own: {told:?}");
        let orders = if now.ord_status.is_terminal() { &mut self.ended } else { live };
        let Some(before) = orders.insert(now.order_id, now) else {
            return Err(Difference(format!("an order that was never told of: {told:?}")));
        };
        let (qty, px) = match now.exec_type {
            ExecType::TradeCorrect => (now.last_qty.0, now.last_px.0),
            _ => (0, 0),
        };
        let grown = qty - told.before.qty.0;
        ensure!(now.terms.order_qty.0 - before.terms.order_qty.0 == grown, "the quantity changes alike: {told:?}");
        ensure!(now.cum_qty.0 - before.cum_qty.0 == grown, "what is filled changes alike: {told:?}");
        ensure!(now.leaves_qty == before.leaves_qty, "what is left stays: {told:?}");
        let value = qty * px - told.before.qty.0 * told.before.price.0;
        ensure!(now.cum_lot_ticks - before.cum_lot_ticks == value, "the sum of fills: {told:?}");
        let on_the_way = on_the_way_of(now.ord_status);
        let progress = Progress {
            on_the_way,
            any_filled: now.cum_qty.0 > 0,
            none_left: now.cum_qty == now.terms.order_qty,
            waits: now.ord_status == OrdStatus::Held || on_the_way != OnTheWay::Nothing,
        };
        let after = before.ord_status.after(now.exec_type, progress);
        ensure!(after == Some(now.ord_status), "{:?} cannot become {:?}: {told:?}", before.ord_status, now.ord_status);
        Ok(())
    }

    /// Each order is told in a line from its New to one end.
    fn follow_order(&mut self, told: &Execution, live: &mut BTreeMap<OrderId, Execution>) -> Check {
        let (total, cum) = (told.terms.order_qty.0, told.cum_qty.0);
        let done = told.ord_status.is_terminal();
        ensure!(cum <= total || told.exec_type == ExecType::Status, "never more than was asked: {told:?}");
        ensure!(told.leaves_qty.0 == if done { 0 } else { total - cum }, "leaves quantity: {told:?}");
        // A state that is pending does not tell where the order is.
        let is_pending = matches!(told.ord_status, OrdStatus::PendingNew | OrdStatus::PendingCancel | OrdStatus::PendingReplace);
        ensure!(is_pending || told.working == (!done && told.ord_status != OrdStatus::Held), "working: {told:?}");
        ensure!(told.ord_status != OrdStatus::Filled || total == cum, "filled whole: {told:?}");
        if told.exec_type == ExecType::Status {
            ensure!(told.exec_id == 0, "a report told again has no number: {told:?}");
            return Ok(());
        }
        ensure!(self.exec_ids.insert(told.exec_id), "each report has a number of its own: {told:?}");
        let before = live.get(&told.order_id).copied();
        let on_the_way = on_the_way_of(told.ord_status);
        let waits = told.ord_status == OrdStatus::Held || is_pending;
        let progress = Progress { on_the_way, any_filled: cum > 0, none_left: cum == total, waits };
        let status_before = before.map_or(OrdStatus::PendingNew, |before| before.ord_status);
        let after = status_before.after(told.exec_type, progress);
        ensure!(after == Some(told.ord_status), "{status_before:?} cannot become {:?}: {told:?}", told.ord_status);
        match (before, told.exec_type) {
            (None, ExecType::New | ExecType::PendingNew) => {
                // One whose venue tells late may be told after others that came later.
                ensure!(self.begun.insert(told.order_id), "an order begins once: {told:?}");
                ensure!(cum == 0 && told.last_qty.0 == 0, "a new order is not filled: {told:?}");
            }
            (Some(before), ExecType::PendingCancel | ExecType::PendingReplace) => {
                // It is told as it is, which may be ahead of the reports that are on their way.
                live.insert(told.order_id, Execution { ord_status: told.ord_status, ..before });
                return Ok(());
            }
            (Some(before), exec_type) if exec_type != ExecType::New || before.exec_type != ExecType::New => {
                let grown = cum - before.cum_qty.0;
                ensure!(grown == told.last_qty.0, "what is filled grows by fills alone: {told:?}");
                ensure!((exec_type == ExecType::Trade) == (grown > 0), "a trade fills: {told:?}");
                let value = told.cum_lot_ticks - before.cum_lot_ticks;
                ensure!(value == told.last_qty.0 * told.last_px.0, "the sum of fills: {told:?}");
                let resized = matches!(exec_type, ExecType::Restated | ExecType::Replaced | ExecType::Canceled);
                ensure!(resized || total == before.terms.order_qty.0, "a quantity changes by what says so: {told:?}");
            }
            _ => {
                let ended = self.ended.contains_key(&told.order_id);
                return Err(Difference(format!("{before:?} (ended: {ended}) and then {told:?}")));
            }
        }
        if done {
            live.remove(&told.order_id);
            ensure!(self.ended.insert(told.order_id, *told).is_none(), "an order ends once: {told:?}");
        } else {
            live.insert(told.order_id, *told);
        }
        Ok(())
    }
}
