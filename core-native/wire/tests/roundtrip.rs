//! What a client encodes is what the server understands, for every kind of frame.

mod support;

use jware_core::bar::BarInterval;
use jware_core::command::{CancelOrder, Command, MassCancel, NewOrder, OrderRef, ReplaceOrder, TradingState};
use jware_core::order::{ClOrdId, OrdType, Side, TimeInForce};
use jware_core::refusal::RequestKind;
use jware_core::units::{AccountId, InstrumentId, OrderId, PriceTicks, QtyLots};
use jware_wire::{Channel, ClientEncoder, Inbound, LogonRequest, decode};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use support::{ACTOR, valid_frames};

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

fn new_order() -> impl Strategy<Value = NewOrder> {
    let ord_type = prop_oneof![Just(OrdType::Market), Just(OrdType::Limit)];
    let time_in_force = prop_oneof![Just(TimeInForce::Gtc), Just(TimeInForce::Ioc), Just(TimeInForce::Fok)];
    (any::<u32>(), any::<u32>(), given_name(), side(), ord_type, time_in_force, any::<i64>(), any::<i64>()).prop_map(
        |(account, instrument, cl_ord_id, side, ord_type, time_in_force, qty, price)| NewOrder {
            actor: ACTOR,
            account: AccountId(account),
            instrument: InstrumentId(instrument),
            cl_ord_id,
            side,
            ord_type,
            time_in_force,
            order_qty: QtyLots(qty),
            price: PriceTicks(price),
        },
    )
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
    fn replaces(account: u32, cl_ord_id in given_name(), target in target(), qty: i64, price: i64) {
        let request = ReplaceOrder {
            actor: ACTOR,
            account: AccountId(account),
            cl_ord_id,
            target,
            order_qty: QtyLots(qty),
            price: PriceTicks(price),
        };
        let mut client = ClientEncoder::new();
        prop_assert_eq!(decode(client.replace(&request), ACTOR), Ok(Inbound::Command(Command::Replace(request))));
    }

    #[test]
    fn mass_cancels(account: u32, instrument: u32, cl_ord_id in optional_name(), side in option::of(side())) {
        let request = MassCancel {
            actor: ACTOR,
            account: AccountId(account),
            cl_ord_id,
            instrument: InstrumentId(instrument),
            side,
            session_only: false,
        };
        let expected = Ok(Inbound::Command(Command::MassCancel(request)));
        let mut client = ClientEncoder::new();
        prop_assert_eq!(decode(client.mass_cancel(&request), ACTOR), expected);
    }

    #[test]
    fn controls(account: u32, halted: bool, reason in printable(200), cl_ord_id in optional_name()) {
        let state = if halted { TradingState::Halted } else { TradingState::Active };
        let account = AccountId(account);
        let mut client = ClientEncoder::new();
        let frame = client.control(account, state, &reason, cl_ord_id.as_str());
        let expected = Command::SetTradingState { actor: ACTOR, account, state, reason: reason.clone() };
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
    use RequestKind::{Cancel, Control, Frame, Logon, MassCancel, NewOrder, Replace, Subscribe};
    let kinds: Vec<_> = valid_frames()
        .iter()
        .map(|(what, frame)| decode(frame, ACTOR).unwrap_or_else(|refused| panic!("{what}: {refused:?}")).request())
        .collect();
    assert_eq!(
        kinds,
        [Logon, Logon, Frame, Frame, Frame, NewOrder, NewOrder, Cancel, Replace, MassCancel, Control, Subscribe, Subscribe]
    );
}
