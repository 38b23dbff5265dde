//! What a bar gives to an indicator: columns of a series, and the parts of one bar that a window reads.

use serde::{Deserialize, Serialize};

use super::window::{larger, smaller};

/// A column of a bar series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Column {
    /// Start of the bar, in milliseconds since the UNIX epoch.
    OpenTsMs,
    /// First price.
    Open,
    /// Highest price.
    High,
    /// Lowest price.
    Low,
    /// Last price; also any other series that an indicator of one series is asked for.
    Close,
    /// Quantity traded.
    Volume,
    /// The part of the volume that buyers took.
    BuyVolume,
    /// Last price of the series to compare with.
    Benchmark,
}

impl Column {
    /// Every column, in the order of a [`BarRow`].
    pub const ALL: [Self; 8] =
        [Self::OpenTsMs, Self::Open, Self::High, Self::Low, Self::Close, Self::Volume, Self::BuyVolume, Self::Benchmark];

    /// Its name, as the TypeScript side and error texts have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenTsMs => "openTsMs",
            Self::Open => "open",
            Self::High => "high",
            Self::Low => "low",
            Self::Close => "close",
            Self::Volume => "volume",
            Self::BuyVolume => "buyVolume",
            Self::Benchmark => "benchmark",
        }
    }
}

/// One bar, a number per [`Column`]; those that nobody reads may be anything.
pub type BarRow = [f64; Column::ALL.len()];

/// Columns of a series; those that nobody reads may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns<'a>([&'a [f64]; Column::ALL.len()]);

impl<'a> Columns<'a> {
    /// The same with one column set.
    #[must_use]
    pub const fn with(mut self, column: Column, values: &'a [f64]) -> Self {
        self.0[column as usize] = values;
        self
    }

    /// One column.
    #[must_use]
    pub const fn get(&self, column: Column) -> &'a [f64] {
        self.0[column as usize]
    }

    /// Bars that all of these columns have.
    #[must_use]
    pub fn count(&self, columns: &[Column]) -> usize {
        columns.iter().map(|&column| self.get(column).len()).min().unwrap_or(0)
    }
}

/// What a window reads of one bar.
pub trait Input: Copy {
    /// The columns it is made of.
    const READS: &'static [Column];

    /// Takes its part of a bar.
    fn of(row: &BarRow) -> Self;

    /// Takes its part of the first `count` bars of a series.
    fn rows<'a>(columns: &Columns<'a>, count: usize) -> impl Iterator<Item = Self> + 'a;
}

impl Input for f64 {
    const READS: &'static [Column] = &[Column::Close];

    fn of(row: &BarRow) -> Self {
        row[Column::Close as usize]
    }

    fn rows<'a>(columns: &Columns<'a>, count: usize) -> impl Iterator<Item = Self> + 'a {
        columns.get(Column::Close)[..count].iter().copied()
    }
}

macro_rules! inputs {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $column:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            $(
                #[doc = concat!("Column `", stringify!($column), "`.")]
                pub $field: f64,
            )+
        }

        impl Input for $name {
            const READS: &'static [Column] = &[$(Column::$column),+];

            fn of(row: &BarRow) -> Self {
                Self { $($field: row[Column::$column as usize]),+ }
            }

            fn rows<'a>(columns: &Columns<'a>, count: usize) -> impl Iterator<Item = Self> + 'a {
                $(let $field = &columns.get(Column::$column)[..count];)+
                (0..count).map(move |index| Self { $($field: $field[index]),+ })
            }
        }
    )+};
}

inputs! {
    /// Volume alone.
    VolumeOnly { volume: Volume }
    /// A bar's range.
    HighLow { high: High, low: Low }
    /// A bar's range and its last price.
    HighLowClose { high: High, low: Low, close: Close }
    /// A bar's body.
    OpenClose { open: Open, close: Close }
    /// All four prices.
    OpenHighLowClose { open: Open, high: High, low: Low, close: Close }
    /// Last price and volume.
    CloseVolume { close: Close, volume: Volume }
    /// Range and volume.
    HighLowVolume { high: High, low: Low, volume: Volume }
    /// Range, last price, volume.
    HighLowCloseVolume { high: High, low: Low, close: Close, volume: Volume }
    /// Range, last price, volume, and when the bar began.
    TimedBar { open_ts_ms: OpenTsMs, high: High, low: Low, close: Close, volume: Volume }
    /// Volume, and the part of it that buyers took.
    TakerVolume { volume: Volume, buy_volume: BuyVolume }
    /// Last price, and that of the series to compare with.
    Compared { close: Close, benchmark: Benchmark }
}

impl HighLow {
    /// Middle of the range.
    #[must_use]
    pub fn middle(self) -> f64 {
        f64::midpoint(self.high, self.low)
    }
}

impl HighLowClose {
    /// Mean of the three, the typical price.
    #[must_use]
    #[inline]
    pub fn typical(self) -> f64 {
        (self.high + self.low + self.close) / 3.0
    }

    /// The range, stretched to the close before it.
    #[must_use]
    #[inline]
    pub fn true_range(self, previous_close: f64) -> f64 {
        larger(self.high, previous_close) - smaller(self.low, previous_close)
    }
}

impl HighLowCloseVolume {
    /// The prices alone.
    #[must_use]
    pub const fn prices(self) -> HighLowClose {
        HighLowClose { high: self.high, low: self.low, close: self.close }
    }

    /// Where the close lies in the range, -1 to 1, times the volume; 0 for a bar without a range.
    #[must_use]
    #[inline]
    pub fn money_flow(self) -> f64 {
        let range = self.high - self.low;
        if range > 0.0 { ((self.close - self.low) - (self.high - self.close)) / range * self.volume } else { 0.0 }
    }
}
