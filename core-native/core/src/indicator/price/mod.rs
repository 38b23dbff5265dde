//! One price out of a bar's four. TA-Lib `AVGPRICE`, `MEDPRICE`, `TYPPRICE`, `WCLPRICE`. No warm-up.

use serde::{Deserialize, Serialize};

use super::Window;
use super::column::{HighLow, HighLowClose, OpenHighLowClose};
use super::definition::{About, Indicator, Values};

macro_rules! prices {
    ($($name:ident, $call:literal, $title:literal, $source:literal, $input:ty, $price:expr;)+) => {$(
        #[doc = concat!($title, ". TA-Lib `", $source, "`.")]
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name;

        impl Window for $name {
            type Input = $input;
            type Output = f64;

            fn push(&mut self, bar: $input) -> Option<f64> {
                let price: fn($input) -> f64 = $price;
                Some(price(bar))
            }

            fn warm_up(&self) -> usize {
                0
            }
        }

        impl Indicator for $name {
            const ABOUT: About = About {
                name: $call,
                title: $title,
                source: concat!("TA-Lib ", $source),
                parameters: &[],
                outputs: &["price"],
            };

            fn of(_: &Values) -> Self {
                Self
            }
        }
    )+};
}

prices! {
    AveragePrice, "avgprice", "Mean of open, high, low and close", "AVGPRICE", OpenHighLowClose,
        |bar| (bar.open + bar.high + bar.low + bar.close) / 4.0;
    MedianPrice, "medprice", "Middle of high and low", "MEDPRICE", HighLow, HighLow::middle;
    TypicalPrice, "typprice", "Mean of high, low and close", "TYPPRICE", HighLowClose, HighLowClose::typical;
    WeightedClose, "wclprice", "Mean of high, low and twice the close", "WCLPRICE", HighLowClose,
        |bar| (bar.high + bar.low + 2.0 * bar.close) / 4.0;
}
