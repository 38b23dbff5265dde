/**
 * How many requests an address and a user may make. Counted in Redis where there is one, so that several gateways share the
 * count; while Redis is away nothing is counted and nobody is turned away.
 *
 * A request that holds several orders or cancels counts as as many: one when it arrives, the others when its body has been read.
 */
import { fastifyRateLimit } from "@fastify/rate-limit";
import type { FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import type { Action } from "./permission.js";
import { ApiError } from "./problem.js";
import { RateWindow } from "./rate-window.js";
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
/** What makes things safer is counted with the cancels. */
const CANCELING: ReadonlySet<Action> = new Set(["order.cancel", "account.halt", "trading.control", "risk.configure"]);

/** What a request holds. */
export interface HeldRequests {
  readonly orders: number;
  readonly cancels: number;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** For routes that take several requests in one: how many are in a body of the documented form. */
    holds?: (body: unknown) => HeldRequests;
  }
}

export interface RateLimiter {
  checkAddress(request: FastifyRequest): Promise<void>;
  /** Counts one request. */
  checkUser(request: FastifyRequest, action: Action): Promise<void>;
  /** Counts what a request holds beside the one that `checkUser` has counted: all of it, or nothing where it does not fit. */
  checkHeld(request: FastifyRequest, action: Action, held: HeldRequests): Promise<void>;
}

export async function registerRateLimits(app: App, figures: RateLimitFigures, redis: Redis | undefined): Promise<RateLimiter> {
  await app.register(fastifyRateLimit, {
    global: false,
    skipOnError: true,
    ...(redis === undefined ? { store: RateWindow } : { redis, nameSpace: "jware:rate:" }),
  });
  const limit = (max: number, key: (request: FastifyRequest) => string) => {
    const take = app.createRateLimit({ max, timeWindow: figures.windowMs, keyGenerator: key });
    const refuse = (ttlInSeconds: number): never => {
      throw new ApiError("RATE_LIMITED", `At most ${max} of these in ${figures.windowMs / 1000} seconds.`, {
        retryAfterS: Math.max(ttlInSeconds, 1),
      });
    };
    return async (request: FastifyRequest, count = 1) => {
      if (count > 1) {
        // Looked at first: a batch that does not fit leaves what is left to others.
        const left = await take(request, { increment: false });
        if (!left.isAllowed && left.remaining < count) refuse(left.ttlInSeconds);
      }
      const taken = await Promise.all(Array.from({ length: count }, () => take(request)));
      for (const each of taken) if (!each.isAllowed && each.isExceeded) refuse(each.ttlInSeconds);
    };
  };
  const userKey = (kind: string) => (request: FastifyRequest) => `${kind}:${request.principal?.userId ?? 0}`;
  const byAddress = limit(figures.addressMax, (request) => `address:${request.ip}`);
  const byReader = limit(figures.readMax, userKey("read"));
  const byTrader = limit(figures.orderMax, userKey("order"));
  const byCanceler = limit(figures.cancelMax, userKey("cancel"));
  return {
    checkAddress: (request) => byAddress(request),
    checkUser: (request, action) => {
      if (action === "order.trade") return byTrader(request);
      if (CANCELING.has(action)) return byCanceler(request);
      return byReader(request);
    },
    checkHeld: async (request, action, { orders, cancels }) => {
      await byTrader(request, action === "order.trade" ? orders - 1 : orders);
      // A batch came as a cancel, whatever is in it.
      await byCanceler(request, Math.max(CANCELING.has(action) ? cancels - 1 : cancels, 0));
    },
  };
}
