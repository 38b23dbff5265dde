//! Accounts: money, positions, and what working orders hold.
//!
//! Invariant, over all accounts and for each currency: the sum of `cash - cost of positions` is zero, whatever was traded.
//! The engine's own accounts take the other side of everything: HOUSE of house fills, FEES of fees, EXTERNAL of deposits.

mod hold;
mod leg;
mod position;
mod sorted_map;

pub use hold::{WorkingSide, fee_of, requirement};
pub(crate) use hold::{opening, part_ceiling, requirement_of};
pub use leg::Leg;
pub(crate) use position::NO_POSITION;
pub use position::Position;
pub use sorted_map::SortedMap;

use serde::{Deserialize, Serialize};

use crate::book::NIL;
use crate::command::{AccountKind, PositionMode, TradingState};
use crate::instrument::{MarginRules, WHOLE_PPM};
use crate::order::OrderSlab;
use crate::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, SelfTradeGroup, Seq};

/// The counterparty of house fills.
pub const HOUSE_ACCOUNT: AccountId = AccountId(1);
/// Where fees go.
pub const FEES_ACCOUNT: AccountId = AccountId(2);
/// Where deposits come from.
pub const EXTERNAL_ACCOUNT: AccountId = AccountId(3);
/// Where the engine's own accounts are in the core's list.
pub(crate) const HOUSE_INDEX: usize = 0;
pub(crate) const FEES_INDEX: usize = 1;
pub(crate) const EXTERNAL_INDEX: usize = 2;
/// Where users' accounts begin there.
pub(crate) const FIRST_USER_INDEX: usize = 3;
/// The first id that users' accounts may have.
pub const USER_ACCOUNT_MIN: AccountId = AccountId(16);

/// Money of one account in one currency, minor units. Available is `cash - used - held`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Deposits, realised profit and loss, fees.
    pub cash: i64,
    /// Cost of open positions, long or short.
    pub used: i64,
    /// What working orders may still need.
    pub held: i64,
    /// The same money as limits see it.
    pub exposure: Exposure,
    /// Whether a liquidation was told and is not over.
    pub is_liquidating: bool,
}

/// Money that was paid in or out under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The command that did it.
    pub seq: Seq,
    /// Which money.
    pub currency: CurrencyId,
    /// How much; negative was paid out.
    pub amount: AmountMinor,
}

/// What positions in one currency cost, and what working orders would open, minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// Sum of the positions' costs, longs and shorts alike.
    pub cost: i128,
    /// Longs less shorts.
    pub net_cost: i128,
    /// What working buys would open.
    pub opening_buys: i128,
    /// What working sells would open.
    pub opening_sells: i128,
}

impl Exposure {
    /// Working orders would open so much more.
    #[inline]
    pub(crate) fn open_more(&mut self, buys: i128, sells: i128) {
        self.opening_buys += buys;
        self.opening_sells += sells;
    }

    /// Positions cost so much more, signed or not.
    #[inline]
    pub(crate) fn cost_more(&mut self, cost: i128, net_cost: i128) {
        self.cost += cost;
        self.net_cost += net_cost;
    }

    /// Everything, whichever way it points.
    pub const fn gross(&self) -> i128 {
        self.cost + self.opening_buys + self.opening_sells
    }

    /// Longs less shorts, if the working orders of the worse side all fill.
    pub fn worst_net(&self) -> i128 {
        (self.net_cost + self.opening_buys).abs().max((self.net_cost - self.opening_sells).abs())
    }
}

impl Balance {
    /// What a new order may use.
    pub const fn available(&self) -> i64 {
        self.cash - self.used - self.held
    }
}

/// One account.
#[derive(Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub state: TradingState,
    /// How its positions are paid for.
    pub kind: AccountKind,
    /// Whether it has one position in an instrument, or a long and a short leg.
    pub position_mode: PositionMode,
    /// The accounts whose orders it does not trade with, as with its own; 0 = it is by itself.
    pub self_trade_group: SelfTradeGroup,
    /// What its whole equity is counted in; 0 = none.
    pub base_currency: CurrencyId,
    /// Whether its equity is looked at: a margin account, or one with loss limits.
    pub(crate) is_watched: bool,
    /// Number of the last private event.
    pub account_seq: u64,
    /// Money by currency.
    pub balances: SortedMap<CurrencyId, Balance>,
    /// Positions by instrument and leg, flat ones included once traded or ordered.
    pub positions: SortedMap<(InstrumentId, Leg), Position>,
    /// Live orders, waiting ones included.
    pub open_order_count: u32,
    first_order: u32,
    last_order: u32,
}

impl Account {
    pub(crate) fn new(id: AccountId, name: String) -> Self {
        Self {
            id,
            name,
            state: TradingState::Active,
            kind: AccountKind::Standard,
            position_mode: PositionMode::Netting,
            self_trade_group: SelfTradeGroup(0),
            base_currency: CurrencyId(0),
            is_watched: false,
            account_seq: 0,
            balances: SortedMap::default(),
            positions: SortedMap::default(),
            open_order_count: 0,
            first_order: NIL,
            last_order: NIL,
        }
    }

    /// What opening needs of a value, by an instrument's margin and the account's kind.
    pub(crate) const fn initial_ppm(&self, margin: MarginRules) -> u32 {
        match self.kind {
            AccountKind::Margin => margin.initial_ppm,
            AccountKind::Standard | AccountKind::Cash => WHOLE_PPM,
        }
    }

    /// Whether it is one of the engine's own, which have no limits and whose events nobody receives.
    pub const fn is_engines(&self) -> bool {
        self.id.0 < USER_ACCOUNT_MIN.0
    }

    /// What positions in a currency cost, and what working orders would open.
    #[inline]
    pub(crate) fn exposure(&self, currency: CurrencyId) -> Exposure {
        self.balances.get(currency).map(|balance| balance.exposure).unwrap_or_default()
    }

    /// What may be spent of a currency, where nothing is lost.
    #[inline]
    pub(crate) fn available(&self, currency: CurrencyId) -> i64 {
        self.balances.get(currency).map_or(0, Balance::available)
    }

    /// Money in one currency.
    pub fn balance(&self, currency: CurrencyId) -> Balance {
        self.balances.get(currency).copied().unwrap_or_default()
    }

    /// Whether what it holds, and what works, is in positions that its mode has.
    pub(crate) fn has_legs_of_its_mode(&self) -> bool {
        let is_idle = |position: &Position| position.qty == 0 && position.exit_count == 0 && position.held == 0;
        let is_netting = self.position_mode == PositionMode::Netting;
        self.positions.iter().all(|((_, leg), position)| (leg == Leg::Net) == is_netting || is_idle(position))
    }

    pub(crate) fn next_seq(&mut self) -> u64 {
        self.account_seq += 1;
        self.account_seq
    }

    pub(crate) fn link_order(&mut self, orders: &mut OrderSlab, slot: u32) {
        let last = self.last_order;
        let order = orders.get_mut(slot);
        order.account_prev = last;
        order.account_next = NIL;
        if last == NIL {
            self.first_order = slot;
        } else {
            orders.get_mut(last).account_next = slot;
        }
        self.last_order = slot;
        self.open_order_count += 1;
    }

    pub(crate) fn unlink_order(&mut self, orders: &mut OrderSlab, slot: u32) {
        let (prev, next) = {
            let order = orders.get(slot);
            (order.account_prev, order.account_next)
        };
        if prev == NIL {
            self.first_order = next;
        } else {
            orders.get_mut(prev).account_next = next;
        }
        if next == NIL {
            self.last_order = prev;
        } else {
            orders.get_mut(next).account_prev = prev;
        }
        self.open_order_count -= 1;
    }

    /// Slots of the live orders, oldest first. The list may not change while it is walked.
    pub(crate) fn order_slots<'a>(&self, orders: &'a OrderSlab) -> impl Iterator<Item = u32> + use<'a> {
        core::iter::successors((self.first_order != NIL).then_some(self.first_order), |&slot| {
            let next = orders.get(slot).account_next;
            (next != NIL).then_some(next)
        })
    }
}
