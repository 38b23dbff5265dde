//! Accounts that hedge: which of two positions an order is about.

use jware_core::account::Leg;
use jware_core::command::PositionMode;
use jware_core::order::{OrderTerms, Side};
use jware_core::units::{AccountId, InstrumentId};

use super::{Holding, Naive, Order};

impl Order {
    pub fn holding(&self) -> Holding {
        (self.account, self.instrument, self.leg)
    }
}

impl Naive {
    pub fn hedges(&self, account: AccountId) -> bool {
        self.modes.contains(&(account, PositionMode::Hedging))
    }

    /// Buys are for the long leg and sells for the short one; what only reduces is for the leg that the other side made.
    pub(super) fn leg(&self, account: AccountId, terms: &OrderTerms) -> Leg {
        let (opens, closes) = if terms.side == Side::Buy { (Leg::Long, Leg::Short) } else { (Leg::Short, Leg::Long) };
        match (self.hedges(account), terms.reduce_only) {
            (false, _) => Leg::Net,
            (true, false) => opens,
            (true, true) => closes,
        }
    }

    /// What reduce-only orders of a side close.
    pub(super) fn closed_by(&self, account: AccountId, instrument: InstrumentId, side: Side) -> Holding {
        let leg = match side {
            _ if !self.hedges(account) => Leg::Net,
            Side::Buy => Leg::Short,
            Side::Sell => Leg::Long,
        };
        (account, instrument, leg)
    }

    /// Everything that an account may have of an instrument.
    pub(super) fn holdings(account: AccountId, instrument: InstrumentId) -> [Holding; 3] {
        [Leg::Net, Leg::Long, Leg::Short].map(|leg| (account, instrument, leg))
    }
}
