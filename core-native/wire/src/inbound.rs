//! What a client's frame means, once it has been verified.

use flatbuffers::Vector;
use jware_core::bar::BarInterval;
use jware_core::command::{Command, NewOrder};
use jware_core::order::ClOrdId;
use jware_core::refusal::{Refusal, RequestKind};
use jware_core::units::{AccountId, InstrumentId};

use crate::generated::Channel;

/// A frame that was understood. Texts and lists borrow from its bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Inbound<'a> {
    /// The first frame of a connection.
    Logon(LogonRequest<'a>),
    /// A sign of life, to be answered with the same time.
    Heartbeat {
        /// The client's clock, nanoseconds; given back unread.
        client_ts_ns: u64,
    },
    /// The client's goodbye.
    Logout {
        /// Leaves this session's orders in the book whatever the logon asked for.
        keep_orders: bool,
    },
    /// A request for the core: an order, a list, a batch, a cancel, a replace, a mass cancel or a control, with the given actor.
    Command(Command),
    /// An order that is to be checked only.
    Validate(NewOrder),
    /// Asks for channels of instruments.
    Subscribe(SubscriptionRequest<'a>),
    /// Gives them up.
    Unsubscribe(SubscriptionRequest<'a>),
}

impl Inbound<'_> {
    /// The request's kind, as a refusal of it names it. Heartbeats and logouts are never refused for what they say.
    #[must_use]
    pub const fn request(&self) -> RequestKind {
        match self {
            Self::Logon(_) => RequestKind::Logon,
            Self::Heartbeat { .. } | Self::Logout { .. } => RequestKind::Frame,
            Self::Command(Command::NewOrder(_)) => RequestKind::NewOrder,
            Self::Command(Command::Cancel(_)) => RequestKind::Cancel,
            Self::Command(Command::Replace(_)) => RequestKind::Replace,
            Self::Command(Command::MassCancel(_)) => RequestKind::MassCancel,
            Self::Command(Command::NewOrderList(_)) => RequestKind::NewOrderList,
            Self::Command(Command::Batch(_)) => RequestKind::Batch,
            Self::Validate(_) => RequestKind::Validate,
            Self::Command(_) => RequestKind::Control,
            Self::Subscribe(_) | Self::Unsubscribe(_) => RequestKind::Subscribe,
        }
    }
}

/// A logon. Exactly one of `ticket` and `api_key` is there, and it is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogonRequest<'a> {
    /// One-time ticket.
    pub ticket: Option<&'a str>,
    /// API key.
    pub api_key: Option<&'a str>,
    /// Wanted time between heartbeats, 0 = the server's.
    pub heartbeat_ms: u32,
    /// Cancels the session's orders when its connection is lost.
    pub cancel_on_disconnect: bool,
    /// What the client calls itself, possibly empty; no control characters.
    pub client_name: &'a str,
}

/// Channels of instruments: at least one of each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SubscriptionRequest<'a> {
    /// The instruments, as sent: repeats are possible, unknown ones too.
    pub instruments: InstrumentIds<'a>,
    /// The channels; only known bits.
    pub channels: Channel,
    /// The length of the bars: there exactly where the channels have bars.
    pub bar_interval: Option<BarInterval>,
}

/// A list of instruments inside a frame's bytes.
#[derive(Clone, Copy)]
pub struct InstrumentIds<'a>(pub(crate) Vector<'a, u32>);

impl<'a> InstrumentIds<'a> {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each, in the order sent.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = InstrumentId> + use<'a> {
        self.0.iter().map(InstrumentId)
    }
}

impl PartialEq for InstrumentIds<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl core::fmt::Debug for InstrumentIds<'_> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// A request that was refused, with as much of what it was about as is known. Has the fields of `Event::Refused`, so that
/// one encoding serves refusals of frames, of sessions and of the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRefusal {
    /// The request's kind.
    pub request: RequestKind,
    /// Why.
    pub refusal: Refusal,
    /// The account it was for, or 0.
    pub account: AccountId,
    /// The instrument it was for, or 0.
    pub instrument: InstrumentId,
    /// The request's name; where the frame's is not valid, the valid characters that it begins with.
    pub cl_ord_id: ClOrdId,
    /// The order it was about by the client's name, cut like `cl_ord_id`; or empty.
    pub orig_cl_ord_id: ClOrdId,
}

impl FrameRefusal {
    /// A refusal of a request about no account, instrument or order.
    #[must_use]
    pub const fn plain(request: RequestKind, refusal: Refusal) -> Self {
        Self {
            request,
            refusal,
            account: AccountId(0),
            instrument: InstrumentId(0),
            cl_ord_id: ClOrdId::EMPTY,
            orig_cl_ord_id: ClOrdId::EMPTY,
        }
    }
}
