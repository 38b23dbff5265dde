//! The names that requests and orders go by.
// HOT: as `mod.rs`.

use jware_core::command::OrderRef;
use jware_core::order::{CL_ORD_ID_BYTES_MAX, ClOrdId};
use jware_core::refusal::RefusalCode;
use jware_core::units::OrderId;

use super::refused::refused;
use crate::inbound::FrameRefusal;

/// The names of a request about an order: its own, and the order's.
pub struct Names {
    own: Name,
    orig: Name,
}

impl Names {
    /// Both names, and what a refusal of the request is about.
    pub fn of(own: Option<&str>, orig: Option<&str>, about: &FrameRefusal) -> (Self, FrameRefusal) {
        let names = Self { own: Name::of(own), orig: Name::of(orig) };
        let about = FrameRefusal { cl_ord_id: names.own.valid_part, orig_cl_ord_id: names.orig.valid_part, ..*about };
        (names, about)
    }

    pub fn of_cancel(&self, order_id: u64, about: &FrameRefusal) -> Result<(ClOrdId, OrderRef), FrameRefusal> {
        let target = self.target(order_id, about)?;
        Ok((self.own.optional(about)?, target))
    }

    pub fn of_replace(&self, order_id: u64, about: &FrameRefusal) -> Result<(ClOrdId, OrderRef), FrameRefusal> {
        let target = self.target(order_id, about)?;
        Ok((self.own.required(about)?, target))
    }

    fn target(&self, order_id: u64, about: &FrameRefusal) -> Result<OrderRef, FrameRefusal> {
        if order_id == 0 && self.orig.whole && self.orig.valid_part.is_empty() {
            return Err(refused(about, RefusalCode::FieldInvalid));
        }
        Ok(OrderRef { order_id: OrderId(order_id), orig_cl_ord_id: self.orig.optional(about)? })
    }
}

/// A `ClOrdID` as it came: what is valid of it, and whether that is all of it.
pub struct Name {
    /// As much of it as is a name.
    pub valid_part: ClOrdId,
    whole: bool,
}

impl Name {
    pub fn of(text: Option<&str>) -> Self {
        let bytes = text.unwrap_or_default().as_bytes();
        if let Some(valid_part) = ClOrdId::new(bytes) {
            return Self { valid_part, whole: true };
        }
        let valid_length = bytes.iter().take(CL_ORD_ID_BYTES_MAX).take_while(|byte| byte.is_ascii_graphic()).count();
        Self { valid_part: ClOrdId::new(&bytes[..valid_length]).unwrap_or(ClOrdId::EMPTY), whole: false }
    }

    /// All of it, which may be nothing.
    pub fn optional(&self, about: &FrameRefusal) -> Result<ClOrdId, FrameRefusal> {
        if self.whole { Ok(self.valid_part) } else { Err(refused(about, RefusalCode::ClordidInvalid)) }
    }

    /// All of it, which is something.
    pub fn required(&self, about: &FrameRefusal) -> Result<ClOrdId, FrameRefusal> {
        if self.valid_part.is_empty() { Err(refused(about, RefusalCode::ClordidInvalid)) } else { self.optional(about) }
    }
}
