//! One number for the whole state: equal states have equal hashes, on any machine and in any build.
//!
//! Covers everything that later commands can depend on, in a canonical order that does not depend on slots or hash maps.

use std::io::{self, Write};

use serde::Serialize;
use xxhash_rust::xxh3::Xxh3;

use super::late::LateState;
use super::{Core, Instrument};
use crate::book::key_of;
use crate::order::{Order, Place, Side};

struct HashWriter(Xxh3);

impl Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl HashWriter {
    fn put(&mut self, value: &(impl Serialize + ?Sized)) {
        postcard::to_io(value, &mut *self).expect("hashing does no I/O and core types serialise");
    }
}

impl Core {
    /// The state's hash. Cost: the whole state is walked.
    pub fn state_hash(&self) -> u64 {
        let mut hash = HashWriter(Xxh3::new());
        hash.put(&(self.seq, self.ts, self.last_order_id, self.last_exec_id, self.last_trade_id));
        hash.put(&self.currencies);
        for instrument in &self.instruments {
            self.put_instrument(instrument, &mut hash);
        }
        hash.put(&self.firm_state);
        hash.put(&self.strategy_states);
        hash.put(&self.cancel_on_disconnect);
        hash.put(&self.transfers);
        hash.put(&self.limits);
        hash.put(&self.fees);
        hash.put(&self.exposures);
        for account in &self.accounts {
            hash.put(&(account.id, &account.name, account.state, account.kind, account.account_seq, account.open_order_count));
            hash.put(&(account.self_trade_group, account.position_mode));
            hash.put(&account.base_currency);
            hash.put(&account.balances);
            hash.put(&account.positions);
        }
        for past in self.names.past() {
            hash.put(past);
        }
        for slot in self.orders.slots_by_id() {
            // Slots and links are how, not what; so are the indices of groups.
            let order = Order { group: 0, ..self.orders.get(slot).clone() };
            let resting = self.orders.resting.get(slot);
            // Of an order in no queue the two are left from the last one that it was in.
            let parts = if order.place == Place::Book { (resting.shown, self.orders.resting.hidden(slot)) } else { (0, 0) };
            hash.put(&(order, parts));
        }
        for group in self.groups.by_list() {
            hash.put(&(group.contingency, group.live_members()));
        }
        for fill in self.trades.fills() {
            hash.put(fill);
        }
        for order in self.trades.ended() {
            hash.put(order);
        }
        let sent = self.transit.requests();
        let said = self.late.in_order().into_iter().map(|(due, number, late)| (due, number, LateState::of(late)));
        hash.put(&(sent.count(), sent.in_order(), self.late.count(), said.collect::<Vec<_>>()));
        hash.0.digest()
    }

    fn put_instrument(&self, instrument: &Instrument, hash: &mut HashWriter) {
        hash.put(&(&instrument.definition, instrument.state, instrument.trading_state, instrument.last_price));
        hash.put(&(instrument.users, instrument.anchor, instrument.marked_ts));
        hash.put(&instrument.paper.as_ref().map(|paper| (paper.traded_by_key(), paper.draw_count)));
        hash.put(&instrument.bars);
        for side in [Side::Buy, Side::Sell] {
            let book = instrument.book.side(side);
            for (key, level) in book.house.iter() {
                hash.put(&(key, level.shown, level.available));
            }
            for price in instrument.book.own_prices(side) {
                let level = book.queue.level(key_of(side, price)).expect("listed above");
                hash.put(&(price, level.shown, level.hidden, level.house_passed));
                for slot in instrument.book.queue_at(&self.orders.resting, side, price) {
                    let resting = self.orders.resting.get(slot);
                    hash.put(&(resting.order_id, self.orders.resting.house_mark(slot)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::TradingState;
    use crate::units::{Seq, TsNs};

    #[test]
    fn every_counter_is_in_the_hash() {
        let untouched = Core::new().state_hash();
        let changes: [fn(&mut Core); 6] = [
            |core| core.seq = Seq(1),
            |core| core.ts = TsNs(1),
            |core| core.last_order_id = 1,
            |core| core.last_exec_id = 1,
            |core| core.last_trade_id = 1,
            |core| core.firm_state = TradingState::Reducing,
        ];
        for (index, change) in changes.iter().enumerate() {
            let mut core = Core::new();
            change(&mut core);
            assert_ne!(core.state_hash(), untouched, "counter {index} is not in the hash");
        }
        assert_eq!(Core::new().state_hash(), untouched);
    }
}
