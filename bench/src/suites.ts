/** Every suite, with its parts, in the order in which a whole run takes them; and what a quick look leaves out. */
import { BOOK_PARTS } from "./book/book.js";
import { COMMAND_PARTS } from "./command/command.js";
import { DURABILITY_PARTS } from "./durability/durability.js";
import { INDICATOR_PARTS } from "./indicators/indicators.js";
import { NATIVE_CALL_PARTS } from "./native-call/native-call.js";
import { ORDER_PATH_PARTS } from "./order-path/order-path.js";
import { FEED_PARTS } from "./feed/feed.js";
import { FOOTPRINT_PARTS } from "./footprint/footprint.js";
import { REST_PARTS } from "./rest/rest.js";
import { FAN_OUT_PARTS } from "./fan-out/fan-out.js";
import type { Parts } from "./suite.js";
import { UI_PARTS } from "./ui/ui.js";

export const SUITES: Readonly<Record<string, Parts>> = {
  "native-call": NATIVE_CALL_PARTS,
  book: BOOK_PARTS,
  command: COMMAND_PARTS,
  "order-path": ORDER_PATH_PARTS,
  "fan-out": FAN_OUT_PARTS,
  feed: FEED_PARTS,
  indicators: INDICATOR_PARTS,
  durability: DURABILITY_PARTS,
  rest: REST_PARTS,
  footprint: FOOTPRINT_PARTS,
  ui: UI_PARTS,
};

/** Parts, as `suite/part`, whose set-up alone takes longer than a look may. */
export const LEFT_OUT_OF_QUICK: ReadonlySet<string> = new Set([
  "fan-out/slow-subscriber",
  "indicators/streaming",
  "durability/replay",
  "durability/snapshots",
  "durability/projection",
  "rest/durable-order",
]);
