/** What is left of the message rates that limit orders: told with every answer, good or bad, to a request that sends orders. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { CorePort } from "./core-port.js";

/** How many new orders and replaces would pass every message rate now; absent where no rate holds for them. */
export const ORDER_RATE_HEADER = "x-order-rate-remaining";

/** Sets the header, where a rate holds for the request's account, strategy, user and key. */
export function tellOrderRate(request: FastifyRequest, reply: FastifyReply, messagesLeft: CorePort["messagesLeft"]): void {
  const { principal, accountGrant, body } = request;
  const access = request.routeOptions.config.access;
  if (access?.kind !== "account" || access.action !== "order.trade" || principal === null || accountGrant === null) return;
  const strategy = (body as { strategy?: unknown } | null | undefined)?.strategy;
  const asked = typeof strategy === "number" ? strategy : 0;
  const left = messagesLeft(accountGrant.account, asked, principal.userId, principal.keyNumber ?? 0);
  if (left !== undefined) void reply.header(ORDER_RATE_HEADER, String(left));
}
