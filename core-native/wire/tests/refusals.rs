//! What a verified frame may still say wrongly, and what it is told.

mod support;

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use jware_core::order::ClOrdId;
use jware_core::refusal::{LimitUnit, RefusalCode, RequestKind};
use jware_core::units::{AccountId, InstrumentId};
use jware_wire::generated::{self as wire, ClientBody};
use jware_wire::limits::{
    BATCH_FRAME_BYTES_MAX, FRAME_BYTES_MAX, ORDER_FRAME_BYTES_MAX, SUBSCRIPTION_FRAME_BYTES_MAX,
    SUBSCRIPTION_INSTRUMENT_COUNT_MAX,
};
use jware_wire::{ClientEncoder, FrameRefusal, Inbound, LogonRequest, decode};
use support::{ACTOR, name, raw, valid_frames};

fn refusal_of(frame: &[u8]) -> FrameRefusal {
    decode(frame, ACTOR).expect_err("a refusal")
}

fn order_frame(cl_ord_id: Option<&str>, side: u8, ord_type: u8, time_in_force: u8) -> Vec<u8> {
    raw(ClientBody::NewOrderSingle, |builder| {
        let args = wire::NewOrderSingleArgs {
            account: 1001,
            instrument: 101,
            cl_ord_id: cl_ord_id.map(|text| builder.create_string(text)),
            side: wire::Side(side),
            ord_type: wire::OrdType(ord_type),
            time_in_force: wire::TimeInForce(time_in_force),
            order_qty_lots: 1,
            price_ticks: 1,
            ..Default::default()
        };
        wire::NewOrderSingle::create(builder, &args).as_union_value()
    })
}

/// An order that lacks nothing, changed.
fn terms_frame(change: impl FnOnce(&mut wire::NewOrderSingleArgs<'static>)) -> Vec<u8> {
    raw(ClientBody::NewOrderSingle, |builder| {
        let order = order_table(builder, "a", change);
        order.as_union_value()
    })
}

fn order_table(
    builder: &mut FlatBufferBuilder<'static>,
    cl_ord_id: &str,
    change: impl FnOnce(&mut wire::NewOrderSingleArgs<'static>),
) -> WIPOffset<wire::NewOrderSingle<'static>> {
    let mut args = wire::NewOrderSingleArgs {
        cl_ord_id: Some(builder.create_string(cl_ord_id)),
        side: wire::Side::Buy,
        ord_type: wire::OrdType::Limit,
        time_in_force: wire::TimeInForce::Gtc,
        order_qty_lots: 1,
        price_ticks: 1,
        ..Default::default()
    };
    change(&mut args);
    wire::NewOrderSingle::create(builder, &args)
}

fn list_frame(contingency: u8, count: usize, change: impl Fn(&mut wire::NewOrderSingleArgs<'static>)) -> Vec<u8> {
    raw(ClientBody::NewOrderList, |builder| {
        let orders: Vec<_> = (0..count).map(|index| order_table(builder, &format!("l-{index}"), &change)).collect();
        let args = wire::NewOrderListArgs {
            account: 1001,
            instrument: 101,
            contingency: wire::Contingency(contingency),
            orders: Some(builder.create_vector(&orders)),
        };
        wire::NewOrderList::create(builder, &args).as_union_value()
    })
}

fn batch_frame(count: usize, change: impl Fn(&mut wire::NewOrderSingleArgs<'static>)) -> Vec<u8> {
    raw(ClientBody::OrderBatch, |builder| {
        let requests: Vec<_> = (0..count)
            .map(|index| {
                let body = Some(order_table(builder, &format!("b-{index}"), &change).as_union_value());
                let args = wire::BatchRequestArgs { body_type: wire::BatchBody::NewOrderSingle, body };
                wire::BatchRequest::create(builder, &args)
            })
            .collect();
        let requests = Some(builder.create_vector(&requests));
        wire::OrderBatch::create(builder, &wire::OrderBatchArgs { account: 1001, atomic: true, requests }).as_union_value()
    })
}

fn cancel_frame(cl_ord_id: Option<&str>, orig: Option<&str>, order_id: u64) -> Vec<u8> {
    raw(ClientBody::OrderCancelRequest, |builder| {
        let args = wire::OrderCancelRequestArgs {
            account: 1001,
            cl_ord_id: cl_ord_id.map(|text| builder.create_string(text)),
            orig_cl_ord_id: orig.map(|text| builder.create_string(text)),
            order_id,
        };
        wire::OrderCancelRequest::create(builder, &args).as_union_value()
    })
}

fn replace_frame(cl_ord_id: Option<&str>, orig: Option<&str>, order_id: u64) -> Vec<u8> {
    raw(ClientBody::OrderCancelReplaceRequest, |builder| {
        let args = wire::OrderCancelReplaceRequestArgs {
            account: 1001,
            cl_ord_id: cl_ord_id.map(|text| builder.create_string(text)),
            orig_cl_ord_id: orig.map(|text| builder.create_string(text)),
            order_id,
            order_qty_lots: 1,
            price_ticks: 1,
            trigger_price_ticks: 0,
        };
        wire::OrderCancelReplaceRequest::create(builder, &args).as_union_value()
    })
}

fn control_frame(action: u8, reason: &str, cl_ord_id: &str) -> Vec<u8> {
    raw(ClientBody::AccountControl, |builder| {
        let args = wire::AccountControlArgs {
            account: 1001,
            action: wire::ControlAction(action),
            reason: Some(builder.create_string(reason)),
            cl_ord_id: Some(builder.create_string(cl_ord_id)),
            ..Default::default()
        };
        wire::AccountControl::create(builder, &args).as_union_value()
    })
}

fn subscribe_frame(ids: Option<&[u32]>, channel_bits: u16, bar_interval_s: u32) -> Vec<u8> {
    raw(ClientBody::Subscribe, |builder| {
        let args = wire::SubscribeArgs {
            instruments: ids.map(|list| builder.create_vector(list)),
            channels: channel_bits,
            bar_interval_s,
        };
        wire::Subscribe::create(builder, &args).as_union_value()
    })
}

fn empty_frame(body_type: ClientBody) -> Vec<u8> {
    raw(body_type, |builder: &mut FlatBufferBuilder<'static>| {
        let table = builder.start_table();
        builder.end_table(table).as_union_value()
    })
}

#[test]
fn an_order_is_refused_for_the_first_bad_field_of_the_list() {
    use RefusalCode::{ClordidInvalid, OrdTypeUnsupported, SideInvalid, TimeInForceUnsupported};
    assert!(decode(&order_frame(Some("a"), 1, 2, 1), ACTOR).is_ok());
    for (cl_ord_id, side, ord_type, time_in_force, code) in [
        (None, 1, 2, 1, ClordidInvalid),
        (Some(""), 1, 2, 1, ClordidInvalid),
        (Some(" "), 0, 0, 0, ClordidInvalid),
        (Some("a"), 0, 2, 1, SideInvalid),
        (Some("a"), 7, 2, 1, SideInvalid),
        (Some("a"), 255, 9, 9, SideInvalid),
        (Some("a"), 1, 0, 1, OrdTypeUnsupported),
        (Some("a"), 2, 8, 7, OrdTypeUnsupported),
        (Some("a"), 1, 2, 0, TimeInForceUnsupported),
        (Some("a"), 1, 2, 5, TimeInForceUnsupported),
        (Some("a"), 1, 2, 7, TimeInForceUnsupported),
    ] {
        let refused = refusal_of(&order_frame(cl_ord_id, side, ord_type, time_in_force));
        assert_eq!(refused.refusal.code, code, "{cl_ord_id:?} {side} {ord_type} {time_in_force}");
        assert_eq!(refused.request, RequestKind::NewOrder);
        assert_eq!((refused.account, refused.instrument), (AccountId(1001), InstrumentId(101)));
    }
    let ascending = [ClordidInvalid, SideInvalid, OrdTypeUnsupported, TimeInForceUnsupported];
    assert!(ascending.is_sorted_by(|before, after| before < after), "the order of checks is the order of the list");
}

#[test]
fn a_term_that_the_core_has_no_word_for_is_refused_by_the_rule_it_belongs_to() {
    use RefusalCode::{FieldInvalid, PostOnlyInvalid, TriggerInvalid};
    for (frame, code) in [
        (terms_frame(|order| order.trigger_source = wire::TriggerSource(5)), TriggerInvalid),
        (terms_frame(|order| (order.trail_ticks, order.trail_bps) = (1, 1)), TriggerInvalid),
        (terms_frame(|order| order.post_only = wire::PostOnly(3)), PostOnlyInvalid),
        (terms_frame(|order| order.self_trade_prevention = wire::SelfTradePrevention(6)), FieldInvalid),
    ] {
        let refused = refusal_of(&frame);
        assert_eq!((refused.request, refused.refusal.code, refused.cl_ord_id), (RequestKind::NewOrder, code, name("a")));
    }
    // All at once: the first of the list.
    let frame = terms_frame(|order| {
        order.post_only = wire::PostOnly(3);
        order.trigger_source = wire::TriggerSource(255);
        order.side = wire::Side(9);
        order.self_trade_prevention = wire::SelfTradePrevention(255);
    });
    assert_eq!(refusal_of(&frame).refusal.code, FieldInvalid);
    // What the core judges is not judged here.
    assert!(decode(&terms_frame(|order| order.trail_ticks = -1), ACTOR).is_ok());
    assert!(decode(&terms_frame(|order| order.trail_bps = u32::MAX), ACTOR).is_ok());
}

#[test]
fn a_list_is_refused_under_the_name_of_the_order_that_is_at_fault() {
    assert!(decode(&list_frame(1, 2, |_| {}), ACTOR).is_ok());
    assert!(decode(&list_frame(1, 0, |_| {}), ACTOR).is_ok(), "how many orders a list has is the core's matter");
    assert!(decode(&list_frame(1, 2, |order| (order.account, order.instrument) = (1001, 101)), ACTOR).is_ok());
    for (frame, code, about) in [
        (list_frame(0, 2, |_| {}), RefusalCode::ListInvalid, "l-0"),
        (list_frame(4, 2, |_| {}), RefusalCode::ListInvalid, "l-0"),
        (list_frame(0, 0, |_| {}), RefusalCode::ListInvalid, ""),
        (list_frame(3, 9, |_| {}), RefusalCode::ListInvalid, "l-0"),
        (list_frame(3, 3, |order| order.account = 1002), RefusalCode::FieldInvalid, "l-0"),
        (list_frame(3, 3, |order| order.instrument = 102), RefusalCode::FieldInvalid, "l-0"),
        (list_frame(3, 3, |order| order.side = wire::Side(0)), RefusalCode::SideInvalid, "l-0"),
    ] {
        let refused = refusal_of(&frame);
        assert_eq!((refused.request, refused.refusal.code), (RequestKind::NewOrderList, code));
        assert_eq!((refused.cl_ord_id, refused.account, refused.instrument), (name(about), AccountId(1001), InstrumentId(101)));
    }
    let refusal = refusal_of(&list_frame(3, 9, |_| {})).refusal;
    assert_eq!((refusal.unit, refusal.limit, refusal.value), (LimitUnit::Count, 3, 9));
}

#[test]
fn a_batch_has_1_to_64_requests_that_can_be_read() {
    assert!(decode(&batch_frame(64, |_| {}), ACTOR).is_ok());
    for count in [0, 65, 100] {
        let refused = refusal_of(&batch_frame(count, |_| {}));
        assert_eq!((refused.request, refused.refusal.code), (RequestKind::Batch, RefusalCode::BatchInvalid), "{count}");
        assert_eq!((refused.refusal.unit, refused.refusal.limit), (LimitUnit::Count, 64));
        assert_eq!(usize::try_from(refused.refusal.value), Ok(count));
    }
    for (frame, code) in [
        (batch_frame(2, |order| order.account = 1002), RefusalCode::FieldInvalid),
        (batch_frame(2, |order| order.time_in_force = wire::TimeInForce(0)), RefusalCode::TimeInForceUnsupported),
    ] {
        let refused = refusal_of(&frame);
        assert_eq!((refused.request, refused.refusal.code, refused.cl_ord_id), (RequestKind::Batch, code, name("b-0")));
        assert_eq!(refused.account, AccountId(1001));
    }
    // A request of a kind that this server does not know, and one of no kind.
    for body_type in [wire::BatchBody(4), wire::BatchBody(0)] {
        let frame = raw(ClientBody::OrderBatch, |builder| {
            let table = builder.start_table();
            let empty = builder.end_table(table).as_union_value();
            let body = (body_type.0 != 0).then_some(empty);
            let request = wire::BatchRequest::create(builder, &wire::BatchRequestArgs { body_type, body });
            let requests = Some(builder.create_vector(&[request]));
            wire::OrderBatch::create(builder, &wire::OrderBatchArgs { account: 1001, atomic: false, requests }).as_union_value()
        });
        let refused = refusal_of(&frame);
        assert_eq!((refused.request, refused.refusal.code), (RequestKind::Batch, RefusalCode::FieldInvalid), "{body_type:?}");
    }
}

#[test]
fn a_validation_is_refused_as_the_order_would_be() {
    let frame = raw(ClientBody::OrderValidateRequest, |builder| {
        let order = Some(order_table(builder, "v", |order| order.side = wire::Side(0)));
        wire::OrderValidateRequest::create(builder, &wire::OrderValidateRequestArgs { order }).as_union_value()
    });
    let refused = refusal_of(&frame);
    assert_eq!((refused.request, refused.refusal.code), (RequestKind::Validate, RefusalCode::SideInvalid));
    assert_eq!(refused.cl_ord_id, name("v"));
}

#[test]
fn a_refusal_keeps_what_is_valid_of_a_name() {
    let long = "x".repeat(37);
    for (given, kept) in [("ab cd", "ab"), ("\u{e9}", ""), ("a\u{e9}", "a"), (&*long, &long[..36]), ("tab\t", "tab")] {
        let refused = refusal_of(&order_frame(Some(given), 1, 2, 1));
        assert_eq!(refused.refusal.code, RefusalCode::ClordidInvalid, "{given:?}");
        assert_eq!(refused.cl_ord_id, name(kept), "{given:?}");
        let refused = refusal_of(&cancel_frame(Some("c"), Some(given), 0));
        assert_eq!(refused.refusal.code, RefusalCode::ClordidInvalid, "{given:?}");
        assert_eq!((refused.cl_ord_id, refused.orig_cl_ord_id), (name("c"), name(kept)), "{given:?}");
    }
}

#[test]
fn a_cancel_names_an_order_and_a_replace_also_itself() {
    use RefusalCode::{ClordidInvalid, FieldInvalid};
    assert!(decode(&cancel_frame(None, None, 5), ACTOR).is_ok());
    assert!(decode(&cancel_frame(None, Some("o"), 0), ACTOR).is_ok());
    assert!(decode(&replace_frame(Some("r"), Some("o"), 0), ACTOR).is_ok());
    for (frame, request, code) in [
        (cancel_frame(Some("c"), None, 0), RequestKind::Cancel, FieldInvalid),
        (cancel_frame(Some("c c"), Some(""), 0), RequestKind::Cancel, FieldInvalid),
        (cancel_frame(Some("c c"), Some("o"), 0), RequestKind::Cancel, ClordidInvalid),
        (cancel_frame(Some("c"), Some("o o"), 5), RequestKind::Cancel, ClordidInvalid),
        (replace_frame(None, Some("o"), 5), RequestKind::Replace, ClordidInvalid),
        (replace_frame(Some("r"), None, 0), RequestKind::Replace, FieldInvalid),
        (replace_frame(Some("r"), Some("o o"), 0), RequestKind::Replace, ClordidInvalid),
    ] {
        let refused = refusal_of(&frame);
        assert_eq!((refused.request, refused.refusal.code, refused.account), (request, code, AccountId(1001)));
    }
}

#[test]
fn a_mass_cancel_takes_no_side_but_not_a_wrong_one() {
    let frame = |side| {
        raw(ClientBody::OrderMassCancelRequest, |builder| {
            let args = wire::OrderMassCancelRequestArgs { account: 1001, side: wire::Side(side), ..Default::default() };
            wire::OrderMassCancelRequest::create(builder, &args).as_union_value()
        })
    };
    assert!(decode(&frame(0), ACTOR).is_ok());
    let refused = refusal_of(&frame(3));
    assert_eq!((refused.request, refused.refusal.code), (RequestKind::MassCancel, RefusalCode::SideInvalid));
}

#[test]
fn a_control_has_an_action_and_a_decent_reason() {
    assert!(decode(&control_frame(1, &"r".repeat(200), ""), ACTOR).is_ok());
    for frame in [
        control_frame(0, "", ""),
        control_frame(4, "", ""),
        control_frame(1, "nul \0", ""),
        control_frame(2, "line\nbreak", "bad name"),
    ] {
        let refused = refusal_of(&frame);
        assert_eq!((refused.request, refused.refusal.code), (RequestKind::Control, RefusalCode::FieldInvalid));
    }
    let refusal = refusal_of(&control_frame(1, &"r".repeat(201), "")).refusal;
    assert_eq!((refusal.code, refusal.unit), (RefusalCode::FieldInvalid, LimitUnit::Bytes));
    assert_eq!((refusal.limit, refusal.value, refusal.headroom), (200, 201, 200));
    assert_eq!(refusal_of(&control_frame(1, "", "bad name")).refusal.code, RefusalCode::ClordidInvalid);
}

#[test]
fn a_subscription_names_instruments_channels_and_an_interval_for_bars() {
    assert!(decode(&subscribe_frame(Some(&[1]), 7, 17), ACTOR).is_ok(), "an interval without bars says nothing");
    for frame in [
        subscribe_frame(None, 1, 0),
        subscribe_frame(Some(&[]), 1, 0),
        subscribe_frame(Some(&[1]), 0, 0),
        subscribe_frame(Some(&[1]), 16, 0),
        subscribe_frame(Some(&[1]), 0x8001, 0),
        subscribe_frame(Some(&[1]), 8, 0),
        subscribe_frame(Some(&[1]), 8, 61),
    ] {
        let refused = refusal_of(&frame);
        assert_eq!((refused.request, refused.refusal.code), (RequestKind::Subscribe, RefusalCode::SubscriptionInvalid));
    }
    let refusal = refusal_of(&subscribe_frame(Some(&[1; SUBSCRIPTION_INSTRUMENT_COUNT_MAX + 1]), 1, 0)).refusal;
    assert_eq!((refusal.code, refusal.unit), (RefusalCode::SubscriptionInvalid, LimitUnit::Count));
    assert_eq!((refusal.limit, refusal.value), (1024, 1025));
}

#[test]
fn a_logon_has_one_secret() {
    let plain = LogonRequest { ticket: None, api_key: None, heartbeat_ms: 0, cancel_on_disconnect: false, client_name: "" };
    let long_name = "n".repeat(65);
    for logon in [
        plain,
        LogonRequest { ticket: Some(""), ..plain },
        LogonRequest { ticket: Some("t"), api_key: Some("k"), ..plain },
        LogonRequest { ticket: Some("t"), client_name: "a\nb", ..plain },
        LogonRequest { ticket: Some("t"), client_name: &long_name, ..plain },
    ] {
        let refused = refusal_of(ClientEncoder::new().logon(&logon));
        assert_eq!((refused.request, refused.refusal.code), (RequestKind::Logon, RefusalCode::FieldInvalid), "{logon:?}");
    }
    let logon = LogonRequest { ticket: Some("t"), api_key: Some(""), ..plain };
    let expected = LogonRequest { api_key: None, ..logon };
    assert_eq!(decode(ClientEncoder::new().logon(&logon), ACTOR), Ok(Inbound::Logon(expected)));
}

#[test]
fn an_unknown_kind_is_unknown_whatever_its_body() {
    for kind in (14..=255).chain([0]) {
        // A stored 0 differs from an absent kind only in bytes that a builder does not write: patch one that it does.
        let mut frame = empty_frame(ClientBody(255));
        for byte in &mut frame {
            if *byte == 255 && kind != 255 {
                *byte = kind;
                break;
            }
        }
        let refused = refusal_of(&frame);
        assert_eq!((refused.request, refused.refusal.code), (RequestKind::Frame, RefusalCode::FrameUnknown), "{kind}");
    }
}

#[test]
fn bodies_without_any_field_are_read_as_nothing_given() {
    for kind in 1..=13 {
        let frame = empty_frame(ClientBody(kind));
        let decoded = decode(&frame, ACTOR);
        match ClientBody(kind) {
            ClientBody::Heartbeat => assert_eq!(decoded, Ok(Inbound::Heartbeat { client_ts_ns: 0 })),
            ClientBody::Logout => assert_eq!(decoded, Ok(Inbound::Logout { keep_orders: false })),
            ClientBody::OrderMassCancelRequest => assert!(decoded.is_ok()),
            _ => {
                let refused = decoded.expect_err("a field is missing");
                assert_eq!((refused.account, refused.cl_ord_id), (AccountId(0), ClOrdId::EMPTY));
            }
        }
    }
}

#[test]
fn sizes_are_checked_before_anything_is_read() {
    let refusal = refusal_of(&vec![0; FRAME_BYTES_MAX + 1]).refusal;
    assert_eq!((refusal.code, refusal.unit), (RefusalCode::FrameTooLarge, LimitUnit::Bytes));
    assert_eq!((refusal.limit, refusal.value, refusal.headroom), (16_384, 16_385, 16_384));
    assert_eq!((BATCH_FRAME_BYTES_MAX, SUBSCRIPTION_FRAME_BYTES_MAX), (FRAME_BYTES_MAX, FRAME_BYTES_MAX));
    assert_eq!(refusal_of(&vec![0xFF; FRAME_BYTES_MAX]).refusal.code, RefusalCode::FrameInvalid);
    for (what, frame) in valid_frames() {
        let mut at_limit = frame.clone();
        at_limit.resize(ORDER_FRAME_BYTES_MAX, 0);
        assert!(decode(&at_limit, ACTOR).is_ok(), "{what}: trailing bytes up to the limit are padding");
        at_limit.push(0);
        let long = what.ends_with("subscribe") || what.ends_with("batch");
        match decode(&at_limit, ACTOR) {
            Ok(_) => assert!(long, "{what}"),
            Err(refused) => {
                assert!(!long, "{what}");
                assert_eq!(refused.refusal.code, RefusalCode::FrameTooLarge, "{what}");
                assert_eq!((refused.refusal.limit, refused.refusal.value), (4_096, 4_097));
            }
        }
    }
}
