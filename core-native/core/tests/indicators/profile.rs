//! Windows whose results no table of others has: volume profile, session average, volume delta, supertrend's turns.

#![allow(clippy::float_cmp, reason = "results that are exact: halves, whole numbers, signs")]

use jware_core::indicator::Column;

use super::series::Bars;

fn bars(high: &[f64], low: &[f64], volume: &[f64]) -> Bars {
    let mut bars = Bars::of_values(high);
    bars.set(Column::Low, low.to_vec());
    bars.set(Column::Volume, volume.to_vec());
    bars
}

#[test]
fn a_profile_finds_where_the_volume_is() {
    // Rows of height 1 from 0 to 10. 60 units lie in row 4, 20 in row 5, 10 in row 3, and 10 evenly over all.
    let bars = bars(&[10.0, 4.9, 5.9, 3.9], &[0.0, 4.1, 5.1, 3.1], &[10.0, 60.0, 20.0, 10.0]);
    let last = |area: f64| {
        let outputs = bars.compute("volume_profile", &[4.0, 10.0, area]).unwrap();
        [0, 1, 2].map(|place: usize| (outputs[place][3] * 1e9).round() / 1e9)
    };
    assert_eq!(last(0.5), [4.5, 5.0, 4.0], "61 of 100 are in the fullest row");
    assert_eq!(last(0.7), [4.5, 6.0, 4.0], "the fuller neighbour is taken first");
    assert_eq!(last(0.9), [4.5, 6.0, 3.0]);
    assert_eq!(last(1.0), [4.5, 10.0, 0.0], "all of it is the whole range");
}

#[test]
fn a_session_average_begins_anew_with_each_session() {
    let hour = 3_600_000.0;
    let mut bars = bars(&[10.0, 20.0, 30.0, 40.0], &[10.0, 20.0, 30.0, 40.0], &[1.0, 3.0, 0.0, 2.0]);
    bars.set(Column::OpenTsMs, vec![0.0, 23.0 * hour, 24.0 * hour, 25.0 * hour]);
    assert_eq!(bars.column("vwap", &[86_400.0, 0.0], 0), [10.0, 17.5, 30.0, 40.0], "no volume yet: the bar's own price");
    // A session from 00:30 to 00:30: the first bar belongs to the one before.
    assert_eq!(bars.column("vwap", &[86_400.0, 1_800.0], 0), [10.0, 20.0, 20.0, 40.0]);
    assert_eq!(bars.column("vwap_rolling", &[2.0], 0)[1..], [17.5, 20.0, 40.0]);
}

#[test]
fn a_delta_is_what_buyers_took_less_what_sellers_took() {
    let mut bars = bars(&[1.0; 3], &[1.0; 3], &[10.0, 10.0, 4.0]);
    bars.set(Column::BuyVolume, vec![7.0, 0.0, 4.0]);
    assert_eq!(bars.compute("cvd", &[]).unwrap(), [vec![4.0, -6.0, -2.0], vec![4.0, -10.0, 4.0]]);
}

#[test]
fn a_supertrend_turns_where_the_close_crosses_it() {
    let up: Vec<f64> = (0..30).map(f64::from).collect();
    let path: Vec<f64> = up.iter().copied().chain(up.iter().rev().copied()).map(|price| price + 100.0).collect();
    let mut bars = Bars::of_values(&path);
    bars.set(Column::High, path.iter().map(|price| price + 1.0).collect());
    bars.set(Column::Low, path.iter().map(|price| price - 1.0).collect());
    let outputs = bars.compute("supertrend", &[10.0, 3.0]).unwrap();
    let (stop, direction) = (&outputs[0], &outputs[1]);
    assert!((10..30).all(|index| direction[index] == 1.0 && stop[index] < path[index]));
    let turn = (30..60).find(|&index| direction[index] == -1.0).unwrap();
    assert!(path[turn] <= stop[turn - 1], "it turns at the first close at or below the stop");
    assert!((turn..60).all(|index| direction[index] == -1.0 && stop[index] > path[index]));
    assert!((turn + 1..60).all(|index| stop[index] <= stop[index - 1]), "it never goes back");
}
