/** From a signed request to the core and back: what routes that send orders have in common. */
import type { InstrumentView, OrderView } from "@jware/core-native";
import type { ReplaceFields } from "@jware/schemas/client-frames";
import { hasPrice, hasTrigger, ORD_TYPE_NAMES, SIDE_NAMES } from "@jware/schemas/order-names";
import { OrdType } from "@jware/schemas/wire";
import type { FastifyRequest } from "fastify";
import { randomWord } from "./auth/secret-text.js";
import { formatPrice } from "./instrument-catalog.js";
import { type OrderAnswer, orderNamed, refusalOf } from "./order-answer.js";
import { nameOf, type OrderFacts } from "./order-facts.js";
import { orderJson } from "./order-json.js";
import { type OrderOwner, readTerms } from "./order-units.js";
import { type AccountGrant, principalOf } from "./permission.js";
import { ApiError } from "./problem.js";
import { RefusedError } from "./refusal-problem.js";
import type { Services } from "./services.js";
import type { OrderTermsJson } from "./shapes/order-terms.js";
import type { OrderJson } from "./shapes/orders.js";

const CL_ORD_ID_LENGTH_MAX = 36;
const NAME_SUFFIX_LENGTH = 8;

export interface ReplaceJson {
  readonly orderQty: string;
  readonly price?: string | undefined;
  readonly triggerPrice?: string | undefined;
}

/** Order, quantity and prices of a replace; see `client-frames`. */
export type ReplaceUnits = Pick<ReplaceFields, "orderQtyLots" | "priceTicks" | "triggerPriceTicks">;

export class OrderRequests {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Sends a frame and gives all that answers it; throws that the outcome is unknown. */
  async send(request: FastifyRequest, frame: Uint8Array, clOrdId: string | null): Promise<readonly OrderAnswer[]> {
    const answers = await this.#services.orderDesk.send(principalOf(request), frame);
    if (answers === undefined) throw unknownOutcome(clOrdId);
    return answers;
  }

  /** Sends a request for one order and gives its last state; throws the refusal. */
  async sendForOrder(
    request: FastifyRequest,
    grant: AccountGrant,
    frame: Uint8Array,
    clOrdId: string,
    ...otherNames: readonly string[]
  ): Promise<OrderJson> {
    const answers = await this.send(request, frame, clOrdId);
    this.throwRefusal(answers, clOrdId);
    const order = orderNamed(answers, clOrdId, ...otherNames);
    if (order === undefined) throw unknownOutcome(clOrdId);
    return this.orderJson(order, grant);
  }

  /** Throws the first refusal among answers, if there is one. */
  throwRefusal(answers: readonly OrderAnswer[], clOrdId: string | null): void {
    const refusal = refusalOf(answers);
    if (refusal !== undefined) throw RefusedError.fromCore(refusal, this.#services.catalog, clOrdId);
  }

  orderJson(order: OrderFacts, grant: AccountGrant): OrderJson {
    const { catalog } = this.#services;
    const instrument = catalog.byId(order.instrument);
    if (instrument === undefined) throw new Error("an order is of an instrument that the core knows");
    return orderJson(order, grant.name, instrument, catalog);
  }

  /**
   * The units of a replace: prices that are not given stay. An order that is not live has no units to read the text in: then any
   * will do, and the core says which refusal that is. The same request once more names the order by the name that it gave it.
   */
  replaceUnits(account: number, origClOrdId: string, clOrdId: string, json: ReplaceJson): ReplaceUnits {
    const { core, catalog } = this.#services;
    const orders = core.queryAccount(account)?.orders ?? [];
    const order = orders.find((each) => each.clOrdId === origClOrdId) ?? orders.find((each) => each.clOrdId === clOrdId);
    const instrument = order === undefined ? undefined : catalog.byId(order.instrument);
    if (order === undefined || instrument === undefined) return { orderQtyLots: 1, priceTicks: 1 };
    const { orderQtyLots, priceTicks, triggerPriceTicks } = readTerms(
      replacedTerms(order, instrument, json),
      { account, clOrdId, strategy: order.strategy } satisfies OrderOwner,
      instrument,
      core,
    );
    return { orderQtyLots: orderQtyLots ?? 0, priceTicks, triggerPriceTicks };
  }
}

function replacedTerms(order: OrderView, instrument: InstrumentView, json: ReplaceJson): OrderTermsJson {
  const ordType = nameOf(ORD_TYPE_NAMES, order.ordType);
  const price = json.price ?? (hasPrice(ordType) ? formatPrice(order.priceTicks, instrument) : undefined);
  // A trailing stop finds its own.
  const keepsTrigger = hasTrigger(ordType) && order.ordType !== OrdType.TrailingStop;
  const triggerPrice = json.triggerPrice ?? (keepsTrigger ? formatPrice(order.triggerPriceTicks, instrument) : undefined);
  return {
    side: nameOf(SIDE_NAMES, order.side),
    ordType,
    orderQty: json.orderQty,
    ...(price === undefined ? {} : { price }),
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
  };
}

const unknownOutcome = (clOrdId: string | null): ApiError =>
  new ApiError("OUTCOME_UNKNOWN", "The core did not answer in time; ask for the order before sending it again.", {
    extra: { outcome: "unknown", clOrdId },
  });

/** A name for a request that came without one: of the order's, cut to leave room, and a random end. */
export const nextName = (clOrdId: string): string =>
  `${clOrdId.slice(0, CL_ORD_ID_LENGTH_MAX - NAME_SUFFIX_LENGTH - 1)}~${randomWord(NAME_SUFFIX_LENGTH)}`;
