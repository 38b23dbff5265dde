//! Limits that administrators set: for the firm, an account, one of its strategies, a user, an API key. Every one of them holds.
//!
//! A limit is a rule of one kind with a greatest value. Rates are kept as the time at which a bucket would be empty again (GCRA),
//! so that they are exact, need no timer, and follow from commands alone.

mod rate;
mod rules;

pub use rate::Rate;
pub use rules::{LimitRules, Rule};

use serde::{Deserialize, Serialize};

use crate::units::{AccountId, CurrencyId, InstrumentId, KeyId, StrategyId, UserId};

/// Whose limit it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LimitScope {
    /// Everyone's together.
    Firm,
    /// One account's.
    Account(AccountId),
    /// One strategy's of one account.
    Strategy(AccountId, StrategyId),
    /// One user's, whatever account he acts on.
    User(UserId),
    /// One API key's, whatever account it acts on.
    Key(KeyId),
}

/// What is limited. Numbers are the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum LimitKind {
    /// Quantity of one order, lots.
    OrderQty = 1,
    /// Value of one order, minor units of the currency.
    OrderNotional = 2,
    /// Live orders, waiting ones included.
    OpenOrders = 3,
    /// Lots of one instrument, long or short, if everything that works on one side fills.
    Position = 4,
    /// Cost of positions, and of what working orders would open, minor units of the currency.
    GrossNotional = 5,
    /// The same with longs and shorts set off, whichever side fills.
    NetNotional = 6,
    /// New orders and replaces within the window; cancels are not counted.
    MessageRate = 7,
    /// Value of new orders within the window, minor units of the currency.
    WindowNotional = 8,
    /// New orders within the window, as `MessageRate`; once it is passed everything is refused until the limit is set again.
    RepeatedExecution = 9,
    /// New orders of the same content within the window.
    DuplicateOrder = 10,
    /// Loss since the limit was set, minor units of the currency: passing it is told.
    LossWarn = 11,
    /// The same: the account may only make its positions smaller.
    LossReduce = 12,
    /// The same: the account is halted.
    LossHalt = 13,
    /// The same: the account is halted and its positions are closed.
    LossFlatten = 14,
}

impl LimitKind {
    /// All of them, by number.
    pub const ALL: [Self; 14] = [
        Self::OrderQty,
        Self::OrderNotional,
        Self::OpenOrders,
        Self::Position,
        Self::GrossNotional,
        Self::NetNotional,
        Self::MessageRate,
        Self::WindowNotional,
        Self::RepeatedExecution,
        Self::DuplicateOrder,
        Self::LossWarn,
        Self::LossReduce,
        Self::LossHalt,
        Self::LossFlatten,
    ];

    /// The rungs of the loss ladder, the mildest first.
    pub const LADDER: [Self; 4] = [Self::LossWarn, Self::LossReduce, Self::LossHalt, Self::LossFlatten];

    /// Whether it is a rung of the loss ladder.
    #[must_use]
    pub const fn is_loss(self) -> bool {
        matches!(self, Self::LossWarn | Self::LossReduce | Self::LossHalt | Self::LossFlatten)
    }

    /// Whether it counts money, of one currency.
    #[must_use]
    pub const fn is_money(self) -> bool {
        self.is_loss() || matches!(self, Self::OrderNotional | Self::GrossNotional | Self::NetNotional | Self::WindowNotional)
    }

    /// Whether it has a window.
    #[must_use]
    pub const fn has_window(self) -> bool {
        matches!(self, Self::MessageRate | Self::WindowNotional | Self::RepeatedExecution | Self::DuplicateOrder)
    }

    /// Whether it may be set for one instrument; `Position` must be.
    #[must_use]
    pub const fn takes_instrument(self) -> bool {
        matches!(self, Self::OrderQty | Self::OrderNotional | Self::OpenOrders | Self::Position)
    }

    /// Whether a scope can have it: what is not counted for strategies, users and keys cannot be limited there.
    #[must_use]
    pub const fn fits(self, scope: LimitScope) -> bool {
        match self {
            Self::OrderQty | Self::OrderNotional | Self::MessageRate | Self::WindowNotional => true,
            Self::Position | Self::GrossNotional | Self::NetNotional => {
                matches!(scope, LimitScope::Firm | LimitScope::Account(_))
            }
            Self::OpenOrders | Self::RepeatedExecution | Self::DuplicateOrder => {
                matches!(scope, LimitScope::Account(_) | LimitScope::Strategy(..))
            }
            Self::LossWarn | Self::LossReduce | Self::LossHalt | Self::LossFlatten => matches!(scope, LimitScope::Account(_)),
        }
    }
}

/// Which limit it is: one of each kind, instrument and currency per scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LimitName {
    /// What is limited.
    pub kind: LimitKind,
    /// In one instrument, or 0 for all (each on its own for quantities, together for counts).
    pub instrument: InstrumentId,
    /// The money that is counted; 0 for kinds that count none.
    pub currency: CurrencyId,
}
