//! Requests about orders, alone, in a list or in a batch, and about the state of an account.
// HOT: as `mod.rs`.

use jware_core::command::{
    Actor, Batch, BatchRequest, CancelOrder, Command, ListedOrder, MassCancel, NewOrder, NewOrderList, OrderChange, ReplaceOrder,
    Scope, TradingState,
};
use jware_core::order::{ClOrdId, OrderTerms};
use jware_core::refusal::{LimitUnit, RefusalCode, RequestKind};
use jware_core::units::{AccountId, AmountMinor, InstrumentId, PriceTicks, QtyLots, StrategyId, TsNs};

use super::enumeration::{
    contingency_of, ord_type_of, post_only_of, self_trade_prevention_of, side_of, time_in_force_of, trigger_of,
};
use super::name::{Name, Names};
use super::refused::{of_request, over, refused, text};
use crate::generated as wire;
use crate::inbound::FrameRefusal;
use crate::limits::{BATCH_REQUEST_COUNT_MAX, LIST_ORDER_COUNT_MAX, REASON_BYTES_MAX};

pub fn new_order(body: &wire::NewOrderSingle<'_>, actor: Actor, request: RequestKind) -> Result<NewOrder, FrameRefusal> {
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

pub fn cancel(body: &wire::OrderCancelRequest<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
    let about = FrameRefusal { account: AccountId(body.account()), ..of_request(RequestKind::Cancel) };
    let (names, about) = Names::of(body.cl_ord_id(), body.orig_cl_ord_id(), &about);
    let (cl_ord_id, target) = names.of_cancel(body.order_id(), &about)?;
    Ok(Command::Cancel(CancelOrder { actor, account: about.account, cl_ord_id, target }))
}

pub fn replace(body: &wire::OrderCancelReplaceRequest<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
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

pub fn mass_cancel(body: &wire::OrderMassCancelRequest<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
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

pub fn list(body: &wire::NewOrderList<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
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
pub fn batch(body: &wire::OrderBatch<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
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

pub fn control(body: &wire::AccountControl<'_>, actor: Actor) -> Result<Command, FrameRefusal> {
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
