//! Indicators against TA-Lib's regression values, Skender's full results, plain formulas, and themselves after ten
//! million values.

use std::path::PathBuf;

use jware_core::indicator::{
    Atr, Bollinger, Ema, IndicatorError, IndicatorSpec, Macd, PERIOD_MAX, PriceRange, Rsi, Sma, Window, batch,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The `SplitMix64` generator, so that a failing run can be repeated from its printed seed.
struct Random(u64);

impl Random {
    fn seeded(name: &str) -> Self {
        let seed = std::env::var("JWARE_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0x4a57_6172);
        println!("{name}: JWARE_TEST_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Evenly in -1..1.
    fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX) * 2.0 - 1.0
    }

    fn between(&mut self, low: u32, high: u32) -> u32 {
        low + u32::try_from(self.next() % u64::from(high - low + 1)).unwrap()
    }

    fn walk(&mut self, length: usize) -> Vec<f64> {
        let mut price: f64 = 1_000.0;
        (0..length)
            .map(|_| {
                price = (price + self.unit()).max(1.0);
                price
            })
            .collect()
    }
}

#[derive(Default)]
struct Columns {
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
}

impl Columns {
    fn of_walk(random: &mut Random, length: usize) -> Self {
        let close = random.walk(length);
        let high = close.iter().map(|price| price + random.unit().abs()).collect();
        let low = close.iter().map(|price| price - random.unit().abs()).collect();
        Self { high, low, close }
    }

    fn bars(&self) -> Vec<PriceRange> {
        let zipped = self.high.iter().zip(&self.low).zip(&self.close);
        zipped.map(|((&high, &low), &close)| PriceRange { high, low, close }).collect()
    }

    fn slice(&self, from: usize, end: usize) -> Self {
        let cut = |column: &Vec<f64>| column[from..end].to_vec();
        Self { high: cut(&self.high), low: cut(&self.low), close: cut(&self.close) }
    }

    fn compute(&self, name: &str, parameters: &[f64]) -> Result<Vec<Vec<f64>>, IndicatorError> {
        IndicatorSpec::parse(name, parameters)?.compute(&self.high, &self.low, &self.close)
    }
}

fn shared(path: &str) -> Option<String> {
    let full: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared/data/indicators", path].iter().collect();
    let text = std::fs::read_to_string(full).ok();
    if text.is_none() {
        println!("SKIP: reference values are not here: {path}");
    }
    text
}

fn columns_of_csv(text: &str) -> Columns {
    let mut columns = Columns::default();
    for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split(',').collect();
        for (column, place) in [(&mut columns.high, 2), (&mut columns.low, 3), (&mut columns.close, 4)] {
            column.push(fields[place].parse().unwrap());
        }
    }
    columns
}

// TA-Lib's regression values.

/// What one of TA-Lib's cases asks of us.
struct TalibCase {
    name: &'static str,
    parameters: Vec<f64>,
    /// For NATR: the output is per cent of the close.
    per_cent_of_close: bool,
}

/// Translates a case; `None` where it is of another indicator or of a compatibility that we do not follow.
fn talib_case(case: &Value) -> Option<TalibCase> {
    let text = |field: &str| case[field].as_str().unwrap_or_default();
    let number = |field: &str| case[field].as_f64().unwrap();
    let ours = |name, parameters: &[f64]| Some(TalibCase { name, parameters: parameters.to_vec(), per_cent_of_close: false });
    let is_default = text("compatibility") == "TA_COMPATIBILITY_DEFAULT";
    match text("_file") {
        "test_ma.c" if text("optInMAType_1") == "TA_MAType_SMA" => ours("sma", &[number("optInTimePeriod")]),
        "test_ma.c" if text("optInMAType_1") == "TA_MAType_EMA" && is_default => ours("ema", &[number("optInTimePeriod")]),
        "test_rsi.c" if text("theFunction") == "TA_RSI_TEST" && is_default => ours("rsi", &[number("optInTimePeriod")]),
        "test_macd.c" if is_default => ours("macd", &["optInFastPeriod", "optInSlowPeriod", "optInSignalPeriod_2"].map(number)),
        "test_bbands.c" if text("optInMethod_3") == "TA_MAType_SMA" => {
            assert_eq!(case["optInNbDevUp"], case["optInNbDevDn"]);
            ours("bollinger", &[number("optInTimePeriod"), number("optInNbDevUp")])
        }
        // The true range itself is the average over one bar.
        "test_trange.c" if case["doAverage"] == 0 => ours("atr", &[1.0]),
        "test_trange.c" => ours("atr", &[number("optInTimePeriod")]),
        "test_per_hlc.c" if text("theFunction") == "TA_NATR_TEST" => {
            Some(TalibCase { name: "atr", parameters: vec![number("optInTimePeriod1")], per_cent_of_close: true })
        }
        _ => None,
    }
}

/// One unit of the last printed decimal: some are rounded, some (93.1575 as 93.15) are cut. A histogram that was computed
/// from two printed values carries noise in the last digits of a double.
fn printed_tolerance(printed: &Value) -> f64 {
    let text = printed.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let decimals = if decimals > 10 { 4 } else { decimals };
    10f64.powi(-i32::try_from(decimals).unwrap()) * (1.0 + 1e-9)
}

#[test]
fn ta_libs_regression_values_hold_to_their_printed_precision() {
    let (Some(bars), Some(cases)) = (shared("talib/ref252.csv"), shared("talib/expected.json")) else { return };
    let bars = columns_of_csv(&bars);
    let cases: Vec<Value> = serde_json::from_str(&cases).unwrap();
    assert_eq!((bars.close.len(), cases.len()), (252, 648));
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    let (mut refused, mut empty) = (0, 0);
    for case in &cases {
        let Some(TalibCase { name, parameters, per_cent_of_close }) = talib_case(case) else { continue };
        if case["expectedRetCode"] == "TA_BAD_PARAM" {
            assert!(IndicatorSpec::parse(name, &parameters).is_err(), "{case}");
            refused += 1;
            continue;
        }
        let index = |field: &str| usize::try_from(case[field].as_u64().unwrap_or(0)).unwrap();
        // TA-Lib starts as late as the first wanted output allows; unstable outputs are computed and left out.
        let lookback = warm_up(name, &parameters) + index("unstablePeriod");
        let begin = index("startIdx").max(lookback);
        let output_count = (index("endIdx") + 1).saturating_sub(begin);
        assert_eq!(output_count, index("expectedNbElement"), "{case}");
        if output_count == 0 {
            empty += 1;
            continue;
        }
        assert_eq!(begin, index("expectedBegIdx"), "{case}");
        let window = bars.slice(begin - lookback, index("endIdx") + 1);
        let columns = window.compute(name, &parameters).unwrap();
        for (place, column) in columns.iter().enumerate() {
            let field = |stem: &str| format!("oneOfTheExpectedOutReal{stem}");
            let numbered = !case[field("Index")].is_u64();
            let suffix = if numbered { place.to_string() } else { String::new() };
            let at = index(&field(&format!("Index{suffix}")));
            let expected = &case[field(&suffix)];
            let mut found = column[lookback + at];
            if per_cent_of_close {
                found = found / window.close[lookback + at] * 100.0;
            }
            let off = (found - expected.as_f64().unwrap()).abs();
            assert!(off <= printed_tolerance(expected), "{name}{parameters:?} output {place}: {found} but {case}");
            *counts.entry(name).or_default() += 1;
        }
    }
    assert_eq!(counts.len(), 6);
    println!(
        "TA-Lib: {} values compared {counts:?}, {refused} bad parameters refused, {empty} empty",
        counts.values().sum::<usize>()
    );
}

fn warm_up(name: &str, parameters: &[f64]) -> usize {
    match IndicatorSpec::parse(name, parameters).unwrap() {
        IndicatorSpec::Sma { period } => Sma::new(period).unwrap().warm_up(),
        IndicatorSpec::Ema { period } => Ema::new(period).unwrap().warm_up(),
        IndicatorSpec::Rsi { period } => Rsi::new(period).unwrap().warm_up(),
        IndicatorSpec::Macd { fast, slow, signal } => Macd::new(fast, slow, signal).unwrap().warm_up(),
        IndicatorSpec::Bollinger { period, deviations } => Bollinger::new(period, deviations).unwrap().warm_up(),
        IndicatorSpec::Atr { period } => Atr::new(period).unwrap().warm_up(),
    }
}

// Skender's full results. Both sides round each operation, so the last digits of 17 differ.

const SKENDER_RELATIVE_MAX: f64 = 1e-12;

struct Comparison {
    compared: usize,
    worst: f64,
}

/// Compares a column with a field of a result file, warm-up included, from bar `from` on.
fn compare_with_skender(file: &str, field: &str, column: &[f64], from: usize) -> Option<Comparison> {
    let rows: Vec<Value> = serde_json::from_str(&shared(&format!("skender/results/{file}.standard.json"))?).unwrap();
    assert_eq!(rows.len(), column.len());
    let mut comparison = Comparison { compared: 0, worst: 0.0 };
    for (index, (row, &found)) in rows.iter().zip(column).enumerate().skip(from) {
        match row[field].as_f64() {
            None => assert!(found.is_nan(), "{file}.{field}[{index}] is in the warm-up, found {found}"),
            Some(expected) => {
                let relative = (found - expected).abs() / expected.abs().max(1.0);
                assert!(relative <= SKENDER_RELATIVE_MAX, "{file}.{field}[{index}] is {expected}, found {found}");
                comparison.compared += 1;
                comparison.worst = comparison.worst.max(relative);
            }
        }
    }
    assert!(comparison.compared > 0);
    Some(comparison)
}

#[test]
fn skenders_full_results_hold_to_their_printed_precision() {
    let (Some(bars), Some(calls)) = (shared("skender/default.csv"), shared("skender/params.json")) else { return };
    let calls: Value = serde_json::from_str(&calls).unwrap();
    let called_with = |file: &str, call: &str| assert_eq!(calls[format!("{file}.standard.json")], format!("Bars.{call}"));
    for (file, call) in [
        ("sma", "ToSma(20)"),
        ("ema", "ToEma(20)"),
        ("rsi", "ToRsi(14)"),
        ("atr", "ToAtr(14)"),
        ("bb", "ToBollingerBands(20, 2)"),
        ("macd", "ToMacd(12, 26, 9)"),
    ] {
        called_with(file, call);
    }
    let bars = columns_of_csv(&bars);
    let compute = |name: &str, parameters: &[f64]| bars.compute(name, parameters).unwrap();
    let bands = compute("bollinger", &[20.0, 2.0]);
    let macd = compute("macd", &[12.0, 26.0, 9.0]);
    // TA-Lib starts the fast average later than Skender: after 200 bars the difference has gone.
    let converged = 200;
    let comparisons = [
        ("sma", "sma", &compute("sma", &[20.0])[0], 0),
        ("ema", "ema", &compute("ema", &[20.0])[0], 0),
        ("rsi", "rsi", &compute("rsi", &[14.0])[0], 0),
        ("atr", "atr", &compute("atr", &[14.0])[0], 0),
        ("bb", "upperBand", &bands[0], 0),
        ("bb", "sma", &bands[1], 0),
        ("bb", "lowerBand", &bands[2], 0),
        ("macd", "fastEma", &compute("ema", &[12.0])[0], 0),
        ("macd", "slowEma", &compute("ema", &[26.0])[0], 0),
        ("macd", "macd", &macd[0], converged),
        ("macd", "signal", &macd[1], converged),
        ("macd", "histogram", &macd[2], converged),
    ];
    let mut total = 0;
    for (file, field, column, from) in comparisons {
        let Some(Comparison { compared, worst }) = compare_with_skender(file, field, column, from) else { return };
        println!("Skender: {file}.{field}: {compared} values, largest relative difference {worst:.1e}");
        total += compared;
    }
    println!("Skender: {total} values compared");
}

// Plain formulas over the whole series, written without a thought for speed.

mod plain {
    #[allow(clippy::cast_precision_loss, reason = "lengths of test windows")]
    pub(crate) fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    pub(crate) fn deviation(values: &[f64]) -> f64 {
        let middle = mean(values);
        mean(&values.iter().map(|value| (value - middle) * (value - middle)).collect::<Vec<_>>()).sqrt()
    }

    /// From the mean of the first `period` values on, `weight` of each value after them.
    pub(crate) fn smoothed(values: &[f64], period: usize, weight: f64) -> Vec<f64> {
        let mut average = f64::NAN;
        let step = |(index, &value): (usize, &f64)| {
            if index + 1 == period {
                average = mean(&values[..period]);
            } else if index + 1 > period {
                average = average * (1.0 - weight) + value * weight;
            }
            average
        };
        values.iter().enumerate().map(step).collect()
    }
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let both_warm_up = found.is_nan() && expected.is_nan();
        assert!(
            both_warm_up || (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            "{what}[{index}]: {found} not {expected}"
        );
    }
}

fn padded(warm_up: usize, values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    std::iter::repeat_n(f64::NAN, warm_up).chain(values).collect()
}

#[test]
fn random_series_and_periods_give_the_plain_formulas() {
    let mut random = Random::seeded("random_series_and_periods_give_the_plain_formulas");
    for _ in 0..60 {
        let length = random.between(1, 400) as usize;
        let bars = Columns::of_walk(&mut random, length);
        let close = &bars.close;
        let period = random.between(2, 60);
        let size = period as usize;

        let means = padded((size - 1).min(length), close.windows(size).map(plain::mean));
        assert_close(&batch::sma(period, close).unwrap(), &means, "sma");

        let weight = 2.0 / (f64::from(period) + 1.0);
        assert_close(&batch::ema(period, close).unwrap(), &plain::smoothed(close, size, weight), "ema");

        let [upper, middle, lower] = batch::bollinger(period, 1.5, close).unwrap();
        let widths = padded((size - 1).min(length), close.windows(size).map(|window| plain::deviation(window) * 1.5));
        assert_close(&middle, &means, "middle");
        let half = |sign: f64| means.iter().zip(&widths).map(|(mean, width)| mean + sign * width).collect::<Vec<_>>();
        assert_close(&upper, &half(1.0), "upper");
        assert_close(&lower, &half(-1.0), "lower");

        let wilder = 1.0 / f64::from(period);
        let changes: Vec<f64> = close.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let gains = plain::smoothed(&changes.iter().map(|change| change.max(0.0)).collect::<Vec<_>>(), size, wilder);
        let losses = plain::smoothed(&changes.iter().map(|change| (-change).max(0.0)).collect::<Vec<_>>(), size, wilder);
        let strengths = gains.iter().zip(&losses).map(|(gain, loss)| 100.0 - 100.0 / (1.0 + gain / loss));
        assert_close(&batch::rsi(period, close).unwrap(), &padded(1, strengths), "rsi");

        let ranges: Vec<f64> = (1..length)
            .map(|i| {
                let before = close[i - 1];
                (bars.high[i] - bars.low[i]).max((bars.high[i] - before).abs()).max((bars.low[i] - before).abs())
            })
            .collect();
        let atr = batch::atr(period, &bars.high, &bars.low, close).unwrap();
        assert_close(&atr, &padded(1, plain::smoothed(&ranges, size, wilder)), "atr");

        let (slow, signal) = (period + random.between(0, 30), random.between(1, 20));
        let wait = ((slow - period) as usize).min(length);
        let fast_line = padded(wait, plain::smoothed(&close[wait..], size, weight));
        let slow_line = plain::smoothed(close, slow as usize, 2.0 / (f64::from(slow) + 1.0));
        let line = fast_line.iter().zip(&slow_line).map(|(fast, slow)| fast - slow).collect::<Vec<_>>();
        let line_start = (slow as usize - 1).min(length);
        let signal_line = plain::smoothed(&line[line_start..], signal as usize, 2.0 / (f64::from(signal) + 1.0));
        let signals = padded(line_start, signal_line);
        let shown: Vec<f64> =
            line.iter().zip(&signals).map(|(line, signal)| if signal.is_nan() { f64::NAN } else { *line }).collect();
        let [found_line, found_signal, found_histogram] = batch::macd(period, slow, signal, close).unwrap();
        assert_close(&found_line, &shown, "macd line");
        assert_close(&found_signal, &signals, "macd signal");
        let histogram: Vec<f64> = shown.iter().zip(&signals).map(|(line, signal)| line - signal).collect();
        assert_close(&found_histogram, &histogram, "macd histogram");
    }
}

// Streaming: the same bits, whole or stored half-way, and `warm_up` pushes without an output.

fn assert_streams<W>(window: &W, inputs: &[W::Input], batch: &[f64], first_of: impl Fn(W::Output) -> f64)
where
    W: Window + Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned,
{
    let mut streaming = window.clone();
    for (index, (&input, expected)) in inputs.iter().zip(batch).enumerate() {
        if index == inputs.len() / 2 || index == 3 {
            let stored = postcard::to_allocvec(&streaming).unwrap();
            let restored: W = postcard::from_bytes(&stored).unwrap();
            assert_eq!(restored, streaming);
            streaming = restored;
        }
        let output = streaming.push(input).map(&first_of);
        assert_eq!(output.is_none(), index < window.warm_up(), "{window:?} at {index}");
        assert_eq!(output.unwrap_or(f64::NAN).to_bits(), expected.to_bits(), "{window:?} at {index}");
    }
}

#[test]
fn streaming_and_batch_agree_to_the_bit_also_when_stored_half_way() {
    let mut random = Random::seeded("streaming_and_batch_agree_to_the_bit");
    for period in [2, 3, 14, 20, 199] {
        let bars = Columns::of_walk(&mut random, 1_000);
        let close = &bars.close;
        assert_streams(&Sma::new(period).unwrap(), close, &batch::sma(period, close).unwrap(), |value| value);
        assert_streams(&Ema::new(period).unwrap(), close, &batch::ema(period, close).unwrap(), |value| value);
        assert_streams(&Rsi::new(period).unwrap(), close, &batch::rsi(period, close).unwrap(), |value| value);
        let atr = batch::atr(period, &bars.high, &bars.low, close).unwrap();
        assert_streams(&Atr::new(period).unwrap(), &bars.bars(), &atr, |value| value);
        let [_, signal, _] = batch::macd(period, period + 7, 9, close).unwrap();
        assert_streams(&Macd::new(period, period + 7, 9).unwrap(), close, &signal, |out| out.signal);
        let [upper, _, _] = batch::bollinger(period, 2.0, close).unwrap();
        assert_streams(&Bollinger::new(period, 2.0).unwrap(), close, &upper, |out| out.upper);
    }
}

// Stability.

/// Pushes of the drift tests.
const PUSH_COUNT: usize = 10_000_000;

fn relative(found: f64, exact: f64) -> f64 {
    (found - exact).abs() / exact.abs()
}

#[test]
fn ten_million_pushes_later_sums_are_as_good_as_new() {
    let mut random = Random::seeded("ten_million_pushes_later_sums_are_as_good_as_new");
    let values = random.walk(PUSH_COUNT);
    for period in [20, 1_000] {
        let size = period as usize;
        let (mut sma, mut bands) = (Sma::new(period).unwrap(), Bollinger::new(period, 2.0).unwrap());
        let (mut worst_mean, mut worst_width) = (0.0f64, 0.0f64);
        for (index, &value) in values.iter().enumerate() {
            let (mean, band) = (sma.push(value), bands.push(value));
            // 9,973 is a prime: the checks fall on every place of a block.
            if index < size || index % 9_973 != 0 {
                continue;
            }
            let window = &values[index + 1 - size..=index];
            worst_mean = worst_mean.max(relative(mean.unwrap(), plain::mean(window)));
            let band = band.unwrap();
            worst_mean = worst_mean.max(relative(band.middle, plain::mean(window)));
            worst_width = worst_width.max(relative(band.upper - band.lower, 4.0 * plain::deviation(window)));
        }
        println!("period {period}, {PUSH_COUNT} pushes: mean off by {worst_mean:.1e}, width by {worst_width:.1e} of itself");
        assert!(worst_mean < 1e-9 && worst_width < 1e-9);
    }
}

#[test]
fn ten_million_pushes_later_recursive_averages_have_forgotten_their_start() {
    let mut random = Random::seeded("ten_million_pushes_later_recursive_averages");
    let bars = Columns::of_walk(&mut random, PUSH_COUNT);
    // After 5,000 values of these periods the start weighs less than 1e-100.
    let tail = bars.slice(PUSH_COUNT - 5_000, PUSH_COUNT);
    for (name, parameters) in [("ema", [20.0].as_slice()), ("rsi", &[14.0]), ("atr", &[14.0]), ("macd", &[12.0, 26.0, 9.0])] {
        let (long, fresh) = (bars.compute(name, parameters).unwrap(), tail.compute(name, parameters).unwrap());
        for (long, fresh) in long.iter().zip(&fresh) {
            let (long, fresh) = (long[PUSH_COUNT - 1], fresh[fresh.len() - 1]);
            assert!((long - fresh).abs() <= 1e-9 * fresh.abs().max(1e-3), "{name}: {long} not {fresh}");
        }
    }
}

#[test]
fn bands_are_right_with_a_huge_value_at_every_place_of_the_window() {
    for period in [3, 20, 1_000] {
        let size = period as usize;
        let mut values: Vec<f64> = (0..4 * size).map(|i| 1.0 + f64::from(u32::try_from(i % 7).unwrap()) / 64.0).collect();
        values[2 * size - 1] = 1e6;
        let [upper, middle, lower] = batch::bollinger(period, 1.0, &values).unwrap();
        for end in size - 1..4 * size {
            let window = &values[end + 1 - size..=end];
            assert!(relative(middle[end], plain::mean(window)) < 1e-12, "period {period} at {end}");
            assert!(relative((upper[end] - lower[end]) / 2.0, plain::deviation(window)) < 1e-9, "period {period} at {end}");
        }
    }
}

#[test]
fn a_huge_value_leaves_no_trace_once_it_has_left_the_window() {
    for place in 0..11 {
        let mut values: Vec<f64> = (0..60).map(|i| 1.0 + f64::from(i % 7) / 64.0).collect();
        values[20 + place] = 1e15;
        let after = 20 + place + 10;
        let window = &values[after - 9..=after];
        assert!(relative(batch::sma(10, &values).unwrap()[after], plain::mean(window)) < 1e-15);
        let [upper, middle, lower] = batch::bollinger(10, 1.0, &values).unwrap();
        assert!(relative(middle[after], plain::mean(window)) < 1e-14, "place {place}");
        let width = (upper[after] - lower[after]) / 2.0;
        assert!(relative(width, plain::deviation(window)) < 1e-9, "place {place}: {width}");
    }
}

#[test]
fn a_small_spread_far_from_zero_is_still_seen() {
    let values: Vec<f64> = (0..500).map(|i| 1e9 + f64::from(i % 2) * 0.25).collect();
    let [upper, _, lower] = batch::bollinger(20, 1.0, &values).unwrap();
    assert!(upper[19..].iter().zip(&lower[19..]).all(|(upper, lower)| (upper - lower - 0.25).abs() < 1e-6));
}

#[test]
fn a_flat_market_has_bands_of_no_width_and_no_strength() {
    let mut values = vec![0.1 + 0.2; 100];
    values[..30].iter_mut().enumerate().for_each(|(i, value)| *value = 1.0 / (1.0 + f64::from(u32::try_from(i).unwrap())));
    let [upper, middle, lower] = batch::bollinger(7, 2.0, &values).unwrap();
    for i in 36..100 {
        assert_eq!([upper[i], middle[i], lower[i]].map(f64::to_bits), [values[99].to_bits(); 3], "bar {i}");
    }
    assert_eq!(batch::rsi(3, &[5.0; 10]).unwrap()[9].to_bits(), 0f64.to_bits(), "TA-Lib gives 0 where nothing moves");
    let rising: Vec<f64> = (0..10).map(f64::from).collect();
    assert_eq!(batch::rsi(3, &rising).unwrap()[9].to_bits(), 100f64.to_bits());
}

// Parameters.

#[test]
fn parameters_out_of_range_are_refused() {
    let refused = |name: &str, parameters: &[f64]| {
        let columns = Columns { high: vec![1.0; 50], low: vec![1.0; 50], close: vec![1.0; 50] };
        columns.compute(name, parameters).err()
    };
    let too_long = f64::from(PERIOD_MAX) + 1.0;
    for bad in [0.0, -1.0, 2.5, f64::NAN, f64::INFINITY, too_long, 4_294_967_297.0] {
        for name in ["sma", "ema", "rsi", "atr"] {
            assert!(matches!(refused(name, &[bad]), Some(IndicatorError::Period { name: "period", .. })), "{name} {bad}");
        }
        assert!(matches!(refused("bollinger", &[bad, 2.0]), Some(IndicatorError::Period { .. })));
        assert!(matches!(refused("macd", &[bad, 26.0, 9.0]), Some(IndicatorError::Period { name: "fast", .. })));
        assert!(matches!(refused("macd", &[12.0, bad, 9.0]), Some(IndicatorError::Period { name: "slow", .. })));
        assert!(matches!(refused("macd", &[12.0, 26.0, bad]), Some(IndicatorError::Period { name: "signal", .. })));
    }
    for bad in [0.0, -2.0, f64::NAN, f64::INFINITY, 1_001.0] {
        assert!(matches!(refused("bollinger", &[20.0, bad]), Some(IndicatorError::Deviations(_))), "{bad}");
    }
    assert_eq!(refused("rsi", &[1.0]), Some(IndicatorError::Period { name: "period", min: 2, found: 1.0 }));
    assert_eq!(refused("bollinger", &[1.0, 2.0]), Some(IndicatorError::Period { name: "period", min: 2, found: 1.0 }));
    assert_eq!(refused("macd", &[1.0, 26.0, 9.0]), Some(IndicatorError::Period { name: "fast", min: 2, found: 1.0 }));
    assert_eq!(refused("sma", &[]), Some(IndicatorError::ParameterCount { expected: 1, found: 0 }));
    assert_eq!(refused("macd", &[12.0, 26.0]), Some(IndicatorError::ParameterCount { expected: 3, found: 2 }));
    assert_eq!(refused("wma", &[3.0]), Some(IndicatorError::UnknownName("wma".to_owned())));
    for (name, parameters) in [("sma", [1.0].as_slice()), ("ema", &[1.0]), ("atr", &[1.0]), ("sma", &[f64::from(PERIOD_MAX)])] {
        assert_eq!(refused(name, parameters), None, "{name} {parameters:?}");
    }
}

#[test]
fn a_series_shorter_than_the_warm_up_is_all_warm_up() {
    for (name, parameters) in [
        ("sma", [5.0].as_slice()),
        ("ema", &[5.0]),
        ("rsi", &[5.0]),
        ("atr", &[5.0]),
        ("macd", &[3.0, 5.0, 2.0]),
        ("bollinger", &[5.0, 2.0]),
    ] {
        for length in 0..=4 {
            let columns = Columns { high: vec![1.0; length], low: vec![1.0; length], close: vec![1.0; length] };
            let outputs = columns.compute(name, parameters).unwrap();
            assert!(outputs.iter().all(|column| column.len() == length && column.iter().all(|value| value.is_nan())), "{name}");
        }
    }
}
