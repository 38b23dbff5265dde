//! The wire's enumerations as the core's; none where the core has nothing for it.
// HOT: as `mod.rs`.

use jware_core::order::{Contingency, OrdType, PostOnly, SelfTradePrevention, Side, TimeInForce, Trail, Trigger, TriggerSource};
use jware_core::units::PriceTicks;

use crate::generated as wire;

pub const fn side_of(given: wire::Side) -> Option<Side> {
    match given {
        wire::Side::Buy => Some(Side::Buy),
        wire::Side::Sell => Some(Side::Sell),
        _ => None,
    }
}

pub const fn ord_type_of(given: wire::OrdType) -> Option<OrdType> {
    match given {
        wire::OrdType::Market => Some(OrdType::Market),
        wire::OrdType::Limit => Some(OrdType::Limit),
        wire::OrdType::Stop => Some(OrdType::Stop),
        wire::OrdType::StopLimit => Some(OrdType::StopLimit),
        wire::OrdType::TrailingStop => Some(OrdType::TrailingStop),
        wire::OrdType::MarketIfTouched => Some(OrdType::MarketIfTouched),
        wire::OrdType::LimitIfTouched => Some(OrdType::LimitIfTouched),
        _ => None,
    }
}

pub const fn time_in_force_of(given: wire::TimeInForce) -> Option<TimeInForce> {
    match given {
        wire::TimeInForce::Gtc => Some(TimeInForce::Gtc),
        wire::TimeInForce::Day => Some(TimeInForce::Day),
        wire::TimeInForce::Ioc => Some(TimeInForce::Ioc),
        wire::TimeInForce::Fok => Some(TimeInForce::Fok),
        wire::TimeInForce::Gtd => Some(TimeInForce::Gtd),
        _ => None,
    }
}

/// The core has one trail, by ticks or by basis points: a request that gives both cannot be told to it.
pub fn trigger_of(body: &wire::NewOrderSingle<'_>) -> Option<Trigger> {
    let source = match body.trigger_source() {
        wire::TriggerSource::None | wire::TriggerSource::Last => TriggerSource::Last,
        wire::TriggerSource::Mark => TriggerSource::Mark,
        wire::TriggerSource::Quote => TriggerSource::Quote,
        wire::TriggerSource::Mid => TriggerSource::Mid,
        _ => return None,
    };
    let trail = match (body.trail_ticks(), body.trail_bps()) {
        (0, 0) => Trail::None,
        (ticks, 0) => Trail::Ticks(ticks),
        (0, bps) => Trail::Bps(bps),
        _ => return None,
    };
    Some(Trigger { price: PriceTicks(body.trigger_price_ticks()), source, trail })
}

pub const fn post_only_of(given: wire::PostOnly) -> Option<PostOnly> {
    match given {
        wire::PostOnly::None => Some(PostOnly::No),
        wire::PostOnly::Reject => Some(PostOnly::Reject),
        wire::PostOnly::Reprice => Some(PostOnly::Reprice),
        _ => None,
    }
}

pub const fn self_trade_prevention_of(given: wire::SelfTradePrevention) -> Option<SelfTradePrevention> {
    match given {
        wire::SelfTradePrevention::Allow => Some(SelfTradePrevention::None),
        wire::SelfTradePrevention::None | wire::SelfTradePrevention::CancelNewest => Some(SelfTradePrevention::CancelNewest),
        wire::SelfTradePrevention::CancelOldest => Some(SelfTradePrevention::CancelOldest),
        wire::SelfTradePrevention::CancelBoth => Some(SelfTradePrevention::CancelBoth),
        wire::SelfTradePrevention::Decrement => Some(SelfTradePrevention::Decrement),
        _ => None,
    }
}

pub const fn contingency_of(given: wire::Contingency) -> Option<Contingency> {
    match given {
        wire::Contingency::Oco => Some(Contingency::Oco),
        wire::Contingency::Oto => Some(Contingency::Oto),
        wire::Contingency::Bracket => Some(Contingency::Bracket),
        _ => None,
    }
}
