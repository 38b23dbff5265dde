/** Several orders in one request, linked or not, and the question what would come of one. */
import type { BatchItem } from "@jware/schemas/client-frames";
import { batchFrame, newOrderListFrame, validateFrame } from "@jware/schemas/client-frames";
import { CONTINGENCY_BY_NAME } from "@jware/schemas/order-names";
import { formatPrice, formatQty } from "../instrument-catalog.js";
import { type OrderAnswer, orderNamed, refusalOf } from "../order-answer.js";
import { nextName, OrderRequests } from "../order-requests.js";
import { instrumentOf, readTerms } from "../order-units.js";
import { grantOf } from "../permission.js";
import { ApiError } from "../problem.js";
import type { HeldRequests } from "../rate-limits.js";
import { refusalDetail, RefusedError } from "../refusal-problem.js";
import type { App, Services } from "../services.js";
import {
  BatchBody,
  type BatchJson,
  BatchResults,
  NewOrderListBody,
  OrderList,
  type OrderListJson,
} from "../shapes/order-groups.js";
import { NewOrderBody, Validation } from "../shapes/orders.js";
import { OutcomeUnknown, RefusalProblem } from "../shapes/refusals.js";
import { problems, SIGNED } from "./documented.js";

export function addOrderGroupRoutes(app: App, services: Services): void {
  const { core, catalog } = services;
  const orders = new OrderRequests(services);
  const changes = { 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) };

  app.post(
    "/api/v1/orders/lists",
    {
      config: {
        access: { kind: "account", action: "order.trade", account: "body" },
        holds: (body) => ({ orders: (body as OrderListJson).orders.length, cancels: 0 }),
      },
      schema: {
        tags: ["orders"],
        summary: "Send linked orders",
        description:
          "Of one instrument, accepted together or not at all: oco (two orders that share a quantity), oto (a parent and a child) or bracket (a parent, a take-profit and a stop-loss). A refusal names the order that it is about.",
        security: SIGNED,
        body: NewOrderListBody,
        response: { 201: OrderList, ...changes },
      },
    },
    async (request, reply) => {
      const grant = grantOf(request);
      const { account } = grant;
      const { symbol, contingency, orders: listed } = request.body;
      const first = listed[0]?.clOrdId ?? "";
      const instrument = instrumentOf(symbol, { account, clOrdId: first }, catalog, core);
      const frame = newOrderListFrame({
        account,
        instrument: instrument.instrument,
        contingency: CONTINGENCY_BY_NAME[contingency],
        orders: listed.map(({ clOrdId, ...terms }) => ({
          clOrdId,
          ...readTerms(terms, { account, clOrdId, strategy: terms.strategy }, instrument, core),
        })),
      });
      const answers = await orders.send(request, frame, first);
      orders.throwRefusal(answers, refusalOf(answers)?.clOrdId ?? first);
      const accepted = listed.flatMap(({ clOrdId }) => {
        const order = orderNamed(answers, clOrdId);
        return order === undefined ? [] : [orders.orderJson(order, grant)];
      });
      const [listId] = accepted.map((order) => order.listId);
      if (accepted.length !== listed.length || typeof listId !== "string") {
        throw new Error("an accepted list is told order by order");
      }
      return reply.code(201).send({ listId, contingency, orders: accepted });
    },
  );

  app.post(
    "/api/v1/orders/batches",
    {
      config: {
        access: { kind: "account", action: "order.cancel", account: "body" },
        holds: (body) => heldIn((body as BatchJson).requests),
      },
      schema: {
        tags: ["orders"],
        summary: "Send up to 64 requests in one",
        description:
          "Best effort: each request is carried out or refused by itself, and the answer says how each ended. Atomic: new orders and cancels, all or none; the first refusal is the answer. Names in a batch must differ.",
        security: SIGNED,
        body: BatchBody,
        response: { 200: BatchResults, ...changes },
      },
    },
    async (request) => {
      const grant = grantOf(request);
      const { atomic = false, requests } = request.body;
      const items = requests.map((each) => itemOf(each, grant.account));
      const names = items.map(({ clOrdId }) => clOrdId ?? "");
      if (new Set(names).size < names.length) throw new ApiError("VALIDATION_FAILED", "The names in a batch must differ.");
      const answers = await orders.send(request, batchFrame({ account: grant.account, atomic, requests: items }), null);
      const ofAll = answers.some((answer) => answer.kind === "refused" && (atomic || answer.isOfBatch));
      if (ofAll) orders.throwRefusal(answers, refusalOf(answers)?.clOrdId ?? null);
      // The reports of a cancel have the name that it made for itself; whoever asked knows the order by its own.
      const nameOfCancel = new Map(items.flatMap((item) => (item.kind === "cancel" ? [[item.clOrdId, item.origClOrdId]] : [])));
      return {
        results: items.map((item) => {
          const result = resultOf(item, answers, grant);
          if (!result.ok) return result;
          return {
            ok: true as const,
            order: { ...result.order, clOrdId: nameOfCancel.get(result.order.clOrdId) ?? result.order.clOrdId },
          };
        }),
      };
    },
  );

  const itemOf = (json: BatchJson["requests"][number], account: number): BatchItem => {
    if (json.kind === "cancel") return { kind: "cancel", origClOrdId: json.origClOrdId, clOrdId: nextName(json.origClOrdId) };
    if (json.kind === "new") {
      const { kind, clOrdId, symbol, ...terms } = json;
      const owner = { account, clOrdId, strategy: terms.strategy };
      const instrument = instrumentOf(symbol, owner, catalog, core);
      return { kind, clOrdId, instrument: instrument.instrument, ...readTerms(terms, owner, instrument, core) };
    }
    const { kind, origClOrdId } = json;
    const clOrdId = json.clOrdId ?? nextName(origClOrdId);
    return { kind, clOrdId, origClOrdId, ...orders.replaceUnits(account, origClOrdId, clOrdId, json) };
  };

  const resultOf = (item: BatchItem, answers: readonly OrderAnswer[], grant: ReturnType<typeof grantOf>) => {
    const clOrdId = item.clOrdId ?? "";
    const refusal = refusalOf(answers, clOrdId);
    // A cancel made its own name: what it is told under is the order's.
    const told = item.kind === "cancel" ? (item.origClOrdId ?? "") : clOrdId;
    if (refusal !== undefined) return { ok: false as const, refusal: refusalDetail(refusal, catalog), clOrdId: told };
    const order = orderNamed(answers, told, ...(item.kind === "replace" ? [item.origClOrdId ?? ""] : []));
    if (order === undefined) throw new Error("a request of a batch is answered with an order or a refusal");
    return { ok: true as const, order: orders.orderJson(order, grant) };
  };

  app.post(
    "/api/v1/orders/validate",
    {
      config: { access: { kind: "account", action: "account.read", account: "body" } },
      schema: {
        tags: ["orders"],
        summary: "Check an order without sending it",
        description:
          "Every rule that would refuse it now, every limit that it passes, and what it would fill at once. Changes nothing and takes no name.",
        security: SIGNED,
        body: NewOrderBody,
        response: { 200: Validation, 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { account } = grantOf(request);
      const { account: _name, clOrdId, symbol, ...terms } = request.body;
      const owner = { account, clOrdId, strategy: terms.strategy };
      try {
        const instrument = instrumentOf(symbol, owner, catalog, core);
        const fields = readTerms(terms, owner, instrument, core);
        const frame = validateFrame({ account, instrument: instrument.instrument, clOrdId, ...fields });
        const answers = await orders.send(request, frame, clOrdId);
        orders.throwRefusal(answers, clOrdId);
        const answer = answers.find((each) => each.kind === "validated");
        if (answer?.kind !== "validated") throw new Error("a validation is answered with what was found");
        const { refusals, passed, fills, priceTicks } = answer.validation;
        return {
          accepted: refusals.length === 0,
          refusals: refusals.map((refusal) => refusalDetail(refusal, catalog)),
          passed: passed.map((rule) => refusalDetail(rule, catalog)),
          fills: fills.map((fill) => ({
            price: formatPrice(fill.priceTicks, instrument),
            qty: formatQty(fill.qtyLots, instrument),
          })),
          price: priceTicks === 0n ? null : formatPrice(priceTicks, instrument),
        };
      } catch (error) {
        // A text without an exact form is one more reason to be refused.
        if (!(error instanceof RefusedError) || error.status !== 422) throw error;
        return { accepted: false, refusals: [error.detail()], passed: [], fills: [], price: null };
      }
    },
  );
}

function heldIn(requests: BatchJson["requests"]): HeldRequests {
  const cancels = requests.filter(({ kind }) => kind === "cancel").length;
  return { orders: requests.length - cancels, cancels };
}
