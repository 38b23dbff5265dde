//! Frames that the tests start from, and their source of chance.

#![allow(dead_code)]

use flatbuffers::{FlatBufferBuilder, UnionWIPOffset, WIPOffset};
use jware_core::bar::BarInterval;
use jware_core::command::{
    Actor, Batch, BatchRequest, CancelOrder, ListedOrder, MassCancel, NewOrder, NewOrderList, OrderChange, OrderRef,
    ReplaceOrder, Scope, TradingState,
};
use jware_core::order::{
    ClOrdId, Contingency, OrdType, OrderTerms, PostOnly, SelfTradePrevention, Side, TimeInForce, Trail, Trigger, TriggerSource,
};
use jware_core::units::{
    AccountId, AmountMinor, InstrumentId, KeyId, OrderId, PriceTicks, QtyLots, SessionId, StrategyId, TsNs, UserId,
};
use jware_wire::generated::{ClientBody, ClientFrame, ClientFrameArgs};
use jware_wire::{Channel, ClientEncoder, LogonRequest};

pub const ACTOR: Actor = Actor { user: UserId(7), session: SessionId(9), key: KeyId(5) };

pub fn name(text: &str) -> ClOrdId {
    ClOrdId::new(text.as_bytes()).expect("a valid name")
}

/// A frame with any body: what `ClientEncoder` cannot express.
pub fn raw(body_type: ClientBody, body: impl FnOnce(&mut FlatBufferBuilder<'static>) -> WIPOffset<UnionWIPOffset>) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let body = Some(body(&mut builder));
    let frame = ClientFrame::create(&mut builder, &ClientFrameArgs { body_type, body, trace_sent_ns: 0 });
    builder.finish(frame, None);
    builder.finished_data().to_vec()
}

/// Terms with a value of its own in every field.
pub fn full_terms() -> OrderTerms {
    OrderTerms {
        side: Side::Sell,
        ord_type: OrdType::TrailingStop,
        time_in_force: TimeInForce::Gtd,
        order_qty: QtyLots(61),
        price: PriceTicks(62),
        trigger: Trigger { price: PriceTicks(63), source: TriggerSource::Mid, trail: Trail::Bps(64) },
        display_qty: QtyLots(65),
        cash_qty: AmountMinor(66),
        expire_ts: TsNs(67),
        post_only: PostOnly::Reprice,
        reduce_only: true,
        self_trade_prevention: SelfTradePrevention::Decrement,
        strategy: StrategyId(68),
        deadline: TsNs(69),
    }
}

/// At least one valid frame of every kind, small and full.
pub fn valid_frames() -> Vec<(&'static str, Vec<u8>)> {
    let mut client = ClientEncoder::new();
    let order = NewOrder {
        actor: ACTOR,
        account: AccountId(1001),
        instrument: InstrumentId(101),
        cl_ord_id: name("order-0001"),
        terms: OrderTerms::limit(Side::Sell, QtyLots(25), PriceTicks(6_183_763)),
    };
    let trailing = NewOrder { terms: full_terms(), ..order };
    let child = |text: &str| ListedOrder { cl_ord_id: name(text), terms: full_terms() };
    let list = NewOrderList {
        actor: ACTOR,
        account: AccountId(1001),
        instrument: InstrumentId(101),
        contingency: Contingency::Bracket,
        orders: vec![child("parent"), child("take-profit"), child("stop-loss")],
    };
    let target = OrderRef { order_id: OrderId(42), orig_cl_ord_id: name("order-0001") };
    let account = AccountId(1001);
    let ticket = LogonRequest {
        ticket: Some("a-ticket-of-some-length"),
        api_key: None,
        heartbeat_ms: 5_000,
        cancel_on_disconnect: true,
        client_name: "bot é",
    };
    let key = LogonRequest { ticket: None, api_key: Some("jw_1_secret"), client_name: "", ..ticket };
    let ids = [InstrumentId(1), InstrumentId(2), InstrumentId(101)];
    let mass_cancel = MassCancel {
        actor: ACTOR,
        account,
        cl_ord_id: name("m"),
        instrument: ids[2],
        side: Some(Side::Buy),
        strategy: StrategyId(3),
        session_only: false,
        on_disconnect: false,
    };
    let change = OrderChange { order_qty: QtyLots(i64::MAX), price: PriceTicks(i64::MIN), trigger_price: PriceTicks(-1) };
    let batch = Batch {
        actor: ACTOR,
        account,
        atomic: false,
        requests: vec![
            BatchRequest::New { instrument: ids[1], order: child("b-1") },
            BatchRequest::Cancel { cl_ord_id: ClOrdId::EMPTY, target },
            BatchRequest::Replace { cl_ord_id: name("b-2"), target, change },
        ],
    };
    vec![
        ("logon by ticket", client.logon(&ticket).to_vec()),
        ("logon by key", client.logon(&key).to_vec()),
        ("heartbeat", client.heartbeat(u64::MAX).to_vec()),
        ("empty heartbeat", client.heartbeat(0).to_vec()),
        ("logout", client.logout(true).to_vec()),
        ("new order", client.new_order(&order).to_vec()),
        ("longest name", client.new_order(&NewOrder { cl_ord_id: name(&"n".repeat(36)), ..order }).to_vec()),
        ("every term", client.new_order(&trailing).to_vec()),
        ("cancel", client.cancel(&CancelOrder { actor: ACTOR, account, cl_ord_id: name("c-1"), target }).to_vec()),
        ("replace", client.replace(&ReplaceOrder { actor: ACTOR, account, cl_ord_id: name("r-1"), target, change }).to_vec()),
        ("mass cancel", client.mass_cancel(&mass_cancel).to_vec()),
        ("halt", client.control(Scope::Account(account), TradingState::Halted, true, "the desk asked", "h-1").to_vec()),
        ("list", client.new_order_list(&list).to_vec()),
        ("batch", client.batch(&batch).to_vec()),
        ("validate", client.validate(&trailing).to_vec()),
        ("subscribe", client.subscribe(&ids, Channel::all(), Some(BarInterval::M5)).to_vec()),
        ("unsubscribe", client.unsubscribe(&ids, Channel::Book, None).to_vec()),
        ("traced order", client.traced(u64::MAX).new_order(&order).to_vec()),
        ("traced batch", client.traced(1).batch(&batch).to_vec()),
    ]
}

/// `SplitMix64`: chance that a printed seed repeats.
pub struct Chance(u64);

impl Chance {
    /// From `JWARE_TEST_SEED`, or else the clock; prints the seed, which the test shows when it fails.
    pub fn seeded(test: &str) -> Self {
        let seed = std::env::var("JWARE_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock after 1970");
            u64::from(since.subsec_nanos()) ^ since.as_secs().rotate_left(32)
        });
        println!("{test}: JWARE_TEST_SEED={seed}");
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }

    pub fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}
