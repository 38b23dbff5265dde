/** Every limit of the feed, with its unit. */

/** Depth updates kept while a snapshot is on its way: 33 minutes at one per 100 ms. */
export const BUFFERED_UPDATE_COUNT_MAX = 20_000;

/** A connection that carries nothing for this long is taken for dead. The venue itself pings every 20 s. */
export const STREAM_SILENCE_MS_MAX = 15_000;
export const STREAM_SILENCE_CHECK_MS = 1_000;
export const STREAM_OPEN_MS_MAX = 10_000;

/** Pauses between attempts: from the first to the last by doubling, each drawn from the upper half of its range. */
export const RETRY_MS_MIN = 500;
export const RETRY_MS_MAX = 30_000;

export const REST_MS_MAX = 10_000;
/** What to wait after 429 or 418 without a Retry-After. */
export const RATE_LIMIT_MS_DEFAULT = 60_000;

/** Levels asked for in a snapshot: the venue's maximum, 250 of the 6,000 weight a minute that it grants. */
export const SNAPSHOT_LEVEL_COUNT = 5_000;
/** One-minute bars asked for at the first start: the venue's maximum per request. */
export const HISTORY_BAR_COUNT = 1_000;

export const REPLAY_FILE_BYTES_MAX = 512 * 1024 * 1024;
export const REPLAY_TEXT_BYTES_MAX = 1024 * 1024 * 1024;
export const REPLAY_TURN_MS = 8;
/** Lines played before the thread looks at its other work. */
export const REPLAY_TURN_LINE_COUNT_MAX = 2_000;

export const SIMULATED_TURN_MS = 12;
/** After a pause of the machine the simulation makes up for at most this long. */
export const SIMULATED_CATCH_UP_MS_MAX = 1_000;

/** The first message of a kind is logged, then one of this many. */
export const LOG_ONE_OF = 1_000;
