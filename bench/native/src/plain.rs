//! The naive book: trees of queues, slow and obvious. Its trades are what every other book must reproduce, and it is one of the contestants.
//!
//! A cancel looks through the queue of its price; there is no slab, no window of prices, no index into a queue.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jware_core::order::Side;

/// Orders by price and time.
#[derive(Default)]
pub struct PlainBook {
    bids: BTreeMap<u32, VecDeque<(u32, u32)>>,
    asks: BTreeMap<u32, VecDeque<(u32, u32)>>,
    places: HashMap<u32, (Side, u32)>,
}

impl PlainBook {
    /// The best price of a side.
    pub fn best(&self, side: Side) -> Option<u32> {
        match side {
            Side::Buy => self.bids.last_key_value(),
            Side::Sell => self.asks.first_key_value(),
        }
        .map(|(&price, _)| price)
    }

    /// Orders that rest.
    pub fn resting_count(&self) -> usize {
        self.places.len()
    }

    fn levels(&mut self, side: Side) -> &mut BTreeMap<u32, VecDeque<(u32, u32)>> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    /// Matches an order as far as it goes: what is left of it. Makers that it filled are named in `filled`, in their order.
    pub fn trade(&mut self, id: u32, side: Side, limit: u32, qty: u32, told: &mut Vec<[u32; 4]>, filled: &mut Vec<u32>) -> u32 {
        let mut left = qty;
        while let Some(price) = self.best(side.opposite()).filter(|_| left > 0) {
            let too_far = match side {
                Side::Buy => price > limit,
                Side::Sell => price < limit,
            };
            if too_far {
                break;
            }
            let queue = self.levels(side.opposite()).get_mut(&price).expect("the best level is there");
            let (maker, maker_left) = queue.front_mut().expect("a level has orders");
            let (maker, fill) = (*maker, left.min(*maker_left));
            *maker_left -= fill;
            let is_done = *maker_left == 0;
            left -= fill;
            told.push([maker, id, price, fill]);
            if is_done {
                self.cancel(maker);
                filled.push(maker);
            }
        }
        left
    }

    /// Rests an order behind those of its price.
    pub fn rest(&mut self, id: u32, side: Side, price: u32, qty: u32) {
        self.levels(side).entry(price).or_default().push_back((id, qty));
        self.places.insert(id, (side, price));
    }

    /// Takes an order out, where it rests.
    pub fn cancel(&mut self, id: u32) {
        let Some((side, price)) = self.places.remove(&id) else { return };
        let levels = self.levels(side);
        let queue = levels.get_mut(&price).expect("it has a level");
        queue.retain(|&(other, _)| other != id);
        if queue.is_empty() {
            levels.remove(&price);
        }
    }
}
