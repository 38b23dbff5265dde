/**
 * Orders by REST: the same frames into the same core as orders by WebSocket, and the same refusals out of it.
 *
 * 201 and 200 mean that the core did it (in durable mode: and that it is on disk). 504 means that nobody knows yet.
 */
import { Type } from "../json-shape.js";
import { cancelFrame, massCancelFrame, newOrderFrame, replaceFrame } from "@jware/schemas/client-frames";
import { SIDE_BY_NAME } from "@jware/schemas/order-names";
import type { OrderFacts } from "../order-facts.js";
import { liveOrderFacts, ordersJson } from "../order-json.js";
import { nextName, OrderRequests } from "../order-requests.js";
import { instrumentOf, readTerms } from "../order-units.js";
import { grantOf } from "../permission.js";
import { ApiError } from "../problem.js";
import { RefusedError } from "../refusal-problem.js";
import type { App, Services } from "../services.js";
import { AccountQuery } from "../shapes/accounts.js";
import { ClOrdIdParams, MassCancelQuery, NewOrderBody, Order, OrdersQuery, ReplaceBody } from "../shapes/orders.js";
import { OutcomeUnknown, RefusalProblem } from "../shapes/refusals.js";
import { problems, SIGNED } from "./documented.js";

const ROWS_DEFAULT = 100;
const STRATEGY_MAX = 4_294_967_295;

export function addOrderRoutes(app: App, services: Services): void {
  const { core, catalog, history } = services;

  const orders = new OrderRequests(services);
  const changes = { 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) };

  app.post(
    "/api/v1/orders",
    {
      config: { access: { kind: "account", action: "order.trade", account: "body" } },
      schema: {
        tags: ["orders"],
        summary: "Send an order",
        description:
          "Answered when the order is accepted (and, in durable mode, on disk), with its state after any immediate fills. The same request again is answered with the order's present state.",
        security: SIGNED,
        body: NewOrderBody,
        response: { 201: Order, ...changes },
      },
    },
    async (request, reply) => {
      const grant = grantOf(request);
      const { account: _name, clOrdId, symbol, ...terms } = request.body;
      const owner = { account: grant.account, clOrdId, strategy: terms.strategy };
      const instrument = instrumentOf(symbol, owner, catalog, core);
      const fields = readTerms(terms, owner, instrument, core);
      const frame = newOrderFrame({ account: grant.account, instrument: instrument.instrument, clOrdId, ...fields });
      return reply.code(201).send(await orders.sendForOrder(request, grant, frame, clOrdId));
    },
  );

  app.put(
    "/api/v1/orders/:clOrdId",
    {
      config: { access: { kind: "account", action: "order.trade", account: "query" } },
      schema: {
        tags: ["orders"],
        summary: "Change quantity and prices of a live order",
        description:
          "A price that is not given stays. Less quantity at the same price keeps time priority. The order goes by its new name from then on.",
        security: SIGNED,
        params: ClOrdIdParams,
        querystring: AccountQuery,
        body: ReplaceBody,
        response: { 200: Order, ...changes },
      },
    },
    async (request) => {
      const grant = grantOf(request);
      const { account } = grant;
      const origClOrdId = request.params.clOrdId;
      const clOrdId = request.body.clOrdId ?? nextName(origClOrdId);
      const units = orders.replaceUnits(account, origClOrdId, clOrdId, request.body);
      const frame = replaceFrame({ account, clOrdId, origClOrdId, ...units });
      return orders.sendForOrder(request, grant, frame, clOrdId, origClOrdId);
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
      const grant = grantOf(request);
      const { clOrdId } = request.params;
      const frame = cancelFrame({ account: grant.account, origClOrdId: clOrdId });
      return orders.sendForOrder(request, grant, frame, clOrdId);
    },
  );

  app.delete(
    "/api/v1/orders",
    {
      config: { access: { kind: "account", action: "order.cancel", account: "query" } },
      schema: {
        tags: ["orders"],
        summary: "Cancel all orders",
        description: "All of the account's, or those of one symbol, side or strategy.",
        security: SIGNED,
        querystring: MassCancelQuery,
        response: { 200: Type.Object({ account: Type.String(), canceledCount: Type.Integer() }), ...changes },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const { symbol, side, strategy } = request.query;
      const instrument = symbol === undefined ? 0 : catalog.bySymbol(symbol)?.instrument;
      if (instrument === undefined) throw RefusedError.byRule("UNKNOWN_INSTRUMENT", null);
      if (Number(strategy ?? 0) > STRATEGY_MAX) throw new ApiError("VALIDATION_FAILED", "A strategy's number has 32 bits.");
      const frame = massCancelFrame({
        ...{ account, instrument, strategy: Number(strategy ?? 0) },
        side: side === undefined ? undefined : SIDE_BY_NAME[side],
      });
      const answers = await orders.send(request, frame, null);
      orders.throwRefusal(answers, null);
      const answer = answers.find((each) => each.kind === "massCanceled");
      if (answer?.kind !== "massCanceled") throw new Error("a mass cancel is answered with its report");
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
