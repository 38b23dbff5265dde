//! A client's bytes into a command of the core.
//!
//! Order of work: size, verification of the whole frame, kind, then the fields that the core's types cannot hold (an enum
//! value outside its list, a `ClOrdID` that is no `ClOrdID`). Prices, quantities, accounts and instruments go to the core as they
//! are: it alone knows their limits. Where several of a frame's fields are bad, the refusal is the first of the list in
//! `schemas/refusals.json`. Refusals made here come before the core is asked, so a bad field is told before an unknown
//! account or instrument, although the list has those first: a request that cannot be expressed cannot be checked further.
//!
//! Cost: one pass of verification and one copy of the fields; no allocation for the kinds of the order path (a list or batch
//! is collected, a halt's reason is copied; bytes that fail verification may allocate for the verifier's trace). Never
//! panics, whatever the bytes.

// HOT: runs for every inbound frame. No allocation, no formatting, no logging on the kinds of single orders.

#![allow(clippy::result_large_err, reason = "a refusal is 128 bytes with whose limit it was, and a box for it would allocate")]

use flatbuffers::{ForwardsUOffset, InvalidFlatbuffer, Verifiable, Verifier, VerifierOptions, root_unchecked};
use jware_core::bar::BarInterval;
use jware_core::command::{
    Actor, Batch, BatchRequest, CancelOrder, Command, ListedOrder, MassCancel, NewOrder, NewOrderList, OrderChange, OrderRef,
    ReplaceOrder, Scope, TradingState,
};
use jware_core::order::{
    CL_ORD_ID_BYTES_MAX, ClOrdId, Contingency, OrdType, OrderTerms, PostOnly, SelfTradePrevention, Side, TimeInForce, Trail,
    Trigger, TriggerSource,
};
use jware_core::refusal::{LimitUnit, Refusal, RefusalCode, RequestKind};
use jware_core::units::{AccountId, AmountMinor, InstrumentId, OrderId, PriceTicks, QtyLots, StrategyId, TsNs};

use crate::generated::{self as wire, ClientBody, ClientFrame};
use crate::inbound::{FrameRefusal, Inbound, InstrumentIds, LogonRequest, SubscriptionRequest};
use crate::limits::{
    APPARENT_SIZE_BYTES_MAX, BATCH_FRAME_BYTES_MAX, BATCH_REQUEST_COUNT_MAX, CLIENT_NAME_BYTES_MAX, FRAME_BYTES_MAX,
    LIST_ORDER_COUNT_MAX, ORDER_FRAME_BYTES_MAX, REASON_BYTES_MAX, SUBSCRIPTION_FRAME_BYTES_MAX,
    SUBSCRIPTION_INSTRUMENT_COUNT_MAX, TABLE_COUNT_MAX, TABLE_DEPTH_MAX,
};
use crate::regular::is_regular;

const VERIFIER_OPTIONS: VerifierOptions = VerifierOptions {
    max_depth: TABLE_DEPTH_MAX,
    max_tables: TABLE_COUNT_MAX,
    max_apparent_size: APPARENT_SIZE_BYTES_MAX,
    ignore_missing_null_terminator: false,
};

/// Verifies one frame and gives its meaning, with `actor` in the command if it is one.
///
/// # Errors
/// `FRAME_TOO_LARGE`, `FRAME_INVALID`, `FRAME_UNKNOWN` for the frame; `SUBSCRIPTION_INVALID`, `FIELD_INVALID`,
/// `CLORDID_INVALID`, `SIDE_INVALID`, `ORD_TYPE_UNSUPPORTED`, `TIME_IN_FORCE_UNSUPPORTED`, `TRIGGER_INVALID`,
/// `POST_ONLY_INVALID`, `LIST_INVALID`, `BATCH_INVALID` for its fields.
pub fn decode(bytes: &[u8], actor: Actor) -> Result<Inbound<'_>, FrameRefusal> {
    VerifiedFrame::of(bytes)?.meaning(actor)
}

/// A frame, every offset of which has been checked.
#[derive(Clone, Copy)]
pub struct VerifiedFrame<'a> {
    frame: ClientFrame<'a>,
    length: usize,
}

impl<'a> VerifiedFrame<'a> {
    /// Verifies one frame.
    ///
    /// # Errors
    /// `FRAME_TOO_LARGE`, `FRAME_INVALID`.
    #[inline]
    pub fn of(bytes: &'a [u8]) -> Result<Self, FrameRefusal> {
        if bytes.len() > FRAME_BYTES_MAX {
            return Err(too_large(bytes.len(), FRAME_BYTES_MAX));
        }
        match verified(bytes) {
            Ok(frame) => Ok(Self { frame, length: bytes.len() }),
            Err(_) => Err(of_frame(RefusalCode::FrameInvalid)),
        }
    }

    /// The client's clock when it sent the frame, where it asks for a trace; else 0.
    #[must_use]
    #[inline]
    pub fn trace_sent_ns(&self) -> u64 {
        self.frame.trace_sent_ns()
    }

    /// What it means, with `actor` in the command if it is one.
    ///
    /// # Errors
    /// As [`decode`], but for what [`VerifiedFrame::of`] has looked at.
    pub fn meaning(&self, actor: Actor) -> Result<Inbound<'a>, FrameRefusal> {
        let Self { frame, length } = *self;
        let bytes_max = match frame.body_type() {
            ClientBody::Subscribe | ClientBody::Unsubscribe => SUBSCRIPTION_FRAME_BYTES_MAX,
            ClientBody::OrderBatch => BATCH_FRAME_BYTES_MAX,
            _ => ORDER_FRAME_BYTES_MAX,
        };
        if length > bytes_max {
            return Err(too_large(length, bytes_max));
        }
        if let Some(body) = frame.body_as_new_order_single() {
            return new_order(&body, actor, RequestKind::NewOrder).map(Command::NewOrder).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_order_cancel_request() {
            return cancel(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_order_cancel_replace_request() {
            return replace(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_heartbeat() {
            return Ok(Inbound::Heartbeat { client_ts_ns: body.client_ts_ns() });
        }
        if let Some(body) = frame.body_as_order_mass_cancel_request() {
            return mass_cancel(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_order_batch() {
            return batch(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_new_order_list() {
            return list(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_order_validate_request() {
            let missing = of_request(RequestKind::Validate);
            return new_order(&body.order().ok_or(missing)?, actor, RequestKind::Validate).map(Inbound::Validate);
        }
        if let Some(body) = frame.body_as_account_control() {
            return control(&body, actor).map(Inbound::Command);
        }
        if let Some(body) = frame.body_as_subscribe() {
            return subscription_request(
                body.instruments(),
                wire::Channel::from_bits_retain(body.channels()),
                body.bar_interval_s(),
            )
            .map(Inbound::Subscribe);
        }
        if let Some(body) = frame.body_as_unsubscribe() {
            return subscription_request(
                body.instruments(),
                wire::Channel::from_bits_retain(body.channels()),
                body.bar_interval_s(),
            )
            .map(Inbound::Unsubscribe);
        }
        if let Some(body) = frame.body_as_logon() {
            return logon(&body).map(Inbound::Logon);
        }
        if let Some(body) = frame.body_as_logout() {
            return Ok(Inbound::Logout { keep_orders: body.keep_orders() });
        }
        Err(of_frame(RefusalCode::FrameUnknown))
    }
}

/// The frame, every offset of which has been checked. A union kind that this schema does not know passes, its body unread.
fn verified(bytes: &[u8]) -> Result<ClientFrame<'_>, InvalidFlatbuffer> {
    if !is_regular(bytes) {
        verify(bytes)?;
    }
    // SAFETY: one of the two lines above checked, for these very bytes, what the accessors rely on.
    Ok(unsafe { root_unchecked::<ClientFrame<'_>>(bytes) })
}

/// The library's verification, of every kind of frame.
///
/// # Errors
/// What is wrong with it.
pub fn verify(bytes: &[u8]) -> Result<(), InvalidFlatbuffer> {
    // A verifier's counters are not all cleared by its `reset`, so each frame has its own.
    let mut verifier = Verifier::new(&VERIFIER_OPTIONS, bytes);
    <ForwardsUOffset<ClientFrame<'_>>>::run_verifier(&mut verifier, 0)
}

fn new_order(body: &wire::NewOrderSingle<'_>, actor: Actor, request: RequestKind) -> Result<NewOrder, FrameRefusal> {
    let name = Name::of(body.cl_ord_id());
    let about = FrameRefusal {
        account: AccountId(body.account()),
        instrument: InstrumentId(body.instrument()),
        cl_ord_id: name.valid_part,
        ..of_request(request)
    };
    let ListedOrder { cl_ord_id, terms } = listed_order(body, &name, &about)?;
    Ok(NewOrder { actor, account: about.account, instrument: about.instrument, cl_ord_id, terms })
}

/// Name and terms of an order, wherever it stands. Absent fields mean what an order without them means.
fn listed_order(body: &wire::NewOrderSingle<'_>, name: &Name, about: &FrameRefusal) -> Result<ListedOrder, FrameRefusal> {
    let self_trade_prevention =
        self_trade_prevention_of(body.self_trade_prevention()).ok_or_else(|| refused(about, RefusalCode::FieldInvalid))?;
    let cl_ord_id = name.required(about)?;
    let side = side_of(body.side()).ok_or_else(|| refused(about, RefusalCode::SideInvalid))?;
    let ord_type = ord_type_of(body.ord_type()).ok_or_else(|| refused(about, RefusalCode::OrdTypeUnsupported))?;
    let time_in_force =
        time_in_force_of(body.time_in_force()).ok_or_else(|| refused(about, RefusalCode::TimeInForceUnsupported))?;
    let trigger = trigger_of(body).ok_or_else(|| refused(about, RefusalCode::TriggerInvalid))?;
    let post_only = post_only_of(body.post_only()).ok_or_else(|| refused(about, RefusalCode::PostOnlyInvalid))?;
    let terms = OrderTerms {
        side,
        ord_type,
        time_in_force,
        order_qty: QtyLots(body.order_qty_lots()),
        price: PriceTicks(body.price_ticks()),
        trigger,
        display_qty: QtyLots(body.display_qty_lots()),
        cash_qty: AmountMinor(body.cash_qty_minor()),
        expire_ts: TsNs(body.expire_ts_ns()),
        post_only,
        reduce_only: body.reduce_only(),
        self_trade_prevention,
        strategy: StrategyId(body.strategy()),
        deadline: TsNs(body.deadline_ts_ns()),
    };
    Ok(ListedOrder { cl_ord_id, terms })
}

fn list(body: &wire::NewOrderList<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
    let (account, instrument) = (AccountId(body.account()), InstrumentId(body.instrument()));
    let orders = body.orders();
    let first_name = orders.filter(|orders| !orders.is_empty()).map(|orders| Name::of(orders.get(0).cl_ord_id()).valid_part);
    let about = FrameRefusal {
        account,
        instrument,
        cl_ord_id: first_name.unwrap_or(ClOrdId::EMPTY),
        ..of_request(RequestKind::NewOrderList)
    };
    let contingency = contingency_of(body.contingency()).ok_or_else(|| refused(&about, RefusalCode::ListInvalid))?;
    let count = orders.map_or(0, |orders| orders.len());
    if count > LIST_ORDER_COUNT_MAX {
        let refusal = over(RefusalCode::ListInvalid, LimitUnit::Count, contingency.order_count(), count);
        return Err(FrameRefusal { refusal, ..about });
    }
    let orders = orders.into_iter().flatten().map(|order| {
        let name = Name::of(order.cl_ord_id());
        let about = FrameRefusal { cl_ord_id: name.valid_part, ..about };
        if !is_none_or_same(order.account(), account.0) || !is_none_or_same(order.instrument(), instrument.0) {
            return Err(refused(&about, RefusalCode::FieldInvalid));
        }
        listed_order(&order, &name, &about)
    });
    let orders = orders.collect::<Result<_, _>>()?;
    Ok(Command::NewOrderList(NewOrderList { actor, account, instrument, contingency, orders }))
}

/// A request of a batch that cannot be read refuses the batch, under that request's name: the rest is not half of it.
fn batch(body: &wire::OrderBatch<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
    let account = AccountId(body.account());
    let about = FrameRefusal { account, ..of_request(RequestKind::Batch) };
    let count = body.requests().map_or(0, |requests| requests.len());
    if count == 0 || count > BATCH_REQUEST_COUNT_MAX {
        let refusal = over(RefusalCode::BatchInvalid, LimitUnit::Count, BATCH_REQUEST_COUNT_MAX, count);
        return Err(FrameRefusal { refusal, ..about });
    }
    let requests = body.requests().into_iter().flatten().map(|request| batch_request(&request, &about));
    let requests = requests.collect::<Result<_, _>>()?;
    Ok(Command::Batch(Batch { actor, account, atomic: body.atomic(), requests }))
}

fn batch_request(request: &wire::BatchRequest<'_>, about: &FrameRefusal) -> Result<BatchRequest, FrameRefusal> {
    let of_batch = |account: u32, about: &FrameRefusal| {
        if is_none_or_same(account, about.account.0) { Ok(()) } else { Err(refused(about, RefusalCode::FieldInvalid)) }
    };
    if let Some(body) = request.body_as_new_order_single() {
        let name = Name::of(body.cl_ord_id());
        let instrument = InstrumentId(body.instrument());
        let about = FrameRefusal { instrument, cl_ord_id: name.valid_part, ..*about };
        of_batch(body.account(), &about)?;
        return listed_order(&body, &name, &about).map(|order| BatchRequest::New { instrument, order });
    }
    if let Some(body) = request.body_as_order_cancel_request() {
        let (names, about) = Names::of(body.cl_ord_id(), body.orig_cl_ord_id(), about);
        of_batch(body.account(), &about)?;
        let (cl_ord_id, target) = names.of_cancel(body.order_id(), &about)?;
        return Ok(BatchRequest::Cancel { cl_ord_id, target });
    }
    if let Some(body) = request.body_as_order_cancel_replace_request() {
        let (names, about) = Names::of(body.cl_ord_id(), body.orig_cl_ord_id(), about);
        of_batch(body.account(), &about)?;
        let (cl_ord_id, target) = names.of_replace(body.order_id(), &about)?;
        return Ok(BatchRequest::Replace { cl_ord_id, target, change: change_of(&body) });
    }
    Err(refused(about, RefusalCode::FieldInvalid))
}

const fn is_none_or_same(given: u32, outer: u32) -> bool {
    given == 0 || given == outer
}

fn cancel(body: &wire::OrderCancelRequest<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
    let about = FrameRefusal { account: AccountId(body.account()), ..of_request(RequestKind::Cancel) };
    let (names, about) = Names::of(body.cl_ord_id(), body.orig_cl_ord_id(), &about);
    let (cl_ord_id, target) = names.of_cancel(body.order_id(), &about)?;
    Ok(Command::Cancel(CancelOrder { actor, account: about.account, cl_ord_id, target }))
}

fn replace(body: &wire::OrderCancelReplaceRequest<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
    let about = FrameRefusal { account: AccountId(body.account()), ..of_request(RequestKind::Replace) };
    let (names, about) = Names::of(body.cl_ord_id(), body.orig_cl_ord_id(), &about);
    let (cl_ord_id, target) = names.of_replace(body.order_id(), &about)?;
    Ok(Command::Replace(ReplaceOrder { actor, account: about.account, cl_ord_id, target, change: change_of(body) }))
}

fn change_of(body: &wire::OrderCancelReplaceRequest<'_>) -> OrderChange {
    OrderChange {
        order_qty: QtyLots(body.order_qty_lots()),
        price: PriceTicks(body.price_ticks()),
        trigger_price: PriceTicks(body.trigger_price_ticks()),
    }
}

fn mass_cancel(body: &wire::OrderMassCancelRequest<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
    let name = Name::of(body.cl_ord_id());
    let about = FrameRefusal {
        account: AccountId(body.account()),
        instrument: InstrumentId(body.instrument()),
        cl_ord_id: name.valid_part,
        ..of_request(RequestKind::MassCancel)
    };
    let cl_ord_id = name.optional(&about)?;
    let side = match body.side() {
        wire::Side::None => None,
        given => Some(side_of(given).ok_or_else(|| refused(&about, RefusalCode::SideInvalid))?),
    };
    Ok(Command::MassCancel(MassCancel {
        actor,
        account: about.account,
        cl_ord_id,
        instrument: about.instrument,
        side,
        strategy: StrategyId(body.strategy()),
        session_only: false,
        on_disconnect: false,
    }))
}

fn control(body: &wire::AccountControl<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
    let name = Name::of(body.cl_ord_id());
    let about =
        FrameRefusal { account: AccountId(body.account()), cl_ord_id: name.valid_part, ..of_request(RequestKind::Control) };
    let state = match body.action() {
        wire::ControlAction::Halt => TradingState::Halted,
        wire::ControlAction::Release => TradingState::Active,
        wire::ControlAction::Reduce => TradingState::Reducing,
        _ => return Err(refused(&about, RefusalCode::FieldInvalid)),
    };
    let reason = text(body.reason(), REASON_BYTES_MAX, &about)?;
    name.optional(&about)?;
    let scope = match StrategyId(body.strategy()) {
        StrategyId(0) => Scope::Account(about.account),
        strategy => Scope::Strategy(about.account, strategy),
    };
    Ok(Command::SetTradingState { actor, scope, state, flatten: body.flatten(), reason: reason.to_owned() })
}

fn subscription_request(
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

fn logon<'a>(body: &wire::Logon<'a>) -> Result<LogonRequest<'a>, FrameRefusal> {
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

/// A `ClOrdID` as it came: what is valid of it, and whether that is all of it.
struct Name {
    valid_part: ClOrdId,
    whole: bool,
}

impl Name {
    fn of(text: Option<&str>) -> Self {
        let bytes = text.unwrap_or_default().as_bytes();
        if let Some(valid_part) = ClOrdId::new(bytes) {
            return Self { valid_part, whole: true };
        }
        let valid_length = bytes.iter().take(CL_ORD_ID_BYTES_MAX).take_while(|byte| byte.is_ascii_graphic()).count();
        Self { valid_part: ClOrdId::new(&bytes[..valid_length]).unwrap_or(ClOrdId::EMPTY), whole: false }
    }

    fn optional(&self, about: &FrameRefusal) -> Result<ClOrdId, FrameRefusal> {
        if self.whole { Ok(self.valid_part) } else { Err(refused(about, RefusalCode::ClordidInvalid)) }
    }

    fn required(&self, about: &FrameRefusal) -> Result<ClOrdId, FrameRefusal> {
        if self.valid_part.is_empty() { Err(refused(about, RefusalCode::ClordidInvalid)) } else { self.optional(about) }
    }
}

/// The names of a request about an order: its own, and the order's.
struct Names {
    own: Name,
    orig: Name,
}

impl Names {
    /// Both names, and what a refusal of the request is about.
    fn of(own: Option<&str>, orig: Option<&str>, about: &FrameRefusal) -> (Self, FrameRefusal) {
        let names = Self { own: Name::of(own), orig: Name::of(orig) };
        let about = FrameRefusal { cl_ord_id: names.own.valid_part, orig_cl_ord_id: names.orig.valid_part, ..*about };
        (names, about)
    }

    fn of_cancel(&self, order_id: u64, about: &FrameRefusal) -> Result<(ClOrdId, OrderRef), FrameRefusal> {
        let target = self.target(order_id, about)?;
        Ok((self.own.optional(about)?, target))
    }

    fn of_replace(&self, order_id: u64, about: &FrameRefusal) -> Result<(ClOrdId, OrderRef), FrameRefusal> {
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

/// Text of a person or program. Control characters are refused: it ends in logs and in a database that has no NUL.
fn text<'a>(given: Option<&'a str>, bytes_max: usize, about: &FrameRefusal) -> Result<&'a str, FrameRefusal> {
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

const fn side_of(given: wire::Side) -> Option<Side> {
    match given {
        wire::Side::Buy => Some(Side::Buy),
        wire::Side::Sell => Some(Side::Sell),
        _ => None,
    }
}

const fn ord_type_of(given: wire::OrdType) -> Option<OrdType> {
    match given {
        wire::OrdType::Market => Some(OrdType::Market),
        wire::OrdType::Limit => Some(OrdType::Limit),
        wire::OrdType::Stop => Some(OrdType::Stop),
        wire::OrdType::StopLimit => Some(OrdType::StopLimit),
        wire::OrdType::TrailingStop => Some(OrdType::TrailingStop),
        wire::OrdType::MarketIfTouched => Some(OrdType::MarketIfTouched),
        wire::OrdType::LimitIfTouched => Some(OrdType::LimitIfTouched),
        _ => None,
    }
}

const fn time_in_force_of(given: wire::TimeInForce) -> Option<TimeInForce> {
    match given {
        wire::TimeInForce::Gtc => Some(TimeInForce::Gtc),
        wire::TimeInForce::Day => Some(TimeInForce::Day),
        wire::TimeInForce::Ioc => Some(TimeInForce::Ioc),
        wire::TimeInForce::Fok => Some(TimeInForce::Fok),
        wire::TimeInForce::Gtd => Some(TimeInForce::Gtd),
        _ => None,
    }
}

/// The core has one trail, by ticks or by basis points: a request that gives both cannot be told to it.
fn trigger_of(body: &wire::NewOrderSingle<'_>) -> Option<Trigger> {
    let source = match body.trigger_source() {
        wire::TriggerSource::None | wire::TriggerSource::Last => TriggerSource::Last,
        wire::TriggerSource::Mark => TriggerSource::Mark,
        wire::TriggerSource::Quote => TriggerSource::Quote,
        wire::TriggerSource::Mid => TriggerSource::Mid,
        _ => return None,
    };
    let trail = match (body.trail_ticks(), body.trail_bps()) {
        (0, 0) => Trail::None,
        (ticks, 0) => Trail::Ticks(ticks),
        (0, bps) => Trail::Bps(bps),
        _ => return None,
    };
    Some(Trigger { price: PriceTicks(body.trigger_price_ticks()), source, trail })
}

const fn post_only_of(given: wire::PostOnly) -> Option<PostOnly> {
    match given {
        wire::PostOnly::None => Some(PostOnly::No),
        wire::PostOnly::Reject => Some(PostOnly::Reject),
        wire::PostOnly::Reprice => Some(PostOnly::Reprice),
        _ => None,
    }
}

const fn self_trade_prevention_of(given: wire::SelfTradePrevention) -> Option<SelfTradePrevention> {
    match given {
        wire::SelfTradePrevention::Allow => Some(SelfTradePrevention::None),
        wire::SelfTradePrevention::None | wire::SelfTradePrevention::CancelNewest => Some(SelfTradePrevention::CancelNewest),
        wire::SelfTradePrevention::CancelOldest => Some(SelfTradePrevention::CancelOldest),
        wire::SelfTradePrevention::CancelBoth => Some(SelfTradePrevention::CancelBoth),
        wire::SelfTradePrevention::Decrement => Some(SelfTradePrevention::Decrement),
        _ => None,
    }
}

const fn contingency_of(given: wire::Contingency) -> Option<Contingency> {
    match given {
        wire::Contingency::Oco => Some(Contingency::Oco),
        wire::Contingency::Oto => Some(Contingency::Oto),
        wire::Contingency::Bracket => Some(Contingency::Bracket),
        _ => None,
    }
}

const fn of_frame(code: RefusalCode) -> FrameRefusal {
    FrameRefusal::plain(RequestKind::Frame, Refusal::plain(code))
}

/// What is known of a request before its fields are read. The code stands for nothing until `refused` sets it.
const fn of_request(request: RequestKind) -> FrameRefusal {
    FrameRefusal::plain(request, Refusal::plain(RefusalCode::FieldInvalid))
}

const fn refused(about: &FrameRefusal, code: RefusalCode) -> FrameRefusal {
    FrameRefusal { refusal: Refusal::plain(code), ..*about }
}

fn too_large(length: usize, bytes_max: usize) -> FrameRefusal {
    let refusal = over(RefusalCode::FrameTooLarge, LimitUnit::Bytes, bytes_max, length);
    FrameRefusal::plain(RequestKind::Frame, refusal)
}

/// A refusal of a count above its limit: what would still pass is the limit itself.
fn over(code: RefusalCode, unit: LimitUnit, limit: usize, value: usize) -> Refusal {
    let figure = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Refusal::limit(code, unit, figure(limit), figure(value), figure(limit))
}
