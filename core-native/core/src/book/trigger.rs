//! Orders of one instrument that wait for a price, sorted by the price they wait for.
//!
//! A look at the market costs one comparison per price watched and direction, however many orders wait. Trailing stops stand in
//! the same queues at where their triggers are now, and in a list of their own, since every new extreme may move them.

use super::queue::QueueSide;
use super::resting::RestingOrders;
use crate::order::{Side, TriggerSource};
use crate::units::{OrderId, PriceTicks};

/// The prices that can be watched: last, mark, mid, best ask (by buys), best bid (by sells).
const WATCH_COUNT: usize = 5;

/// What an order watches.
#[inline]
const fn watch_of(source: TriggerSource, side: Side) -> usize {
    match (source, side) {
        (TriggerSource::Last, _) => 0,
        (TriggerSource::Mark, _) => 1,
        (TriggerSource::Mid, _) => 2,
        (TriggerSource::Quote, Side::Buy) => 3,
        (TriggerSource::Quote, Side::Sell) => 4,
    }
}

/// Each watched price as it is now, doubled, so that the middle of a book is whole.
#[derive(Clone, Copy, Debug, Default)]
pub struct TriggerSources {
    twice: [Option<i64>; WATCH_COUNT],
}

impl TriggerSources {
    /// Of the last trade (0 = none), the mark and the middle (both doubled), and the best prices.
    #[must_use]
    pub fn new(
        last: PriceTicks,
        mark_twice: Option<i64>,
        mid_twice: Option<i64>,
        bid: Option<PriceTicks>,
        ask: Option<PriceTicks>,
    ) -> Self {
        let last = (last.0 > 0).then_some(last.0 * 2);
        Self { twice: [last, mark_twice, mid_twice, ask.map(|price| price.0 * 2), bid.map(|price| price.0 * 2)] }
    }

    /// What an order compares its doubled trigger with.
    #[must_use]
    pub const fn twice(&self, source: TriggerSource, side: Side) -> Option<i64> {
        self.twice[watch_of(source, side)]
    }
}

/// Where an order waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What it watches.
    pub source: TriggerSource,
    /// Its side.
    pub side: Side,
    /// Whether it is due when the price is at or above its trigger, not at or below.
    pub rising: bool,
}

/// The waiting orders of one instrument.
#[derive(Clone, Debug, Default)]
pub struct TriggerBook {
    /// By watched price: due from above, due from below.
    queues: [[QueueSide; 2]; WATCH_COUNT],
    /// Slots of trailing stops.
    pub(crate) trailing: Vec<u32>,
    count: usize,
}

impl TriggerBook {
    /// Whether nothing waits for a price here; trailing stops that have none yet do not count.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds an order, in no queue now, that is due at `trigger`.
    pub(crate) fn insert(&mut self, orders: &mut RestingOrders, slot: u32, wait: Wait, trigger: PriceTicks) {
        let order = orders.get_mut(slot);
        // The next to be due is the greatest: the lowest trigger of those that a rise reaches, the highest of the others.
        order.key = if wait.rising { -trigger.0 } else { trigger.0 };
        order.shown = 0;
        orders.reserves[slot as usize].hidden = 0;
        self.queue_mut(wait).push_back(orders, slot, 0);
        self.count += 1;
    }

    /// Takes an order out.
    pub(crate) fn remove(&mut self, orders: &mut RestingOrders, slot: u32, wait: Wait) {
        self.queue_mut(wait).unlink(orders, slot);
        self.count -= 1;
    }

    /// Takes out every order that is due and appends it, by order id.
    pub(crate) fn elect(&mut self, orders: &mut RestingOrders, sources: &TriggerSources, elected: &mut Vec<(OrderId, u32)>) {
        if self.count == 0 {
            return;
        }
        let from = elected.len();
        for (queues, twice) in self.queues.iter_mut().zip(sources.twice) {
            let Some(twice) = twice else { continue };
            let [rising, falling] = queues;
            // Due: trigger x 2 <= twice when rising, >= twice when falling.
            for (queue, key_min) in [(rising, -twice.div_euclid(2)), (falling, (twice + 1).div_euclid(2))] {
                while let Some((key, level)) = queue.levels.last() {
                    if key < key_min {
                        break;
                    }
                    let slot = level.head;
                    queue.unlink(orders, slot);
                    self.count -= 1;
                    elected.push((orders.get(slot).order_id, slot));
                }
            }
        }
        elected[from..].sort_unstable_by_key(|&(id, _)| id);
    }

    const fn queue_mut(&mut self, wait: Wait) -> &mut QueueSide {
        &mut self.queues[watch_of(wait.source, wait.side)][!wait.rising as usize]
    }
}
