/**
 * Orders by REST: the same frames into the same core as orders by WebSocket, and the same refusals out of it.
 *
 * 201 and 200 mean that the core did it (in durable mode: and that it is on disk). 504 means that nobody knows yet.
 */
import { Type } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { randomWord } from "../auth/secret-text.js";
import type { OrderAnswer, OrderFacts } from "../order-answer.js";
import { cancelFrame, massCancelFrame, newOrderFrame, replaceFrame } from "../order-frames.js";
import { liveOrderFacts, orderJson, ordersJson } from "../order-json.js";
import { readOrderUnits } from "../order-units.js";
import { grantOf, principalOf } from "../permission.js";
import { ApiError } from "../problem.js";
import { RefusedError } from "../refusal-problem.js";
import type { App, Services } from "../services.js";
import {
  AccountQuery,
  ClOrdIdParams,
  MassCancelQuery,
  NewOrderBody,
  Order,
  type OrderJson,
  OrdersQuery,
  OutcomeUnknown,
  RefusalProblem,
  ReplaceBody,
} from "../shapes.js";
import { problems, SIGNED } from "./documented.js";

const ROWS_DEFAULT = 100;
const CL_ORD_ID_LENGTH_MAX = 36;
const NAME_SUFFIX_LENGTH = 8;

export function addOrderRoutes(app: App, services: Services): void {
  const { core, catalog, history, orderDesk } = services;

  /** Sends a frame and gives the core's answer; throws the refusal, or that the outcome is unknown. */
  const send = async (request: FastifyRequest, frame: Uint8Array, clOrdId: string | null) => {
    const principal = principalOf(request);
    const answer = await orderDesk.send(principal.userId, principal.accounts, frame);
    if (answer === undefined) {
      throw new ApiError("OUTCOME_UNKNOWN", "The core did not answer in time; ask for the order before sending it again.", {
        extra: { outcome: "unknown", clOrdId },
      });
    }
    if (answer.kind === "refused") throw RefusedError.fromCore(answer.refusal, catalog, clOrdId);
    return answer;
  };

  const answeredOrder = (answer: Exclude<OrderAnswer, { kind: "refused" }>, account: string): OrderJson => {
    const instrument = answer.kind === "order" ? catalog.byId(answer.order.instrument) : undefined;
    if (answer.kind !== "order" || instrument === undefined) throw new Error("an order request is answered with an order");
    return orderJson(answer.order, account, instrument);
  };

  const changes = { 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) };

  app.post(
    "/api/v1/orders",
    {
      config: { access: { kind: "account", action: "order.trade", account: "body" } },
      schema: {
        tags: ["orders"],
        summary: "Send an order",
        description:
          "Answered when the order is accepted (and, in durable mode, on disk), with its state after any immediate fills.",
        security: SIGNED,
        body: NewOrderBody,
        response: { 201: Order, ...changes },
      },
    },
    async (request, reply) => {
      const { clOrdId, symbol, side, ordType, timeInForce, orderQty, price } = request.body;
      const { account, name } = grantOf(request);
      const units = readOrderUnits({ account, clOrdId, symbol, ordType, orderQty, price }, catalog, core);
      const frame = newOrderFrame({
        account,
        instrument: units.instrument.instrument,
        clOrdId,
        side,
        ordType,
        timeInForce: timeInForce ?? (ordType === "market" ? "ioc" : "gtc"),
        orderQtyLots: units.orderQtyLots,
        priceTicks: units.priceTicks,
      });
      const answer = await send(request, frame, clOrdId);
      return reply.code(201).send(answeredOrder(answer, name));
    },
  );

  app.put(
    "/api/v1/orders/:clOrdId",
    {
      config: { access: { kind: "account", action: "order.trade", account: "query" } },
      schema: {
        tags: ["orders"],
        summary: "Change quantity and price of a working order",
        description: "Less quantity at the same price keeps time priority. The order goes by its new name from then on.",
        security: SIGNED,
        params: ClOrdIdParams,
        querystring: AccountQuery,
        body: ReplaceBody,
        response: { 200: Order, ...changes },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const origClOrdId = request.params.clOrdId;
      const clOrdId = request.body.clOrdId ?? nextName(origClOrdId);
      const working = core.queryAccount(account)?.orders.find((order) => order.clOrdId === origClOrdId);
      const symbol = working === undefined ? undefined : catalog.byId(working.instrument)?.symbol;
      // An order that is not working has no units to read the text in: the core says which refusal that is.
      const units =
        symbol === undefined
          ? { orderQtyLots: 1, priceTicks: 1 }
          : readOrderUnits({ account, clOrdId, symbol, ordType: "limit", ...request.body }, catalog, core);
      const { orderQtyLots, priceTicks } = units;
      const answer = await send(request, replaceFrame({ account, clOrdId, origClOrdId, orderQtyLots, priceTicks }), clOrdId);
      return answeredOrder(answer, name);
    },
  );

  app.delete(
    "/api/v1/orders/:clOrdId",
    {
      config: { access: { kind: "account", action: "order.cancel", account: "query" } },
      schema: {
        tags: ["orders"],
        summary: "Cancel an order",
        description: "By its current name. Cancels pass in every state of account and book.",
        security: SIGNED,
        params: ClOrdIdParams,
        querystring: AccountQuery,
        response: { 200: Order, ...changes },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const { clOrdId } = request.params;
      return answeredOrder(await send(request, cancelFrame(account, clOrdId), clOrdId), name);
    },
  );

  app.delete(
    "/api/v1/orders",
    {
      config: { access: { kind: "account", action: "order.cancel", account: "query" } },
      schema: {
        tags: ["orders"],
        summary: "Cancel all orders",
        description: "All of the account's, or those of one symbol.",
        security: SIGNED,
        querystring: MassCancelQuery,
        response: { 200: Type.Object({ account: Type.String(), canceledCount: Type.Integer() }), ...changes },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const { symbol } = request.query;
      const instrument = symbol === undefined ? 0 : catalog.bySymbol(symbol)?.instrument;
      if (instrument === undefined) throw RefusedError.byRule("UNKNOWN_INSTRUMENT", null);
      const answer = await send(request, massCancelFrame(account, instrument), null);
      if (answer.kind !== "massCanceled") throw new Error("a mass cancel is answered with its report");
      return { account: name, canceledCount: answer.canceledCount };
    },
  );

  app.get(
    "/api/v1/orders",
    {
      config: { access: { kind: "account", action: "account.read", account: "query" } },
      schema: {
        tags: ["orders"],
        summary: "List orders",
        description: "Newest first. Working orders come live from the core, closed ones from the database.",
        security: SIGNED,
        querystring: OrdersQuery,
        response: { 200: Type.Object({ orders: Type.Array(Order) }), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const { status = "all", limit } = request.query;
      const rowsMax = limit === undefined ? ROWS_DEFAULT : Number(limit);
      const live = status === "closed" ? [] : (core.queryAccount(account)?.orders ?? []).map(liveOrderFacts);
      if (status === "open") return { orders: ordersJson(newestFirst(live).slice(0, rowsMax), name, catalog) };
      await history.awaitProjection(core.coreStatus().seq);
      const closed = await history.closedOrders(account, rowsMax);
      const liveIds = new Set(live.map((order) => order.orderId));
      const all = newestFirst([...live, ...closed.filter((order) => !liveIds.has(order.orderId))]);
      return { orders: ordersJson(all.slice(0, rowsMax), name, catalog) };
    },
  );
}

const newestFirst = (orders: readonly OrderFacts[]): OrderFacts[] =>
  [...orders].sort((a, b) =>
    a.createdTsNs === b.createdTsNs ? Number(BigInt(b.orderId) - BigInt(a.orderId)) : Number(b.createdTsNs - a.createdTsNs),
  );

/** A name for an order that is replaced without one: its own, cut to leave room, and a random end. */
const nextName = (clOrdId: string): string =>
  `${clOrdId.slice(0, CL_ORD_ID_LENGTH_MAX - NAME_SUFFIX_LENGTH - 1)}~${randomWord(NAME_SUFFIX_LENGTH)}`;
