/** Refusals as HTTP answers: problem details with the rule, the limit, the value and the headroom as decimals. */
import { formatDecimal, REFUSAL_CODE, REFUSALS, type RefusalName } from "@jware/schemas";
import type { InstrumentCatalog } from "./instrument-catalog.js";
import { formatPrice, formatQty } from "./instrument-catalog.js";
import type { RefusalFacts } from "./order-facts.js";
import { scopeJson } from "./limit-json.js";
import { problemType } from "./problem.js";
import type { RefusalDetailJson, RefusalProblemJson } from "./shapes/refusals.js";

const UNPROCESSABLE = 422;
const RETRY_AFTER_S = 1;

/** Refusals that HTTP has a status of its own for. */
const STATUS_BY_CODE: Readonly<Record<number, number>> = {
  [REFUSAL_CODE.ACCOUNT_NOT_PERMITTED]: 404,
  [REFUSAL_CODE.UNKNOWN_ORDER]: 404,
  [REFUSAL_CODE.UNKNOWN_EXECUTION]: 404,
  [REFUSAL_CODE.PERMISSION_MISSING]: 403,
  [REFUSAL_CODE.DUPLICATE_REFERENCE]: 409,
  [REFUSAL_CODE.RATE_LIMIT]: 429,
  [REFUSAL_CODE.SHUTTING_DOWN]: 503,
  [REFUSAL_CODE.STORAGE_FULL]: 503,
};

/** Figures of a refusal that was found before the core was asked, as decimal text. */
export interface RefusalFigures {
  readonly unit: "price" | "quantity";
  readonly limit: string | null;
  readonly value: string | null;
  readonly headroom: string | null;
}

/** Thrown for a refusal; the error handler sends it. */
export class RefusedError extends Error {
  readonly status: number;
  readonly retryAfterS: number | undefined;
  readonly #body: Omit<RefusalProblemJson, "requestId">;

  private constructor(body: Omit<RefusalProblemJson, "requestId" | "status" | "type" | "title">) {
    super(body.detail);
    this.name = "RefusedError";
    this.status = STATUS_BY_CODE[body.code] ?? UNPROCESSABLE;
    this.retryAfterS = this.status === 429 || this.status === 503 ? RETRY_AFTER_S : undefined;
    this.#body = { type: problemType(body.rule), title: "The request was refused", status: this.status, ...body };
  }

  /** A refusal that the core gave. */
  static fromCore(refusal: RefusalFacts, catalog: InstrumentCatalog, clOrdId: string | null): RefusedError {
    const { text, ...same } = refusalDetail(refusal, catalog);
    return new RefusedError({ ...same, detail: text, clOrdId });
  }

  /** The same as one refusal among others. */
  detail(): RefusalDetailJson {
    const { code, rule, detail, transient, unit, currency, limit, value, headroom, scope } = this.#body;
    return { code, rule, text: detail, transient, unit, currency, limit, value, headroom, scope };
  }

  /** A refusal that the gateway found by the same rule: text that is no whole number of ticks or lots never reaches the core. */
  static byRule(rule: RefusalName, clOrdId: string | null, figures?: RefusalFigures): RefusedError {
    const definition = REFUSALS.find((each) => each.name === rule);
    if (definition === undefined) throw new Error(`no refusal ${rule}`);
    return new RefusedError({
      code: definition.code,
      rule,
      detail: definition.text,
      transient: definition.transient,
      unit: figures?.unit ?? "none",
      currency: null,
      limit: figures?.limit ?? null,
      value: figures?.value ?? null,
      headroom: figures?.headroom ?? null,
      scope: null,
      clOrdId,
    });
  }

  body(requestId: string): RefusalProblemJson {
    return { ...this.#body, requestId };
  }
}

/** A refusal inside another answer. */
export function refusalDetail(refusal: RefusalFacts, catalog: InstrumentCatalog): RefusalDetailJson {
  const { code, rule, text, transient, unit, currency } = refusal;
  const format = formatterOf(refusal, catalog);
  const figure = (value: bigint) => (unit === "none" ? null : format(value));
  return {
    code,
    rule,
    text,
    transient,
    unit,
    currency: currency === "" ? null : currency,
    limit: figure(refusal.limit),
    value: figure(refusal.value),
    headroom: figure(refusal.headroom),
    scope: refusal.scope === undefined ? null : scopeJson(refusal.scope, (account) => catalog.accountName(account)),
  };
}

/** How to print the figures: by the instrument's units, or by the currency's decimals. */
function formatterOf(refusal: RefusalFacts, catalog: InstrumentCatalog): (value: bigint) => string {
  const instrument = catalog.byId(refusal.instrument);
  if (refusal.unit === "price" && instrument !== undefined) return (value) => formatPrice(value, instrument);
  if (refusal.unit === "quantity" && instrument !== undefined) return (value) => formatQty(value, instrument);
  if (refusal.unit === "money") {
    const decimals = currencyDecimals(refusal, catalog);
    return (value) => formatDecimal(value, decimals);
  }
  return (value) => value.toString();
}

function currencyDecimals(refusal: RefusalFacts, catalog: InstrumentCatalog): number {
  const own = catalog.byId(refusal.instrument);
  if (own !== undefined && (refusal.currency === "" || own.quoteCurrency === refusal.currency)) return own.currencyDecimals;
  return catalog.currencyDecimals(refusal.currency) ?? 0;
}
