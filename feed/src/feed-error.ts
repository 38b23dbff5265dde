/** An operating error of the feed. The code is stable; the message is one sentence with the values that matter. */
export type FeedErrorCode =
  | "FEED_ERR_SYMBOL_UNKNOWN"
  | "FEED_ERR_SYMBOL_UNUSABLE"
  | "FEED_ERR_UNITS_CHANGED"
  | "FEED_ERR_DEFINITION_REFUSED"
  | "FEED_ERR_VENUE_UNREACHABLE"
  | "FEED_ERR_REPLAY_NOT_FOUND"
  | "FEED_ERR_REPLAY_UNREADABLE"
  | "FEED_ERR_REPLAY_EMPTY"
  | "FEED_ERR_REPLAY_CUT"
  | "FEED_ERR_REPLAY_NOT_CAPTURE"
  | "FEED_ERR_REPLAY_NOT_SPOT"
  | "FEED_ERR_REPLAY_TOO_LARGE"
  | "FEED_ERR_REPLAY_SYMBOL";

export class FeedError extends Error {
  readonly code: FeedErrorCode;

  constructor(code: FeedErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "FeedError";
    this.code = code;
  }
}
