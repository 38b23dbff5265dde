//! The states of an order and the one table that says which follows which. Nothing else decides a status.

use serde::{Deserialize, Serialize};

/// OrdStatus (FIX tag 39).
///
/// `Denied` is on the wire alone: an order that our checks refuse never gets a state. The `Pending` states are of orders and
/// requests on their way to a venue (of several the first here: cancel, replace, order); `Unknown` is of orders that live at a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum OrdStatus {
    /// Working, nothing filled.
    New = 1,
    /// Working, something filled.
    PartiallyFilled = 2,
    /// Done: all filled.
    Filled = 3,
    /// Done: taken out on request or by a control.
    Canceled = 4,
    /// Done: by its own terms.
    Expired = 5,
    /// Done: our checks refused it; it was never an order.
    Denied = 6,
    /// Accepted, and waiting: for its trigger, or for its parent to fill.
    Held = 7,
    /// Done: refused after it was accepted, by a check at its trigger or by the venue.
    Rejected = 8,
    /// Sent to its venue, and not there yet.
    PendingNew = 9,
    /// A cancel is on its way to the venue.
    PendingCancel = 10,
    /// A replace is on its way to the venue.
    PendingReplace = 11,
    /// The broker did not answer: it may be working, or not. Only the broker's word leads out of here.
    Unknown = 12,
}

/// ExecType (FIX tag 150): what just happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum ExecType {
    /// Accepted.
    New = 1,
    /// Filled, wholly or in part.
    Trade = 2,
    /// Changed on request.
    Replaced = 3,
    /// Taken out.
    Canceled = 4,
    /// Ended by its own terms.
    Expired = 5,
    /// Told again, unchanged.
    Status = 6,
    /// Its trigger came: it goes to work.
    Triggered = 7,
    /// Changed without a request: resized by a linked order, by a smaller position, by self-trade prevention.
    Restated = 8,
    /// Refused late.
    Rejected = 9,
    /// Accepted by us, and sent to its venue.
    PendingNew = 10,
    /// A cancel was sent to the venue.
    PendingCancel = 11,
    /// A replace was sent to the venue.
    PendingReplace = 12,
    /// A broker did not answer in time.
    Unknown = 13,
    /// A trade of it was bust (FIX H).
    TradeCancel = 14,
    /// A trade of it was corrected (FIX G).
    TradeCorrect = 15,
}

/// What of an order is on its way to its venue; of several things the last here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnTheWay {
    /// Nothing.
    #[default]
    Nothing,
    /// The order itself.
    Order,
    /// A replace.
    Replace,
    /// A cancel.
    Cancel,
}

/// What an order's numbers say at the moment of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What has still to arrive.
    pub on_the_way: OnTheWay,
    /// Something was filled.
    pub any_filled: bool,
    /// Nothing is left to fill.
    pub none_left: bool,
    /// It waits for a trigger or a parent.
    pub waits: bool,
}

impl OrdStatus {
    /// Whether nothing more can happen to the order, but for the corrections of a venue.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Filled | Self::Canceled | Self::Expired | Self::Denied | Self::Rejected)
    }

    /// The state of a live order with these numbers.
    const fn live(progress: Progress) -> Self {
        match progress {
            Progress { none_left: true, waits: false, .. } => Self::Filled,
            Progress { on_the_way: OnTheWay::Cancel, .. } => Self::PendingCancel,
            Progress { on_the_way: OnTheWay::Replace, .. } => Self::PendingReplace,
            Progress { on_the_way: OnTheWay::Order, .. } => Self::PendingNew,
            Progress { waits: true, .. } => Self::Held,
            Progress { any_filled: true, .. } => Self::PartiallyFilled,
            _ => Self::New,
        }
    }

    /// The state after `exec_type`; `None` where that cannot happen in this state.
    #[must_use]
    #[rustfmt::skip]
    #[allow(clippy::match_same_arms, reason = "a table has a row for each thing that happens")]
    pub const fn after(self, exec_type: ExecType, progress: Progress) -> Option<Self> {
        use ExecType as E;
        use OrdStatus as S;
        Some(match (self, exec_type) {
            // Whatever the state: telling it again changes nothing.
            (state, E::Status)                                                      => state,

            // Ours.
            (S::PendingNew | S::PendingCancel | S::PendingReplace, E::New)          => S::live(progress),
            (S::Held | S::PendingCancel | S::PendingReplace,   E::Triggered)        => S::live(progress),
            (S::Held | S::New | S::PartiallyFilled,            E::Replaced)         => S::live(progress),
            (S::Held | S::New | S::PartiallyFilled,            E::Restated)         => S::live(progress),
            (S::New | S::PartiallyFilled,                      E::Trade)            => S::live(progress),
            (S::Held | S::New | S::PartiallyFilled,            E::Canceled)         => S::Canceled,
            (S::Held | S::New | S::PartiallyFilled,            E::Expired)          => S::Expired,
            (S::Held | S::New | S::PartiallyFilled,            E::Rejected)         => S::Rejected,      // refused at its release

            // Of what is on its way to a venue, and the races that come with it. That a cancel or replace was refused is told by a
            // refusal; Rejected is always the order's.
            (S::Held | S::PendingNew,                          E::PendingNew)       => S::PendingNew,
            (S::Held | S::New | S::PartiallyFilled | S::PendingNew | S::PendingCancel | S::PendingReplace, E::PendingCancel) => {
                S::PendingCancel
            }
            (S::Held | S::New | S::PartiallyFilled | S::PendingNew | S::PendingCancel | S::PendingReplace, E::PendingReplace) => {
                if matches!(progress.on_the_way, OnTheWay::Cancel) { S::PendingCancel } else { S::PendingReplace }
            }
            (S::PendingNew | S::PendingCancel | S::PendingReplace, E::Trade)        => S::live(progress),
            (S::PendingNew | S::PendingCancel | S::PendingReplace, E::Restated)     => S::live(progress),
            (S::PendingCancel | S::PendingReplace,             E::Replaced)         => S::live(progress),
            (S::PendingNew | S::PendingCancel | S::PendingReplace, E::Canceled)     => S::Canceled,
            (S::PendingNew | S::PendingCancel | S::PendingReplace, E::Expired)      => S::Expired,
            (S::PendingNew | S::PendingCancel | S::PendingReplace, E::Rejected)     => S::Rejected,

            // A broker's.
            (S::PendingNew | S::PendingCancel | S::PendingReplace, E::Unknown)      => S::Unknown,
            (S::Unknown,                                       E::New | E::Trade | E::Replaced) => S::live(progress),
            (S::Unknown,                                       E::Canceled)         => S::Canceled,
            (S::Unknown,                                       E::Expired)          => S::Expired,
            (S::Unknown,                                       E::Rejected)         => S::Rejected,
            (S::Canceled,                                      E::Trade)            => S::Filled,        // a late fill: it happens

            // A trade taken back or corrected: the order is what its numbers say, and never comes back to life.
            (S::Held | S::New | S::PartiallyFilled | S::PendingNew | S::PendingCancel | S::PendingReplace,
                E::TradeCancel | E::TradeCorrect)                                   => S::live(progress),
            (S::Filled,                                        E::TradeCancel | E::TradeCorrect) => {
                if progress.any_filled { S::Filled } else { S::Canceled }
            }
            (S::Canceled | S::Expired | S::Rejected,           E::TradeCancel | E::TradeCorrect) => self,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [OrdStatus; 12] = [
        OrdStatus::New,
        OrdStatus::PartiallyFilled,
        OrdStatus::Filled,
        OrdStatus::Canceled,
        OrdStatus::Expired,
        OrdStatus::Denied,
        OrdStatus::Held,
        OrdStatus::Rejected,
        OrdStatus::PendingNew,
        OrdStatus::PendingCancel,
        OrdStatus::PendingReplace,
        OrdStatus::Unknown,
    ];
    const TYPES: [ExecType; 15] = [
        ExecType::New,
        ExecType::Trade,
        ExecType::Replaced,
        ExecType::Canceled,
        ExecType::Expired,
        ExecType::Status,
        ExecType::Triggered,
        ExecType::Restated,
        ExecType::Rejected,
        ExecType::PendingNew,
        ExecType::PendingCancel,
        ExecType::PendingReplace,
        ExecType::Unknown,
        ExecType::TradeCancel,
        ExecType::TradeCorrect,
    ];

    fn all_progress() -> impl Iterator<Item = Progress> {
        (0..32).map(|bits| Progress {
            on_the_way: [OnTheWay::Nothing, OnTheWay::Order, OnTheWay::Replace, OnTheWay::Cancel][bits >> 3],
            any_filled: bits & 1 != 0,
            none_left: bits & 2 != 0,
            waits: bits & 4 != 0,
        })
    }

    #[test]
    fn terminal_states_stay_but_for_a_late_fill_and_a_trade_taken_back() {
        for state in STATES.into_iter().filter(|state| state.is_terminal()) {
            for exec_type in TYPES.into_iter().filter(|&exec_type| exec_type != ExecType::Status) {
                for progress in all_progress() {
                    let expected = match (state, exec_type) {
                        (OrdStatus::Canceled, ExecType::Trade) => Some(OrdStatus::Filled),
                        (OrdStatus::Denied, _) => None,
                        (OrdStatus::Filled, ExecType::TradeCancel | ExecType::TradeCorrect) if !progress.any_filled => {
                            Some(OrdStatus::Canceled)
                        }
                        (_, ExecType::TradeCancel | ExecType::TradeCorrect) => Some(state),
                        _ => None,
                    };
                    assert_eq!(state.after(exec_type, progress), expected, "{state:?} {exec_type:?}");
                }
            }
        }
    }

    #[test]
    fn every_live_state_can_end_and_unknown_ends_by_the_brokers_word_alone() {
        let none = Progress { on_the_way: OnTheWay::Nothing, any_filled: false, none_left: false, waits: false };
        for state in STATES.into_iter().filter(|state| !state.is_terminal()) {
            assert_eq!(state.after(ExecType::Canceled, none), Some(OrdStatus::Canceled), "{state:?}");
        }
        for exec_type in [ExecType::PendingNew, ExecType::PendingCancel, ExecType::PendingReplace, ExecType::Triggered] {
            assert_eq!(OrdStatus::Unknown.after(exec_type, none), None, "nothing is sent again while the outcome is unknown");
        }
    }
}
