//! What an order asks for.

use jware_core::order::{OrdType, OrderTerms, PostOnly, SelfTradePrevention, Side, TimeInForce, Trail, Trigger, TriggerSource};
use jware_core::units::{AmountMinor, PriceTicks, QtyLots, StrategyId, TsNs};

use super::{Dice, Known};

const WAITING: [OrdType; 5] =
    [OrdType::Stop, OrdType::StopLimit, OrdType::TrailingStop, OrdType::MarketIfTouched, OrdType::LimitIfTouched];

impl Known {
    pub(super) fn price(&self, dice: &mut Dice) -> i64 {
        let price = if dice.in_1000(30) { dice.within(60, 150) } else { dice.within(97, 103) };
        if self.mood.vast { price << dice.of(&[0, 30, 46]) } else { price }
    }

    /// A limit that mostly rests.
    fn limit(&self, dice: &mut Dice, side: Side) -> i64 {
        match side {
            _ if self.mood.vast || dice.in_1000(400) => self.price(dice),
            Side::Buy => dice.within(93, 99),
            Side::Sell => dice.within(101, 107),
        }
    }

    pub(super) fn qty(&self, dice: &mut Dice) -> i64 {
        let qty = if dice.in_1000(60) { dice.within(1, 36) } else { dice.within(1, 9) };
        if self.mood.vast { qty << dice.of(&[0, 20, 44, 49]) } else { qty }
    }

    pub(super) fn trigger(&self, dice: &mut Dice, ord_type: OrdType) -> Trigger {
        let source = dice.of(&TriggerSource::ALL);
        match ord_type {
            OrdType::Market | OrdType::Limit => Trigger { source, ..Trigger::default() },
            OrdType::TrailingStop => {
                let trail = if dice.in_1000(500) {
                    Trail::Ticks(dice.within(1, 4))
                } else {
                    Trail::Bps(dice.of(&[1, 99, 150, 300, 9_999]))
                };
                Trigger { price: PriceTicks(0), source, trail }
            }
            _ => Trigger { price: PriceTicks(self.price(dice)), source, trail: Trail::None },
        }
    }

    /// Terms of a type, on a side, that fit together.
    pub(super) fn terms_of(&self, dice: &mut Dice, side: Side, ord_type: OrdType, qty: i64) -> OrderTerms {
        let has_price = ord_type.has_price();
        let at_once = !ord_type.has_trigger();
        let time_in_force = dice.weighted(&[
            (70, TimeInForce::Gtc),
            (12, TimeInForce::Day),
            (10, TimeInForce::Gtd),
            (if at_once { 8 } else { 0 }, TimeInForce::Ioc),
            (if at_once { 8 } else { 0 }, TimeInForce::Fok),
        ]);
        let rests = has_price && time_in_force.rests();
        let expire_ts = if time_in_force == TimeInForce::Gtd {
            self.now + dice.of(&[1, 4_000_012, 30_000_000, 200_000_000, 2_000_000_000, 3_600_000_000_000])
        } else {
            0
        };
        let cash = ord_type == OrdType::Market && dice.in_1000(250);
        let strategy = dice.weighted(&[(70, 0), (20, 1), (10, 2)]);
        OrderTerms {
            side,
            ord_type,
            time_in_force,
            order_qty: QtyLots(if cash { 0 } else { qty }),
            price: PriceTicks(if has_price { self.limit(dice, side) } else { 0 }),
            trigger: self.trigger(dice, ord_type),
            display_qty: QtyLots(if rests && dice.in_1000(200) {
                dice.within(1, 5).min(qty).max(qty / dice.of(&[50, 300, 1_000]))
            } else {
                0
            }),
            cash_qty: AmountMinor(if cash { dice.of(&[1, 99, 100, 101, 500, 707, 1_414, 2_222, 9_000, 1 << 50]) } else { 0 }),
            expire_ts: TsNs(expire_ts),
            post_only: if rests && dice.in_1000(150) { dice.of(&[PostOnly::Reject, PostOnly::Reprice]) } else { PostOnly::No },
            // Who hedges closes with nothing else.
            reduce_only: dice.in_1000(if self.mood.hedging > 0 { 350 } else { 100 }),
            self_trade_prevention: dice.weighted(&[
                (30, SelfTradePrevention::None),
                (15, SelfTradePrevention::CancelNewest),
                (15, SelfTradePrevention::CancelOldest),
                (12, SelfTradePrevention::CancelBoth),
                (28, SelfTradePrevention::Decrement),
            ]),
            strategy: StrategyId(strategy),
            deadline: TsNs(if dice.in_1000(30) { self.now + 1 - dice.below(3) } else { 0 }),
        }
    }

    /// A single order's terms: mostly sound, sometimes with one field that is not.
    pub(super) fn terms(&self, dice: &mut Dice) -> OrderTerms {
        let side = dice.of(&[Side::Buy, Side::Sell]);
        let ord_type = if dice.in_1000(self.mood.waiting) {
            dice.of(&WAITING)
        } else {
            dice.weighted(&[(75, OrdType::Limit), (25, OrdType::Market)])
        };
        let qty = self.qty(dice);
        let mut terms = self.terms_of(dice, side, ord_type, qty);
        if dice.in_1000(self.mood.odd) {
            self.spoil(dice, &mut terms);
        }
        terms
    }

    /// Changes one field to something that may not fit.
    pub(super) fn spoil(&self, dice: &mut Dice, terms: &mut OrderTerms) {
        match dice.below(14) {
            0 => terms.order_qty = QtyLots(dice.edge()),
            1 => terms.price = PriceTicks(dice.edge()),
            2 => terms.trigger.price = PriceTicks(dice.edge()),
            3 => terms.trigger.trail = dice.of(&[Trail::None, Trail::Ticks(1), Trail::Ticks(0), Trail::Bps(1), Trail::Bps(0)]),
            4 => terms.trigger.trail = Trail::Ticks(dice.edge()),
            5 => terms.trigger.trail = Trail::Bps(dice.of(&[0, 1, 9_999, 10_000, u32::MAX])),
            6 => {
                terms.display_qty = QtyLots(dice.of(&[
                    1,
                    2,
                    terms.order_qty.0,
                    terms.order_qty.0.saturating_add(1),
                    terms.order_qty.0 / 1_001,
                    -1,
                ]));
            }
            7 => terms.cash_qty = AmountMinor(dice.edge()),
            8 => terms.expire_ts = TsNs(dice.of(&[0, 1, self.now - 1, self.now, self.now + 1, u64::MAX])),
            9 => terms.post_only = dice.of(&[PostOnly::Reject, PostOnly::Reprice]),
            10 => terms.deadline = TsNs(dice.of(&[0, 1, self.now - 1, self.now, self.now + 1, u64::MAX])),
            11 => terms.ord_type = dice.of(&[OrdType::Market, OrdType::Limit, OrdType::Stop, OrdType::TrailingStop]),
            12 => {
                terms.time_in_force =
                    dice.of(&[TimeInForce::Gtc, TimeInForce::Day, TimeInForce::Ioc, TimeInForce::Fok, TimeInForce::Gtd]);
            }
            _ => terms.reduce_only = !terms.reduce_only,
        }
    }
}
