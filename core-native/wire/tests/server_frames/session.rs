//! Logons, heartbeats, refusals and traces.

use jware_core::order::ClOrdId;
use jware_core::refusal::{Refusal, RefusalCode, RequestKind};
use jware_core::units::{AccountId, CurrencyId, KeyId, SessionId};
use jware_wire::encode::{AccountGrant, LogonAnswer, TraceAnswer, TraceStages};
use jware_wire::generated::{self as wire};
use jware_wire::{AckMode, Encoder, FrameRefusal, Permission};

use crate::{ACCOUNT, INSTRUMENT, TS, name, read};

#[test]
fn session_frames() {
    let mut encoder = Encoder::new();
    let accounts = [
        AccountGrant { account: ACCOUNT, name: "PAPER-1", permissions: Permission::Read | Permission::Trade },
        AccountGrant { account: AccountId(1002), name: "PAPER-2", permissions: Permission::Read },
    ];
    let answer = LogonAnswer {
        user: "trader",
        session: SessionId(9),
        ack_mode: AckMode::Durable,
        server_ts: TS,
        heartbeat_ms: 5_000,
        accounts: &accounts,
        key: KeyId(6),
    };
    let frame = read(encoder.logon_ack(&answer));
    let ack = frame.body_as_logon_ack().expect("a LogonAck");
    assert_eq!((ack.user(), ack.session(), ack.ack_mode()), (Some("trader"), 9, AckMode::Durable));
    assert_eq!((ack.server_ts_ns(), ack.heartbeat_ms(), ack.key()), (TS.0, 5_000, 6));
    let granted: Vec<_> = ack
        .accounts()
        .expect("accounts")
        .iter()
        .map(|account| {
            (account.account(), account.name().map(str::to_owned), Permission::from_bits_retain(account.permissions()))
        })
        .collect();
    assert_eq!(
        granted,
        [
            (1001, Some("PAPER-1".to_owned()), Permission::Read | Permission::Trade),
            (1002, Some("PAPER-2".to_owned()), Permission::Read)
        ]
    );

    let frame = read(encoder.heartbeat(123, TS));
    let heartbeat = frame.body_as_heartbeat().expect("a Heartbeat");
    assert_eq!((heartbeat.client_ts_ns(), heartbeat.server_ts_ns()), (123, TS.0));

    let frame = read(encoder.logout(4008, "slow consumer"));
    let logout = frame.body_as_logout().expect("a Logout");
    assert_eq!((logout.code(), logout.text()), (4008, Some("slow consumer")));
}

#[test]
fn every_refusal_has_its_number_name_and_words() {
    let mut encoder = Encoder::new();
    for code in RefusalCode::ALL {
        let refused = FrameRefusal {
            request: RequestKind::Replace,
            refusal: Refusal::money(code, CurrencyId(1), 1, 2, -3),
            account: ACCOUNT,
            instrument: INSTRUMENT,
            cl_ord_id: name("r-1"),
            orig_cl_ord_id: name("o-1"),
        };
        let frame = read(encoder.refusal(&refused, "USD", TS));
        let refusal = frame.body_as_refusal().expect("a Refusal");
        assert_eq!(refusal.response_to(), wire::RequestKind::Replace);
        assert_eq!((refusal.code(), refusal.transient()), (code.number(), code.is_transient()));
        assert_eq!((refusal.rule(), refusal.text()), (Some(code.name()), Some(code.text())));
        assert_eq!((refusal.account(), refusal.instrument(), refusal.ts_ns()), (1001, 101, TS.0));
        assert_eq!((refusal.cl_ord_id(), refusal.orig_cl_ord_id()), (Some("r-1"), Some("o-1")));
        assert_eq!((refusal.unit(), refusal.currency()), (wire::LimitUnit::Minor, Some("USD")));
        assert_eq!((refusal.limit(), refusal.value(), refusal.headroom()), (1, 2, -3));
    }
    let refused = FrameRefusal::plain(RequestKind::Frame, Refusal::plain(RefusalCode::FrameInvalid));
    let frame = read(encoder.refusal(&refused, "", TS));
    let refusal = frame.body_as_refusal().expect("a Refusal");
    assert_eq!((refusal.account(), refusal.cl_ord_id(), refusal.currency()), (0, None, None));
    assert_eq!((refusal.scope(), refusal.scope_account(), refusal.scope_id()), (wire::LimitScope::None, 0, 0));
}

#[test]
fn a_trace_has_a_place_for_every_stage() {
    let answer = TraceAnswer {
        request: RequestKind::Replace,
        account: ACCOUNT,
        cl_ord_id: &name("traced"),
        sent_ts_ns: 1,
        read_ts: TS,
        stages: TraceStages {
            decoded_ns: 2,
            checked_ns: 3,
            matched_ns: 4,
            journalled_ns: 5,
            encoded_ns: 6,
            durable_ns: 7,
            written_ns: u32::MAX,
        },
    };
    let mut encoder = Encoder::new();
    let frame = read(encoder.latency_trace(&answer));
    let trace = frame.body_as_latency_trace().expect("a trace");
    assert_eq!((trace.response_to(), trace.account()), (wire::RequestKind::Replace, ACCOUNT.0));
    assert_eq!((trace.cl_ord_id(), trace.sent_ts_ns(), trace.read_ts_ns()), (Some("traced"), 1, TS.0));
    let stages = [trace.decoded_ns(), trace.checked_ns(), trace.matched_ns(), trace.journalled_ns(), trace.encoded_ns()];
    assert_eq!((stages, trace.durable_ns(), trace.written_ns()), ([2, 3, 4, 5, 6], 7, u32::MAX));
    let nameless = TraceAnswer { cl_ord_id: &ClOrdId::EMPTY, ..answer };
    assert_eq!(read(encoder.latency_trace(&nameless)).body_as_latency_trace().expect("a trace").cl_ord_id(), None);
}
