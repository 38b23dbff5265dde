//! Prints what the frames of the order and tick path cost, nanoseconds per frame: `cargo run --release -p jware-wire --example
//! timing`. Figures only, nothing is asserted.

use std::hint::black_box;
use std::time::Instant;

use jware_core::account::Leg;
use jware_core::command::{Actor, BookState, NewOrder};
use jware_core::event::{BalanceChange, Execution, PositionChange};
use jware_core::order::{ClOrdId, ExecReason, ExecType, LiquidityInd, OrdStatus, OrderTerms, Side};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, Seq, SessionId, TradeId, TsNs,
};
use jware_wire::encode::{BookHead, QuoteRow};
use jware_wire::{ClientEncoder, Encoder, decode};

const ROUND_COUNT: u32 = 7;
const FRAME_COUNT: u32 = 200_000;

/// Best of several rounds, so that a neighbour's noise does not count.
fn measure(name: &str, mut frame: impl FnMut(u64) -> usize) {
    let mut best_ns = f64::MAX;
    let mut byte_count = 0;
    for _ in 0..ROUND_COUNT {
        let start = Instant::now();
        for index in 0..FRAME_COUNT {
            byte_count = black_box(frame(u64::from(index)));
        }
        best_ns = best_ns.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(FRAME_COUNT));
    }
    println!("{name:<28} {best_ns:>8.1} ns  {byte_count:>5} bytes");
}

fn main() {
    let name = ClOrdId::new(b"algo-7-000000123").expect("a valid name");
    let order = NewOrder {
        actor: Actor::default(),
        account: AccountId(1001),
        instrument: InstrumentId(101),
        cl_ord_id: name,
        terms: OrderTerms::limit(Side::Buy, QtyLots(1_000), PriceTicks(6_183_763)),
    };
    let execution = Execution {
        account_seq: 77,
        exec_id: 12_345,
        account: order.account,
        instrument: order.instrument,
        order_id: OrderId(9_876_543),
        cl_ord_id: name,
        orig_cl_ord_id: ClOrdId::EMPTY,
        exec_type: ExecType::Trade,
        ord_status: OrdStatus::PartiallyFilled,
        reason: ExecReason::None,
        terms: order.terms,
        working: true,
        list: OrderId(0),
        contingency: None,
        refusal: None,
        cum_qty: QtyLots(400),
        leaves_qty: QtyLots(600),
        cum_lot_ticks: 2_473_505_200,
        last_qty: QtyLots(400),
        last_px: PriceTicks(6_183_763),
        last_fee: AmountMinor(247_350),
        liquidity: LiquidityInd::Taker,
        trade_id: TradeId(555),
        priority_kept: false,
        created: TsNs(1_700_000_000_000_000_000),
        session: SessionId(3),
    };
    let position = PositionChange {
        account_seq: 78,
        account: order.account,
        instrument: order.instrument,
        qty: QtyLots(400),
        cost: AmountMinor(2_473_505_200),
        realised: AmountMinor(-12),
        fees: AmountMinor(247_350),
        leg: Leg::Net,
    };
    let balance = BalanceChange {
        account_seq: 79,
        account: order.account,
        currency: CurrencyId(1),
        cash: AmountMinor(1_000_000_000_000),
        used: AmountMinor(2_473_505_200),
        held: AmountMinor(3_710_257_800),
    };
    let ts = TsNs(1_700_000_000_123_456_789);
    let levels: Vec<_> = (0..10).map(|index| (PriceTicks(6_183_763 - index), QtyLots(100 + index))).collect();
    let head = BookHead { instrument: order.instrument, seq: 5, state: BookState::Synced, ts_event: ts, ts_recv: ts };
    let quote = QuoteRow {
        instrument: order.instrument,
        seq: 5,
        ts_event: ts,
        ts_recv: ts,
        bid: levels.first().copied(),
        ask: levels.last().copied(),
        state: BookState::Synced,
        last: PriceTicks(6_183_763),
        reference: PriceTicks(6_100_000),
        day_volume: QtyLots(123_456),
    };

    let frame = ClientEncoder::new().new_order(&order).to_vec();
    measure("decode NewOrderSingle", |_| {
        black_box(decode(black_box(&frame), Actor::default()).is_ok());
        frame.len()
    });
    let mut encoder = Encoder::new();
    measure("encode ExecutionReport", |index| encoder.execution(black_box(&execution), "", Seq(index), ts).len());
    measure("encode PositionReport", |_| encoder.position(black_box(&position), ts).len());
    measure("encode BalanceReport", |_| encoder.balance(black_box(&balance), "USDT", ts).len());
    measure("encode BookDelta, 10 + 0", |_| encoder.book_delta(black_box(&head), &levels, &[]).len());
    measure("encode Quote", |_| encoder.quote(black_box(&quote)).len());
}
