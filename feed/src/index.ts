/**
 * Market data: venues in, normalised integers out.
 *
 * Importing this does not load the native core; the thread at `feedThreadUrl` does.
 */
export const feedThreadUrl: URL = new URL("./feed-thread.js", import.meta.url);

export type { FeedOptions, FeedThreadData } from "./feed-options.js";
export { FeedError, type FeedErrorCode } from "./feed-error.js";
export { checkFeedOptions } from "./provider/check.js";
export { CURRENCIES, type CurrencyInput } from "./instruments.js";
