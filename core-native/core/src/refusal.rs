//! Refusals: the expected "no", with the rule, the limit, the value found and the headroom left.

#[rustfmt::skip]
#[path = "../../../schemas/gen/rust/refusal_code.rs"]
mod code;

pub use code::RefusalCode;

use serde::Serialize;

use crate::limit::LimitScope;
use crate::units::CurrencyId;

/// The request that was refused. Numbers are the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[repr(u8)]
pub enum RequestKind {
    /// A frame that could not be read.
    Frame = 1,
    /// A logon.
    Logon = 2,
    /// A new order.
    NewOrder = 3,
    /// A cancel.
    Cancel = 4,
    /// A replace.
    Replace = 5,
    /// A mass cancel.
    MassCancel = 6,
    /// A halt or release.
    Control = 7,
    /// A subscription.
    Subscribe = 8,
    /// A list of linked orders.
    NewOrderList = 9,
    /// A batch.
    Batch = 10,
    /// An order that was to be checked only.
    Validate = 11,
}

/// The unit of a refusal's figures. Numbers are the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[repr(u8)]
pub enum LimitUnit {
    /// No figures.
    None = 0,
    /// Ticks of the instrument.
    Ticks = 1,
    /// Lots of the instrument.
    Lots = 2,
    /// Minor units of `currency`.
    Minor = 3,
    /// A count.
    Count = 4,
    /// Bytes.
    Bytes = 5,
}

/// One refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The rule.
    pub code: RefusalCode,
    /// Unit of the figures.
    pub unit: LimitUnit,
    /// The limit.
    pub limit: i64,
    /// What was found.
    pub value: i64,
    /// What would still pass.
    pub headroom: i64,
    /// Which money, where the unit is `Minor`.
    pub currency: CurrencyId,
    /// Whose limit it was, where an administrator set it.
    pub scope: Option<LimitScope>,
}

impl Refusal {
    /// A refusal of a rule that has no figures.
    #[must_use]
    pub const fn plain(code: RefusalCode) -> Self {
        Self { code, unit: LimitUnit::None, limit: 0, value: 0, headroom: 0, currency: CurrencyId(0), scope: None }
    }

    /// A refusal of a limit.
    #[must_use]
    pub const fn limit(code: RefusalCode, unit: LimitUnit, limit: i64, value: i64, headroom: i64) -> Self {
        Self { code, unit, limit, value, headroom, currency: CurrencyId(0), scope: None }
    }

    /// A refusal of a limit in money.
    #[must_use]
    pub const fn money(code: RefusalCode, currency: CurrencyId, limit: i64, value: i64, headroom: i64) -> Self {
        Self { code, unit: LimitUnit::Minor, limit, value, headroom, currency, scope: None }
    }
}
