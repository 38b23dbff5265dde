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

    /// The same of `N` bars in a row: an array for each column.
    type Block<'a, const N: usize>: Copy;

    /// It as a block of one.
    fn one(&self) -> Self::Block<'_, 1>;

    /// Takes its part of the `N` bars of a series that begin at `start`. Panics where the series ends before them.
    fn block<'a, const N: usize>(columns: &Columns<'a>, start: usize) -> Self::Block<'a, N>;

    /// One bar of a block.
    fn at<const N: usize>(block: Self::Block<'_, N>, place: usize) -> Self;

    /// Takes its part of the first `count` bars of a series.
    fn rows<'a>(columns: &Columns<'a>, count: usize) -> impl Iterator<Item = Self> + 'a {
        let columns = *columns;
        (0..count).map(move |index| Self::at(Self::block::<1>(&columns, index), 0))
    }
}

/// `N` values that begin at `start`.
#[inline(always)]
fn values_at<const N: usize>(values: &[f64], start: usize) -> &[f64; N] {
    values[start..start + N].try_into().expect("as many as were asked for")
}

impl Input for f64 {
    const READS: &'static [Column] = &[Column::Close];

    fn of(row: &BarRow) -> Self {
        row[Column::Close as usize]
    }

    type Block<'a, const N: usize> = &'a [f64; N];

    #[inline(always)]
    fn one(&self) -> &[f64; 1] {
        core::array::from_ref(self)
    }

    #[inline(always)]
    fn block<'a, const N: usize>(columns: &Columns<'a>, start: usize) -> &'a [f64; N] {
        values_at(columns.get(Column::Close), start)
    }

    #[inline(always)]
    fn at<const N: usize>(block: &[f64; N], place: usize) -> Self {
        block[place]
    }
}

macro_rules! inputs {
    ($($(#[$doc:meta])* $name:ident, $block:ident { $($field:ident: $column:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            $(
                #[doc = concat!("Column `", stringify!($column), "`.")]
                pub $field: f64,
            )+
        }

        #[doc = concat!("[`", stringify!($name), "`] of bars in a row.")]
        #[derive(Clone, Copy, Debug)]
        pub struct $block<'a, const N: usize> {
            $(
                #[doc = concat!("Column `", stringify!($column), "`.")]
                pub $field: &'a [f64; N],
            )+
        }

        impl Input for $name {
            type Block<'a, const N: usize> = $block<'a, N>;

            const READS: &'static [Column] = &[$(Column::$column),+];

            fn of(row: &BarRow) -> Self {
                Self { $($field: row[Column::$column as usize]),+ }
            }

            #[inline(always)]
            fn one(&self) -> $block<'_, 1> {
                $block { $($field: core::array::from_ref(&self.$field)),+ }
            }

            #[inline(always)]
            fn block<'a, const N: usize>(columns: &Columns<'a>, start: usize) -> $block<'a, N> {
                $block { $($field: values_at(columns.get(Column::$column), start)),+ }
            }

            #[inline(always)]
            fn at<const N: usize>(block: $block<'_, N>, place: usize) -> Self {
                Self { $($field: block.$field[place]),+ }
            }
        }
    )+};
}

inputs! {
    /// Volume alone.
    VolumeOnly, VolumeOnlyBlock { volume: Volume }
    /// A bar's range.
    HighLow, HighLowBlock { high: High, low: Low }
    /// A bar's range and its last price.
    HighLowClose, HighLowCloseBlock { high: High, low: Low, close: Close }
    /// A bar's body.
    OpenClose, OpenCloseBlock { open: Open, close: Close }
    /// All four prices.
    OpenHighLowClose, OpenHighLowCloseBlock { open: Open, high: High, low: Low, close: Close }
    /// Last price and volume.
    CloseVolume, CloseVolumeBlock { close: Close, volume: Volume }
    /// Range and volume.
    HighLowVolume, HighLowVolumeBlock { high: High, low: Low, volume: Volume }
    /// Range, last price, volume.
    HighLowCloseVolume, HighLowCloseVolumeBlock { high: High, low: Low, close: Close, volume: Volume }
    /// Range, last price, volume, and when the bar began.
    TimedBar, TimedBarBlock { open_ts_ms: OpenTsMs, high: High, low: Low, close: Close, volume: Volume }
    /// Volume, and the part of it that buyers took.
    TakerVolume, TakerVolumeBlock { volume: Volume, buy_volume: BuyVolume }
    /// Last price, and that of the series to compare with.
    Compared, ComparedBlock { close: Close, benchmark: Benchmark }
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
