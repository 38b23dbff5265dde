//! The table of all indicators. Parsing, computing, streaming, the catalogue and the documentation read it.
//!
//! To add an indicator: one file that implements [`Window`](super::Window) and [`Indicator`], and one word in the table.

use serde::Serialize;

use super::column::{Column, Columns, Input};
use super::definition::{About, Indicator, Values};
use super::error::IndicatorError;
use super::running::{Restored, Running, restored};
use super::{bands, batch, cycle, momentum, overlap, price, statistics, volatility, volume};

/// What one may know and do of an indicator without knowing its type.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The folder that it lives in.
    pub group: &'static str,
    /// Name, parameters, outputs.
    #[serde(flatten)]
    pub about: About,
    /// The columns that it reads.
    pub reads: &'static [Column],
    #[serde(skip)]
    fill: fn(&Values, &Columns<'_>, &mut [&mut [f64]]),
    #[serde(skip)]
    start: fn(&Values) -> Box<dyn Running>,
    #[serde(skip)]
    restore: fn(&[u8]) -> Restored,
}

impl Row {
    const fn of<W: Indicator>(group: &'static str) -> Self {
        Self {
            group,
            about: W::ABOUT,
            reads: <W::Input as Input>::READS,
            fill: |values, columns, outputs| batch::fill(&W::of(values), columns, outputs),
            start: |values| Box::new(W::of(values)),
            restore: restored::<W>,
        }
    }
}

macro_rules! table {
    ($($group:ident: $($window:ident),+;)+) => {
        /// Every indicator, by group.
        pub const TABLE: &[Row] = &[$($(Row::of::<$group::$window>(stringify!($group))),+),+];
    };
}

table! {
    overlap:
        Sma, Ema, Wma, Dema, Tema, Trima, Kama, Mama, T3, Average, HtTrendline, Midpoint, Midprice, Sar, SarExtended,
        Smma, Hma, Vwma, Alma, McGinley, Alligator;
    bands:
        Bollinger, Bbands, AccelerationBands, Keltner, Starc, Donchian, Envelope, Chandelier, Supertrend, Ichimoku;
    momentum:
        Mom, Roc, Rocp, Rocr, Rocr100, Rsi, Cmo, Imi, Macd, MacdFixed, MacdExtended, Apo, Ppo, Pvo,
        PlusDm, MinusDm, PlusDi, MinusDi, Dx, Adx, Adxr, Aroon, AroonOscillator, Bop, Cci, Mfi,
        StochFast, Stoch, StochRsi, Trix, Ultimate, WilliamsR,
        Awesome, ConnorsRsi, Coppock, Dpo, ElderRay, Fisher, Kst, Pmo, Smi, Tsi, Vortex;
    volatility:
        TrueRangeOf, Atr, Natr, ChaikinVolatility, Choppiness, HistoricalVolatility, MassIndex, Ulcer;
    volume:
        Ad, AdOscillator, Obv, PriceVolumeTrend, PositiveVolume, NegativeVolume, ChaikinMoneyFlow, Cvd, EaseOfMovement,
        ForceIndex, Klinger, SessionVwap, RollingVwap, VolumeProfile;
    price:
        AveragePrice, MedianPrice, TypicalPrice, WeightedClose;
    statistics:
        Beta, Correlation, RelativeStrength, LinearRegression, RegressionAngle, RegressionIntercept, RegressionSlope,
        Forecast, StandardDeviation, Variance, MeanAbsoluteDeviation, ZScore, Max, Min, MinMax, MaxIndex, MinIndex,
        MinMaxIndex, Sum;
    cycle:
        HtDcPeriod, HtDcPhase, HtPhasor, HtSine, HtTrendMode;
}

/// An indicator with its parameters, all of them in range.
#[derive(Clone, Debug)]
pub struct IndicatorSpec {
    row: &'static Row,
    values: Values,
}

impl IndicatorSpec {
    /// Finds an indicator by name and checks its parameters.
    pub fn parse(name: &str, parameters: &[f64]) -> Result<Self, IndicatorError> {
        let row = find(name)?;
        Values::checked(row.about.parameters, parameters).map(|values| Self { row, values })
    }

    /// An indicator with its usual parameters.
    pub fn usual(name: &str) -> Result<Self, IndicatorError> {
        find(name).map(|row| Self { row, values: Values::defaults(row.about.parameters) })
    }

    /// What it is.
    #[must_use]
    pub const fn row(&self) -> &'static Row {
        self.row
    }

    /// How many bars give nothing before the first output.
    #[must_use]
    pub fn warm_up(&self) -> usize {
        self.start().warm_up()
    }

    /// A fresh streaming window.
    #[must_use]
    pub fn start(&self) -> Box<dyn Running> {
        (self.row.start)(&self.values)
    }

    /// A streaming window from the bytes that [`Running::save`] gave for the same indicator; parameters and all.
    pub fn restore(&self, state: &[u8]) -> Result<Box<dyn Running>, IndicatorError> {
        (self.row.restore)(state)
    }

    /// Computes it over a series: its output columns, NaN during the warm-up, as long as the shortest column it reads.
    #[must_use]
    pub fn compute(&self, columns: &Columns<'_>) -> Vec<Vec<f64>> {
        let count = columns.count(self.row.reads);
        let mut outputs = vec![vec![0.0; count]; self.row.about.outputs.len()];
        let mut slots: Vec<&mut [f64]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
        self.fill(columns, &mut slots);
        outputs
    }

    /// The same into columns that the caller owns: as many as it has outputs, as long as the shortest column it reads.
    pub fn fill(&self, columns: &Columns<'_>, outputs: &mut [&mut [f64]]) {
        (self.row.fill)(&self.values, columns, outputs);
    }
}

fn find(name: &str) -> Result<&'static Row, IndicatorError> {
    TABLE.iter().find(|row| row.about.name == name).ok_or_else(|| {
        let first = name.chars().next();
        let alike = TABLE.iter().map(|row| row.about.name).filter(|other| other.chars().next() == first);
        IndicatorError::UnknownName { name: name.to_owned(), alike: alike.collect::<Vec<_>>().join(", ") }
    })
}
