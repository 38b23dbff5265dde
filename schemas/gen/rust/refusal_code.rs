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
    /// Too many requests in the window of a rate; headroom says how many would pass now.
    RateLimit,
    /// The subscription names no known instrument, channel or bar interval.
    SubscriptionInvalid,
    /// All trading is halted until it is released.
    FirmHalted,
    /// The account is halted; it takes no new risk until it is released.
    AccountHalted,
    /// The strategy is halted; it takes no new risk until it is released.
    StrategyHalted,
    /// No such instrument.
    UnknownInstrument,
    /// Trading in the instrument is halted.
    InstrumentHalted,
    /// The instrument's session is closed.
    InstrumentClosed,
    /// The instrument's book is not in step with its venue.
    BookNotSynced,
    /// Only orders that make the position smaller are taken; limit and headroom say by how much.
    ReducingOnly,
    /// A field is missing or has no valid value.
    FieldInvalid,
    /// The account has positions, live orders or reports on their way; its kind and position mode can only be changed without any.
    AccountInUse,
    /// No such fill is remembered: there never was one, or there were too many since.
    UnknownExecution,
    /// The trade was busted before; nothing of it is left to bust or correct.
    TradeBusted,
    /// Other money was moved on this account under this reference; nothing was moved now.
    DuplicateReference,
    /// ClOrdID must be 1 to 36 printable ASCII characters.
    ClordidInvalid,
    /// Side must be buy or sell.
    SideInvalid,
    /// OrdType is missing or unknown, or the request does not take it.
    OrdTypeUnsupported,
    /// TimeInForce is missing or unknown, or the order type does not take it.
    TimeInForceUnsupported,
    /// Order types with a limit need a positive price; others have none.
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
    /// The trigger does not fit the order type: a price, a source or a trail is missing or out of range.
    TriggerInvalid,
    /// DisplayQty is above the quantity or below the minimum, or the order is not one that rests.
    DisplayQtyInvalid,
    /// GTD needs a time after now; other orders have none.
    ExpireTimeInvalid,
    /// The order came after its own deadline.
    DeadlinePassed,
    /// Post-only is for orders that rest at a price.
    PostOnlyInvalid,
    /// CashOrderQty is for market orders without OrderQty, and must be positive.
    CashQtyInvalid,
    /// The orders do not make such a list: number, sides, quantities, types or times in force do not fit.
    ListInvalid,
    /// A batch has 1 to 64 requests; an atomic one has no replaces, and each order once.
    BatchInvalid,
    /// The quantity of a linked order follows the others; only its prices can be changed.
    LinkedQtyFixed,
    /// This ClOrdID was used before on this account.
    DuplicateClordid,
    /// As many orders of this content as the limit allows came within its window.
    DuplicateOrder,
    /// The quantity is above a limit of firm, account, strategy or user.
    OrderQtyLimit,
    /// The order's value is above the instrument's maximum.
    NotionalAboveMax,
    /// The order's value is above a limit of firm, account, strategy or user.
    OrderNotionalLimit,
    /// The value of the orders within a window would pass a limit; headroom is what is left of it now.
    WindowNotionalLimit,
    /// There is no price to compare the order with.
    NoReferencePrice,
    /// The price is further from the reference than the collar allows.
    PriceCollar,
    /// The price is further than allowed from where the reference stood when the window began.
    PriceCollarWindow,
    /// The order would not make the position smaller, or by more than what other orders leave of it.
    ReduceOnly,
    /// There are as many live orders as the account, or the scope of a limit, may have.
    OpenOrderLimit,
    /// If everything that works on this side filled, the position would be above a limit.
    PositionLimit,
    /// Positions and what working orders would open would cost more than a limit allows.
    GrossNotionalLimit,
    /// Longs less shorts, with all working orders of one side filled, would be above a limit.
    NetNotionalLimit,
    /// A cash account sells only what it has and has not yet offered; limit and headroom say how much.
    ShortSale,
    /// The order needs more than the account has available.
    InsufficientFunds,
    /// The throttle on repeated orders was passed; it stays shut until the limit is set again.
    RepeatedExecution,
    /// No such order on this account.
    UnknownOrder,
    /// The order is no longer working.
    OrderClosed,
    /// There is nothing on the other side to trade with.
    NoLiquidity,
    /// The order would take liquidity at once, which post-only forbids; limit is the last price that would not.
    PostOnlyWouldTake,
    /// Another request of the atomic batch was refused, and so all are.
    BatchRefused,
}

impl RefusalCode {
    /// Every code, in precedence order.
    pub const ALL: [Self; 68] = [
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
        Self::FirmHalted,
        Self::AccountHalted,
        Self::StrategyHalted,
        Self::UnknownInstrument,
        Self::InstrumentHalted,
        Self::InstrumentClosed,
        Self::BookNotSynced,
        Self::ReducingOnly,
        Self::FieldInvalid,
        Self::AccountInUse,
        Self::UnknownExecution,
        Self::TradeBusted,
        Self::DuplicateReference,
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
        Self::TriggerInvalid,
        Self::DisplayQtyInvalid,
        Self::ExpireTimeInvalid,
        Self::DeadlinePassed,
        Self::PostOnlyInvalid,
        Self::CashQtyInvalid,
        Self::ListInvalid,
        Self::BatchInvalid,
        Self::LinkedQtyFixed,
        Self::DuplicateClordid,
        Self::DuplicateOrder,
        Self::OrderQtyLimit,
        Self::NotionalAboveMax,
        Self::OrderNotionalLimit,
        Self::WindowNotionalLimit,
        Self::NoReferencePrice,
        Self::PriceCollar,
        Self::PriceCollarWindow,
        Self::ReduceOnly,
        Self::OpenOrderLimit,
        Self::PositionLimit,
        Self::GrossNotionalLimit,
        Self::NetNotionalLimit,
        Self::ShortSale,
        Self::InsufficientFunds,
        Self::RepeatedExecution,
        Self::UnknownOrder,
        Self::OrderClosed,
        Self::NoLiquidity,
        Self::PostOnlyWouldTake,
        Self::BatchRefused,
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
            Self::FirmHalted => 507,
            Self::AccountHalted => 501,
            Self::StrategyHalted => 508,
            Self::UnknownInstrument => 301,
            Self::InstrumentHalted => 303,
            Self::InstrumentClosed => 304,
            Self::BookNotSynced => 302,
            Self::ReducingOnly => 509,
            Self::FieldInvalid => 401,
            Self::AccountInUse => 423,
            Self::UnknownExecution => 424,
            Self::TradeBusted => 425,
            Self::DuplicateReference => 426,
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
            Self::TriggerInvalid => 413,
            Self::DisplayQtyInvalid => 414,
            Self::ExpireTimeInvalid => 415,
            Self::DeadlinePassed => 416,
            Self::PostOnlyInvalid => 417,
            Self::CashQtyInvalid => 418,
            Self::ListInvalid => 419,
            Self::BatchInvalid => 420,
            Self::LinkedQtyFixed => 422,
            Self::DuplicateClordid => 412,
            Self::DuplicateOrder => 511,
            Self::OrderQtyLimit => 513,
            Self::NotionalAboveMax => 502,
            Self::OrderNotionalLimit => 514,
            Self::WindowNotionalLimit => 521,
            Self::NoReferencePrice => 503,
            Self::PriceCollar => 504,
            Self::PriceCollarWindow => 520,
            Self::ReduceOnly => 510,
            Self::OpenOrderLimit => 505,
            Self::PositionLimit => 515,
            Self::GrossNotionalLimit => 516,
            Self::NetNotionalLimit => 517,
            Self::ShortSale => 523,
            Self::InsufficientFunds => 506,
            Self::RepeatedExecution => 519,
            Self::UnknownOrder => 601,
            Self::OrderClosed => 602,
            Self::NoLiquidity => 603,
            Self::PostOnlyWouldTake => 604,
            Self::BatchRefused => 605,
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
            Self::FirmHalted => "FIRM_HALTED",
            Self::AccountHalted => "ACCOUNT_HALTED",
            Self::StrategyHalted => "STRATEGY_HALTED",
            Self::UnknownInstrument => "UNKNOWN_INSTRUMENT",
            Self::InstrumentHalted => "INSTRUMENT_HALTED",
            Self::InstrumentClosed => "INSTRUMENT_CLOSED",
            Self::BookNotSynced => "BOOK_NOT_SYNCED",
            Self::ReducingOnly => "REDUCING_ONLY",
            Self::FieldInvalid => "FIELD_INVALID",
            Self::AccountInUse => "ACCOUNT_IN_USE",
            Self::UnknownExecution => "UNKNOWN_EXECUTION",
            Self::TradeBusted => "TRADE_BUSTED",
            Self::DuplicateReference => "DUPLICATE_REFERENCE",
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
            Self::TriggerInvalid => "TRIGGER_INVALID",
            Self::DisplayQtyInvalid => "DISPLAY_QTY_INVALID",
            Self::ExpireTimeInvalid => "EXPIRE_TIME_INVALID",
            Self::DeadlinePassed => "DEADLINE_PASSED",
            Self::PostOnlyInvalid => "POST_ONLY_INVALID",
            Self::CashQtyInvalid => "CASH_QTY_INVALID",
            Self::ListInvalid => "LIST_INVALID",
            Self::BatchInvalid => "BATCH_INVALID",
            Self::LinkedQtyFixed => "LINKED_QTY_FIXED",
            Self::DuplicateClordid => "DUPLICATE_CLORDID",
            Self::DuplicateOrder => "DUPLICATE_ORDER",
            Self::OrderQtyLimit => "ORDER_QTY_LIMIT",
            Self::NotionalAboveMax => "NOTIONAL_ABOVE_MAX",
            Self::OrderNotionalLimit => "ORDER_NOTIONAL_LIMIT",
            Self::WindowNotionalLimit => "WINDOW_NOTIONAL_LIMIT",
            Self::NoReferencePrice => "NO_REFERENCE_PRICE",
            Self::PriceCollar => "PRICE_COLLAR",
            Self::PriceCollarWindow => "PRICE_COLLAR_WINDOW",
            Self::ReduceOnly => "REDUCE_ONLY",
            Self::OpenOrderLimit => "OPEN_ORDER_LIMIT",
            Self::PositionLimit => "POSITION_LIMIT",
            Self::GrossNotionalLimit => "GROSS_NOTIONAL_LIMIT",
            Self::NetNotionalLimit => "NET_NOTIONAL_LIMIT",
            Self::ShortSale => "SHORT_SALE",
            Self::InsufficientFunds => "INSUFFICIENT_FUNDS",
            Self::RepeatedExecution => "REPEATED_EXECUTION",
            Self::UnknownOrder => "UNKNOWN_ORDER",
            Self::OrderClosed => "ORDER_CLOSED",
            Self::NoLiquidity => "NO_LIQUIDITY",
            Self::PostOnlyWouldTake => "POST_ONLY_WOULD_TAKE",
            Self::BatchRefused => "BATCH_REFUSED",
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
            Self::RateLimit => "Too many requests in the window of a rate; headroom says how many would pass now.",
            Self::SubscriptionInvalid => "The subscription names no known instrument, channel or bar interval.",
            Self::FirmHalted => "All trading is halted until it is released.",
            Self::AccountHalted => "The account is halted; it takes no new risk until it is released.",
            Self::StrategyHalted => "The strategy is halted; it takes no new risk until it is released.",
            Self::UnknownInstrument => "No such instrument.",
            Self::InstrumentHalted => "Trading in the instrument is halted.",
            Self::InstrumentClosed => "The instrument's session is closed.",
            Self::BookNotSynced => "The instrument's book is not in step with its venue.",
            Self::ReducingOnly => "Only orders that make the position smaller are taken; limit and headroom say by how much.",
            Self::FieldInvalid => "A field is missing or has no valid value.",
            Self::AccountInUse => "The account has positions, live orders or reports on their way; its kind and position mode can only be changed without any.",
            Self::UnknownExecution => "No such fill is remembered: there never was one, or there were too many since.",
            Self::TradeBusted => "The trade was busted before; nothing of it is left to bust or correct.",
            Self::DuplicateReference => "Other money was moved on this account under this reference; nothing was moved now.",
            Self::ClordidInvalid => "ClOrdID must be 1 to 36 printable ASCII characters.",
            Self::SideInvalid => "Side must be buy or sell.",
            Self::OrdTypeUnsupported => "OrdType is missing or unknown, or the request does not take it.",
            Self::TimeInForceUnsupported => "TimeInForce is missing or unknown, or the order type does not take it.",
            Self::PriceInvalid => "Order types with a limit need a positive price; others have none.",
            Self::PriceOffTick => "The price is not a multiple of the tick.",
            Self::QtyOffLot => "The quantity is not a multiple of the lot.",
            Self::QtyBelowMin => "The quantity is below the instrument's minimum.",
            Self::QtyAboveMax => "The quantity is above the instrument's maximum.",
            Self::NumberOverflow => "Price times quantity does not fit.",
            Self::TriggerInvalid => "The trigger does not fit the order type: a price, a source or a trail is missing or out of range.",
            Self::DisplayQtyInvalid => "DisplayQty is above the quantity or below the minimum, or the order is not one that rests.",
            Self::ExpireTimeInvalid => "GTD needs a time after now; other orders have none.",
            Self::DeadlinePassed => "The order came after its own deadline.",
            Self::PostOnlyInvalid => "Post-only is for orders that rest at a price.",
            Self::CashQtyInvalid => "CashOrderQty is for market orders without OrderQty, and must be positive.",
            Self::ListInvalid => "The orders do not make such a list: number, sides, quantities, types or times in force do not fit.",
            Self::BatchInvalid => "A batch has 1 to 64 requests; an atomic one has no replaces, and each order once.",
            Self::LinkedQtyFixed => "The quantity of a linked order follows the others; only its prices can be changed.",
            Self::DuplicateClordid => "This ClOrdID was used before on this account.",
            Self::DuplicateOrder => "As many orders of this content as the limit allows came within its window.",
            Self::OrderQtyLimit => "The quantity is above a limit of firm, account, strategy or user.",
            Self::NotionalAboveMax => "The order's value is above the instrument's maximum.",
            Self::OrderNotionalLimit => "The order's value is above a limit of firm, account, strategy or user.",
            Self::WindowNotionalLimit => "The value of the orders within a window would pass a limit; headroom is what is left of it now.",
            Self::NoReferencePrice => "There is no price to compare the order with.",
            Self::PriceCollar => "The price is further from the reference than the collar allows.",
            Self::PriceCollarWindow => "The price is further than allowed from where the reference stood when the window began.",
            Self::ReduceOnly => "The order would not make the position smaller, or by more than what other orders leave of it.",
            Self::OpenOrderLimit => "There are as many live orders as the account, or the scope of a limit, may have.",
            Self::PositionLimit => "If everything that works on this side filled, the position would be above a limit.",
            Self::GrossNotionalLimit => "Positions and what working orders would open would cost more than a limit allows.",
            Self::NetNotionalLimit => "Longs less shorts, with all working orders of one side filled, would be above a limit.",
            Self::ShortSale => "A cash account sells only what it has and has not yet offered; limit and headroom say how much.",
            Self::InsufficientFunds => "The order needs more than the account has available.",
            Self::RepeatedExecution => "The throttle on repeated orders was passed; it stays shut until the limit is set again.",
            Self::UnknownOrder => "No such order on this account.",
            Self::OrderClosed => "The order is no longer working.",
            Self::NoLiquidity => "There is nothing on the other side to trade with.",
            Self::PostOnlyWouldTake => "The order would take liquidity at once, which post-only forbids; limit is the last price that would not.",
            Self::BatchRefused => "Another request of the atomic batch was refused, and so all are.",
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::ShuttingDown | Self::StorageFull | Self::RateLimit | Self::FirmHalted | Self::AccountHalted | Self::StrategyHalted | Self::InstrumentHalted | Self::InstrumentClosed | Self::BookNotSynced | Self::ReducingOnly | Self::AccountInUse | Self::DuplicateOrder | Self::WindowNotionalLimit | Self::NoReferencePrice | Self::PriceCollarWindow | Self::OpenOrderLimit | Self::NoLiquidity | Self::PostOnlyWouldTake | Self::BatchRefused)
    }
}
