//! Logons and subscriptions.

use jware_core::bar::BarInterval;
use jware_core::refusal::{LimitUnit, RefusalCode, RequestKind};

use super::refused::{of_request, over, refused, text};
use crate::generated as wire;
use crate::inbound::{FrameRefusal, InstrumentIds, LogonRequest, SubscriptionRequest};
use crate::limits::{CLIENT_NAME_BYTES_MAX, SUBSCRIPTION_INSTRUMENT_COUNT_MAX};

pub fn logon<'a>(body: &wire::Logon<'a>) -> Result<LogonRequest<'a>, FrameRefusal> {
    let about = of_request(RequestKind::Logon);
    let ticket = body.ticket().filter(|secret| !secret.is_empty());
    let api_key = body.api_key().filter(|secret| !secret.is_empty());
    if ticket.is_some() == api_key.is_some() {
        return Err(refused(&about, RefusalCode::FieldInvalid));
    }
    let client_name = text(body.client_name(), CLIENT_NAME_BYTES_MAX, &about)?;
    Ok(LogonRequest {
        ticket,
        api_key,
        heartbeat_ms: body.heartbeat_ms(),
        cancel_on_disconnect: body.cancel_on_disconnect(),
        client_name,
    })
}

pub fn subscription_request(
    instruments: Option<flatbuffers::Vector<'_, u32>>,
    channels: wire::Channel,
    bar_interval_s: u32,
) -> Result<SubscriptionRequest<'_>, FrameRefusal> {
    let about = of_request(RequestKind::Subscribe);
    let invalid = refused(&about, RefusalCode::SubscriptionInvalid);
    let instruments = instruments.map(InstrumentIds).filter(|list| !list.is_empty()).ok_or(invalid)?;
    if instruments.len() > SUBSCRIPTION_INSTRUMENT_COUNT_MAX {
        return Err(FrameRefusal {
            refusal: over(
                RefusalCode::SubscriptionInvalid,
                LimitUnit::Count,
                SUBSCRIPTION_INSTRUMENT_COUNT_MAX,
                instruments.len(),
            ),
            ..about
        });
    }
    if channels.is_empty() || !wire::Channel::all().contains(channels) {
        return Err(invalid);
    }
    let bar_interval = if channels.contains(wire::Channel::Bars) {
        Some(BarInterval::from_seconds(bar_interval_s).ok_or(invalid)?)
    } else {
        None
    };
    Ok(SubscriptionRequest { instruments, channels, bar_interval })
}
