//! Refusals of frames and fields, and the text that is looked at for them.

use jware_core::refusal::{LimitUnit, Refusal, RefusalCode, RequestKind};

use crate::inbound::FrameRefusal;

/// The refusal of a frame that says of nothing what it is about.
pub const fn of_frame(code: RefusalCode) -> FrameRefusal {
    FrameRefusal::plain(RequestKind::Frame, Refusal::plain(code))
}

/// What is known of a request before its fields are read. The code stands for nothing until `refused` sets it.
pub const fn of_request(request: RequestKind) -> FrameRefusal {
    FrameRefusal::plain(request, Refusal::plain(RefusalCode::FieldInvalid))
}

/// The refusal of what `about` tells.
pub const fn refused(about: &FrameRefusal, code: RefusalCode) -> FrameRefusal {
    FrameRefusal { refusal: Refusal::plain(code), ..*about }
}

pub fn too_large(length: usize, bytes_max: usize) -> FrameRefusal {
    let refusal = over(RefusalCode::FrameTooLarge, LimitUnit::Bytes, bytes_max, length);
    FrameRefusal::plain(RequestKind::Frame, refusal)
}

/// A refusal of a count above its limit: what would still pass is the limit itself.
pub fn over(code: RefusalCode, unit: LimitUnit, limit: usize, value: usize) -> Refusal {
    let figure = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Refusal::limit(code, unit, figure(limit), figure(value), figure(limit))
}

/// Text of a person or program. Control characters are refused: it ends in logs and in a database that has no NUL.
pub fn text<'a>(given: Option<&'a str>, bytes_max: usize, about: &FrameRefusal) -> Result<&'a str, FrameRefusal> {
    let given = given.unwrap_or_default();
    if given.len() > bytes_max {
        let refusal = over(RefusalCode::FieldInvalid, LimitUnit::Bytes, bytes_max, given.len());
        return Err(FrameRefusal { refusal, ..*about });
    }
    if given.chars().any(char::is_control) {
        return Err(refused(about, RefusalCode::FieldInvalid));
    }
    Ok(given)
}
