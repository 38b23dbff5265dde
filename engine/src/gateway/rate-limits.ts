/**
 * How many requests an address and a user may make. Counted in Redis where there is one, so that several gateways share the
 * count; while Redis is away nothing is counted and nobody is turned away.
 */
import { fastifyRateLimit } from "@fastify/rate-limit";
import type { FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import type { Action } from "./permission.js";
import { ApiError } from "./problem.js";
import type { App } from "./services.js";

/** Requests in a window. */
export interface RateLimitFigures {
  readonly windowMs: number;
  readonly addressMax: number;
  readonly readMax: number;
  readonly orderMax: number;
  readonly cancelMax: number;
}

/** Orders and cancels are counted apart: whoever has sent too many orders must still be able to take them back. */
export const RATE_LIMITS: RateLimitFigures = { windowMs: 2000, addressMax: 600, readMax: 100, orderMax: 100, cancelMax: 200 };
const ADDRESSES_MAX = 10_000;

export interface RateLimiter {
  checkAddress(request: FastifyRequest): Promise<void>;
  checkUser(request: FastifyRequest, action: Action): Promise<void>;
}

export async function registerRateLimits(app: App, figures: RateLimitFigures, redis: Redis | undefined): Promise<RateLimiter> {
  await app.register(fastifyRateLimit, {
    global: false,
    cache: ADDRESSES_MAX,
    skipOnError: true,
    ...(redis === undefined ? {} : { redis, nameSpace: "jware:rate:" }),
  });
  const limit = (max: number, key: (request: FastifyRequest) => string) => {
    const count = app.createRateLimit({ max, timeWindow: figures.windowMs, keyGenerator: key });
    return async (request: FastifyRequest) => {
      const result = await count(request);
      if (!result.isAllowed && result.isExceeded) {
        throw new ApiError("RATE_LIMITED", `At most ${max} of these in ${figures.windowMs / 1000} seconds.`, {
          retryAfterS: Math.max(result.ttlInSeconds, 1),
        });
      }
    };
  };
  const userKey = (kind: string) => (request: FastifyRequest) => `${kind}:${request.principal?.userId ?? 0}`;
  const byAddress = limit(figures.addressMax, (request) => `address:${request.ip}`);
  const byReader = limit(figures.readMax, userKey("read"));
  const byTrader = limit(figures.orderMax, userKey("order"));
  const byCanceler = limit(figures.cancelMax, userKey("cancel"));
  return {
    checkAddress: byAddress,
    checkUser: (request, action) => {
      if (action === "order.trade") return byTrader(request);
      if (action === "order.cancel" || action === "account.halt" || action === "trading.control") return byCanceler(request);
      return byReader(request);
    },
  };
}
