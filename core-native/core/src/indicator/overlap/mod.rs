//! Averages and other lines that are drawn over the price.

pub mod alligator;
pub mod alma;
pub mod average;
pub mod chained;
pub mod ema;
pub mod hma;
pub mod ht_trendline;
pub mod kama;
pub mod mama;
pub mod mcginley;
pub mod middle;
pub mod sar;
pub mod sma;
pub mod smma;
pub mod t3;
pub mod trima;
pub mod vwma;
pub mod wma;

pub use alligator::Alligator;
pub use alma::Alma;
pub use average::{AnyAverage, Average};
pub use chained::{Dema, Tema};
pub use ema::Ema;
pub use hma::Hma;
pub use ht_trendline::HtTrendline;
pub use kama::Kama;
pub use mama::Mama;
pub use mcginley::McGinley;
pub use middle::{Midpoint, Midprice};
pub use sar::{Sar, SarExtended};
pub use sma::Sma;
pub use smma::Smma;
pub use t3::T3;
pub use trima::Trima;
pub use vwma::Vwma;
pub use wma::Wma;
