//! The client's end of the wire: requests into frames. Used by tests and load generators; limits are not checked here.

use flatbuffers::{FlatBufferBuilder, UnionWIPOffset, WIPOffset};
use jware_core::bar::BarInterval;
use jware_core::command::{CancelOrder, MassCancel, NewOrder, ReplaceOrder, TradingState};
use jware_core::units::{AccountId, InstrumentId};

use crate::generated::{self as wire, Channel, ClientBody, ClientFrame, ClientFrameArgs};
use crate::inbound::LogonRequest;

const INITIAL_BYTES: usize = 1024;

/// Encodes one frame at a time into a buffer that it keeps; each result is valid until the next call.
pub struct ClientEncoder {
    builder: FlatBufferBuilder<'static>,
}

impl Default for ClientEncoder {
    fn default() -> Self {
        Self::new()
    }
}

impl ClientEncoder {
    /// An encoder with room for ordinary frames.
    #[must_use]
    pub fn new() -> Self {
        Self { builder: FlatBufferBuilder::with_capacity(INITIAL_BYTES) }
    }

    /// Logon.
    pub fn logon(&mut self, logon: &LogonRequest<'_>) -> &[u8] {
        self.builder.reset();
        let args = wire::LogonArgs {
            ticket: logon.ticket.map(|secret| self.builder.create_string(secret)),
            api_key: logon.api_key.map(|secret| self.builder.create_string(secret)),
            heartbeat_ms: logon.heartbeat_ms,
            cancel_on_disconnect: logon.cancel_on_disconnect,
            client_name: self.text(logon.client_name),
        };
        let body = wire::Logon::create(&mut self.builder, &args);
        self.finish(ClientBody::Logon, body.as_union_value())
    }

    /// Heartbeat with the client's own clock.
    pub fn heartbeat(&mut self, client_ts_ns: u64) -> &[u8] {
        self.builder.reset();
        let body = wire::Heartbeat::create(&mut self.builder, &wire::HeartbeatArgs { client_ts_ns, server_ts_ns: 0 });
        self.finish(ClientBody::Heartbeat, body.as_union_value())
    }

    /// Logout.
    pub fn logout(&mut self, keep_orders: bool) -> &[u8] {
        self.builder.reset();
        let body = wire::Logout::create(&mut self.builder, &wire::LogoutArgs { code: 0, text: None, keep_orders });
        self.finish(ClientBody::Logout, body.as_union_value())
    }

    /// `NewOrderSingle`. The actor is not sent: the server knows who speaks.
    pub fn new_order(&mut self, order: &NewOrder) -> &[u8] {
        self.builder.reset();
        let args = wire::NewOrderSingleArgs {
            account: order.account.0,
            instrument: order.instrument.0,
            cl_ord_id: self.text(order.cl_ord_id.as_str()),
            side: wire::Side(order.side as u8),
            ord_type: wire::OrdType(order.ord_type as u8),
            time_in_force: wire::TimeInForce(order.time_in_force as u8),
            order_qty_lots: order.order_qty.0,
            price_ticks: order.price.0,
        };
        let body = wire::NewOrderSingle::create(&mut self.builder, &args);
        self.finish(ClientBody::NewOrderSingle, body.as_union_value())
    }

    /// `OrderCancelRequest`.
    pub fn cancel(&mut self, request: &CancelOrder) -> &[u8] {
        self.builder.reset();
        let args = wire::OrderCancelRequestArgs {
            account: request.account.0,
            cl_ord_id: self.text(request.cl_ord_id.as_str()),
            orig_cl_ord_id: self.text(request.target.orig_cl_ord_id.as_str()),
            order_id: request.target.order_id.0,
        };
        let body = wire::OrderCancelRequest::create(&mut self.builder, &args);
        self.finish(ClientBody::OrderCancelRequest, body.as_union_value())
    }

    /// `OrderCancelReplaceRequest`.
    pub fn replace(&mut self, request: &ReplaceOrder) -> &[u8] {
        self.builder.reset();
        let args = wire::OrderCancelReplaceRequestArgs {
            account: request.account.0,
            cl_ord_id: self.text(request.cl_ord_id.as_str()),
            orig_cl_ord_id: self.text(request.target.orig_cl_ord_id.as_str()),
            order_id: request.target.order_id.0,
            order_qty_lots: request.order_qty.0,
            price_ticks: request.price.0,
        };
        let body = wire::OrderCancelReplaceRequest::create(&mut self.builder, &args);
        self.finish(ClientBody::OrderCancelReplaceRequest, body.as_union_value())
    }

    /// `OrderMassCancelRequest`; `session_only` is the server's own and not sent.
    pub fn mass_cancel(&mut self, request: &MassCancel) -> &[u8] {
        self.builder.reset();
        let args = wire::OrderMassCancelRequestArgs {
            account: request.account.0,
            cl_ord_id: self.text(request.cl_ord_id.as_str()),
            instrument: request.instrument.0,
            side: request.side.map_or(wire::Side::None, |side| wire::Side(side as u8)),
        };
        let body = wire::OrderMassCancelRequest::create(&mut self.builder, &args);
        self.finish(ClientBody::OrderMassCancelRequest, body.as_union_value())
    }

    /// `AccountControl`: halts or releases.
    pub fn control(&mut self, account: AccountId, state: TradingState, reason: &str, cl_ord_id: &str) -> &[u8] {
        self.builder.reset();
        let args = wire::AccountControlArgs {
            account: account.0,
            action: match state {
                TradingState::Halted => wire::ControlAction::Halt,
                TradingState::Active => wire::ControlAction::Release,
            },
            reason: self.text(reason),
            cl_ord_id: self.text(cl_ord_id),
        };
        let body = wire::AccountControl::create(&mut self.builder, &args);
        self.finish(ClientBody::AccountControl, body.as_union_value())
    }

    /// Subscribe.
    pub fn subscribe(&mut self, instruments: &[InstrumentId], channels: Channel, bar_interval: Option<BarInterval>) -> &[u8] {
        self.builder.reset();
        let args = wire::SubscribeArgs {
            instruments: Some(self.builder.create_vector_from_iter(instruments.iter().map(|id| id.0))),
            channels: channels.bits(),
            bar_interval_s: bar_interval.map_or(0, |interval| interval as u32),
        };
        let body = wire::Subscribe::create(&mut self.builder, &args);
        self.finish(ClientBody::Subscribe, body.as_union_value())
    }

    /// Unsubscribe.
    pub fn unsubscribe(&mut self, instruments: &[InstrumentId], channels: Channel, bar_interval: Option<BarInterval>) -> &[u8] {
        self.builder.reset();
        let args = wire::UnsubscribeArgs {
            instruments: Some(self.builder.create_vector_from_iter(instruments.iter().map(|id| id.0))),
            channels: channels.bits(),
            bar_interval_s: bar_interval.map_or(0, |interval| interval as u32),
        };
        let body = wire::Unsubscribe::create(&mut self.builder, &args);
        self.finish(ClientBody::Unsubscribe, body.as_union_value())
    }

    fn text(&mut self, text: &str) -> Option<WIPOffset<&'static str>> {
        (!text.is_empty()).then(|| self.builder.create_string(text))
    }

    fn finish(&mut self, body_type: ClientBody, body: WIPOffset<UnionWIPOffset>) -> &[u8] {
        let frame = ClientFrame::create(&mut self.builder, &ClientFrameArgs { body_type, body: Some(body) });
        self.builder.finish(frame, None);
        self.builder.finished_data()
    }
}
