//! Every limit of the core, with its unit.

/// ClOrdIDs that are remembered, over all accounts, besides those of live orders: the newest, whatever their age.
pub const NAMES_KEPT: usize = 1_000_000;
/// Those that are younger, nanoseconds: a day.
pub const NAMES_KEPT_NS: u64 = 24 * 3_600 * 1_000_000_000;
/// No more than so many, whatever their age: about 150 bytes each.
pub const NAMES_MAX: usize = 4_000_000;
/// Fills that can still be bust or corrected, the newest, and as many orders that ended with something filled.
pub const CORRECTABLE_FILLS: usize = 65_536;
/// Largest cash, cost and realised that a correction may lead an account to, minor units.
pub const CORRECTED_MINOR_MAX: i64 = 1 << 62;
/// Live orders per account, waiting ones included.
pub const OPEN_ORDERS_MAX: u32 = 1_000;
/// Parts that an iceberg may be shown in, whole ones: each is a fill of its own, in one command if need be.
pub const ICEBERG_PARTS_MAX: i64 = 1_000;
/// Requests in a batch.
pub const BATCH_REQUESTS_MAX: usize = 64;
/// Longest name or reason, bytes.
pub const TEXT_BYTES_MAX: usize = 200;
/// Largest price or quantity, so that both stay exact as a JavaScript number.
pub const UNITS_MAX: i64 = (1 << 53) - 1;
/// Largest amount that may be paid in or out at once, and largest cash a deposit may lead to, minor units.
pub const AMOUNT_MINOR_MAX: i64 = 1 << 61;
/// Largest order value an instrument may allow, minor units: leaves room for fills above a sell order's own price.
pub const NOTIONAL_MINOR_MAX: i64 = 1 << 60;
/// Instruments.
pub const INSTRUMENTS_MAX: usize = 16_384;
/// Widest price collar, basis points.
pub const COLLAR_BPS_MAX: u32 = 5_000;
/// Highest fee or rebate, parts per million.
pub const FEE_PPM_MAX: i32 = 100_000;
/// Tiers of a fee schedule.
pub const FEE_TIERS_MAX: usize = 16;
/// Rows of a histogram of latencies.
pub const LATENCY_ROWS_MAX: usize = 16;
/// Longest time that a message may be made to take one way, nanoseconds.
pub const LATENCY_NS_MAX: u64 = 60_000_000_000;
/// Largest weight of a row, so that weights add up in 32 bits.
pub const LATENCY_WEIGHT_MAX: u32 = 1_000_000;
/// Greatest power of the probabilistic queue model.
pub const QUEUE_POWER_MAX: u8 = 3;

const _: () = assert!(NOTIONAL_MINOR_MAX < AMOUNT_MINOR_MAX && AMOUNT_MINOR_MAX < i64::MAX / 2);
const _: () = assert!(NAMES_KEPT <= NAMES_MAX && NAMES_MAX < 1 << 30, "numbers of names wrap at 31 bits");
