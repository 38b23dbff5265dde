// Generated from schemas/refusals.json by `npm run gen`; do not edit.

/// Why a request was not carried out, in precedence order: where several apply, the first is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum RefusalCode {
    /// Frames are binary; this was text.
    FrameNotBinary,
    /// The frame is larger than the limit.
    FrameTooLarge,
    /// The frame is not a valid ClientFrame.
    FrameInvalid,
    /// The frame's body is of no kind that this server knows.
    FrameUnknown,
    /// This kind of frame belongs on the other route.
    FrameWrongRoute,
    /// The engine is stopping.
    ShuttingDown,
    /// The journal's disk is full.
    StorageFull,
    /// The first frame must be a Logon.
    LogonRequired,
    /// The ticket or API key is unknown, used or expired.
    LogonRefused,
    /// This connection is already logged on.
    AlreadyLoggedOn,
    /// The account does not exist or is not open to this session.
    AccountNotPermitted,
    /// The session lacks the permission for this.
    PermissionMissing,
    /// Too many requests in this second.
    RateLimit,
    /// The subscription names no known instrument, channel or bar interval.
    SubscriptionInvalid,
    /// The account is halted; it takes no new risk until it is released.
    AccountHalted,
    /// No such instrument.
    UnknownInstrument,
    /// The instrument's book is not in step with its venue.
    BookNotSynced,
    /// A field is missing or has no valid value.
    FieldInvalid,
    /// ClOrdID must be 1 to 36 printable ASCII characters.
    ClordidInvalid,
    /// Side must be buy or sell.
    SideInvalid,
    /// OrdType must be market or limit.
    OrdTypeUnsupported,
    /// TimeInForce must be gtc, ioc or fok.
    TimeInForceUnsupported,
    /// A limit order needs a positive price; a market order has none.
    PriceInvalid,
    /// The price is not a multiple of the tick.
    PriceOffTick,
    /// The quantity is not a multiple of the lot.
    QtyOffLot,
    /// The quantity is below the instrument's minimum.
    QtyBelowMin,
    /// The quantity is above the instrument's maximum.
    QtyAboveMax,
    /// Price times quantity does not fit.
    NumberOverflow,
    /// This ClOrdID was used before on this account.
    DuplicateClordid,
    /// The order's value is above the instrument's maximum.
    NotionalAboveMax,
    /// There is no price to compare the order with.
    NoReferencePrice,
    /// The price is further from the reference than the collar allows.
    PriceCollar,
    /// The account has as many working orders as it may have.
    OpenOrderLimit,
    /// The order needs more than the account has available.
    InsufficientFunds,
    /// No such order on this account.
    UnknownOrder,
    /// The order is no longer working.
    OrderClosed,
    /// There is nothing on the other side to trade with.
    NoLiquidity,
}

impl RefusalCode {
    /// Every code, in precedence order.
    pub const ALL: [Self; 37] = [
        Self::FrameNotBinary,
        Self::FrameTooLarge,
        Self::FrameInvalid,
        Self::FrameUnknown,
        Self::FrameWrongRoute,
        Self::ShuttingDown,
        Self::StorageFull,
        Self::LogonRequired,
        Self::LogonRefused,
        Self::AlreadyLoggedOn,
        Self::AccountNotPermitted,
        Self::PermissionMissing,
        Self::RateLimit,
        Self::SubscriptionInvalid,
        Self::AccountHalted,
        Self::UnknownInstrument,
        Self::BookNotSynced,
        Self::FieldInvalid,
        Self::ClordidInvalid,
        Self::SideInvalid,
        Self::OrdTypeUnsupported,
        Self::TimeInForceUnsupported,
        Self::PriceInvalid,
        Self::PriceOffTick,
        Self::QtyOffLot,
        Self::QtyBelowMin,
        Self::QtyAboveMax,
        Self::NumberOverflow,
        Self::DuplicateClordid,
        Self::NotionalAboveMax,
        Self::NoReferencePrice,
        Self::PriceCollar,
        Self::OpenOrderLimit,
        Self::InsufficientFunds,
        Self::UnknownOrder,
        Self::OrderClosed,
        Self::NoLiquidity,
    ];

    /// The stable number that clients see.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::FrameNotBinary => 101,
            Self::FrameTooLarge => 102,
            Self::FrameInvalid => 103,
            Self::FrameUnknown => 104,
            Self::FrameWrongRoute => 105,
            Self::ShuttingDown => 901,
            Self::StorageFull => 902,
            Self::LogonRequired => 201,
            Self::LogonRefused => 202,
            Self::AlreadyLoggedOn => 203,
            Self::AccountNotPermitted => 204,
            Self::PermissionMissing => 205,
            Self::RateLimit => 206,
            Self::SubscriptionInvalid => 207,
            Self::AccountHalted => 501,
            Self::UnknownInstrument => 301,
            Self::BookNotSynced => 302,
            Self::FieldInvalid => 401,
            Self::ClordidInvalid => 402,
            Self::SideInvalid => 403,
            Self::OrdTypeUnsupported => 404,
            Self::TimeInForceUnsupported => 405,
            Self::PriceInvalid => 406,
            Self::PriceOffTick => 407,
            Self::QtyOffLot => 408,
            Self::QtyBelowMin => 409,
            Self::QtyAboveMax => 410,
            Self::NumberOverflow => 411,
            Self::DuplicateClordid => 412,
            Self::NotionalAboveMax => 502,
            Self::NoReferencePrice => 503,
            Self::PriceCollar => 504,
            Self::OpenOrderLimit => 505,
            Self::InsufficientFunds => 506,
            Self::UnknownOrder => 601,
            Self::OrderClosed => 602,
            Self::NoLiquidity => 603,
        }
    }

    /// The stable name that clients see.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FrameNotBinary => "FRAME_NOT_BINARY",
            Self::FrameTooLarge => "FRAME_TOO_LARGE",
            Self::FrameInvalid => "FRAME_INVALID",
            Self::FrameUnknown => "FRAME_UNKNOWN",
            Self::FrameWrongRoute => "FRAME_WRONG_ROUTE",
            Self::ShuttingDown => "SHUTTING_DOWN",
            Self::StorageFull => "STORAGE_FULL",
            Self::LogonRequired => "LOGON_REQUIRED",
            Self::LogonRefused => "LOGON_REFUSED",
            Self::AlreadyLoggedOn => "ALREADY_LOGGED_ON",
            Self::AccountNotPermitted => "ACCOUNT_NOT_PERMITTED",
            Self::PermissionMissing => "PERMISSION_MISSING",
            Self::RateLimit => "RATE_LIMIT",
            Self::SubscriptionInvalid => "SUBSCRIPTION_INVALID",
            Self::AccountHalted => "ACCOUNT_HALTED",
            Self::UnknownInstrument => "UNKNOWN_INSTRUMENT",
            Self::BookNotSynced => "BOOK_NOT_SYNCED",
            Self::FieldInvalid => "FIELD_INVALID",
            Self::ClordidInvalid => "CLORDID_INVALID",
            Self::SideInvalid => "SIDE_INVALID",
            Self::OrdTypeUnsupported => "ORD_TYPE_UNSUPPORTED",
            Self::TimeInForceUnsupported => "TIME_IN_FORCE_UNSUPPORTED",
            Self::PriceInvalid => "PRICE_INVALID",
            Self::PriceOffTick => "PRICE_OFF_TICK",
            Self::QtyOffLot => "QTY_OFF_LOT",
            Self::QtyBelowMin => "QTY_BELOW_MIN",
            Self::QtyAboveMax => "QTY_ABOVE_MAX",
            Self::NumberOverflow => "NUMBER_OVERFLOW",
            Self::DuplicateClordid => "DUPLICATE_CLORDID",
            Self::NotionalAboveMax => "NOTIONAL_ABOVE_MAX",
            Self::NoReferencePrice => "NO_REFERENCE_PRICE",
            Self::PriceCollar => "PRICE_COLLAR",
            Self::OpenOrderLimit => "OPEN_ORDER_LIMIT",
            Self::InsufficientFunds => "INSUFFICIENT_FUNDS",
            Self::UnknownOrder => "UNKNOWN_ORDER",
            Self::OrderClosed => "ORDER_CLOSED",
            Self::NoLiquidity => "NO_LIQUIDITY",
        }
    }

    /// One sentence for people.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::FrameNotBinary => "Frames are binary; this was text.",
            Self::FrameTooLarge => "The frame is larger than the limit.",
            Self::FrameInvalid => "The frame is not a valid ClientFrame.",
            Self::FrameUnknown => "The frame's body is of no kind that this server knows.",
            Self::FrameWrongRoute => "This kind of frame belongs on the other route.",
            Self::ShuttingDown => "The engine is stopping.",
            Self::StorageFull => "The journal's disk is full.",
            Self::LogonRequired => "The first frame must be a Logon.",
            Self::LogonRefused => "The ticket or API key is unknown, used or expired.",
            Self::AlreadyLoggedOn => "This connection is already logged on.",
            Self::AccountNotPermitted => "The account does not exist or is not open to this session.",
            Self::PermissionMissing => "The session lacks the permission for this.",
            Self::RateLimit => "Too many requests in this second.",
            Self::SubscriptionInvalid => "The subscription names no known instrument, channel or bar interval.",
            Self::AccountHalted => "The account is halted; it takes no new risk until it is released.",
            Self::UnknownInstrument => "No such instrument.",
            Self::BookNotSynced => "The instrument's book is not in step with its venue.",
            Self::FieldInvalid => "A field is missing or has no valid value.",
            Self::ClordidInvalid => "ClOrdID must be 1 to 36 printable ASCII characters.",
            Self::SideInvalid => "Side must be buy or sell.",
            Self::OrdTypeUnsupported => "OrdType must be market or limit.",
            Self::TimeInForceUnsupported => "TimeInForce must be gtc, ioc or fok.",
            Self::PriceInvalid => "A limit order needs a positive price; a market order has none.",
            Self::PriceOffTick => "The price is not a multiple of the tick.",
            Self::QtyOffLot => "The quantity is not a multiple of the lot.",
            Self::QtyBelowMin => "The quantity is below the instrument's minimum.",
            Self::QtyAboveMax => "The quantity is above the instrument's maximum.",
            Self::NumberOverflow => "Price times quantity does not fit.",
            Self::DuplicateClordid => "This ClOrdID was used before on this account.",
            Self::NotionalAboveMax => "The order's value is above the instrument's maximum.",
            Self::NoReferencePrice => "There is no price to compare the order with.",
            Self::PriceCollar => "The price is further from the reference than the collar allows.",
            Self::OpenOrderLimit => "The account has as many working orders as it may have.",
            Self::InsufficientFunds => "The order needs more than the account has available.",
            Self::UnknownOrder => "No such order on this account.",
            Self::OrderClosed => "The order is no longer working.",
            Self::NoLiquidity => "There is nothing on the other side to trade with.",
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::ShuttingDown | Self::StorageFull | Self::RateLimit | Self::AccountHalted | Self::BookNotSynced | Self::NoReferencePrice | Self::OpenOrderLimit | Self::NoLiquidity)
    }
}
