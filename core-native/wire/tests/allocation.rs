//! The order path allocates nothing, once an encoder's buffer has its size. One test, so that nothing else counts.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use jware_core::event::Execution;
use jware_core::limit::LimitScope;
use jware_core::order::{ClOrdId, Contingency, ExecReason, ExecType, LiquidityInd, OrdStatus};
use jware_core::refusal::{LimitUnit, Refusal, RefusalCode};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, Seq, SessionId, TradeId, TsNs,
};
use jware_wire::{Encoder, decode};
use support::{ACTOR, full_terms, name, valid_frames};

thread_local! {
    static ALLOCATION_COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to the system's allocator unchanged; the counter does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATION_COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promised for `layout`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised for `pointer` and `layout`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations_of(mut work: impl FnMut()) -> u64 {
    let before = ALLOCATION_COUNT.with(Cell::get);
    work();
    ALLOCATION_COUNT.with(Cell::get) - before
}

#[test]
fn order_frames_in_and_executions_out_allocate_nothing() {
    assert_eq!(allocations_of(|| drop(std::hint::black_box(Box::new(1)))), 1, "the count counts");
    for (what, frame) in valid_frames() {
        let count = allocations_of(|| assert!(decode(&frame, ACTOR).is_ok()));
        // A halt carries text into its command, a list or batch its requests.
        if matches!(what, "list" | "batch" | "traced batch") {
            assert!((1..=4).contains(&count), "{what}: {count}");
        } else {
            assert_eq!(count, u64::from(what == "halt"), "{what}");
        }
    }
    let execution = Execution {
        account_seq: 1,
        exec_id: 2,
        account: AccountId(3),
        instrument: InstrumentId(4),
        order_id: OrderId(5),
        cl_ord_id: name("a-name"),
        orig_cl_ord_id: ClOrdId::EMPTY,
        exec_type: ExecType::Trade,
        ord_status: OrdStatus::Filled,
        reason: ExecReason::None,
        terms: full_terms(),
        working: true,
        list: OrderId(5),
        contingency: Some(Contingency::Oco),
        refusal: Some(Refusal {
            code: RefusalCode::InsufficientFunds,
            unit: LimitUnit::Minor,
            limit: 1,
            value: 2,
            headroom: 3,
            currency: CurrencyId(1),
            scope: Some(LimitScope::Firm),
        }),
        cum_qty: QtyLots(6),
        leaves_qty: QtyLots(0),
        cum_lot_ticks: 42,
        last_qty: QtyLots(6),
        last_px: PriceTicks(7),
        last_fee: AmountMinor(8),
        liquidity: LiquidityInd::Taker,
        trade_id: TradeId(9),
        priority_kept: false,
        created: TsNs(10),
        session: SessionId(11),
    };
    let mut encoder = Encoder::new();
    // The first frame gives the builder's lists of fields and vtables their room.
    encoder.execution(&execution, "USD", Seq(1), TsNs(1));
    let count = allocations_of(|| {
        for seq in 2..100 {
            assert!(!encoder.execution(&execution, "USD", Seq(seq), TsNs(seq)).is_empty());
        }
    });
    assert_eq!(count, 0, "executions");
}
