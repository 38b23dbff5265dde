//! Indicators: against TA-Lib's regression values, Skender's full results, StockCharts' tables and plain formulas; streamed
//! against computed whole; after ten million values; on data that no market gives.
//!
//! Everything that must hold of every indicator is tested by going through the table of them.

mod degenerate;
mod drift;
mod parameters;
mod plain;
mod profile;
mod series;
mod skender;
mod stockcharts;
mod streaming;
mod talib;
