//! The state of core and model, and what a client knows of it: orders, money, positions, books.

use jware_core::account::USER_ACCOUNT_MIN;
use jware_core::command::PositionMode;
use jware_core::engine::MarkSource;
use jware_core::order::Side;
use jware_core::units::OrderId;

use super::{Check, Difference, Pair};
use crate::naive::Place;

pub(super) fn wide4((a, b, c, d): (i64, i64, i64, i64)) -> (i128, i128, i128, i128) {
    (a.into(), b.into(), c.into(), d.into())
}

impl Pair {
    /// An order is live until its end was told, and not after, in every view; and it stands where the model has it.
    pub(super) fn compare_orders(&self, all_told: bool) -> Check {
        let live = &self.known.live;
        let count = self.core.orders().len();
        ensure!(!all_told || count == live.len(), "as many orders live as were told to: {count}, {}", live.len());
        agree!(count, self.naive.orders.len(), "as many orders live in the model");
        for order in &self.naive.orders {
            let told = live.get(&order.id);
            let Some(of_core) = self.core.orders().find(order.id) else {
                return Err(Difference(format!("{:?} is live in the model", order.id)));
            };
            if all_told {
                let told = told.map(|told| told.leaves_qty.0);
                agree!(Some(of_core.leaves_qty().0), told, "what {:?} was told to have left", order.id);
            }
            agree!(of_core.status, order.status(true), "the state of {:?}", order.id);
            agree!(i128::from(of_core.leaves_qty().0), order.leaves(), "what {:?} has left", order.id);
            agree!(of_core.cl_ord_id, order.name, "the name of {:?}", order.id);
            if order.place == Place::Book {
                agree!(i128::from(self.core.house_ahead(of_core)), self.naive.ahead(order), "house ahead of {:?}", order.id);
            }
            let ahead = self.core.queue_ahead(of_core).map(|lots| i128::from(lots.0));
            agree!(ahead, self.naive.queue_ahead(order), "all that is ahead of {:?}", order.id);
        }
        for account in self.core.accounts() {
            let open: Vec<OrderId> = self.core.open_orders(account.id).map(|order| order.order_id).collect();
            agree!(open.len(), account.open_order_count as usize, "open orders of {:?}", account.id);
            for (order, ahead) in self.core.open_orders_in_queue(account.id) {
                agree!(ahead, self.core.queue_ahead(order), "ahead of {:?}, found for its whole account", order.order_id);
            }
        }
        Ok(())
    }

    pub(super) fn compare_accounts(&self, all_told: bool) -> Check {
        for account in self.core.accounts() {
            let is_users = account.id >= USER_ACCOUNT_MIN;
            for (currency, balance) in account.balances.iter() {
                let model = (
                    self.naive.cash(account.id, currency),
                    self.naive.used(account.id, currency),
                    self.naive.held(account.id, currency),
                );
                let core = (balance.cash.into(), balance.used.into(), balance.held.into());
                agree!(core, model, "cash, used and held of {:?} in {currency:?}", account.id);
                let told = self.client.balances.get(&(account.id, currency)).copied().unwrap_or_default();
                if is_users && all_told {
                    agree!((balance.cash, balance.used, balance.held), told, "the balance told to {:?}", account.id);
                }
            }
            for currency in self.core.currencies().iter().filter_map(|one| self.core.currency_coded(&one.code)) {
                let standing = self.core.fee_standing(account.id, currency, self.core.ts());
                let core = (standing.tiers, standing.volume, standing.today);
                let (before, today) = self.naive.volume(account.id, currency);
                agree!(core, (self.naive.tiers(account.id, currency), before, today), "the fees of {:?}", account.id);
            }
            agree!(account.base_currency, self.naive.base(account.id), "what {:?} counts in", account.id);
            let whole = self.core.base_equity_of(account.id, self.core.ts());
            let whole = whole.map(|whole| (whole.equity.map(i128::from), whole.is_stale));
            agree!(whole, self.naive.whole_equity(account.id), "the whole equity of {:?}", account.id);
            agree!(
                account.position_mode == PositionMode::Hedging,
                self.naive.hedges(account.id),
                "whether {:?} hedges",
                account.id
            );
            for ((instrument, leg), position) in account.positions.iter() {
                let now = self.naive.position((account.id, instrument, leg));
                let core = (position.qty, position.cost, position.realised, position.fees);
                agree!(wide4(core), (now.qty, now.cost, now.realised, now.fees), "the position of {:?}", account.id);
                ensure!((position.qty == 0) == (position.cost == 0), "a flat position costs nothing: {position:?}");
                let told = self.client.positions.get(&(account.id, instrument, leg)).copied().unwrap_or_default();
                if is_users && all_told {
                    agree!(core, told, "the position told to {:?} in {instrument:?}", account.id);
                }
            }
        }
        Ok(())
    }

    pub(super) fn compare_names(&self) -> Check {
        let of_core: Vec<_> = self.core.names().past().map(|past| (past.account, past.name)).collect();
        agree!(of_core, self.naive.past_names(), "the names that no live order is called by");
        Ok(())
    }

    /// Both ways to ask agree with the model.
    pub(super) fn compare_sessions(&self) -> Check {
        let model = self.naive.asked_to_cancel();
        agree!(self.core.to_cancel_on_disconnect().collect::<Vec<_>>(), model, "whose orders end with a connection");
        for (actor, _) in &model {
            let of_one: Vec<_> = model.iter().copied().filter(|(other, _)| other.session == actor.session).collect();
            agree!(self.core.to_cancel_on_disconnect_of(actor.session).collect::<Vec<_>>(), of_one, "of {:?}", actor.session);
        }
        Ok(())
    }

    pub(super) fn compare_books(&self) -> Check {
        for instrument in self.core.instruments() {
            let id = instrument.definition.instrument;
            let mark = instrument.mark(self.core.ts());
            let mark = mark.map(|mark| (i128::from(mark.twice), mark.source == MarkSource::Middle, mark.is_stale));
            agree!(mark, self.naive.mark(id), "the mark of {id:?}");
            for side in [Side::Buy, Side::Sell] {
                let depth = instrument.book.depth(side, usize::MAX);
                let of_core: Vec<(i128, i128)> = depth.iter().map(|&(price, qty)| (price.0.into(), qty.into())).collect();
                agree!(of_core, self.naive.levels(id, side, false), "the book of {id:?}, {side:?}");
                let told = self.client.books.get(&(id, side as u8));
                let as_told = told.into_iter().flatten().map(|(price, qty)| (*price, *qty));
                let same =
                    if side == Side::Buy { as_told.eq(depth.iter().rev().copied()) } else { as_told.eq(depth.iter().copied()) };
                ensure!(same, "the changes told add up to the book of {id:?}, {side:?}\n  core: {depth:?}\n  told: {told:?}");
            }
        }
        Ok(())
    }
}
