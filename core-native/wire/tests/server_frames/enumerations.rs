//! Every enumeration has the number of the wire.

use jware_core::command::{BookState, TradingState};
use jware_core::event::Execution;
use jware_core::instrument::Venue;
use jware_core::order::{
    Contingency, ExecReason, ExecType, LiquidityInd, OrdStatus, OrdType, PostOnly, SelfTradePrevention, Side, TimeInForce,
    TriggerSource,
};
use jware_core::refusal::{LimitUnit, RequestKind};
use jware_core::units::Seq;
use jware_wire::Encoder;
use jware_wire::generated::{self as wire};

use crate::{TS, execution, read};

#[test]
fn every_enum_has_the_wires_number() {
    let mut encoder = Encoder::new();
    let mut seen = |change: &dyn Fn(&mut Execution)| {
        let mut execution = execution();
        change(&mut execution);
        let frame = read(encoder.execution(&execution, "", Seq(1), TS));
        let report = frame.body_as_execution_report().expect("an ExecutionReport");
        (report.exec_type(), report.ord_status(), report.reason(), report.side(), report.ord_type(), report.liquidity())
    };
    for (ours, theirs) in [
        (ExecType::New, wire::ExecType::New),
        (ExecType::Trade, wire::ExecType::Trade),
        (ExecType::Replaced, wire::ExecType::Replaced),
        (ExecType::Canceled, wire::ExecType::Canceled),
        (ExecType::Expired, wire::ExecType::Expired),
        (ExecType::Status, wire::ExecType::Status),
        (ExecType::Triggered, wire::ExecType::Triggered),
        (ExecType::Restated, wire::ExecType::Restated),
        (ExecType::Rejected, wire::ExecType::Rejected),
        (ExecType::PendingNew, wire::ExecType::PendingNew),
        (ExecType::PendingCancel, wire::ExecType::PendingCancel),
        (ExecType::PendingReplace, wire::ExecType::PendingReplace),
        (ExecType::Unknown, wire::ExecType::Unknown),
    ] {
        assert_eq!(seen(&|execution| execution.exec_type = ours).0, theirs);
    }
    for (ours, theirs) in [
        (OrdStatus::New, wire::OrdStatus::New),
        (OrdStatus::PartiallyFilled, wire::OrdStatus::PartiallyFilled),
        (OrdStatus::Filled, wire::OrdStatus::Filled),
        (OrdStatus::Canceled, wire::OrdStatus::Canceled),
        (OrdStatus::Expired, wire::OrdStatus::Expired),
        (OrdStatus::Denied, wire::OrdStatus::Denied),
        (OrdStatus::Held, wire::OrdStatus::Held),
        (OrdStatus::Rejected, wire::OrdStatus::Rejected),
        (OrdStatus::PendingNew, wire::OrdStatus::PendingNew),
        (OrdStatus::PendingCancel, wire::OrdStatus::PendingCancel),
        (OrdStatus::PendingReplace, wire::OrdStatus::PendingReplace),
        (OrdStatus::Unknown, wire::OrdStatus::Unknown),
    ] {
        assert_eq!(seen(&|execution| execution.ord_status = ours).1, theirs);
    }
    for (ours, theirs) in [
        (ExecReason::None, wire::ExecReason::None),
        (ExecReason::Requested, wire::ExecReason::Requested),
        (ExecReason::MassCancel, wire::ExecReason::MassCancel),
        (ExecReason::Halted, wire::ExecReason::Halted),
        (ExecReason::IocRemainder, wire::ExecReason::IocRemainder),
        (ExecReason::FokUnfillable, wire::ExecReason::FokUnfillable),
        (ExecReason::MarketRemainder, wire::ExecReason::MarketRemainder),
        (ExecReason::Disconnect, wire::ExecReason::Disconnect),
        (ExecReason::ReplaceBelowCum, wire::ExecReason::ReplaceBelowCum),
        (ExecReason::SelfTrade, wire::ExecReason::SelfTrade),
        (ExecReason::TimeReached, wire::ExecReason::TimeReached),
        (ExecReason::SessionClosed, wire::ExecReason::SessionClosed),
        (ExecReason::Linked, wire::ExecReason::Linked),
        (ExecReason::ReduceOnly, wire::ExecReason::ReduceOnly),
        (ExecReason::PostOnly, wire::ExecReason::PostOnly),
        (ExecReason::Refused, wire::ExecReason::Refused),
        (ExecReason::Flatten, wire::ExecReason::Flatten),
        (ExecReason::Liquidation, wire::ExecReason::Liquidation),
    ] {
        assert_eq!(seen(&|execution| execution.reason = ours).2, theirs);
    }
    assert_eq!(seen(&|execution| execution.terms.side = Side::Buy).3, wire::Side::Buy);
    for (ours, theirs) in [
        (OrdType::Market, wire::OrdType::Market),
        (OrdType::Limit, wire::OrdType::Limit),
        (OrdType::Stop, wire::OrdType::Stop),
        (OrdType::StopLimit, wire::OrdType::StopLimit),
        (OrdType::TrailingStop, wire::OrdType::TrailingStop),
        (OrdType::MarketIfTouched, wire::OrdType::MarketIfTouched),
        (OrdType::LimitIfTouched, wire::OrdType::LimitIfTouched),
    ] {
        assert_eq!(seen(&|execution| execution.terms.ord_type = ours).4, theirs);
    }
    for (ours, theirs) in [
        (TimeInForce::Gtc, wire::TimeInForce::Gtc),
        (TimeInForce::Day, wire::TimeInForce::Day),
        (TimeInForce::Ioc, wire::TimeInForce::Ioc),
        (TimeInForce::Fok, wire::TimeInForce::Fok),
        (TimeInForce::Gtd, wire::TimeInForce::Gtd),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (TriggerSource::Last, wire::TriggerSource::Last),
        (TriggerSource::Mark, wire::TriggerSource::Mark),
        (TriggerSource::Quote, wire::TriggerSource::Quote),
        (TriggerSource::Mid, wire::TriggerSource::Mid),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (PostOnly::No, wire::PostOnly::None),
        (PostOnly::Reject, wire::PostOnly::Reject),
        (PostOnly::Reprice, wire::PostOnly::Reprice),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (SelfTradePrevention::None, wire::SelfTradePrevention::Allow),
        (SelfTradePrevention::CancelNewest, wire::SelfTradePrevention::CancelNewest),
        (SelfTradePrevention::CancelOldest, wire::SelfTradePrevention::CancelOldest),
        (SelfTradePrevention::CancelBoth, wire::SelfTradePrevention::CancelBoth),
        (SelfTradePrevention::Decrement, wire::SelfTradePrevention::Decrement),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (Contingency::Oco, wire::Contingency::Oco),
        (Contingency::Oto, wire::Contingency::Oto),
        (Contingency::Bracket, wire::Contingency::Bracket),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (TradingState::Active, wire::TradingState::Active),
        (TradingState::Halted, wire::TradingState::Halted),
        (TradingState::Reducing, wire::TradingState::Reducing),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    assert_eq!(seen(&|execution| execution.liquidity = LiquidityInd::None).5, wire::LiquidityInd::None);
    assert_eq!(seen(&|execution| execution.liquidity = LiquidityInd::Taker).5, wire::LiquidityInd::Taker);
    for (ours, theirs) in [
        (LimitUnit::None, wire::LimitUnit::None),
        (LimitUnit::Ticks, wire::LimitUnit::Ticks),
        (LimitUnit::Lots, wire::LimitUnit::Lots),
        (LimitUnit::Minor, wire::LimitUnit::Minor),
        (LimitUnit::Count, wire::LimitUnit::Count),
        (LimitUnit::Bytes, wire::LimitUnit::Bytes),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (RequestKind::Frame, wire::RequestKind::Frame),
        (RequestKind::Logon, wire::RequestKind::Logon),
        (RequestKind::NewOrder, wire::RequestKind::NewOrder),
        (RequestKind::Cancel, wire::RequestKind::Cancel),
        (RequestKind::Replace, wire::RequestKind::Replace),
        (RequestKind::MassCancel, wire::RequestKind::MassCancel),
        (RequestKind::Control, wire::RequestKind::Control),
        (RequestKind::Subscribe, wire::RequestKind::Subscribe),
        (RequestKind::NewOrderList, wire::RequestKind::NewOrderList),
        (RequestKind::Batch, wire::RequestKind::Batch),
        (RequestKind::Validate, wire::RequestKind::Validate),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in [
        (BookState::Synced, wire::BookState::Synced),
        (BookState::Stale, wire::BookState::Stale),
        (BookState::Resyncing, wire::BookState::Resyncing),
    ] {
        assert_eq!(ours as u8, theirs.0);
    }
    for (ours, theirs) in
        [(Venue::Internal, wire::Venue::Internal), (Venue::Simulated, wire::Venue::Simulated), (Venue::Paper, wire::Venue::Paper)]
    {
        assert_eq!(ours as u8, theirs.0);
    }
}
