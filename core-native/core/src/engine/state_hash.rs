//! One number for the whole state: equal states have equal hashes, on any machine and in any build.
//!
//! Covers everything that later commands can depend on, in a canonical order that does not depend on slots or hash maps.

use std::io::{self, Write};

use serde::Serialize;
use xxhash_rust::xxh3::Xxh3;

use super::Core;
use crate::order::{NIL, Side};

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
        hash.put(&(self.seq, self.ts, self.last_exec_id, self.last_trade_id));
        hash.put(&self.currencies);
        for instrument in &self.instruments {
            hash.put(&(&instrument.definition, instrument.state, instrument.last_price));
            hash.put(&instrument.bars);
            for side in [Side::Buy, Side::Sell] {
                let book = instrument.book.side(side);
                hash.put(&book.house);
                for (price, level) in &book.queue.levels {
                    hash.put(&(price, level.qty, level.house_passed));
                    let mut slot = level.head;
                    while slot != NIL {
                        hash.put(&self.orders.get(slot).order_id);
                        slot = self.orders.get(slot).queue_next;
                    }
                }
            }
        }
        for account in &self.accounts {
            hash.put(&(account.id, &account.name, account.state, account.account_seq, account.open_order_count));
            hash.put(&account.balances);
            hash.put(&account.positions);
            for name in account.names() {
                hash.put(&name);
            }
        }
        for order in self.orders.iter_by_id() {
            hash.put(order);
        }
        hash.0.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Seq, TsNs};

    #[test]
    fn every_counter_is_in_the_hash() {
        let untouched = Core::new().state_hash();
        let changes: [fn(&mut Core); 4] =
            [|core| core.seq = Seq(1), |core| core.ts = TsNs(1), |core| core.last_exec_id = 1, |core| core.last_trade_id = 1];
        for (index, change) in changes.iter().enumerate() {
            let mut core = Core::new();
            change(&mut core);
            assert_ne!(core.state_hash(), untouched, "counter {index} is not in the hash");
        }
        assert_eq!(Core::new().state_hash(), untouched);
    }
}
