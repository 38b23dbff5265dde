//! What the core remembers of trades, so that they can be bust or corrected: each fill of our orders, and orders that ended.
//!
//! Invariant: fills are by `exec_id`; the sides of one trade stand beside each other, the maker's first. Both rings have a fixed
//! size: the oldest makes room. Cost: one sequential write per fill, and one per order that ends with something filled; a
//! look-up, which only a correction makes, walks them.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::account::Leg;
use crate::limits::CORRECTABLE_FILLS;
use crate::order::{ClOrdId, Contingency, ExecReason, LiquidityInd, OrdStatus, OrderTerms, Side};
use crate::units::{AccountId, AmountMinor, InstrumentId, OrderId, PriceTicks, QtyLots, SessionId, TradeId, TsNs};

/// One order's side of a trade, as it counts now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillRecord {
    /// Its report's id, by which it is named.
    pub exec_id: u64,
    /// The trade.
    pub trade_id: TradeId,
    /// The order.
    pub order_id: OrderId,
    /// Owner.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// Quantity.
    pub qty: QtyLots,
    /// Price.
    pub price: PriceTicks,
    /// The fee that was paid; negative is a rebate.
    pub fee: AmountMinor,
    /// The rate that it was paid at, parts per million.
    pub fee_ppm: i32,
    /// Side of the order.
    pub side: Side,
    /// Maker or taker.
    pub liquidity: LiquidityInd,
    /// Whether the other side was the house.
    pub with_house: bool,
    /// Whether it was bust.
    pub is_bust: bool,
    /// The position that it is in.
    pub leg: Leg,
}

/// An order that ended with something filled, as it was told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedOrder {
    /// The engine's id.
    pub order_id: OrderId,
    /// Its last name.
    pub cl_ord_id: ClOrdId,
    /// Its terms at its end.
    pub terms: OrderTerms,
    /// How it ended.
    pub status: OrdStatus,
    /// Why.
    pub reason: ExecReason,
    /// Filled.
    pub cum_qty: QtyLots,
    /// Sum of fill quantity times price.
    pub cum_lot_ticks: i64,
    /// When it was accepted.
    pub created: TsNs,
    /// The session it came in on.
    pub session: SessionId,
    /// Its list, 0 = none.
    pub list: OrderId,
    /// How the list was linked.
    pub contingency: Option<Contingency>,
}

/// Fills and ended orders, oldest first.
#[derive(Debug)]
pub struct TradeLog {
    fills: VecDeque<FillRecord>,
    ended: VecDeque<EndedOrder>,
}

impl Default for TradeLog {
    /// Has its room from the start: memory is touched as it fills, and nothing allocates later.
    fn default() -> Self {
        Self { fills: VecDeque::with_capacity(CORRECTABLE_FILLS), ended: VecDeque::with_capacity(CORRECTABLE_FILLS) }
    }
}

impl TradeLog {
    /// Remembered fills, oldest first.
    pub fn fills(&self) -> impl ExactSizeIterator<Item = &FillRecord> {
        self.fills.iter()
    }

    /// Remembered ended orders, oldest first.
    pub fn ended(&self) -> impl ExactSizeIterator<Item = &EndedOrder> {
        self.ended.iter()
    }

    #[inline]
    pub(crate) fn remember_fill(&mut self, fill: FillRecord) {
        if self.fills.len() == CORRECTABLE_FILLS {
            self.fills.pop_front();
        }
        self.fills.push_back(fill);
    }

    #[inline]
    pub(crate) fn remember_ended(&mut self, order: EndedOrder) {
        if self.ended.len() == CORRECTABLE_FILLS {
            self.ended.pop_front();
        }
        self.ended.push_back(order);
    }

    /// Where the sides of the trade are of which one is named; `None` where either is no longer known.
    pub(crate) fn sides_of(&self, exec_id: u64) -> Option<core::ops::Range<usize>> {
        let at = self.fills.binary_search_by_key(&exec_id, |fill| fill.exec_id).ok()?;
        let fill = &self.fills[at];
        if fill.with_house {
            return Some(at..at + 1);
        }
        let first = match fill.liquidity {
            LiquidityInd::Maker => at,
            LiquidityInd::Taker | LiquidityInd::None => at.checked_sub(1)?,
        };
        assert!(self.fills[first + 1].trade_id == self.fills[first].trade_id, "the sides of a trade stand beside each other");
        Some(first..first + 2)
    }

    /// The sides of the trade of which one is named, the maker's first; none where either is no longer known.
    pub fn trade_of(&self, exec_id: u64) -> impl Iterator<Item = &FillRecord> {
        self.fills.range(self.sides_of(exec_id).unwrap_or(0..0))
    }

    pub(crate) fn fill(&self, at: usize) -> FillRecord {
        self.fills[at]
    }

    pub(crate) fn fill_mut(&mut self, at: usize) -> &mut FillRecord {
        &mut self.fills[at]
    }

    pub(crate) fn ended_order(&self, id: OrderId) -> Option<&EndedOrder> {
        self.ended.iter().rev().find(|order| order.order_id == id)
    }

    pub(crate) fn ended_order_mut(&mut self, id: OrderId) -> Option<&mut EndedOrder> {
        self.ended.iter_mut().rev().find(|order| order.order_id == id)
    }

    /// What a snapshot remembered, oldest first.
    pub(crate) fn restore(&mut self, fills: Vec<FillRecord>, ended: Vec<EndedOrder>) {
        self.fills.extend(fills);
        self.ended.extend(ended);
    }
}
