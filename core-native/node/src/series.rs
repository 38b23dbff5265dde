//! Indicators and longer bars over whole series, column in, column out: what `core-native/src/indicators.ts` calls.
//!
//! Columns come from anywhere, so everything about them is checked here and refused in words. These are floats for
//! charts and research; the bars that the core keeps are integers.

use jware_core::indicator::{Column, Columns, IndicatorSpec, spec};

/// Longest bar, in seconds: a leap year.
const INTERVAL_S_MAX: f64 = 31_622_400.0;

/// Latest time, in milliseconds: the last one that a JavaScript date has.
const TS_MS_MAX: f64 = 8.64e15;

/// What a bar has that is joined to a longer one, in the order that they are given back.
const JOINED: [Column; 6] = [Column::OpenTsMs, Column::Open, Column::High, Column::Low, Column::Close, Column::Volume];

/// Computes an indicator of the core's table: its columns, each as long as the bars, NaN during the warm-up.
///
/// `columns` has every column that any indicator reads; those that this one does not read may be empty, and are not looked
/// at.
///
/// Errors: an unknown name, parameters out of range, columns of different lengths, a value that is not finite.
pub fn compute_indicator(name: &str, parameters: &[f64], columns: &Columns<'_>) -> Result<Vec<Vec<f64>>, String> {
    let indicator = IndicatorSpec::parse(name, parameters).map_err(|error| error.to_string())?;
    let reads = indicator.row().reads;
    // The close is what bars are counted by, where it is among them.
    let measure = if reads.contains(&Column::Close) { Column::Close } else { reads[0] };
    let count = columns.get(measure).len();
    for &column in reads {
        check_length(column.name(), columns.get(column), count)?;
        check_finite(column.name(), columns.get(column))?;
    }
    Ok(indicator.compute(columns))
}

/// The core's table of indicators as JSON: group, name, title, source, parameters with their ranges, outputs, columns read.
pub fn indicator_catalogue() -> String {
    serde_json::to_string(spec::TABLE).expect("a table of words and numbers has JSON")
}

/// Joins bars, oldest first, into bars of `interval_s` seconds from the UNIX epoch on: open time in milliseconds, open,
/// high, low, close, volume.
///
/// The bars' own length must divide `interval_s`; each goes where its start falls. Volumes are summed with the rounding
/// errors carried along, so the sum of many decimals is the nearest double to their exact sum in practice.
///
/// Errors: an interval that is not a whole number of seconds up to a year, columns of different lengths, a value that is
/// not finite, open times that do not grow.
pub fn aggregate_bars(columns: &Columns<'_>, interval_s: f64) -> Result<[Vec<f64>; 6], String> {
    if !(1.0..=INTERVAL_S_MAX).contains(&interval_s) || interval_s.fract() != 0.0 {
        return Err(format!("intervalS is a whole number of seconds from 1 to {INTERVAL_S_MAX}, not {interval_s}"));
    }
    let [open_ts_ms, values @ ..] = JOINED.map(|column| columns.get(column));
    for (column, values) in JOINED[1..].iter().zip(values) {
        check_length(column.name(), values, open_ts_ms.len())?;
        check_finite(column.name(), values)?;
    }
    check_times(open_ts_ms)?;
    let [open, high, low, close, volume] = values;

    let mut joined: [Vec<f64>; 6] = Default::default();
    let mut volume_sum = CompensatedSum::default();
    for index in 0..open_ts_ms.len() {
        // The remainder of two doubles is exact; a quotient rounded to a whole number need not be.
        let start = open_ts_ms[index] - open_ts_ms[index].rem_euclid(interval_s * 1_000.0);
        let [starts, opens, highs, lows, closes, volumes] = &mut joined;
        let Some(last) = starts.len().checked_sub(1).filter(|&last| starts[last].to_bits() == start.to_bits()) else {
            volume_sum = CompensatedSum::default().plus(volume[index]);
            let columns = [starts, opens, highs, lows, closes, volumes];
            let values = [start, open[index], high[index], low[index], close[index], volume[index]];
            columns.into_iter().zip(values).for_each(|(column, value)| column.push(value));
            continue;
        };
        volume_sum = volume_sum.plus(volume[index]);
        highs[last] = highs[last].max(high[index]);
        lows[last] = lows[last].min(low[index]);
        closes[last] = close[index];
        volumes[last] = volume_sum.total();
    }
    Ok(joined)
}

fn check_length(name: &str, column: &[f64], expected: usize) -> Result<(), String> {
    if column.len() == expected {
        return Ok(());
    }
    Err(format!("{name} has {} values where there are {expected} bars", column.len()))
}

fn check_finite(name: &str, column: &[f64]) -> Result<(), String> {
    let Some(index) = column.iter().position(|value| !value.is_finite()) else { return Ok(()) };
    Err(format!("{name}[{index}] is {}, not a finite number", column[index]))
}

fn check_times(open_ts_ms: &[f64]) -> Result<(), String> {
    let mut previous = f64::NEG_INFINITY;
    for (index, &ts) in open_ts_ms.iter().enumerate() {
        if !(0.0..=TS_MS_MAX).contains(&ts) || ts.fract() != 0.0 {
            return Err(format!("openTsMs[{index}] is {ts}, not a whole number of milliseconds since the UNIX epoch"));
        }
        if ts <= previous {
            return Err(format!("openTsMs[{index}] is {ts}, not later than the one before it: bars are oldest first"));
        }
        previous = ts;
    }
    Ok(())
}

/// Neumaier's sum: the rounding error of each addition is kept beside it.
#[derive(Clone, Copy, Default)]
struct CompensatedSum {
    sum: f64,
    error: f64,
}

impl CompensatedSum {
    fn plus(self, value: f64) -> Self {
        let sum = self.sum + value;
        let lost = if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        Self { sum, error: self.error + lost }
    }

    fn total(self) -> f64 {
        self.sum + self.error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    const FLAT: [f64; 3] = [1.0, 1.0, 1.0];

    fn aggregated(open_ts_ms: &[f64], volume: &[f64], interval_s: f64) -> Result<[Vec<f64>; 6], String> {
        let prices = &FLAT[..volume.len()];
        aggregate_bars(&bars([open_ts_ms, prices, prices, prices, prices, volume]), interval_s)
    }

    fn bars(values: [&[f64]; 6]) -> Columns<'_> {
        JOINED.iter().zip(values).fold(Columns::default(), |columns, (&column, values)| columns.with(column, values))
    }

    fn computed(name: &str, parameters: &[f64], close: &[f64]) -> Result<Vec<Vec<f64>>, String> {
        compute_indicator(name, parameters, &Columns::default().with(Column::Close, close))
    }

    #[test]
    fn an_indicator_has_the_length_of_its_input_and_nan_before_its_first_value() {
        let close = [1.0, 2.0, 3.0, 4.0];
        let columns = computed("sma", &[3.0], &close).unwrap();
        assert!(columns[0][..2].iter().all(|value| value.is_nan()));
        assert_eq!(columns[0][2..], [2.0, 3.0]);
        assert_eq!(columns.len(), 1);
        assert_eq!(computed("macd", &[2.0, 3.0, 2.0], &close).unwrap().len(), 3);
        assert_eq!(computed("bollinger", &[2.0, 2.0], &close).unwrap().len(), 3);
        assert_eq!(computed("sma", &[3.0], &[]).unwrap(), [Vec::<f64>::new()]);
        let volumes = Columns::default().with(Column::Volume, &[4.0, 5.0]).with(Column::BuyVolume, &[4.0, 0.0]);
        assert_eq!(compute_indicator("cvd", &[], &volumes).unwrap(), [[4.0, -1.0], [4.0, -5.0]]);
    }

    #[test]
    fn columns_that_cannot_be_are_refused_in_words() {
        let error = |name: &str, parameters: &[f64], high: &[f64], close: &[f64]| {
            let columns = Columns::default().with(Column::High, high).with(Column::Low, &FLAT).with(Column::Close, close);
            compute_indicator(name, parameters, &columns).unwrap_err()
        };
        assert_eq!(error("atr", &[2.0], &[1.0], &FLAT), "high has 1 values where there are 3 bars");
        assert_eq!(error("atr", &[2.0], &[1.0, 1.0, f64::INFINITY], &FLAT), "high[2] is inf, not a finite number");
        assert_eq!(error("obv", &[], &FLAT, &FLAT), "volume has 0 values where there are 3 bars");
        assert_eq!(error("sma", &[2.0], &FLAT, &[1.0, f64::NAN]), "close[1] is NaN, not a finite number");
        assert_eq!(error("rsi", &[1.0], &FLAT, &FLAT), "period is a whole number from 2 to 10000, not 1");
        assert_eq!(error("xma", &[], &FLAT, &FLAT), "there is no indicator \"xma\", and none that begins alike");
        assert_eq!(error("macd", &[1.0], &FLAT, &FLAT), "3 parameters are needed, 1 were given");
    }

    #[test]
    fn the_catalogue_says_what_every_indicator_takes_and_gives() {
        let rows: Vec<serde_json::Value> = serde_json::from_str(&indicator_catalogue()).unwrap();
        assert_eq!(rows.len(), spec::TABLE.len());
        let keltner = rows.iter().find(|row| row["name"] == "keltner").unwrap();
        assert_eq!(
            *keltner,
            serde_json::json!({
                "group": "bands",
                "name": "keltner",
                "title": "Keltner channel",
                "source": "Raschke",
                "parameters": [
                    { "name": "period", "isWhole": true, "min": 1.0, "max": 10_000.0, "default": 20.0 },
                    { "name": "factor", "isWhole": false, "min": 0.001, "max": 1_000.0, "default": 2.0 },
                    { "name": "atr_period", "isWhole": true, "min": 1.0, "max": 10_000.0, "default": 10.0 },
                ],
                "outputs": ["upper", "middle", "lower"],
                "reads": ["high", "low", "close"],
            })
        );
    }

    #[test]
    fn bars_join_by_where_they_start() {
        let given: [&[f64]; 6] = [
            &[60_000.0, 240_000.0, 300_000.0, 900_000.0],
            &[10.0, 11.0, 12.0, 13.0],
            &[15.0, 19.0, 12.5, 13.0],
            &[9.0, 10.0, 7.0, 13.0],
            &[11.0, 12.0, 8.0, 13.0],
            &[1.0, 2.0, 4.0, 8.0],
        ];
        let joined = aggregate_bars(&bars(given), 300.0);
        let expected = [
            vec![0.0, 300_000.0, 900_000.0],
            vec![10.0, 12.0, 13.0],
            vec![19.0, 12.5, 13.0],
            vec![9.0, 7.0, 13.0],
            vec![12.0, 8.0, 13.0],
            vec![3.0, 4.0, 8.0],
        ];
        assert_eq!(joined.unwrap(), expected);
        assert_eq!(aggregated(&[], &[], 60.0).unwrap(), <[Vec<f64>; 6]>::default());
    }

    #[test]
    fn joining_refuses_what_it_cannot_join() {
        let error = |open_ts_ms: &[f64], volume: &[f64], interval_s| aggregated(open_ts_ms, volume, interval_s).unwrap_err();
        for bad in [0.0, -60.0, 1.5, f64::NAN, 31_622_401.0] {
            assert!(error(&[0.0], &[1.0], bad).starts_with("intervalS is a whole number"), "{bad}");
        }
        assert_eq!(error(&[0.0, 1.0], &[1.0], 60.0), "open has 1 values where there are 2 bars");
        assert_eq!(error(&[0.0], &[f64::NAN], 60.0), "volume[0] is NaN, not a finite number");
        assert!(error(&[5.0, 5.0], &[1.0, 1.0], 60.0).starts_with("openTsMs[1] is 5, not later"));
        for bad in [-1.0, 0.5, f64::NAN, 1e16] {
            assert!(error(&[bad], &[1.0], 60.0).starts_with("openTsMs[0] is "), "{bad}");
        }
    }

    #[test]
    fn volumes_lose_nothing_to_their_order() {
        let volumes = aggregated(&[0.0, 1.0, 2.0], &[1e16, 1.0, 1.0], 60.0).unwrap()[5].clone();
        assert_eq!(volumes[0].to_bits(), (1e16f64 + 2.0).to_bits());
    }

    #[test]
    fn recorded_minutes_join_into_the_recorded_hour() {
        let columns = |file: &str| -> Option<[Vec<f64>; 6]> {
            let folder = "../../../shared/data/bars/trading-signals";
            let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), folder, file].iter().collect();
            let Ok(text) = std::fs::read_to_string(path) else {
                println!("SKIP: recorded bars are not here: {file}");
                return None;
            };
            let candles: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
            let number = |candle: &serde_json::Value, name: &str| candle[name].as_str().unwrap().parse().unwrap();
            let column = |name: &str| candles.iter().map(|candle| number(candle, name)).collect();
            let starts = candles.iter().map(|candle| candle["openTimeInMillis"].as_f64().unwrap()).collect();
            Some([starts, column("open"), column("high"), column("low"), column("close"), column("volume")])
        };
        let minutes = columns("exchange__fixtures__candles__batch__1h-in-1m.json");
        let hours = columns("exchange__fixtures__candles__batch__1h-in-1h.json");
        let (Some(minutes), Some(hours)) = (minutes, hours) else { return };
        let joined = aggregate_bars(&bars(minutes.each_ref().map(Vec::as_slice)), 3_600.0).unwrap();
        assert_eq!(joined[..5], hours[..5]);
        assert!((joined[5][0] - hours[5][0]).abs() < 1e-8, "printed with eight decimals: {} {}", joined[5][0], hours[5][0]);
        println!("compared with recorded bars: 60 minutes, 1 hour, volume differs by {:e}", joined[5][0] - hours[5][0]);
    }
}
