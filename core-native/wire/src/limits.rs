//! How much a frame may be and hold. Everything a stranger sends is bounded by one of these.

use jware_core::order::CL_ORD_ID_BYTES_MAX;

/// Largest frame of the session and order kinds, bytes.
pub const ORDER_FRAME_BYTES_MAX: usize = 4 * 1024;

/// Largest frame of a batch, bytes: 64 requests with every field given fit.
pub const BATCH_FRAME_BYTES_MAX: usize = 16 * 1024;

/// Largest frame that subscribes or unsubscribes, bytes.
pub const SUBSCRIPTION_FRAME_BYTES_MAX: usize = 16 * 1024;

/// Largest frame of any kind, bytes.
pub const FRAME_BYTES_MAX: usize = 16 * 1024;

/// Deepest nesting of tables. The schema needs four: the frame, a batch, a request and its body.
pub const TABLE_DEPTH_MAX: usize = 8;

/// Most tables in a frame: somewhat more than a full batch has, so that one that is too long is told so.
pub const TABLE_COUNT_MAX: usize = 256;

/// Most bytes that verification may visit, each counted as often as it is reached.
pub const APPARENT_SIZE_BYTES_MAX: usize = 64 * 1024;

/// Most requests in a batch.
pub const BATCH_REQUEST_COUNT_MAX: usize = 64;

/// Most orders of a list that are read; no list has so many.
pub const LIST_ORDER_COUNT_MAX: usize = 8;

/// Most instruments that one frame subscribes to.
pub const SUBSCRIPTION_INSTRUMENT_COUNT_MAX: usize = 1024;

/// Longest reason of a halt or release, bytes of UTF-8.
pub const REASON_BYTES_MAX: usize = 200;

/// Longest name that a client gives itself, bytes of UTF-8.
pub const CLIENT_NAME_BYTES_MAX: usize = 64;

/// What a frame spends on offsets, vtables and padding at most, in the schemas of today.
const FRAME_OVERHEAD_BYTES: usize = 256;

/// What a new order in a batch takes at most: two tables with their offsets, and a name.
const BATCHED_ORDER_BYTES: usize = 200;

const _: () = {
    assert!(
        ORDER_FRAME_BYTES_MAX <= FRAME_BYTES_MAX
            && BATCH_FRAME_BYTES_MAX <= FRAME_BYTES_MAX
            && SUBSCRIPTION_FRAME_BYTES_MAX <= FRAME_BYTES_MAX,
        "the first check covers every kind"
    );
    assert!(
        BATCH_REQUEST_COUNT_MAX * BATCHED_ORDER_BYTES + FRAME_OVERHEAD_BYTES <= BATCH_FRAME_BYTES_MAX,
        "the longest allowed batch fits its frame"
    );
    assert!(2 + 2 * BATCH_REQUEST_COUNT_MAX < TABLE_COUNT_MAX, "the longest allowed batch can be verified");
    assert!(
        SUBSCRIPTION_INSTRUMENT_COUNT_MAX * size_of::<u32>() + FRAME_OVERHEAD_BYTES <= SUBSCRIPTION_FRAME_BYTES_MAX,
        "the longest allowed list of instruments fits its frame"
    );
    assert!(
        REASON_BYTES_MAX + 2 * CL_ORD_ID_BYTES_MAX + FRAME_OVERHEAD_BYTES <= ORDER_FRAME_BYTES_MAX,
        "the longest allowed texts fit their frame"
    );
    assert!(FRAME_BYTES_MAX < APPARENT_SIZE_BYTES_MAX, "an honest frame is never too large to verify");
};
