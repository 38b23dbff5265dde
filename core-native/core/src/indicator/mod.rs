//! Indicator windows: TA-Lib definitions, one push at a time.
