//! Bars of equal activity and movement: examples, properties over random trades, and recorded trades of a day.

use jware_core::bar::{Brick, Measure, RangeBars, RenkoBricks, ThresholdBars, Trade, TradeBar};
use jware_core::units::{PriceTicks, QtyLots, TsNs};
use proptest::prelude::*;

fn trade(ts: u64, price: i64, qty: i64) -> Trade {
    Trade { ts_event: TsNs(ts), price: PriceTicks(price), qty: QtyLots(qty) }
}

fn threshold(measure: Measure, trades: &[Trade]) -> (Vec<TradeBar>, Option<TradeBar>) {
    let mut builder = ThresholdBars::new(measure).unwrap();
    let closed = trades.iter().filter_map(|&trade| builder.on_trade(trade)).collect();
    (closed, builder.current().copied())
}

fn range(ticks: i64, trades: &[Trade]) -> (Vec<TradeBar>, Option<TradeBar>) {
    let mut builder = RangeBars::new(ticks).unwrap();
    let closed = trades.iter().filter_map(|&trade| builder.on_trade(trade)).collect();
    (closed, builder.current().copied())
}

fn renko(ticks: i64, trades: &[Trade]) -> (Vec<Brick>, RenkoBricks) {
    let mut builder = RenkoBricks::new(ticks).unwrap();
    let mut bricks = Vec::new();
    for &trade in trades {
        builder.on_trade(trade, |brick| bricks.push(brick));
    }
    (bricks, builder)
}

#[test]
fn a_bar_ends_with_the_trade_that_fills_it() {
    let trades = [trade(1, 10, 3), trade(2, 12, 3), trade(3, 9, 3), trade(4, 11, 3)];
    let (closed, current) = threshold(Measure::Ticks(3), &trades);
    let expected = TradeBar {
        open_ts: TsNs(1),
        close_ts: TsNs(3),
        open: PriceTicks(10),
        high: PriceTicks(12),
        low: PriceTicks(9),
        close: PriceTicks(9),
        volume: QtyLots(9),
        trade_count: 3,
    };
    assert_eq!(closed, [expected]);
    assert_eq!(current.unwrap().volume, QtyLots(3));
    // Seven lots are full at the third trade, with two more than that, which are not carried over.
    assert_eq!(threshold(Measure::Volume(7), &trades).0, [expected]);
    // 30 and 36 are not 70; 27 more are.
    assert_eq!(threshold(Measure::Value(70), &trades).0, [expected]);
    let negative = [trade(1, -10, 3), trade(2, -12, 3), trade(3, -9, 3)];
    assert_eq!(threshold(Measure::Value(70), &negative).0.len(), 1, "a price below zero has a value, too");
}

#[test]
fn a_range_bar_ends_before_it_would_be_too_high() {
    let trades = [trade(1, 100, 1), trade(2, 104, 1), trade(3, 99, 1), trade(4, 98, 1), trade(5, 200, 1)];
    let (closed, current) = range(5, &trades);
    assert_eq!(closed.iter().map(|bar| (bar.low.0, bar.high.0)).collect::<Vec<_>>(), [(99, 104), (98, 98)]);
    assert_eq!(current.unwrap().open, PriceTicks(200), "a gap makes no bars without trades");
    let (closed, _) = range(1, &[trade(1, i64::MIN, 1), trade(2, i64::MAX, 1)]);
    assert_eq!(closed.len(), 1, "prices at both ends of the numbers");
}

#[test]
fn bricks_follow_the_price_and_turn_after_two() {
    let trades = [trade(1, 100, 1), trade(2, 109, 2), trade(3, 131, 4), trade(4, 121, 8), trade(5, 105, 16)];
    let (bricks, builder) = renko(10, &trades);
    let ends: Vec<(i64, i64, i64)> = bricks.iter().map(|brick| (brick.open.0, brick.close.0, brick.volume.0)).collect();
    // 121 is within the last brick, 110 the end of turning.
    assert_eq!(ends, [(100, 110, 7), (110, 120, 0), (120, 130, 0), (120, 110, 24)]);
    assert_eq!(builder.open(), (QtyLots(0), 0));
    assert!(bricks[0].is_up() && !bricks[3].is_up());
    let (bricks, _) = renko(i64::MAX, &[trade(1, 0, 1), trade(2, i64::MAX, 1), trade(3, i64::MIN, 1)]);
    assert_eq!(bricks.len(), 2, "the next brick's end is no price");
}

#[test]
fn trades_out_of_order_are_in_the_open_bar_and_counted() {
    let trades = [trade(10, 5, 1), trade(7, 6, 1), trade(12, 5, 1), trade(11, 4, 1)];
    let mut builder = ThresholdBars::new(Measure::Ticks(4)).unwrap();
    let closed = trades.iter().find_map(|&trade| builder.on_trade(trade)).unwrap();
    assert_eq!((closed.open_ts, closed.close_ts, closed.close), (TsNs(7), TsNs(12), PriceTicks(4)));
    assert_eq!(builder.unordered_count(), 2);
    let mut bars = RangeBars::new(9).unwrap();
    for trade in trades {
        assert_eq!(bars.on_trade(trade), None);
    }
    assert_eq!(bars.unordered_count(), 2);
    assert_eq!(renko(9, &trades).1.unordered_count(), 2);
}

#[test]
fn sizes_are_above_zero() {
    assert_eq!(RangeBars::new(0).unwrap_err().to_string(), "range_ticks is a whole number above 0, not 0");
    assert_eq!(RenkoBricks::new(-1).unwrap_err().to_string(), "brick_ticks is a whole number above 0, not -1");
    for measure in [Measure::Ticks(0), Measure::Volume(0), Measure::Value(-5)] {
        assert!(ThresholdBars::new(measure).is_err(), "{measure:?}");
    }
}

/// Trades of a walk, a few of them out of order.
fn trades() -> impl Strategy<Value = Vec<Trade>> {
    prop::collection::vec((0u64..1_000, -40i64..=40, 1i64..500), 1..300).prop_map(|steps| {
        let mut price = 1_000;
        let mut ts = 1_000_000;
        steps
            .into_iter()
            .map(|(wait, step, qty)| {
                price += step;
                ts = ts + wait - 100;
                trade(ts, price, qty)
            })
            .collect()
    })
}

/// Every bar with the trades that must be in it: they are in order, so counting tells.
fn assert_holds_its_trades(bars: &[TradeBar], trades: &[Trade]) -> Result<(), TestCaseError> {
    let mut rest = trades;
    for bar in bars {
        let (own, later) = rest.split_at(bar.trade_count as usize);
        let prices = || own.iter().map(|trade| trade.price);
        prop_assert_eq!(bar.open, own[0].price);
        prop_assert_eq!(bar.close, own[own.len() - 1].price);
        prop_assert_eq!(bar.high, prices().max().unwrap());
        prop_assert_eq!(bar.low, prices().min().unwrap());
        prop_assert_eq!(bar.volume.0, own.iter().map(|trade| trade.qty.0).sum::<i64>());
        prop_assert_eq!(bar.open_ts, own.iter().map(|trade| trade.ts_event).min().unwrap());
        prop_assert_eq!(bar.close_ts, own.iter().map(|trade| trade.ts_event).max().unwrap());
        rest = later;
    }
    prop_assert!(rest.is_empty(), "every trade is in a bar");
    Ok(())
}

proptest! {
    #[test]
    fn each_trade_is_in_exactly_one_bar(trades in trades(), size in 1u32..2_000) {
        let measures = [Measure::Ticks(size % 50 + 1), Measure::Volume(i64::from(size)), Measure::Value(i128::from(size) * 700)];
        for measure in measures {
            let (closed, current) = threshold(measure, &trades);
            let amount = |bar: &TradeBar| match measure {
                Measure::Ticks(_) => i128::from(bar.trade_count),
                _ => i128::from(bar.volume.0),
            };
            if let Measure::Ticks(count) = measure {
                prop_assert!(closed.iter().all(|bar| bar.trade_count == count));
            }
            if let Measure::Volume(lots) = measure {
                prop_assert!(closed.iter().all(|bar| amount(bar) >= i128::from(lots)));
                prop_assert!(current.iter().all(|bar| amount(bar) < i128::from(lots)));
            }
            let all: Vec<TradeBar> = closed.into_iter().chain(current).collect();
            assert_holds_its_trades(&all, &trades)?;
        }
        let (closed, current) = range(i64::from(size % 100 + 1), &trades);
        let all: Vec<TradeBar> = closed.into_iter().chain(current).collect();
        assert_holds_its_trades(&all, &trades)?;
    }

    #[test]
    fn range_bars_are_as_high_as_they_may_be(trades in trades(), ticks in 1i64..200) {
        let (closed, current) = range(ticks, &trades);
        let all: Vec<TradeBar> = closed.into_iter().chain(current).collect();
        for bar in &all {
            prop_assert!(bar.high.0 - bar.low.0 <= ticks);
        }
        for pair in all.windows(2) {
            let (high, low) = (pair[0].high.max(pair[1].open), pair[0].low.min(pair[1].open));
            prop_assert!(high.0 - low.0 > ticks, "the next trade would have made it too high");
        }
    }

    #[test]
    fn bricks_are_contiguous_and_hold_all_volume(trades in trades(), ticks in 1i64..60) {
        let (bricks, builder) = renko(ticks, &trades);
        for brick in &bricks {
            prop_assert_eq!((brick.close.0 - brick.open.0).abs(), ticks);
        }
        for pair in bricks.windows(2) {
            let expected = if pair[0].is_up() == pair[1].is_up() { pair[0].close } else { pair[0].open };
            prop_assert_eq!(pair[1].open, expected);
        }
        let traded: i64 = trades.iter().map(|trade| trade.qty.0).sum();
        prop_assert_eq!(bricks.iter().map(|brick| brick.volume.0).sum::<i64>() + builder.open().0.0, traded);
        let count: u32 = bricks.iter().map(|brick| brick.trade_count).sum();
        prop_assert_eq!(count + builder.open().1, u32::try_from(trades.len()).unwrap());
        if let Some(last) = bricks.last() {
            let price = trades[trades.len() - 1].price.0;
            let (high, low) = (last.open.max(last.close).0, last.open.min(last.close).0);
            prop_assert!(low - ticks < price && price < high + ticks, "no brick is missing");
        }
    }
}
