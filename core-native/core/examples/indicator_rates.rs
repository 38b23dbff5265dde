//! How fast indicators are, natively: the contestant that `npm run bench -- --suite indicators` asks, beside the others.
//!
//! `indicator_rates <bars file>` reads bars, eight columns of doubles one after the other, then a question per line and
//! answers each with a line: `{"mode": "batch" | "stream" | "floor" | "values", "name", "parameters", "repeats"}`. A batch
//! writes into columns that are there already, as TA-Lib's functions do; a stream pushes bar by bar and looks at every output;
//! the floor is a stream that only adds. Times are of the quickest of the repeats.

#![allow(clippy::float_arithmetic, reason = "a bench of floats")]
#![allow(clippy::disallowed_methods, reason = "a bench has a clock")]

use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

use jware_core::indicator::{
    Column, Columns, Indicator, IndicatorSpec, Input, Output, bands, momentum, overlap, volatility, volume,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows that an answer of `values` has, from the end.
const VALUE_COUNT: usize = 2_000;

#[derive(Deserialize)]
struct Question {
    mode: String,
    name: String,
    parameters: Vec<f64>,
    repeats: u32,
}

struct Bars(Vec<f64>);

impl Bars {
    fn view(&self) -> Columns<'_> {
        let length = self.0.len() / Column::ALL.len();
        let column = |column: Column| &self.0[column as usize * length..][..length];
        Column::ALL.iter().fold(Columns::default(), |view, &name| view.with(name, column(name)))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("the path of a file of bars is needed")?;
    let bytes = std::fs::read(path)?;
    let bars = Bars(bytes.chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().expect("eight bytes"))).collect());
    for line in std::io::stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line?)?;
        println!("{}", answer(&question, &bars.view())?);
        std::io::stdout().flush()?;
    }
    Ok(())
}

fn answer(question: &Question, bars: &Columns<'_>) -> Result<Value, Box<dyn std::error::Error>> {
    match question.mode.as_str() {
        "batch" => batch(question, bars),
        "stream" => stream(question, bars),
        "floor" => Ok(floor(question, bars)),
        "values" => {
            let columns = IndicatorSpec::parse(&question.name, &question.parameters)?.compute(bars);
            let tails: Vec<&[f64]> = columns.iter().map(|column| &column[column.len() - VALUE_COUNT..]).collect();
            Ok(json!({ "values": tails }))
        }
        other => Err(format!("there is no mode {other}").into()),
    }
}

#[allow(clippy::cast_precision_loss, reason = "lengths of series")]
fn per_bar(seconds: f64, length: usize) -> f64 {
    seconds * 1e9 / length as f64
}

fn quickest(repeats: u32, mut run: impl FnMut()) -> f64 {
    let timed = |_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    (0..repeats.max(1)).map(timed).fold(f64::INFINITY, f64::min)
}

fn batch(question: &Question, bars: &Columns<'_>) -> Result<Value, Box<dyn std::error::Error>> {
    let indicator = IndicatorSpec::parse(&question.name, &question.parameters)?;
    let mut outputs = indicator.compute(bars);
    let length = outputs[0].len();
    let seconds = quickest(question.repeats, || {
        let mut slots: Vec<&mut [f64]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
        indicator.fill(bars, black_box(&mut slots));
    });
    let last: Vec<f64> = outputs.iter().map(|column| column[length - 1]).collect();
    Ok(json!({ "nsPerBar": per_bar(seconds, length), "last": last }))
}

macro_rules! streams {
    ($question:expr, $bars:expr, $($window:ty),+) => {
        match $question.name.as_str() {
            $(name if name == <$window>::ABOUT.name => pushed::<$window>($question, $bars),)+
            other => Err(format!("{other} is not streamed here").into()),
        }
    };
}

fn stream(question: &Question, bars: &Columns<'_>) -> Result<Value, Box<dyn std::error::Error>> {
    streams!(
        question,
        bars,
        overlap::Sma,
        overlap::Ema,
        overlap::Wma,
        momentum::Rsi,
        momentum::Macd,
        bands::Bollinger,
        volatility::Atr,
        momentum::Cci,
        momentum::Adx,
        momentum::Stoch,
        volume::Obv
    )
}

/// What a stream costs at least: each value taken, added, and looked at as an output is.
fn floor(question: &Question, bars: &Columns<'_>) -> Value {
    let inputs = bars.get(Column::Close);
    let mut last = f64::NAN;
    let seconds = quickest(question.repeats, || {
        let mut sum = 0.0;
        for &input in inputs {
            sum += input;
            if let Some(output) = black_box(Some(sum)) {
                last = output;
            }
        }
    });
    json!({ "nsPerBar": per_bar(seconds, inputs.len()), "last": [last] })
}

fn pushed<W: Indicator>(question: &Question, bars: &Columns<'_>) -> Result<Value, Box<dyn std::error::Error>> {
    let inputs: Vec<W::Input> = W::Input::rows(bars, bars.count(W::Input::READS)).collect();
    let mut last = vec![f64::NAN; W::Output::WIDTH];
    let fresh = W::with(&question.parameters)?;
    let seconds = quickest(question.repeats, || {
        let mut window = fresh.clone();
        for &input in &inputs {
            if let Some(output) = black_box(window.push(input)) {
                output.put(&mut last);
            }
        }
    });
    Ok(json!({ "nsPerBar": per_bar(seconds, inputs.len()), "last": last }))
}
