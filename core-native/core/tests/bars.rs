//! Bars: boundaries, late trades, rings, and recorded minutes that must add up to recorded hours.

use std::path::PathBuf;

use jware_core::bar::{BARS_KEPT, BARS_KEPT_S1, Bar, BarInterval, BarSet, UnorderedBar, aggregate};
use jware_core::units::{PriceTicks, QtyLots, TsNs};

const S: u64 = 1_000_000_000;

/// Recorded prices and volumes carry eight decimals.
const RECORDED_DECIMALS: usize = 8;

fn trade(set: &mut BarSet, ts: u64, price: i64, qty: i64) -> Vec<(BarInterval, Bar, bool)> {
    let mut heard = Vec::new();
    set.on_trade(TsNs(ts), PriceTicks(price), QtyLots(qty), |interval, bar, closed| heard.push((interval, *bar, closed)));
    heard
}

fn bar(open_ts: u64, [open, high, low, close]: [i64; 4], volume: i64, trade_count: u32) -> Bar {
    Bar {
        open_ts: TsNs(open_ts),
        open: PriceTicks(open),
        high: PriceTicks(high),
        low: PriceTicks(low),
        close: PriceTicks(close),
        volume: QtyLots(volume),
        trade_count,
    }
}

/// The `SplitMix64` generator, so that a failing run can be repeated from its printed seed.
struct Random(u64);

impl Random {
    fn seeded(name: &str) -> Self {
        let seed = std::env::var("JWARE_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0x4a57_6172);
        println!("{name}: JWARE_TEST_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn signed_below(&mut self, limit: u64) -> i64 {
        i64::try_from(self.below(limit)).expect("test limits fit")
    }
}

#[test]
fn a_trade_updates_every_interval_and_closes_before_it_opens() {
    let mut set = BarSet::new();
    let first = trade(&mut set, 59 * S, 100, 3);
    assert_eq!(first.len(), 6);
    assert!(first.iter().all(|(_, _, closed)| !closed));
    assert_eq!(first.iter().map(|(interval, ..)| *interval).collect::<Vec<_>>(), BarInterval::ALL);
    assert_eq!(first[0].1, bar(59 * S, [100, 100, 100, 100], 3, 1));

    trade(&mut set, 59 * S + 999_999_999, 90, 1);
    let next_minute = trade(&mut set, 60 * S, 120, 2);
    assert_eq!(next_minute[0], (BarInterval::S1, bar(59 * S, [100, 100, 90, 90], 4, 2), true));
    assert_eq!(next_minute[1], (BarInterval::S1, bar(60 * S, [120, 120, 120, 120], 2, 1), false));
    assert_eq!(next_minute[2], (BarInterval::M1, bar(0, [100, 100, 90, 90], 4, 2), true));
    assert_eq!(next_minute[3], (BarInterval::M1, bar(60 * S, [120, 120, 120, 120], 2, 1), false));
    assert_eq!(next_minute[4], (BarInterval::M5, bar(0, [100, 120, 90, 120], 6, 3), false));
    assert_eq!(next_minute.len(), 8);
}

#[test]
fn a_quiet_time_has_no_bars() {
    let mut set = BarSet::new();
    trade(&mut set, 10 * S, 5, 1);
    trade(&mut set, 5_000 * S, 6, 1);
    let seconds: Vec<u64> = set.series(BarInterval::S1).range(TsNs(0), TsNs(u64::MAX)).map(|bar| bar.open_ts.0).collect();
    assert_eq!(seconds, [10 * S, 5_000 * S]);
}

#[test]
fn a_late_trade_is_left_out_where_its_bar_is_closed_and_counted() {
    let mut set = BarSet::new();
    trade(&mut set, 61 * S, 100, 1);
    trade(&mut set, 63 * S, 110, 1);
    let before = set.series(BarInterval::S1).clone();
    let heard = trade(&mut set, 62 * S, 500, 7);
    assert_eq!(heard.iter().map(|(interval, ..)| *interval).collect::<Vec<_>>(), BarInterval::ALL[1..]);
    assert_eq!(heard[0].1, bar(60 * S, [100, 500, 100, 500], 9, 3), "the minute is still open and takes it");

    let after = set.series(BarInterval::S1);
    assert_eq!((after.late_count(), before.late_count()), (1, 0));
    assert_eq!(after.current(), before.current());
    assert!(after.closed().eq(before.closed()));

    assert!(trade(&mut set, 62 * S, 1, 1).iter().all(|(interval, ..)| *interval != BarInterval::S1));
    assert_eq!(set.series(BarInterval::S1).late_count(), 2);
    assert_eq!(set.series(BarInterval::M1).late_count(), 0);
}

#[test]
fn a_trade_at_the_same_time_as_the_bar_start_is_not_late() {
    let mut set = BarSet::new();
    trade(&mut set, 60 * S, 1, 1);
    trade(&mut set, 60 * S, 2, 1);
    assert_eq!(set.series(BarInterval::S1).late_count(), 0);
    assert_eq!(set.series(BarInterval::S1).current(), Some(&bar(60 * S, [1, 2, 1, 2], 2, 2)));
}

#[test]
fn the_ends_of_time_and_of_volume_stop_nothing() {
    let mut set = BarSet::new();
    trade(&mut set, u64::MAX, 1, i64::MAX - 1);
    trade(&mut set, u64::MAX, 1, 1);
    assert!(set.series(BarInterval::D1).current().unwrap().is_volume_saturated());
    trade(&mut set, u64::MAX, -7, 5);
    let current = set.series(BarInterval::D1).current().unwrap();
    assert_eq!((current.volume.0, current.low.0, current.trade_count), (i64::MAX, -7, 3));
}

#[test]
fn rings_keep_the_newest_bars_and_stop_growing() {
    let mut set = BarSet::new();
    let second_count = u64::try_from(BARS_KEPT_S1 * 3).unwrap();
    for second in 0..second_count {
        trade(&mut set, second * S, 7, 1);
    }
    let series = set.series(BarInterval::S1);
    assert_eq!(series.closed().len(), BARS_KEPT_S1);
    assert_eq!(series.closed().next_back().map(|bar| bar.open_ts), Some(TsNs((second_count - 2) * S)));
    assert_eq!(series.current().map(|bar| bar.open_ts), Some(TsNs((second_count - 1) * S)));
    for minute in 0..2 * u64::try_from(BARS_KEPT).unwrap() {
        trade(&mut set, (second_count + minute * 60) * S, 7, 1);
    }
    assert_eq!(set.series(BarInterval::M1).closed().len(), BARS_KEPT);
}

#[test]
fn a_range_takes_its_start_and_leaves_its_end() {
    let mut set = BarSet::new();
    for second in 0..10 {
        trade(&mut set, second * S, 1, 1);
    }
    let opens = |from: u64, to: u64| -> Vec<u64> {
        set.series(BarInterval::S1).range(TsNs(from), TsNs(to)).map(|bar| bar.open_ts.0 / S).collect()
    };
    assert_eq!(opens(3 * S, 6 * S), [3, 4, 5]);
    assert_eq!(opens(8 * S, 100 * S), [8, 9], "the current bar is part of it");
    assert_eq!(opens(8 * S, 9 * S), [8]);
    assert_eq!(opens(2 * S + 1, 4 * S), [3]);
    assert!(opens(6 * S, 3 * S).is_empty());
    assert!(BarSet::new().series(BarInterval::H1).range(TsNs(0), TsNs(u64::MAX)).next().is_none());
}

#[test]
fn a_stored_set_goes_on_as_if_it_had_never_stopped() {
    let mut random = Random::seeded("a_stored_set_goes_on_as_if_it_had_never_stopped");
    let mut set = BarSet::new();
    let mut ts = 1_700_000_000 * S;
    for _ in 0..20_000 {
        ts += random.below(3 * S);
        trade(&mut set, ts, random.signed_below(1_000), 1 + random.signed_below(50));
    }
    let stored = postcard::to_allocvec(&set).unwrap();
    let mut restored: BarSet = postcard::from_bytes(&stored).unwrap();
    assert_eq!(restored, set);
    for _ in 0..20_000 {
        ts += random.below(3 * S);
        let (price, qty) = (random.signed_below(1_000), 1 + random.signed_below(50));
        assert_eq!(trade(&mut set, ts, price, qty), trade(&mut restored, ts, price, qty));
    }
    assert_eq!(postcard::to_allocvec(&restored).unwrap(), postcard::to_allocvec(&set).unwrap());
}

/// The same bars by the obvious way: sort nothing, group by start, look at all trades of the group.
fn naive_bars(trades: &[(u64, i64, i64)], interval: BarInterval) -> Vec<Bar> {
    let length = interval.nanoseconds();
    let mut starts: Vec<u64> = trades.iter().map(|(ts, ..)| ts / length * length).collect();
    starts.dedup();
    let group = |start: u64| trades.iter().filter(move |(ts, ..)| ts / length * length == start);
    let of_start = |start: u64| {
        let prices: Vec<i64> = group(start).map(|(_, price, _)| *price).collect();
        let (high, low) = (*prices.iter().max().unwrap(), *prices.iter().min().unwrap());
        let volume = group(start).map(|(_, _, qty)| qty).sum();
        bar(start, [prices[0], high, low, *prices.last().unwrap()], volume, u32::try_from(prices.len()).unwrap())
    };
    starts.into_iter().map(of_start).collect()
}

#[test]
fn random_trades_in_order_give_the_naive_bars_and_short_bars_join_into_long_ones() {
    let mut random = Random::seeded("random_trades_in_order_give_the_naive_bars");
    for round in 0..20 {
        let mut set = BarSet::new();
        let mut ts = random.below(200_000) * S;
        let step = [S / 20, 2 * S, 400 * S, 9_000 * S][round % 4];
        let trades: Vec<(u64, i64, i64)> = (0..600)
            .map(|_| {
                ts += random.below(step);
                (ts, random.signed_below(200) - 100, 1 + random.signed_below(1_000))
            })
            .collect();
        let mut closed: Vec<(BarInterval, Bar)> = Vec::new();
        for &(ts, price, qty) in &trades {
            closed.extend(trade(&mut set, ts, price, qty).into_iter().filter(|heard| heard.2).map(|heard| (heard.0, heard.1)));
        }
        for interval in BarInterval::ALL {
            let built: Vec<Bar> = set.series(interval).range(TsNs(0), TsNs(u64::MAX)).copied().collect();
            let expected = naive_bars(&trades, interval);
            assert_eq!(built, expected, "{interval:?}");
            let emitted: Vec<Bar> = closed.iter().filter(|(of, _)| *of == interval).map(|(_, bar)| *bar).collect();
            assert_eq!(emitted, expected[..expected.len() - 1], "each bar is closed once, in order");
            let seconds = set.series(BarInterval::S1).range(TsNs(0), TsNs(u64::MAX)).copied();
            assert_eq!(aggregate(seconds, interval).unwrap(), expected, "{interval:?} joined from seconds");
        }
    }
}

#[test]
fn joining_refuses_bars_that_are_not_in_order() {
    let flat = |ts: u64| bar(ts, [1, 1, 1, 1], 1, 1);
    assert_eq!(aggregate([flat(0), flat(60 * S), flat(60 * S)], BarInterval::H1), Err(UnorderedBar { index: 2 }));
    assert_eq!(aggregate([flat(60 * S), flat(0)], BarInterval::H1), Err(UnorderedBar { index: 1 }));
    assert_eq!(aggregate([], BarInterval::H1), Ok(vec![]));
}

// Recorded bars.

fn recorded(file: &str) -> Option<Vec<Bar>> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared/data/bars/trading-signals", file].iter().collect();
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("SKIP: recorded bars are not here: {file}");
        return None;
    };
    let candles: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let of_candle = |candle: &serde_json::Value| {
        let number = |name: &str| fixed_point(candle[name].as_str().unwrap());
        let open_ts = candle["openTimeInMillis"].as_u64().unwrap() * 1_000_000;
        bar(open_ts, [number("open"), number("high"), number("low"), number("close")], number("volume"), 1)
    };
    Some(candles.iter().map(of_candle).collect())
}

/// `"11667.88000000"` as an integer of 1e-8; never through a float.
fn fixed_point(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.len() <= RECORDED_DECIMALS, "{text}");
    format!("{whole}{fraction:0<RECORDED_DECIMALS$}").parse().unwrap()
}

/// The trades of a minute that are known from its bar: open, high, low, close, with the volume spread over them.
fn trades_of(minute: &Bar) -> [(u64, i64, i64); 4] {
    let share = minute.volume.0 / 4;
    let at = |offset_s: u64| minute.open_ts.0 + offset_s * S;
    [
        (at(0), minute.open.0, share),
        (at(20), minute.high.0, share),
        (at(40), minute.low.0, share),
        (at(59), minute.close.0, minute.volume.0 - 3 * share),
    ]
}

fn prices_and_volume(bar: &Bar) -> (u64, [i64; 5]) {
    (bar.open_ts.0, [bar.open.0, bar.high.0, bar.low.0, bar.close.0, bar.volume.0])
}

#[test]
fn recorded_minutes_join_into_the_recorded_hour() {
    let file = |name: &str| recorded(&format!("exchange__fixtures__candles__batch__{name}.json"));
    let (Some(minutes), Some(hours)) = (file("1h-in-1m"), file("1h-in-1h")) else { return };
    assert_eq!((minutes.len(), hours.len()), (60, 1));
    let expected: Vec<_> = hours.iter().map(prices_and_volume).collect();

    let joined = aggregate(minutes.iter().copied(), BarInterval::H1).unwrap();
    assert_eq!(joined.iter().map(prices_and_volume).collect::<Vec<_>>(), expected);

    let mut set = BarSet::new();
    for (ts, price, qty) in minutes.iter().flat_map(trades_of) {
        trade(&mut set, ts, price, qty);
    }
    let built = |interval: BarInterval| -> Vec<_> {
        set.series(interval).range(TsNs(0), TsNs(u64::MAX)).map(prices_and_volume).collect()
    };
    assert_eq!(built(BarInterval::H1), expected);
    assert_eq!(built(BarInterval::M1), minutes.iter().map(prices_and_volume).collect::<Vec<_>>());
    println!("compared with recorded bars: 60 minutes built, 1 hour built and joined, OHLCV exact");
}

#[test]
fn a_recorded_day_of_minutes_gives_the_same_longer_bars_from_trades_and_by_joining() {
    let Some(minutes) = recorded("exchange__fixtures__candles__candle-batcher__one_day_in_minutes.json") else { return };
    let mut set = BarSet::new();
    for (ts, price, qty) in minutes.iter().flat_map(trades_of) {
        trade(&mut set, ts, price, qty);
    }
    let mut compared = 0;
    for interval in [BarInterval::M1, BarInterval::M5, BarInterval::M15, BarInterval::H1, BarInterval::D1] {
        let joined = aggregate(minutes.iter().copied(), interval).unwrap();
        let built: Vec<_> = set.series(interval).range(TsNs(0), TsNs(u64::MAX)).map(prices_and_volume).collect();
        assert_eq!(built, joined.iter().map(prices_and_volume).collect::<Vec<_>>(), "{interval:?}");
        compared += built.len();
    }
    assert_eq!(set.series(BarInterval::D1).closed().len(), 0, "1,440 minutes from midnight are one day");
    println!("compared with recorded minutes: {compared} bars");
}
