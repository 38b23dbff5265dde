//! The client's end of the wire: requests into frames. Used by tests and load generators; limits are not checked here.

use flatbuffers::{FlatBufferBuilder, UnionWIPOffset, WIPOffset};
use jware_core::bar::BarInterval;
use jware_core::command::{
    Batch, BatchRequest, CancelOrder, ListedOrder, MassCancel, NewOrder, NewOrderList, OrderChange, OrderRef, ReplaceOrder,
    Scope, TradingState,
};
use jware_core::order::{ClOrdId, Trail};
use jware_core::units::{AccountId, InstrumentId, StrategyId};

use crate::generated::{self as wire, BatchBody, Channel, ClientBody, ClientFrame, ClientFrameArgs};
use crate::inbound::LogonRequest;

const INITIAL_BYTES: usize = 1024;

/// Encodes one frame at a time into a buffer that it keeps; each result is valid until the next call.
pub struct ClientEncoder {
    builder: FlatBufferBuilder<'static>,
    trace_sent_ns: u64,
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
        Self { builder: FlatBufferBuilder::with_capacity(INITIAL_BYTES), trace_sent_ns: 0 }
    }

    /// Asks for a trace of the next frame, and of no other; the clock of the moment, nanoseconds since the UNIX epoch.
    pub const fn traced(&mut self, sent_ns: u64) -> &mut Self {
        self.trace_sent_ns = sent_ns;
        self
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
        let body = self.new_order_single(order).as_union_value();
        self.finish(ClientBody::NewOrderSingle, body)
    }

    /// `OrderValidateRequest`.
    pub fn validate(&mut self, order: &NewOrder) -> &[u8] {
        self.builder.reset();
        let order = Some(self.new_order_single(order));
        let body = wire::OrderValidateRequest::create(&mut self.builder, &wire::OrderValidateRequestArgs { order });
        self.finish(ClientBody::OrderValidateRequest, body.as_union_value())
    }

    /// `NewOrderList`.
    pub fn new_order_list(&mut self, list: &NewOrderList) -> &[u8] {
        self.builder.reset();
        let orders: Vec<_> = list.orders.iter().map(|order| self.order(AccountId(0), InstrumentId(0), order)).collect();
        let args = wire::NewOrderListArgs {
            account: list.account.0,
            instrument: list.instrument.0,
            contingency: wire::Contingency(list.contingency as u8),
            orders: Some(self.builder.create_vector(&orders)),
        };
        let body = wire::NewOrderList::create(&mut self.builder, &args);
        self.finish(ClientBody::NewOrderList, body.as_union_value())
    }

    /// `OrderBatch`.
    pub fn batch(&mut self, batch: &Batch) -> &[u8] {
        self.builder.reset();
        let requests: Vec<_> = batch.requests.iter().map(|request| self.batch_request(request)).collect();
        let requests = Some(self.builder.create_vector(&requests));
        let args = wire::OrderBatchArgs { account: batch.account.0, atomic: batch.atomic, requests };
        let body = wire::OrderBatch::create(&mut self.builder, &args);
        self.finish(ClientBody::OrderBatch, body.as_union_value())
    }

    /// `OrderCancelRequest`.
    pub fn cancel(&mut self, request: &CancelOrder) -> &[u8] {
        self.builder.reset();
        let body = self.order_cancel(request.account, &request.cl_ord_id, &request.target).as_union_value();
        self.finish(ClientBody::OrderCancelRequest, body)
    }

    /// `OrderCancelReplaceRequest`.
    pub fn replace(&mut self, request: &ReplaceOrder) -> &[u8] {
        self.builder.reset();
        let body = self.order_replace(request.account, &request.cl_ord_id, &request.target, &request.change).as_union_value();
        self.finish(ClientBody::OrderCancelReplaceRequest, body)
    }

    /// `OrderMassCancelRequest`; `session_only` and `on_disconnect` are the server's own and not sent.
    pub fn mass_cancel(&mut self, request: &MassCancel) -> &[u8] {
        self.builder.reset();
        let args = wire::OrderMassCancelRequestArgs {
            account: request.account.0,
            cl_ord_id: self.text(request.cl_ord_id.as_str()),
            instrument: request.instrument.0,
            side: request.side.map_or(wire::Side::None, |side| wire::Side(side as u8)),
            strategy: request.strategy.0,
        };
        let body = wire::OrderMassCancelRequest::create(&mut self.builder, &args);
        self.finish(ClientBody::OrderMassCancelRequest, body.as_union_value())
    }

    /// `AccountControl` of an account or a strategy; other scopes are not on the wire, and account 0 stands for them.
    pub fn control(&mut self, scope: Scope, state: TradingState, flatten: bool, reason: &str, cl_ord_id: &str) -> &[u8] {
        self.builder.reset();
        let (account, strategy) = match scope {
            Scope::Account(account) => (account, StrategyId(0)),
            Scope::Strategy(account, strategy) => (account, strategy),
            Scope::Firm | Scope::Instrument(_) => (AccountId(0), StrategyId(0)),
        };
        let args = wire::AccountControlArgs {
            account: account.0,
            action: match state {
                TradingState::Halted => wire::ControlAction::Halt,
                TradingState::Reducing => wire::ControlAction::Reduce,
                TradingState::Active => wire::ControlAction::Release,
            },
            reason: self.text(reason),
            cl_ord_id: self.text(cl_ord_id),
            strategy: strategy.0,
            flatten,
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

    fn new_order_single(&mut self, order: &NewOrder) -> WIPOffset<wire::NewOrderSingle<'static>> {
        let listed = ListedOrder { cl_ord_id: order.cl_ord_id, terms: order.terms };
        self.order(order.account, order.instrument, &listed)
    }

    fn order(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        order: &ListedOrder,
    ) -> WIPOffset<wire::NewOrderSingle<'static>> {
        let terms = &order.terms;
        let (trail_ticks, trail_bps) = match terms.trigger.trail {
            Trail::None => (0, 0),
            Trail::Ticks(ticks) => (ticks, 0),
            Trail::Bps(bps) => (0, bps),
        };
        let args = wire::NewOrderSingleArgs {
            account: account.0,
            instrument: instrument.0,
            cl_ord_id: self.text(order.cl_ord_id.as_str()),
            side: wire::Side(terms.side as u8),
            ord_type: wire::OrdType(terms.ord_type as u8),
            time_in_force: wire::TimeInForce(terms.time_in_force as u8),
            order_qty_lots: terms.order_qty.0,
            price_ticks: terms.price.0,
            trigger_price_ticks: terms.trigger.price.0,
            trigger_source: wire::TriggerSource(terms.trigger.source as u8),
            trail_ticks,
            trail_bps,
            display_qty_lots: terms.display_qty.0,
            cash_qty_minor: terms.cash_qty.0,
            expire_ts_ns: terms.expire_ts.0,
            post_only: wire::PostOnly(terms.post_only as u8),
            reduce_only: terms.reduce_only,
            self_trade_prevention: wire::SelfTradePrevention(terms.self_trade_prevention as u8),
            strategy: terms.strategy.0,
            deadline_ts_ns: terms.deadline.0,
        };
        wire::NewOrderSingle::create(&mut self.builder, &args)
    }

    fn order_cancel(
        &mut self,
        account: AccountId,
        cl_ord_id: &ClOrdId,
        target: &OrderRef,
    ) -> WIPOffset<wire::OrderCancelRequest<'static>> {
        let args = wire::OrderCancelRequestArgs {
            account: account.0,
            cl_ord_id: self.text(cl_ord_id.as_str()),
            orig_cl_ord_id: self.text(target.orig_cl_ord_id.as_str()),
            order_id: target.order_id.0,
        };
        wire::OrderCancelRequest::create(&mut self.builder, &args)
    }

    fn order_replace(
        &mut self,
        account: AccountId,
        cl_ord_id: &ClOrdId,
        target: &OrderRef,
        change: &OrderChange,
    ) -> WIPOffset<wire::OrderCancelReplaceRequest<'static>> {
        let args = wire::OrderCancelReplaceRequestArgs {
            account: account.0,
            cl_ord_id: self.text(cl_ord_id.as_str()),
            orig_cl_ord_id: self.text(target.orig_cl_ord_id.as_str()),
            order_id: target.order_id.0,
            order_qty_lots: change.order_qty.0,
            price_ticks: change.price.0,
            trigger_price_ticks: change.trigger_price.0,
        };
        wire::OrderCancelReplaceRequest::create(&mut self.builder, &args)
    }

    fn batch_request(&mut self, request: &BatchRequest) -> WIPOffset<wire::BatchRequest<'static>> {
        let none = AccountId(0);
        let (body_type, body) = match request {
            BatchRequest::New { instrument, order } => {
                (BatchBody::NewOrderSingle, self.order(none, *instrument, order).as_union_value())
            }
            BatchRequest::Cancel { cl_ord_id, target } => {
                (BatchBody::OrderCancelRequest, self.order_cancel(none, cl_ord_id, target).as_union_value())
            }
            BatchRequest::Replace { cl_ord_id, target, change } => {
                (BatchBody::OrderCancelReplaceRequest, self.order_replace(none, cl_ord_id, target, change).as_union_value())
            }
        };
        wire::BatchRequest::create(&mut self.builder, &wire::BatchRequestArgs { body_type, body: Some(body) })
    }

    fn text(&mut self, text: &str) -> Option<WIPOffset<&'static str>> {
        (!text.is_empty()).then(|| self.builder.create_string(text))
    }

    fn finish(&mut self, body_type: ClientBody, body: WIPOffset<UnionWIPOffset>) -> &[u8] {
        let trace_sent_ns = std::mem::take(&mut self.trace_sent_ns);
        let frame = ClientFrame::create(&mut self.builder, &ClientFrameArgs { trace_sent_ns, body_type, body: Some(body) });
        self.builder.finish(frame, None);
        self.builder.finished_data()
    }
}
