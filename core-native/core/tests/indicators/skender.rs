//! Skender's full results on two years of daily bars. Both sides round each operation, so the last of 17 digits differ.

use jware_core::indicator::{Column, IndicatorSpec};
use serde_json::Value;

use super::series::{Bars, shared};

const RELATIVE_MAX: f64 = 1e-11;

/// One column of ours against one field of theirs.
struct Row {
    file: &'static str,
    /// The call that made the file, as `params.json` has it.
    call: &'static str,
    field: &'static str,
    name: &'static str,
    parameters: &'static [f64],
    output: usize,
    /// First bar that is compared, and why not the first of all.
    from: (usize, &'static str),
    /// Bars by which ours comes later.
    later: usize,
    /// Bars at which the definitions differ.
    differing: usize,
    relative_max: f64,
}

const fn row(
    file: &'static str,
    call: &'static str,
    field: &'static str,
    name: &'static str,
    parameters: &'static [f64],
    output: usize,
) -> Row {
    Row { file, call, field, name, parameters, output, from: (0, ""), later: 0, differing: 0, relative_max: RELATIVE_MAX }
}

impl Row {
    const fn from(self, bar: usize, why: &'static str) -> Self {
        Self { from: (bar, why), ..self }
    }

    const fn differing(self, bars: usize) -> Self {
        Self { differing: bars, ..self }
    }

    /// For formulas of theirs that lose digits.
    const fn within(self, relative_max: f64) -> Self {
        Self { relative_max, ..self }
    }

    const fn later(self, bars: usize) -> Self {
        Self { later: bars, ..self }
    }
}

const TOGETHER: &str = "our outputs all begin at the same bar";
const OWN_START: &str = "it starts its averages from the first value, not from a mean";

const ROWS: &[Row] = &[
    row("sma", "ToSma(20)", "sma", "sma", &[20.0], 0),
    row("ema", "ToEma(20)", "ema", "ema", &[20.0], 0),
    row("wma", "ToWma(14)", "wma", "wma", &[14.0], 0),
    row("smma", "ToSmma(20)", "smma", "smma", &[20.0], 0),
    row("hma", "ToHma()", "hma", "hma", &[14.0], 0),
    row("alma", "ToAlma(9, 0.85, 6)", "alma", "alma", &[9.0, 0.85, 6.0], 0),
    row("vwma", "ToVwma(14)", "vwma", "vwma", &[14.0], 0),
    row("dynamic", "ToDynamic(14)", "dynamic", "mcginley", &[14.0, 0.6], 0),
    row("kama", "ToKama(10, 2, 30)", "kama", "kama", &[10.0, 2.0, 30.0], 0).from(10, "it gives out the start, too"),
    row("dema", "ToDema()", "dema", "dema", &[14.0], 0).from(450, OWN_START),
    row("tema", "ToTema(20)", "tema", "tema", &[20.0], 0).from(490, OWN_START),
    row("t3", "ToT3(5, 0.7)", "t3", "t3", &[5.0, 0.7], 0).from(200, OWN_START),
    row("trix", "ToTrix()", "ema3", "trix", &[14.0], 0).from(usize::MAX, "an inner average that we do not give out"),
    row("trix", "ToTrix()", "trix", "trix", &[14.0], 0).from(450, OWN_START),
    row("alligator", "ToAlligator()", "jaw", "alligator", &[13.0, 8.0, 8.0, 5.0, 5.0, 3.0], 0),
    row("alligator", "ToAlligator()", "teeth", "alligator", &[13.0, 8.0, 8.0, 5.0, 5.0, 3.0], 1).from(20, TOGETHER),
    row("alligator", "ToAlligator()", "lips", "alligator", &[13.0, 8.0, 8.0, 5.0, 5.0, 3.0], 2).from(20, TOGETHER),
    row("bb", "ToBollingerBands(20, 2)", "upperBand", "bollinger", &[20.0, 2.0], 0),
    row("bb", "ToBollingerBands(20, 2)", "sma", "bollinger", &[20.0, 2.0], 1),
    row("bb", "ToBollingerBands(20, 2)", "lowerBand", "bollinger", &[20.0, 2.0], 2),
    row("bb", "ToBollingerBands(20, 2)", "zScore", "zscore", &[20.0], 0),
    row("keltner", "ToKeltner(20, 2, 10)", "upperBand", "keltner", &[20.0, 2.0, 10.0], 0),
    row("keltner", "ToKeltner(20, 2, 10)", "centerline", "keltner", &[20.0, 2.0, 10.0], 1),
    row("keltner", "ToKeltner(20, 2, 10)", "lowerBand", "keltner", &[20.0, 2.0, 10.0], 2),
    row("starc", "ToStarcBands()", "upperBand", "starc", &[5.0, 2.0, 10.0], 0),
    row("starc", "ToStarcBands()", "lowerBand", "starc", &[5.0, 2.0, 10.0], 2),
    row("ma-env", "ToMaEnvelopes(20, 2.5)", "upperEnvelope", "envelope", &[20.0, 2.5, 0.0], 0),
    row("ma-env", "ToMaEnvelopes(20, 2.5)", "lowerEnvelope", "envelope", &[20.0, 2.5, 0.0], 2),
    // Its channel is that of the bars before this one.
    row("donchian", "ToDonchian(20)", "upperBand", "donchian", &[20.0], 0).later(usize::MAX),
    row("donchian", "ToDonchian(20)", "lowerBand", "donchian", &[20.0], 2).later(usize::MAX),
    row("chexit", "ToChandelier(22, 3)", "chandelierExit", "chandelier", &[22.0, 3.0], 0),
    row("supertrend", "ToSuperTrend(10, 3)", "superTrend", "supertrend", &[10.0, 3.0], 0),
    row("ichimoku", "ToIchimoku(9, 26, 52)", "tenkanSen", "ichimoku", &[9.0, 26.0, 52.0, 26.0], 0).from(77, TOGETHER),
    row("ichimoku", "ToIchimoku(9, 26, 52)", "kijunSen", "ichimoku", &[9.0, 26.0, 52.0, 26.0], 1).from(77, TOGETHER),
    row("ichimoku", "ToIchimoku(9, 26, 52)", "senkouSpanA", "ichimoku", &[9.0, 26.0, 52.0, 26.0], 2).from(77, TOGETHER),
    row("ichimoku", "ToIchimoku(9, 26, 52)", "senkouSpanB", "ichimoku", &[9.0, 26.0, 52.0, 26.0], 3),
    row("rsi", "ToRsi(14)", "rsi", "rsi", &[14.0], 0),
    row("roc", "ToRoc()", "roc", "roc", &[14.0], 0),
    row("roc", "ToRoc()", "momentum", "mom", &[14.0], 0),
    row("macd", "ToMacd(12, 26, 9)", "macd", "macd", &[12.0, 26.0, 9.0], 0).from(300, "its fast average begins earlier"),
    row("macd", "ToMacd(12, 26, 9)", "signal", "macd", &[12.0, 26.0, 9.0], 1).from(300, "its fast average begins earlier"),
    row("macd", "ToMacd(12, 26, 9)", "histogram", "macd", &[12.0, 26.0, 9.0], 2).from(300, "its fast average begins earlier"),
    row("macd", "ToMacd(12, 26, 9)", "fastEma", "ema", &[12.0], 0),
    row("macd", "ToMacd(12, 26, 9)", "slowEma", "ema", &[26.0], 0),
    row("pvo", "ToPvo(12, 26, 9)", "pvo", "pvo", &[12.0, 26.0, 9.0], 0).from(33, TOGETHER),
    row("pvo", "ToPvo(12, 26, 9)", "signal", "pvo", &[12.0, 26.0, 9.0], 1),
    row("pvo", "ToPvo(12, 26, 9)", "histogram", "pvo", &[12.0, 26.0, 9.0], 2),
    row("adx", "ToAdx(14)", "pdi", "plus_di", &[14.0], 0).from(480, "its sums begin with 14 movements, ours with 13"),
    row("adx", "ToAdx(14)", "mdi", "minus_di", &[14.0], 0).from(480, "its sums begin with 14 movements, ours with 13"),
    row("adx", "ToAdx(14)", "dx", "dx", &[14.0], 0).from(480, "its sums begin with 14 movements, ours with 13"),
    row("adx", "ToAdx(14)", "adx", "adx", &[14.0], 0).from(500, "its sums begin with 14 movements, ours with 13"),
    // Down first, as TA-Lib has it. Among equal extremes it takes the oldest, TA-Lib the newest.
    row("aroon", "ToAroon(25)", "aroonUp", "aroon", &[25.0], 1).differing(1),
    row("aroon", "ToAroon(25)", "aroonDown", "aroon", &[25.0], 0).differing(1),
    row("aroon", "ToAroon(25)", "oscillator", "aroonosc", &[25.0], 0).differing(2),
    row("cci", "ToCci(20)", "cci", "cci", &[20.0], 0),
    row("mfi", "ToMfi(14)", "mfi", "mfi", &[14.0], 0),
    row("stoch", "ToStoch(14, 3, 3)", "oscillator", "stoch", &[14.0, 3.0, 0.0, 3.0, 0.0], 0).from(17, TOGETHER),
    row("stoch", "ToStoch(14, 3, 3)", "signal", "stoch", &[14.0, 3.0, 0.0, 3.0, 0.0], 1),
    row("stoch-rsi", "ToStochRsi()", "stochRsi", "stochrsi", &[14.0, 14.0, 3.0, 0.0], 0).from(29, TOGETHER),
    row("stoch-rsi", "ToStochRsi()", "signal", "stochrsi", &[14.0, 14.0, 3.0, 0.0], 1),
    row("uo", "ToUltimate(7, 14, 28)", "ultimate", "ultosc", &[7.0, 14.0, 28.0], 0),
    row("willr", "ToWilliamsR(14)", "williamsR", "willr", &[14.0], 0),
    row("awesome", "ToAwesome(5, 34)", "oscillator", "awesome", &[5.0, 34.0], 0),
    row("crsi", "ToConnorsRsi(3, 2, 100)", "connorsRsi", "connors_rsi", &[3.0, 2.0, 100.0], 0),
    row("dpo", "ToDpo(lookbackPeriods)", "dpo", "dpo", &[14.0], 0).later(8),
    row("elder-ray", "ToElderRay(13)", "bullPower", "elder_ray", &[13.0], 0),
    row("elder-ray", "ToElderRay(13)", "bearPower", "elder_ray", &[13.0], 1),
    row("fisher", "ToFisherTransform(10)", "fisher", "fisher", &[10.0], 0).from(150, "it starts with shorter windows"),
    row("fisher", "ToFisherTransform(10)", "trigger", "fisher", &[10.0], 1).from(150, "it starts with shorter windows"),
    row("pmo", "ToPmo(35, 20, 10)", "pmo", "pmo", &[35.0, 20.0, 10.0], 0).from(63, TOGETHER),
    row("pmo", "ToPmo(35, 20, 10)", "signal", "pmo", &[35.0, 20.0, 10.0], 1),
    row("smi", "ToSmi()", "smi", "smi", &[13.0, 25.0, 2.0, 3.0], 0).from(400, OWN_START),
    row("smi", "ToSmi()", "signal", "smi", &[13.0, 25.0, 2.0, 3.0], 1).from(400, OWN_START),
    row("tsi", "ToTsi(25, 13, 7)", "tsi", "tsi", &[25.0, 13.0, 7.0], 0).from(43, TOGETHER),
    row("tsi", "ToTsi(25, 13, 7)", "signal", "tsi", &[25.0, 13.0, 7.0], 1),
    row("vortex", "ToVortex(14)", "pvi", "vortex", &[14.0], 0),
    row("vortex", "ToVortex(14)", "nvi", "vortex", &[14.0], 1),
    row("tr", "ToTr()", "tr", "trange", &[], 0),
    row("atr", "ToAtr(14)", "atr", "atr", &[14.0], 0),
    row("atr", "ToAtr(14)", "atrp", "natr", &[14.0], 0),
    row("chop", "ToChop(14)", "chop", "choppiness", &[14.0], 0),
    row("ulcer", "ToUlcerIndex(14)", "ui", "ulcer", &[14.0], 0),
    row("adl", "ToAdl()", "adl", "ad", &[], 0),
    row("chaikin-osc", "ToChaikinOsc(3, 10)", "oscillator", "adosc", &[3.0, 10.0], 0)
        .from(250, "it starts its averages from a mean, TA-Lib from the first value"),
    row("cmf", "ToCmf(20)", "cmf", "cmf", &[20.0], 0),
    row("force", "ToForceIndex()", "forceIndex", "force", &[2.0], 0),
    row("kvo", "ToKvo(34, 55, 13)", "oscillator", "kvo", &[34.0, 55.0, 13.0], 0).from(68, TOGETHER),
    row("kvo", "ToKvo(34, 55, 13)", "signal", "kvo", &[34.0, 55.0, 13.0], 1),
    row("vwap", "ToVwap()", "vwap", "vwap", &[3_155_760_000.0, 0.0], 0),
    row("slope", "ToSlope(n)", "slope", "linearreg_slope", &[14.0], 0),
    row("slope", "ToSlope(n)", "stdDev", "stddev", &[14.0, 1.0], 0),
    row("stdev", "ToStdDev()", "stdDev", "stddev", &[14.0, 1.0], 0),
    row("stdev", "ToStdDev()", "mean", "sma", &[14.0], 0),
    row("stdev", "ToStdDev()", "zScore", "zscore", &[14.0], 0),
    row("epma", "ToEpma()", "epma", "linearreg", &[10.0], 0),
    row("sma-analysis", "ToSmaAnalysis(20)", "mad", "avgdev", &[20.0], 0),
];

/// Against another instrument's bars.
const COMPARED: &[Row] = &[
    row("corr", "ToCorrelation(Bars, n)", "correlation", "correl", &[20.0], 0).within(1e-10),
    row("corr", "ToCorrelation(Bars, n)", "varianceA", "var", &[20.0], 0),
    row("beta", "ToBeta(Bars, n)", "beta", "beta", &[50.0], 0),
    row("prs", "ToPrs(Bars, n)", "prs", "relative_strength", &[], 0),
];

/// Compares wherever both have a value; how many, and the largest relative difference.
fn compare(row: &Row, bars: &Bars, results: &[Value], wrong: &mut Vec<String>) -> (usize, f64) {
    let column = bars.column(row.name, row.parameters, row.output);
    let warm_up = IndicatorSpec::parse(row.name, row.parameters).unwrap().warm_up();
    assert_eq!(results.len(), column.len());
    let (mut compared, mut worst, mut differing) = (0, 0.0f64, 0);
    let what = format!("{}.{}", row.file, row.field);
    for (index, &found) in column.iter().enumerate() {
        // usize::MAX: theirs comes one bar later than ours.
        let place = if row.later == usize::MAX { Some(index + 1) } else { index.checked_sub(row.later) };
        let expected = place.and_then(|place| results.get(place)).and_then(|result| result[row.field].as_f64());
        let Some(expected) = expected else {
            if index >= warm_up && index >= row.from.0 && row.later == 0 {
                wrong.push(format!("{what}[{index}] is nothing, found {found}"));
            }
            continue;
        };
        if index < row.from.0 {
            continue;
        }
        if found.is_nan() {
            wrong.push(format!("{what}[{index}] is {expected}, and ours is still in its warm-up"));
            continue;
        }
        let relative = (found - expected).abs() / expected.abs().max(1.0);
        if relative > row.relative_max {
            differing += 1;
            wrong.extend((differing > row.differing).then(|| format!("{what}[{index}] is {expected}, found {found}")));
            continue;
        }
        compared += 1;
        worst = worst.max(relative);
    }
    if differing < row.differing {
        wrong.push(format!("{what} differs at {differing} bars only"));
    }
    (compared, worst)
}

#[test]
fn skenders_full_results_hold_to_their_printed_precision() {
    let (Some(bars), Some(calls)) = (shared("indicators/skender/default.csv"), shared("indicators/skender/params.json")) else {
        return;
    };
    let calls: Value = serde_json::from_str(&calls).unwrap();
    let bars = Bars::of_csv(&bars);
    let Some(other) = shared("bars/skender/compare.csv") else { return };
    let mut compared_bars = Bars::of_csv(&other);
    compared_bars.set(Column::Benchmark, bars.get(Column::Close).to_vec());
    let (mut total, mut files, mut wrong, mut worst_of_all) = (0, std::collections::BTreeSet::new(), Vec::new(), 0.0f64);
    for (rows, bars) in [(ROWS, &bars), (COMPARED, &compared_bars)] {
        for row in rows.iter().filter(|row| row.from.0 != usize::MAX) {
            let call = calls[format!("{}.standard.json", row.file)].as_str().unwrap();
            assert!(call.ends_with(&format!("Bars.{}", row.call)), "{call}");
            let Some(text) = shared(&format!("indicators/skender/results/{}.standard.json", row.file)) else { return };
            let results: Vec<Value> = serde_json::from_str(&text).unwrap();
            let mut failures = Vec::new();
            let (compared, worst) = compare(row, bars, &results, &mut failures);
            println!("Skender {}.{}: {compared} values, off by {worst:.1e} {}", row.file, row.field, row.from.1);
            assert!(compared > 0, "{}.{}", row.file, row.field);
            wrong.extend(failures.into_iter().take(2));
            total += compared;
            worst_of_all = worst_of_all.max(worst);
            files.insert(row.file);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("Skender: {total} values of {} files compared, off by {worst_of_all:.1e} at most", files.len());
}
