/** Orders over real sockets, beside what else answers on a socket. */
import type { Parts } from "../suite.js";
import { latencyTrace } from "./latency-trace.js";
import { roundTrip } from "./round-trip.js";
import { underLoad } from "./load.js";

export const ORDER_PATH_PARTS: Parts = { "round-trip": roundTrip, load: underLoad, "latency-trace": latencyTrace };
