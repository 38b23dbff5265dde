//! What a client encodes is what the server understands, for every kind of frame.

mod support;

use jware_core::bar::BarInterval;
use jware_core::command::{
    Batch, BatchRequest, CancelOrder, Command, ListedOrder, MassCancel, NewOrder, NewOrderList, OrderChange, OrderRef,
    ReplaceOrder, Scope, TradingState,
};
use jware_core::order::{
    ClOrdId, Contingency, OrdType, OrderTerms, PostOnly, SelfTradePrevention, Side, TimeInForce, Trail, Trigger, TriggerSource,
};
use jware_core::refusal::RequestKind;
use jware_core::units::{AccountId, AmountMinor, InstrumentId, OrderId, PriceTicks, QtyLots, StrategyId, TsNs};
use jware_wire::generated::{self as wire, ClientBody};
use jware_wire::limits::BATCH_FRAME_BYTES_MAX;
use jware_wire::regular::is_regular;
use jware_wire::{Channel, ClientEncoder, Inbound, LogonRequest, VerifiedFrame, decode};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use support::{ACTOR, full_terms, name, raw, valid_frames};

fn optional_name() -> impl Strategy<Value = ClOrdId> {
    vec(b'!'..=b'~', 0..=36).prop_map(|bytes| ClOrdId::new(&bytes).expect("printable and short enough"))
}

fn given_name() -> impl Strategy<Value = ClOrdId> {
    vec(b'!'..=b'~', 1..=36).prop_map(|bytes| ClOrdId::new(&bytes).expect("printable and short enough"))
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

fn target() -> impl Strategy<Value = OrderRef> {
    (any::<u64>(), optional_name())
        .prop_filter("names an order", |(id, name)| *id != 0 || !name.is_empty())
        .prop_map(|(id, orig_cl_ord_id)| OrderRef { order_id: OrderId(id), orig_cl_ord_id })
}

fn trigger() -> impl Strategy<Value = Trigger> {
    let trail = prop_oneof![
        Just(Trail::None),
        any::<i64>().prop_filter("0 is no trail", |&ticks| ticks != 0).prop_map(Trail::Ticks),
        (1..=u32::MAX).prop_map(Trail::Bps)
    ];
    (any::<i64>(), select(TriggerSource::ALL.to_vec()), trail).prop_map(|(price, source, trail)| Trigger {
        price: PriceTicks(price),
        source,
        trail,
    })
}

fn terms() -> impl Strategy<Value = OrderTerms> {
    use OrdType::{Limit, LimitIfTouched, Market, MarketIfTouched, Stop, StopLimit, TrailingStop};
    use SelfTradePrevention::{CancelBoth, CancelNewest, CancelOldest, Decrement};
    use TimeInForce::{Day, Fok, Gtc, Gtd, Ioc};
    let kind = (
        side(),
        select(vec![Market, Limit, Stop, StopLimit, TrailingStop, MarketIfTouched, LimitIfTouched]),
        select(vec![Gtc, Day, Ioc, Fok, Gtd]),
        select(vec![PostOnly::No, PostOnly::Reject, PostOnly::Reprice]),
        any::<bool>(),
        select(vec![SelfTradePrevention::None, CancelNewest, CancelOldest, CancelBoth, Decrement]),
    );
    let numbers = (any::<i64>(), any::<i64>(), any::<i64>(), any::<i64>(), any::<u64>(), any::<u32>(), any::<u64>());
    (kind, trigger(), numbers).prop_map(
        |(
            (side, ord_type, time_in_force, post_only, reduce_only, self_trade_prevention),
            trigger,
            (order_qty, price, display_qty, cash_qty, expire_ts, strategy, deadline),
        )| OrderTerms {
            side,
            ord_type,
            time_in_force,
            order_qty: QtyLots(order_qty),
            price: PriceTicks(price),
            trigger,
            display_qty: QtyLots(display_qty),
            cash_qty: AmountMinor(cash_qty),
            expire_ts: TsNs(expire_ts),
            post_only,
            reduce_only,
            self_trade_prevention,
            strategy: StrategyId(strategy),
            deadline: TsNs(deadline),
        },
    )
}

fn listed_order() -> impl Strategy<Value = ListedOrder> {
    (given_name(), terms()).prop_map(|(cl_ord_id, terms)| ListedOrder { cl_ord_id, terms })
}

fn new_order() -> impl Strategy<Value = NewOrder> {
    (any::<u32>(), any::<u32>(), listed_order()).prop_map(|(account, instrument, ListedOrder { cl_ord_id, terms })| NewOrder {
        actor: ACTOR,
        account: AccountId(account),
        instrument: InstrumentId(instrument),
        cl_ord_id,
        terms,
    })
}

fn change() -> impl Strategy<Value = OrderChange> {
    (any::<i64>(), any::<i64>(), any::<i64>()).prop_map(|(order_qty, price, trigger_price)| OrderChange {
        order_qty: QtyLots(order_qty),
        price: PriceTicks(price),
        trigger_price: PriceTicks(trigger_price),
    })
}

fn batch_request() -> impl Strategy<Value = BatchRequest> {
    prop_oneof![
        (any::<u32>(), listed_order())
            .prop_map(|(instrument, order)| BatchRequest::New { instrument: InstrumentId(instrument), order }),
        (optional_name(), target()).prop_map(|(cl_ord_id, target)| BatchRequest::Cancel { cl_ord_id, target }),
        (given_name(), target(), change()).prop_map(|(cl_ord_id, target, change)| BatchRequest::Replace {
            cl_ord_id,
            target,
            change
        })
    ]
}

fn printable(length_max: usize) -> impl Strategy<Value = String> {
    let character = prop_oneof![any::<char>(), prop::char::range(' ', '~')];
    vec(character.prop_filter("no control characters", |c| !c.is_control()), 0..=length_max / 4)
        .prop_map(|characters| characters.into_iter().collect())
}

fn interval() -> impl Strategy<Value = BarInterval> {
    prop_oneof![
        Just(BarInterval::S1),
        Just(BarInterval::M1),
        Just(BarInterval::M5),
        Just(BarInterval::M15),
        Just(BarInterval::H1),
        Just(BarInterval::D1)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn new_orders(order in new_order()) {
        let mut client = ClientEncoder::new();
        prop_assert_eq!(decode(client.new_order(&order), ACTOR), Ok(Inbound::Command(Command::NewOrder(order))));
    }

    #[test]
    fn cancels(account: u32, cl_ord_id in optional_name(), target in target()) {
        let request = CancelOrder { actor: ACTOR, account: AccountId(account), cl_ord_id, target };
        let mut client = ClientEncoder::new();
        prop_assert_eq!(decode(client.cancel(&request), ACTOR), Ok(Inbound::Command(Command::Cancel(request))));
    }

    #[test]
    fn validations(order in new_order()) {
        let mut client = ClientEncoder::new();
        prop_assert_eq!(decode(client.validate(&order), ACTOR), Ok(Inbound::Validate(order)));
    }

    #[test]
    fn lists(
        account: u32,
        instrument: u32,
        contingency in select(vec![Contingency::Oco, Contingency::Oto, Contingency::Bracket]),
        orders in vec(listed_order(), 0..=8),
    ) {
        let (account, instrument) = (AccountId(account), InstrumentId(instrument));
        let list = NewOrderList { actor: ACTOR, account, instrument, contingency, orders };
        let mut client = ClientEncoder::new();
        let frame = client.new_order_list(&list).to_vec();
        prop_assert_eq!(decode(&frame, ACTOR), Ok(Inbound::Command(Command::NewOrderList(list))));
    }

    #[test]
    fn batches(account: u32, atomic: bool, requests in vec(batch_request(), 1..=64)) {
        let batch = Batch { actor: ACTOR, account: AccountId(account), atomic, requests };
        let mut client = ClientEncoder::new();
        let frame = client.batch(&batch).to_vec();
        prop_assert_eq!(decode(&frame, ACTOR), Ok(Inbound::Command(Command::Batch(batch))));
    }

    #[test]
    fn replaces(account: u32, cl_ord_id in given_name(), target in target(), change in change()) {
        let request = ReplaceOrder { actor: ACTOR, account: AccountId(account), cl_ord_id, target, change };
        let mut client = ClientEncoder::new();
        prop_assert_eq!(decode(client.replace(&request), ACTOR), Ok(Inbound::Command(Command::Replace(request))));
    }

    #[test]
    fn mass_cancels(
        account: u32,
        instrument: u32,
        cl_ord_id in optional_name(),
        side in option::of(side()),
        strategy: u32,
    ) {
        let request = MassCancel {
            actor: ACTOR,
            account: AccountId(account),
            cl_ord_id,
            instrument: InstrumentId(instrument),
            side,
            strategy: StrategyId(strategy),
            session_only: false,
            on_disconnect: false,
        };
        let expected = Ok(Inbound::Command(Command::MassCancel(request)));
        let mut client = ClientEncoder::new();
        prop_assert_eq!(decode(client.mass_cancel(&request), ACTOR), expected);
    }

    #[test]
    fn controls(
        account: u32,
        strategy: u32,
        state in select(vec![TradingState::Active, TradingState::Reducing, TradingState::Halted]),
        flatten: bool,
        reason in printable(200),
        cl_ord_id in optional_name(),
    ) {
        let account = AccountId(account);
        let scope = if strategy == 0 { Scope::Account(account) } else { Scope::Strategy(account, StrategyId(strategy)) };
        let mut client = ClientEncoder::new();
        let frame = client.control(scope, state, flatten, &reason, cl_ord_id.as_str());
        let expected = Command::SetTradingState { actor: ACTOR, scope, state, flatten, reason: reason.clone() };
        prop_assert_eq!(decode(frame, ACTOR), Ok(Inbound::Command(expected)));
    }

    #[test]
    fn subscriptions(ids in vec(any::<u32>(), 1..=1024), bits in 1_u16..16, interval in interval(), leave: bool) {
        let ids: Vec<_> = ids.into_iter().map(InstrumentId).collect();
        let channels = Channel::from_bits_truncate(bits);
        let interval = channels.contains(Channel::Bars).then_some(interval);
        let mut client = ClientEncoder::new();
        let frame = if leave {
            client.unsubscribe(&ids, channels, interval)
        } else {
            client.subscribe(&ids, channels, interval)
        };
        let request = match decode(frame, ACTOR) {
            Ok(Inbound::Subscribe(request)) if !leave => request,
            Ok(Inbound::Unsubscribe(request)) if leave => request,
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        prop_assert_eq!(request.instruments.iter().collect::<Vec<_>>(), ids);
        prop_assert_eq!(request.channels, channels);
        prop_assert_eq!(request.bar_interval, interval);
    }

    #[test]
    fn logons(secret in "[!-~]{1,200}", by_key: bool, heartbeat_ms: u32, cancel_on_disconnect: bool, name in printable(64)) {
        let secret = Some(secret.as_str());
        let (ticket, api_key) = if by_key { (None, secret) } else { (secret, None) };
        let request = LogonRequest { ticket, api_key, heartbeat_ms, cancel_on_disconnect, client_name: &name };
        let mut client = ClientEncoder::new();
        prop_assert_eq!(decode(client.logon(&request), ACTOR), Ok(Inbound::Logon(request)));
    }

    #[test]
    fn signs_of_life(client_ts_ns: u64, keep_orders: bool) {
        let mut client = ClientEncoder::new();
        prop_assert_eq!(decode(client.heartbeat(client_ts_ns), ACTOR), Ok(Inbound::Heartbeat { client_ts_ns }));
        prop_assert_eq!(decode(client.logout(keep_orders), ACTOR), Ok(Inbound::Logout { keep_orders }));
    }
}

#[test]
fn every_kind_of_frame_says_what_a_refusal_of_it_answers() {
    use RequestKind::{Batch, Cancel, Control, Frame, Logon, MassCancel, NewOrder, NewOrderList, Replace, Subscribe, Validate};
    let kinds: Vec<_> = valid_frames()
        .iter()
        .map(|(what, frame)| decode(frame, ACTOR).unwrap_or_else(|refused| panic!("{what}: {refused:?}")).request())
        .collect();
    assert_eq!(
        kinds,
        [
            Logon,
            Logon,
            Frame,
            Frame,
            Frame,
            NewOrder,
            NewOrder,
            NewOrder,
            Cancel,
            Replace,
            MassCancel,
            Control,
            NewOrderList,
            Batch,
            Validate,
            Subscribe,
            Subscribe,
            NewOrder,
            Batch
        ]
    );
}

#[test]
fn a_trace_is_asked_for_beside_the_request_and_of_one_frame_only() {
    let mut client = ClientEncoder::new();
    let request = CancelOrder {
        actor: ACTOR,
        account: AccountId(1001),
        cl_ord_id: name("c-1"),
        target: OrderRef { order_id: OrderId(42), orig_cl_ord_id: ClOrdId::EMPTY },
    };
    let read = |frame: &[u8]| {
        let frame = VerifiedFrame::of(frame).expect("a valid frame");
        assert_eq!(frame.meaning(ACTOR), Ok(Inbound::Command(Command::Cancel(request))));
        frame.trace_sent_ns()
    };
    let plain = client.cancel(&request).to_vec();
    for sent_ns in [1, 1_700_000_000_123_456_789, u64::MAX] {
        let traced = client.traced(sent_ns).cancel(&request).to_vec();
        assert!(is_regular(&traced), "it goes the short way");
        assert_eq!(read(&traced), sent_ns);
        assert_eq!(client.cancel(&request), plain, "and the next one costs no byte more than before");
    }
    assert_eq!(read(&plain), 0);
}

#[test]
fn an_order_of_yesterdays_client_means_what_it_meant() {
    let frame = raw(ClientBody::NewOrderSingle, |builder| {
        let args = wire::NewOrderSingleArgs {
            account: 1001,
            instrument: 101,
            cl_ord_id: Some(builder.create_string("old")),
            side: wire::Side::Buy,
            ord_type: wire::OrdType::Limit,
            time_in_force: wire::TimeInForce::Gtc,
            order_qty_lots: 5,
            price_ticks: 6,
            ..Default::default()
        };
        wire::NewOrderSingle::create(builder, &args).as_union_value()
    });
    let terms = OrderTerms::limit(Side::Buy, QtyLots(5), PriceTicks(6));
    let (account, instrument) = (AccountId(1001), InstrumentId(101));
    let expected = NewOrder { actor: ACTOR, account, instrument, cl_ord_id: name("old"), terms };
    assert_eq!(decode(&frame, ACTOR), Ok(Inbound::Command(Command::NewOrder(expected))));
    assert_eq!(terms.self_trade_prevention, SelfTradePrevention::CancelNewest);
}

#[test]
fn the_longest_batch_with_every_field_fits_its_frame() {
    let terms = OrderTerms { order_qty: QtyLots(i64::MAX), price: PriceTicks(i64::MAX), ..full_terms() };
    let order = |index: usize| ListedOrder { cl_ord_id: name(&format!("{index:036}")), terms };
    let requests: Vec<_> =
        (0..64).map(|index| BatchRequest::New { instrument: InstrumentId(u32::MAX), order: order(index) }).collect();
    let batch = Batch { actor: ACTOR, account: AccountId(u32::MAX), atomic: true, requests };
    let mut client = ClientEncoder::new();
    let frame = client.batch(&batch).to_vec();
    println!("{} bytes", frame.len());
    assert!(frame.len() <= BATCH_FRAME_BYTES_MAX, "{}", frame.len());
    assert_eq!(decode(&frame, ACTOR), Ok(Inbound::Command(Command::Batch(batch))));
}
