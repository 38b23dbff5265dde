//! Every server frame, read back the way a client does: verified, then field by field.

mod enumerations;
mod market_data;
mod order_entry;
mod risk;
mod session;

use jware_core::event::Execution;
use jware_core::limit::LimitScope;
use jware_core::order::{
    ClOrdId, Contingency, ExecReason, ExecType, LiquidityInd, OrdStatus, OrdType, OrderTerms, PostOnly, SelfTradePrevention,
    Side, TimeInForce, Trail, Trigger, TriggerSource,
};
use jware_core::refusal::{LimitUnit, Refusal, RefusalCode};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, SessionId, StrategyId, TradeId, TsNs,
};
use jware_wire::generated::{ServerFrame, root_as_server_frame};

const ACCOUNT: AccountId = AccountId(1001);
const INSTRUMENT: InstrumentId = InstrumentId(101);
const TS: TsNs = TsNs(1_700_000_000_123_456_789);

fn read(bytes: &[u8]) -> ServerFrame<'_> {
    root_as_server_frame(bytes).expect("a valid frame")
}

fn name(text: &str) -> ClOrdId {
    ClOrdId::new(text.as_bytes()).expect("a valid name")
}

/// Every field has a value of its own, so that a swapped pair shows.
fn execution() -> Execution {
    Execution {
        account_seq: 1,
        exec_id: 2,
        account: ACCOUNT,
        instrument: INSTRUMENT,
        order_id: OrderId(3),
        cl_ord_id: name("new-name"),
        orig_cl_ord_id: name("old-name"),
        exec_type: ExecType::Replaced,
        ord_status: OrdStatus::PartiallyFilled,
        reason: ExecReason::ReplaceBelowCum,
        terms: OrderTerms {
            side: Side::Sell,
            ord_type: OrdType::StopLimit,
            time_in_force: TimeInForce::Gtd,
            order_qty: QtyLots(4),
            price: PriceTicks(5),
            trigger: Trigger { price: PriceTicks(15), source: TriggerSource::Quote, trail: Trail::Ticks(16) },
            display_qty: QtyLots(17),
            cash_qty: AmountMinor(18),
            expire_ts: TsNs(19),
            post_only: PostOnly::Reject,
            reduce_only: true,
            self_trade_prevention: SelfTradePrevention::CancelBoth,
            strategy: StrategyId(20),
            deadline: TsNs(21),
        },
        working: true,
        list: OrderId(22),
        contingency: Some(Contingency::Bracket),
        refusal: Some(Refusal {
            code: RefusalCode::PriceCollar,
            unit: LimitUnit::Ticks,
            limit: 23,
            value: 24,
            headroom: 25,
            currency: CurrencyId(0),
            scope: Some(LimitScope::Strategy(AccountId(26), StrategyId(27))),
        }),
        cum_qty: QtyLots(6),
        leaves_qty: QtyLots(7),
        cum_lot_ticks: 8,
        last_qty: QtyLots(9),
        last_px: PriceTicks(10),
        last_fee: AmountMinor(-11),
        liquidity: LiquidityInd::Maker,
        trade_id: TradeId(12),
        priority_kept: true,
        created: TsNs(13),
        session: SessionId(14),
    }
}
