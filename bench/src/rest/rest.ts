/** REST: every main route beside a bare Fastify route and `node:http`, and an order in durable mode at the rate that is allowed. */
import type { Parts } from "../suite.js";
import { durableOrder } from "./durable-order.js";
import { routes } from "./routes.js";

export const REST_PARTS: Parts = { routes, "durable-order": durableOrder };
