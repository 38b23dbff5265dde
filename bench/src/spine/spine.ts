/**
 * The spine: what an order, a native call, a start and a tick cost, each against its floor in the same run.
 *
 * Every part stands alone; `--part` picks some.
 */
import type { Parts } from "../suite.js";
import { nativeCall } from "./native-call.js";
import { pageLoad } from "./page-load.js";
import { restOrders } from "./rest-orders.js";
import { roundTrips } from "./round-trips.js";
import { warmStart } from "./warm-start.js";

export const SPINE_PARTS: Parts = {
  "round-trips": roundTrips,
  "native-call": nativeCall,
  rest: restOrders,
  "warm-start": warmStart,
  page: pageLoad,
};
